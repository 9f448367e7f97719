# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""How the plan differs from the approved one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .decide import NOT_SELECTED, PROTECTED, Decision
from .records import RECORD_FIELDS, Record, key_of

DRIFTED = "drifted"
# Approved, and not in the complete list of its kind.
GONE = "already gone"

_NOT_APPROVED = Decision(False, NOT_SELECTED, "it is not part of the approved plan")
_CHANGED = Decision(False, DRIFTED, "its status has changed since the plan was approved")
_UNSELECTED = Decision(False, DRIFTED, "it was planned and is no longer selected")

_NAMED = 5
_DRIFT_FIELDS = (*RECORD_FIELDS, "was")


@dataclass(frozen=True)
class Drift:
    """``added`` are planned and not approved, ``removed`` approved and not planned, ``changed`` of another status.

    ``not_listed`` are those of ``removed`` without a complete list of their kind: they may still exist. ``gone`` are
    approved and do not exist any more, which is no drift.
    """

    added: tuple[Record, ...] = ()
    removed: tuple[Record, ...] = ()
    changed: tuple[Record, ...] = ()
    not_listed: tuple[Record, ...] = ()
    gone: tuple[Record, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def lists(self) -> dict[str, list[dict[str, Any]]]:
        """Return the records that were added, removed and changed as plain data."""
        return {
            name: [{field: record[field] for field in _DRIFT_FIELDS if field in record} for record in records]
            for name, records in (("added", self.added), ("removed", self.removed), ("changed", self.changed))
        }

    def __str__(self) -> str:
        return "; ".join(
            f"{len(records)} {name} ({_named(records)})" for name, records in self.lists().items() if records
        )


def _named(records: Iterable[Mapping[str, Any]]) -> str:
    names = [
        f"{record['kind']} {record['id']}" + (f" {record['was']} -> {record['status']}" if "was" in record else "")
        for record in records
    ]
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def compare(
    approved: Iterable[Record], records: Sequence[Record], decisions: Sequence[Decision], listed: Collection[str]
) -> Drift:
    """Return how the decisions differ from the approved records; ``listed`` are the completely listed kinds."""
    then = {key_of(record): record for record in approved}
    live = {key_of(record): record for record in records}
    planned = {key_of(record) for record, decision in zip(records, decisions) if decision.planned}
    changed = {key for key, record in then.items() if key in live and live[key]["status"] != record["status"]}
    gone = {key for key, record in then.items() if key not in live and record["kind"] in listed}
    accounted = planned | changed | gone
    removed = [record for key, record in then.items() if key not in accounted]
    return Drift(
        added=tuple(live[key] for key in planned if key not in then),
        removed=tuple(removed),
        changed=tuple({**live[key], "was": then[key]["status"]} for key in then if key in changed),
        not_listed=tuple(record for record in removed if record["kind"] not in listed),
        gone=tuple(record for key, record in then.items() if key in gone),
    )


def restrict_to_approved(
    approved: Iterable[Record], records: Sequence[Record], decisions: Sequence[Decision], *, intersect: bool
) -> list[Decision]:
    """Return the decisions as the approved plan bounds them.

    A record that was approved and is no longer planned with the same status has drifted, unless it is protected now.
    With ``intersect`` added records are kept, so that nothing is planned that was not approved.
    """
    then = {key_of(record): record["status"] for record in approved}

    def bounded(record: Record, decision: Decision) -> Decision:
        key = key_of(record)
        if key not in then:
            return _NOT_APPROVED if intersect and decision.planned else decision
        if decision.reason == PROTECTED:
            return decision
        if record["status"] != then[key]:
            return _CHANGED
        return decision if decision.planned else _UNSELECTED

    return [bounded(record, decision) for record, decision in zip(records, decisions)]
