# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report's page in a real browser: complete, readable and usable."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from helpers.browsers import Browser
from helpers.report_factory import IDENTITY, PROJECT, Run

PAGE = 100
FAILED = Run(3000)
FINISHED = Run(800, {"deleted": 8, "absent": 1, "protected": 1})
PLANNED = Run(1200, {"deleted": 7, "protected": 2, "running": 1}, mode="plan")
UNLISTED: dict[str, Any] = {"on_drift": "fail", "unlisted": ["cce_job"], "accepted": ["cce_job"]}
REFUSED = Run(300, {"deleted": 7, "protected": 2, "drifted": 1}, **UNLISTED)
STOPPING = Run(100, {"deleted": 6, "protected": 2, "stopped": 2}, mode="plan")
KEPT = ("prepaid", "deletion protection", "hibernated")
INSTANCES = Run(80, {"deleted": 1}, instances=[*["deleted"] * 21, *KEPT, "failed"])
NOTHING = Run(0)
HOSTILE = Run(
    200,
    {"failed": 1, "deleted": 1},
    names=["<img src=x onerror=document.title='taken'>", "</script><b>bold</b>", "{{ 7 * 7 }}", "\u202egnp.exe"] * 30,
    refusals=[(500, "</script>", "<script>document.title = 'taken'</script>")],
    instances=["deleted"],
    facts={
        "engine": "<img src=x onerror=document.title='taken'>" + "x" * 200,
        "tags": {"<b>bold</b>": "</script>", "{{ 7 * 7 }}": "x" * 300, "\u202egnp.exe": ""},
    },
)
# Small ones, as axe checks each element.
RUNS = {
    "failed": Run(300, {"deleted": 9, "failed": 1, "drifted": 1, "protected": 1}),
    "finished": Run(60, {"deleted": 8, "protected": 1}),
    "planned": Run(60, {"deleted": 8, "protected": 1}, mode="plan"),
    "stopping": Run(60, {"deleted": 6, "stopped": 2}, mode="plan"),
    "instances": Run(20, {"deleted": 1}, mode="plan", instances=["deleted"] * 4 + ["prepaid", "hibernated"]),
    "appeared": Run(30, {"deleted": 1}, appeared=2),
    "refused": Run(60, {"deleted": 7, "drifted": 1}, **UNLISTED),
    "nothing": NOTHING,
}

TITLES = {name: f"{kind.title} {kind.noun}s" for name, kind in KINDS.items()}


@pytest.fixture
def page(browser: Browser, page_of: Any) -> Any:
    """The page of a failed run, open in the browser."""
    opened = page_of(FAILED)
    browser.open(opened.path)
    return opened


def grouped(number: int) -> str:
    return f"{number:,}"


def counted(browser: Browser) -> dict[str, int]:
    """Return the figures at the top of the page by label, without the symbol before the label."""
    figures = zip(browser.texts(".stats dt"), browser.texts(".stats dd"), strict=True)
    return {label.split(" ", 1)[-1]: int(figure.replace(",", "")) for label, figure in figures}


def test_page_of_failed_run_shows_outcome_without_scrolling(browser: Browser, page: Any) -> None:
    outcomes = page.report["outcomes"]
    left = outcomes["failed"] + outcomes["drifted"]
    assert browser.driver.title == f"Not finished: {PROJECT}, decommission report"
    assert browser.text("h1") == PROJECT
    assert browser.text("#headline") == "Not finished"
    assert f"{left} records of {grouped(left + outcomes['deleted'] + outcomes['absent'])} planned" in browser.text(
        ".lead"
    )
    assert counted(browser) == {"discovered": 3000, **outcomes}
    assert browser.run("return document.querySelector('.stats').getBoundingClientRect().bottom < innerHeight")
    browser.screenshot("failed-light")


def test_page_facts_show_user_place_time_and_digest(browser: Browser, page: Any) -> None:
    facts = dict(zip(browser.texts(".facts dt"), browser.texts(".facts dd"), strict=True))
    report = page.report
    assert facts["User"] == report["user_name"] == IDENTITY["user_name"]
    assert facts["Domain"] == report["domain_name"]
    assert (facts["Project id"], facts["Region"]) == (report["project_id"], report["region"])
    assert facts["Plan digest"] == report["digest"]
    assert facts["Planned at"] == report["started_at"].replace("T", " ").replace("Z", " UTC")
    assert {report["region"], report["user_name"]} < set(browser.text(".subtitle").split(" · "))


def test_page_failures_show_code_and_request_id(browser: Browser, page: Any) -> None:
    rows = browser.texts("details[id^=failed-][open] tbody tr")
    failed = page.records("failed")
    assert len(rows) == len(failed) > 10
    for record in failed:
        (row,) = [text for text in rows if record["id"] in text]
        for key in ("name", "reason", "error_code", "request_id"):
            assert record[key] is None or record[key] in row
        group = browser.text(f"#failed-{record['kind']}")
        assert record["status"] in group and record["rule"] in group
    first = browser.one("details[id^=failed-] tbody tr")
    assert first.is_displayed()


def test_page_chart_matches_report(browser: Browser, page: Any) -> None:
    columns = browser.texts(".chart thead th")[2:]
    rows = {cells[0]: cells for cells in (row.split("\t") for row in browser.texts(".chart tbody tr"))}
    for kind, outcomes in page.report["kinds"].items():
        cells = [cell.replace(",", "") for cell in rows[TITLES[kind]] if cell.strip()]
        assert cells[1:] == [str(sum(outcomes.values())), *(str(outcomes[column]) for column in columns)]
    widths = browser.run(
        """return Object.fromEntries([...document.querySelectorAll('.chart tbody tr')].map(row =>
        [row.cells[0].innerText, [...row.querySelectorAll('rect')].map(it => it.getBoundingClientRect().width)]))"""
    )
    assert min(itertools.chain(*widths.values())) > 2
    assert max(widths["GaussDB jobs"]) > 2 * max(widths["DCS tasks"])


def test_page_work_table_shows_throttling_and_seconds(browser: Browser, page: Any) -> None:
    rows = [row.split("\t") for row in browser.texts(".work tbody tr")]
    assert [row[0] for row in rows] == [
        "Listing",
        "Deleting",
        *(f"Deleting {title}" for title in page.report["titles"].values()),
        "Verifying",
    ]
    throttled = [work["throttled"] for work in page.report["work"].values()]
    assert [row[6] for row in rows] == ["\u2013" if count is None else str(count) for count in throttled]
    assert all(row[2].endswith(" s") for row in rows)
    assert {row[3].split()[-1] for row in rows if row[0].startswith("Deleting ")} == {"records/s"}
    widths = browser.run(
        """return [...document.querySelectorAll('.work tbody tr')].map(row => [...row.querySelectorAll('rect')]
        .reduce((sum, it) => sum + it.getBoundingClientRect().width, 0))"""
    )
    seconds = [work["seconds"] for work in page.report["work"].values()]
    longest = max(widths)
    assert widths == pytest.approx([max(one / max(seconds), 0.005) * longest for one in seconds], rel=0.02, abs=1)


@pytest.mark.parametrize(
    ("run", "title", "text"),
    [
        (FINISHED, "Finished", "Everything planned is gone"),
        (PLANNED, "Waiting for approval", "Nothing has been deleted yet"),
        (REFUSED, "Refused", "Nothing was deleted"),
        (NOTHING, "Nothing to delete", "No record was found"),
    ],
    ids=["finished", "planned", "refused", "nothing"],
)
def test_page_of_each_outcome_shows_title(browser: Browser, page_of: Any, run: Run, title: str, text: str) -> None:
    page = page_of(run)
    browser.open(page.path)
    assert browser.text("#headline") == title
    assert text in browser.text(".lead")
    assert browser.driver.title.startswith(f"{title}: ")
    browser.screenshot(f"{title.lower().replace(' ', '-')}-light")


def test_page_of_plan_shows_confirmation(browser: Browser, page_of: Any) -> None:
    page = page_of(PLANNED)
    browser.open(page.path)
    assert browser.text(".command") == f"decommission_confirm: {page.report['confirmation']}"
    planned = [record for record in page.report["records"] if record["reason"] == "not confirmed"]
    assert counted(browser)["to be deleted"] == len(planned)
    browser.wait_for("#status", f"1 to {PAGE} of 1,200 records")
    assert set(browser.texts("#lines .badge")) == {"→ to be deleted"}


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_page_of_plan_with_stops_shows_them_above_stats(browser: Browser, page_of: Any, script: bool) -> None:
    page = page_of(STOPPING)
    browser.open(page.path, script=script)
    stops = page.report["stops"]
    assert browser.text("#stops") == f"■ {len(stops)} running replications will be stopped and deleted"
    assert browser.run(
        """const bottom = document.querySelector('#stops').getBoundingClientRect().bottom;
        return bottom < document.querySelector('.stats').getBoundingClientRect().top && bottom < innerHeight"""
    )
    browser.one(".stops summary").click()
    rows = [row.text for row in browser.all(".stops tbody tr") if row.is_displayed()]
    assert len(rows) == len(stops) > 5
    for record, row in zip(stops, rows, strict=True):
        assert all(record[key] in row for key in ("id", "name", "status"))
    if script:
        browser.one("#words").send_keys("to be stopped first")
        browser.wait_for("#status", f"of {len(stops)} records")
        browser.screenshot("stopping-light")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_page_shows_instances_first_and_large(browser: Browser, page_of: Any, script: bool) -> None:
    page = page_of(INSTANCES)
    browser.open(page.path, script=script)
    assert browser.text("#instances") == "25 instances: 1 failed, 21 deleted, 3 kept"
    place, stats, large, normal = browser.run(
        """const size = (it) => parseFloat(getComputedStyle(document.querySelector(it)).fontSize);
        const top = (it) => document.querySelector(it).getBoundingClientRect().top;
        return [top('#instances'), top('.stats'), size('.instances .name'), size('.records')]"""
    )
    assert place < min(stats, browser.run("return innerHeight"))
    assert large > 1.2 * normal
    browser.one(".whole summary").click()
    rows = [row.text for row in browser.all(".instances tbody tr:not(.note)") if row.is_displayed()]
    instances = [record for record in page.report["records"] if "engine" in record]
    assert len(rows) == len(instances) == 25
    for record in instances:
        (row,) = [text for text in rows if record["id"] in text]
        assert all(text in row for text in (record["name"], record["engine"], "environment=retired", record["status"]))
    assert "failed" in rows[0] and "DMS tasks" in "".join(rows)
    notes = browser.texts(".instances .note")
    kept = [f"{record['reason']}\n{record['rule']}" for record in instances if record["outcome"] == "kept"]
    assert sorted(notes[1:]) == sorted(kept)
    assert browser.texts(".consequences dt") == ["GaussDB instance", "DMS instance", "DCS instance", "CCE cluster"]
    assert "Not covered, and may still cost: ECS servers" in browser.text(".whole")
    browser.screenshot("instances-light")


def test_page_of_refusal_shows_problems(browser: Browser, page_of: Any) -> None:
    page = page_of(REFUSED)
    browser.open(page.path)
    assert browser.texts(".problems li") == page.report["problems"]
    assert "CCE jobs could not be listed: APIGW.0101 The API does not exist (accepted)" in browser.text(".chart")


def test_page_search_and_filters_find_records(browser: Browser, page: Any) -> None:
    browser.wait_for("#status", f"1 to {PAGE} of 3,000 records")
    words = browser.one("#words")
    wanted = page.records("deleted", "cce_job")[7]
    words.send_keys(wanted["id"][:13].upper())
    browser.wait_for("#status", "1 to 1 of 1 records")
    (row,) = browser.texts("#lines tr")
    assert {wanted["id"], wanted["name"], "✓ deleted", "CCE jobs"} <= set(row.replace("\t", "\n").split("\n"))

    words.clear()
    words.send_keys("no such record")
    browser.wait_for("#status", "No record matches.")
    browser.one("button[type=reset]").click()
    browser.wait_for("#status", "3,000 records")

    Select(browser.one("#part")).select_by_visible_text("kept")
    Select(browser.one("#kind")).select_by_visible_text("DMS tasks")
    kept = page.records("kept", "dms_task")
    browser.wait_for("#status", f"of {len(kept)} records")
    words.send_keys("running")
    running = [record for record in kept if record["reason"] == "running"]
    browser.wait_for("#status", f"1 to {min(PAGE, len(running))} of {len(running)} records")
    assert {record["id"] for record in running} == set(browser.texts("#lines th .id:nth-of-type(1)"))


def test_page_navigation_shows_each_record_once(browser: Browser, page_of: Any) -> None:
    page = page_of(FINISHED)
    browser.open(page.path)
    seen: list[str] = []
    while True:
        seen += browser.texts("#lines th .id:nth-of-type(1)")
        if not browser.one("#next").is_enabled():
            break
        browser.one("#next").click()
    assert sorted(seen) == sorted(record["id"] for record in page.report["records"])
    assert browser.text("#place") == "page 8 of 8"
    browser.one("#previous").click()
    assert browser.text("#status") == "601 to 700 of 800 records"


def test_page_chart_link_filters_records(browser: Browser, page: Any) -> None:
    link = browser.one(".chart a[data-part=failed][data-kind=gaussdb_job]")
    link.click()
    failed = page.records("failed", "gaussdb_job")
    assert link.text == str(len(failed))
    browser.wait_for("#status", f"of {len(failed)} records")
    assert {record["id"] for record in failed} == set(browser.texts("#lines th .id:nth-of-type(1)"))
    assert browser.run("return location.hash") == "#failed&gaussdb_job"
    assert browser.driver.switch_to.active_element.get_attribute("id") == "records"


def test_page_without_mouse_is_operable(browser: Browser, page: Any) -> None:

    def press(*keys: str) -> Any:
        ActionChains(browser.driver).send_keys(*keys).perform()
        return browser.driver.switch_to.active_element

    skip = press(Keys.TAB)
    assert skip.text == "Skip to the records"
    assert skip.is_displayed() and skip.rect["x"] >= 0
    press(Keys.ENTER)
    reached = []
    for _step in range(14):
        focused = press(Keys.TAB)
        names = ("id", "data-sort", "type", "role")
        reached.append(next(filter(None, map(focused.get_attribute, names))))
        outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", reached
    columns = ["name", "part", "kind", "status", "age", "reason", "error"]
    assert reached == ["words", "part", "kind", "reset", "csv", "region", *columns, "next"]
    press(Keys.ENTER)
    browser.wait_for("#place", "page 2 of 30")

    summary = browser.one("details[id^=failed-] summary")
    browser.run("arguments[0].focus()", summary)
    press(Keys.ENTER)
    assert browser.one("details[id^=failed-]").get_attribute("open") is None
    press(Keys.SPACE)
    assert browser.one("details[id^=failed-]").get_attribute("open") is not None


def test_page_without_script_is_readable(browser: Browser, page_of: Any) -> None:
    page = page_of(FAILED)
    browser.open(page.path, script=False)
    assert browser.text("#headline") == "Not finished"
    assert not browser.one("#explorer").is_displayed()
    assert len(browser.texts("details[id^=failed-] tbody tr")) == len(page.records("failed"))
    group = browser.one("#deleted-cce_job")
    assert group.get_attribute("open") is None
    browser.one("#deleted-cce_job summary").click()
    assert len([row for row in browser.all("#deleted-cce_job tbody tr") if row.is_displayed()]) == 10
    more = grouped(len(page.records("deleted", "cce_job")) - 10)
    assert browser.text("#deleted-cce_job .more") == f"{more} more in report.csv and report.json, beside this page"


def luminance(color: str) -> float:
    red, green, blue = (int(part) for part in color[color.index("(") + 1 : -1].split(",")[:3])
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_page_colours_follow_scheme(browser: Browser, page_of: Any, scheme: str, dark: bool) -> None:
    browser.open(page_of(FAILED).path, scheme=scheme)
    page, text = browser.run("const it = getComputedStyle(document.body); return [it.backgroundColor, it.color]")
    assert (luminance(page) < 0.2, luminance(text) > 0.8) == (dark, dark)
    browser.screenshot(f"failed-{scheme}")


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 390)], ids=["wide and light", "narrow and dark"]
)
@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_page_has_no_axe_violation(browser: Browser, page_of: Any, run: Run, scheme: str, width: int) -> None:
    browser.open(page_of(run).path, scheme=scheme, width=width)
    browser.check_accessibility()


@pytest.mark.parametrize(
    "run",
    [FAILED, PLANNED, STOPPING, INSTANCES, HOSTILE],
    ids=["failed", "planned", "stopping", "instances", "hostile"],
)
def test_page_on_narrow_screen_has_no_horizontal_scroll(browser: Browser, page_of: Any, run: Run) -> None:
    browser.open(page_of(run).path, width=360)
    assert browser.run("return document.documentElement.scrollWidth") <= 360
    if run is FAILED:
        browser.screenshot("failed-narrow", width=360)


def test_page_printed_shows_closed_groups(browser: Browser, page_of: Any) -> None:
    page = page_of(FAILED)
    browser.open(page.path, media="print", width=700)
    assert not browser.one("#explorer").is_displayed()
    assert browser.one("#groups").is_displayed()
    assert browser.run("return document.querySelector('#deleted-cce_job tbody tr').checkVisibility()")
    assert browser.run("return document.documentElement.scrollWidth") <= 700
    assert "more in report.csv and report.json, beside this page" in browser.text("#deleted-cce_job .more")
    browser.screenshot("failed-print", width=700)
    browser.run(
        "addEventListener('beforeprint', () => { window.shut = document.querySelectorAll('details:not([open])') })"
    )
    content = browser.print("failed")
    assert content.startswith(b"%PDF") and len(content) > 50_000
    assert browser.run("return window.shut.length") == 0
    assert browser.one("#deleted-cce_job").get_attribute("open") is None


def test_page_with_hostile_names_shows_text(browser: Browser, page_of: Any) -> None:
    page = page_of(HOSTILE)
    browser.open(page.path)
    browser.wait_for("#status", "of 201 records")
    assert browser.texts(".instances .tag")[::2] == ["<b>bold</b>=</script>", "\\u202egnp.exe"]
    assert "taken" not in browser.driver.title
    assert browser.all("img, b") == []
    shown = "\n".join(browser.texts("#lines th bdi"))
    for name in ("task-<img src=x onerror=document.title='taken'>", "task-</script><b>bold</b>", "task-\\u202egnp.exe"):
        assert name in shown
    browser.one("#words").send_keys("{{ 7 * 7 }}")
    named = sum(record["name"] == "task-{{ 7 * 7 }}" for record in page.report["records"])
    browser.wait_for("#status", f"of {named} records")
    assert browser.all("img, b") == []
