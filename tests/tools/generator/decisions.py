# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a record, and of a plan that has drifted: decided by the code that decides in earnest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.document import build_document
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.state import REFUSED
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.tables import counts_of

from helpers.plan_factory import UNATTENDED, listing, record, run_of, settled, state_of

from .tables import literal, rst_table

Record = dict[str, Any]
CONFIRMED = {"confirm": UNATTENDED}
RECORD = record()
RUNNING = record(status="Running", deletable=False)
RUNNING_DRS = record(service="drs", status="INCRE_TRANSFER_STARTED", deletable=False)
REFUSAL = {"id": RECORD["id"], "http_status": 409, "error_code": "DBS.200402", "error_msg": "Invalid operation."}


@dataclass(frozen=True)
class Situation:
    """A record (the first of ``records``) in words and in fact; ``said`` is what a delete module said of it."""

    words: str
    records: Sequence[Record] = (RECORD,)
    variables: Mapping[str, Any] = field(default_factory=lambda: CONFIRMED)
    said: Mapping[str, Any] = field(default_factory=dict)
    still_listed: bool = False


DELETED = {"deleted": [RECORD["id"]]}
SITUATIONS = (
    Situation(
        "A rule of ``decommission_protect`` covers it. Nothing outranks this.",
        variables={**CONFIRMED, "protect": [{"id": RECORD["id"]}], "select": [{"id": RECORD["id"]}]},
    ),
    Situation(
        "A rule of ``decommission_protect`` asks about something that the record lacks.",
        [record(name=None)],
        {**CONFIRMED, "protect": [{"name": "Backup*"}]},
    ),
    Situation(
        "No rule of ``decommission_select`` covers it.", variables={**CONFIRMED, "select": [{"status": "Running"}]}
    ),
    Situation(
        "The rules of ``decommission_select`` ask about something that the record lacks.",
        [record(created_at=None)],
        {**CONFIRMED, "select": [{"older_than": "30d"}]},
    ),
    Situation(
        "Its ID came with blanks, with characters that cannot be seen or with others that no ID has.",
        [record("a1\\u200b")],
    ),
    Situation("Its status does not allow a delete.", [RUNNING]),
    Situation("Its status is not one that is known.", [record(status="Archived", deletable=False)]),
    Situation("A DRS job that runs, while ``decommission_stop_drs`` is false.", [RUNNING_DRS]),
    Situation(
        "It is one of the newest ``decommission_keep_last`` of its service and instance.",
        [record("new", created_at="2026-11-20T10:00:00Z"), RECORD],
        {**CONFIRMED, "keep_last": 1},
    ),
    Situation(
        "Its age is unknown, and ``decommission_keep_last`` counts it as new.",
        [record("undated", created_at=None), RECORD],
        {**CONFIRMED, "keep_last": 1},
    ),
    Situation(
        "It shares its ID with a record that is kept, and a delete names the ID alone.",
        [RECORD, record(instance_id="other", name="Keep")],
        {**CONFIRMED, "protect": [{"name": "Keep"}]},
    ),
    Situation("It is planned, and nothing is confirmed.", variables={}),
    Situation("It is planned, and the plan is refused.", variables={**CONFIRMED, "max_records": 1}, records=()),
    Situation("It is planned and confirmed, and the service deletes it and lists it no more.", said=DELETED),
    Situation(
        "A DRS job that runs, is confirmed, and ``decommission_stop_drs`` is true: it is stopped, waited for, deleted.",
        [RUNNING_DRS],
        {**CONFIRMED, "stop_drs": True},
        DELETED,
    ),
    Situation("It is planned and confirmed, and the service says that it is gone.", said={"absent": [RECORD["id"]]}),
    Situation(
        "It is planned and confirmed, and the service refuses. The reason is what it said.",
        said={"failures": [REFUSAL], "msg": "not deleted"},
    ),
    Situation("It is planned and confirmed, and the credentials were refused before its turn.", said={"skipped": True}),
    Situation(
        "It is planned and confirmed, and the service deletes it and lists it all the same.",
        said=DELETED,
        still_listed=True,
    ),
)


def decisions() -> str:
    """Return the table of situations: the outcome of the record in each, and the report's reason for it."""
    rows = []
    for situation in SITUATIONS:
        outcome, reason = _end(situation)
        rows.append([situation.words, literal(outcome), literal(reason)])
    return rst_table(["The record", "Outcome", "Reason in the report"], rows, [60, 12, 28])


def _end(situation: Situation) -> tuple[str, str]:
    # A plan is refused for its size: more records than one are in it then.
    records = list(situation.records) or [RECORD, record("a2")]
    run = run_of(records, **situation.variables)
    results = [{**situation.said, "item": label} for label in run["batches"]]
    end = settled(run, results, listing(records) if situation.still_listed else None).ends[0]
    return end.outcome, end.reason


@dataclass(frozen=True)
class Change:
    """What happened to a record between the plan and its apply."""

    words: str
    then: Sequence[Record]
    now: Sequence[Record]
    variables: Mapping[str, Any] = field(default_factory=dict)


OTHER = record("other")
CHANGES = (
    Change("It is new, and would be planned.", [OTHER], [RECORD, OTHER]),
    Change(
        "Its status has changed, and would still allow a delete.", [RECORD, OTHER], [record(status="Completed"), OTHER]
    ),
    Change("Its status has changed, and forbids a delete.", [RECORD, OTHER], [RUNNING, OTHER]),
    Change("It is no longer selected.", [RECORD, OTHER], [RECORD, OTHER], {"select": [{"id": "other"}]}),
    Change("It is protected now.", [RECORD, OTHER], [RECORD, OTHER], {"protect": [{"id": RECORD["id"]}]}),
    Change("It is not listed any more.", [RECORD, OTHER], [OTHER]),
    Change("Nothing of the plan is listed any more.", [RECORD], []),
)
HEAD = {"created_at": "2026-11-21T12:00:00Z"}


def drift() -> str:
    """Return what becomes of a record that changed between the plan and its apply, by ``decommission_on_drift``."""
    rows = [[change.words, _answer(change, "fail"), _answer(change, "intersect")] for change in CHANGES]
    return rst_table(["Since the plan", "``fail``", "``intersect``"], rows, [40, 25, 35])


def _answer(change: Change, on_drift: str) -> str:
    plan = state_of(run_of(change.then))
    document = build_document(plan.planned(), head=plan.head, counts=counts_of(plan))
    run = run_of(change.now, confirm=document["confirmation"], planned=document, on_drift=on_drift, **change.variables)
    if run["mode"] == REFUSED:
        return "refused, nothing is deleted"
    results = [{"deleted": [item["id"] for item in change.now], "item": label} for label in run["batches"]]
    rows = [row.id for row in state_of(run).rows]
    if RECORD["id"] not in rows:
        return "the rest is deleted" if rows else "nothing is left to do"
    end = settled(run, _only(results, run)).ends[rows.index(RECORD["id"])]
    reason = "" if end.reason == end.outcome else f", {literal(end.reason)}"
    return f"{literal(end.outcome)}{reason}; the rest is deleted"


def _only(results: Sequence[Mapping[str, Any]], run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return results that speak of planned records only, as a delete module does."""
    planned = {row.id for row in state_of(run).rows if row.planned}
    return [{**result, "deleted": [one for one in result["deleted"] if one in planned]} for result in results]
