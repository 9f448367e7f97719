# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An approved plan is held to: came, went and changed are told, and nothing is deleted that was not approved."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.filter.decommission import decommission_planned
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.digest import digest_of
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.errors import PlanError

from helpers.plan_factory import PROJECT, UNATTENDED, ends_of, listing, planned_in, record, run_of, settled, state_of

THEN = [record("stays"), record("changes"), record("goes"), record("runs"), record("hides"), record("unselected")]
NOW = [
    record("stays"),
    record("changes", status="Completed"),
    record("comes"),
    record("runs", status="Running", deletable=False),
    record("hides"),
    record("unselected", name="Other"),
]
RULES_NOW = {"protect": [{"id": "hides"}], "select": [{"name": "Create*"}]}


def plan_of(records: list[dict[str, Any]], **variables: Any) -> str:
    """The text of a plan file."""
    return str(decommission_planned(run_of(records, **variables)["state"], text=True))


def applied(records: Any, plan: str, **variables: Any) -> dict[str, Any]:
    """The run that holds to a plan file."""
    return run_of(records, plan, **{"confirm": UNATTENDED, "plan_file": "plan.json", **variables})


def test_the_same_plan_is_applied() -> None:
    run = applied(THEN, plan_of(THEN))
    assert (run["mode"], planned_in(run)) == ("apply", {item["id"] for item in THEN})


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ([*THEN, record("new")], "1 came (gaussdb new)"),
        (THEN[1:], "1 went (gaussdb stays)"),
        ([record("stays", status="Completed"), *THEN[1:]], "1 changed (gaussdb stays Failed -> Completed)"),
        (
            [record("stays", status="Running", deletable=False), *THEN[1:]],
            "1 changed (gaussdb stays Failed -> Running)",
        ),
    ],
)
def test_drift_is_refused_and_told(now: list[dict[str, Any]], told: str) -> None:
    run = applied(now, plan_of(THEN))
    assert (run["mode"], run["batches"]) == ("refused", [])
    assert told in run["problems"][0]


def test_all_of_it_is_told() -> None:
    problem = applied(NOW, plan_of(THEN), **RULES_NOW)["problems"][0]
    assert "1 came (gaussdb comes); 3 went (gaussdb goes, gaussdb hides, gaussdb unselected); 2 changed (" in problem


def test_long_lists_are_cut() -> None:
    many = [record(f"n{number}") for number in range(20)]
    assert "and 15 more" in applied([*THEN, *many], plan_of(THEN))["problems"][0]


def test_intersect_deletes_what_was_planned_still_is_and_is_not_protected() -> None:
    run = applied(NOW, plan_of(THEN), on_drift="intersect", **RULES_NOW)
    assert run["mode"] == "apply"
    assert planned_in(run) == {"stays"}
    [batch] = run["batches"]
    result = {"item": batch, "deleted": ["stays"], "absent": [], "failures": []}
    assert ends_of(settled(run, [result])) == {
        "stays": ("deleted", "selected"),
        "changes": ("drifted", "drifted"),
        "comes": ("kept", "not selected"),
        "runs": ("drifted", "drifted"),
        "hides": ("kept", "protected"),
        "unselected": ("drifted", "drifted"),
    }
    drift = state_of(run).head["drift"]
    assert {name: {item["id"] for item in items} for name, items in drift.items()} == {
        "came": {"comes"},
        "went": {"goes", "hides", "unselected"},
        "changed": {"changes", "runs"},
    }


def test_a_refused_plan_says_who_has_drifted() -> None:
    run = applied(NOW, plan_of(THEN), **RULES_NOW)
    assert {outcome for outcome, _reason in ends_of(settled(run)).values()} == {"drifted", "kept"}
    assert ends_of(settled(run))["stays"] == ("kept", "plan refused")
    assert ends_of(settled(run))["runs"][0] == "drifted"


def test_what_has_drifted_says_how() -> None:
    run = applied(NOW, plan_of(THEN), **RULES_NOW)
    assert {failure["id"]: failure["reason"] for failure in settled(run).failures()} == {
        "changes": "its status has changed since the plan was approved",
        "runs": "its status has changed since the plan was approved",
        "unselected": "it was planned and is no longer selected",
    }


def test_where_all_that_was_approved_is_gone_there_is_nothing_to_refuse() -> None:
    run = applied([], plan_of(THEN))
    assert (run["mode"], run["problems"], run["batches"]) == ("apply", [], [])


def test_what_still_runs_is_not_gone() -> None:
    run = applied([record("runs", status="Running", deletable=False)], plan_of(THEN))
    assert run["mode"] == "refused"


@pytest.mark.parametrize("on_drift", ["fail", "intersect"])
def test_a_list_that_is_missing_does_not_make_a_record_gone(on_drift: str) -> None:
    found = listing([], gaussdb="failed")
    run = applied(found, plan_of(THEN), on_drift=on_drift, accept_unavailable=["gaussdb"])
    assert run["mode"] == "refused"


def test_a_plan_handed_over_as_a_variable_is_held_to_alike() -> None:
    planned = json.loads(plan_of(THEN))
    assert run_of(THEN, confirm=UNATTENDED, planned=planned)["mode"] == "apply"
    assert run_of(NOW, confirm=UNATTENDED, planned=planned)["mode"] == "refused"
    assert planned_in(run_of(NOW, confirm=UNATTENDED, planned=planned, on_drift="intersect")) == {
        "stays",
        "hides",
        "unselected",
    }


def test_file_and_variable_must_agree() -> None:
    planned = json.loads(plan_of(THEN))
    assert applied(THEN, plan_of(THEN), planned=planned)["mode"] == "apply"
    with pytest.raises(PlanError, match="another plan"):
        applied(THEN, plan_of(NOW), planned=planned)


def test_the_confirmation_must_be_the_files() -> None:
    confirmation = f"{PROJECT}/{digest_of(THEN)[:8]}"
    assert applied(THEN, plan_of(THEN), confirm=confirmation)["mode"] == "apply"
    with pytest.raises(PlanError, match=f"is not the confirmed plan; this one is confirmed by {confirmation}"):
        applied(THEN, plan_of(THEN), confirm=f"{PROJECT}/00000000")


def test_planning_does_not_look_at_the_file() -> None:
    assert applied(THEN, "nonsense", confirm="")["mode"] == "plan"


def test_intersect_needs_a_plan_to_intersect_with() -> None:
    run = run_of(NOW, confirm=f"{PROJECT}/{digest_of(THEN)[:8]}", on_drift="intersect")
    assert run["mode"] == "refused"


@pytest.mark.parametrize("text", [None, "", "nonsense", "[]", "7", '{"records": []}', "{}"])
def test_a_file_that_is_no_plan_is_refused(text: str | None) -> None:
    with pytest.raises(PlanError, match=r"^decommission_plan_file plan\.json"):
        run_of(THEN, text, confirm=UNATTENDED, plan_file="plan.json")


def changed(**fields: Any) -> str:
    """A plan of THEN with some fields of its document changed."""
    return json.dumps({**json.loads(plan_of(THEN)), **fields})


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"project": "eu-de_shop"}, "of project 'eu-de_shop'"),
        ({"region": "eu-nl"}, "project or region"),
        ({"project_id": "other"}, "other"),
        ({"collection_version": "2.0.0"}, "version 2.0.0"),
        ({"collection_version": "0.9.0"}, "version 0.9.0"),
        ({"collection_version": None}, "version None"),
        ({"collection": "another.one"}, "not a plan of sundown.hwcloud"),
        ({"schema_version": 2}, "schema version 1"),
        ({"digest": "0" * 64}, "changed after it was made"),
        ({"digest": None}, "changed after it was made"),
        ({"records": None}, "records"),
        ({"records": ["stays"]}, "records"),
        ({"records": [{"id": "stays"}]}, "records"),
        ({"records": []}, "changed after it was made"),
    ],
)
def test_a_plan_of_something_else_is_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(PlanError, match="is refused") as refusal:
        applied(THEN, changed(**fields))
    assert why in str(refusal.value)


def test_a_record_added_to_a_plan_file_is_refused() -> None:
    document = json.loads(plan_of(THEN))
    document["records"].append({**document["records"][0], "id": "smuggled"})
    with pytest.raises(PlanError, match="changed after it was made"):
        applied([*THEN, record("smuggled")], json.dumps(document))


def test_a_minor_version_is_no_obstacle() -> None:
    assert applied(THEN, changed(collection_version="1.9.3"))["mode"] == "apply"


def test_a_plan_of_another_project_of_the_same_name_is_refused() -> None:
    document = json.loads(plan_of(THEN))
    for item in [document, *document["records"]]:
        item["project_id"] = "other"
    document["digest"] = digest_of(document["records"])
    with pytest.raises(PlanError, match="project_id"):
        applied(THEN, json.dumps(document))
