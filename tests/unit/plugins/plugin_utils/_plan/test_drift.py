# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the plan differs from the approved one, and what is deleted then."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.decide import SELECTED, Decision
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.document import digest_of, document_text
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.drift import Drift, restrict_to_approved

from helpers.plan_factory import (
    PROJECT,
    UNATTENDED,
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
)

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
    return document_text(document_of(run_of(records, **variables)))


def applied(records: Any, plan: str, **variables: Any) -> dict[str, Any]:
    """The run that applies a plan file."""
    return run_of(records, plan, **{"confirm": UNATTENDED, "plan_file": "plan.json", **variables})


def test_approved_plan_unchanged_is_applied() -> None:
    run = applied(THEN, plan_of(THEN))
    assert (run["mode"], planned_in(run)) == ("apply", {item["id"] for item in THEN})


@pytest.mark.parametrize("on_drift", ["fail", "intersect"])
@pytest.mark.parametrize(
    ("gone", "new", "refused"),
    [
        ("gaussdb_instance", "gaussdb_job", False),
        ("cce_cluster", "cce_job", False),
        ("cce_cluster", "gaussdb_job", True),
        ("gaussdb_instance", "cce_job", True),
        ("", "cce_job", True),
    ],
)
def test_record_left_by_deletion_of_approved_instance_is_kept(
    gone: str, new: str, refused: bool, on_drift: str
) -> None:
    instances = [instance("i1", "gaussdb_instance"), instance("i2", "cce_cluster")]
    plan = document_of(run_of([*instances, record("stays")], kinds="all"))
    now = [one for one in instances if one["kind"] != gone] + [record("stays"), record("new", new)]
    run = run_of(now, planned=plan, kinds="all", confirm=plan["confirmation"], on_drift=on_drift)
    if refused and on_drift == "fail":
        assert (run["mode"], run["batches"]) == ("refused", [])
        assert f"1 added ({new} new)" in run["problems"][0]
    else:
        assert (run["mode"], planned_in(run)) == ("apply", {one["id"] for one in now} - {"new"})
        assert ends_of(reconciled(run))["new"] == ("kept", "not selected")


@pytest.mark.parametrize(
    ("now", "description"),
    [
        ([*THEN, record("new")], "1 added (gaussdb_job new)"),
        ([record("stays", status="Completed"), *THEN[2:]], "1 changed (gaussdb_job stays Failed -> Completed)"),
        ([record("stays", status="Completed"), *THEN[1:]], "1 changed (gaussdb_job stays Failed -> Completed)"),
        (
            [record("stays", status="Running", deletable=False), *THEN[1:]],
            "1 changed (gaussdb_job stays Failed -> Running)",
        ),
    ],
)
def test_drift_is_refused_and_described(now: list[dict[str, Any]], description: str) -> None:
    run = applied(now, plan_of(THEN))
    assert (run["mode"], run["batches"]) == ("refused", [])
    assert description in run["problems"][0]


def test_drift_of_all_sorts_is_described() -> None:
    problem = applied(NOW, plan_of(THEN), **RULES_NOW)["problems"][0]
    removed = "2 removed (gaussdb_job hides, gaussdb_job unselected)"
    assert f"1 added (gaussdb_job comes); {removed}; 2 changed (" in problem


def test_intersect_plans_approved_unchanged_unprotected_records() -> None:
    run = applied(NOW, plan_of(THEN), on_drift="intersect", **RULES_NOW)
    assert run["mode"] == "apply"
    assert planned_in(run) == {"stays"}
    assert ends_of(reconciled(run, [batch_result(run, 1, deleted=["stays"])])) == {
        "stays": ("deleted", "selected"),
        "goes": ("absent", "already gone"),
        "changes": ("drifted", "drifted"),
        "comes": ("kept", "not selected"),
        "runs": ("drifted", "drifted"),
        "hides": ("kept", "protected"),
        "unselected": ("drifted", "drifted"),
    }
    info = state_of(run).info
    assert info is not None
    assert {name: {item["id"] for item in items} for name, items in info.drift.items()} == {
        "added": {"comes"},
        "removed": {"hides", "unselected"},
        "changed": {"changes", "runs"},
    }


def test_refused_plan_has_drifted_and_kept_records() -> None:
    run = applied(NOW, plan_of(THEN), **RULES_NOW)
    assert {outcome for outcome, _reason in ends_of(reconciled(run)).values()} == {"absent", "drifted", "kept"}
    assert ends_of(reconciled(run))["stays"] == ("kept", "plan refused")
    assert ends_of(reconciled(run))["runs"][0] == "drifted"


def test_drifted_record_has_reason() -> None:
    run = applied(NOW, plan_of(THEN), **RULES_NOW)
    assert {failure["id"]: failure["reason"] for failure in reconciled(run).failures()} == {
        "changes": "its status has changed since the plan was approved",
        "runs": "its status has changed since the plan was approved",
        "unselected": "it was planned and is kept now: no rule of decommission_select covers it",
    }


def test_drifted_record_kept_as_newest_has_rule() -> None:
    run = applied(THEN, plan_of(THEN), keep_last=1)
    assert {failure["reason"] for failure in reconciled(run).failures()} == {
        "it was planned and is kept now: decommission_keep_last: 1"
    }


def test_approved_records_partly_gone_continues_with_rest() -> None:
    run = applied(THEN[2:], plan_of(THEN))
    assert (run["mode"], run["problems"]) == ("apply", [])
    assert "2 records of the approved plan are gone already; the run continues with the rest" in run["lines"]
    assert planned_in(run) == {item["id"] for item in THEN[2:]}
    again = applied(THEN[2:], plan_of(THEN), confirm=f"{PROJECT}/{digest_of(THEN)[:8]}")
    assert planned_in(again) == planned_in(run)


@pytest.mark.parametrize(
    ("variables", "added"), [({"protect": [{"id": "runs"}]}, []), ({}, [record("new")])], ids=["protected", "added"]
)
def test_approved_records_partly_gone_with_drift_is_refused(variables: dict[str, Any], added: list[Any]) -> None:
    run = applied([*THEN[2:], *added], plan_of(THEN), **variables)
    assert run["mode"] == "refused"
    assert "2 records of the approved plan are gone already" in run["lines"]


def test_approved_plan_of_report_is_applied_under_digest() -> None:
    plan = json.loads(plan_of(THEN))
    run = run_of(THEN[1:], confirm=plan["confirmation"], reported=plan)
    assert (run["mode"], len(planned_in(run))) == ("apply", 5)
    assert run_of(THEN[1:], confirm=plan["confirmation"])["mode"] == "refused"
    assert run_of([*THEN, record("new")], confirm=UNATTENDED, reported=plan)["mode"] == "apply"


def test_approved_records_all_gone_is_not_refused() -> None:
    run = applied([], plan_of(THEN))
    assert (run["mode"], run["problems"], run["batches"]) == ("apply", [], [])


def test_approved_record_running_is_refused() -> None:
    run = applied([record("runs", status="Running", deletable=False)], plan_of(THEN))
    assert run["mode"] == "refused"


@pytest.mark.parametrize("on_drift", ["fail", "intersect"])
def test_approved_kind_not_listed_is_refused(on_drift: str) -> None:
    found = listing([], gaussdb_job="failed")
    run = applied(found, plan_of(THEN), on_drift=on_drift, accept_unavailable=["gaussdb_job"])
    assert run["mode"] == "refused"


def test_approved_plan_as_variable_is_applied_like_file() -> None:
    planned = json.loads(plan_of(THEN))
    assert run_of(THEN, confirm=UNATTENDED, planned=planned)["mode"] == "apply"
    assert run_of(NOW, confirm=UNATTENDED, planned=planned)["mode"] == "refused"
    assert planned_in(run_of(NOW, confirm=UNATTENDED, planned=planned, on_drift="intersect")) == {
        "stays",
        "hides",
        "unselected",
    }


def test_approved_plan_file_and_variable_differ_is_error() -> None:
    planned = json.loads(plan_of(THEN))
    assert applied(THEN, plan_of(THEN), planned=planned)["mode"] == "apply"
    with pytest.raises(OptionError, match="another plan"):
        applied(THEN, plan_of(NOW), planned=planned)


def test_approved_plan_file_differs_from_confirmation_is_error() -> None:
    confirmation = f"{PROJECT}/{digest_of(THEN)[:8]}"
    assert applied(THEN, plan_of(THEN), confirm=confirmation)["mode"] == "apply"
    with pytest.raises(OptionError, match=f"is not the confirmed plan; this one is confirmed by {confirmation}"):
        applied(THEN, plan_of(THEN), confirm=f"{PROJECT}/00000000")


def test_plan_file_unconfirmed_is_not_read() -> None:
    assert applied(THEN, "nonsense", confirm="")["mode"] == "plan"


def test_intersect_without_approved_plan_is_refused() -> None:
    run = run_of(NOW, confirm=f"{PROJECT}/{digest_of(THEN)[:8]}", on_drift="intersect")
    assert run["mode"] == "refused"


@pytest.mark.parametrize("text", [None, "", "nonsense", "[]", "7", '{"records": []}', "{}"])
def test_plan_file_not_plan_is_error(text: str | None) -> None:
    with pytest.raises(OptionError, match=r"^decommission_plan_file: plan\.json: "):
        run_of(THEN, text, confirm=UNATTENDED, plan_file="plan.json")


def changed(**fields: Any) -> str:
    """A plan of THEN with some fields of its document changed."""
    return json.dumps({**json.loads(plan_of(THEN)), **fields})


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"project": "eu-de_shop"}, "its project is 'eu-de_shop', not"),
        ({"project": "another"}, "its project is 'another', not"),
        ({"region": "eu-ch2"}, "project or region"),
        ({"region": "eu-nl"}, "project or region"),
        ({"project_id": "other"}, "other"),
        ({"collection_version": "2.0.0"}, "version 2.0.0"),
        ({"collection_version": "0.9.0"}, "version 0.9.0"),
        ({"collection_version": None}, "version None"),
        ({"collection": "another.one"}, "not a plan of sundown.hwcloud"),
        ({"collection": "vendor.cloud"}, "not a plan of sundown.hwcloud"),
        ({"schema_version": 2}, "schema version 1"),
        ({"digest": "0" * 64}, "digest mismatch"),
        ({"digest": None}, "digest mismatch"),
        ({"records": None}, "records"),
        ({"records": ["stays"]}, "records"),
        ({"records": [{"id": "stays"}]}, "records"),
        ({"records": []}, "digest mismatch"),
    ],
)
def test_approved_plan_of_something_else_is_error(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(OptionError, match="is rejected") as error:
        applied(THEN, changed(**fields))
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("field", "value"), [("id", None), ("id", 7), ("status", 7), ("name", ["a"]), ("added", "text")]
)
def test_plan_file_with_wrong_field_is_error(field: str, value: Any) -> None:
    document = json.loads(plan_of(THEN))
    document["records"][0][field] = value
    with pytest.raises(OptionError, match="its records are not those of a plan"):
        applied(THEN, json.dumps(document))


def test_plan_file_with_added_record_is_error() -> None:
    document = json.loads(plan_of(THEN))
    document["records"].append({**document["records"][0], "id": "smuggled"})
    with pytest.raises(OptionError, match="digest mismatch"):
        applied([*THEN, record("smuggled")], json.dumps(document))


def test_plan_file_with_record_twice_is_error() -> None:
    document = json.loads(plan_of(THEN))
    document["records"].append(document["records"][0])
    document["digest"] = digest_of(document["records"])
    with pytest.raises(OptionError, match="a record is listed more than once"):
        applied(THEN, json.dumps(document))


def test_approved_plan_of_another_minor_version_is_applied() -> None:
    assert applied(THEN, changed(collection_version="1.9.3"))["mode"] == "apply"


def test_approved_plan_of_another_project_id_is_error() -> None:
    document = json.loads(plan_of(THEN))
    for item in [document, *document["records"]]:
        item["project_id"] = "other"
    document["digest"] = digest_of(document["records"])
    with pytest.raises(OptionError, match="project_id"):
        applied(THEN, json.dumps(document))


PLANNED = Decision(True, SELECTED, "all")


@pytest.mark.parametrize("now", ["Completed", "FAILED", "Zzz", ""])
def test_status_other_than_approved_is_drift(now: str) -> None:
    approved = [record("a", status="Failed")]
    (decision,) = restrict_to_approved(approved, [record("a", status=now)], [PLANNED], intersect=False)
    assert (decision.planned, decision.reason) == (False, "drifted")


def test_record_not_approved_is_kept_with_intersect() -> None:
    running = Decision(False, "running", "it runs")
    records = [record("a"), record("b")]
    intersected = restrict_to_approved([], records, [PLANNED, running], intersect=True)
    assert [decision.planned for decision in intersected] == [False, False]
    assert intersected[1] == running
    assert restrict_to_approved([], records, [PLANNED, running], intersect=False) == [PLANNED, running]


@pytest.mark.parametrize(("count", "more"), [(5, ""), (6, " and 1 more"), (12, " and 7 more")])
def test_drift_names_five_records_and_counts_rest(count: int, more: str) -> None:
    drift = Drift(added=tuple(record(f"r{number}") for number in range(count)))
    names = ", ".join(f"gaussdb_job r{number}" for number in range(5))
    assert str(drift) == f"{count} added ({names}{more})"
