# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects, instances and records. Pure: no HTTP, and the time is an argument."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .times import iso_seconds


@dataclass
class Record:
    """A job or task record. ``created_at`` and ``updated_at`` are timestamps; ``details`` is what one kind adds."""

    id: str
    name: str
    status: str
    created_at: float
    updated_at: float
    instance_id: str | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """The record as tests and the admin port show it."""
        return {
            "id": self.id,
            "instance_id": self.instance_id,
            "name": self.name,
            "status": self.status,
            "created_at": iso_seconds(self.created_at),
            "updated_at": iso_seconds(self.updated_at),
            **{key: value for key, value in self.details.items() if key != "raw"},
        }


@dataclass
class Instance:
    """An instance of DMS, DCS or GaussDB. A deleted one is in no list of instances, though its records may be."""

    id: str
    name: str
    status: str
    engine: str
    created_at: float
    deleted: bool = False


class RecordSet:
    """The records of one kind in a project, newest first. Deleting is O(1), a page O(page) between two changes."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._instances: dict[str | None, dict[str, Record]] = {}
        self._views: dict[Hashable, list[Record]] = {}
        self._sorted = True
        self.removed: set[str] = set()

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.view())

    def add(self, record: Record) -> None:
        self._records[record.id] = record
        self._instances.setdefault(record.instance_id, {})[record.id] = record
        self._sorted = False
        self.changed()

    def get(self, record_id: str) -> Record | None:
        return self._records.get(record_id)

    def get_in(self, instance_id: str, record_id: str) -> Record | None:
        return self._instances.get(instance_id, {}).get(record_id)

    def remove(self, record: Record) -> None:
        self._records.pop(record.id, None)
        self._instances.get(record.instance_id, {}).pop(record.id, None)
        self.removed.add(record.id)
        self._views.clear()

    def changed(self) -> None:
        """Forget prepared views: a record came or changed its status."""
        self._views.clear()

    def view(self, key: Hashable = None, keep: Callable[[Record], bool] | None = None) -> list[Record]:
        """All records that ``keep`` accepts; the same ``key`` must always mean the same ``keep``."""
        return self._prepared(("all", key), lambda: self._records, keep)

    def view_in(
        self, instance_id: str, key: Hashable = None, keep: Callable[[Record], bool] | None = None
    ) -> list[Record]:
        """The records of one instance that ``keep`` accepts."""
        return self._prepared((instance_id, key), lambda: self._instances.get(instance_id, {}), keep)

    def _prepared(
        self, key: Hashable, source: Callable[[], dict[str, Record]], keep: Callable[[Record], bool] | None
    ) -> list[Record]:
        view = self._views.get(key)
        if view is None:
            self._sort()
            records: Iterable[Record] = source().values()
            view = self._views[key] = list(records if keep is None else filter(keep, records))
        return view

    def _sort(self) -> None:
        if self._sorted:
            return
        for held in (self._records, *self._instances.values()):
            ordered = sorted(held.items(), key=lambda item: -item[1].created_at)
            held.clear()
            held.update(ordered)
        self._sorted = True


@dataclass
class Project:
    """A project with its records by kind and its instances by service."""

    id: str
    name: str
    domain_id: str
    records: dict[str, RecordSet]
    instances: dict[str, dict[str, Instance]]
    enabled: bool = True

    def summary(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "services": {name: [record.summary() for record in held] for name, held in self.records.items()},
        }


@dataclass(order=True)
class _Transition:
    due: float
    serial: int
    record: Record = field(compare=False)
    status: str = field(compare=False)
    records: RecordSet = field(compare=False)


class CloudState:
    """All projects, and the changes of status that are still to come."""

    def __init__(self, region: str, projects: Iterable[Project]) -> None:
        self.region = region
        self.projects = {project.id: project for project in projects}
        self._transitions: list[_Transition] = []
        self._serial = itertools.count()

    def project(self, name_or_id: str) -> Project:
        """The project of that id or name; KeyError when there is none."""
        found = self.projects.get(name_or_id)
        if found is None:
            found = next((project for project in self.projects.values() if project.name == name_or_id), None)
        if found is None:
            raise KeyError(f"no project {name_or_id!r} in the scenario")
        return found

    def schedule(self, records: RecordSet, record: Record, status: str, due: float) -> None:
        """Let ``record`` take ``status`` at the timestamp ``due``."""
        heapq.heappush(self._transitions, _Transition(due, next(self._serial), record, status, records))

    def settle(self, now: float) -> None:
        """Carry out the changes of status that are due."""
        while self._transitions and self._transitions[0].due <= now:
            transition = heapq.heappop(self._transitions)
            transition.record.status = transition.status
            transition.record.updated_at = transition.due
            transition.records.changed()
