# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long what waits for a service sleeps between two polls."""

from __future__ import annotations

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.waiting import wait_for

from helpers.fake_clock import FakeClock

pytestmark = pytest.mark.usefixtures("production_intervals")


def test_wait_ends_at_deadline() -> None:
    clock = FakeClock(0.1)
    assert wait_for(["a"], lambda pending: pending, 1.2, clock=clock.clock, sleep=clock.sleep) == ["a"]
    assert clock.slept == pytest.approx([0.5, 0.55, 0.15])


def test_wait_deadline_passes_before_sleep_polls_at_once() -> None:
    times = iter([1.0, 1.9, 2.1, 2.1])
    slept: list[float] = []
    assert wait_for(["a"], lambda pending: pending, 1.0, clock=lambda: next(times), sleep=slept.append) == ["a"]
    assert slept == [0.0]
