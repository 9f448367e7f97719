# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Rules: conditions that select or protect records."""

from __future__ import annotations

import enum
import fnmatch
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Callable, Optional

from .._services import KINDS
from .._services.model import Kind
from .._text import mistake_in, suggest, unknown_name
from .records import TIME_FORMAT, created_at, text_of

Record = Mapping[str, Any]

SERVICES = tuple(dict.fromkeys(kind.service for kind in KINDS.values()))

# No "m": minutes for some, months for others.
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_AGE = re.compile(r"([0-9]{1,6})([hdw])")
_OLDEST = timedelta(days=36500)
# Of more statuses, the nearest one is named instead of all.
_LISTED = 10


class Match(enum.Enum):
    """Whether a rule's conditions hold for a record; UNKNOWN where the record lacks a field that one is about."""

    YES = enum.auto()
    NO = enum.auto()
    UNKNOWN = enum.auto()


Matcher = Callable[[Record], Match]
# A field's value, None where the record lacks it.
_Reader = Callable[[Record], Optional[Any]]
# Whether a condition holds for a record with this value.
_Condition = Callable[[Record, Any], bool]


@dataclass(frozen=True)
class Rule:
    """All conditions of a rule must hold. ``place`` is where it was given, such as decommission_protect[0]."""

    place: str
    conditions: Mapping[str, str]

    @property
    def text(self) -> str:
        """Return the conditions as one line."""
        return ", ".join(f"{key}={value}" for key, value in self.conditions.items())

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def read_rules(
    place: str,
    value: Any,
    *,
    kinds: Collection[str] | None = None,
    may_be_empty: bool = False,
    alternative: str = "",
) -> tuple[tuple[Rule, ...], list[str]]:
    """Return the rules that a list of dictionaries means, and a line for each mistake in it.

    ``place`` is the name of the option. A rule about others than ``kinds`` is a mistake, where any are given.
    ``alternative`` is put before what the value must be.
    """
    if not isinstance(value, (list, tuple)) or not (value or may_be_empty):
        wanted = "a list of rules" if may_be_empty else "a list of at least one rule"
        return (), [f"{place}: must be {alternative}{wanted}, not {value!r}"]
    mistakes = {f"{place}[{index}]": _rule_mistakes(item, kinds) for index, item in enumerate(value)}
    lines = [f"{rule}{mistake}" for rule, found in mistakes.items() for mistake in found]
    if lines:
        return (), lines
    return tuple(Rule(rule, {key: item[key] for key in KEYS if key in item}) for rule, item in zip(mistakes, value)), []


def _rule_mistakes(rule: Any, kinds: Collection[str] | None) -> list[str]:
    """Return the mistakes in one rule, each with the key where it has one."""
    if not isinstance(rule, Mapping) or not rule:
        return [f": must be a dictionary with at least one of {', '.join(KEYS)}, not {rule!r}"]
    mistakes = [f": {unknown_name(key, 'a key of a rule', KEYS)}" for key in rule if key not in KEYS]
    found = {key: _value_mistake(key, rule[key]) for key in KEYS if key in rule}
    mistakes += [f".{key}: {mistake}" for key, mistake in found.items() if mistake]
    valid = {key: rule[key] for key, mistake in found.items() if not mistake}
    return [*mistakes, *_window_mistakes(valid), *_kind_mistakes(valid, kinds)]


def _value_mistake(key: str, value: Any) -> str | None:
    mistake = mistake_in(value, key, _CHOICES.get(key, ()))
    if mistake or key not in _AGES:
        return mistake
    try:
        age_of(value)
    except ValueError as error:
        return str(error)
    return None


def _window_mistakes(conditions: Mapping[str, str]) -> list[str]:
    """Return an error for two ages between which there is no time."""
    older, newer = map(conditions.get, _AGES)
    if older is None or newer is None or age_of(newer) > age_of(older):
        return []
    return [f": older_than {older} and newer_than {newer} match no record; newer_than must be the greater age"]


def _kind_mistakes(conditions: Mapping[str, str], names: Collection[str] | None) -> list[str]:
    """Return an error for a rule that is about none of the kinds, and for a status that none of its kinds has."""
    listed = [KINDS[name] for name in names or KINDS]
    kinds = [kind for kind in listed if _concerns(conditions, kind)]
    meant = conditions.get("kind") or conditions.get("service")
    facts = " and ".join(key for key in _FACTS if key in conditions)
    only = " or ".join(names or ())
    if only and not kinds:
        about = " with ".join(filter(None, (meant, facts)))
        return [f": a rule about {about} matches no record, as only {only} is listed"]
    status = conditions.get("status")
    if status is None or any(kind.status_key(status) in kind.statuses for kind in kinds):
        return []
    about = (meant or only or "any kind") + (f" with {facts}" if facts else "")
    known = sorted({known for kind in kinds for known in kind.statuses})
    whole = f"; known are: {', '.join(known) or 'none'}"
    hint = whole if len(known) <= _LISTED else f". {suggest(status.upper(), known)}"
    return [f".status: {status!r} is not a status of {about}{hint}"]


def age_of(text: str) -> timedelta:
    """Return the age that a text such as ``30d``, ``12h`` or ``2w`` means; raise ValueError for any other text."""
    found = _AGE.fullmatch(text)
    age = int(found[1]) * _UNITS[found[2]] if found else timedelta()
    if not timedelta() < age <= _OLDEST:
        raise ValueError(f"must be a positive number and h, d or w, such as 12h or 30d, 36500d at most, not {text!r}")
    return age


def compile_rule(rule: Rule, now: datetime) -> Matcher:
    """Return a function that compares a rule with a record at the time ``now`` (UTC).

    A rule that names a kind or a service matches no record of others, whatever these lack; one about tags or an
    enterprise project matches no record of a kind that never has them.
    """
    kinds = {kind.name for kind in KINDS.values() if _concerns(rule.conditions, kind)}
    conditions = [
        (_READERS[key], _CONDITIONS[key](value, now)) for key, value in rule.conditions.items() if key in _CONDITIONS
    ]

    def matches(record: Record) -> Match:
        if record["kind"] not in kinds:
            return Match.NO
        match = Match.YES
        for read, holds in conditions:
            value = read(record)
            if value is None:
                return Match.UNKNOWN
            if not holds(record, value):
                match = Match.NO
        return match

    return matches


def selection(rules: Sequence[Rule], now: datetime) -> Callable[[Record], bool]:
    """Return a function that tells whether one of ``rules`` matches a record at the time ``now`` (UTC)."""
    matchers = [compile_rule(rule, now) for rule in rules]
    return lambda record: any(matches(record) is Match.YES for matches in matchers)


def _concerns(conditions: Mapping[str, str], kind: Kind) -> bool:
    has_facts = all(has(kind) for key, has in _FACTS.items() if key in conditions)
    is_meant = (
        conditions.get("kind", kind.name) == kind.name and conditions.get("service", kind.service) == kind.service
    )
    return has_facts and is_meant


def _reader(field: str) -> _Reader:
    return lambda record: text_of(record, field)


def _instance_id(record: Record) -> str | None:
    """Return the id of the instance that holds a record, or that the record is."""
    return text_of(record, "id" if KINDS[record["kind"]].is_instance else "instance_id")


def _tags(record: Record) -> Mapping[str, str] | None:
    tags = record.get("tags")
    return tags if isinstance(tags, Mapping) else None


def _equals(wanted: str, _now: datetime) -> _Condition:
    return lambda _record, value: value == wanted


def _name_matches(glob: str, _now: datetime) -> _Condition:
    pattern = re.compile(fnmatch.translate(glob))
    return lambda _record, value: pattern.match(value) is not None


def _has_status(wanted: str, _now: datetime) -> _Condition:
    keys = {kind.name: kind.status_key(wanted) for kind in KINDS.values()}
    return lambda record, value: KINDS[record["kind"]].status_key(value) == keys[record["kind"]]


def _older_than(age: str, now: datetime) -> _Condition:
    limit = (now - age_of(age)).strftime(TIME_FORMAT)
    return lambda _record, value: value < limit


def _has_tag(wanted: str, _now: datetime) -> _Condition:
    key, has_value, value = wanted.partition("=")
    return lambda _record, tags: key in tags and (not has_value or tags[key] == value)


def _newer_than(age: str, now: datetime) -> _Condition:
    limit = (now - age_of(age)).strftime(TIME_FORMAT)
    return lambda _record, value: value > limit


_CONDITIONS: Mapping[str, Callable[[str, datetime], _Condition]] = {
    "id": _equals,
    "name": _name_matches,
    "status": _has_status,
    "instance_id": _equals,
    "older_than": _older_than,
    "newer_than": _newer_than,
    "tag": _has_tag,
    "enterprise_project_id": _equals,
}
_AGES = ("older_than", "newer_than")
# What only some kinds have.
_FACTS: Mapping[str, Callable[[Kind], bool]] = {
    "tag": lambda kind: kind.has_tags,
    "enterprise_project_id": lambda kind: kind.has_enterprise_project,
}
_READERS: Mapping[str, _Reader] = {
    **{key: _reader(key) for key in _CONDITIONS},
    **dict.fromkeys(_AGES, created_at),
    "instance_id": _instance_id,
    "tag": _tags,
}
_CHOICES: Mapping[str, tuple[str, ...]] = {"kind": tuple(KINDS), "service": SERVICES}
KEYS = ("kind", "service", *_CONDITIONS)
