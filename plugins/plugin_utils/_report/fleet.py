# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The results of many environments in one summary, as data and as what a page shows."""

from __future__ import annotations

import os.path
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from ...module_utils._engine.records import TIME_FORMAT
from ...module_utils._version import COLLECTION, COLLECTION_VERSION
from .._plan.outcomes import OUTCOMES, Outcome
from .._plan.state import Mode
from .display import shown, time_of
from .headline import BAD, GOOD, READY, Headline
from .table import PENDING, Part

SCHEMA_VERSION = 1

# The states of an environment.
FAILED, PLANNED, CHECKED, APPLIED, NOT_RUN = STATES = ("failed", "planned", "checked", "applied", "not run")
_STATE_OF = {Mode.PLAN: PLANNED, Mode.CHECK: CHECKED, Mode.APPLY: APPLIED}
# The style of each state: that of an outcome of a record, and a symbol.
_STYLES = {
    FAILED: (Outcome.FAILED, "✕"),
    PLANNED: (PENDING, "→"),
    CHECKED: (PENDING, "→"),
    APPLIED: (Outcome.DELETED, "✓"),
    NOT_RUN: (Outcome.KEPT, "•"),
}


def fleet_summary(results: Mapping[str, Mapping[str, Any]], *, now: datetime) -> dict[str, Any]:
    """Return the summary of a play; ``results`` are the facts decommission_result of its hosts, by the hosts' names."""
    created_at = now.strftime(TIME_FORMAT)
    projects = [{**_project(host, result), "as_of": created_at} for host, result in results.items()]
    modes = {project["mode"] for project in projects}
    return {
        "schema_version": SCHEMA_VERSION,
        "collection": COLLECTION,
        "collection_version": COLLECTION_VERSION,
        "created_at": created_at,
        "mode": next((mode for mode in (Mode.APPLY, Mode.CHECK, Mode.PLAN) if mode in modes), Mode.REFUSED),
        **_totals(projects),
        "projects": projects,
    }


def with_earlier(summary: Mapping[str, Any], earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Return a summary with the environments of an earlier one that this run did not include."""
    own = {project["project"] for project in summary["projects"]}
    others = [project for project in earlier.get("projects", ()) if project["project"] not in own]
    projects = [*summary["projects"], *others]
    return {**summary, **_totals(projects), "projects": projects}


def _totals(projects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    states = Counter(project["state"] for project in projects)
    return {
        "environments": {"total": len(projects), **{state: states[state] for state in STATES}},
        "planned": sum(project["planned"] for project in projects),
        "outcomes": {name: sum(project["outcomes"][name] for project in projects) for name in OUTCOMES},
    }


def _project(host: str, result: Mapping[str, Any]) -> dict[str, Any]:
    mode, message = result.get("mode"), str(result.get("message") or "")
    outcomes = {name: int((result.get("outcomes") or {}).get(name, 0)) for name in OUTCOMES}
    if mode == Mode.CHECK:
        # What would be deleted is still there.
        outcomes[Outcome.KEPT] += outcomes[Outcome.DELETED]
        outcomes[Outcome.DELETED] = 0
    return {
        "host": host,
        "project": str(result.get("project") or host),
        **{name: str(result.get(name) or "") for name in ("region", "digest", "confirmation", "report")},
        "mode": mode,
        "state": FAILED if message else _STATE_OF.get(str(mode), NOT_RUN),
        "planned": int(result.get("planned") or 0),
        "outcomes": outcomes,
        "message": message,
    }


def fleet_lines(summary: Mapping[str, Any]) -> list[str]:
    """Return the summary in a few lines: how many environments are in each state, and each that failed."""
    counts = summary["environments"]
    by_state = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state])
    failed = [project for project in summary["projects"] if project["state"] == FAILED]
    return [
        f"{_environments(counts['total'])}: {by_state or 'none'}",
        *(f"{project['project']}: {shown(project['message'])}" for project in failed),
    ]


def _environments(count: int) -> str:
    return "1 environment" if count == 1 else f"{count} environments"


def fleet_view(summary: Mapping[str, Any], folder: str = ".") -> dict[str, Any]:
    """Return what the page shows; ``folder`` is where it will be, as links to the reports depend on it."""
    counts = summary["environments"]
    of_all = f"of {_environments(counts['total'])}"
    if counts[FAILED]:
        tone, title = BAD, f"{counts[FAILED]} {of_all} failed"
    elif counts[NOT_RUN]:
        tone, title = READY, f"{counts[NOT_RUN]} {of_all} not run"
    elif counts[PLANNED]:
        tone, title = READY, f"{counts[PLANNED]} {of_all} planned"
    elif counts[CHECKED]:
        tone, title = READY, f"{counts[CHECKED]} {of_all} checked, nothing deleted there"
    else:
        tone, title = GOOD, "Every environment is done"
    ordered = sorted(summary["projects"], key=lambda project: (STATES.index(project["state"]), project["project"]))
    return {
        "subtitle": [summary["created_at"]],
        "headline": Headline(tone, title, _lead(summary)),
        "states": [_part(state, counts[state]) for state in STATES],
        "outcomes": OUTCOMES,
        "projects": [_line(project, summary["created_at"], folder) for project in ordered],
        "planned": summary["planned"],
        "totals": summary["outcomes"],
        "version": shown(summary["collection_version"]),
    }


def _lead(summary: Mapping[str, Any]) -> str:
    outcomes = ", ".join(f"{count:,} {name}" for name, count in summary["outcomes"].items() if count)
    return f"{summary['planned']:,} records planned; {outcomes or 'no record discovered'}."


def _part(state: str, count: int) -> Part:
    key, sign = _STYLES[state]
    return Part(key, state, sign, count)


def _line(project: Mapping[str, Any], created_at: str, folder: str) -> dict[str, Any]:
    """Return a line of the page, with a link to the environment's report if it has written one."""
    report = f"{project['report']}/report.html" if project["report"] else ""
    return {
        "project": shown(project["project"]),
        "link": quote(os.path.relpath(report, folder)) if report else "",
        "part": _part(project["state"], 1),
        "planned": project["planned"],
        "outcomes": project["outcomes"],
        "message": shown(project["message"]),
        "as_of": time_of(project["as_of"]) if project["as_of"] != created_at else "",
    }
