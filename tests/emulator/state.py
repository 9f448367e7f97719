# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects and their records and instances. Pure: no HTTP, and the time is an argument."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .times import iso_seconds


@dataclass
class Record:
    """A job or task record, or an instance.

    ``created_at`` and ``updated_at`` are timestamps, ``details`` is what one kind adds; ``leaving`` is true of an
    instance that is being deleted.
    """

    id: str
    name: str
    status: str
    created_at: float
    updated_at: float
    instance_id: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    leaving: bool = False

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


class RecordSet:
    """The records of one kind in a project, newest first. Deleting is O(1), a page O(page) between two changes.

    ``removed`` are the records that there were, by id.
    """

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._instances: dict[str | None, dict[str, Record]] = {}
        self._views: dict[Hashable, list[Record]] = {}
        self._sorted = True
        self.removed: dict[str, Record] = {}

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.view())

    def add(self, record: Record) -> None:
        self.removed.pop(record.id, None)
        self._records[record.id] = record
        self._instances.setdefault(record.instance_id, {})[record.id] = record
        self._sorted = False
        self._views.clear()

    def get(self, record_id: str) -> Record | None:
        return self._records.get(record_id)

    def get_in(self, instance_id: str, record_id: str) -> Record | None:
        return self._instances.get(instance_id, {}).get(record_id)

    def remove(self, record: Record) -> None:
        self._records.pop(record.id, None)
        self._instances.get(record.instance_id, {}).pop(record.id, None)
        self.removed[record.id] = record
        self._views.clear()

    def set_status(self, record: Record, status: str, at: float) -> None:
        record.status, record.updated_at = status, at
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
    """A project with its records and instances by kind."""

    id: str
    name: str
    domain_id: str
    records: dict[str, RecordSet]
    enabled: bool = True

    def summary(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "services": {name: [record.summary() for record in held] for name, held in self.records.items()},
        }


@dataclass(order=True)
class _Change:
    due: float
    serial: int
    action: Callable[[float], None] = field(compare=False)


class CloudState:
    """All projects, and the changes that are still to come."""

    def __init__(self, region: str, projects: Iterable[Project]) -> None:
        self.region = region
        self.projects = {project.id: project for project in projects}
        self._changes: list[_Change] = []
        self._serial = itertools.count()

    def project(self, name_or_id: str) -> Project:
        """The project of that id or name; KeyError when there is none."""
        found = self.projects.get(name_or_id)
        if found is None:
            found = next((project for project in self.projects.values() if project.name == name_or_id), None)
        if found is None:
            raise KeyError(f"no project {name_or_id!r} in the scenario")
        return found

    def schedule(self, due: float, action: Callable[[float], None]) -> None:
        """Let ``action`` run at the timestamp ``due``, which it is given."""
        heapq.heappush(self._changes, _Change(due, next(self._serial), action))

    def settle(self, now: float) -> None:
        """Carry out the changes that are due."""
        while self._changes and self._changes[0].due <= now:
            change = heapq.heappop(self._changes)
            change.action(change.due)
