# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What a plan shows of its instances: each on a line of its own, and what goes with it or stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from ...module_utils._engine.records import TIME_FORMAT
from ...module_utils._services import KINDS
from .coverage import consequences_of, options_in_force
from .decide import NOT_SELECTED
from .records import InstanceKey
from .state import Mode, PlannedRecord, RunState

_NAMED_KEPT = 10


def planned_instances(state: RunState) -> list[str]:
    """Return a line for each planned instance, and for each of their kinds what else goes and what stays."""
    instances = [record for record in state.records if record.planned and record.is_instance]
    if not instances or state.info is None:
        return []
    held: dict[InstanceKey | None, Counter[str]] = {}
    for record in state.records:
        if record.with_instance:
            held.setdefault(record.holder, Counter())[record.kind] += 1
    now = datetime.strptime(state.info.created_at, TIME_FORMAT)
    verb = "would be" if state.mode in (Mode.CHECK, Mode.REFUSED) else "will be"
    head = "1 instance" if len(instances) == 1 else f"{len(instances):,} instances"
    kinds = [name for name in KINDS if any(record.kind == name for record in instances)]
    return [
        f"{head} {verb} DELETED:",
        *(f"  {_described(record, held.get((record.kind, record.id), Counter()), now)}" for record in instances),
        *(line for kind in kinds for line in _consequences(state, kind)),
    ]


def kept_instances(state: RunState) -> list[str]:
    """Return a line for each instance that is kept, with why; those that were not selected are not named."""
    kept = [
        record
        for record in state.records
        if record.is_instance and not (record.planned or record.gone or record.reason == NOT_SELECTED)
    ]
    lines = [f"kept, {record.reason}: {record.label}: {record.rule}" for record in kept[:_NAMED_KEPT]]
    more = len(kept) - _NAMED_KEPT
    return lines + ([f"and {more} more {'instance' if more == 1 else 'instances'} kept"] if more > 0 else [])


def _described(record: PlannedRecord, held: Counter[str], now: datetime) -> str:
    """Return kind, id and name, engine, age and tags of an instance, and the records that go with it."""
    facts = record.facts or {}
    parts = [
        " ".join(filter(None, (record.kind, record.id, record.name))),
        facts.get("engine"),
        _age(record.created_at, now),
        _tags(facts.get("tags")),
        f"with {', '.join(f'{count:,} {kind}' for kind, count in sorted(held.items()))}" if held else "",
    ]
    return ", ".join(filter(None, parts))


def _age(created_at: str | None, now: datetime) -> str:
    if created_at is None:
        return "of unknown age"
    days = (now - datetime.strptime(created_at, TIME_FORMAT)).days
    return "1 day old" if days == 1 else f"{max(0, days)} days old"


def _tags(tags: Mapping[str, str] | None) -> str:
    """Return the tags, nothing where they are unknown."""
    if tags is None:
        return ""
    shown = " ".join(f"{key}={value}" if value else key for key, value in tags.items())
    return f"tags {shown}" if shown else "no tags"


def _consequences(state: RunState, kind: str) -> Iterator[str]:
    for clause in consequences_of(kind, options_in_force(kind, state.settings.kind_options)):
        yield f"{kind}: {clause}"
