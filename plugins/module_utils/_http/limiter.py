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
from collections.abc import Callable

_HINT = re.compile(r"limit\s*:\s*(\d+)\s*,\s*time\s*:\s*(\d+)?\s*(second|minute|hour|[smh])", re.IGNORECASE)
_WINDOW = {"s": 1.0, "m": 60.0, "h": 3600.0}

LONGEST_PAUSE = 60.0
SLOWEST_RATE = 0.2


def rate_in(text: str) -> float | None:
    """Read the requests per second out of the gateway's words, ``limit:200,time:1 second`` (Huawei Cloud API Gateway
    error APIGW.0308); ``None`` where they name none."""
    found = _HINT.search(text)
    if not found or int(found[1]) == 0:
        return None
    window = float(found[2] or 1) * _WINDOW[found[3][0].lower()]
    return float(found[1]) / window if window else None


class Pace:
    """The rate itself: pure arithmetic on times that the caller supplies, in seconds.

    It starts as fast as the workers ask. The first throttle signal cuts the rate to what was lately
    granted, as that is what an empty token bucket lets through; from then on it creeps up, the faster the
    longer nothing is throttled. Signals that answer requests sent before the latest cut change nothing.
    """

    def __init__(self, ceiling: float | None = None) -> None:
        self._ceiling = ceiling
        self._rate = ceiling
        self._next = 0.0
        self._cut_at = float("-inf")
        self._cuts = 0
        self._grown_at = 0.0
        self._granted = 0
        self._since = 0.0

    @property
    def rate(self) -> float | None:
        """Requests per second, ``None`` while nothing limits."""
        return self._rate

    @property
    def unlimited(self) -> bool:
        return self._rate is None and self._next == 0.0

    def reserve(self, now: float) -> float:
        """Take the next place; return when its request may go."""
        if self._rate is None:
            return max(now, self._next)
        self._grow(now)
        at = max(now, self._next)
        self._next = at + 1.0 / self._rate
        return at

    def granted(self, now: float) -> None:
        """A request was answered without a throttle signal."""
        if self._granted == 0 and self._since == 0.0:
            self._since = now
        self._granted += 1

    def throttled(self, sent: float, now: float, pause: float | None = None, hint: float | None = None) -> None:
        """A request sent at ``sent`` was throttled; ``pause`` is the service's Retry-After, ``hint`` its rate."""
        if pause:
            self._next = max(self._next, now + min(pause, LONGEST_PAUSE))
        if sent <= self._cut_at:
            return
        elapsed = now - max(self._since, self._cut_at)
        seen = self._granted / elapsed if elapsed > 0 and self._granted else 0.0
        if hint:
            rate = 0.99 * hint
        elif self._rate is None:
            rate = max(seen, 1.0) / 2
        elif elapsed >= 1.0:
            rate = min(0.97 * seen, 0.97 * self._rate) if seen else self._rate / 2
        else:
            rate = min(max(seen, self._rate / 4), 0.7 * self._rate)
        if self._rate is not None and not hint:
            rate = min(rate, self._rate)
        self._rate = max(rate, SLOWEST_RATE)
        if self._ceiling:
            self._rate = min(self._rate, self._ceiling)
        self._cuts += 1
        self._cut_at = self._grown_at = now
        self._granted = 0
        self._next = max(self._next, now + 1.0 / self._rate)

    def _grow(self, now: float) -> None:
        if self._rate is None or now <= self._grown_at or self._cuts == 0:
            return
        quiet = now - self._cut_at
        self._rate *= 1.0 + (now - self._grown_at) * min(0.01 * 2.0 ** (quiet / 5.0), 1.0)
        if self._ceiling:
            self._rate = min(self._rate, self._ceiling)
        self._grown_at = now


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
        self.throttled_count = 0

    def wait(self, until: float = float("inf")) -> float:
        """Wait for a place, at the longest to ``until``; return the time at which the request goes."""
        now = self._clock()
        if self._pace.unlimited:
            return now
        with self._lock:
            at = self._pace.reserve(now)
        at = min(at, until)
        if at > now:
            self._sleep(at - now)
        return self._clock()

    def granted(self) -> None:
        """Count an answer that was no throttle signal."""
        with self._lock:
            self._pace.granted(self._clock())

    def throttled(self, sent: float, pause: float | None, words: str) -> None:
        """Count a throttle signal and slow down."""
        with self._lock:
            self.throttled_count += 1
            self._pace.throttled(sent, self._clock(), pause, rate_in(words))
