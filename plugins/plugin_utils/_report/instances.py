# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The instances of a report, each with what goes with it, and what is not covered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...module_utils._services import KINDS
from .._plan.coverage import leftovers_of, not_covered_line
from .._plan.outcomes import Outcome
from .._plan.records import counted, is_instance
from .causes import advice_of, error_of, reason_of
from .display import age_of, seconds_between, shown, tags_of
from .table import LEFT, Part, Record, RecordGroups, Report

_MOST_TAGS = 8
_LONGEST_NAME = 120
_LONGEST_REASON = 500


class Instance(NamedTuple):
    """An instance for a reader; ``why`` and ``advice`` are empty where it goes, or is to go, as planned.

    ``held`` are the records that go with it by the titles of their kinds. ``tags`` is None where they are unknown.
    """

    part: Part
    kind: str
    name: str
    id: str
    engine: str
    age: str
    tags: list[str] | None
    status: str
    held: Mapping[str, int]
    why: str
    advice: str

    @property
    def with_it(self) -> str:
        """Return how many records go with it."""
        return counted(sum(self.held.values())) if self.held else ""


def instances_of(report: Report, groups: RecordGroups) -> list[Instance]:
    """Return the instances of a report in the order of a reader's interest."""
    return [
        _instance(part, record, report, groups)
        for part in groups.parts
        for kind in groups.titles
        if is_instance(kind)
        for record in groups.of(part.key, kind)
    ]


def _instance(part: Part, record: Record, report: Report, groups: RecordGroups) -> Instance:
    created_at = record["created_at"]
    stays = part.key in (*LEFT, Outcome.KEPT)
    held: Mapping[str, int] = groups.held.get((record["kind"], record["id"]), {})
    return Instance(
        part=part,
        kind=KINDS[record["kind"]].label,
        name=shown(record["name"], _LONGEST_NAME),
        id=shown(record["id"]),
        engine=shown(record["engine"]),
        age=age_of(seconds_between(created_at, report["started_at"])) if created_at else "",
        tags=None if record["tags"] is None else tags_of(record["tags"], _MOST_TAGS),
        status=shown(record["status"]),
        held={groups.titles[name]: count for name, count in held.items()},
        why=shown(" ".join(filter(None, (error_of(record), str(reason_of(record))))), _LONGEST_REASON) if stays else "",
        advice=(advice_of(record.get("error_code")) or _rule(record)) if stays else "",
    )


def _rule(record: Record) -> str:
    """Return the rule that keeps an instance, which says what to do where there is something to do."""
    return shown(record["rule"], _LONGEST_REASON) if record["outcome"] == Outcome.KEPT else ""


def consequences_of(report: Report, groups: RecordGroups) -> list[dict[str, Any]]:
    """Return what else goes and what stays, for each kind of which an instance is planned."""
    planned = {kind for kind, _id in groups.held}
    return [
        {"kind": KINDS[kind].label, "clauses": [shown(clause) for clause in clauses]}
        for kind, clauses in report["consequences"].items()
        if kind in planned and clauses
    ]


def not_covered(report: Report) -> str:
    """Return what is not covered and may still cost."""
    return shown(not_covered_line(report["not_covered"]))


def left_behind(report: Report, most: int) -> list[dict[str, Any]]:
    """Return what planned instances leave behind by their kind, with the names of the first instances."""
    found = []
    for kind in report["consequences"]:
        what = leftovers_of(kind, report["kind_options"].get(kind, {}))
        names = [shown(record["name"] or record["id"]) for record in report["records"] if _goes(record, kind)]
        if what and names:
            found.append(
                {"kind": KINDS[kind].label, "what": ", ".join(what), "names": names[:most], "more": len(names[most:])}
            )
    return found


def _goes(record: Record, kind: str) -> bool:
    return record["kind"] == kind and record["planned"] and record["outcome"] not in LEFT
