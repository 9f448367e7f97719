# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka v2: background tasks of an instance."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from emulator.call import Call
from emulator.declarations import InstanceMock, KindMock, ServiceMock
from emulator.options import Option
from emulator.records import IdSource
from emulator.responses import AsciiJSONResponse, Refusal
from emulator.state import Instance, Record
from emulator.times import epoch_milli

from .common import (
    delete,
    existing_instance,
    instance_item,
    instances_page,
    task_count,
    task_item,
    well_formed,
    window,
)

TASK = KindMock(
    name="dms_task",
    finished="SUCCESS",
    deletable=frozenset({"SUCCESS", "FAILED", "CANCELLED"}),
    names=("kafkaCreateTopic", "kafkaExtend", "BindEip"),
    sample_prefix="dms",
    samples=({"status": "SUCCESS"}, {"status": "EXECUTING"}, {"status": "FAILED", "instance": 1}),
    instance_key="tasks",
    make_id=IdSource.hex,
)
SERVICE = ServiceMock(
    name="dms",
    title="DMS",
    kinds=(TASK,),
    invalid_token=Refusal(401, "DMS.10240101", "Invalid token."),
    other_project=Refusal(401, "DMS.10240104", "The project ID of the token differs from that of the URL."),
    throttled=Refusal(404, "DMS.10240407", "Too many requests, flow control is in force"),
    instances=InstanceMock(engine="kafka", samples=("kafka-1", "kafka-2")),
    options={
        "dms_unknown_task_code": Option("DMS.00404041", "error code of an unknown task; the documents name none"),
    },
)
MAX_LIMIT, MAX_INSTANCES = 100, 50
PARAMETER = Refusal(400, "DMS.00400004", "The request parameters are invalid.")
MALFORMED = Refusal(400, "DMS.00400070", "The task ID is invalid.")
RUNNING = Refusal(400, "DMS.00400017", "A background job is still running.")
NO_INSTANCE = Refusal(404, "DMS.00404022", "This instance does not exist.")


@SERVICE.operation("GET", "/v2/{project_id}/instances", listing=True)
def list_instances(call: Call) -> Response:
    engine = call.query_params.get("engine")
    return AsciiJSONResponse(instances_page(call, MAX_INSTANCES, PARAMETER, _instance, engine))


@TASK.operation("GET", "/v2/{project_id}/instances/{instance_id}/tasks", listing=True)
def list_tasks(call: Call) -> Response:
    instance = existing_instance(call, NO_INSTANCE)
    first = _first(call)
    limit = min(call.limit(10, 1, None, PARAMETER), MAX_LIMIT)
    found = call.records.view_in(instance.id, *window(call, PARAMETER, "begin_time"))
    return _tasks(call, found[first : first + limit], len(found))


@TASK.operation("GET", "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}")
def show_task(call: Call) -> Response:
    return _tasks(call, [_task_of(call)], 1)


@TASK.operation("DELETE", "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}")
def delete_task(call: Call) -> Response:
    record = _task_of(call)
    delete(call, record, RUNNING)
    return Response(status_code=204)


def _first(call: Call) -> int:
    """Index of the first record wanted: ``start`` counts from 1, ``offset``, as newer documents call it, from 0."""
    if "offset" in call.query_params:
        return call.number("offset", 0, 0, None, PARAMETER)
    return max(call.number("start", 1, 0, None, PARAMETER) - 1, 0)


def _task_of(call: Call) -> Record:
    task_id = call.path_params["task_id"]
    record = call.records.get_in(existing_instance(call, NO_INSTANCE).id, task_id)
    if record is None and well_formed(task_id):
        raise Refusal(404, call.options.dms_unknown_task_code, "The task does not exist.")
    if record is None:
        raise MALFORMED
    return record


def _tasks(call: Call, page: list[Record], total: int) -> Response:
    tasks = [_task(record) for record in page]
    return AsciiJSONResponse({"task_count": task_count(call, total), "tasks": tasks})


def _task(record: Record) -> dict[str, Any]:
    return task_item(record, params='{"public_ip_id":null,"enable_public_ip":true}')


def _instance(instance: Instance) -> dict[str, Any]:
    return {**instance_item(instance, "2.7", epoch_milli), "resource_spec_code": ""}
