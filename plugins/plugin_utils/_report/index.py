# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The page that lists all runs of a project, or of a fleet, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .._plan.outcomes import OUTCOMES
from .run import time_of
from .text import shown

_UNREADABLE = "its report is missing or cannot be read"
_MODES = {"applying": "apply, under way or interrupted", "failed": "no plan could be made"}

Runs = Sequence[tuple[str, Mapping[str, Any]]]


def project_index(project: str, runs: Runs) -> dict[str, Any]:
    """Return what the page of a project shows; ``runs`` are the folders' names, each with the head of its report."""
    rows = [
        _row(
            name,
            "report.html",
            head,
            started=head.get("started_at"),
            cells=[
                _MODES.get(head.get("mode", ""), head.get("mode")),
                (head.get("digest") or "none")[:8],
                head.get("discovered"),
                *(_count(head, "outcomes", outcome) for outcome in OUTCOMES),
            ],
            notes=head.get("problems", ()),
        )
        for name, head in runs
    ]
    return _view(project, ["Mode", "Plan", "discovered", *OUTCOMES], rows, first_number=2)


def fleet_index(states: Sequence[str], runs: Runs) -> dict[str, Any]:
    """Return what the page of a fleet shows; ``runs`` are the folders' names, each with its summary."""
    rows = [
        _row(
            name,
            "fleet.html",
            summary,
            started=summary.get("created_at"),
            cells=[_count(summary, "environments", key) for key in ("total", *states)],
        )
        for name, summary in runs
    ]
    return _view("Fleet", ["environments", *states], rows, first_number=0)


def _view(name: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], *, first_number: int) -> dict[str, Any]:
    return {"name": shown(name), "columns": columns, "first_number": first_number, "rows": rows}


def _row(
    folder: str,
    page: str,
    report: Mapping[str, Any],
    *,
    started: str | None,
    cells: Sequence[Any],
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    return {
        "link": f"{quote(folder)}/{page}",
        "time": time_of(started) if started else folder,
        "cells": [shown(cell) for cell in cells],
        "notes": [shown(note) for note in notes] if report else [_UNREADABLE],
    }


def _count(report: Mapping[str, Any], group: str, key: str) -> Any:
    return report.get(group, {}).get(key)
