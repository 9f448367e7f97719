# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a plan with instances may differ from the approved one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from helpers.plan_factory import (
    Record,
    batch_result,
    document_of,
    ends_of,
    instance,
    listing,
    planned_in,
    reconciled,
    record,
    run_of,
    state_of,
    task,
)

# An environment with an instance and what is under it.
WHOLE = [instance("i1"), task("t1"), task("t2", status="EXECUTING", deletable=False), record("a")]
NEW = {"t3": task("t3"), "b": record("b"), "i2": instance("i2")}


def whole(now: Any, then: Sequence[Record] = tuple(WHOLE), **variables: Any) -> dict[str, Any]:
    """The run that applies the plan of an environment, which is confirmed by its digest, to what there is now."""
    plan = document_of(run_of(then, kinds="all"))
    return run_of(now, planned=plan, **{"kinds": "all", "confirm": plan["confirmation"], **variables})


def sent(run: dict[str, Any]) -> set[str]:
    """The ids that a run names to the module."""
    return {item["id"] for records in run["records"] for item in json.loads(records)}


@pytest.mark.parametrize("on_drift", ["fail", "intersect"])
@pytest.mark.parametrize(
    ("now", "gone"),
    [
        (WHOLE, set()),
        ([instance(status="EXTENDING"), *WHOLE[1:]], set()),
        ([*WHOLE, task("t3"), task("t4", status="EXECUTING", deletable=False)], set()),
        ([WHOLE[0], WHOLE[3]], {"t1", "t2"}),
        ([WHOLE[0], task("t1", status="SUCCESS"), task("t2"), WHOLE[3]], set()),
    ],
    ids=["same", "status of instance", "comes", "goes", "changes"],
)
def test_change_under_planned_instance_is_no_drift(now: list[Record], gone: set[str], on_drift: str) -> None:
    run = whole(now, on_drift=on_drift)
    assert (run["mode"], run["problems"], sent(run)) == ("apply", [], {"i1", "a"})
    assert planned_in(run) == {item["id"] for item in now}
    assert {item.id for item in state_of(run).records if item.gone} == gone


@pytest.mark.parametrize(
    ("now", "variables", "description", "left"),
    [
        ([*WHOLE, NEW["b"]], {}, "1 added (gaussdb_job b)", {"i1", "a"}),
        ([*WHOLE, NEW["i2"]], {}, "1 added (dms_instance i2)", {"i1", "a"}),
        ([*WHOLE, NEW["i2"], task("t4", "i2")], {}, "1 added (dms_instance i2)", {"i1", "a"}),
        ([*WHOLE, NEW["t3"]], {"protect": [{"id": "t3"}]}, "1 removed (dms_instance i1)", {"t1", "a"}),
        (WHOLE, {"protect": [{"id": "i1"}]}, "1 removed (dms_instance i1)", {"t1", "a"}),
        ([instance(prepaid=True), *WHOLE[1:]], {}, "1 removed (dms_instance i1)", {"t1", "a"}),
        ([instance(prepaid=True), *WHOLE[1:], NEW["t3"]], {}, "1 removed (dms_instance i1)", {"t1", "a"}),
        ([instance(prepaid=True), task("t1", status="SUCCESS")], {}, "1 removed (dms_instance i1)", set()),
        ([instance(status="FROZEN", deletable=False), *WHOLE[1:]], {}, "1 removed (dms_instance i1)", {"t1", "a"}),
        (WHOLE, {"select": [{"id": "a"}]}, "1 removed (dms_instance i1)", {"a"}),
    ],
)
def test_drift_of_instances_is_refused_or_bounded(
    now: list[Record], variables: dict[str, Any], description: str, left: set[str]
) -> None:
    run = whole(now, **variables)
    assert (run["mode"], run["batches"]) == ("refused", [])
    assert description in run["problems"][0]
    run = whole(now, on_drift="intersect", **variables)
    assert (run["mode"], sent(run)) == ("apply", left)


def test_instance_not_approved_is_kept_and_records_under_instance_are_bounded() -> None:
    then = [task("t1", "i2"), task("t2", "i2", status="EXECUTING", deletable=False), record("a")]
    now = [instance("i2"), *then, task("t3", "i2")]
    assert whole(now, then)["mode"] == "refused"
    run = whole(now, then, on_drift="intersect")
    assert sent(run) == {"t1", "a"}
    ends = ends_of(reconciled(run, [batch_result(run, 1, deleted=["t1", "a"])]))
    assert ends == {
        "i2": ("kept", "not selected"),
        "t1": ("deleted", "selected"),
        "t2": ("kept", "running"),
        "a": ("deleted", "selected"),
        "t3": ("kept", "not selected"),
    }


@pytest.mark.parametrize(
    ("fields", "protect", "outcome", "rule"),
    [
        ({"prepaid": True}, [], "drifted", "it was planned and is kept now: it is prepaid"),
        ({"status": "FROZEN"}, [], "drifted", "it was planned and is kept now: its status FROZEN"),
        ({}, [{"id": "t2"}], "kept", "it holds protected records"),
        ({"prepaid": True}, [{"id": "i1"}], "kept", "decommission_protect[0]: id=i1"),
    ],
)
def test_approved_instance_that_stays_has_reason(
    fields: dict[str, Any], protect: list[dict[str, str]], outcome: str, rule: str
) -> None:
    run = whole([instance(**fields), *WHOLE[1:]], on_drift="intersect", protect=protect)
    assert ends_of(reconciled(run))["i1"][0] == outcome
    assert state_of(run).records[0].rule.startswith(rule)


@pytest.mark.parametrize("on_drift", ["fail", "intersect"])
def test_approved_instance_gone_leaves_nothing_else_to_delete(on_drift: str) -> None:
    now = [task("t1"), task("t2", status="EXECUTING", deletable=False), task("t3"), record("a")]
    run = whole(now, on_drift=on_drift)
    assert (run["mode"], sent(run)) == ("apply", {"t1", "a"})
    assert ends_of(reconciled(run))["i1"] == ("absent", "already gone")
    assert ends_of(reconciled(run))["t3"] == ("kept", "not selected")


def test_approved_instance_of_kind_not_listed_is_refused() -> None:
    run = whole(listing(WHOLE[1:], dms_instance="failed"), on_drift="intersect", accept_unavailable=["dms_instance"])
    assert (run["mode"], run["batches"]) == ("refused", [])


def test_approved_record_that_shares_id_with_kept_one_has_drifted() -> None:
    then = [task("same", "i1"), record("a")]
    now = [*then, task("same", "i2", status="EXECUTING", deletable=False)]
    run = whole(now, then, on_drift="intersect")
    assert sent(run) == {"a"}
    assert [item.reason for item in state_of(run).records] == ["drifted", "selected", "running"]


def test_plan_file_with_record_under_instance_that_was_added_deletes_only_instance() -> None:
    plan = document_of(run_of(WHOLE, kinds="all"))
    plan["records"].append({**plan["records"][1], "id": "smuggled"})
    now = [*WHOLE, task("smuggled"), task("smuggled", "i2")]
    variables: dict[str, Any] = {"planned": plan, "kinds": "all", "confirm": plan["confirmation"]}
    assert sent(run_of(now[:-1], **variables)) == {"i1", "a"}
    assert run_of(now, **variables)["mode"] == "refused"
    assert sent(run_of(now, on_drift="intersect", **variables)) == {"i1", "a"}
