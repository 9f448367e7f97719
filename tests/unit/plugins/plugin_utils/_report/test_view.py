# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page shows: every record, and a headline that says what happened."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.view import FIRST_LEFT, FIRST_OTHERS, view_of
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.plan_factory import RUNNING
from helpers.report_factory import EVERYTHING, Run, early_report

FATES = st.dictionaries(st.sampled_from(sorted(EVERYTHING)), st.integers(1, 9), min_size=1)


def view(count: int, fates: dict[str, float] | None = None, **options: Any) -> dict[str, Any]:
    return view_of(Run(count, fates or EVERYTHING, **options).report())


def headline(*arguments: Any, **options: Any) -> tuple[str, str]:
    found = view(*arguments, **options)["headline"]
    return found.tone, found.title


@settings(deadline=None, max_examples=25)
@given(count=st.integers(0, 60), fates=FATES, mode=st.sampled_from(("plan", "check", "apply")))
def test_view_shows_every_record_once(count: int, fates: dict[str, float], mode: str) -> None:
    report = Run(count, fates, mode=mode).report()
    shown = view_of(report)
    groups = shown["left"] + shown["others"]
    assert sum(part.count for part in shown["parts"]) == report["discovered"] == count
    assert sum(kind["total"] for kind in shown["kinds"]) == count
    assert sum(group["count"] for group in groups) == count
    assert {row[2] for row in shown["data"]["rows"]} == {record["id"] for record in report["records"]}
    assert all(len(group["first"]) + group["more"] == group["count"] for group in groups)


@settings(deadline=None, max_examples=25)
@given(count=st.integers(1, 60), fates=FATES)
def test_view_counts_are_those_of_report(count: int, fates: dict[str, float]) -> None:
    report = Run(count, fates).report()
    shown = view_of(report)
    assert {part.key: part.count for part in shown["parts"]} == report["outcomes"]
    keys = [part.key for part in shown["parts"]]
    assert {kind["name"]: dict(zip(keys, kind["counts"], strict=True)) for kind in shown["kinds"]} == report["kinds"]
    left = report["outcomes"]["failed"] + report["outcomes"]["drifted"]
    assert sum(group["count"] for group in shown["left"]) == left
    assert sum(cause["count"] for cause in shown["causes"]["listed"]) == left


@settings(deadline=None, max_examples=25)
@given(count=st.integers(1, 150), fates=FATES)
def test_bars_fit_and_show_every_part(count: int, fates: dict[str, float]) -> None:
    shown = view(count, fates)
    for kind in shown["kinds"]:
        segments = kind["bar"]
        assert len(segments) == sum(map(bool, kind["counts"]))
        assert all(segment["width"] > 0.3 for segment in segments)
        assert not segments or segments[-1]["x"] + segments[-1]["width"] <= 100
        assert all(one["x"] + one["width"] < next_one["x"] for one, next_one in itertools.pairwise(segments))


def test_bars_are_as_long_as_their_counts() -> None:
    kinds = view(1000, {"deleted": 1})["kinds"]
    longest = max(kind["total"] for kind in kinds)
    for kind in kinds:
        assert kind["bar"][0]["width"] == pytest.approx(kind["total"] / longest * 100, abs=0.5)


def test_bar_shows_one_failure_among_thousands() -> None:
    kinds = view(3000, {"deleted": 999, "failed": 1})["kinds"]
    failed = [kind["bar"][0] for kind in kinds if kind["counts"][0]]
    assert failed and all(segment["key"] == "failed" and segment["width"] > 0.5 for segment in failed)


@pytest.mark.parametrize(
    ("expected", "options"),
    [
        (("good", "Finished"), {"fates": {"deleted": 8, "protected": 2}}),
        (("good", "Finished"), {"fates": {"absent": 1}}),
        (("bad", "Not finished"), {"fates": {"deleted": 8, "failed": 2}}),
        (("bad", "Not finished"), {"fates": {"deleted": 8, "drifted": 2}}),
        (("calm", "Nothing to delete"), {"fates": {"protected": 1}}),
        (("ready", "Waiting for approval"), {"fates": {"deleted": 1}, "mode": "plan"}),
        (("calm", "Nothing to delete"), {"fates": {"running": 1}, "mode": "plan"}),
        (("bad", "Refused"), {"fates": {"deleted": 1}, "unlisted": ["cce_job"]}),
        (("bad", "Refused"), {"fates": {"deleted": 5, "drifted": 5}, "on_drift": "fail"}),
        (("ready", "Would finish"), {"fates": {"deleted": 1}, "mode": "check"}),
        (("bad", "Would not finish"), {"fates": {"deleted": 5, "failed": 5}, "mode": "check"}),
        (("calm", "Nothing to delete"), {"fates": {"protected": 1}, "mode": "check"}),
    ],
)
def test_headline_of_each_mode_and_end(expected: tuple[str, str], options: dict[str, Any]) -> None:
    assert headline(40, **options) == expected


def test_rate_of_work_without_requests_is_unknown() -> None:
    report = Run(1, {"deleted": 1}, mode="plan").report()
    work = {"discover": {"requests": 0, "throttled": 0, "seconds": 0.0}}
    assert [step["rate"] for step in view_of({**report, "work": work})["work"]] == [""]


def test_headline_of_nothing_to_delete_names_rule_that_matches_nothing() -> None:
    report = Run(40, {"protected": 1}, mode="plan").report()
    rules = [{"place": "decommission_select[0]", "rule": "name=nomatch*", "matched": 0}]
    text = view_of({**report, "rules": rules})["headline"].text
    assert text == "No record of 40 matches decommission_select[0] (name=nomatch*)."


def test_headline_of_run_without_plan_is_not_started() -> None:
    shown = view_of(early_report("Identify: the user name or the password is wrong"))
    assert (shown["headline"].tone, shown["headline"].title) == ("bad", "Not started")
    assert shown["problems"] == ["Identify: the user name or the password is wrong"]


def test_headline_with_problems_says_so() -> None:
    report = Run(40, {"deleted": 1}).report()
    shown = view_of({**report, "problems": ["cce_job: remaining records could not be listed"]})
    assert shown["headline"].title == "Finished with problems"
    assert shown["problems"] == ["cce_job: remaining records could not be listed"]


def test_headline_of_interrupted_run_says_how_to_go_on() -> None:
    headline_now = view_of({**Run(40).report(), "mode": "applying"})["headline"]
    assert headline_now.title == "Under way or interrupted"
    assert "If the run has ended, it was interrupted: run the same command again" in headline_now.advice


def test_headline_counts_remaining_records() -> None:
    report = Run(500).report()
    failed, drifted = report["outcomes"]["failed"], report["outcomes"]["drifted"]
    planned = 500 - report["outcomes"]["kept"]
    text = f"{failed + drifted} records of {planned} planned are left: {failed} failed and {drifted} drifted."
    assert view_of(report)["headline"].text == text


def test_headline_of_plan_has_command_to_approve() -> None:
    report = Run(40, {"deleted": 1}, mode="plan").report()
    assert view_of(report)["headline"].command == f"decommission_confirm: {report['confirmation']}"
    assert report["digest"][:8] in report["confirmation"]


def test_groups_of_plan_keep_pending_and_kept_apart() -> None:
    shown = view(100, {"deleted": 7, "protected": 3}, mode="plan")
    counts = {part.key: part.count for part in shown["parts"]}
    assert list(counts) == ["pending", "kept"]
    assert shown["kept"] == [{"reason": "protected", "count": counts["kept"]}]
    assert counts["pending"] > counts["kept"] > 0


def test_rows_begin_with_failures() -> None:
    rows = view(500)["data"]["rows"]
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    parts = view(500)["data"]["parts"]
    assert [part["key"] for part in parts][:2] == ["failed", "drifted"]


def test_groups_hold_only_first_records() -> None:
    shown = view(1600, {"failed": 3, "deleted": 1})
    assert {len(group["first"]) for group in shown["others"]} == {FIRST_OTHERS}
    assert max(len(group["first"]) for group in shown["left"]) == FIRST_LEFT
    assert any(group["more"] for group in shown["left"])


def test_causes_are_few_and_begin_with_most_frequent() -> None:
    refusals = [(500, f"E.{number}", f"cause {number}") for number in range(40)] + [(403, "E.often", "often")] * 40
    causes = view(1000, {"failed": 1}, refusals=refusals)["causes"]
    assert len(causes["listed"]) + causes["more"] == 41
    assert len(causes["listed"]) < 20
    assert causes["listed"][0]["error"] == "403 E.often"
    assert set(causes["listed"][0]["kinds"]) == {"DRS jobs", "GaussDB jobs", "DMS tasks", "DCS tasks", "CCE jobs"}


def test_kinds_not_listed_are_named() -> None:
    kinds = view(40, {"deleted": 1}, mode="plan", unlisted=["cce_job"], accepted=["cce_job"])["kinds"]
    assert {kind["name"]: kind["unlisted"] for kind in kinds if kind["unlisted"]} == {
        "cce_job": "APIGW.0101 The API does not exist"
    }
    assert next(kind for kind in kinds if kind["name"] == "cce_job")["accepted"] is True


def test_drift_is_listed() -> None:
    report = Run(400, {"deleted": 5, "drifted": 5}, on_drift="fail").report()
    changed = report["drift"]["changed"]
    (shown,) = view_of(report)["drift"]
    assert shown["count"] == len(changed) == len(shown["first"]) + shown["more"]
    assert shown["first"][0]["id"] == changed[0]["id"]
    assert (shown["first"][0]["was"], shown["first"][0]["status"]) == (changed[0]["was"], changed[0]["status"])


STOPPING = {"deleted": 3.0, "stopped": 1.0}


@pytest.mark.parametrize(
    ("options", "verb"),
    [
        ({"mode": "plan"}, "will be"),
        ({"mode": "check"}, "would be"),
        ({"mode": "plan", "unlisted": ["cce_job"]}, "would be"),
    ],
    ids=["plan", "check", "refused"],
)
def test_stops_are_apart_and_bounded(options: dict[str, Any], verb: str) -> None:
    report = Run(1000, STOPPING, **options).report()
    shown = view_of(report)
    stops = shown["stops"]
    assert stops["title"] == f"{len(report['stops'])} running replications {verb} stopped and deleted"
    assert [row["id"] for row in stops["first"]] == [record["id"] for record in report["stops"][:5]]
    assert len(stops["first"]) + len(stops["rest"]) + stops["hidden"] == len(report["stops"]) > 200
    assert stops["hidden"] == len(report["stops"]) - 200
    assert {(row["kind"], row["status"]) for row in stops["first"]} == {("DRS jobs", RUNNING["drs_job"])}

    texts, stopped = shown["data"]["texts"], {record["id"] for record in report["stops"]}
    reasons = {texts[row[5]] for row in shown["data"]["rows"] if row[2] in stopped}
    others = {texts[row[5]] for row in shown["data"]["rows"] if row[2] not in stopped}
    assert all("stopped" in reason for reason in reasons)
    assert not any("stopped" in reason for reason in others)


def test_stops_of_one_replication_are_singular() -> None:
    shown = view(1, {"stopped": 1}, mode="plan")
    assert shown["stops"]["title"] == "1 running replication will be stopped and deleted"
    assert [group["first"][0].reason for group in shown["others"]] == ["not confirmed; to be stopped first"]


def test_stops_of_applied_run_are_in_reasons() -> None:
    shown = view(40, {"stopped": 1})
    assert shown["stops"] is None
    assert {row.reason for group in shown["others"] for row in group["first"]} == {"stopped and deleted"}
    assert view(40, {"deleted": 1}, mode="plan")["stops"] is None


def test_appeared_records_are_listed() -> None:
    appeared = view(40, {"deleted": 1}, appeared=53)["appeared"]
    assert (appeared["count"], len(appeared["first"]), appeared["more"]) == (53, 50, 3)
    assert appeared["first"][0]["id"] == "new-0"
    assert view(40)["appeared"]["count"] == 0


def test_work_names_each_step_with_rate() -> None:
    work = {"discover": {"requests": 30, "throttled": 4, "seconds": 61}}
    (step,) = view_of({**Run(1).report(), "work": work})["work"]
    assert (step["name"], step["throttled"], step["seconds"], step["rate"]) == (
        "Listing",
        4,
        "1 min 1 s",
        "0.5 requests/s",
    )


@pytest.mark.parametrize("mode", ["plan", "check", "apply"])
def test_facts_name_project_user_and_times(mode: str) -> None:
    report = Run(20, mode=mode).report()
    facts = {fact["name"]: fact["value"] for fact in view_of(report)["facts"]}
    wanted = ("project", "project_id", "region", "domain_name", "user_name", "digest")
    assert {report[key] for key in wanted} <= set(facts.values())
    assert facts["Planned at"] == report["started_at"].replace("T", " ").replace("Z", " UTC")
    assert facts["Approval"] == ("none" if mode == "plan" else "exactly this plan")
