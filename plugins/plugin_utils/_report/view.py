# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Turns a run's report, as report.json holds it, into what its page shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from .ends import DRIFTED, FAILED, LEFT, Ends, Part, Record, Report
from .rows import Line, Rows
from .run import drift_of, excerpt_of, facts_of, identity_of, subtitle_of, work_of
from .text import shown
from .verdict import verdict_on

# So many records of each group stand in the page's text; its script can show them all.
FIRST_LEFT = 200
FIRST_OTHERS = 10

_MOST_CAUSES = 12
_FIRST_STOPS = 5
_MOST_STOPS = 200
_LONGEST_PROBLEM = 2000
# In per cent of the longest bar: what a single record among thousands takes, and what parts its neighbours.
_LEAST_WIDTH = 1.2
_GAP = 0.4


def view_of(report: Report) -> dict[str, Any]:
    """Return everything that the template shows, and under ``data`` what the page's script does."""
    ends = Ends(report)
    rows = Rows(list(ends.titles.values()), [{"key": it.key, "label": it.label, "sign": it.sign} for it in ends.parts])
    groups = [
        _group(part, name, title, [rows.add(number, index, record) for record in ends.of(part.key, name)])
        for number, part in enumerate(ends.parts)
        for index, (name, title) in enumerate(ends.titles.items())
        if ends.of(part.key, name)
    ]
    return {
        "project": shown(report["project"]),
        "subtitle": subtitle_of(report),
        "verdict": verdict_on(report, ends),
        "problems": [shown(problem, _LONGEST_PROBLEM) for problem in report["problems"]],
        "stops": _stops(report, ends),
        "appeared": excerpt_of(report["appeared"], ends.titles),
        "discovered": report["discovered"],
        "parts": ends.parts,
        "by_key": {part.key: part for part in ends.parts},
        "services": _services(report, ends),
        "kept": ends.kept,
        "left_title": "What is left" if report["mode"] == "apply" else "What is in the way",
        "causes": _causes(ends),
        "left": [group for group in groups if group["part"].key in LEFT],
        "others": [group for group in groups if group["part"].key not in LEFT],
        "errors": ends.count(FAILED) > 0,
        "facts": facts_of(report),
        "work": work_of(report, ends.titles),
        "drift": drift_of(report, ends.titles),
        "version": shown(report["collection_version"]),
        "data": rows.data(),
    }


def _group(part: Part, name: str, title: str, lines: Sequence[Line]) -> dict[str, Any]:
    first = FIRST_LEFT if part.key in LEFT else FIRST_OTHERS
    return {
        "id": f"{part.key}-{name}",
        "part": part,
        "title": title,
        "count": len(lines),
        "first": lines[:first],
        "more": max(0, len(lines) - first),
        "errors": part.key == FAILED,
    }


def _stops(report: Report, ends: Ends) -> dict[str, Any] | None:
    """Return what is said of running records that are to be stopped; nothing where it has been done."""
    stops = report["stops"]
    if not stops or report["mode"] == "apply":
        return None
    noun = "replication" if len(stops) == 1 else "replications"
    verb = "would be" if report["mode"] in ("check", "refused") else "will be"
    lines = [identity_of(record, ends.titles) for record in stops[:_MOST_STOPS]]
    return {
        "title": f"{len(stops):,} running {noun} {verb} stopped and deleted",
        "first": lines[:_FIRST_STOPS],
        "rest": lines[_FIRST_STOPS:],
        "hidden": len(stops) - len(lines),
    }


def _services(report: Report, ends: Ends) -> list[dict[str, Any]]:
    """Return a line of the chart for each service."""
    counts = {name: [len(ends.of(part.key, name)) for part in ends.parts] for name in ends.titles}
    longest = max([1, *map(sum, counts.values())])
    services = []
    for name, title in ends.titles.items():
        listing = report["listings"].get(name) or {}
        whole = listing.get("state") in ("complete", None)
        said = [shown(listing.get(key)) for key in ("state", "error_code", "error_msg")]
        services.append(
            {
                "name": name,
                "title": title,
                "counts": counts[name],
                "total": sum(counts[name]),
                "bar": _bar(ends.parts, counts[name], longest),
                "unlisted": "" if whole else ": ".join(filter(None, said)),
                "accepted": name in report["accept_unavailable"],
            }
        )
    return services


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


def _causes(ends: Ends) -> dict[str, Any]:
    """Return the most frequent causes of what is left, so that thousands of records read as a few lines."""
    causes: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for key in LEFT:
        for name, title in ends.titles.items():
            for record in ends.of(key, name):
                why = record["rule"] if key == DRIFTED else record["reason"]
                causes[key, _error(record), shown(why)][title] += 1
    ordered = sorted(causes.items(), key=lambda cause: (LEFT.index(cause[0][0]), -sum(cause[1].values()), cause[0]))
    listed = [
        {"key": key, "error": error, "reason": reason, "count": sum(services.values()), "services": list(services)}
        for (key, error, reason), services in ordered[:_MOST_CAUSES]
    ]
    return {"listed": listed, "more": len(ordered) - len(listed)}


def _error(record: Record) -> str:
    return " ".join(shown(record[key]) for key in ("http_status", "error_code") if record.get(key))
