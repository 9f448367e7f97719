# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""How fast to send requests: one limiter shared by all workers of a service."""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

_HINT = re.compile(r"limit\s*:\s*(\d+)\s*,\s*time\s*:\s*(\d+)?\s*(second|minute|hour|[smh])", re.IGNORECASE)
_UNIT_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}

LONGEST_PAUSE = 60.0
SLOWEST_RATE = 0.5
_FIRST_WINDOW = 12
_POLL_SECONDS = 0.01
_IDLE_SECONDS = 1.0
_CUT = 0.7
# The rate grows by this many requests per second with each success, but by no larger share of itself.
_GROWTH = 0.2
_GROWTH_SHARE = 0.0125


def parse_rate_hint(text: str) -> float | None:
    """Read the requests per second out of the gateway's message, ``limit:200,time:1 second`` (Huawei Cloud API Gateway
    error APIGW.0308); ``None`` where it names none."""
    found = _HINT.search(text)
    if not found or int(found[1]) == 0:
        return None
    window = float(found[2] or 1) * _UNIT_SECONDS[found[3][0].lower()]
    return float(found[1]) / window if window else None


@dataclass(frozen=True)
class Slot:
    """When a request may be sent, and after how many cuts of the rate this was decided."""

    at: float
    epoch: int


class Pace:
    """The rate itself: pure arithmetic on times that the caller supplies, in seconds.

    TCP's congestion control (RFC 5681), applied to a rate: slow start, where each success allows two more requests,
    until the first throttle signal; from then on additive increase with each success and multiplicative decrease with
    each signal. Signals for requests of an earlier epoch change nothing. The increase is limited to a share of the
    rate, as in Scalable TCP, so that low limits are not exceeded too often. botocore's adaptive retry mode is a
    relative, with CUBIC's increase.

    Against a token bucket of one second's worth, 80 ms away, 1,000 requests or more take at most 1.1 times the least
    possible time and at most a tenth of them is throttled, at limits from 2 to 200 requests per second.
    """

    def __init__(self, max_rps: float | None = None) -> None:
        self._max_rps = max_rps or math.inf
        self._advertised_rate = math.inf
        self.rate = self._max_rps
        self._next = 0.0
        self._epoch = 0
        # Slow start: how many requests may have been sent by now.
        self._allowed = math.inf if max_rps else _FIRST_WINDOW
        self._sent = 0
        self._succeeded = 0
        self._busy_since = self._reserved_at = -math.inf

    def reserve(self, now: float) -> Slot:
        """Take the next slot. A slot of an earlier epoch is void: take another one when its time has come."""
        if now - self._reserved_at > _IDLE_SECONDS:
            self._busy_since, self._succeeded = now, 0
        self._reserved_at = now
        if self._epoch == 0 and self._sent >= self._allowed:
            return Slot(now + _POLL_SECONDS, -1)
        self._sent += 1
        at = max(now, self._next)
        self._next = at + 1.0 / self.rate
        return Slot(at, self._epoch)

    def is_current(self, slot: Slot) -> bool:
        """Tell whether a slot is still valid."""
        return slot.epoch == self._epoch

    def succeeded(self) -> None:
        """A request ended without a throttle signal."""
        self._succeeded += 1
        self._allowed += 2
        if self._epoch:
            self.rate = self._bounded(self.rate + min(_GROWTH, _GROWTH_SHARE * self.rate))

    def throttled(self, slot: Slot, now: float, pause: float = 0.0, advertised_rate: float | None = None) -> None:
        """A request was throttled. ``pause``: the service's Retry-After, ``advertised_rate``: the limit it named."""
        if self.is_current(slot):
            if advertised_rate:
                self._advertised_rate = rate = 0.99 * advertised_rate
            elif self._epoch == 0:
                rate = 0.5 * max(self._succeeded, 1) / max(now - self._busy_since, 0.001)
            else:
                rate = _CUT * self.rate
            self.rate = self._bounded(rate)
            self._epoch += 1
            self._next = now + 1.0 / self.rate
        self._next = max(self._next, now + min(pause, LONGEST_PAUSE))

    def _bounded(self, rate: float) -> float:
        return max(min(rate, self._max_rps, self._advertised_rate), SLOWEST_RATE)


class Limiter:
    """`Pace` for threads; the lock is held for its arithmetic only."""

    def __init__(
        self,
        max_rps: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pace = Pace(max_rps)
        self._lock = threading.Lock()
        self._clock = clock
        self._sleep = sleep

    def wait(self, until: float) -> Slot:
        """Wait for a slot, at the longest to ``until``, and return it."""
        while True:
            now = self._clock()
            with self._lock:
                slot = self._pace.reserve(now)
            if slot.at <= now:
                return slot
            self._sleep(max(0.0, min(slot.at, until) - now))
            if self._pace.is_current(slot) or slot.at >= until:
                return slot

    def succeeded(self) -> None:
        """Count a request that ended without a throttle signal."""
        with self._lock:
            self._pace.succeeded()

    def throttled(self, slot: Slot, pause: float, message: str) -> None:
        """Slow down after a throttle signal; ``message`` is the service's."""
        with self._lock:
            self._pace.throttled(slot, self._clock(), pause, parse_rate_hint(message))
