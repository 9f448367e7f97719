# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report's page on screens of all widths and on paper."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.browsers import Browser
from helpers.report_factory import PROJECT, Run

FAILED = Run(300, {"deleted": 7, "failed": 2, "drifted": 1, "protected": 1}, appeared=2)
PLANNED = Run(200, {"deleted": 7, "protected": 2, "stopped": 1}, mode="plan")
INSTANCES = Run(
    60,
    {"deleted": 1},
    mode="plan",
    instances=["deleted"] * 22 + ["prepaid", "hibernated"],
    facts={"tags": {"a" * 36: "b" * 43, **{str(number): "x" for number in range(19)}}, "engine": "x" * 64},
)
DELETED = Run(60, {"deleted": 1})
# Elements of which something is cut off, or that stand out of the page.
CUT = """
const clipped = (it) => it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).overflowX !== "visible";
const outside = (it) => { const box = it.getBoundingClientRect(); return box.width && box.right > innerWidth + 1; };
return [...document.querySelectorAll("main *")].filter((it) => it.checkVisibility())
  .filter((it) => !it.closest("svg") && (clipped(it) || outside(it)))
  .map((it) => `${it.tagName} ${it.className} ${it.textContent.slice(0, 40)}`);
"""


def earlier_plan(report: dict[str, Any]) -> dict[str, Any]:
    """Return the report of a plan from which a report's plan differs in every way."""
    planned = [record for record in report["records"] if record["planned"]]
    gone = [{**record, "id": f"gone-{record['id']}"} for record in planned[:30]]
    records = [{**planned[0], "status": "older"}, *planned[9:], *gone]
    return {**report, "started_at": "2026-11-20T12:00:00Z", "records": records}


@pytest.mark.parametrize("run", [FAILED, PLANNED], ids=["failed", "planned"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 390), ("light", 1280), ("dark", 1280)])
def test_page_with_everything_has_no_axe_violation(
    browser: Browser, changed_page: Any, run: Run, scheme: str, width: int
) -> None:
    browser.open(changed_page(run, earlier_plan(run.report())).path, scheme=scheme, width=width)
    browser.run("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
    browser.check_accessibility()
    browser.screenshot(f"everything-{run.mode}-{scheme}-{width}", width=width)


@pytest.mark.parametrize("run", [FAILED, PLANNED, INSTANCES], ids=["failed", "planned", "instances"])
def test_page_on_phone_shows_cards_and_cuts_nothing(browser: Browser, changed_page: Any, run: Run) -> None:
    command = f"ansible-playbook sundown.hwcloud.decommission -e decommission_note={'x' * 200}"
    page = changed_page(run, earlier_plan(run.report()), command=command)
    browser.open(page.path, width=390)
    browser.run("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
    assert browser.run("return document.documentElement.scrollWidth") == 390
    assert browser.run(CUT) == []
    displays = browser.run(
        "return [...document.querySelectorAll('main tbody tr')].map(it => getComputedStyle(it).display)"
    )
    assert set(displays) == {"block"}
    label = browser.run(
        "return getComputedStyle(document.querySelector('#lines td[data-label=Age]'), '::before').content"
    )
    assert label == '"Age"'
    assert browser.one("button[data-sort=age]").is_displayed()


@pytest.mark.parametrize("width", [700, 1280])
def test_page_with_instances_cuts_nothing_on_paper_and_wide_screen(browser: Browser, page_of: Any, width: int) -> None:
    browser.open(page_of(INSTANCES).path, media="print" if width == 700 else "screen", width=width)
    assert browser.run("return document.documentElement.scrollWidth") <= width
    cut = browser.run(
        """return [...document.querySelectorAll('.whole *')].filter(it => it.scrollWidth > it.clientWidth + 1
        && getComputedStyle(it).display !== 'inline').map(it => it.outerHTML.slice(0, 80))"""
    )
    assert cut == []
    if width == 700:
        rows = browser.run(
            """return [...document.querySelectorAll('.instances tbody tr:not(.note)')]
            .filter(it => it.checkVisibility()).length"""
        )
        assert rows == 24
        assert browser.print("instances").startswith(b"%PDF")


def test_page_on_tablet_has_no_horizontal_scroll(browser: Browser, changed_page: Any) -> None:
    for width in (700, 900, 1200):
        browser.open(changed_page(FAILED).path, width=width)
        assert browser.run("return document.documentElement.scrollWidth") <= width


def test_whole_bar_has_full_width_and_shares_of_outcomes(browser: Browser, page_of: Any) -> None:
    page = page_of(FAILED)
    browser.open(page.path)
    widths = browser.run(
        """return Object.fromEntries([...document.querySelectorAll('.total rect')].map(it =>
        [it.classList[0], it.getBoundingClientRect().width]))"""
    )
    whole, main = browser.run("return ['.total', '.stats'].map(it => document.querySelector(it).clientWidth)")
    assert abs(whole - main) <= 2
    assert sum(widths.values()) > 0.95 * whole
    outcomes = {name: count for name, count in page.report["outcomes"].items() if count}
    assert set(widths) == set(outcomes)
    assert sorted(widths, key=widths.__getitem__) == sorted(outcomes, key=outcomes.__getitem__)


def test_tiles_without_records_are_small(browser: Browser, page_of: Any) -> None:
    browser.open(page_of(DELETED).path)
    sizes = browser.run(
        """return [...document.querySelectorAll('.stats div')].map(it => [it.querySelector('dd').innerText,
        parseFloat(getComputedStyle(it.querySelector('dd')).fontSize), it.clientWidth])"""
    )
    empty, filled = [one for one in sizes if one[0] == "0"], [one for one in sizes if one[0] != "0"]
    assert len(empty) == 4
    assert max(one[1] for one in empty) < min(one[1] for one in filled)
    assert max(one[2] for one in empty) < min(one[2] for one in filled)


@pytest.mark.parametrize("width", [900, 1280])
def test_table_headers_stay_in_sight(browser: Browser, page_of: Any, width: int) -> None:
    browser.open(page_of(FAILED).path, width=width)
    top = browser.run(
        """const table = document.querySelector('#table'), box = table.closest('.scroll');
        box.scrollIntoView();
        box.scrollTop = 2000;
        if (box.scrollTop === 0) scrollBy(0, 2000);
        const head = table.querySelector('th').getBoundingClientRect();
        return [head.top, document.elementFromPoint(head.left + 20, head.top + 10).closest('thead') !== null]"""
    )
    assert -1 <= top[0] < 20 and top[1] is True


def test_changes_since_last_plan_have_signs_and_counts(browser: Browser, changed_page: Any) -> None:
    report = PLANNED.report()
    browser.open(changed_page(PLANNED, earlier_plan(report)).path)
    planned = [record for record in report["records"] if record["planned"]]
    assert browser.texts(".changes > p") == [
        "Compared with the plan of 2026-11-20 12:00:00 UTC: +8 added, \u221230 removed, ~1 changed."
    ]
    browser.one(".changes summary").click()
    rows = browser.texts(".changes tbody tr")
    assert [row.split("\t")[0] for row in rows] == ["+ added"] * 8 + ["\u2212 removed"] * 10 + ["~ changed"]
    assert planned[1]["id"] in rows[0] and "no longer listed" in rows[8]
    assert f"older → {planned[0]['status']}" in rows[-1]
    assert browser.text(".changes .count") == "19 of 39"


def test_page_printed_has_project_digest_and_page_numbers(browser: Browser, changed_page: Any) -> None:
    page = changed_page(FAILED)
    browser.open(page.path, media="print", width=700)
    rules = browser.run(
        """return [...document.styleSheets[0].cssRules].filter(it => it instanceof CSSPageRule)
        .map(it => it.cssText).join(' ')"""
    )
    assert f'@top-left {{ content: "{PROJECT} {page.report["digest"][:8]}"; }}' in rules
    assert "counter(page)" in rules and "counter(pages)" in rules
    assert browser.all("main button") and not [it for it in browser.all("main button") if it.is_displayed()]
    assert browser.print("everything").startswith(b"%PDF")


def test_page_printed_with_hostile_project_shows_text(browser: Browser, changed_page: Any) -> None:
    project = 'x</style><b>"; } body { display: none } /*\\'
    browser.open(changed_page(DELETED, project=project).path, media="print")
    assert browser.all("b") == []
    assert browser.one("main").is_displayed()
    rules = browser.run(
        """return [...document.styleSheets[0].cssRules].filter(it => it instanceof CSSPageRule)
        .map(it => it.cssText).join(' ')"""
    )
    assert "</style><b>" in rules
