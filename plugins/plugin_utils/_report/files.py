# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The files that the report of a run is written to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .._plan.document import document_text
from .junit import junit_of
from .markdown import markdown_of
from .page import render_report
from .spreadsheet import csv_of
from .table import Report

# Each makes a file from the report and from that of the plan before, None where there was none.
RENDERERS: Mapping[str, Callable[[Report, Report | None], str]] = {
    "report.json": lambda report, _previous: document_text(report),
    "report.html": lambda report, previous: render_report(report, previous),
    "report.md": markdown_of,
    "report.csv": lambda report, _previous: csv_of(report),
    "junit.xml": lambda report, _previous: junit_of(report),
}


def report_files(report: Report, previous: Report | None = None) -> dict[str, str]:
    """Return the text of each file of a report by its name; ``previous`` is the report of the project's last plan."""
    return {name: render(report, previous) for name, render in RENDERERS.items()}
