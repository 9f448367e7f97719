# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Cuts the plan into batches, each one call of a service's delete module."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .records import Record, ServiceFacts
from .role_settings import RoleSettings

TASKS = "tasks"


@dataclass(frozen=True)
class Batch:
    """Some planned records of one service: the ``number``-th batch ``of`` so many."""

    service: ServiceFacts
    number: int
    of: int
    records: tuple[Record, ...]
    stops: bool

    @property
    def ids(self) -> str:
        """Return, as JSON, what the delete module's option takes."""
        if self.service.ids_option == TASKS:
            return json.dumps([{"instance_id": item["instance_id"], "task_id": item["id"]} for item in self.records])
        return json.dumps([item["id"] for item in self.records])

    def label(self) -> dict[str, Any]:
        """Return what the loop over the batches goes through: small, for each is copied into a result."""
        return {
            "service": self.service.name,
            "module": self.service.delete_module,
            "option": self.service.ids_option,
            "number": self.number,
            "records": len(self.records),
            "stops": self.stops,
            "label": f"{self.service.title}, batch {self.number} of {self.of}, {_count(len(self.records), 'record')}",
        }


def make_batches(
    planned: Sequence[Record], settings: RoleSettings, services: Mapping[str, ServiceFacts]
) -> list[Batch]:
    """Return the batches in the order of the services, at most ``batch_size`` records in each."""
    return [batch for name in settings.services for batch in _batches_of(services[name], planned, settings)]


def _batches_of(service: ServiceFacts, planned: Sequence[Record], settings: RoleSettings) -> Iterator[Batch]:
    records = [record for record in planned if record["service"] == service.name]
    size = settings.batch_size
    for start in range(0, len(records), size):
        part = tuple(records[start : start + size])
        stops = settings.stop_drs and service.stoppable and any(record["deletable"] is not True for record in part)
        yield Batch(service, start // size + 1, -(-len(records) // size), part, stops)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
