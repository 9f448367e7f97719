# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The records of a report as comma-separated values, for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from .causes import advice_of
from .display import shown, tags_of
from .table import CSV_COLUMNS, Record, Report

COLUMNS = (*CSV_COLUMNS, "service", "planned", "advice", "engine", "tags")
_LONGEST = 2000
# What a spreadsheet takes for a formula, at the beginning of a field or after what another locale separates fields by.
_FORMULA = re.compile('(^|[;,"])(?=[\\s"\']*[=+\\-@\uff1d\uff0b\uff0d\uff20])')


def csv_of(report: Report) -> str:
    """Return one line for each record below a line with the names of the columns; no field is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for record in report["records"]:
        writer.writerow(_field(record, column) for column in COLUMNS)
    return text.getvalue()


def defused(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe stands before what could be one."""
    return _FORMULA.sub(r"\1'", text)


def _field(record: Record, column: str) -> str:
    value: Any = record.get(column)
    if column == "advice":
        value = advice_of(record.get("error_code"))
    if column == "tags":
        value = "; ".join(tags_of(value))
    if isinstance(value, bool):
        return str(value).lower()
    return defused(shown(value, _LONGEST))
