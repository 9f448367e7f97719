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

from ...module_utils._services import KINDS
from .decide import NOT_SELECTED, PROTECTED, WITH_INSTANCE, Decision
from .records import RECORD_FIELDS, InstanceKey, Key, Record, holder_of, instances_of, is_instance, key_of, without_held

DRIFTED = "drifted"
# Approved, and not in the complete list of its kind.
GONE = "already gone"

_NOT_APPROVED = Decision(False, NOT_SELECTED, "it is not part of the approved plan")
_CHANGED = Decision(False, DRIFTED, "its status has changed since the plan was approved")

_NAMED = 5
_DRIFT_FIELDS = (*RECORD_FIELDS, "was")


@dataclass(frozen=True)
class Drift:
    """``added`` are planned and not approved, ``removed`` approved and not planned, ``changed`` of another status.

    ``not_listed`` are those of ``removed`` without a complete list of their kind: they may still exist. ``gone`` are
    approved, with what goes with approved instances, and do not exist any more, which is no drift.
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
    """Return how the decisions differ from the approved records; ``listed`` are the completely listed kinds.

    What is under an approved instance may come, go and change, and the status of an instance may change. What the
    deletion of an approved instance has left may come.
    """
    every = list(approved)
    named = instances_of(every)
    then = {key_of(record): record for record in without_held(every)}
    live = {key_of(record): record for record in records}
    left = _left_by_deletions(every, live)
    planned = {key_of(record) for record, decision in zip(records, decisions) if decision.planned}
    new = {
        key_of(record)
        for record, decision in zip(records, decisions)
        if decision.planned
        and decision.reason != WITH_INSTANCE
        and _holder(record) not in named
        and record["kind"] not in left
    } - then.keys()
    changed = {key for key, record in then.items() if key in live and _has_changed(record, live[key])}
    gone = [record for record in every if key_of(record) not in live and record["kind"] in listed]
    accounted = planned | changed | {key_of(record) for record in gone}
    removed = [record for key, record in then.items() if key not in accounted]
    return Drift(
        added=tuple(record for key, record in live.items() if key in new),
        removed=tuple(removed),
        changed=tuple({**live[key], "was": then[key]["status"]} for key in then if key in changed),
        not_listed=tuple(record for record in removed if record["kind"] not in listed),
        gone=tuple(gone),
    )


def restrict_to_approved(
    approved: Iterable[Record], records: Sequence[Record], decisions: Sequence[Decision], *, intersect: bool
) -> list[Decision]:
    """Return the decisions about the records by themselves as the approved plan bounds them.

    A record that was approved and is no longer planned with the same status has drifted, unless it is protected now.
    With ``intersect`` added records are kept, so that nothing is planned that was not approved; what the deletion of an
    approved instance has left is always kept. Where an approved instance does not go, nothing under it is planned but
    what was approved as it is.
    """
    every = list(approved)
    named = instances_of(every)
    then = {key_of(record): record for record in every}
    left = _left_by_deletions(every, {key_of(record) for record in records})

    def bounded(record: Record, decision: Decision) -> Decision:
        was = then.get(key_of(record))
        if _holder(record) in named:
            unchanged = was is not None and not _has_changed(was, record)
            return decision if unchanged or not decision.planned else _NOT_APPROVED
        if was is None:
            return _NOT_APPROVED if decision.planned and (intersect or record["kind"] in left) else decision
        if decision.reason == PROTECTED:
            return decision
        if _has_changed(was, record):
            return _CHANGED
        if decision.planned:
            return decision
        return Decision(False, DRIFTED, f"it was planned and is kept now: {decision.rule}")

    return [bounded(record, decision) for record, decision in zip(records, decisions)]


def _left_by_deletions(approved: Iterable[Record], live: Collection[Key]) -> set[str]:
    """Return the kinds in which the deletion of an approved instance that is gone may have left its own record."""
    gone = [KINDS[record["kind"]] for record in approved if is_instance(record["kind"]) and key_of(record) not in live]
    return {
        name
        for name, kind in KINDS.items()
        for instance in gone
        if kind.service == instance.service and kind.comes_after(instance)
    }


def _holder(record: Record) -> InstanceKey | None:
    return holder_of(record["kind"], record["instance_id"])


def _has_changed(then: Record, now: Record) -> bool:
    """Return whether a record has another status; that of an instance changes by itself."""
    return bool(then["status"] != now["status"]) and not is_instance(now["kind"])
