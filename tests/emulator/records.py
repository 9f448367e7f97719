# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds records from a scenario. Missing values are generated, the same ones each time."""

from __future__ import annotations

import random
import uuid
from typing import TYPE_CHECKING, Any

from .state import Record
from .times import parse_age, parse_time

if TYPE_CHECKING:
    from .declarations import KindMock

SPREAD_SECONDS = 20 * 86400.0
# Keys in a scenario: those that become attributes, and those that become details, of a record and of an instance.
ATTRIBUTE_KEYS = frozenset(("id", "name", "status", "created_at", "updated_at", "age", "count"))
RECORD_KEYS = frozenset(("instance_id", "instance_name", "fail_reason", "raw", "becomes", "children"))
INSTANCE_KEYS = frozenset(
    (
        *("engine", "version", "tags", "enterprise_project_id", "prepaid", "order_id", "raw", "becomes"),
        *("deleting", "deleted", "delete_seconds", "delete_fails"),
    )
)
_NO_DETAILS = ATTRIBUTE_KEYS | {"instance_id"}


class ScenarioError(ValueError):
    """The scenario cannot be read; the message names the place."""


class IdSource:
    """Reproducible ids and choices: the same path gives the same ones."""

    def __init__(self, *path: object) -> None:
        self._random = random.Random("/".join(map(str, path)))

    def uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def hex(self) -> str:
        return self.uuid().replace("-", "")

    def choose(self, weights: dict[str, float]) -> str:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def fraction(self) -> float:
        return self._random.random()


def record_age(ids: IdSource, _index: int) -> float:
    """The age of a record that a scenario gives none: spread evenly."""
    return 3600 + ids.fraction() * SPREAD_SECONDS


def instance_age(_ids: IdSource, index: int) -> float:
    """The age of an instance: older than its records, the first one newest."""
    return SPREAD_SECONDS + index + 1


def only(given: Any, known: frozenset[str] | set[str], where: str) -> None:
    """ScenarioError unless ``given`` is a mapping with none but known keys."""
    if not isinstance(given, dict):
        raise ScenarioError(f"{where}: a mapping is needed, not {given!r}")
    unknown = sorted(repr(key) for key in set(given) - known)
    if unknown:
        raise ScenarioError(f"{where}: unknown {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def build_record(kind: KindMock, spec: dict[str, Any], now: float, ids: IdSource, index: int = 0) -> Record:
    """The record that ``spec`` describes; ages count back from the timestamp ``now``."""
    only(spec, ATTRIBUTE_KEYS | kind.detail_keys, f"{kind.name} record")
    created = _created(kind, spec, now, ids, index)
    record = Record(
        id=str(spec["id"]) if "id" in spec else kind.make_id(ids),
        name=spec.get("name") or kind.names[index % len(kind.names)].format(index + 1),
        status=_status(spec.get("status", kind.finished), ids),
        created_at=created,
        updated_at=parse_time(spec["updated_at"]) if "updated_at" in spec else created + 60,
        instance_id=spec.get("instance_id"),
        details={**kind.defaults, **{key: spec[key] for key in spec if key not in _NO_DETAILS}},
    )
    if kind.complete is not None:
        kind.complete(record.details, ids)
    return record


def _created(kind: KindMock, spec: dict[str, Any], now: float, ids: IdSource, index: int) -> float:
    if "created_at" in spec:
        return parse_time(spec["created_at"])
    if "age" in spec:
        return now - parse_age(spec["age"])
    return now - kind.age(ids, index)


def _status(status: Any, ids: IdSource) -> str:
    return ids.choose(status) if isinstance(status, dict) else status
