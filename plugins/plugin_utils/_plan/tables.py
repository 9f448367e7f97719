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

from .decide import KEPT_REASONS, RUNNING, STOPPED, UNUSABLE
from .digest import SHORT
from .drift import DRIFTED
from .listings import is_complete, told
from .outcomes import OUTCOMES, RunResult
from .state import CHECK, REFUSED, Row, State

# The most services that fit into twenty lines beside head and foot.
_MOST_ROWS = 10
_NAMED = 3
_NAMED_STOPS = 10

_COUNTED = ("discovered", "planned", "kept", "stops")
_TO_DELETE = "to delete"
_TO_STOP = "to stop and delete"


def counts_of(state: State) -> dict[str, Any]:
    """Return how many records were discovered, are planned, are kept and are to be stopped, in all and by service.

    Those to be stopped are among the planned.
    """
    services = {name: dict.fromkeys(_COUNTED, 0) for name in state.head["titles"]}
    reasons: Counter[str] = Counter()
    for row in state.rows:
        counts = services[row.service]
        counts["discovered"] += 1
        counts["planned" if row.planned else "kept"] += 1
        counts["stops"] += row.planned and row.reason == STOPPED
        reasons[row.reason] += not row.planned
    totals = {key: sum(counts[key] for counts in services.values()) for key in _COUNTED}
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
        counts[row.service][_column(row)] += 1
    stops = state.stops()
    seen = {reason for count in counts.values() for reason in count}
    reasons = [reason for reason in (*KEPT_REASONS, DRIFTED) if reason in seen or reason not in (UNUSABLE, DRIFTED)]
    columns = ["discovered", _TO_DELETE, *([_TO_STOP] if stops else []), *reasons]
    return [
        f"{head['project']} in {head['region']}: plan {head['digest'][:SHORT]}",
        *table(head["titles"], columns, counts),
        *_stops(state, stops),
        *_running(state),
        *_left_out(head),
        *_drift(head),
        *_next_step(head),
    ]


def _column(row: Row) -> str:
    if not row.planned:
        return row.reason
    return _TO_STOP if row.reason == STOPPED else _TO_DELETE


def _stops(state: State, stops: Sequence[Mapping[str, Any]]) -> list[str]:
    if not stops:
        return []
    noun = "replication" if len(stops) == 1 else "replications"
    verb = "would be" if state.mode in (CHECK, REFUSED) else "will be"
    titles = state.head["titles"]
    lines = [f"{len(stops)} running {noun} {verb} STOPPED and deleted:"]
    lines += [
        f"  {titles[item['service']]} {item['id']} {item['name'] or ''} ({item['status']})"
        for item in stops[:_NAMED_STOPS]
    ]
    return lines + ([f"  and {len(stops) - _NAMED_STOPS} more"] if len(stops) > _NAMED_STOPS else [])


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


def end_lines(settled: RunResult) -> list[str]:
    """Return what closes a run: services by outcome, and how many records appeared meanwhile."""
    lines = table(settled.state.head.get("titles", {}), OUTCOMES, settled.services())
    count = len(settled.appeared)
    if not count:
        return lines
    noun, pronoun = ("record", "it") if count == 1 else ("records", "them")
    return [*lines, f"{count} {noun} appeared while the run deleted; the next plan shows {pronoun}"]


def failure_message(settled: RunResult) -> str:
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
