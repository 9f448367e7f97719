# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS v2: instances of Kafka, RabbitMQ and RocketMQ, background and scheduled tasks of an instance."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from emulator.call import Call
from emulator.declarations import InstanceMock, KindMock, ServiceMock
from emulator.options import Option
from emulator.records import IdSource
from emulator.responses import UNPUBLISHED, AsciiJSONResponse, Refusal
from emulator.state import Record
from emulator.times import epoch_milli, iso_milli

from .common import (
    begin_deletion,
    chosen_instances,
    delete,
    enterprise_project,
    existing_instance,
    instance_item,
    instances_page,
    refuse_running,
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
SCHEDULED_TASK = KindMock(
    name="dms_scheduled_task",
    finished="SUCCESS",
    deletable=frozenset({"SUCCESS", "CANCELLED"}),
    names=("scheduledRestart", "scheduledExtend"),
    sample_prefix="scheduled",
    samples=(
        {"status": "SUCCESS", "instance": 2},
        {"status": "CREATED", "instance": 2},
        {"status": "CANCELLED", "instance": 2},
    ),
    instance_key="scheduled_tasks",
    make_id=IdSource.hex,
)
BUSY = Refusal(400, "DMS.00400026", "This operation is not allowed due to the instance status.")
CHANGING = Refusal(400, "DMS.00400099", "Instances in this state cannot be deleted.")
INSTANCE = InstanceMock(
    name="dms_instance",
    finished="RUNNING",
    deletable=frozenset({"RUNNING", "ERROR", "CREATEFAILED", "EXTENDEDFAILED"}),
    names=("dms-{}",),
    sample_prefix="kafka",
    # The kinds of records are not published for every engine.
    samples=({}, {}, {"name": "rocketmq-1", "engine": "rocketmq", "version": "4.8.0"}),
    defaults={"engine": "kafka", "version": "2.7"},
    refusals={
        "missing": Refusal(404, "DMS.00404022", "This instance does not exist."),
        "busy": BUSY,
        "state": BUSY,
        "prepaid": Refusal(400, "DMS.00400004", "A yearly/monthly instance cannot be deleted."),
    },
    refused={
        **dict.fromkeys(("CREATING", "STARTING", "STOPPING", "RESTARTING"), CHANGING),
        **dict.fromkeys(("FREEZING", "FROZEN"), Refusal(403, "DMS.10240306", "The tenant is frozen.")),
    },
    deleting=lambda options: ("DELETING", "ERROR") if options.dms_deletion_shows_error else ("DELETING",),
)
SERVICE = ServiceMock(
    name="dms",
    kinds=(TASK, SCHEDULED_TASK, INSTANCE),
    invalid_token=Refusal(401, "DMS.10240101", "Invalid token."),
    other_project=Refusal(401, "DMS.10240104", "The project ID of the token differs from that of the URL."),
    throttled=Refusal(404, "DMS.10240407", "Too many requests, flow control is in force"),
    options={
        "dms_unknown_task_code": Option("DMS.00404041", "error code of an unknown task; the documents name none"),
        "dms_engines": Option(None, "engines that the region knows; none: all, and on T Cloud Public no rabbitmq"),
        "dms_unpublished_engines": Option(
            None,
            "by kind of record: the engines for which its requests answer 404 APIGW.0101; none: on "
            "T Cloud Public all but kafka for `dms_task` and all but rocketmq for `dms_scheduled_task`",
        ),
        "dms_job_count": Option("string", "how the number of scheduled tasks is sent", ("string", "int")),
        "dms_unknown_engine": Option(
            Refusal(400, "DMS.00400004", "The engine is invalid."), "list of an engine that the region does not know"
        ),
        "dms_deletion_shows_error": Option(False, "true: an instance that is being deleted turns to ERROR half-way"),
        "dms_running_blocks": Option(False, "true: a running task forbids the deletion of its instance"),
    },
)
MAX_LIMIT, MAX_INSTANCES = 100, 50
PARAMETER = Refusal(400, "DMS.00400004", "The request parameters are invalid.")
MALFORMED = Refusal(400, "DMS.00400070", "The task ID is invalid.")
RUNNING = Refusal(400, "DMS.00400017", "A background job is still running.")
BEYOND = Refusal(400, "DMS.40050010", "The offset is not less than the number of instances.")
# RocketMQ has two names, in requests and in responses.
ENGINES = {"kafka": "kafka", "rabbitmq": "rabbitmq", "rocketmq": "rocketmq", "reliability": "rocketmq"}
OTC_UNPUBLISHED = {TASK.name: ("rabbitmq", "rocketmq"), SCHEDULED_TASK.name: ("kafka", "rabbitmq")}


@INSTANCE.operation("GET", "/v2/{project_id}/instances", listing=True)
def list_instances(call: Call) -> Response:
    """A page of the instances of one engine; an offset at the end, unlike elsewhere, is an error."""
    engine, project = _engine(call), call.query_params.get("enterprise_project_id")
    found = [
        record
        for record in chosen_instances(call, "exact_match_name", PARAMETER)
        if ENGINES.get(record.details["engine"]) == engine and project in (None, enterprise_project(record))
    ]
    page = instances_page(call, found, MAX_INSTANCES, PARAMETER, _instance)
    offset = call.number("offset", 0, 0, None, PARAMETER)
    if offset and offset >= len(found):
        raise BEYOND
    return AsciiJSONResponse(page)


@INSTANCE.operation("GET", "/v2/{project_id}/instances/{instance_id}")
def show_instance(call: Call) -> Response:
    return AsciiJSONResponse(_instance(existing_instance(call)))


@INSTANCE.operation("DELETE", "/v2/{project_id}/instances/{instance_id}")
def delete_instance(call: Call) -> Response:
    instance = existing_instance(call)
    if call.options.dms_running_blocks:
        refuse_running(call, instance, TASK, RUNNING)
    begin_deletion(call, instance)
    return Response(status_code=204)


@TASK.operation("GET", "/v2/{project_id}/instances/{instance_id}/tasks", listing=True)
@SCHEDULED_TASK.operation("GET", "/v2/{project_id}/instances/{instance_id}/scheduled-tasks", listing=True)
def list_tasks(call: Call) -> Response:
    instance = _instance_with_tasks(call)
    first = _first(call)
    limit = min(call.limit(10, 1, None, PARAMETER), MAX_LIMIT)
    found = call.records.view_in(instance.id, *window(call, PARAMETER, "begin_time"))
    return _tasks(call, found[first : first + limit], len(found))


@TASK.operation("GET", "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}")
def show_task(call: Call) -> Response:
    return _tasks(call, [_task_of(call)], 1)


@TASK.operation("DELETE", "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}")
@SCHEDULED_TASK.operation("DELETE", "/v2/{project_id}/instances/{instance_id}/scheduled-tasks/{task_id}")
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
    record = call.records.get_in(_instance_with_tasks(call).id, task_id)
    if record is None and well_formed(task_id):
        raise Refusal(404, call.options.dms_unknown_task_code, "The task does not exist.")
    if record is None:
        raise MALFORMED
    return record


def _instance_with_tasks(call: Call) -> Record:
    """The instance that the path names, if the requests of the kind are published for its engine."""
    assert call.kind is not None
    instance = existing_instance(call)
    unpublished = call.options.dms_unpublished_engines
    if unpublished is None:
        unpublished = OTC_UNPUBLISHED if call.otc else {}
    if ENGINES.get(instance.details["engine"]) in unpublished.get(call.kind.name, ()):
        raise UNPUBLISHED
    return instance


def _tasks(call: Call, page: list[Record], total: int) -> Response:
    tasks = [_task(record, call.kind is SCHEDULED_TASK) for record in page]
    if call.kind is SCHEDULED_TASK:
        return AsciiJSONResponse({"job_count": task_count(call, total, "dms_job_count"), "jobs": tasks})
    return AsciiJSONResponse({"task_count": task_count(call, total), "tasks": tasks})


def _task(record: Record, scheduled: bool) -> dict[str, Any]:
    more = {"schedule_at": iso_milli(record.updated_at)} if scheduled else {}
    return task_item(record, params='{"public_ip_id":null,"enable_public_ip":true}', **more)


def _engine(call: Call) -> str:
    """The engine of the instances that are wanted."""
    engine = call.query_params.get("engine")
    if not engine:
        raise PARAMETER
    known = call.options.dms_engines
    if known is None:
        known = [name for name in ENGINES if name != "rabbitmq" or not call.otc]
    if ENGINES.get(engine) not in {ENGINES.get(name) for name in known} - {None}:
        raise call.options.dms_unknown_engine
    return ENGINES[engine]


def _instance(record: Record) -> dict[str, Any]:
    """Paid in advance is 0 here, and 1 in DCS. RocketMQ does not show the order."""
    details = record.details
    rocket = ENGINES.get(details["engine"]) == "rocketmq"
    return instance_item(
        record,
        created_at=epoch_milli(record.created_at),
        **({} if rocket else {"order_id": details.get("order_id")}),
        charging_mode=0 if details.get("prepaid") else 1,
        resource_spec_code="",
    )
