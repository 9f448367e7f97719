# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services share: ids, raw fields, refused deletes, instances and their deletion, time windows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from emulator.call import Call
from emulator.declarations import InstanceMock, KindMock
from emulator.deletions import start_deletion
from emulator.responses import Refusal
from emulator.state import Record
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


def instance_item(record: Record, **more: Any) -> dict[str, Any]:
    """An instance of DMS or DCS as their lists show it."""
    details = record.details
    item = {
        "instance_id": record.id,
        "name": record.name,
        "engine": details["engine"],
        "engine_version": details["version"],
        "status": record.status,
        "enterprise_project_id": enterprise_project(record),
        "tags": tags(record),
    }
    return rendered(record, {**item, **more})


def tags(record: Record) -> list[dict[str, str]]:
    """The tags of an instance as the services show them."""
    return [{"key": key, "value": value} for key, value in record.details["tags"].items()]


def enterprise_project(record: Record) -> str:
    """The enterprise project of an instance; 0 is the default one."""
    return record.details.get("enterprise_project_id") or "0"


def delete(call: Call, record: Record, running: Refusal) -> None:
    """Delete a record; ``running`` is raised in a state that forbids it."""
    assert call.kind is not None
    if record.status.upper() not in call.kind.deletable:
        raise running
    call.records.remove(record)


def instance_kind(call: Call) -> InstanceMock:
    """The kind of the service's instances."""
    assert call.service.instances is not None
    return call.service.instances


def existing_instance(call: Call, parameter: str = "instance_id") -> Record:
    """The instance that the path names; refused if there is none, or no longer."""
    assert call.project is not None
    kind = instance_kind(call)
    instance = call.project.records[kind.key].get(call.path_params[parameter])
    if instance is None:
        raise kind.refusal(call.options, "missing")
    return instance


def begin_deletion(call: Call, instance: Record) -> Record | None:
    """Start the deletion of an instance unless something forbids it; return the record that it leaves."""
    assert call.project is not None
    kind, options, status = instance_kind(call), call.options, instance.status.upper()
    if instance.leaving:
        raise kind.refusal(options, "busy")
    for reason in kind.refusals:
        if instance.details.get(reason):
            raise kind.refusal(options, reason)
    if status not in kind.deletable:
        raise kind.refused.get(status) or kind.refusal(options, "state")
    return start_deletion(call.cloud, options, call.project, kind, instance, call.now)


def refuse_running(call: Call, instance: Record, kind: KindMock, refusal: Refusal) -> None:
    """Raise ``refusal`` if a record of an instance is still running."""
    assert call.project is not None
    records = call.project.records[kind.key].view_in(instance.id)
    if any(record.status.upper() not in kind.deletable for record in records):
        raise refusal


def chosen_instances(call: Call, exact: str, error: Refusal) -> list[Record]:
    """The instances that the filters of DMS and DCS leave; ``exact`` is the parameter that makes the name exact."""
    query, failures, whole_name = call.query_params, call.flag("include_failure", error), call.flag(exact, error)
    name = query.get("name")

    def keep(record: Record) -> bool:
        return (
            query.get("instance_id") in (None, record.id)
            and query.get("status") in (None, record.status)
            and (failures or record.status.upper() != "CREATEFAILED")
            and (name is None or (record.name == name if whole_name else name in record.name))
        )

    return [record for record in call.records if keep(record)]


def instances_page(
    call: Call, found: list[Record], largest: int, error: Refusal, item: Callable[[Record], dict[str, Any]]
) -> dict[str, Any]:
    """A page of the instances of DMS and DCS."""
    limit = call.limit(10, 1, largest, error)
    offset = call.number("offset", 0, 0, None, error)
    return {"instances": [item(record) for record in found[offset : offset + limit]], "instance_num": len(found)}


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


def task_count(call: Call, count: int, option: str = "task_count") -> str | int:
    """The number of tasks as an option has it."""
    return str(count) if getattr(call.options, option) == "string" else count
