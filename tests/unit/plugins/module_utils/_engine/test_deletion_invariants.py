# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds whatever is deleted together and whatever the services answer.

The state and the request log of the emulator tell, not only what the engine returns.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection import Connection
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection_settings import ConnectionSettings
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.environment import DeleteRequest, delete_kinds
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.progress import KindProgress
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.record_client import Outcome, RecordId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator import CloudEmulator
from emulator.services import KINDS, SERVICES
from emulator.state import Project, Record
from helpers.emulator_calls import Caller, Entry, sends_only_reads
from helpers.environment_strategies import (
    UNKNOWN,
    Environment,
    Key,
    environments,
    faults,
    forbidden,
    leaving,
    ready,
    staying,
    stuck,
)
from helpers.kind_cases import CASES, HUAWEI, INSTANCE_KINDS

INSTANCES = {case.kind for case in INSTANCE_KINDS}
# In the order in which they must go, as far as one of them has an order.
ORDERS = (
    *(({"drs_job"}, {kind}) for kind in KINDS if kind != "drs_job"),
    ({"dms_task", "dms_scheduled_task"}, {"dms_instance"}),
    ({"dcs_bigkey_task", "dcs_hotkey_task"}, {"dcs_instance"}),
    (INSTANCES, {"gaussdb_job", "gaussdb_scheduled_task", "dcs_task", "cce_job", "cce_autopilot_job"}),
)
AFTER_INSTANCES = ORDERS[-1][1]
BY_INSTANCE = {case.kind for case in CASES if case.by_instance}
# The deletion of an instance leaves such a record.
LEFT_BEHIND = {"gaussdb_job", "cce_job"}
random_environments = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def project(cloud: CloudEmulator, name: str = "retired") -> Project:
    state = cloud.loaded.state
    return state.project(f"{state.region}_{name}")


def held(cloud: CloudEmulator) -> dict[Key, Record]:
    """The records and instances of the project that still exist."""
    found = project(cloud).records
    return {(kind, record.id): record for kind, mock in KINDS.items() for record in found[mock.key]}


def summary(cloud: CloudEmulator, name: str) -> Any:
    return cloud.state()["projects"][project(cloud, name).name]


def target(entry: Entry) -> Key:
    """Kind and id of the one record that a request is about."""
    operation = SERVICES[entry["service"]].find(entry["method"], entry["path"])
    assert operation and operation.kind, f"{entry['method']} {entry['path']} is not documented for one record"
    matched = operation.path_regex.match(entry["path"])
    assert matched
    named = matched.groupdict()
    in_path = [named[name] for name in ("task_id", "job_id", "cluster_id", "instance_id") if name in named]
    in_query, in_body = entry["query"].get("id"), (entry["body"] or {}).get("jobs", [])
    (record_id,) = in_path[:1] or ([in_query] if in_query else [job["job_id"] for job in in_body])
    return operation.kind.name, record_id


@dataclass
class Run:
    """One call of `delete_kinds`, and what the emulator knows before and after."""

    cloud: CloudEmulator
    environment: Environment
    wait: bool
    timeout: float

    def __post_init__(self) -> None:
        cloud, environment = self.cloud, self.environment
        self.started = time.time()
        cloud.load(environment.scenario)
        self.before, self.neighbour = held(cloud), summary(cloud, "neighbour1")
        self.accepted: list[Key] = []
        self.outcomes: dict[Key, Outcome] = {}

    def delete(self, *, check_mode: bool = False) -> None:
        wanted: dict[str, list[RecordId]] = {}
        for kind, record_id in self.environment.requested:
            _kind, holder = self.environment.holders.get((kind, record_id), (None, UNKNOWN))
            wanted.setdefault(kind, []).append(RecordId(record_id, holder if kind in BY_INSTANCE else None))
        self.requests = {kind: self._request(kind, ids) for kind, ids in wanted.items()}
        options = Caller(self.cloud).options(stall_timeout=3 * self.timeout)
        connection = Connection(ConnectionSettings.from_options(options))
        try:
            self.found = delete_kinds(connection, self.requests, check_mode=check_mode)
        finally:
            connection.close()
        for kind, result in self.found.items():
            self.outcomes.update({(kind, one.record_id.id): one.outcome for one in result.results})
        self.cloud.state()
        self.after = held(self.cloud)

    def _request(self, kind: str, ids: list[RecordId]) -> DeleteRequest:
        return DeleteRequest(
            ids,
            stop=self.environment.stop,
            wait=self.wait,
            wait_timeout=self.timeout,
            progress=KindProgress(total=len(ids)),
            accepted=lambda record_id: self.accepted.append((kind, record_id)),
        )

    @property
    def deletes(self) -> list[tuple[Key, Entry]]:
        """The requests that ask for a change, in order, each with the record that it is about."""
        return [(target(entry), entry) for entry in self.cloud.writes()]

    def those(self, *outcomes: Outcome) -> set[Key]:
        return {key for key, outcome in self.outcomes.items() if outcome in outcomes}


def check_results(run: Run) -> None:
    """Every record that was requested has one result, and progress and journal agree."""
    assert {kind: [one.record_id for one in found.results] for kind, found in run.found.items()} == {
        kind: request.record_ids for kind, request in run.requests.items()
    }
    ended = {Outcome.DELETED, Outcome.ABSENT, Outcome.FAILED}
    for key, outcome in run.outcomes.items():
        assert outcome in (ended if run.wait or key[0] not in INSTANCES else ended | {Outcome.DELETING})
    for kind, found in run.found.items():
        failed = [one for one in found.results if one.outcome is Outcome.FAILED]
        assert all(one.error and one.error.error_msg for one in failed)
        total = len(found.results)
        figures = {"total": total, "done": total, "failed": len(failed), "waiting": 0}
        assert run.requests[kind].progress.figures() == figures


def check_state(run: Run) -> None:
    """Gone is what was requested or goes with that; what was reported gone is gone; the rest is as before."""
    environment = run.environment
    leaving = {key for key, spec in environment.instances.items() if spec.get("deleting")}
    gone = run.before.keys() - run.after.keys()
    allowed = {*environment.requested, *leaving}
    assert {environment.holders.get(key, key) if key not in allowed else key for key in gone} <= allowed
    assert not run.those(Outcome.DELETED) & run.after.keys()
    reported = run.those(Outcome.ABSENT)
    assert not {key for key in reported & run.after.keys() if run.wait or key not in leaving}
    for key in run.those(Outcome.DELETING) & run.after.keys():
        assert run.after[key].leaving or environment.instances[key].get("delete_fails")
    appeared = run.after.keys() - run.before.keys()
    assert {kind for kind, _id in appeared} <= LEFT_BEHIND
    assert {run.after[key].instance_id for key in appeared} <= {one for kind, one in allowed if kind in INSTANCES}
    assert summary(run.cloud, "neighbour1") == run.neighbour


def check_requests(run: Run) -> None:
    """Requests are about single records of the project that were requested, phase after phase."""
    environment, deletes = run.environment, run.deletes
    sent = [key for key, _entry in deletes]
    assert {*sent} <= {*environment.requested} and {*run.accepted} <= {*sent}
    assert {key for key in run.those(Outcome.DELETED, Outcome.DELETING) if key[0] in INSTANCES} <= {*sent}
    other = project(run.cloud, "neighbour1").id
    assert not [entry["path"] for entry in run.cloud.log if other in entry["path"]]
    assert not [entry for entry in run.cloud.log if {"include_delete", "all_failure"} & entry["query"].keys()]
    for first, then in ORDERS:
        early = [number for number, (kind, _id) in enumerate(sent) if kind in first]
        late = [number for number, (kind, _id) in enumerate(sent) if kind in then]
        assert not early or not late or max(early) < min(late)


def check_forbidden(run: Run) -> None:
    """What must not be deleted stands, and no request was sent about it where the service tells that."""
    sent = {key for key, _entry in run.deletes}
    for key, state in run.environment.states.items():
        shown = run.environment.region == HUAWEI or not {"protected", "locked"} & run.environment.instances[key].keys()
        assert state is not forbidden or (key in run.after and not (shown and key in sent))


def check_instances_end_first(run: Run) -> None:
    """What comes after the instances begins when each is gone or given up."""
    begun = [entry["at"] for (kind, _id), entry in run.deletes if kind in AFTER_INSTANCES]
    removed = project(run.cloud).records
    for kind, record_id in run.those(Outcome.DELETED, Outcome.ABSENT) if run.wait and begun else ():
        if kind in INSTANCES and (kind, record_id) in run.before:
            assert run.started <= removed[KINDS[kind].key].removed[record_id].updated_at <= min(begun)


def check(run: Run) -> None:
    check_results(run)
    check_state(run)
    check_requests(run)
    check_forbidden(run)
    check_instances_end_first(run)


def expected(environment: Environment, key: Key) -> set[Outcome]:
    """What may become of a record or instance where every service answers as documented."""
    if key[1] == UNKNOWN:
        return {Outcome.ABSENT}
    by_state = {ready: Outcome.DELETED, leaving: Outcome.ABSENT, forbidden: Outcome.FAILED}
    if key in environment.states:
        return {by_state[environment.states[key]]}
    stopped = environment.stop and key[0] == "drs_job"
    deletable = stopped or environment.records[key]["status"].upper() in KINDS[key[0]].deletable
    # The instance may go first.
    goes = environment.states.get(environment.holders.get(key, key)) is leaving
    return {Outcome.DELETED if deletable else Outcome.FAILED, *([Outcome.ABSENT] if goes else [])}


@random_environments
@given(environment=environments(ready, ready, leaving, forbidden))
def test_delete_kinds_without_fault_deletes_everything_deletable(
    running_cloud: CloudEmulator, environment: Environment
) -> None:
    """Check mode, tried before, sends nothing but reads."""
    run = Run(running_cloud, environment, wait=True, timeout=30.0)
    run.delete(check_mode=True)
    assert sends_only_reads(running_cloud.log) and not run.accepted
    run.delete()
    for key, outcome in run.outcomes.items():
        assert outcome in expected(environment, key), key
    check(run)


@random_environments
@given(environment=environments(ready, staying, stuck, leaving, forbidden), wait=st.booleans(), data=st.data())
def test_delete_kinds_with_any_fault_deletes_only_requested(
    running_cloud: CloudEmulator, environment: Environment, wait: bool, data: st.DataObject
) -> None:
    run = Run(running_cloud, environment, wait, timeout=0.1)
    for fault in data.draw(faults(environment)):
        running_cloud.faults.add(**fault)
    run.delete()
    check(run)
