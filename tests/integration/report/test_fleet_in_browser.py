# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a fleet, in a real browser: complete on a screen, a phone and paper."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.fleet import (
    fleet_summary,
    fleet_view,
    waiting_for_approval,
    with_earlier,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.page import render

from helpers.browsers import Browser

NOW = datetime(2026, 11, 24, 22, 26, 59, tzinfo=UTC)
NOTHING = {"deleted": 0, "absent": 0, "kept": 0, "drifted": 0, "failed": 0}
REASON = "cce_job could not be listed: failed: CCE.01403001: No permission. " * 12 + "Ask for cce:job:list."
COMMAND = "ansible-playbook -i retired.hwcloud.yml sundown.hwcloud.fleet -e @/srv/reports/fleet/2026/approved.yml"


def environment(name: str, mode: str, planned: int = 0, message: str = "", **values: Any) -> dict[str, Any]:
    """What the role leaves behind for an environment."""
    project = f"eu-de_retired_{name}"
    outcomes = {**NOTHING, **{key: value for key, value in values.items() if key in NOTHING}}
    return {
        "project": project,
        "region": "eu-de",
        "mode": mode,
        "message": message,
        "confirmation": f"{project}/1f3a9c04",
        "planned": planned,
        "instances": values.get("instances", 0),
        "stops": values.get("stops", 0),
        "resumes": values.get("resumes", ""),
        "outcomes": outcomes,
        "report": f"/srv/reports/{project}/2026-plan-1f3a9c04",
    }


RESULTS = (
    environment("shop", "plan", 26, instances=3, kept=27),
    environment("warehouse_and_logistics_europe", "plan", 60, stops=5, kept=61),
    environment("crm", "refused", 18, REASON, kept=20),
    environment("blog", "apply", 3, deleted=1203, absent=2, kept=1),
    environment("wiki", "applying", 4, resumes="2026-11-24T22-00-00Z-apply-1f3a9c04", kept=4),
    {"project": "eu-de_retired_last", "message": "iam: the login was refused"},
)
EARLIER = (environment("mail", "plan", 5, kept=5),)


@pytest.fixture
def fleet_page(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """The page of a fleet in many states, and its summary."""
    earlier = fleet_summary({one["project"]: one for one in EARLIER}, now=NOW - timedelta(days=1))
    own = fleet_summary({one["project"]: one for one in RESULTS}, now=NOW)
    summary = with_earlier(own, earlier)
    assert len(waiting_for_approval(own)) == 2
    summary["approval"] = {"file": "/srv/reports/fleet/2026/approved.yml", "command": COMMAND, "lacks": []}
    page = tmp_path / "fleet.html"
    view = fleet_view(summary, "/srv/reports/fleet/2026")
    page.write_text(
        render("fleet.html.j2", view, script=("copy.js",), style=("page.css", "fleet.css")), encoding="utf-8"
    )
    return page, summary


def number(text: str) -> int:
    """A figure as the page shows it."""
    return int(text.replace(",", ""))


def test_fleet_page_adds_up(browser: Browser, fleet_page: Any) -> None:
    page, summary = fleet_page
    browser.open(page)
    assert browser.text(".subtitle") == "2026-11-24 22:26:59 UTC"
    assert browser.text("#headline") == "3 of 7 environments failed or interrupted"
    names = browser.texts("thead th")
    columns = slice(names.index("discovered"), names.index("Confirmation"))
    rows = [row.split("\t") for row in browser.texts("tbody tr:first-child, tfoot tr")]
    assert len(rows) == 8
    for row in rows:
        counts = dict(zip(names[columns], map(number, row[columns]), strict=True))
        among = counts["discovered"] + counts["stops"] + counts["instances"]
        assert counts["discovered"] == sum(counts.values()) - among
    totals = [number(cell) for cell in rows[-1][columns]]
    assert totals == [sum(number(row[columns][place]) for row in rows[:-1]) for place in range(len(totals))]
    assert totals[:5] == [summary[name] for name in ("discovered", "planned", "instances", "stops", "refused")]
    assert totals[:5] == [1323, 95, 3, 5, 18]
    browser.screenshot("fleet-light")


def test_fleet_page_copies_confirmation_and_command(browser: Browser, fleet_page: Any) -> None:
    browser.open(fleet_page[0])
    browser.run(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => { window.copied = text; }}})"
    )
    shop = "eu-de_retired_shop/1f3a9c04"
    (row,) = [row for row in browser.all("tbody tr") if shop in row.text]
    row.find_element("css selector", "button").click()
    assert browser.run("return window.copied") == shop
    browser.one(".headline button").click()
    assert browser.run("return window.copied") == COMMAND == browser.text(".headline .command")
    # Neither what is refused nor what is applied can be confirmed.
    assert browser.texts("tbody code") == [
        f"eu-de_retired_{name}/1f3a9c04" for name in ("mail", "shop", "warehouse_and_logistics_europe")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_fleet_page_has_no_axe_violation(browser: Browser, fleet_page: Any, scheme: str, width: int) -> None:
    browser.open(fleet_page[0], scheme=scheme, width=width)
    browser.check_accessibility()
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_fleet_page_on_phone_shows_cards_with_whole_reason(browser: Browser, fleet_page: Any) -> None:
    browser.open(fleet_page[0], scheme="dark", width=390)
    assert not browser.one("thead").is_displayed()
    cards = browser.run(
        """return [...document.querySelectorAll('tbody tr > *, .copy *, h1, .lead')].filter(it => it.checkVisibility())
        .map(it => { const box = it.getBoundingClientRect(); return [it.innerText, box.left, box.right,
        it.scrollWidth - it.clientWidth] })"""
    )
    cut = [text for text, left, right, over in cards if left < 0 or right > 390 or (over > 0 and "ansible" not in text)]
    assert cut == []
    (reason,) = [text for text in browser.texts(".note") if "No permission" in text]
    assert reason == REASON
    labels = browser.run(
        """return [...document.querySelectorAll('tbody:first-of-type td')].filter(it => it.checkVisibility())
        .map(it => getComputedStyle(it, '::before').content)"""
    )
    assert '"State"' in labels and '"discovered"' in labels
    browser.screenshot("fleet-narrow", width=390)


def test_fleet_page_without_script_shows_no_button(browser: Browser, fleet_page: Any) -> None:
    browser.open(fleet_page[0], script=False)
    assert [button for button in browser.all("button") if button.is_displayed()] == []
    assert "eu-de_retired_shop/1f3a9c04" in browser.text("table")


def test_fleet_page_printed_is_complete(browser: Browser, fleet_page: Any) -> None:
    browser.open(fleet_page[0], media="print", width=700)
    assert [button for button in browser.all("button") if button.is_displayed()] == []
    assert browser.run("return document.documentElement.scrollWidth") <= 700
    browser.screenshot("fleet-print", width=700)
    assert browser.print("fleet").startswith(b"%PDF")
