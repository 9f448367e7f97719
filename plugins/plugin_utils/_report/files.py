# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The files that the report of a run is written to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .._plan.document import document_text
from .._plan.state import Mode
from .junit import junit_of
from .markdown import markdown_of
from .page import render_report
from .spreadsheet import csv_of
from .table import Report

# Each makes a file from the report and from that of the plan before, None where there was none.
Renderer = Callable[[Report, Report | None], str]


def _alone(make: Callable[[Report], str]) -> Renderer:
    """Return a renderer for what needs no earlier report."""
    return lambda report, _previous: make(report)


RENDERERS: Mapping[str, Renderer] = {
    "report.json": _alone(document_text),
    "report.html": render_report,
    "report.md": markdown_of,
    "report.csv": _alone(csv_of),
    "junit.xml": _alone(junit_of),
}


# Before the deletes there are no outcomes that another format could show.
_BEFORE_DELETES = ("report.json", "report.html")


def report_files(report: Report, previous: Report | None = None) -> dict[str, str]:
    """Return the text of each file of a report by its name; ``previous`` is the report of the project's last plan."""
    names = _BEFORE_DELETES if report["mode"] == Mode.APPLYING else RENDERERS
    return {name: RENDERERS[name](report, previous) for name in names}
