# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The edges of the decisions: just inside, just outside, and the order of those who share one."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.filter.decommission import FACTS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.decide import (
    NOT_SELECTED,
    PROTECTED,
    SELECTED,
    Decision,
    keep_shared_ids,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.drift import Drift, restrict_to_approved
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.errors import PlanError
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.rules import age_of, parse_rules

from helpers.plan_factory import decisions, record

PLANNED = Decision(True, SELECTED, "all")


@pytest.mark.parametrize("text", ["36500d", "1h", "5214w"])
def test_an_age_may_be_as_long_as_it_says(text: str) -> None:
    assert age_of("older_than", text).days <= 36500


@pytest.mark.parametrize("text", ["36501d", "5215w", "0d", "0h"])
def test_an_age_may_be_no_longer_and_no_shorter(text: str) -> None:
    with pytest.raises(PlanError, match="36500d at most"):
        age_of("older_than", text)


@pytest.mark.parametrize("value", [7, 1.5, True, {"name": "x"}, "name", b"name"])
def test_rules_that_are_no_list_are_refused(value: Any) -> None:
    with pytest.raises(PlanError):
        parse_rules("decommission_protect", value, FACTS)


@pytest.mark.parametrize("value", [7, "name", ["name"], None])
def test_a_rule_that_is_no_dict_is_refused(value: Any) -> None:
    with pytest.raises(PlanError, match="is not a rule"):
        parse_rules("decommission_protect", [value], FACTS)


def test_a_rule_stays_as_it_is() -> None:
    (rule,) = parse_rules("decommission_protect", [{"name": "x"}], FACTS)
    with pytest.raises(FrozenInstanceError):
        rule.place = "elsewhere"  # type: ignore[misc]


def test_those_who_share_an_id_are_kept_for_the_first_reason_of_one_who_is_kept() -> None:
    protected = Decision(False, PROTECTED, "a rule")
    unselected = Decision(False, NOT_SELECTED, "no rule")
    records = [record("same", instance_id=str(number)) for number in range(3)]
    assert keep_shared_ids(records, [PLANNED, protected, unselected]) == [protected] * 3
    assert keep_shared_ids(records, [unselected, PLANNED, protected]) == [protected] * 3


def test_those_who_share_an_id_and_are_all_kept_have_each_their_own_reason() -> None:
    protected = Decision(False, PROTECTED, "a rule")
    unselected = Decision(False, NOT_SELECTED, "no rule")
    records = [record("same", instance_id=str(number)) for number in range(2)]
    assert keep_shared_ids(records, [unselected, protected]) == [unselected, protected]


def test_what_lacks_what_a_protecting_rule_asks_about_is_not_planned() -> None:
    (decision,) = decisions([record("a", name=None)], protect=[{"name": "x"}])
    assert (decision.planned, decision.reason) == (False, PROTECTED)


def test_a_service_that_was_not_asked_for_is_not_planned() -> None:
    """Not even where it was listed all the same."""
    (decision,) = decisions([record("a")], services=["drs", "cce"])
    assert (decision.planned, decision.reason) == (False, NOT_SELECTED)


@pytest.mark.parametrize("now", ["Completed", "FAILED", "Zzz", ""])
def test_any_other_status_than_the_approved_one_is_drift(now: str) -> None:
    approved = [record("a", status="Failed")]
    (decision,) = restrict_to_approved(approved, [record("a", status=now)], [PLANNED], intersect=False)
    assert (decision.planned, decision.reason) == (False, "drifted")


def test_of_those_who_were_not_approved_only_the_planned_are_newcomers() -> None:
    running = Decision(False, "running", "it runs")
    records = [record("a"), record("b")]
    intersected = restrict_to_approved([], records, [PLANNED, running], intersect=True)
    assert [decision.planned for decision in intersected] == [False, False]
    assert intersected[1] == running
    assert restrict_to_approved([], records, [PLANNED, running], intersect=False) == [PLANNED, running]


@pytest.mark.parametrize(("count", "more"), [(5, ""), (6, " and 1 more"), (8, " and 3 more")])
def test_five_are_named_and_the_rest_is_counted(count: int, more: str) -> None:
    drift = Drift(came=tuple(record(f"r{number}") for number in range(count)))
    names = ", ".join(f"gaussdb r{number}" for number in range(5))
    assert str(drift) == f"{count} came ({names}{more})"
