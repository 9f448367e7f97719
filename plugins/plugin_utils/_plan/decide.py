# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Which records are planned and which are kept, and the rule that decides."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from ...module_utils._engine.records import SAFE_ID, created_at, refusal_of, text_of
from ...module_utils._engine.rules import Match, compile_rule
from ...module_utils._services import KINDS
from .records import Record, is_instance, key_of
from .role_settings import ALL, RoleSettings

SELECTED = "selected"
# Selected and not deletable as listed: stopped first.
STOPPED = "stopped and deleted"
# Its instance is planned, whatever is true of the record itself.
WITH_INSTANCE = "deleted with its instance"
PROTECTED = "protected"
PREPAID = "prepaid"
DELETION_PROTECTION = "deletion protection"
RUNNING = "running"
NOT_DELETABLE = "status does not allow a delete"
UNUSABLE = "id cannot be used"
NOT_SELECTED = "not selected"
NEWEST = "kept as newest"
# In the order in which they are shown.
KEPT_REASONS = (
    PROTECTED,
    PREPAID,
    DELETION_PROTECTION,
    RUNNING,
    NOT_DELETABLE,
    UNUSABLE,
    NOT_SELECTED,
    NEWEST,
)

# By the code of a refusal; refusals with other codes are about the status.
_REASON_BY_CODE = {"Prepaid": PREPAID, "Protected": DELETION_PROTECTION}

_LATEST = "9999-12-31T23:59:59Z"


class Decision(NamedTuple):
    """Whether a record is planned and why; ``rule`` is the rule that decided, in words."""

    planned: bool
    reason: str
    rule: str


# The decision to keep a record, None where the check does not keep it.
KeepCheck = Callable[[Record], Decision | None]

_NOT_COVERED = Decision(False, NOT_SELECTED, "no rule of decommission_select covers it")
_UNUSABLE_ID = Decision(False, UNUSABLE, "an ID may only contain letters, digits, '-' and '_'")


def decide(
    records: Sequence[Record], settings: RoleSettings, *, listed: Collection[str], now: datetime
) -> list[Decision]:
    """Return the decision about each record by itself, in their order; `settle` decides about all of them.

    ``listed`` are the kinds with a complete list; nothing of any other is planned. ``now`` is in UTC.
    Protection outranks every other reason; then a record must be selected, must have an ID that can be used, must not
    be refused, and, unless it is an instance, must not be among the newest of its kind and instance.
    """
    kept_as_unlisted = _unlisted_check(listed)
    kept_as_protected = _protection_check(settings, now)
    kept_by_status = _status_check(settings)
    kept_as_newest = _newest_check(records, settings.keep_last)
    select = _selection(settings, now)

    def decision(record: Record) -> Decision:
        kept_by = kept_as_protected(record) or kept_as_unlisted(record)
        if kept_by:
            return kept_by
        choice = select(record)
        if not choice.planned:
            return choice
        kept_by = _unusable_check(record) or kept_by_status(record) or kept_as_newest(record)
        if kept_by:
            return kept_by
        return choice if record["deletable"] is True else choice._replace(reason=STOPPED)

    return [decision(record) for record in records]


def _unlisted_check(listed: Collection[str]) -> KeepCheck:
    incomplete = Decision(False, NOT_SELECTED, "the list of its kind is not complete")
    return lambda record: None if record["kind"] in listed else incomplete


def _protection_check(settings: RoleSettings, now: datetime) -> KeepCheck:
    rules = [
        (
            compile_rule(rule, now),
            {
                Match.YES: Decision(False, PROTECTED, str(rule)),
                Match.UNKNOWN: Decision(False, PROTECTED, f"{rule} (the record lacks what the rule asks about)"),
                Match.NO: None,
            },
        )
        for rule in settings.protect
    ]

    def kept_by(record: Record) -> Decision | None:
        return next(filter(None, (decisions[matches(record)] for matches, decisions in rules)), None)

    return kept_by


def _selection(settings: RoleSettings, now: datetime) -> Callable[[Record], Decision]:
    if settings.select is None:
        everything = Decision(True, SELECTED, f"decommission_select: {ALL}")
        return lambda _record: everything
    rules = [(compile_rule(rule, now), Decision(True, SELECTED, str(rule))) for rule in settings.select]
    return lambda record: next((choice for matches, choice in rules if matches(record) is Match.YES), _NOT_COVERED)


def _status_check(settings: RoleSettings) -> KeepCheck:
    decisions: dict[tuple[str, str], Decision] = {}

    def kept_by(record: Record) -> Decision | None:
        kind = KINDS[record["kind"]]
        refusal = refusal_of(kind, record)
        reason = _REASON_BY_CODE.get(refusal.code) if refusal else None
        if refusal and (reason or kind.is_instance):
            return Decision(False, reason or NOT_DELETABLE, refusal.message)
        if record["deletable"] is True or (settings.stop_drs and kind.stoppable):
            return None
        status = text_of(record, "status") or "an unknown status"
        hint = " while decommission_stop_drs is false" if kind.stoppable else ""
        advice = kind.blocked_statuses.get(kind.status_key(status))
        rule = f"{status} does not allow a delete{hint}" + (f"; {advice}" if advice else "")
        reason = RUNNING if kind.running(status) else NOT_DELETABLE
        return decisions.setdefault((kind.name, status), Decision(False, reason, rule))

    return kept_by


def _unusable_check(record: Record) -> Decision | None:
    return None if SAFE_ID.fullmatch(record["id"]) else _UNUSABLE_ID


def _newest_check(records: Sequence[Record], keep_last: int) -> KeepCheck:
    if not keep_last:
        return lambda _record: None
    groups: dict[tuple[str, str | None], list[Record]] = defaultdict(list)
    for record in records:
        if not is_instance(record["kind"]):
            groups[record["kind"], record["instance_id"]].append(record)
    newest = {
        key_of(record)
        for group in groups.values()
        for record in heapq.nlargest(keep_last, group, key=lambda record: (created_at(record) or _LATEST, record["id"]))
    }
    kept = Decision(False, NEWEST, f"decommission_keep_last: {keep_last}")
    return lambda record: kept if key_of(record) in newest else None
