# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""How fast to ask: one limiter shared by all workers of a service."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_HINT = re.compile(r"limit\s*:\s*(\d+)\s*,\s*time\s*:\s*(\d+)?\s*(second|minute|hour|[smh])", re.IGNORECASE)
_WINDOW = {"s": 1.0, "m": 60.0, "h": 3600.0}

LONGEST_PAUSE = 60.0
SLOWEST_RATE = 0.2
_GROWTH = 0.001
_GROWTH_DOUBLES_AFTER = 24
_FASTEST_GROWTH = 0.05
# Requests granted between two moments: so many measure well, so many roughly. What is under way at a moment
# is counted later, which blurs a short distance.
_ENOUGH_TO_MEASURE_WELL = 48
_ENOUGH_TO_MEASURE = 12
_MOMENTS = 64
_MEASUREMENTS = 4


def parse_rate_hint(text: str) -> float | None:
    """Read the requests per second out of the gateway's words, ``limit:200,time:1 second`` (Huawei Cloud API Gateway
    error APIGW.0308); ``None`` where they name none."""
    found = _HINT.search(text)
    if not found or int(found[1]) == 0:
        return None
    window = float(found[2] or 1) * _WINDOW[found[3][0].lower()]
    return float(found[1]) / window if window else None


@dataclass(frozen=True)
class Slot:
    """When a request may go, and by which of the pace's decisions."""

    at: float
    epoch: int


class Pace:
    """The rate itself: pure arithmetic on times that the caller supplies, in seconds.

    It starts as fast as the workers ask. A throttle signal says that the service's token bucket is empty;
    between two such moments as many requests were granted as the limit allows, or fewer where the bucket was full
    for a while, as after a standstill. So the highest of the latest quotients is the new rate, once enough
    were granted to measure it. Until then the rate is cut by a factor. While nothing throttles it creeps up, the
    faster the more was granted since the latest signal.
    Signals that answer requests of an earlier epoch change nothing.
    """

    def __init__(self, ceiling: float | None = None) -> None:
        self._ceiling = ceiling
        self._told: float | None = None
        self._rate = ceiling
        self._next = 0.0
        self._epoch = 0
        self._granted = 0
        self._quiet = 0
        self._started: float | None = None
        self._empty: deque[tuple[float, int]] = deque(maxlen=_MOMENTS)
        self._measurements: deque[float] = deque(maxlen=_MEASUREMENTS)

    @property
    def rate(self) -> float | None:
        """Requests per second, ``None`` while nothing limits."""
        return self._rate

    @property
    def unlimited(self) -> bool:
        return self._rate is None and self._next == 0.0

    def reserve(self, now: float) -> Slot:
        """Take the next place. A place of an earlier epoch is void and to be taken anew."""
        if self._started is None:
            self._started = now
        at = max(now, self._next)
        if self._rate is not None:
            self._next = at + 1.0 / self._rate
        return Slot(at, self._epoch)

    def current(self, slot: Slot) -> bool:
        """Tell whether a place is still to be had."""
        return slot.epoch == self._epoch

    def succeeded(self) -> None:
        """A request was answered without a throttle signal."""
        self._granted += 1
        if self._rate is not None and self._epoch:
            self._quiet += 1
            growth = min(_GROWTH * 2.0 ** (self._quiet / _GROWTH_DOUBLES_AFTER), _FASTEST_GROWTH)
            self._rate = self._bounded(self._rate * (1.0 + growth))

    def throttled(self, slot: Slot, now: float, pause: float | None = None, told: float | None = None) -> None:
        """A request was throttled; ``pause`` is the service's Retry-After, ``told`` the rate that it named."""
        if pause:
            self._next = max(self._next, now + min(pause, LONGEST_PAUSE))
        if slot.epoch != self._epoch:
            return
        if told:
            self._told = 0.99 * told
        measured = self._measured(now)
        if measured is not None:
            rate = measured
        elif self._told:
            rate = self._told
        elif self._rate is None:
            rate = 0.5 * max(self._granted, 1) / max(now - (self._started or 0.0), 0.001)
        else:
            rate = 0.6 * self._rate
        self._rate = self._bounded(rate)
        self._empty.append((now, self._granted))
        self._epoch += 1
        self._quiet = 0
        self._next = max(now + 1.0 / self._rate, now + min(pause, LONGEST_PAUSE) if pause else 0.0)

    def _measured(self, now: float) -> float | None:
        """Return the highest of the latest rates that were measured well, or else a rough one."""
        measured = self._granted_since_empty(now, _ENOUGH_TO_MEASURE_WELL)
        if measured is None:
            return self._granted_since_empty(now, _ENOUGH_TO_MEASURE)
        self._measurements.append(measured)
        return max(self._measurements)

    def _granted_since_empty(self, now: float, enough: int) -> float | None:
        """Return what was granted per second since the bucket was last seen empty, ``enough`` requests ago."""
        for moment, granted in reversed(self._empty):
            if self._granted - granted >= enough:
                return (self._granted - granted) / (now - moment)
        return None

    def _bounded(self, rate: float) -> float:
        bounds = [bound for bound in (self._ceiling, self._told) if bound]
        return max(min([rate, *bounds]), SLOWEST_RATE)


class Limiter:
    """`Pace` for threads. Nothing is locked or slept while nothing throttles."""

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
        """Wait for a place, at the longest to ``until``, and return it."""
        while True:
            now = self._clock()
            with self._lock:
                slot = self._pace.reserve(now)
            if slot.at <= now:
                return slot
            self._sleep(max(0.0, min(slot.at, until) - now))
            if self._pace.current(slot) or slot.at >= until:
                return slot

    def succeeded(self) -> None:
        """Count an answer that was no throttle signal."""
        with self._lock:
            self._pace.succeeded()

    def throttled(self, slot: Slot, pause: float | None, words: str) -> None:
        """Slow down after a throttle signal; ``words`` is what the service said."""
        with self._lock:
            self._pace.throttled(slot, self._clock(), pause, parse_rate_hint(words))
