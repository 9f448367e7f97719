# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Decides, for every discovered record, whether it is planned for deletion or kept, and says by which rule."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Callable, NamedTuple, Optional

from .records import USABLE_ID, Record, ServiceFacts, created_at, key_of, text_of
from .role_settings import ALL, RoleSettings
from .rules import compile_rule

SELECTED = "selected"
# Selected and not deletable as listed: its service stops it first.
STOPPED = "stopped and deleted"
PROTECTED = "protected"
RUNNING = "running"
UNUSABLE = "id cannot be used"
NOT_SELECTED = "not selected"
NEWEST = "kept as newest"
# In the order in which they are shown.
KEPT_REASONS = (PROTECTED, RUNNING, UNUSABLE, NOT_SELECTED, NEWEST)

_LATEST = "9999-12-31T23:59:59Z"


class Decision(NamedTuple):
    """What becomes of a record; ``rule`` is the rule that decided, in words."""

    planned: bool
    reason: str
    rule: str


# Why a record is kept, None where this is no reason to.
Spare = Callable[[Record], Optional[Decision]]


def decide(
    records: Sequence[Record],
    settings: RoleSettings,
    services: Mapping[str, ServiceFacts],
    *,
    listed: Collection[str],
    now: datetime,
) -> list[Decision]:
    """Return a decision for each record, in their order.

    ``listed`` are the services whose list is known to be complete; nothing of any other is planned. ``now`` is in UTC.
    Protection outranks every other reason; then a record must be selected, must have an ID that can be used, must not
    be running and must not be among the newest of its service and instance.
    """
    unlisted = _unlisted(settings, services, listed)
    protected = _protected(settings, services, now)
    select = _select(settings, services, now)
    running = _running(settings, services)
    newest = _newest(records, settings.keep_last)

    def decision(record: Record) -> Decision:
        spared = unlisted(record) or protected(record)
        if spared:
            return spared
        choice = select(record)
        if not choice.planned:
            return choice
        return _unusable(record) or running(record) or newest(record) or _stopping(record, choice)

    return keep_shared_ids(records, [decision(record) for record in records])


_NOT_COVERED = Decision(False, NOT_SELECTED, "no rule of decommission_select covers it")


def _unlisted(settings: RoleSettings, services: Mapping[str, ServiceFacts], listed: Collection[str]) -> Spare:
    usable = {name for name in listed if name in settings.services and name in services}
    incomplete = Decision(False, NOT_SELECTED, "the list of its service is not complete")
    return lambda record: None if record["service"] in usable else incomplete


def _protected(settings: RoleSettings, services: Mapping[str, ServiceFacts], now: datetime) -> Spare:
    rules = [
        (
            compile_rule(rule, services, now),
            Decision(False, PROTECTED, str(rule)),
            Decision(False, PROTECTED, f"{rule} (the record lacks what the rule asks about)"),
        )
        for rule in settings.protect
    ]

    def ask(record: Record) -> Decision | None:
        for verdict, covered, lacking in rules:
            holds = verdict(record)
            if holds is not False:
                return covered if holds else lacking
        return None

    return ask


def _select(
    settings: RoleSettings, services: Mapping[str, ServiceFacts], now: datetime
) -> Callable[[Record], Decision]:
    if settings.select is None:
        everything = Decision(True, SELECTED, f"decommission_select: {ALL}")
        return lambda _record: everything
    rules = [(compile_rule(rule, services, now), Decision(True, SELECTED, str(rule))) for rule in settings.select]
    return lambda record: next((choice for verdict, choice in rules if verdict(record) is True), _NOT_COVERED)


def _running(settings: RoleSettings, services: Mapping[str, ServiceFacts]) -> Spare:
    answers: dict[tuple[str, str], Decision] = {}

    def ask(record: Record) -> Decision | None:
        if record["deletable"] is True or (settings.stop_drs and services[record["service"]].stoppable):
            return None
        status = text_of(record, "status") or "an unknown status"
        hint = " while decommission_stop_drs is false" if services[record["service"]].stoppable else ""
        decision = Decision(False, RUNNING, f"{status} does not allow a delete{hint}")
        return answers.setdefault((record["service"], status), decision)

    return ask


def _stopping(record: Record, choice: Decision) -> Decision:
    """Return the choice of a planned record; one that is not deletable as listed is planned to be stopped first."""
    return choice if record["deletable"] is True else choice._replace(reason=STOPPED)


_UNUSABLE_ID = Decision(False, UNUSABLE, "its ID came with characters that no ID has")


def _unusable(record: Record) -> Decision | None:
    return None if USABLE_ID.fullmatch(record["id"]) else _UNUSABLE_ID


def _newest(records: Sequence[Record], keep_last: int) -> Spare:
    if not keep_last:
        return lambda _record: None
    groups: dict[tuple[str, Optional[str]], list[Record]] = defaultdict(list)
    for record in records:
        groups[record["service"], record["instance_id"]].append(record)
    newest = {
        key_of(record)
        for group in groups.values()
        for record in heapq.nlargest(keep_last, group, key=lambda record: (created_at(record) or _LATEST, record["id"]))
    }
    kept = Decision(False, NEWEST, f"decommission_keep_last: {keep_last}")
    return lambda record: kept if key_of(record) in newest else None


def keep_shared_ids(records: Sequence[Record], decisions: list[Decision]) -> list[Decision]:
    """A delete names most records by id alone: where two share one and one of them is kept, both are.

    Of several reasons the one that is shown first counts, whatever the order of the records.
    """
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        holders[record["service"], record["id"]].append(index)
    for indexes in holders.values():
        kept = [decisions[index] for index in indexes if not decisions[index].planned]
        if kept and len(kept) < len(indexes):
            reason = min(kept, key=_place_of)
            for index in indexes:
                decisions[index] = reason
    return decisions


def _place_of(kept: Decision) -> tuple[int, str]:
    known = KEPT_REASONS.index(kept.reason) if kept.reason in KEPT_REASONS else len(KEPT_REASONS)
    return known, kept.rule
