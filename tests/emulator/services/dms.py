# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka v2: background tasks of an instance."""

from __future__ import annotations

from typing import Any

from emulator.call import Call, Routes
from emulator.replies import Refusal, Reply, empty, json_reply
from emulator.state import Instance, Record
from emulator.times import compact, epoch_milli, iso_milli

from .common import refuse_unless_deletable, rendered, well_formed

routes = Routes()
DELETABLE = frozenset({"SUCCESS", "FAILED", "CANCELLED"})
MAX_LIMIT, MAX_INSTANCES = 100, 50
PARAMETER = Refusal(400, "DMS.00400004", "The request parameters are invalid.")
MALFORMED = Refusal(400, "DMS.00400070", "The task ID is invalid.")
RUNNING = Refusal(400, "DMS.00400017", "A background job is still running.")
NO_INSTANCE = Refusal(404, "DMS.00404022", "This instance does not exist.")


@routes.add("GET", "/v2/{project_id}/instances")
def list_instances(call: Call) -> Reply:
    assert call.project is not None
    engine = call.query.get("engine")
    found = [
        instance
        for instance in call.project.instances["dms"].values()
        if not instance.deleted and (engine is None or instance.engine == engine)
    ]
    limit = call.number("limit", 10, 1, MAX_INSTANCES, PARAMETER)
    offset = call.number("offset", 0, 0, None, PARAMETER)
    page = [_instance(instance) for instance in found[offset : offset + limit]]
    return json_reply({"instances": page, "instance_num": len(found)})


@routes.add("GET", "/v2/{project_id}/instances/{instance_id}/tasks")
def list_tasks(call: Call) -> Reply:
    instance = _existing(call)
    first = _first(call)
    limit = min(call.limit(10, 1, None, PARAMETER), MAX_LIMIT)
    begin, end = _bound(call, "begin_time"), _bound(call, "end_time")

    def keep(record: Record) -> bool:
        return (begin is None or record.created_at >= begin) and (end is None or record.created_at <= end)

    found = call.records.view_in(instance.id, (begin, end), keep)
    return _tasks(call, found[first : first + limit], len(found))


@routes.add("GET", "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}")
def show_task(call: Call) -> Reply:
    return _tasks(call, [_task_of(call)], 1)


@routes.add("DELETE", "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}")
def delete_task(call: Call) -> Reply:
    record = _task_of(call)
    refuse_unless_deletable(call, record, DELETABLE, RUNNING)
    call.records.remove(record)
    return empty(204)


def _first(call: Call) -> int:
    """Index of the first record wanted: ``start`` counts from 1, ``offset``, as newer documents call it, from 0."""
    if "offset" in call.query:
        return call.number("offset", 0, 0, None, PARAMETER)
    start = call.number("start", 1, 0, None, PARAMETER)
    return start if call.options.dms_start == "offset" else max(start - 1, 0)


def _existing(call: Call) -> Instance:
    assert call.project is not None
    instance = call.project.instances["dms"].get(call.params["instance_id"])
    if instance is None or instance.deleted:
        raise NO_INSTANCE
    return instance


def _task_of(call: Call) -> Record:
    task_id = call.params["task_id"]
    record = call.records.get_in(_existing(call).id, task_id)
    if record is None:
        raise (
            Refusal(404, call.options.dms_unknown_task_code, "The task does not exist.")
            if well_formed(task_id)
            else MALFORMED
        )
    return record


def _bound(call: Call, name: str) -> float | None:
    if name not in call.query:
        return None
    try:
        return compact(call.query[name])
    except ValueError:
        raise PARAMETER from None


def _tasks(call: Call, page: list[Record], total: int) -> Reply:
    count: Any = str(total) if call.options.task_count == "string" else total
    return json_reply({"task_count": count, "tasks": [_task(record) for record in page]})


def _task(record: Record) -> dict[str, Any]:
    item = {
        "id": record.id,
        "name": record.name,
        "user_name": "operator",
        "user_id": "3df5acbc24c54fadb62a043c9000a307",
        "params": '{"public_ip_id":null,"enable_public_ip":true}',
        "status": record.status,
        "created_at": iso_milli(record.created_at),
        "updated_at": iso_milli(record.updated_at),
    }
    return rendered(record, item)


def _instance(instance: Instance) -> dict[str, Any]:
    return {
        "instance_id": instance.id,
        "name": instance.name,
        "engine": instance.engine,
        "engine_version": "2.7",
        "status": instance.status,
        "created_at": epoch_milli(instance.created_at),
        "resource_spec_code": "",
    }
