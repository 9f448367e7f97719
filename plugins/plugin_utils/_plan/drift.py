# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Drift: in what the plan of now differs from the plan that was approved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .decide import NOT_SELECTED, PROTECTED, Decision
from .records import RECORD_FIELDS, Key, Record, key_of

DRIFTED = "drifted"

_NEWCOMER = Decision(False, NOT_SELECTED, "it is not part of the approved plan")
_CHANGED = Decision(False, DRIFTED, "its status has changed since the plan was approved")
_UNSELECTED = Decision(False, DRIFTED, "it was planned and is no longer selected")

_SHOWN = 5
_LISTED = (*RECORD_FIELDS, "was")


@dataclass(frozen=True)
class Drift:
    """``came`` are planned now only, ``went`` were planned then only, ``changed`` have another status now.

    ``unseen`` are those of ``went`` whose service was not listed: nobody knows what became of them.
    """

    came: tuple[Record, ...] = ()
    went: tuple[Record, ...] = ()
    changed: tuple[Record, ...] = ()
    unseen: tuple[Record, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.came or self.went or self.changed)

    def lists(self) -> dict[str, list[dict[str, Any]]]:
        """Return what came, went and changed as plain data."""
        return {
            name: [{key: record[key] for key in _LISTED if key in record} for record in records]
            for name, records in (("came", self.came), ("went", self.went), ("changed", self.changed))
        }

    def __str__(self) -> str:
        return "; ".join(
            f"{len(records)} {name} ({_named(records)})" for name, records in self.lists().items() if records
        )


def _named(records: Iterable[Mapping[str, Any]]) -> str:
    names = [
        f"{record['service']} {record['id']}" + (f" {record['was']} -> {record['status']}" if "was" in record else "")
        for record in records
    ]
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def compare(
    approved: Iterable[Record], records: Sequence[Record], decisions: Sequence[Decision], listed: Collection[str]
) -> Drift:
    """Return how the decisions of now differ from the approved records; ``listed``: the services with a whole list."""
    then = {key_of(record): record for record in approved}
    live = {key_of(record): record for record in records}
    planned = {key_of(record) for record, decision in zip(records, decisions) if decision.planned}
    changed = {key for key, record in then.items() if key in live and live[key]["status"] != record["status"]}
    went = [record for key, record in then.items() if key not in planned and key not in changed]
    return Drift(
        came=tuple(live[key] for key in planned if key not in then),
        went=tuple(went),
        changed=tuple({**live[key], "was": then[key]["status"]} for key in then if key in changed),
        unseen=tuple(record for record in went if record["service"] not in listed),
    )


def restrict_to_approved(
    approved: Iterable[Record], records: Sequence[Record], decisions: Sequence[Decision], *, intersect: bool
) -> list[Decision]:
    """Return the decisions as the approved plan bounds them.

    What was approved and is no longer planned with the same status has drifted, unless it is protected now. With
    ``intersect`` newcomers are kept, so that nothing is planned that was not approved.
    """
    then: dict[Key, Any] = {key_of(record): record["status"] for record in approved}

    def bounded(record: Record, decision: Decision) -> Decision:
        key = key_of(record)
        if key not in then:
            return _NEWCOMER if intersect and decision.planned else decision
        if decision.reason == PROTECTED:
            return decision
        if record["status"] != then[key]:
            return _CHANGED
        return decision if decision.planned else _UNSELECTED

    return [bounded(record, decision) for record, decision in zip(records, decisions)]
