# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often instances are listed while they go, and how long, by a clock that the emulator has in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection import Connection
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection_settings import ConnectionSettings
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.environment import lister
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.instances import InstanceDeleter
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.progress import KindProgress
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.record_client import (
    Outcome,
    RecordClient,
    RecordId,
    RecordResult,
)
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller, of_service
from helpers.fake_clock import FakeClock
from helpers.kind_cases import INSTANCE_KINDS, InstanceCase

START = 1_800_000_000.0
NEVER = 1e6
# Seconds before each poll.
POLLS = [min(0.5 * 1.1**number, 15.0) for number in range(60)]
# Another status that ends by itself.
LATER_STATUS = {"gaussdb": "REBOOTING", "dms": "RESTARTING", "dcs": "UPGRADING", "cce": "Resizing"}
pytestmark = pytest.mark.usefixtures("production_intervals")
each_kind = pytest.mark.parametrize("case", INSTANCE_KINDS, ids=str)


class Timed:
    """Deletes instances of an emulator in virtual time; ``progress`` and ``accepted`` are those of the latest call."""

    def __init__(self, cloud: CloudEmulator, clock: FakeClock, stack: ExitStack) -> None:
        self.cloud, self.clock, self._stack = cloud, clock, stack
        self.progress, self.accepted = KindProgress(), list[str]()

    def delete(self, case: InstanceCase, count: int = 1, **options: Any) -> list[RecordResult]:
        connection = Connection(ConnectionSettings.from_options(Caller(self.cloud).options()))
        self._stack.callback(connection.close)
        kind = KINDS[case.kind]
        assert kind.lifecycle
        deleter = InstanceDeleter(
            RecordClient(lister(connection, kind)),
            kind.lifecycle,
            progress=self.progress,
            accepted=self.accepted.append,
            clock=self.clock.clock,
            sleep=self.clock.sleep,
            **options,
        )
        return deleter.delete([RecordId(f"i-{number}") for number in range(1, count + 1)], check_mode=False)

    def times(self, case: InstanceCase, method: str) -> list[float]:
        """When the instances were listed, or deletes of them were sent: seconds since the start."""
        path = case.list_path.partition("}")[2]
        entries = of_service(self.cloud, case.service, method)
        return [one["at"] - START for one in entries if one["path"].endswith(path) or method == "DELETE"]


@pytest.fixture
def timed() -> Iterator[Timed]:
    clock = FakeClock(START)
    with ExitStack() as stack:
        cloud = stack.enter_context(CloudEmulator(small(), clock=clock.clock))
        yield Timed(cloud, clock, stack)


def at_polls(count: int) -> list[float]:
    """Seconds from the start to each of the first polls."""
    return [sum(POLLS[:number]) for number in range(1, count + 1)]


@each_kind
@pytest.mark.parametrize("seconds", [0.0, 7.0, 400.0])
def test_wait_lists_at_growing_intervals(timed: Timed, case: InstanceCase, seconds: float) -> None:
    timed.cloud.load(case.scenario({}, seconds=seconds))
    assert [one.outcome for one in timed.delete(case)] == [Outcome.DELETED]
    slept = timed.clock.slept
    assert slept == pytest.approx(POLLS[: len(slept)])
    assert sum(slept[:-1]) < max(seconds, 0.1) <= sum(slept)
    assert seconds < 400 or slept[-1] == 15.0


@each_kind
def test_wait_lists_all_instances_once_for_each_poll(timed: Timed, case: InstanceCase) -> None:
    timed.cloud.load(case.scenario(*({"delete_seconds": 3.0 * number} for number in range(20))))
    assert {one.outcome for one in timed.delete(case, 20)} == {Outcome.DELETED}
    polls = len(timed.clock.slept)
    lists = [0.0, *at_polls(polls)]
    assert timed.times(case, "GET") == pytest.approx([at for at in lists for _list in case.lists])
    assert timed.times(case, "DELETE") == [0.0] * 20
    look_ups = 1 if case.look_up else 0
    assert len(of_service(timed.cloud, case.service)) == len(lists) * len(case.lists) + look_ups + 20


@each_kind
@pytest.mark.parametrize("timeout", [0.3, 47.0, 200.0])
def test_wait_ends_at_deadline_with_last_status(timed: Timed, case: InstanceCase, timeout: float) -> None:
    later = LATER_STATUS[case.service]
    becomes = {"status": later, "after": timeout * 0.9}
    timed.cloud.load(case.scenario({"status": case.passing, "becomes": becomes}, {"delete_seconds": NEVER}))
    results = timed.delete(case, 2, wait_timeout=timeout)
    assert [one.outcome for one in results] == [Outcome.FAILED] * 2
    errors = [one.error for one in results if one.error]
    assert [one.error_code for one in errors] == ["WaitTimeout"] * 2
    assert [one.accepted for one in results] == [False, True]
    still = f"still listed after wait_timeout={timeout:g} seconds, its status is"
    assert errors[0].error_msg == f"{still} {later}"
    assert errors[1].error_msg.startswith(f"{still} {case.going or case.status}; the service has accepted the delete")
    assert timed.times(case, "GET")[-1] == pytest.approx(timeout)
    assert sum(timed.clock.slept) == pytest.approx(timeout)


@each_kind
def test_wait_ended_by_refused_credentials_tells_accepted_deletes(timed: Timed, case: InstanceCase) -> None:
    timed.cloud.load(case.scenario({"status": case.passing}, {"delete_seconds": NEVER}))
    refused = {"after": len(case.lists), "status": 401, "error_code": "APIGW.0301"}
    timed.cloud.faults.add("status", service=case.service, method="GET", path="/(instances|clusters)$", **refused)
    results = timed.delete(case, 2)
    assert [(one.outcome, one.accepted) for one in results] == [(Outcome.FAILED, False), (Outcome.FAILED, True)]


@each_kind
def test_wait_progress_is_known_at_each_poll(timed: Timed, case: InstanceCase) -> None:
    seconds = (2.0, 20.0, 90.0)
    timed.cloud.load(case.scenario(*({"delete_seconds": one} for one in seconds), {"prepaid": True}))
    seen: list[tuple[float, int, int, int]] = []

    def note() -> None:
        figures = timed.progress.figures()
        seen.append((timed.clock.now - START, figures["waiting"], figures["done"], figures["failed"]))
        assert sorted(timed.accepted) == ["i-1", "i-2", "i-3"]

    timed.clock.before_sleep = note
    timed.delete(case, 4)
    for at, waiting, done, failed in seen:
        assert (waiting, done, failed) == (sum(one > at for one in seconds), 1 + sum(one <= at for one in seconds), 1)
    assert {waiting for _at, waiting, *_numbers in seen} == {1, 2, 3}
    assert timed.progress.figures() == {"total": 0, "done": 4, "failed": 1, "waiting": 0}


@each_kind
def test_wait_failing_list_changes_neither_intervals_nor_waiting(timed: Timed, case: InstanceCase) -> None:
    timed.cloud.load(case.scenario({}, seconds=60.0))
    waiting: list[int] = []

    def fail_for_some_polls() -> None:
        waiting.append(timed.progress.figures()["waiting"])
        if len(waiting) == 3:
            timed.cloud.faults.add("status", service=case.service, method="GET", status=403, error_code="X.0403")
        if len(waiting) == 8:
            timed.cloud.faults.clear()

    timed.clock.before_sleep = fail_for_some_polls
    assert [one.outcome for one in timed.delete(case)] == [Outcome.DELETED]
    refused = {entry["at"] - START for entry in timed.cloud.log if entry["status"] == 403}
    assert sorted(refused) == pytest.approx(at_polls(7)[2:])
    assert timed.clock.slept == pytest.approx(POLLS[: len(timed.clock.slept)])
    assert set(waiting) == {1} and timed.times(case, "DELETE") == [0.0]


@each_kind
def test_wait_busy_delete_is_sent_once_for_each_poll(timed: Timed, case: InstanceCase) -> None:
    timed.cloud.load(case.scenario({}, seconds=0.0))
    status, code = case.busy
    timed.cloud.faults.add("status", service=case.service, method="DELETE", status=status, error_code=code, times=6)
    assert [one.outcome for one in timed.delete(case)] == [Outcome.DELETED]
    assert timed.times(case, "DELETE") == pytest.approx([0.0, *at_polls(6)])
    assert timed.accepted == ["i-1"]


@each_kind
def test_wait_passing_status_delete_is_sent_at_next_poll(timed: Timed, case: InstanceCase) -> None:
    becomes = {"status": case.status, "after": 20.0}
    timed.cloud.load(case.scenario({"status": case.passing, "becomes": becomes}, seconds=0.0))
    assert [one.outcome for one in timed.delete(case)] == [Outcome.DELETED]
    (sent,) = timed.times(case, "DELETE")
    assert sent == pytest.approx(next(at for at in at_polls(60) if at >= 20.0))
