# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What a run prints of its plan and of its end, in a few lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .decide import KEPT_REASONS, NOT_DELETABLE, RUNNING, UNUSABLE
from .document import DIGEST_SHOWN
from .drift import DRIFTED
from .outcomes import OUTCOMES, RunResult
from .records import describe_listing, is_complete
from .state import Mode, PlannedRecord, RunInfo, RunState

# The most kinds that fit into twenty lines beside head and foot.
_MOST_ROWS = 10
_NAMED = 3
_NAMED_STOPS = 10

# Columns that are shown where they count anything.
_RARE = (NOT_DELETABLE, UNUSABLE, DRIFTED)

_TO_DELETE = "to delete"
_TO_STOP = "to stop and delete"


def table(kinds: Sequence[str], columns: Sequence[str], counts: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return a table of kinds by columns with a line of totals, at most ten kinds long."""
    width = max(len(name) for name in ("kind", *kinds))
    lines = [_line("kind", columns, columns, width)]
    lines += [
        _line(name, [counts[name].get(column, 0) for column in columns], columns, width) for name in kinds[:_MOST_ROWS]
    ]
    if len(kinds) > _MOST_ROWS:
        lines.append(f"and {len(kinds) - _MOST_ROWS} more kinds")
    totals = [sum(row.get(column, 0) for row in counts.values()) for column in columns]
    return [*lines, _line("all", totals, columns, width)]


def _line(title: str, cells: Iterable[Any], columns: Sequence[str], width: int) -> str:
    return title.ljust(width) + "".join(str(cell).rjust(len(name) + 2) for cell, name in zip(cells, columns))


def plan_lines(state: RunState) -> list[str]:
    """Return what a plan shows: for each kind what is deleted, what is kept and why, and how to go on."""
    settings, info = state.settings, state.info
    if info is None:
        return []
    counts: dict[str, Counter[str]] = {name: Counter() for name in info.kinds}
    for record in state.records:
        counts[record.kind]["discovered"] += 1
        counts[record.kind][_column(record)] += 1
    seen = {reason for count in counts.values() for reason in count}
    reasons = [reason for reason in (*KEPT_REASONS, DRIFTED) if reason in seen or reason not in _RARE]
    columns = ["discovered", _TO_DELETE, *([_TO_STOP] if _TO_STOP in seen else []), *reasons]
    return [
        f"{settings.project} in {info.region}: plan {info.digest[:DIGEST_SHOWN]}",
        *table(info.kinds, columns, counts),
        *_stops(state),
        *_kept_by_status(state),
        *_left_out(info, settings.accept_unavailable),
        *_drift(info),
        *_next_step(info, settings.approval.given),
    ]


def _column(record: PlannedRecord) -> str:
    if not record.planned:
        return record.reason
    return _TO_STOP if record.stops else _TO_DELETE


def _stops(state: RunState) -> list[str]:
    stops = [record for record in state.records if record.stops]
    if not stops:
        return []
    noun = "replication" if len(stops) == 1 else "replications"
    verb = "would be" if state.mode in (Mode.CHECK, Mode.REFUSED) else "will be"
    lines = [f"{len(stops)} running {noun} {verb} STOPPED and deleted:"]
    lines += [f"  {_named(record)}" for record in stops[:_NAMED_STOPS]]
    return lines + ([f"  and {len(stops) - _NAMED_STOPS} more"] if len(stops) > _NAMED_STOPS else [])


def _kept_by_status(state: RunState) -> list[str]:
    running = [record for record in state.records if record.reason == RUNNING]
    lines = [f"running: {_named(record)}" for record in running[:_NAMED]]
    lines += [f"and {len(running) - _NAMED} more running"] if len(running) > _NAMED else []
    # Why, and what to do, is the same for many records.
    blocked = Counter((record.kind, record.rule) for record in state.records if record.reason == NOT_DELETABLE)
    lines += [f"{count} {kind} kept: {rule}" for (kind, rule), count in blocked.most_common(_NAMED)]
    return lines


def _named(record: PlannedRecord) -> str:
    return f"{record.kind} {record.id} {record.name or ''} ({record.status})"


def _left_out(info: RunInfo, accepted: Sequence[str]) -> list[str]:
    reasons = [
        f"{name} ({describe_listing(info.listings[name])})"
        for name in info.kinds
        if name in accepted and not is_complete(info.listings, name)
    ]
    return [f"left out: {'; '.join(reasons)}"] if reasons else []


def _drift(info: RunInfo) -> list[str]:
    counted = [f"{len(records)} {name}" for name, records in info.drift.items() if records]
    return [f"since the plan was approved: {', '.join(counted)}"] if counted else []


def _next_step(info: RunInfo, confirmed: bool) -> list[str]:
    if confirmed or not info.confirmation:
        return []
    return [f"to delete exactly what is planned: decommission_confirm={info.confirmation}"]


def end_lines(run: RunResult) -> list[str]:
    """Return what closes a run: kinds by outcome, and how many records appeared while it deleted."""
    lines = table(run.state.kinds, OUTCOMES, run.kinds())
    count = len(run.appeared)
    if not count:
        return lines
    noun, pronoun = ("record", "it") if count == 1 else ("records", "them")
    return [*lines, f"{count} {noun} appeared while the run deleted; the next plan shows {pronoun}"]


def failure_message(run: RunResult) -> str:
    """Return why the run has failed: what was planned and not deleted, by name; empty where it has not failed."""
    parts = list(run.problems[:_NAMED])
    failures = run.failures()
    for name in run.state.kinds:
        own = [failure for failure in failures if failure["kind"] == name]
        if own:
            named = ", ".join(f"{item['id']} ({_reason(item)})" for item in own[:_NAMED])
            more = f" and {len(own) - _NAMED} more" if len(own) > _NAMED else ""
            parts.append(f"{name}: {len(own)} planned and not deleted: {named}{more}")
    return "; ".join(parts)


def _reason(failure: Mapping[str, Any]) -> str:
    code = failure.get("error_code")
    return f"{failure['outcome']}: {failure['reason']}" + (f" [{code}]" if code else "")
