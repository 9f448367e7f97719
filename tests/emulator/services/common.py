# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services share: ids, raw fields, refused deletes, instances, time windows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from emulator.call import Call
from emulator.responses import Refusal
from emulator.state import Instance, Record
from emulator.times import compact, iso_milli

_WELL_FORMED = re.compile(r"^[A-Za-z0-9_-]{1,64}$")


def well_formed(record_id: str) -> bool:
    return _WELL_FORMED.match(record_id) is not None


def rendered(record: Record, item: dict[str, Any]) -> dict[str, Any]:
    """The item with the record's ``raw`` fields laid over it: hostile or unusual values, set by the scenario."""
    raw = record.details.get("raw")
    return {**item, **raw} if raw else item


def task_item(record: Record, **more: Any) -> dict[str, Any]:
    """A task of DMS or DCS as their lists show it."""
    item = {
        "id": record.id,
        "name": record.name,
        "user_name": "operator",
        "user_id": "3df5acbc24c54fadb62a043c9000a307",
        "status": record.status,
        "created_at": iso_milli(record.created_at),
        "updated_at": iso_milli(record.updated_at),
    }
    return rendered(record, {**item, **more})


def instance_item(instance: Instance, version: str, form: Callable[[float], str]) -> dict[str, Any]:
    """An instance of DMS or DCS as their lists show it."""
    return {
        "instance_id": instance.id,
        "name": instance.name,
        "engine": instance.engine,
        "engine_version": version,
        "status": instance.status,
        "created_at": form(instance.created_at),
    }


def delete(call: Call, record: Record, running: Refusal) -> None:
    """Delete a record; ``running`` is raised in a state that forbids it."""
    assert call.kind is not None
    if record.status.upper() not in call.kind.deletable:
        raise running
    call.records.remove(record)


def existing_instance(call: Call, missing: Refusal) -> Instance:
    """The instance of the path; ``missing`` is raised if there is none, or no longer."""
    assert call.project is not None
    instance = call.project.instances[call.service.name].get(call.path_params["instance_id"])
    if instance is None or instance.deleted:
        raise missing
    return instance


def instances_page(
    call: Call, largest: int, error: Refusal, item: Callable[[Instance], dict[str, Any]], engine: str | None = None
) -> dict[str, Any]:
    """A page of the service's instances, of one engine or of all."""
    assert call.project is not None
    found = [
        instance
        for instance in call.project.instances[call.service.name].values()
        if not instance.deleted and (engine is None or instance.engine == engine)
    ]
    limit = call.number("limit", 10, 1, largest, error)
    offset = call.number("offset", 0, 0, None, error)
    return {"instances": [item(instance) for instance in found[offset : offset + limit]], "instance_num": len(found)}


def window(call: Call, error: Refusal, *starts: str) -> tuple[Any, Callable[[Record], bool]]:
    """Key and predicate of a time window, its start named as one of ``starts``; ``error`` for a malformed time."""
    begin = next((bound for bound in (_bound(call, name, error) for name in starts) if bound is not None), None)
    end = _bound(call, "end_time", error)

    def keep(record: Record) -> bool:
        return (begin is None or record.created_at >= begin) and (end is None or record.created_at <= end)

    return (begin, end), keep


def _bound(call: Call, name: str, error: Refusal) -> float | None:
    text = call.query_params.get(name)
    try:
        return None if text is None else compact(text)
    except ValueError:
        raise error from None


def task_count(call: Call, count: int) -> str | int:
    """The number of tasks as the option of that name has it."""
    return str(count) if call.options.task_count == "string" else count
