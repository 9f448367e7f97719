# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What the page of a run shows, from the report as report.json holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._plan.document import DIGEST_SHOWN
from .._plan.outcomes import Outcome
from .._plan.records import describe_listing
from .._plan.state import Mode
from .causes import causes_of
from .changes import Changes, changes_since
from .display import shown, time_of
from .facts import byline_of, facts_of, rules_of, subtitle_of, work_of
from .headline import headline_of
from .instances import consequences_of, instances_of, left_behind, not_covered
from .table import LEFT, Part, Record, RecordGroups, RecordTable, Report, TableRow, shared_texts

# So many records of each group stand in the page's text; its script can show them all.
FIRST_LEFT = 200
FIRST_OTHERS = 10
# So many instances are in sight, and so many more stand in the page's text.
FIRST_INSTANCES = 20
MORE_INSTANCES = 200

_MOST_CAUSES = 12
_MOST_LISTED = 50
_MOST_CHANGES = 10
_FIRST_STOPS = 5
_MOST_STOPS = 200
_LONGEST_PROBLEM = 2000
# In per cent of the longest bar: what a single record among thousands takes, and what parts its neighbours.
_LEAST_WIDTH = 1.2
_GAP = 0.4

_DRIFT = {"added": "not in the approved plan", "removed": "only in the approved plan", "changed": "status has changed"}


def view_of(report: Report, previous: Report | None = None) -> dict[str, Any]:
    """Return everything that the template shows, and under ``data`` what the page's script reads.

    ``previous`` is the report of the project's last plan.
    """
    groups = RecordGroups(report)
    table = RecordTable(groups, report)
    listed = [
        _group(part, name, title, [table.add(number, index, record) for record in groups.of(part.key, name)])
        for number, part in enumerate(groups.parts)
        for index, (name, title) in enumerate(groups.titles.items())
        if groups.of(part.key, name)
    ]
    return {
        "project": shown(report["project"]),
        "digest": (report["digest"] or "")[:DIGEST_SHOWN],
        "subtitle": subtitle_of(report),
        "headline": headline_of(report, groups),
        "byline": byline_of(report),
        "problems": [shown(problem, _LONGEST_PROBLEM) for problem in report["problems"]],
        "instances": _instances(report, groups),
        "not_covered": not_covered(report),
        "leftovers": left_behind(report, FIRST_INSTANCES),
        "stops": _stops(report, groups),
        "appeared": _excerpt(report["appeared"], groups.titles),
        "discovered": report["discovered"],
        "parts": groups.parts,
        "bar": _bar(groups.parts, [part.count for part in groups.parts], max(1, report["discovered"])),
        "by_key": {part.key: part for part in groups.parts},
        "kinds": _kinds(report, groups),
        "kept": groups.kept,
        "left_title": "What is left" if report["mode"] == Mode.APPLY else "What is in the way",
        "causes": _causes(groups),
        "left": [group for group in listed if group["part"].key in LEFT],
        "others": [group for group in listed if group["part"].key not in LEFT],
        "errors": groups.count(Outcome.FAILED) > 0,
        "facts": facts_of(report),
        "rules": rules_of(report),
        "work": work_of(report, groups.titles),
        "changes": _changes(changes_since(previous, report), groups.titles),
        "drift": _drift(report, groups.titles),
        "version": shown(report["collection_version"]),
        "data": table.data(),
    }


def _instances(report: Report, groups: RecordGroups) -> dict[str, Any] | None:
    """Return the instances, with what their deletion brings about, None where there are none."""
    instances = instances_of(report, groups)
    if not instances:
        return None
    shown_ones = instances[: FIRST_INSTANCES + MORE_INSTANCES]
    return {
        "count": len(instances),
        "parts": [(part, groups.instances(part.key)) for part in groups.parts if groups.instances(part.key)],
        "first": shown_ones[:FIRST_INSTANCES],
        "rest": shown_ones[FIRST_INSTANCES:],
        "hidden": len(instances) - len(shown_ones),
        "consequences": consequences_of(report, groups),
    }


def _group(part: Part, name: str, title: str, rows: Sequence[TableRow]) -> dict[str, Any]:
    first = FIRST_LEFT if part.key in LEFT else FIRST_OTHERS
    return {
        "id": f"{part.key}-{name}",
        "kind": name,
        "part": part,
        "title": title,
        "count": len(rows),
        "first": rows[:first],
        "more": max(0, len(rows) - first),
        "errors": part.key == Outcome.FAILED,
        "shared": shared_texts(rows),
    }


def _stops(report: Report, groups: RecordGroups) -> dict[str, Any] | None:
    """Return the running records that are to be stopped, None where it has been done."""
    stops = report["stops"]
    if not stops or report["mode"] == Mode.APPLY:
        return None
    noun = "replication" if len(stops) == 1 else "replications"
    verb = "would be" if report["mode"] in (Mode.CHECK, Mode.REFUSED) else "will be"
    rows = [_identity(record, groups.titles) for record in stops[:_MOST_STOPS]]
    return {
        "title": f"{len(stops):,} running {noun} {verb} stopped and deleted",
        "first": rows[:_FIRST_STOPS],
        "rest": rows[_FIRST_STOPS:],
        "hidden": len(stops) - len(rows),
    }


def _kinds(report: Report, groups: RecordGroups) -> list[dict[str, Any]]:
    """Return a line of the chart for each kind."""
    counts = {name: [len(groups.of(part.key, name)) for part in groups.parts] for name in groups.titles}
    longest = max([1, *map(sum, counts.values())])
    kinds = []
    for name, title in groups.titles.items():
        listing = report["listings"].get(name) or {}
        complete = listing.get("state") in ("complete", None)
        kinds.append(
            {
                "name": name,
                "title": title,
                "counts": counts[name],
                "total": sum(counts[name]),
                "bar": _bar(groups.parts, counts[name], longest),
                "unlisted": "" if complete else shown(describe_listing(listing)),
                "accepted": name in report["accept_unavailable"],
            }
        )
    return kinds


def _bar(parts: Sequence[Part], counts: Sequence[int], longest: int) -> list[dict[str, Any]]:
    """Return where each part of a bar begins and how wide it is, in per cent of ``longest``."""
    widths = [max(count / longest * 100, _LEAST_WIDTH) if count else 0.0 for count in counts]
    squeeze = min(1.0, 100 / max(1.0, sum(widths)))
    start, segments = 0.0, []
    for part, width in zip(parts, widths):
        if width:
            segments.append({"key": part.key, "x": round(start, 3), "width": round(width * squeeze - _GAP, 3)})
        start += width * squeeze
    return segments


def _causes(groups: RecordGroups) -> dict[str, Any]:
    """Return the most frequent causes of what is left, so that thousands of records read as a few lines."""
    causes = causes_of(groups)
    listed = [
        {
            "key": cause.outcome,
            "error": cause.error,
            "reason": cause.reason,
            "advice": cause.advice,
            "count": cause.count,
            "kinds": [groups.titles[kind] for kind in cause.kinds],
        }
        for cause in causes[:_MOST_CAUSES]
    ]
    return {"listed": listed, "more": len(causes) - len(listed), "advice": any(cause["advice"] for cause in listed)}


def _changes(changes: Changes | None, titles: Mapping[str, str]) -> dict[str, Any] | None:
    if changes is None:
        return None
    groups = (("added", changes.added), ("removed", changes.removed), ("changed", changes.changed))
    first = [change for _name, group in groups for change in group[:_MOST_CHANGES]]
    return {
        "since": time_of(changes.since),
        "counts": {name: len(group) for name, group in groups},
        "first": [
            {"sign": change.sign, "why": shown(change.why), **_identity(change.record, titles)} for change in first
        ],
        "more": sum(len(group) for _name, group in groups) - len(first),
    }


def _drift(report: Report, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": label, **_excerpt(report["drift"][key], titles)}
        for key, label in _DRIFT.items()
        if report["drift"][key]
    ]


def _excerpt(records: Sequence[Record], titles: Mapping[str, str]) -> dict[str, Any]:
    """Return how many records there are, the first of them, and how many these leave out."""
    first = [_identity(record, titles) for record in records[:_MOST_LISTED]]
    return {"count": len(records), "more": len(records) - len(first), "first": first}


def _identity(record: Record, titles: Mapping[str, str]) -> dict[str, str]:
    """Return what names a record, its status, and under ``was`` the one that was approved."""
    return {
        "kind": titles.get(record["kind"]) or shown(record["kind"]),
        **{key: shown(record.get(key)) for key in ("name", "id", "instance_id", "was", "status")},
    }
