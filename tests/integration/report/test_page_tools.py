# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader does with the report's page: copy, sort, filter, send a link, download."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.display import age_of, seconds_between
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.spreadsheet import csv_of
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.table import CSV_COLUMNS
from selenium.webdriver.support.ui import Select

from helpers.browsers import Browser
from helpers.report_factory import Run

FAILED = Run(900, {"deleted": 7, "failed": 2, "protected": 1})
PLANNED = Run(300, {"deleted": 7, "protected": 2}, mode="plan")
NAMES = ["<img src=x>", "=1+1", "a;=1", '"quoted", twice', "-1", "@x", "\uff1d1", "plain"] * 20
HOSTILE = Run(160, {"failed": 1, "deleted": 1}, names=NAMES, refusals=[(500, "=E", "+1 and ;@2")])
IDS = "#lines th .id:nth-of-type(1)"


def rows(browser: Browser, column: str) -> list[str]:
    """Return the texts of a column, by its label, in the order of the table."""
    return browser.texts(f"#lines td[data-label='{column}']")


def sort_by(browser: Browser, column: str) -> str:
    browser.one(f"button[data-sort={column}]").click()
    return str(browser.one(f"th[data-column={column}]").get_attribute("aria-sort"))


def test_command_is_copied_whole(browser: Browser, changed_page: Any) -> None:
    command = """ansible-playbook retire.yml -e '{"decommission_note": "two  blanks, <b> and \\"quotes\\""}'"""
    browser.open(changed_page(PLANNED, command=command).path)
    assert browser.text(".command") == command
    browser.allow_clipboard()
    button = browser.one("button[data-copy=command]")
    button.click()
    browser.wait_for("button[data-copy=command]", "Copied")
    browser.paste_into("#words")
    assert browser.run("return document.querySelector('#words').value") == command
    browser.wait_for("button[data-copy=command]", "Copy")


def test_command_without_clipboard_is_copied_from_selection(browser: Browser, changed_page: Any) -> None:
    page = changed_page(PLANNED)
    browser.open(page.path)
    browser.run("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    browser.one("button[data-copy=command]").click()
    browser.wait_for("button[data-copy=command]", "Copied")
    assert browser.run("return getSelection().toString()").strip() == page.report["command"]


def test_byline_names_duration_user_job_and_note(browser: Browser, changed_page: Any) -> None:
    page = changed_page(FAILED)
    browser.open(page.path)
    assert browser.texts(".byline li") == [
        "Took 3 min 1 s",
        f"Confirmed with {page.report['confirmation']}",
        "Launched by anna",
        "Approver bert",
        "Job Decommission: apply #4711",
        "Workflow Decommission an environment #4709",
        "Note CHG-4711: the shop is retired",
    ]
    assert browser.one(".byline a").get_attribute("href") == page.report["confirmed_by"]["url"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://x y", None, "//evil.example"])
def test_byline_job_with_other_url_is_no_link(browser: Browser, changed_page: Any, url: str | None) -> None:
    unknown = dict.fromkeys(("confirmation", "user", "approver", "workflow"))
    confirmed_by = {**unknown, "note": "", "job": "#7", "url": url}
    browser.open(changed_page(FAILED, confirmed_by=confirmed_by).path)
    assert browser.all(".byline a") == []
    assert "Job #7" in browser.texts(".byline li")


def test_rules_show_matched_records(browser: Browser, changed_page: Any) -> None:
    browser.open(changed_page(PLANNED).path)
    rules = [row.split("\t") for row in browser.texts("#rules + table tbody tr")]
    assert rules == [["decommission_select[0]", "name=task-*", "900"], ["decommission_select[1]", "name=old-*", "0"]]


def test_causes_show_advice(browser: Browser, page_of: Any) -> None:
    browser.open(page_of(FAILED).path)
    causes = browser.texts(".causes tbody tr")
    (forbidden,) = [cause for cause in causes if "403 APIGW.0302" in cause]
    assert "Request the permission, or have the account unlocked." in forbidden


def test_columns_sort_both_ways(browser: Browser, page_of: Any) -> None:
    page = page_of(FAILED)
    browser.open(page.path)
    records = page.report["records"]
    assert sort_by(browser, "age") == "ascending"
    by_age = sorted(records, key=lambda record: record["created_at"], reverse=True)
    assert browser.texts(IDS) == [record["id"] for record in by_age[:100]]
    ages = [age_of(seconds_between(record["created_at"], page.report["started_at"])) for record in by_age[1:100]]
    assert rows(browser, "Age")[1:] == ages
    assert sort_by(browser, "age") == "descending"
    assert browser.texts(IDS) == [record["id"] for record in by_age[:-101:-1]]
    assert sort_by(browser, "name") == "ascending"
    assert browser.one("th[data-column=age]").get_attribute("aria-sort") == "none"
    names = browser.texts("#lines th bdi")
    assert names == sorted(record["name"] for record in records)[:100]
    for column in ("part", "kind", "status", "reason", "error"):
        assert [sort_by(browser, column), sort_by(browser, column)] == ["ascending", "descending"]
    codes = [" ".join(text.split("\n")[0].split()[:2]) for text in rows(browser, "Error")]
    assert codes == sorted(codes, reverse=True, key=lambda code: code.split())


def test_state_in_address_is_restored(browser: Browser, page_of: Any) -> None:
    page = page_of(FAILED)
    browser.open(page.path)
    Select(browser.one("#part")).select_by_visible_text("failed")
    Select(browser.one("#kind")).select_by_visible_text("GaussDB jobs")
    browser.one("#words").send_keys("role & project")
    browser.wait_for_hash("#failed&gaussdb_job&q=role%20%26%20project")
    browser.one("#words").clear()
    browser.one("#words").send_keys("task-")
    sort_by(browser, "name"), sort_by(browser, "name")
    browser.wait_for_hash("#failed&gaussdb_job&q=task-&sort=-name")
    listed, status = browser.texts(IDS), browser.text("#status")
    assert set(listed) == {record["id"] for record in page.records("failed", "gaussdb_job")}

    browser.open(page.path, fragment="failed&gaussdb_job&q=task-&sort=-name")
    assert (browser.texts(IDS), browser.text("#status")) == (listed, status)
    assert browser.one("#words").get_attribute("value") == "task-"
    assert browser.one("th[data-column=name]").get_attribute("aria-sort") == "descending"
    assert browser.run("return document.querySelector('#records').getBoundingClientRect().top < innerHeight")
    browser.run("location.hash = 'kept'")
    browser.wait_for("#status", f"of {len(page.records('kept'))} records")
    browser.one("button[type=reset]").click()
    browser.wait_for("#status", "of 900 records")
    assert browser.run("return location.hash") == ""
    assert browser.one("th[data-column=name]").get_attribute("aria-sort") == "none"


@pytest.mark.parametrize("fragment", ["", "records", "q", "lost&what=%E0%A4%A&sort=lost", "<img src=x>"])
def test_other_fragment_shows_all_records(browser: Browser, page_of: Any, fragment: str) -> None:
    browser.open(page_of(FAILED).path, fragment=fragment)
    browser.wait_for("#status", "1 to 100 of 900 records")
    assert browser.all("img") == []


def test_download_has_filtered_rows_of_report_csv(browser: Browser, page_of: Any, tmp_path: Path) -> None:
    page = page_of(HOSTILE)
    browser.open(page.path, fragment="failed&sort=name")
    browser.download_to(tmp_path)
    browser.one("#csv").click()
    (file,) = browser.downloaded(tmp_path)
    assert file.name == f"{page.report['project']}-{page.report['digest'][:8]}.csv"
    text = file.read_bytes().decode("utf-8")
    whole = csv.DictReader(io.StringIO(csv_of(page.report), newline=""))
    expected = {row["id"]: [row[key] for key in CSV_COLUMNS] for row in whole if row["outcome"] == "failed"}
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == [*CSV_COLUMNS]
    assert {row[CSV_COLUMNS.index("id")]: row for row in rows} == expected
    assert len(rows) == len(page.records("failed")) > 50


def test_facts_that_all_records_share_are_shown_once(browser: Browser, page_of: Any) -> None:
    page = page_of(PLANNED)
    browser.open(page.path, fragment="pending&gaussdb_job")
    count = sum(record["planned"] and record["kind"] == "gaussdb_job" for record in page.report["records"])
    shared = f"All {count}: to be deleted; GaussDB jobs; Failed; not confirmed; decommission_select[0]: name=task-*."
    assert browser.text("#shared") == shared
    visible = [header.text.split(" ")[0] for header in browser.all("#table th[scope=col]") if header.is_displayed()]
    assert visible == ["Record", "Age"]
    assert not [row for row in browser.texts("#lines tr") if "not confirmed" in row or "decommission_select" in row]
    browser.one("button[type=reset]").click()
    browser.wait_for("#status", "of 300 records")
    assert not browser.one("#shared").is_displayed()
    assert "not confirmed" in browser.text("#lines")


def test_facts_that_group_shares_are_shown_once_without_script(browser: Browser, page_of: Any) -> None:
    page = page_of(PLANNED)
    browser.open(page.path, script=False)
    browser.one("#pending-cce_job summary").click()
    count = sum(record["planned"] and record["kind"] == "cce_job" for record in page.report["records"])
    shared = f"All {count}: Failed; not confirmed; decommission_select[0]: name=task-*."
    assert browser.text("#pending-cce_job .shared") == shared
    assert browser.texts("#pending-cce_job thead th") == ["Record", "Age"]
