# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How two plans of a project differ, and what the page shows of it."""

from __future__ import annotations

from typing import Any

from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.changes import changes_since
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.view import view_of
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.report_factory import Run, early_report

NOW = Run(60, {"deleted": 3, "protected": 1}, mode="plan").report()
PLANNED = [record for record in NOW["records"] if record["planned"]]
THEN = "2026-11-20T12:00:00Z"


def plan_of(records: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    return {**NOW, "started_at": THEN, "records": records, **changes}


def test_changes_name_added_removed_and_changed_records_with_reasons() -> None:
    protected = next(record for record in NOW["records"] if not record["planned"])
    then = [
        {**PLANNED[0], "status": "Running"},
        *PLANNED[2:],
        {**protected, "planned": True},
        {**PLANNED[0], "id": "gone-1"},
    ]
    changes = changes_since(plan_of(then), NOW)
    assert changes and changes.since == THEN
    found = (*changes.added, *changes.removed, *changes.changed)
    assert [(change.sign, change.record["id"], change.why) for change in found] == [
        ("+", PLANNED[1]["id"], PLANNED[1]["rule"]),
        ("-", protected["id"], "protected"),
        ("-", "gone-1", "no longer listed"),
        ("~", PLANNED[0]["id"], f"Running → {PLANNED[0]['status']}"),
    ]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PLANNED), unique_by=lambda record: record["id"]))
def test_changes_between_two_plans_are_each_others_opposite(some: list[dict[str, Any]]) -> None:
    forth, back = changes_since(plan_of(some), NOW), changes_since(NOW, plan_of(some))
    assert forth and back
    assert [change.record for change in forth.added] == [change.record for change in back.removed]
    assert len(forth.added) == len(PLANNED) - len(some)
    assert forth.removed == back.added == forth.changed == back.changed == ()


def test_changes_without_earlier_plan_are_none() -> None:
    assert changes_since(None, NOW) is None
    assert changes_since(early_report("no login"), NOW) is None
    assert view_of(NOW)["changes"] is None


def test_view_shows_counts_and_first_changes() -> None:
    shown = view_of(NOW, plan_of(PLANNED[15:]))["changes"]
    assert shown["counts"] == {"added": 15, "removed": 0, "changed": 0}
    assert (len(shown["first"]), shown["more"]) == (10, 5)
    assert shown["since"] == "2026-11-20 12:00:00 UTC"
