# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pace finds the limit that nobody told it, and the limiter keeps it among threads."""

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


@pytest.mark.parametrize("records", [1000, 5000])
@pytest.mark.parametrize("rate", [10, 50, 200])
@pytest.mark.parametrize("uneven", [False, True])
def test_the_limit_is_found_without_being_told(records: int, rate: int, uneven: bool) -> None:
    """The project's own bar: 1.1 times the floor, a tenth of the requests throttled, 32 wide, 80 ms."""
    dice = random.Random(4711)
    jitter = (lambda: dice.uniform(0.7, 1.6)) if uneven else (lambda: 1.0)
    run = simulate(Pace(), records=records, rate=rate, width=32, latency=0.08, jitter=jitter)
    assert run.over_floor <= 1.1
    assert run.throttled <= 0.1


@pytest.mark.parametrize("seed", range(6))
def test_a_standstill_does_not_lower_the_rate_for_long(seed: int) -> None:
    """What was granted over a standstill is less than the limit allows."""
    dice = random.Random(seed)
    starts = [dice.uniform(10.0, 25.0) + 30.0 * number for number in range(3)]
    standstills = [(start, start + 3.0) for start in starts]
    run = simulate(Pace(), records=1000, rate=10, standstills=standstills, jitter=lambda: dice.uniform(0.7, 1.6))
    assert run.over_floor <= 1.1


@pytest.mark.parametrize("rate", [2, 10, 50, 200])
def test_a_limit_that_is_told_is_kept_at_once(rate: int) -> None:
    run = simulate(Pace(), records=1000, rate=rate, told=rate)
    assert run.over_floor <= 1.05
    assert run.throttled <= 0.05


def test_nothing_is_delayed_while_nothing_throttles() -> None:
    run = simulate(Pace(), records=1000, rate=100_000, width=16, latency=0.05)
    assert run.over_floor == pytest.approx(1.0, abs=0.02)
    assert run.throttled == 0


def test_a_ceiling_is_never_exceeded() -> None:
    pace = Pace(ceiling=20.0)
    slots = [pace.reserve(0.0).at for _round in range(41)]
    assert slots[0] == 0.0
    assert slots[40] == pytest.approx(2.0)
    for _round in range(500):
        pace.succeeded()
    assert pace.rate == 20.0


def test_signals_to_requests_of_an_earlier_epoch_cut_once() -> None:
    pace = Pace()
    slots = [pace.reserve(0.0) for _round in range(32)]
    for _round in range(10):
        pace.succeeded()
    pace.throttled(slots[10], 0.1)
    rate = pace.rate
    for slot in slots[11:]:
        pace.throttled(slot, 0.11)
    assert pace.rate == rate


def test_a_short_distance_between_two_signals_does_not_mislead() -> None:
    """What is under way at a signal counts later: over a moment, ten a second may look like fourteen."""
    pace = Pace()
    for now, granted in ((0.0, 0), (3.0, 30), (6.0, 30), (6.9, 13)):
        for _round in range(granted):
            pace.succeeded()
        pace.throttled(pace.reserve(now), now)
    assert pace.rate == pytest.approx(73 / 6.9)


def test_retry_after_is_waited_for_but_never_longer_than_a_minute() -> None:
    pace = Pace()
    pace.throttled(pace.reserve(0.0), 1.0, pause=7.0)
    assert pace.reserve(1.0).at == pytest.approx(8.0, abs=0.01) or pace.reserve(1.0).at > 8.0
    pace = Pace()
    pace.throttled(pace.reserve(0.0), 0.0, pause=86_400.0)
    assert pace.reserve(0.0).at <= LONGEST_PAUSE + 5.0


def test_the_rate_recovers_when_the_limit_is_lifted() -> None:
    pace = Pace()
    pace.throttled(pace.reserve(0.0), 0.1, told=None)
    low = pace.rate
    assert low is not None
    for _round in range(400):
        pace.succeeded()
    assert pace.rate is not None
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
def test_the_gateways_words_name_the_limit(words: str, expected: float | None) -> None:
    assert parse_rate_hint(words) == expected


def test_threads_together_keep_the_ceiling() -> None:
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


def test_a_waiting_worker_takes_a_new_place_after_a_cut() -> None:
    now = [0.0]
    limiter = Limiter(clock=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + seconds))
    first = limiter.wait(FOREVER)
    limiter.throttled(first, None, "limit:10,time:1 second")
    second = limiter.wait(FOREVER)
    assert now[0] == pytest.approx(1 / 9.9, abs=0.02)
    limiter.throttled(second, 30.0, "")
    limiter.wait(FOREVER)
    assert now[0] >= 30.0


def test_a_wait_ends_at_the_given_time() -> None:
    now = [0.0]
    limiter = Limiter(clock=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + seconds))
    limiter.throttled(limiter.wait(FOREVER), 60.0, "")
    limiter.wait(5.0)
    assert now[0] == pytest.approx(5.0)
