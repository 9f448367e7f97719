# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DCS v2: background tasks, project-wide (task centre) and by instance."""

from __future__ import annotations

from typing import Any

from emulator.call import Call, Routes
from emulator.replies import Refusal, Reply, gateway_error, json_reply
from emulator.state import Instance, Record
from emulator.times import compact, iso_milli

from .common import refuse_unless_deletable, rendered, well_formed

routes = Routes()
DELETABLE = frozenset({"SUCCESS", "FAILED", "FAIL"})
PARAMETER = Refusal(400, "DCS.4004", "The request parameters are invalid.")
MALFORMED = Refusal(400, "DCS.4070", "The task ID is invalid.")
RUNNING = Refusal(400, "DCS.4017", "A background job is still running.")
NO_INSTANCE = Refusal(404, "DCS.3022", "This DCS instance does not exist.")


@routes.add("GET", "/v2/{project_id}/instances")
def list_instances(call: Call) -> Reply:
    assert call.project is not None
    found = [instance for instance in call.project.instances["dcs"].values() if not instance.deleted]
    limit = call.number("limit", 10, 1, 1000, PARAMETER)
    offset = call.number("offset", 0, 0, None, PARAMETER)
    page = [_instance(instance) for instance in found[offset : offset + limit]]
    return json_reply({"instances": page, "instance_num": len(found)})


@routes.add("GET", "/v2/{project_id}/tasks")
def list_center_tasks(call: Call) -> Reply:
    if not call.options.dcs_project_list:
        return gateway_error(404, "APIGW.0101", "The API does not exist or has not been published.", call.request_id)
    return _tasks(call, call.records.view(*_window(call)), center=True)


@routes.add("GET", "/v2/{project_id}/instances/{instance_id}/tasks")
def list_instance_tasks(call: Call) -> Reply:
    return _tasks(call, call.records.view_in(_existing(call).id, *_window(call)), center=False)


@routes.add("DELETE", "/v2/{project_id}/tasks/{task_id}")
def delete_center_task(call: Call) -> Reply:
    _delete(call, call.records.get(call.params["task_id"]))
    if call.options.dcs_delete_body == "message":
        return json_reply({"message": "success"})
    return Reply(200)


@routes.add("DELETE", "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}")
def delete_instance_task(call: Call) -> Reply:
    _delete(call, call.records.get_in(_existing(call).id, call.params["task_id"]))
    return json_reply({"message": "success"})


def _delete(call: Call, record: Record | None) -> None:
    if record is None:
        if not well_formed(call.params["task_id"]):
            raise MALFORMED
        raise Refusal(404, call.options.dcs_unknown_task_code, "The task does not exist.")
    refuse_unless_deletable(call, record, DELETABLE, RUNNING)
    call.records.remove(record)


def _existing(call: Call) -> Instance:
    assert call.project is not None
    instance = call.project.instances["dcs"].get(call.params["instance_id"])
    if instance is None or instance.deleted:
        raise NO_INSTANCE
    return instance


def _window(call: Call) -> tuple[Any, Any]:
    """Key and predicate of the time window; the documents call its start both start_time and begin_time."""
    begin = _bound(call, "start_time") or _bound(call, "begin_time")
    end = _bound(call, "end_time")

    def keep(record: Record) -> bool:
        return (begin is None or record.created_at >= begin) and (end is None or record.created_at <= end)

    return (begin, end), keep


def _bound(call: Call, name: str) -> float | None:
    if name not in call.query:
        return None
    try:
        return compact(call.query[name])
    except ValueError:
        raise PARAMETER from None


def _tasks(call: Call, found: list[Record], center: bool) -> Reply:
    limit = call.limit(10, 1, 1000, PARAMETER)
    offset = call.number("offset", 0, 0, None, PARAMETER)
    count: Any = str(len(found)) if call.options.task_count == "string" else len(found)
    return json_reply(
        {"task_count": count, "tasks": [_task(record, center) for record in found[offset : offset + limit]]}
    )


def _task(record: Record, center: bool) -> dict[str, Any]:
    item = {
        "id": record.id,
        "name": record.name,
        "details": {},
        "user_name": "operator",
        "user_id": "3df5acbc24c54fadb62a043c9000a307",
        "params": "{}",
        "status": record.status,
        "created_at": iso_milli(record.created_at),
        "updated_at": iso_milli(record.updated_at),
        "enable_show": True,
    }
    if center:
        item["error_code"] = None
        item["job_id"] = record.details["job_id"]
    return rendered(record, item)


def _instance(instance: Instance) -> dict[str, Any]:
    return {
        "instance_id": instance.id,
        "name": instance.name,
        "engine": instance.engine,
        "engine_version": "6.0",
        "status": instance.status,
        "created_at": iso_milli(instance.created_at),
    }
