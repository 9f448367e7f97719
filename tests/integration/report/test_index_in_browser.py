# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that lists all runs of a project, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.page import render
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.runs import project_index

from helpers.browsers import Browser
from helpers.report_factory import PROJECT, Run, early_report

APPLIED = Run(60).report()
NAMES = ("2026-11-25T00-00-00Z-apply-01234567", "2026-11-24T23-12-00Z-refused-none", "2026-11-24T23-00-00Z-plan-broken")
RUNS = tuple(zip(NAMES, (APPLIED, early_report("iam: the login was refused, " * 20), {}), strict=True))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_index_lists_runs_and_links_to_reports(browser: Browser, tmp_path: Path, scheme: str, width: int) -> None:
    page = tmp_path / "index.html"
    page.write_text(render("index.html.j2", project_index(PROJECT, RUNS)), encoding="utf-8")
    for name in NAMES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.html").write_text(f"<title>{name}</title>", encoding="utf-8")
    browser.open(page, scheme=scheme, width=width)
    browser.check_accessibility()
    assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.texts("tbody tr:first-child td")[2:] == [str(count) for count in (60, *APPLIED["outcomes"].values())]
    assert browser.texts(".note")[1] == "its report is missing or cannot be read"
    browser.screenshot(f"index-{scheme}", width=width)
    for number, name in enumerate(NAMES):
        browser.open(page, scheme=scheme, width=width)
        browser.all("tbody a")[number].click()
        assert browser.driver.title == name
