# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a stopped job is waited for: often at first, seldom later, and not a moment longer than allowed."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine import deletion
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.deletion import Deleter, Outcome, Ref, State
from ansible_collections.sundown.hwcloud.plugins.module_utils._services.drs import DRS_JOB

BEGAN = 10.0
JOB = Ref("job")
# As they are before a fixture hurries them for the other tests of the engine.
INTERVALS = {name: getattr(deletion, name) for name in ("FIRST_POLL_SECONDS", "LONGEST_POLL_SECONDS")}
FIRST, LONGEST = 0.5, 15.0


@pytest.fixture(autouse=True)
def usual_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    """The intervals of production."""
    for name, seconds in INTERVALS.items():
        monkeypatch.setattr(deletion, name, seconds)


class Release:
    """A clock that only moves when somebody sleeps, or by ``tick`` whenever it is read, and a job that is released.

    That happens so many seconds later; until then its status is ``before``, one after the other, the last for good.
    """

    def __init__(
        self, released_after: float, before: Sequence[str] = ("RELEASE_RESOURCE_STARTED",), *, tick: float = 0.0
    ) -> None:
        self.now = BEGAN
        self._tick = tick
        self.slept: list[float] = []
        self._released_at = BEGAN + released_after
        self._before = list(before)

    def clock(self) -> float:
        self.now += self._tick
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def records(self, _instance_ids: Any = None) -> list[dict[str, Any]]:
        ended = self.now >= self._released_at
        before = self._before.pop(0) if len(self._before) > 1 else self._before[0]
        status = "RELEASE_RESOURCE_COMPLETE" if ended else before
        return [{"id": JOB.id, "instance_id": None, "status": status, "deletable": ended}]


def waited(release: Release, wait_timeout: float) -> State:
    """Wait for the job; return what is to be done with it then."""
    client = SimpleNamespace(reset_stall_timer=lambda: None)
    lister: Any = SimpleNamespace(
        client=client, kind=DRS_JOB, api=DRS_JOB.apis[0], width=1, project_id="p1", records=release.records
    )
    deleter = Deleter(lister, stop=True, wait_timeout=wait_timeout, clock=release.clock, sleep=release.sleep)
    (outcome,) = deleter._stop_all([Outcome(JOB, State.STOP, status="RELEASE_RESOURCE_STARTED")])
    return outcome.state


def test_looks_become_rarer() -> None:
    release = Release(60.0)
    assert waited(release, 600.0) is State.DELETE
    assert release.slept == pytest.approx([min(FIRST * 1.5**number, LONGEST) for number in range(11)])


@pytest.mark.parametrize("wait_timeout", [0.3, 20.0, 47.0])
def test_the_wait_ends_when_it_should(wait_timeout: float) -> None:
    release = Release(10_000.0)
    assert waited(release, wait_timeout) is State.FAILED
    assert sum(release.slept) == pytest.approx(wait_timeout)
    assert max(release.slept) <= LONGEST


def test_no_sleep_is_negative_where_the_time_runs_out_meanwhile() -> None:
    release = Release(10_000.0, tick=0.4)
    assert waited(release, 0.6) is State.FAILED
    assert release.slept == [0.0]


@pytest.mark.parametrize(("times", "ends"), [(1, State.DELETE), (2, State.FAILED)])
def test_a_stop_has_failed_where_it_is_seen_to_twice(times: int, ends: State) -> None:
    """Once, the job may have stood there before the stop took hold."""
    release = Release(10.0, [*["RELEASE_RESOURCE_FAILED"] * times, "RELEASE_RESOURCE_STARTED"])
    assert waited(release, 600.0) is ends
