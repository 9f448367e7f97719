# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A browser, and pages of runs with different outcomes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.page import render_report

from helpers.report_factory import Run, launched

if TYPE_CHECKING:
    from helpers.browsers import Browser


class Page(NamedTuple):
    """A page in a file, and the report that it shows."""

    path: Path
    report: dict[str, Any]

    def records(self, outcome: str, kind: str | None = None) -> list[dict[str, Any]]:
        """The records of the report with an outcome."""
        return [
            record
            for record in self.report["records"]
            if record["outcome"] == outcome and kind in (None, record["kind"])
        ]


PageOf = Callable[[Run], Page]
ChangedPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    from helpers.browsers import Browser

    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """A browser; its pages must send no request and log no message."""
    yield chromium
    requested = [url for url in chromium.requests() if not url.startswith(("file:", "data:", "about:"))]
    assert requested == []
    assert chromium.console() == []


@pytest.fixture(scope="session")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> PageOf:
    """Writes the page of a run, once for each run."""
    directory = tmp_path_factory.mktemp("pages")
    written: list[tuple[Run, Page]] = []

    def write(run: Run) -> Page:
        for known, page in written:
            if known == run:
                return page
        text = run.text()
        page = Page(directory / f"{len(written)}.html", json.loads(text))
        page.path.write_text(render_report(json.loads(text)), encoding="utf-8")
        written.append((run, page))
        return page

    return write


@pytest.fixture
def changed_page(tmp_path: Path) -> ChangedPage:
    """Writes the page of a report that a job was launched for, with changes and the report of the plan before."""

    def write(run: Run, previous: dict[str, Any] | None = None, **changes: Any) -> Page:
        page = Page(tmp_path / "report.html", launched(run.report(), **changes))
        page.path.write_text(render_report(page.report, previous), encoding="utf-8")
        return page

    return write
