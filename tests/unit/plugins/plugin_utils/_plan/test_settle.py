# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is under an instance, and what shares an ID."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.decide import (
    NOT_SELECTED,
    PROTECTED,
    SELECTED,
    WITH_INSTANCE,
    Decision,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.drift import DRIFTED
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.settle import (
    keep_shared_ids,
    unseen_protection,
)

from helpers.plan_factory import (
    HOLDERS,
    NOW,
    Record,
    decisions,
    instance,
    listing,
    reasons,
    record,
    run_of,
    settings,
    task,
)

HELD = {
    "running": {"status": "EXECUTING", "deletable": False},
    "scheduled": {"status": "CREATED", "deletable": False},
    "unknown": {"status": None, "deletable": False},
    "newest": {"created_at": "2026-11-21T11:00:00Z"},
    "ended": {},
}


def held(kind: str, instance_id: str = "i1") -> list[Record]:
    """Records of all sorts under an instance of a kind."""
    return [task(name, instance_id, HOLDERS[kind], **fields) for name, fields in HELD.items()]


@pytest.mark.parametrize("kind", HOLDERS)
@pytest.mark.parametrize(
    "variables", [{}, {"keep_last": 5}, {"select": [{"id": "i1"}]}], ids=["all", "newest", "not selected"]
)
def test_record_under_planned_instance_goes_with_instance(kind: str, variables: dict[str, Any]) -> None:
    found = decisions([*held(kind), instance("i1", kind)], **variables)
    rule = f"it is under {kind} i1, which is planned"
    assert found[:-1] == [Decision(True, WITH_INSTANCE, rule)] * len(HELD)
    assert (found[-1].planned, found[-1].reason) == (True, SELECTED)


@pytest.mark.parametrize("kind", HOLDERS)
@pytest.mark.parametrize(
    ("instances", "reason"),
    [
        ([], SELECTED),
        ([("i2", {})], SELECTED),
        ([("i1", {"prepaid": True})], SELECTED),
        ([("i1", {"name": "Keep"})], SELECTED),
    ],
    ids=["none", "another", "prepaid", "protected"],
)
def test_record_under_instance_that_stays_has_own_decision(
    kind: str, instances: list[tuple[str, dict[str, Any]]], reason: str
) -> None:
    records = [*held(kind), *(instance(name, kind, **fields) for name, fields in instances)]
    found = reasons(records, protect=[{"kind": kind, "name": "Keep"}])
    assert (found["ended"], found["running"]) == (reason, "running")


def test_record_of_instance_of_another_kind_has_own_decision() -> None:
    records = [instance("i1"), task("a", "i1", "dcs_task"), record("b", instance_id="i1"), record("c", "dcs_task")]
    assert reasons(records) == {"i1": SELECTED, "a": SELECTED, "b": SELECTED, "c": SELECTED}


@pytest.mark.parametrize("kind", HOLDERS)
@pytest.mark.parametrize(
    "protect",
    [{"id": "running"}, {"name": "x", "id": "ended"}, {"status": "EXECUTING"}],
    ids=["id", "lacking name", "status"],
)
def test_protected_record_keeps_instance(kind: str, protect: dict[str, str]) -> None:
    records = [*held(kind), instance("i1", kind), instance("i2", kind)]
    records[list(HELD).index("ended")]["name"] = None
    found = decisions(records, protect=[protect])
    assert found[-2] == Decision(False, PROTECTED, "it holds protected records")
    assert found[-1].reason == SELECTED
    assert WITH_INSTANCE not in {decision.reason for decision in found}


@pytest.mark.parametrize("refused", [{"prepaid": True}, {"protected": True}], ids=["prepaid", "protection"])
def test_protected_record_leaves_reason_of_instance_that_is_kept_anyway(refused: dict[str, bool]) -> None:
    records = [instance(**refused), task("a")]
    assert reasons(records, protect=[{"id": "a"}])["i1"] in ("prepaid", "deletion protection")


def test_shared_id_under_planned_instance_keeps_none() -> None:
    running = task("same", "i1", status="EXECUTING", deletable=False)
    records = [instance(), running, task("same", "i2"), task("other", "i2")]
    assert [decision.reason for decision in decisions(records)] == [SELECTED, WITH_INSTANCE, SELECTED, SELECTED]
    kept = decisions([instance(), task("same", "i1"), task("same", "i2", status="EXECUTING", deletable=False)])
    assert [decision.reason for decision in kept] == [SELECTED, WITH_INSTANCE, "running"]


PROTECTS = "decommission_protect[0]: "


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ({"kind": "dms_task", "name": "x"}, True),
        ({"kind": "dms_task"}, True),
        ({"service": "dms", "older_than": "30d"}, True),
        ({"service": "dms", "kind": "dms_instance", "name": "x"}, False),
        ({"kind": "dcs_task"}, False),
        ({"service": "dcs"}, False),
        ({"name": "x"}, False),
    ],
)
@pytest.mark.parametrize("listed", ["not asked for", "failed"])
def test_rule_about_unlisted_records_of_planned_instance_refuses(
    rule: dict[str, str], refused: bool, listed: str
) -> None:
    kinds, states = (["instances"], {}) if listed == "not asked for" else (["all"], {"dms_task": "failed"})
    variables: dict[str, Any] = {"kinds": kinds, "protect": [rule], "accept_unavailable": ["dms_task"]}
    run = run_of(listing([instance(name="orders")], **states), **variables)
    unseen = ["dms_task", "dms_scheduled_task"] if "service" in rule and not states else ["dms_task"]
    assert (run["mode"] == "refused") is refused
    if refused:
        assert [re.findall(r"protect a (\w+)", problem) for problem in run["problems"]] == [[kind] for kind in unseen]
        assert all(problem.startswith(PROTECTS) and "decommission_kinds" in problem for problem in run["problems"])
        assert run["confirmation"] == ""
    # Without such an instance nothing would go unseen.
    assert run_of(listing([instance("i1", "gaussdb_instance")], **states), **variables)["problems"] == []
    kept = {**variables, "select": [{"id": "other"}]}
    assert run_of(listing([instance(name="orders")], **states), **kept)["problems"] == []


@pytest.mark.parametrize("cloud", Cloud)
def test_rule_about_records_that_cloud_does_not_offer_is_no_problem(
    monkeypatch: pytest.MonkeyPatch, cloud: Cloud
) -> None:
    kind = KINDS["dms_task"]
    apis = tuple(replace(api, clouds=frozenset({Cloud.HUAWEI})) for api in kind.apis)
    monkeypatch.setitem(KINDS, "dms_huawei_task", replace(kind, name="dms_huawei_task", apis=apis))
    rules = settings(protect=[{"service": "dms"}])
    listed = ["dms_task", "dms_scheduled_task"]
    problems = [*unseen_protection(rules, ["dms_instance"], listed=listed, cloud=cloud, now=NOW)]
    assert ["dms_huawei_task" in problem for problem in problems] == [True] * (cloud is Cloud.HUAWEI)


def test_rule_about_listed_records_of_planned_instance_is_no_problem() -> None:
    run = run_of([instance(), task("a")], kinds="all", protect=[{"kind": "dms_task", "name": "x"}])
    assert (run["mode"], run["counts"]["planned"]) == ("plan", 2)


def test_shared_id_kept_once_is_kept_for_all() -> None:
    records = [
        record("same", "dms_task", instance_id="i1"),
        record("same", "dms_task", instance_id="i2"),
        record("same", "cce_job"),
    ]
    kept = decisions(records, protect=[{"kind": "dms_task", "instance_id": "i2"}])
    assert [decision.reason for decision in kept] == ["protected", "protected", "selected"]


def test_shared_id_has_reason_that_is_shown_first() -> None:
    planned_one = Decision(True, SELECTED, "all")
    protected = Decision(False, PROTECTED, "the rule")
    unselected = Decision(False, NOT_SELECTED, "no rule")
    records = [record("same", instance_id=str(number)) for number in range(3)]
    assert keep_shared_ids(records, [planned_one, protected, unselected]) == [protected] * 3
    assert keep_shared_ids(records, [unselected, planned_one, protected]) == [protected] * 3
    drifted = Decision(False, DRIFTED, "another status")
    assert keep_shared_ids(records, [drifted, planned_one, unselected]) == [unselected] * 3
    # Where all are kept anyway, each has its own.
    assert keep_shared_ids(records[:2], [unselected, protected]) == [unselected, protected]
