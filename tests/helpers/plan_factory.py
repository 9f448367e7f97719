# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes records, settings and plans for the tests of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS, KINDS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.approval import approved_plan
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.decide import Decision, decide
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.outcomes import RunResult, reconcile
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.plan import build_plan
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.role_settings import RoleSettings, validate
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.settle import settle
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.state import RunState, unpack

from checkout import ROOT
from emulator.services import KINDS as MOCKS

Record = dict[str, Any]

ROLE = ROOT / "roles" / "decommission"
PROJECT = "eu-de_retired"
NOW = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
IDENTITY = {"project_id": "4b29fc7ce1db489c91f1fd4f065e5713", "region": "eu-de", "user_name": "operator"}
UNATTENDED = f"{PROJECT}/unattended"
# Those of the kinds that the role deletes by default.
SERVICES = tuple(KINDS[name].service for name in DEFAULT_KINDS)
# The kinds of records that the region offers.
_MOCKS = [mock for mock in MOCKS.values() if mock.otc and mock is not mock.service.instances]


def _statuses(deletable: bool) -> dict[str, str]:
    """The last status, among the samples of each kind, that allows a delete or does not, as the service spells it."""
    return {
        mock.name: [one["status"] for one in mock.samples if (one["status"].upper() in mock.deletable) == deletable][-1]
        for mock in _MOCKS
    }


ENDED, RUNNING = _statuses(deletable=True), _statuses(deletable=False)
# A deletable status of each kind of instances, one that ends by itself, and one that forbids a delete.
READY = {
    "gaussdb_instance": "ACTIVE",
    "dms_instance": "RUNNING",
    "dcs_instance": "RUNNING",
    "cce_cluster": "Available",
}
PASSING = {
    "gaussdb_instance": "BACKING UP",
    "dms_instance": "RESTARTING",
    "dcs_instance": "EXTENDING",
    "cce_cluster": "Upgrading",
}
FORBIDDEN = {
    "gaussdb_instance": "FROZEN",
    "dms_instance": "FROZEN",
    "dcs_instance": "CLOSED",
    "cce_cluster": "Hibernation",
}
# What takes records with it, by their kind, and the most usual kind that each takes.
HELD_BY = {mock.name: mock.service.instances.name for mock in _MOCKS if mock.instance_key and mock.service.instances}
HOLDERS = {"dms_instance": "dms_task", "dcs_instance": "dcs_task"}


def defaults() -> dict[str, Any]:
    """The role's variables as they are when only the project is named."""
    path = ROLE / "defaults" / "main.yml"
    return {"decommission_project": PROJECT, **yaml.safe_load(path.read_text(encoding="utf-8"))}


def settings(**variables: Any) -> RoleSettings:
    """The settings that these variables, named without their prefix, mean beside the defaults."""
    given = {f"decommission_{name}": value for name, value in variables.items()}
    return validate({**defaults(), **given})


def record(record_id: str = "a1", kind: str = "gaussdb_job", **fields: Any) -> Record:
    """A record that may be deleted, but for what the fields say."""
    return {
        "kind": kind,
        "service": KINDS[kind].service,
        "region": IDENTITY["region"],
        "project_id": IDENTITY["project_id"],
        "instance_id": None,
        "id": record_id,
        "name": "CreateInstance",
        "status": ENDED.get(kind),
        "created_at": "2026-11-01T10:00:00Z",
        "updated_at": None,
        "deletable": True,
        **fields,
    }


def instance(instance_id: str = "i1", kind: str = "dms_instance", **fields: Any) -> Record:
    """An instance that may be deleted, but for what the fields say."""
    facts = {"engine": "kafka 2.7", "tags": {}, "prepaid": False, "protected": False, "locked": False}
    return record(instance_id, kind, **{"name": "orders", "status": READY[kind], **facts, **fields})


def task(record_id: str, instance_id: str = "i1", kind: str = "dms_task", **fields: Any) -> Record:
    """A record under an instance."""
    return record(record_id, kind, instance_id=instance_id, **fields)


def listing(records: Sequence[Record], **states: str) -> dict[str, Any]:
    """What environment_info returns, every list complete but for those with a state of their own."""
    listings = {name: {"state": states.get(name, "complete"), "error_code": None} for name in (*ENDED, *READY)}
    summary = {"requests": 7, "throttled": 0, "seconds": 0.5}
    return {"records": list(records), "listings": listings, "identity": IDENTITY, "summary": summary}


def decisions(records: Sequence[Record], listed: Sequence[str] = tuple(KINDS), **variables: Any) -> list[Decision]:
    """The decisions about records under these variables."""
    return settle(records, decide(records, settings(**variables), listed=listed, now=NOW))


def reasons(records: Sequence[Record], **variables: Any) -> dict[str, str]:
    """The reason of each decision by the record's id."""
    decided = zip(records, decisions(records, **variables), strict=True)
    return {item["id"]: decision.reason for item, decision in decided}


def planned(records: Sequence[Record], **variables: Any) -> set[str]:
    """The ids of the planned records."""
    decided = zip(records, decisions(records, **variables), strict=True)
    return {item["id"] for item, decision in decided if decision.planned}


def state_before(
    plan_text: str | None = None,
    *,
    planned: Mapping[str, Any] | None = None,
    reported: Mapping[str, Any] | None = None,
    **variables: Any,
) -> RunState:
    """The state of a run before its plan, with the plan that it is to apply."""
    chosen = settings(planned=planned or {}, **variables)
    approved = approved_plan(
        chosen.approval,
        plan_file=chosen.plan_file,
        content=plan_text.encode() if plan_text else None,
        planned=planned or {},
        reported=lambda digest: reported if reported and reported["digest"].startswith(digest) else None,
        project=chosen.project,
        region=chosen.region,
    )
    return RunState(chosen, approved=approved)


def run_of(
    listed: Sequence[Record] | Mapping[str, Any],
    plan_text: str | None = None,
    *,
    check_mode: bool = False,
    **variables: Any,
) -> dict[str, Any]:
    """The run that the role makes of a list under these variables."""
    found = listed if isinstance(listed, Mapping) else listing(listed)
    return build_plan(state_before(plan_text, **variables), found, check_mode=check_mode, now=NOW)


def state_of(run: Mapping[str, Any]) -> RunState:
    """The state that a run has packed."""
    return unpack(run["state"])


def document_of(run: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a run's plan."""
    return state_of(run).document()


def planned_in(run: Mapping[str, Any]) -> set[str]:
    """The ids of the records that a run would delete."""
    return {item.id for item in state_of(run).records if item.planned}


def batch_result(
    run: Mapping[str, Any],
    number: int,
    *,
    deleted: Iterable[str] = (),
    absent: Iterable[str] = (),
    failures: Iterable[Mapping[str, Any]] = (),
    **values: Any,
) -> dict[str, Any]:
    """What the module environment returns for a batch of a run; the records are named by their ids."""
    kinds = {item.id: item.kind for item in state_of(run).records}

    def named(record_id: str) -> dict[str, Any]:
        return {"kind": kinds[record_id], "instance_id": None, "id": record_id}

    return {
        "item": run["batches"][number - 1],
        "deleted": [named(record_id) for record_id in deleted],
        "absent": [named(record_id) for record_id in absent],
        "failures": [{**named(failure["id"]), **failure} for failure in failures],
        **values,
    }


def reconciled(
    run: Mapping[str, Any], results: Sequence[Mapping[str, Any]] = (), after: Mapping[str, Any] | None = None
) -> RunResult:
    """The end of a run after these results."""
    return reconcile(state_of(run), results, after)


def ends_of(result: RunResult) -> dict[str, tuple[str, str]]:
    """Outcome and reason by the record's id."""
    ends = zip(result.state.records, result.results, strict=True)
    return {item.id: (end.outcome, end.reason) for item, end in ends}
