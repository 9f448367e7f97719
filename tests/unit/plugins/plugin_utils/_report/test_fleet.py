# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The summary of a fleet, as data, lines and a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sundown.hwcloud.plugins.filter.decommission_fleet import decommission_fleet
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.fleet import (
    fleet_lines,
    fleet_summary,
    fleet_view,
    with_earlier,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.page import render

NOW = datetime(2026, 11, 1, 10, tzinfo=UTC)
NOTHING = {"deleted": 0, "absent": 0, "kept": 0, "drifted": 0, "failed": 0}


def environment(project: str, mode: str, message: str = "", planned: int = 3, **outcomes: int) -> dict[str, Any]:
    """The variables of a host after the role."""
    return {
        "inventory_hostname": project,
        "decommission_plan": {
            "project": project,
            "region": "eu-de",
            "digest": "0" * 64,
            "confirmation": f"{project}/00000000",
            "counts": {"planned": planned},
        },
        "decommission_result": {"outcomes": {**NOTHING, **outcomes}, "message": message},
        "__decommission_run": {"mode": mode},
    }


FLEET = [
    environment("eu-de_a", "apply", deleted=3, kept=1),
    environment("eu-de_b", "apply", "1 of 3 records was not deleted", deleted=2, failed=1),
    environment("eu-de_c", "plan", kept=4),
    {"inventory_hostname": "eu-de_d", "decommission_project": "eu-de_d", "__decommission_stopped": "no such region"},
    {"inventory_hostname": "eu-de_e"},
]


def test_states_and_totals() -> None:
    summary = fleet_summary(FLEET, now=NOW)
    assert summary["created_at"] == "2026-11-01T10:00:00Z"
    assert summary["environments"] == {"total": 5, "failed": 2, "planned": 1, "checked": 0, "applied": 1, "not run": 1}
    assert summary["planned"] == 9
    assert summary["outcomes"] == {"deleted": 5, "absent": 0, "kept": 5, "drifted": 0, "failed": 1}
    assert [project["state"] for project in summary["projects"]] == [
        "applied",
        "failed",
        "planned",
        "failed",
        "not run",
    ]


def test_check_mode_deletes_nothing() -> None:
    summary = fleet_summary([environment("eu-de_a", "check", deleted=3, absent=1, kept=1)], now=NOW)
    (project,) = summary["projects"]
    assert (project["state"], project["mode"], summary["mode"]) == ("checked", "check", "check")
    assert summary["outcomes"] == {"deleted": 0, "absent": 1, "kept": 4, "drifted": 0, "failed": 0}
    assert fleet_view(summary)["verdict"]["title"] == "1 of 1 environments checked, nothing deleted there"


@pytest.mark.parametrize(
    ("modes", "mode"),
    [
        (["plan", "apply", "check"], "apply"),
        (["plan", "check"], "check"),
        (["plan", "refused"], "plan"),
        ([], "refused"),
    ],
)
def test_mode_of_the_fleet_is_the_furthest_of_its_environments(modes: list[str], mode: str) -> None:
    assert fleet_summary([environment(name, name) for name in modes], now=NOW)["mode"] == mode


def test_earlier_environments_stay_and_add_up() -> None:
    earlier = fleet_summary(FLEET[:3], now=NOW - timedelta(days=1))
    current = fleet_summary([environment("eu-de_b", "apply", deleted=1), FLEET[3]], now=NOW)
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
    assert page.count("As of 2026-10-31 10:00:00 UTC: this run was not about it.") == 2


def test_links_lead_from_the_folder_of_the_fleet_to_the_reports() -> None:
    done = environment("eu-de_a", "apply", deleted=1)
    done["__decommission_written_report"] = {"folder": "/srv/reports/eu-de_a/2026-apply"}
    view = fleet_view(fleet_summary([done, FLEET[4]], now=NOW), "/srv/reports/fleet/2026-apply")
    assert [project["link"] for project in view["projects"]] == ["../../eu-de_a/2026-apply/report.html", ""]


def test_lines_name_what_failed() -> None:
    assert fleet_lines(fleet_summary(FLEET, now=NOW)) == [
        "5 environments: 2 failed, 1 planned, 1 applied, 1 not run",
        "eu-de_b: 1 of 3 records was not deleted",
        "eu-de_d: no such region",
    ]


@pytest.mark.parametrize(
    ("environments", "title"),
    [
        (FLEET, "2 of 5 environments failed"),
        (FLEET[:1], "Every environment is done"),
        ([FLEET[0], FLEET[2]], "1 of 2 environments planned"),
        ([FLEET[0], FLEET[4]], "1 of 2 environments did not have their turn"),
    ],
)
def test_the_page_says_first_what_matters(environments: list[dict[str, Any]], title: str) -> None:
    assert fleet_view(fleet_summary(environments, now=NOW))["verdict"]["title"] == title


class Links(HTMLParser):
    """Collects where a page's links lead, and its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self.elements: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.found += [value for name, value in attrs if tag == "a" and name == "href"]


def test_names_and_messages_are_only_text() -> None:
    hostile = "eu-de_<script>alert(1)</script>\u202e{{ 7 * 7 }}"
    environments = [environment(hostile, "apply", "<img src=x onerror=alert(1)>", deleted=1)]
    environments[0]["__decommission_written_report"] = {"folder": f"/srv/{hostile}"}
    page = render("fleet.html.j2", fleet_view(fleet_summary(environments, now=NOW)))
    links = Links()
    links.feed(page)
    assert "script" not in links.elements
    assert "img" not in links.elements
    assert "\u202e" not in page
    assert "{{ 7 * 7 }}" in page
    (link,) = links.found
    assert link is not None
    assert not set(link) & set("<>:\u202e")


def test_forms_of_the_filter() -> None:
    data = decommission_fleet(FLEET)
    assert json.loads(decommission_fleet(FLEET, form="json"))["projects"] == data["projects"]
    assert decommission_fleet(FLEET, form="lines") == fleet_lines(data)
    assert "2 of 5 environments failed" in decommission_fleet(FLEET, form="page")
    with pytest.raises(AnsibleFilterError, match="'pdf' is none of"):
        decommission_fleet(FLEET, form="pdf")
