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
from .._plan.outcomes import OUTCOMES, PENDING_REASONS, Outcome
from .._plan.records import counted
from .._plan.state import Mode
from .approved import stop_count
from .display import shown, time_of
from .headline import BAD, GOOD, READY, Headline
from .markdown import MOST_LINES, MOST_OF_SUMMARY, code
from .table import PENDING, Part

SCHEMA_VERSION = 1

# The states of an environment.
FAILED, INTERRUPTED, PLANNED, CHECKED, APPLIED, NOT_RUN = STATES = (
    "failed",
    "interrupted",
    "planned",
    "checked",
    "applied",
    "not run",
)
_STATE_OF = {Mode.PLAN: PLANNED, Mode.CHECK: CHECKED, Mode.APPLY: APPLIED}
# The style of each state: that of an outcome of a record, and a symbol.
_STYLES = {
    FAILED: (Outcome.FAILED, "✕"),
    INTERRUPTED: (Outcome.DRIFTED, "◐"),
    PLANNED: (PENDING, "→"),
    CHECKED: (PENDING, "→"),
    APPLIED: (Outcome.DELETED, "✓"),
    NOT_RUN: (Outcome.KEPT, "•"),
}
# How far a run went, the furthest first; what was interrupted has begun to delete.
_MODES = {Mode.APPLY: Mode.APPLY, Mode.APPLYING: Mode.APPLY, Mode.CHECK: Mode.CHECK, Mode.PLAN: Mode.PLAN}

# The discovered records are the sum of those that are planned, those of refused plans and those with each outcome.
# Instances are those of the plans, whatever has become of them.
_COUNTS = ("discovered", "planned", "instances", "stops", "refused")
# Columns of the page that are left out where they count nothing.
_RARE = ("instances", "refused", Outcome.ABSENT, Outcome.DRIFTED)
_LONGEST_MESSAGE = 2000
_LONGEST_NOTE = 300
_LONGEST_COMMAND = 10_000


def fleet_summary(results: Mapping[str, Mapping[str, Any]], *, now: datetime) -> dict[str, Any]:
    """Return the summary of a play; ``results`` are the facts decommission_result of its hosts, by the hosts' names.

    ``approval`` in it tells how to apply what is planned: the ``file`` with the draft of the confirmations, the
    ``command``, None where it is unknown, and under ``lacks`` the names of variables that the command does not repeat.
    """
    created_at = now.strftime(TIME_FORMAT)
    projects = [{**_project(host, result), "as_of": created_at} for host, result in results.items()]
    modes = {project["mode"] for project in projects}
    return {
        "schema_version": SCHEMA_VERSION,
        "collection": COLLECTION,
        "collection_version": COLLECTION_VERSION,
        "created_at": created_at,
        "mode": next((name for mode, name in _MODES.items() if mode in modes), Mode.REFUSED),
        **_totals(projects),
        "approval": None,
        "projects": projects,
    }


def with_earlier(summary: Mapping[str, Any], earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Return a summary with the environments of an earlier one that this run did not include."""
    own = {project["project"] for project in summary["projects"]}
    others = [project for project in earlier.get("projects", ()) if project["project"] not in own]
    projects = [*summary["projects"], *others]
    return {**summary, **_totals(projects), "projects": projects}


def waiting_for_approval(summary: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the environments of a summary with a plan that can be confirmed."""
    return [project for project in summary["projects"] if project["state"] == PLANNED and project["confirmation"]]


def _totals(projects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    states = Counter(project["state"] for project in projects)
    return {
        "environments": {"total": len(projects), **{state: states[state] for state in STATES}},
        **{name: sum(project[name] for project in projects) for name in _COUNTS},
        "outcomes": {name: sum(project["outcomes"][name] for project in projects) for name in OUTCOMES},
    }


def _project(host: str, result: Mapping[str, Any]) -> dict[str, Any]:
    mode, message = result.get("mode"), str(result.get("message") or "")
    outcomes = {name: int((result.get("outcomes") or {}).get(name, 0)) for name in OUTCOMES}
    discovered = sum(outcomes.values())
    # An outcome of its own for what a run counts as kept as it was not deleted yet, and for what is still there after
    # check mode.
    pending = int(result.get("planned") or 0) if mode in PENDING_REASONS else 0
    outcomes[Outcome.KEPT] -= pending
    if mode == Mode.CHECK:
        pending, outcomes[Outcome.DELETED] = outcomes[Outcome.DELETED], 0
    refused = mode == Mode.REFUSED
    planned = 0 if refused else pending
    texts = ("region", "digest", "confirmation", "report", "resumes")
    return {
        "host": host,
        "project": str(result.get("project") or host),
        **{name: str(result.get(name) or "") for name in texts},
        "mode": mode,
        "state": _state(mode, message),
        "discovered": discovered,
        "planned": planned,
        "instances": int(result.get("instances") or 0),
        "stops": int(result.get("stops") or 0) if planned else 0,
        "refused": pending if refused else 0,
        "outcomes": outcomes,
        "message": message,
    }


def _state(mode: str | None, message: str) -> str:
    if mode == Mode.APPLYING:
        return INTERRUPTED
    return FAILED if message else _STATE_OF.get(str(mode), NOT_RUN)


def fleet_lines(summary: Mapping[str, Any]) -> list[str]:
    """Return the summary in a few lines: environments by state, records, and each environment that failed."""
    counts = summary["environments"]
    by_state = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state])
    return [
        f"{_environments(counts['total'])}: {by_state or 'none'}",
        _records(summary),
        *(f"{project['project']}: {note}" for project in summary["projects"] for note in _notes(project)),
    ]


def fleet_markdown(summary: Mapping[str, Any]) -> str:
    """Return the summary for a chat in at most MOST_OF_SUMMARY bytes, with a line for each environment.

    Those that failed come first, and stay where there is no room for all.
    """
    states, records, *_notes_of_all = fleet_lines(summary)
    lines = [
        f"- {code(project['project'])} {project['state']}: {_records(project)}"
        + "".join(f". {code(note, _LONGEST_NOTE)}" for note in _notes(project))
        for project in _by_state(summary)
    ]
    for most in range(min(len(lines), MOST_LINES), -1, -1):
        left = len(lines) - most
        rest = [f"- and {left} more environments"] if left else []
        text = "\n".join([f"# {states}", "", records, "", *lines[:most], *rest, ""])
        if len(text.encode()) <= MOST_OF_SUMMARY:
            break
    return text


def approval_lines(approval: Mapping[str, Any] | None) -> list[str]:
    """Return how to apply what is planned."""
    if approval is None:
        return []
    lacks = approval["lacks"]
    lines = [f"{approval['file']}: remove the # before each environment that is approved."]
    if not approval["command"]:
        return [*lines, "To apply what is approved, run the play again with the variables in this file."]
    besides = f" (and your other variables: {', '.join(lacks)})" if lacks else ""
    return [*lines, f"To apply what is approved{besides}:", approval["command"]]


def _environments(count: int) -> str:
    return "1 environment" if count == 1 else f"{count} environments"


def _records(summary: Mapping[str, Any]) -> str:
    counts = {**{name: summary[name] for name in ("planned", "refused")}, **summary["outcomes"]}
    listed = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    stops = f"; {stop_count(summary['stops'])}" if summary["stops"] else ""
    instances = f"; {counted(0, summary['instances'])} in the plans" if summary["instances"] else ""
    return f"{counted(summary['discovered'])}{': ' if listed else ''}{listed}{instances}{stops}"


def _notes(project: Mapping[str, Any]) -> list[str]:
    """Return what there is to say of an environment besides its counts."""
    message = "; ".join(project["message"].splitlines())
    notes = [shown(message, _LONGEST_MESSAGE)] if message else []
    if project["state"] == INTERRUPTED:
        notes.append("The run ended before the outcomes were known: run the same command again.")
    if project["resumes"] and project["mode"] in (Mode.APPLY, Mode.APPLYING):
        notes.append(f"Continues the interrupted run {shown(project['resumes'])}.")
    elif project["resumes"]:
        notes.append(f"The run before, {shown(project['resumes'])}, was interrupted.")
    return notes


def fleet_view(summary: Mapping[str, Any], folder: str = ".") -> dict[str, Any]:
    """Return what the page shows; ``folder`` is where it will be, as links to the reports depend on it."""
    counts = summary["environments"]
    totals = _cells(summary)
    columns = [name for name in totals if totals[name] or name not in _RARE]
    return {
        "subtitle": [time_of(summary["created_at"])],
        "headline": _headline(summary),
        "states": [_part(state, counts[state]) for state in STATES if counts[state] or state != INTERRUPTED],
        "columns": columns,
        "confirmations": bool(waiting_for_approval(summary)),
        "projects": [_line(project, summary["created_at"], folder) for project in _by_state(summary)],
        "totals": totals,
        "version": shown(summary["collection_version"]),
    }


def _by_state(summary: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return sorted(summary["projects"], key=lambda project: (STATES.index(project["state"]), project["project"]))


def _headline(summary: Mapping[str, Any]) -> Headline:
    counts, approval = summary["environments"], summary["approval"]
    of_all = f"of {_environments(counts['total'])}"
    bad = [state for state in (FAILED, INTERRUPTED) if counts[state]]
    if bad:
        tone, title = BAD, f"{sum(counts[state] for state in bad)} {of_all} {' or '.join(bad)}"
    elif counts[NOT_RUN]:
        tone, title = READY, f"{counts[NOT_RUN]} {of_all} not run"
    elif counts[PLANNED]:
        tone, title = READY, f"{counts[PLANNED]} {of_all} planned"
    elif counts[CHECKED]:
        tone, title = READY, f"{counts[CHECKED]} {of_all} checked, nothing deleted there"
    else:
        tone, title = GOOD, "Every environment is done"
    return Headline(
        tone,
        title,
        f"{_records(summary)}.",
        " ".join(approval_lines(approval)[:2]) if approval else "",
        shown(approval["command"], _LONGEST_COMMAND) if approval else "",
    )


def _cells(counts: Mapping[str, Any]) -> dict[str, int]:
    return {**{name: counts[name] for name in _COUNTS}, **counts["outcomes"]}


def _part(state: str, count: int) -> Part:
    key, sign = _STYLES[state]
    return Part(key, state, sign, count)


def _line(project: Mapping[str, Any], created_at: str, folder: str) -> dict[str, Any]:
    """Return a line of the page, with a link to the environment's report if it has written one."""
    report = f"{project['report']}/report.html" if project["report"] else ""
    earlier = project["as_of"] != created_at
    as_of = f"As of {time_of(project['as_of'])}: not included in this run."
    return {
        "project": shown(project["project"]),
        "link": quote(os.path.relpath(report, folder)) if report else "",
        "part": _part(project["state"], 1),
        "counts": _cells(project),
        "confirmation": shown(project["confirmation"]) if project["state"] == PLANNED else "",
        "notes": [*_notes(project), *([as_of] if earlier else [])],
    }
