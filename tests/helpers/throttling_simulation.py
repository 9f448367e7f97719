# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway and its clients in virtual time: what a pace achieves under a limit that it does not know."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ansible_collections.sundown.hwcloud.plugins.module_utils._http.limiter import Pace, Slot

from emulator.faults import TokenBucket


@dataclass(frozen=True)
class Run:
    """How a simulated run ended: seconds, over the least possible, and the share of requests throttled."""

    seconds: float
    over_floor: float
    throttled: float


def simulate(
    pace: Pace,
    *,
    records: int,
    rate: float,
    latency: float = 0.08,
    width: int = 32,
    advertised_rate: float | None = None,
    jitter: Callable[[], float] = lambda: 1.0,
    standstills: Sequence[tuple[float, float]] = (),
) -> Run:
    """Send ``records`` requests, ``width`` at a time, each answered after ``latency``, repeated until granted.

    During a standstill, given by start and end, nothing that was sent arrives.
    """
    waiting, done, sent_total, throttled, now = records, 0, 0, 0, 0.0
    events: list[tuple[float, int, str, Slot | None]] = []
    order = 0
    bucket = TokenBucket(rate, rate, lambda: now)

    def push(at: float, kind: str, slot: Slot | None = None) -> None:
        nonlocal order
        order += 1
        heapq.heappush(events, (at, order, kind, slot))

    def reserve() -> None:
        slot = pace.reserve(now)
        push(slot.at, "send", slot)

    for _worker in range(min(width, records)):
        waiting -= 1
        reserve()
    while events:
        now, _order, kind, slot = heapq.heappop(events)
        assert slot is not None
        if kind == "send":
            if not pace.is_current(slot):
                reserve()
                continue
            sent_total += 1
            push(max([now, *(end for start, end in standstills if start <= now < end)]), "arrive", slot)
        elif kind == "arrive":
            push(now + latency * jitter(), "granted" if bucket.take() else "throttled", slot)
        elif kind == "granted":
            done += 1
            pace.succeeded()
            if waiting:
                waiting -= 1
                reserve()
        else:
            throttled += 1
            pace.throttled(slot, now, 0.0, advertised_rate)
            reserve()
    assert done == records
    floor = max((records - rate) / rate, records * latency / width)
    return Run(now, now / floor, throttled / sent_total)
