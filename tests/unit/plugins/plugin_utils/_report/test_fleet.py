# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The summary of a fleet, as data, lines and a page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.fleet import (
    fleet_lines,
    fleet_summary,
    fleet_view,
    with_earlier,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.page import render

NOW = datetime(2026, 11, 1, 10, tzinfo=UTC)
NOTHING = {"deleted": 0, "absent": 0, "kept": 0, "drifted": 0, "failed": 0}


def result(project: str, mode: str, message: str = "", planned: int = 3, **outcomes: int) -> dict[str, Any]:
    """What the role leaves behind on a host."""
    return {
        "mode": mode,
        "message": message,
        "project": project,
        "region": "eu-de",
        "digest": "0" * 64,
        "confirmation": f"{project}/00000000",
        "planned": planned,
        "outcomes": {**NOTHING, **outcomes},
        "report": "",
    }


FLEET = {
    "a": result("eu-de_a", "apply", deleted=3, kept=1),
    "b": result("eu-de_b", "apply", "1 of 3 records was not deleted", deleted=2, failed=1),
    "c": result("eu-de_c", "plan", kept=4),
    "d": {"project": "eu-de_d", "message": "no such region"},
    "eu-de_e": {},
}


def of(*hosts: str) -> dict[str, dict[str, Any]]:
    """Some hosts of the fleet."""
    return {host: FLEET[host] for host in hosts}


def test_summary_has_states_and_totals() -> None:
    summary = fleet_summary(FLEET, now=NOW)
    assert summary["created_at"] == "2026-11-01T10:00:00Z"
    assert summary["environments"] == {"total": 5, "failed": 2, "planned": 1, "checked": 0, "applied": 1, "not run": 1}
    assert summary["planned"] == 9
    assert summary["outcomes"] == {"deleted": 5, "absent": 0, "kept": 5, "drifted": 0, "failed": 1}
    assert [(project["project"], project["state"]) for project in summary["projects"]] == [
        ("eu-de_a", "applied"),
        ("eu-de_b", "failed"),
        ("eu-de_c", "planned"),
        ("eu-de_d", "failed"),
        ("eu-de_e", "not run"),
    ]


def test_summary_of_check_mode_deletes_nothing() -> None:
    summary = fleet_summary({"a": result("eu-de_a", "check", deleted=3, absent=1, kept=1)}, now=NOW)
    (project,) = summary["projects"]
    assert (project["state"], project["mode"], summary["mode"]) == ("checked", "check", "check")
    assert summary["outcomes"] == {"deleted": 0, "absent": 1, "kept": 4, "drifted": 0, "failed": 0}
    assert fleet_view(summary)["headline"].title == "1 of 1 environment checked, nothing deleted there"


@pytest.mark.parametrize(
    ("modes", "mode"),
    [
        (["plan", "apply", "check"], "apply"),
        (["plan", "check"], "check"),
        (["plan", "refused"], "plan"),
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
    assert merged["outcomes"] == {"deleted": 4, "absent": 0, "kept": 5, "drifted": 0, "failed": 0}
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
        "eu-de_b: 1 of 3 records was not deleted",
        "eu-de_d: no such region",
    ]
    assert fleet_lines(fleet_summary(of("a"), now=NOW)) == ["1 environment: 1 applied"]


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
