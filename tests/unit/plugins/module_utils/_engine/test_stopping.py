# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long and how often stopped jobs are polled, and how many are waited for."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.record_client import (
    Decision,
    RecordClient,
    RecordId,
    RecordResult,
)
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.stopping import Stopper
from ansible_collections.sundown.hwcloud.plugins.module_utils._services.drs import DRS_JOB

START = 10.0
JOB, SECOND_JOB = RecordId("job"), RecordId("second job")
STARTED, FAILED = "RELEASE_RESOURCE_STARTED", "RELEASE_RESOURCE_FAILED"
FIRST, LONGEST = 0.5, 15.0
pytestmark = pytest.mark.usefixtures("production_intervals")


class Job:
    """A job that is released after some seconds, and a clock that moves by sleeping, or by ``tick`` when it is read.

    Until then its status is each of ``statuses`` in turn, then the last of them. A second job is always like it.
    """

    def __init__(self, released_after: float, statuses: Sequence[str] = (STARTED,), *, tick: float = 0.0) -> None:
        self.now = START
        self.slept: list[float] = []
        self.waiting: list[int] = []
        self._tick = tick
        self._released_at = START + released_after
        self._statuses = list(statuses)

    def clock(self) -> float:
        self.now += self._tick
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def records(self, _instance_ids: Any = None) -> list[dict[str, Any]]:
        released = self.now >= self._released_at
        current = self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]
        status = "RELEASE_RESOURCE_COMPLETE" if released else current
        return [
            {"id": one.id, "instance_id": None, "status": status, "deletable": released} for one in (JOB, SECOND_JOB)
        ]


def wait(job: Job, timeout: float, record_ids: Sequence[RecordId] = (JOB,)) -> str | None:
    """Wait for the job, or for both; return the error code, None where it can be deleted."""

    def error(code: str, message: str) -> Any:
        return SimpleNamespace(error_code=code, message=message)

    api = DRS_JOB.apis[1]
    assert api.stopping
    lister: Any = SimpleNamespace(kind=DRS_JOB, api=api, records=job.records, error=error)
    stopper = Stopper(RecordClient(lister), api.stopping, timeout, job.clock, job.sleep, job.waiting.append)
    step = stopper.wait([Decision(record_id, STARTED, stop=True) for record_id in record_ids])[record_ids[-1]]
    if isinstance(step, RecordResult):
        assert step.error
        return step.error.error_code
    assert not step.stop
    return None


def test_wait_polls_at_growing_intervals() -> None:
    job = Job(60.0)
    assert wait(job, 600.0) is None
    assert job.slept == pytest.approx([min(FIRST * 1.1**number, LONGEST) for number in range(27)])


@pytest.mark.parametrize("timeout", [0.3, 20.0, 47.0])
def test_wait_not_released_ends_at_timeout(timeout: float) -> None:
    job = Job(10_000.0)
    assert wait(job, timeout) == "StopTimeout"
    assert sum(job.slept) == pytest.approx(timeout)
    assert max(job.slept) <= LONGEST


def test_wait_timeout_passes_before_sleep_sleeps_zero() -> None:
    job = Job(10_000.0, tick=0.4)
    assert wait(job, 0.6) == "StopTimeout"
    assert job.slept == [0.0]


@pytest.mark.parametrize(("times", "code"), [(1, None), (2, "StopFailed")])
def test_wait_failed_status_fails_at_second_check(times: int, code: str | None) -> None:
    assert wait(Job(10.0, [*[FAILED] * times, STARTED]), 600.0) == code


def test_wait_jobs_released_together_take_one_check() -> None:
    job = Job(10.0, [STARTED])
    assert wait(job, 600.0, [JOB, SECOND_JOB]) is None
    assert job.waiting == [*[2] * len(job.slept), 0, 0]


def test_wait_timeout_passes_no_job_is_waited_for() -> None:
    job = Job(10_000.0)
    wait(job, 1.0)
    assert job.waiting == [*[1] * (len(job.slept) + 1), 0]
