# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What a run shows of its plan and of its end, in a few lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .decide import KEPT_REASONS, RUNNING, UNUSABLE
from .digest import SHORT
from .drift import DRIFTED
from .listings import is_complete, told
from .outcomes import OUTCOMES, Settled
from .state import State

# The most services that fit into twenty lines beside head and foot.
_MOST_ROWS = 10
_NAMED = 3


def counts_of(state: State) -> dict[str, Any]:
    """Return how many records were discovered, are planned and are kept, in all and by service."""
    services = {name: {"discovered": 0, "planned": 0, "kept": 0} for name in state.head["titles"]}
    reasons: Counter[str] = Counter()
    for row in state.rows:
        counts = services[row.service]
        counts["discovered"] += 1
        counts["planned" if row.planned else "kept"] += 1
        reasons[row.reason] += not row.planned
    totals = {key: sum(counts[key] for counts in services.values()) for key in ("discovered", "planned", "kept")}
    return {**totals, "reasons": {reason: count for reason, count in reasons.items() if count}, "services": services}


def table(titles: Mapping[str, str], columns: Sequence[str], counts: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return a table of services by columns with a line of totals, at most ten services long."""
    width = max(len(title) for title in ("service", *titles.values()))
    lines = [_line("service", columns, columns, width)]
    lines += [
        _line(titles[name], [counts[name].get(column, 0) for column in columns], columns, width)
        for name in list(titles)[:_MOST_ROWS]
    ]
    if len(titles) > _MOST_ROWS:
        lines.append(f"and {len(titles) - _MOST_ROWS} more services")
    totals = [sum(row.get(column, 0) for row in counts.values()) for column in columns]
    return [*lines, _line("all", totals, columns, width)]


def _line(title: str, cells: Iterable[Any], columns: Sequence[str], width: int) -> str:
    return title.ljust(width) + "".join(str(cell).rjust(len(name) + 2) for cell, name in zip(cells, columns))


def plan_lines(state: State) -> list[str]:
    """Return what a plan shows: for each service what would go, what would stay and why, and how to go on."""
    head = state.head
    counts: dict[str, Counter[str]] = {name: Counter() for name in head["titles"]}
    for row in state.rows:
        counts[row.service]["discovered"] += 1
        counts[row.service]["to delete" if row.planned else row.reason] += 1
    seen = {reason for count in counts.values() for reason in count}
    reasons = [reason for reason in (*KEPT_REASONS, DRIFTED) if reason in seen or reason not in (UNUSABLE, DRIFTED)]
    return [
        f"{head['project']} in {head['region']}: plan {head['digest'][:SHORT]}",
        *table(head["titles"], ["discovered", "to delete", *reasons], counts),
        *_running(state),
        *_left_out(head),
        *_drift(head),
        *_next_step(head),
    ]


def _running(state: State) -> list[str]:
    running = [row for row in state.rows if row.reason == RUNNING]
    titles = state.head["titles"]
    lines = [f"running: {titles[row.service]} {row.id} {row.name or ''} ({row.status})" for row in running[:_NAMED]]
    return lines + ([f"and {len(running) - _NAMED} more running"] if len(running) > _NAMED else [])


def _left_out(head: Mapping[str, Any]) -> list[str]:
    missing = [name for name in head["titles"] if not is_complete(head["listings"], name)]
    accepted = [name for name in missing if name in head["accept_unavailable"]]
    reasons = [f"{name} ({told(head['listings'][name])})" for name in accepted]
    return [f"left out: {'; '.join(reasons)}"] if reasons else []


def _drift(head: Mapping[str, Any]) -> list[str]:
    counted = [f"{len(records)} {name}" for name, records in head["drift"].items() if records]
    return [f"since the plan was approved: {', '.join(counted)}"] if counted else []


def _next_step(head: Mapping[str, Any]) -> list[str]:
    if head["approval"] != "none" or not head["confirmation"]:
        return []
    return [f"to delete exactly what is planned: decommission_confirm={head['confirmation']}"]


def end_lines(settled: Settled) -> list[str]:
    """Return what closes a run: services by outcome."""
    return table(settled.state.head.get("titles", {}), OUTCOMES, settled.services())


def failure_message(settled: Settled) -> str:
    """Return why the run has failed: what was planned and was not deleted, by name; empty where it has not."""
    parts = list(settled.problems[:_NAMED])
    failures = settled.failures()
    for name, title in settled.state.head.get("titles", {}).items():
        own = [failure for failure in failures if failure["service"] == name]
        if own:
            shown = ", ".join(f"{item['id']} ({_why(item)})" for item in own[:_NAMED])
            more = f" and {len(own) - _NAMED} more" if len(own) > _NAMED else ""
            parts.append(f"{title}: {len(own)} planned and not deleted: {shown}{more}")
    return "; ".join(parts)


def _why(failure: Mapping[str, Any]) -> str:
    code = failure.get("error_code")
    return f"{failure['outcome']}: {failure['reason']}" + (f" [{code}]" if code else "")
