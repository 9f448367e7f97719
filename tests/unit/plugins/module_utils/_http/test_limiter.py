# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace finds a limit that it does not know, and the limiter keeps it among threads."""

from __future__ import annotations

import random
import threading
import time

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.limiter import (
    LONGEST_PAUSE,
    Limiter,
    Pace,
    parse_rate_hint,
)

from helpers.throttling_simulation import simulate

FOREVER = float("inf")


@pytest.mark.parametrize(
    ("records", "rate", "width"),
    [(records, rate, 32) for records in (1000, 5000, 10_000) for rate in (10, 50, 200)] + [(300, 10, 64)],
)
@pytest.mark.parametrize("uneven", [False, True])
def test_pace_unknown_limit_is_found(records: int, rate: int, width: int, uneven: bool) -> None:
    dice = random.Random(4711)
    jitter = (lambda: dice.uniform(0.7, 1.6)) if uneven else (lambda: 1.0)
    run = simulate(Pace(), records=records, rate=rate, width=width, latency=0.08, jitter=jitter)
    assert run.over_floor <= 1.1
    assert run.throttled <= 0.1


@pytest.mark.parametrize("seed", range(6))
def test_pace_standstill_lowers_rate_briefly(seed: int) -> None:
    dice = random.Random(seed)
    starts = [dice.uniform(10.0, 25.0) + 30.0 * number for number in range(3)]
    standstills = [(start, start + 3.0) for start in starts]
    run = simulate(Pace(), records=1000, rate=10, standstills=standstills, jitter=lambda: dice.uniform(0.7, 1.6))
    assert run.over_floor <= 1.1


@pytest.mark.parametrize("rate", [2, 10, 50, 200])
def test_pace_advertised_limit_is_kept(rate: int) -> None:
    run = simulate(Pace(), records=1000, rate=rate, advertised_rate=rate)
    # Slow start takes 0.2 of the four seconds at 200 a second.
    assert run.over_floor <= (1.06 if rate == 200 else 1.05)
    assert run.throttled <= 0.05


def test_pace_without_throttling_does_not_delay() -> None:
    run = simulate(Pace(), records=1000, rate=100_000, width=16, latency=0.05)
    assert run.over_floor == pytest.approx(1.0, abs=0.02)
    assert run.throttled == 0


def test_pace_max_rps_is_never_exceeded() -> None:
    pace = Pace(max_rps=20.0)
    slots = [pace.reserve(0.0).at for _round in range(41)]
    assert slots[0] == 0.0
    assert slots[40] == pytest.approx(2.0)
    for _round in range(500):
        pace.succeeded()
    assert pace.rate == 20.0


def test_pace_signals_of_earlier_epoch_cut_once() -> None:
    pace = Pace()
    for _round in range(10):
        pace.succeeded()
    slots = [pace.reserve(0.0) for _round in range(32)]
    pace.throttled(slots[10], 0.1)
    rate = pace.rate
    for slot in slots[11:]:
        pace.throttled(slot, 0.11)
    assert pace.rate == rate


def test_pace_slow_start_doubles_requests() -> None:
    pace = Pace()

    def valid_slots() -> int:
        return sum(pace.is_current(pace.reserve(0.0)) for _round in range(100))

    assert (valid_slots(), valid_slots()) == (12, 0)
    for _round in range(12):
        pace.succeeded()
    assert (valid_slots(), valid_slots()) == (24, 0)


def test_pace_idle_time_is_not_measured() -> None:
    """A client lists, waits for minutes, and is throttled when it deletes."""
    pace = Pace()
    for now in (0.0, 300.0):
        for _round in range(10):
            pace.reserve(now)
            pace.succeeded()
    pace.throttled(pace.reserve(300.1), 300.2)
    assert pace.rate == pytest.approx(25)


def test_pace_retry_after_is_limited_to_one_minute() -> None:
    pace = Pace()
    pace.throttled(pace.reserve(0.0), 1.0, pause=7.0)
    assert pace.reserve(1.0).at == pytest.approx(8.0)
    pace = Pace()
    pace.throttled(pace.reserve(0.0), 0.0, pause=86_400.0)
    assert pace.reserve(0.0).at == pytest.approx(LONGEST_PAUSE)


def test_pace_limit_lifted_rate_recovers() -> None:
    pace = Pace()
    pace.throttled(pace.reserve(0.0), 0.1)
    low = pace.rate
    for _round in range(400):
        pace.succeeded()
    assert pace.rate > 10 * low


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The throttling threshold has been reached: policy user over ratelimit,limit:50,time:1 second", 50.0),
        ("limit:600,time:1 minute", 10.0),
        ("limit: 7200 , time: 2 hour", 1.0),
        ("limit:0,time:1 second", None),
        ("Too many requests", None),
        ("limit:many,time:soon", None),
    ],
)
def test_parse_rate_hint_reads_gateway_message(words: str, expected: float | None) -> None:
    assert parse_rate_hint(words) == expected


def test_limiter_threads_together_keep_max_rps() -> None:
    limiter = Limiter(max_rps=200.0)
    started = time.monotonic()

    def work() -> None:
        for _round in range(10):
            limiter.wait(FOREVER)

    threads = [threading.Thread(target=work) for _round in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started >= 79 / 200.0


def test_limiter_waiting_worker_takes_new_slot_after_cut() -> None:
    now = [0.0]
    limiter = Limiter(clock=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + seconds))
    first = limiter.wait(FOREVER)
    limiter.throttled(first, 0.0, "limit:10,time:1 second")
    second = limiter.wait(FOREVER)
    assert now[0] == pytest.approx(1 / 9.9, abs=0.02)
    limiter.throttled(second, 30.0, "")
    limiter.wait(FOREVER)
    assert now[0] >= 30.0


def test_limiter_wait_ends_at_given_time() -> None:
    now = [0.0]
    limiter = Limiter(clock=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + seconds))
    limiter.throttled(limiter.wait(FOREVER), 60.0, "")
    limiter.wait(5.0)
    assert now[0] == pytest.approx(5.0)
