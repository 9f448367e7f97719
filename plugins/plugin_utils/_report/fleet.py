# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Brings the ends of many environments together, as data and as what a page shows."""

from __future__ import annotations

import os.path
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from ...module_utils._version import COLLECTION, COLLECTION_VERSION
from .._plan.outcomes import DELETED, KEPT, OUTCOMES
from .._plan.records import TIME_FORMAT
from .._plan.state import APPLY, CHECK, PLAN, REFUSED
from .run import time_of
from .text import shown

SCHEMA_VERSION = 1
FAILED, PLANNED, CHECKED, APPLIED, NOT_RUN = "failed", "planned", "checked", "applied", "not run"
STATES = (FAILED, PLANNED, CHECKED, APPLIED, NOT_RUN)
# How each state looks: the style of a record's outcome, and a sign.
_STYLES = {
    FAILED: ("failed", "✕"),
    PLANNED: ("pending", "→"),
    CHECKED: ("pending", "→"),
    APPLIED: ("deleted", "✓"),
    NOT_RUN: ("kept", "•"),
}
_STATE_OF = {PLAN: PLANNED, CHECK: CHECKED, APPLY: APPLIED}


def fleet_summary(environments: Iterable[Mapping[str, Any]], *, now: datetime) -> dict[str, Any]:
    """Return the summary of a play; ``environments`` are the variables of its hosts."""
    created_at = now.strftime(TIME_FORMAT)
    projects = [{**_project(variables), "as_of": created_at} for variables in environments]
    modes = {project["mode"] for project in projects}
    return {
        "schema_version": SCHEMA_VERSION,
        "collection": COLLECTION,
        "collection_version": COLLECTION_VERSION,
        "created_at": created_at,
        "mode": next((mode for mode in (APPLY, CHECK, PLAN) if mode in modes), REFUSED),
        **_totals(projects),
        "projects": projects,
    }


def with_earlier(summary: Mapping[str, Any], earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Return a summary with what an earlier one holds of environments that this run was not about."""
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


def _project(variables: Mapping[str, Any]) -> dict[str, Any]:
    plan, result = (variables.get(name) or {} for name in ("decommission_plan", "decommission_result"))
    message = str(result.get("message") or variables.get("__decommission_stopped") or "")
    mode = (variables.get("__decommission_run") or {}).get("mode")
    outcomes = {name: int((result.get("outcomes") or {}).get(name, 0)) for name in OUTCOMES}
    if mode == CHECK:
        # What would be deleted is still there.
        outcomes.update({DELETED: 0, KEPT: outcomes[KEPT] + outcomes[DELETED]})
    host = str(variables["inventory_hostname"])
    return {
        "host": host,
        "project": str(plan.get("project") or variables.get("decommission_project") or host),
        "region": str(plan.get("region") or variables.get("decommission_region") or ""),
        "mode": mode,
        "state": FAILED if message else _STATE_OF.get(str(mode), NOT_RUN),
        "digest": str(plan.get("digest") or ""),
        "confirmation": str(plan.get("confirmation") or ""),
        "planned": int((plan.get("counts") or {}).get("planned", 0)),
        "outcomes": outcomes,
        "message": message,
        "report": (variables.get("__decommission_written_report") or {}).get("folder") or "",
    }


def fleet_lines(summary: Mapping[str, Any]) -> list[str]:
    """Return the summary in a few lines: how many environments ended how, and each that failed."""
    counts = summary["environments"]
    said = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state])
    lines = [f"{counts['total']} environments: {said}" if said else "no environment"]
    failed = [project for project in summary["projects"] if project["state"] == FAILED]
    return lines + [f"{project['project']}: {shown(project['message'])}" for project in failed]


def fleet_view(summary: Mapping[str, Any], folder: str = ".") -> dict[str, Any]:
    """Return what the page shows; ``folder`` is where it will stand, as links to the reports depend on it."""
    counts = summary["environments"]
    total = counts["total"]
    if counts[FAILED]:
        tone, title = "bad", f"{counts[FAILED]} of {total} environments failed"
    elif counts[NOT_RUN]:
        tone, title = "ready", f"{counts[NOT_RUN]} of {total} environments did not have their turn"
    elif counts[PLANNED]:
        tone, title = "ready", f"{counts[PLANNED]} of {total} environments planned"
    elif counts[CHECKED]:
        tone, title = "ready", f"{counts[CHECKED]} of {total} environments checked, nothing deleted there"
    else:
        tone, title = "good", "Every environment is done"
    ordered = sorted(summary["projects"], key=lambda project: (STATES.index(project["state"]), project["project"]))
    return {
        "subtitle": [summary["created_at"]],
        "verdict": {"tone": tone, "title": title, "text": _lead(summary), "advice": "", "command": ""},
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


def _part(state: str, count: int) -> dict[str, Any]:
    key, sign = _STYLES[state]
    return {"key": key, "label": state, "sign": sign, "count": count}


def _line(project: Mapping[str, Any], created_at: str, folder: str) -> dict[str, Any]:
    """Return a line of the page; an environment that has written a report is linked to it."""
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
