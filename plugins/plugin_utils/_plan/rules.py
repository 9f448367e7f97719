# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Rules: which records ``decommission_select`` and ``decommission_protect`` speak of."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Optional

from .errors import refuse
from .records import TIME_FORMAT, Record, ServiceFacts, created_at, text_of

KEYS = ("service", "id", "name", "status", "instance_id", "older_than")

# No "m": minutes for some, months for others.
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_AGE = re.compile(r"([0-9]{1,6})([hdw])")
_OLDEST = timedelta(days=36500)

# True or False where the record tells, None where it lacks what the rule asks about.
Verdict = Callable[[Record], Optional[bool]]


@dataclass(frozen=True)
class Rule:
    """One rule: all its conditions must hold. ``place`` is where it stands, such as decommission_protect[0]."""

    place: str
    conditions: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.place}: " + ", ".join(f"{key}={value}" for key, value in self.conditions.items())


def parse_rules(variable: str, value: Any, services: Mapping[str, ServiceFacts]) -> tuple[Rule, ...]:
    """Return the rules of a list of dicts; raise a PlanError for whatever is not exactly that."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        refuse(variable, value, "is not a list of rules")
    return tuple(_parse_rule(f"{variable}[{index}]", item, services) for index, item in enumerate(value))


def _parse_rule(place: str, value: Any, services: Mapping[str, ServiceFacts]) -> Rule:
    if not isinstance(value, Mapping) or not value:
        refuse(place, value, f"is not a rule: a rule is a dict of at least one of {', '.join(KEYS)}")
    for key, wanted in value.items():
        if key not in KEYS:
            refuse(place, key, f"is not a key of a rule; these are: {', '.join(KEYS)}")
        if not isinstance(wanted, str) or not wanted.strip():
            refuse(f"{place}.{key}", wanted, "is not a text (a number must be quoted)")
    if "service" in value and value["service"] not in services:
        refuse(f"{place}.service", value["service"], f"is not a service; these are: {', '.join(services)}")
    if "status" in value:
        asked = [services[value["service"]]] if "service" in value else services.values()
        if not any(service.status_key(value["status"]) in service.statuses for service in asked):
            known = sorted({status for service in asked for status in service.statuses})
            whom = value.get("service", "any service")
            refuse(f"{place}.status", value["status"], f"is no status of {whom}; known are: {', '.join(known)}")
    if "older_than" in value:
        age_of(f"{place}.older_than", value["older_than"])
    return Rule(place, {key: value[key] for key in KEYS if key in value})


def age_of(place: str, text: str) -> timedelta:
    """Return the age that a text such as ``30d``, ``12h`` or ``2w`` means."""
    match = _AGE.fullmatch(text)
    age = int(match[1]) * _UNITS[match[2]] if match else timedelta()
    if not timedelta() < age <= _OLDEST:
        refuse(place, text, "is not an age: a positive number and h, d or w, such as 12h or 30d, 36500d at most")
    return age


def compile_rule(rule: Rule, services: Mapping[str, ServiceFacts], now: datetime) -> Verdict:
    """Return the function that tells whether a rule's conditions hold for a record at the time ``now`` (UTC).

    A rule that names a service asks nothing of the records of other services.
    """
    tests = [_TESTS[key](value, services, now) for key, value in rule.conditions.items() if key != "service"]
    only = rule.conditions.get("service")

    def verdict(record: Record) -> bool | None:
        if only is not None and record["service"] != only:
            return False
        answers = [test(record) for test in tests]
        return None if None in answers else all(answers)

    return verdict


def _same(field: str) -> Callable[..., Verdict]:
    def build(value: str, _services: Mapping[str, ServiceFacts], _now: datetime) -> Verdict:
        def test(record: Record) -> bool | None:
            found = text_of(record, field)
            return None if found is None else found == value

        return test

    return build


def _name(value: str, _services: Mapping[str, ServiceFacts], _now: datetime) -> Verdict:
    matches = re.compile(fnmatch.translate(value)).match

    def test(record: Record) -> bool | None:
        found = text_of(record, "name")
        return None if found is None else matches(found) is not None

    return test


def _status(value: str, services: Mapping[str, ServiceFacts], _now: datetime) -> Verdict:
    wanted = {name: service.status_key(value) for name, service in services.items()}

    def test(record: Record) -> bool | None:
        found, service = text_of(record, "status"), record["service"]
        return None if found is None else services[service].status_key(found) == wanted[service]

    return test


def _older_than(value: str, _services: Mapping[str, ServiceFacts], now: datetime) -> Verdict:
    limit = (now - age_of("older_than", value)).strftime(TIME_FORMAT)

    def test(record: Record) -> bool | None:
        found = created_at(record)
        return None if found is None else found < limit

    return test


_TESTS: Mapping[str, Callable[..., Verdict]] = {
    "id": _same("id"),
    "name": _name,
    "status": _status,
    "instance_id": _same("instance_id"),
    "older_than": _older_than,
}
