# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes records, settings and plans for the tests of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.sundown.hwcloud.plugins.filter.decommission import FACTS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.decide import Decision, decide
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.outcomes import RunResult, reconcile
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.plan import approved_plan, build_plan
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.role_settings import RoleSettings, validate
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.state import State, unpack

from checkout import ROOT

Record = dict[str, Any]

ROLE = ROOT / "roles" / "decommission"
PROJECT = "eu-de_retired"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
IDENTITY = {"project_id": "4b29fc7ce1db489c91f1fd4f065e5713", "region": "eu-de", "user_name": "operator"}
UNATTENDED = f"{PROJECT}/unattended"
SERVICES = tuple(FACTS)
# A deletable and a running status of each service, as the service spells them.
ENDED = {"drs": "CREATE_FAILED", "gaussdb": "Failed", "dms": "FAILED", "dcs": "FAILED", "cce": "Failed"}
RUNNING = {"drs": "PAUSING", "gaussdb": "Running", "dms": "EXECUTING", "dcs": "EXECUTING", "cce": "Running"}


def defaults(path: Path = ROLE / "defaults" / "main.yml") -> dict[str, Any]:
    """The role's variables as they are when only the project is named."""
    return {"decommission_project": PROJECT, **yaml.safe_load(path.read_text(encoding="utf-8"))}


def settings(**variables: Any) -> RoleSettings:
    """The settings that these variables, named without their prefix, mean beside the defaults."""
    given = {f"decommission_{name}": value for name, value in variables.items()}
    return validate({**defaults(), **given}, FACTS)


def record(record_id: str = "a1", service: str = "gaussdb", **fields: Any) -> Record:
    """A record that may be deleted, but for what the fields say."""
    return {
        "service": service,
        "region": IDENTITY["region"],
        "project_id": IDENTITY["project_id"],
        "instance_id": None,
        "id": record_id,
        "name": "CreateInstance",
        "status": ENDED[service],
        "created_at": "2026-11-01T10:00:00Z",
        "updated_at": None,
        "deletable": True,
        **fields,
    }


def listing(records: Sequence[Record], **states: str) -> dict[str, Any]:
    """What environment_info returns, every list complete but for those whose state is given."""
    listings = {name: {"state": states.get(name, "complete"), "error_code": None} for name in SERVICES}
    return {"records": list(records), "listings": listings, "summary": {"requests": 7, "throttled": 0, "seconds": 0.5}}


def decisions(records: Sequence[Record], listed: Iterable[str] = SERVICES, **variables: Any) -> list[Decision]:
    """What is decided about records under these variables."""
    return decide(records, settings(**variables), FACTS, listed=list(listed), now=NOW)


def reasons(records: Sequence[Record], **variables: Any) -> dict[str, str]:
    """The reason of each decision by the record's id."""
    return {
        item["id"]: decision.reason for item, decision in zip(records, decisions(records, **variables), strict=True)
    }


def planned(records: Sequence[Record], **variables: Any) -> set[str]:
    """The ids of what is planned."""
    decided = zip(records, decisions(records, **variables), strict=True)
    return {item["id"] for item, decision in decided if decision.planned}


def run_of(
    listed: Sequence[Record] | Mapping[str, Any],
    plan_text: str | None = None,
    *,
    check_mode: bool = False,
    **variables: Any,
) -> dict[str, Any]:
    """What a run of the role makes of a list under these variables."""
    chosen = settings(**variables)
    found = listed if isinstance(listed, Mapping) else listing(listed)
    approved = approved_plan(chosen, plan_text)
    return build_plan(found, chosen, FACTS, identity=IDENTITY, approved=approved, check_mode=check_mode, now=NOW)


def state_of(run: Mapping[str, Any]) -> State:
    """The state that a run has packed."""
    return unpack(run["state"])


def planned_in(run: Mapping[str, Any]) -> set[str]:
    """The ids of what a run would delete."""
    return {row.id for row in state_of(run).rows if row.planned}


def settled(
    run: Mapping[str, Any], results: Sequence[Mapping[str, Any]] = (), after: Mapping[str, Any] | None = None
) -> RunResult:
    """The end of a run after these results."""
    return reconcile(state_of(run), results, after)


def ends_of(end: RunResult) -> dict[str, tuple[str, str]]:
    """Outcome and reason by the record's id."""
    return {row.id: (one.outcome, one.reason) for row, one in zip(end.state.rows, end.ends, strict=True)}
