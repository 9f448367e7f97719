# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The summary of a fleet, as data, lines and a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.fleet import (
    approval_lines,
    fleet_lines,
    fleet_markdown,
    fleet_summary,
    fleet_view,
    waiting_for_approval,
    with_earlier,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.markdown import MOST_OF_SUMMARY
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.page import render
from hypothesis import given
from hypothesis import strategies as st

from helpers.report_factory import EVERYTHING, Run

NOW = datetime(2026, 11, 1, 10, tzinfo=timezone.utc)
NOTHING = {"deleted": 0, "absent": 0, "kept": 0, "drifted": 0, "failed": 0}


def result(
    project: str, mode: str, message: str = "", planned: int = 3, stops: int = 0, instances: int = 0, **outcomes: int
) -> dict[str, Any]:
    """What the role leaves behind on a host."""
    return {
        "mode": mode,
        "message": message,
        "project": project,
        "region": "eu-de",
        "digest": "0" * 64,
        "confirmation": f"{project}/00000000",
        "discovered": sum(outcomes.values()),
        "planned": planned,
        "instances": instances,
        "stops": stops,
        "resumes": "",
        "outcomes": {**NOTHING, **outcomes},
        "report": "",
    }


FLEET = {
    "a": result("eu-de_a", "apply", deleted=3, kept=1),
    "b": result("eu-de_b", "apply", "1 of 3 records was not deleted", deleted=2, failed=1),
    "c": result("eu-de_c", "plan", stops=1, kept=4),
    "d": {"project": "eu-de_d", "message": "no such region\nNothing was requested."},
    "eu-de_e": {},
}


def of(*hosts: str) -> dict[str, dict[str, Any]]:
    """Some hosts of the fleet."""
    return {host: FLEET[host] for host in hosts}


def states(**counts: int) -> dict[str, int]:
    """Counts of environments by state."""
    known = {"failed": 0, "interrupted": 0, "planned": 0, "checked": 0, "applied": 0, "not run": 0, **counts}
    return {"total": sum(known.values()), **known}


def test_summary_has_states_and_totals() -> None:
    summary = fleet_summary(FLEET, now=NOW)
    assert summary["created_at"] == "2026-11-01T10:00:00Z"
    assert summary["environments"] == states(**{"failed": 2, "planned": 1, "applied": 1, "not run": 1})
    assert [summary[name] for name in ("discovered", "planned", "stops", "refused")] == [11, 3, 1, 0]
    assert summary["outcomes"] == {"deleted": 5, "absent": 0, "kept": 2, "drifted": 0, "failed": 1}
    assert [(project["project"], project["state"]) for project in summary["projects"]] == [
        ("eu-de_a", "applied"),
        ("eu-de_b", "failed"),
        ("eu-de_c", "planned"),
        ("eu-de_d", "failed"),
        ("eu-de_e", "not run"),
    ]


def test_summary_refused_plan_is_not_planned() -> None:
    refused = result("eu-de_r", "refused", "the plan has drifted", planned=18, stops=2, kept=20, drifted=1)
    summary = fleet_summary({"r": refused, **of("c")}, now=NOW)
    assert [summary[name] for name in ("discovered", "planned", "stops", "refused")] == [25, 3, 1, 18]
    assert (summary["outcomes"]["kept"], summary["outcomes"]["drifted"]) == (3, 1)
    assert fleet_lines(summary)[1] == (
        "25 records: 3 planned, 18 refused, 3 kept, 1 drifted; 1 replication to be stopped"
    )


def test_summary_interrupted_environment_has_no_outcomes_yet() -> None:
    summary = fleet_summary({"a": result("eu-de_a", "applying", kept=4), **of("c")}, now=NOW)
    assert summary["environments"] == states(interrupted=1, planned=1)
    assert summary["mode"] == "apply"
    (project, _planned) = summary["projects"]
    assert (project["planned"], project["outcomes"]["kept"]) == (3, 1)
    assert "eu-de_a: The run ended before the outcomes were known: run the same command again." in fleet_lines(summary)
    assert fleet_view(summary)["headline"].title == "1 of 2 environments interrupted"
    failed = fleet_summary({"a": result("eu-de_a", "applying", kept=4), **of("b")}, now=NOW)
    assert fleet_view(failed)["headline"].title == "2 of 2 environments failed or interrupted"


@pytest.mark.parametrize(
    ("mode", "note"),
    [("apply", "Continues the interrupted run x-apply."), ("plan", "The run before, x-apply, was interrupted.")],
)
def test_summary_names_run_that_was_interrupted(mode: str, note: str) -> None:
    summary = fleet_summary({"a": {**result("eu-de_a", mode, kept=3), "resumes": "x-apply"}}, now=NOW)
    assert fleet_lines(summary)[-1] == f"eu-de_a: {note}"
    assert note in render("fleet.html.j2", fleet_view(summary))


MODES = ("plan", "check", "apply", "refused", "applying")


@st.composite
def environments(draw: st.DrawFn) -> dict[str, Any]:
    """What the role leaves behind on a host, from a run of any mode with records of any outcome."""
    mode = draw(st.sampled_from(MODES))
    fates = [*EVERYTHING, "stopped"]
    shares = draw(st.dictionaries(st.sampled_from(fates), st.integers(1, 3), min_size=1))
    on_drift = draw(st.sampled_from(["fail", "intersect"]))
    made = Run(draw(st.integers(0, 12)), shares, {"applying": "plan", "refused": "apply"}.get(mode, mode))
    report = replace(made, on_drift="fail" if mode == "refused" else on_drift).report()
    return {
        "project": draw(st.uuids()).hex,
        "mode": mode if mode == "applying" else report["mode"],
        "message": "; ".join(report["problems"]),
        "discovered": report["discovered"],
        "planned": sum(item["planned"] for item in report["records"]),
        "stops": len(report["stops"]),
        "outcomes": report["outcomes"],
    }


def added(counted: dict[str, Any]) -> int:
    """What the parts of an environment's records, or of all, add up to."""
    return int(counted["planned"] + counted["refused"] + sum(counted["outcomes"].values()))


@given(st.lists(environments(), max_size=5))
def test_summary_of_any_results_adds_up(results: list[dict[str, Any]]) -> None:
    summary = fleet_summary({one["project"]: one for one in results}, now=NOW)
    for project, one in zip(summary["projects"], results, strict=True):
        assert added(project) == project["discovered"] == one["discovered"]
        assert min(project["planned"], project["refused"], *project["outcomes"].values()) >= 0
        assert not project["refused"] or not project["planned"]
        assert project["stops"] <= project["planned"]
        ends = one["outcomes"]
        if one["mode"] in ("plan", "applying"):
            assert (project["planned"], project["outcomes"]["kept"]) == (one["planned"], ends["kept"] - one["planned"])
        elif one["mode"] == "refused":
            assert (project["planned"], project["refused"]) == (0, one["planned"])
        elif one["mode"] == "check":
            assert (project["planned"], project["outcomes"]["deleted"]) == (ends["deleted"], 0)
        else:
            assert (project["planned"], project["outcomes"]) == (0, ends)
    assert added(summary) == summary["discovered"] == sum(one["discovered"] for one in results)
    for name in ("planned", "refused", "stops"):
        assert summary[name] == sum(project[name] for project in summary["projects"])
    assert sum(summary["environments"][state] for state in states()) == 2 * len(results)


def test_summary_of_check_mode_deletes_nothing() -> None:
    summary = fleet_summary({"a": result("eu-de_a", "check", deleted=3, absent=1, kept=1)}, now=NOW)
    (project,) = summary["projects"]
    assert (project["state"], project["mode"], summary["mode"]) == ("checked", "check", "check")
    assert (summary["planned"], summary["outcomes"]) == (3, {**NOTHING, "absent": 1, "kept": 1})
    assert fleet_view(summary)["headline"].title == "1 of 1 environment checked, nothing deleted there"


@pytest.mark.parametrize(
    ("modes", "mode"),
    [
        (["plan", "apply", "check"], "apply"),
        (["plan", "check"], "check"),
        (["plan", "refused"], "plan"),
        (["check", "applying"], "apply"),
        ([], "refused"),
    ],
)
def test_summary_mode_is_furthest_of_environments(modes: list[str], mode: str) -> None:
    assert fleet_summary({name: result(name, name) for name in modes}, now=NOW)["mode"] == mode


def test_summary_with_earlier_environments_adds_up() -> None:
    earlier = fleet_summary(of("a", "b", "c"), now=NOW - timedelta(days=1))
    current = fleet_summary({"b": result("eu-de_b", "apply", deleted=1), **of("d")}, now=NOW)
    merged = with_earlier(current, earlier)
    assert [(project["project"], project["state"], project["as_of"]) for project in merged["projects"]] == [
        ("eu-de_b", "applied", "2026-11-01T10:00:00Z"),
        ("eu-de_d", "failed", "2026-11-01T10:00:00Z"),
        ("eu-de_a", "applied", "2026-10-31T10:00:00Z"),
        ("eu-de_c", "planned", "2026-10-31T10:00:00Z"),
    ]
    assert merged["environments"]["total"] == 4
    assert (merged["discovered"], merged["planned"]) == (9, 3)
    assert merged["outcomes"] == {"deleted": 4, "absent": 0, "kept": 2, "drifted": 0, "failed": 0}
    assert with_earlier(current, {}) == current
    page = render("fleet.html.j2", fleet_view(merged))
    assert page.count("As of 2026-10-31 10:00:00 UTC: not included in this run.") == 2


def test_page_links_are_relative_to_folder_of_fleet() -> None:
    done = {**FLEET["a"], "report": "/srv/reports/eu-de_a/2026-apply"}
    view = fleet_view(fleet_summary({"a": done, **of("eu-de_e")}, now=NOW), "/srv/reports/fleet/2026-apply")
    assert [project["link"] for project in view["projects"]] == ["../../eu-de_a/2026-apply/report.html", ""]


def test_lines_name_failed_environments() -> None:
    assert fleet_lines(fleet_summary(FLEET, now=NOW)) == [
        "5 environments: 2 failed, 1 planned, 1 applied, 1 not run",
        "11 records: 3 planned, 5 deleted, 2 kept, 1 failed; 1 replication to be stopped",
        "eu-de_b: 1 of 3 records was not deleted",
        "eu-de_d: no such region; Nothing was requested.",
    ]
    assert fleet_lines(fleet_summary(of("a"), now=NOW)) == [
        "1 environment: 1 applied",
        "4 records: 3 deleted, 1 kept",
    ]
    assert fleet_lines(fleet_summary(of("eu-de_e"), now=NOW)) == ["1 environment: 1 not run", "0 records"]


def test_markdown_has_line_for_each_environment() -> None:
    assert fleet_markdown(fleet_summary(FLEET, now=NOW)).splitlines() == [
        "# 5 environments: 2 failed, 1 planned, 1 applied, 1 not run",
        "",
        "11 records: 3 planned, 5 deleted, 2 kept, 1 failed; 1 replication to be stopped",
        "",
        "- `eu-de_b` failed: 3 records: 2 deleted, 1 failed. `1 of 3 records was not deleted`",
        "- `eu-de_d` failed: 0 records. `no such region; Nothing was requested.`",
        "- `eu-de_c` planned: 4 records: 3 planned, 1 kept; 1 replication to be stopped",
        "- `eu-de_a` applied: 4 records: 3 deleted, 1 kept",
        "- `eu-de_e` not run: 0 records",
    ]


@pytest.mark.parametrize("count", [2, 30, 500])
def test_markdown_with_many_environments_is_limited(count: int) -> None:
    results = {str(number): result(f"eu-de_{number:03}", "plan", kept=4) for number in range(count)}
    results["bad"] = result("eu-de_bad", "apply", "`@all` <b>" + "\u20ac" * 3000, failed=1)
    text = fleet_markdown(fleet_summary(results, now=NOW))
    assert len(text.encode()) <= MOST_OF_SUMMARY
    bad, *others = [line for line in text.splitlines() if line.startswith("- ")]
    assert bad.startswith("- `eu-de_bad` failed") and not {"@", "<", ">"} & set(bad)
    named = [line for line in others if line.startswith("- `eu-de_")]
    assert named == others[: len(named)]
    left = count - len(named)
    assert others[len(named) :] == ([f"- and {left} more environments"] if left else [])
    assert len(named) == 2 if count == 2 else len(named) > 20


def test_lines_tell_how_to_apply() -> None:
    approval = {"file": "/srv/approved.yml", "command": "ansible-playbook p.yml", "lacks": []}
    assert approval_lines(approval) == [
        "/srv/approved.yml: remove the # before each environment that is approved.",
        "To apply what is approved:",
        "ansible-playbook p.yml",
    ]
    assert approval_lines({**approval, "lacks": ["token", "x"]})[1] == (
        "To apply what is approved (and your other variables: token, x):"
    )
    assert approval_lines({**approval, "command": None})[1:] == [
        "To apply what is approved, run the play again with the variables in this file."
    ]
    assert approval_lines(None) == []


def test_approval_waits_in_planned_environments_with_confirmation() -> None:
    empty = {**result("eu-de_f", "plan", planned=0, kept=1), "confirmation": ""}
    refused = result("eu-de_g", "refused", "drifted", kept=3)
    summary = fleet_summary({**FLEET, "f": empty, "g": refused}, now=NOW)
    assert [project["project"] for project in waiting_for_approval(summary)] == ["eu-de_c"]
    lines = fleet_view(summary)["projects"]
    assert {line["project"]: line["confirmation"] for line in lines if line["confirmation"]} == {
        "eu-de_c": "eu-de_c/00000000"
    }
    assert "Confirmation" not in render("fleet.html.j2", fleet_view(fleet_summary(of("a"), now=NOW)))


def test_summary_counts_instances_of_plans() -> None:
    planned = result("eu-de_p", "plan", instances=2, kept=4)
    applied = result("eu-de_q", "apply", instances=1, deleted=3)
    summary = fleet_summary({"p": planned, "q": applied, **of("a")}, now=NOW)
    assert summary["instances"] == 3
    assert fleet_lines(summary)[1] == "11 records: 3 planned, 6 deleted, 2 kept; 3 instances in the plans"
    assert "instances" in fleet_view(summary)["columns"]
    assert "instances" not in fleet_view(fleet_summary(FLEET, now=NOW))["columns"]


@pytest.mark.parametrize("command", ["ansible-playbook p.yml -e @approved.yml", None])
def test_page_shows_how_to_apply(command: str | None) -> None:
    approval = {"file": "/srv/approved.yml", "command": command, "lacks": []}
    headline = fleet_view({**fleet_summary(of("c"), now=NOW), "approval": approval})["headline"]
    assert headline.advice.startswith("/srv/approved.yml: remove the #")
    assert headline.command == (command or "")


@pytest.mark.parametrize(
    ("hosts", "title"),
    [
        (FLEET, "2 of 5 environments failed"),
        ("a", "Every environment is done"),
        ("ac", "1 of 2 environments planned"),
        (("a", "eu-de_e"), "1 of 2 environments not run"),
    ],
)
def test_page_headline_is_worst_state(hosts: Iterable[str], title: str) -> None:
    assert fleet_view(fleet_summary(of(*hosts), now=NOW))["headline"].title == title


class Links(HTMLParser):
    """Collects the links and the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self.elements: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.found += [value for name, value in attrs if tag == "a" and name == "href"]


def test_page_hostile_names_and_messages_are_text() -> None:
    hostile = "eu-de_<script>alert(1)</script>\u202e{{ 7 * 7 }}"
    hosts = {"a": {**result(hostile, "apply", "<img src=x onerror=alert(1)>", deleted=1), "report": f"/srv/{hostile}"}}
    page = render("fleet.html.j2", fleet_view(fleet_summary(hosts, now=NOW)))
    links = Links()
    links.feed(page)
    assert "script" not in links.elements
    assert "img" not in links.elements
    assert "\u202e" not in page
    assert "{{ 7 * 7 }}" in page
    (link,) = links.found
    assert link is not None
    assert not set(link) & set("<>:\u202e")
