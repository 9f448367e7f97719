# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""How the plan of a report differs from the plan that the project had before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .._plan.records import Key, key_of
from .table import Record, Report

NO_LONGER_LISTED = "no longer listed"


@dataclass(frozen=True)
class Change:
    """A record that is planned now and was not before (``+``), the other way round (``-``), or in both (``~``).

    ``why`` is the rule that plans the record, the reason why it is not planned any more, or both of its statuses.
    """

    sign: str
    record: Record
    why: str


@dataclass(frozen=True)
class Changes:
    """``since`` is the time of the earlier plan in UTC."""

    since: str
    added: tuple[Change, ...]
    removed: tuple[Change, ...]
    changed: tuple[Change, ...]


def changes_since(previous: Report | None, report: Report) -> Changes | None:
    """Return how the plan differs from the one of an earlier report, None where one of the two has no plan."""
    if previous is None or not (previous["digest"] and report["digest"]):
        return None
    then, now = _planned(previous), _planned(report)
    reasons = {key_of(record): record["reason"] for record in report["records"]} if then.keys() - now.keys() else {}
    return Changes(
        since=previous["started_at"],
        added=tuple(Change("+", record, record["rule"]) for key, record in now.items() if key not in then),
        removed=tuple(
            Change("-", record, reasons.get(key, NO_LONGER_LISTED)) for key, record in then.items() if key not in now
        ),
        changed=tuple(
            Change("~", record, f"{then[key]['status']} → {record['status']}")
            for key, record in now.items()
            if key in then and then[key]["status"] != record["status"]
        ),
    )


def _planned(report: Report) -> Mapping[Key, Record]:
    return {key_of(record): record for record in report["records"] if record["planned"]}
