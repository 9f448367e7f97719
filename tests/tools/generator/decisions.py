# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of outcomes and of drift: what the plan decides about sample records, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.state import Mode

from helpers.plan_factory import (
    UNATTENDED,
    batch_result,
    document_of,
    instance,
    listing,
    reconciled,
    record,
    run_of,
    state_of,
    task,
)

from .tables import literal, rst_table

Record = dict[str, Any]
CONFIRMED = {"confirm": UNATTENDED}
EVERYTHING = {"kinds": ["all"]}
# The confirmation of exactly the plan.
EXACTLY = {"confirm": "exactly"}
RECORD = record()
RUNNING = record(status="Running", deletable=False)
CLUSTER = instance("c1", "cce_cluster")
RUNNING_DRS = record(kind="drs_job", status="INCRE_TRANSFER_STARTED", deletable=False)
REFUSAL = {"id": RECORD["id"], "http_status": 409, "error_code": "DBS.200402", "error_msg": "Invalid operation."}


@dataclass(frozen=True)
class Situation:
    """The first of ``records``, described in words; ``result`` is what a delete module returned."""

    words: str
    records: Sequence[Record] = (RECORD,)
    variables: Mapping[str, Any] = field(default_factory=lambda: CONFIRMED)
    result: Mapping[str, Any] = field(default_factory=dict)
    still_listed: bool = False


DELETED = {"deleted": [RECORD["id"]]}
SITUATIONS = (
    Situation(
        "A rule in ``decommission_protect`` matches the record. This takes precedence over everything else.",
        variables={**CONFIRMED, "protect": [{"id": RECORD["id"]}], "select": [{"id": RECORD["id"]}]},
    ),
    Situation(
        "A rule in ``decommission_protect`` is about a field that the record lacks.",
        [record(name=None)],
        {**CONFIRMED, "protect": [{"name": "Backup*"}]},
    ),
    Situation(
        "No rule in ``decommission_select`` matches the record.",
        variables={**CONFIRMED, "select": [{"status": "Running"}]},
    ),
    Situation(
        "The rules in ``decommission_select`` are about a field that the record lacks.",
        [record(created_at=None)],
        {**CONFIRMED, "select": [{"older_than": "30d"}]},
    ),
    Situation(
        "The ID contains blanks, invisible characters or other characters that no ID has.",
        [record("a1\\u200b")],
    ),
    Situation("The status says that the job or task has not ended.", [RUNNING]),
    Situation("The status is unknown.", [record(status="Archived", deletable=False)]),
    Situation("A running DRS job, and ``decommission_stop_drs`` is false.", [RUNNING_DRS]),
    Situation(
        "A DRS job that is not released and not at work, such as ``RELEASE_RESOURCE_FAILED``, and"
        " ``decommission_stop_drs`` is false. The rule in the report says what to do.",
        [record(kind="drs_job", status="RELEASE_RESOURCE_FAILED", deletable=False)],
    ),
    Situation(
        "The record is one of the newest ``decommission_keep_last`` of its kind and instance.",
        [record("new", created_at="2026-11-20T10:00:00Z"), RECORD],
        {**CONFIRMED, "keep_last": 1},
    ),
    Situation(
        "The age of the record is unknown, so ``decommission_keep_last`` counts it as new.",
        [record("undated", created_at=None), RECORD],
        {**CONFIRMED, "keep_last": 1},
    ),
    Situation(
        "The record shares its ID with a record that is kept, and a delete names the ID only.",
        [RECORD, record(instance_id="other", name="Keep")],
        {**CONFIRMED, "protect": [{"name": "Keep"}]},
    ),
    Situation("The record is planned, and nothing is confirmed.", variables={}),
    Situation(
        "The record is planned, and the plan is refused.", [RECORD, record("a2")], {**CONFIRMED, "max_records": 1}
    ),
    Situation("The record is planned and confirmed; it is deleted and no longer listed.", result=DELETED),
    Situation(
        "A running DRS job is planned and confirmed, and ``decommission_stop_drs`` is true. It is stopped and deleted.",
        [RUNNING_DRS],
        {**CONFIRMED, "stop_drs": True},
        DELETED,
    ),
    Situation(
        "The record is planned and confirmed, and the service reports that it does not exist.",
        result={"absent": [RECORD["id"]]},
    ),
    Situation(
        "The record is planned and confirmed, and the service rejects the delete. The reason is its message.",
        result={"failures": [REFUSAL], "msg": "not deleted"},
    ),
    Situation(
        "The record is planned and confirmed, and the credentials were rejected before its batch.",
        result={"skipped": True},
    ),
    Situation(
        "The record is planned and confirmed; the service reports it as deleted but still lists it.",
        result=DELETED,
        still_listed=True,
    ),
    Situation("An instance is prepaid.", [instance(prepaid=True, deletable=False)]),
    Situation("The deletion protection of a cluster is on.", [CLUSTER | {"protected": True, "deletable": False}]),
    Situation(
        "A cluster is hibernated. The rule in the report says what to do.",
        [CLUSTER | {"status": "Hibernation", "deletable": False}],
    ),
    Situation(
        "A rule in ``decommission_protect`` matches a record under the instance.",
        [instance(), task("t1")],
        {**CONFIRMED, "protect": [{"id": "t1"}]},
    ),
    Situation("An instance is planned, and the plan is confirmed with ``unattended``.", [instance()]),
    Situation(
        "An instance is planned and confirmed; the service no longer lists it.",
        [instance()],
        EXACTLY,
        {"deleted": ["i1"]},
    ),
    Situation(
        "The record is under an instance that is planned and confirmed, whatever its own status; the instance goes.",
        [task("t1", status="EXECUTING", deletable=False), instance()],
        EXACTLY,
        {"deleted": ["i1"]},
    ),
    Situation(
        "The record is under an instance that is planned and confirmed; the instance does not go.",
        [task("t1"), instance()],
        EXACTLY,
        {"failures": [REFUSAL | {"id": "i1"}], "msg": "not deleted"},
    ),
)


def decisions() -> str:
    """Return the table of situations: outcome and reason of the record in each."""
    rows = []
    for situation in SITUATIONS:
        variables = {**EVERYTHING, **situation.variables}
        if situation.variables == EXACTLY:
            variables["confirm"] = run_of(situation.records, **EVERYTHING)["confirmation"]
        run = run_of(situation.records, **variables)
        results = [batch_result(run, batch["number"], **situation.result) for batch in run["batches"]]
        after = listing(situation.records) if situation.still_listed else None
        end = reconciled(run, results, after).results[0]
        rows.append([situation.words, literal(end.outcome), literal(end.reason)])
    return rst_table(["The record", "Outcome", "Reason in the report"], rows, [60, 12, 28])


@dataclass(frozen=True)
class Change:
    """A change of the record between the plan and its apply."""

    words: str
    then: Sequence[Record]
    now: Sequence[Record]
    variables: Mapping[str, Any] = field(default_factory=dict)


OTHER = record("other")
INSTANCE = instance(RECORD["id"])
CHANGES = (
    Change("The record is new and would be planned.", [OTHER], [RECORD, OTHER]),
    Change("Its status has changed and still allows a delete.", [RECORD, OTHER], [record(status="Completed"), OTHER]),
    Change("Its status has changed and does not allow a delete.", [RECORD, OTHER], [RUNNING, OTHER]),
    Change("It is no longer selected.", [RECORD, OTHER], [RECORD, OTHER], {"select": [{"id": "other"}]}),
    Change("It is now protected.", [RECORD, OTHER], [RECORD, OTHER], {"protect": [{"id": RECORD["id"]}]}),
    Change("It is no longer listed.", [RECORD, OTHER], [OTHER]),
    Change("No record of the plan is listed any more.", [RECORD], []),
    Change("The status of an instance has changed.", [INSTANCE, OTHER], [INSTANCE | {"status": "EXTENDING"}, OTHER]),
    Change(
        "A record under a planned instance is new.", [INSTANCE, OTHER], [INSTANCE, task("t1", INSTANCE["id"]), OTHER]
    ),
    Change(
        "A record under a planned instance is now protected.",
        [INSTANCE, task("t1", INSTANCE["id"]), OTHER],
        [INSTANCE, task("t1", INSTANCE["id"]), OTHER],
        {"protect": [{"id": "t1"}]},
    ),
)


def drift() -> str:
    """Return the table of changes: the consequence of each, by ``decommission_on_drift``."""
    rows = [[change.words, _consequence(change, "fail"), _consequence(change, "intersect")] for change in CHANGES]
    return rst_table(["Since the plan", "``fail``", "``intersect``"], rows, [40, 25, 35])


def _consequence(change: Change, on_drift: str) -> str:
    document = document_of(run_of(change.then, **EVERYTHING))
    confirm = document["confirmation"]
    approved = {**EVERYTHING, "confirm": confirm, "planned": document}
    run = run_of(change.now, **approved, on_drift=on_drift, **change.variables)
    if run["mode"] == Mode.REFUSED:
        return "refused, nothing is deleted"
    records = state_of(run).records
    ids = [item.id for item in records]
    deleted = [item.id for item in records if item.planned]
    results = [batch_result(run, batch["number"], deleted=deleted) for batch in run["batches"]]
    end = reconciled(run, results).results[ids.index(RECORD["id"])]
    reason = "" if end.reason == end.outcome else f", {literal(end.reason)}"
    return f"{literal(end.outcome)}{reason}; {'the rest is deleted' if deleted else 'nothing is left to do'}"


PARTS = {"decisions": decisions, "drift": drift}
