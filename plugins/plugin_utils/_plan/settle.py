# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What the decisions about single records mean for each other: for instances, what they hold, and shared IDs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from ...module_utils._engine.rules import Match, compile_rule
from ...module_utils._regions import Cloud
from ...module_utils._services import KINDS
from .decide import KEPT_REASONS, PROTECTED, WITH_INSTANCE, Decision
from .records import Record, holder_of, instances_of
from .role_settings import RoleSettings

_HOLDS_PROTECTED = Decision(False, PROTECTED, "it holds protected records")


def settle(records: Sequence[Record], decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions about all records, in their order, where each was decided about by itself.

    An instance is kept where it holds a protected record. What is under an instance that is planned goes with it,
    whatever was decided about it. Of the others, those that share an ID with a kept one are kept.
    """
    holders = [holder_of(record["kind"], record["instance_id"]) for record in records]
    protecting = {holder for holder, decision in zip(holders, decisions) if decision.reason == PROTECTED}
    kept = instances_of(record for record, decision in zip(records, decisions) if not decision.planned)
    going = {
        (kind, instance): Decision(True, WITH_INSTANCE, f"it is under {kind} {instance}, which is planned")
        for kind, instance in instances_of(records) - kept - protecting
    }

    def settled(index: int) -> Decision:
        record, decision, holder = records[index], decisions[index], holders[index]
        if holder in going:
            return going[holder]
        return _HOLDS_PROTECTED if decision.planned and (record["kind"], record["id"]) in protecting else decision

    return keep_shared_ids(records, [settled(index) for index in range(len(records))])


def keep_shared_ids(records: Sequence[Record], decisions: list[Decision]) -> list[Decision]:
    """Keep all records that share an ID with a kept one, as a delete names most records by the ID alone.

    Of several reasons the one that is shown first counts, whatever the order of the records. No delete names what goes
    with its instance.
    """
    sharing: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        if decisions[index].reason != WITH_INSTANCE:
            sharing[record["kind"], record["id"]].append(index)
    for indexes in sharing.values():
        kept = [decisions[index] for index in indexes if not decisions[index].planned]
        if kept and len(kept) < len(indexes):
            reason = min(kept, key=_rank_of)
            for index in indexes:
                decisions[index] = reason
    return decisions


def _rank_of(kept: Decision) -> tuple[int, str]:
    rank = KEPT_REASONS.index(kept.reason) if kept.reason in KEPT_REASONS else len(KEPT_REASONS)
    return rank, kept.rule


def unseen_protection(
    settings: RoleSettings, instances: Collection[str], *, listed: Collection[str], cloud: Cloud, now: datetime
) -> Iterator[str]:
    """Yield a problem for each rule that may protect records which were not listed and would go with an instance.

    Only rules that name a kind or a service count. ``instances`` are the kinds of the planned instances, ``listed`` the
    kinds with a complete list.
    """
    unseen = [kind for kind in KINDS.values() if kind.held_by in instances and kind.name not in listed]
    for rule in settings.protect:
        matches = compile_rule(rule, now)
        for kind in unseen:
            named = {"kind", "service"} & rule.conditions.keys()
            # A record of which only the kind is known.
            if named and cloud in kind.clouds and matches({"kind": kind.name}) is not Match.NO:
                yield (
                    f"{rule}: may protect a {kind.name}, which would be deleted with its {kind.held_by}; therefore"
                    f" {kind.name} must be in decommission_kinds and listed completely"
                )
