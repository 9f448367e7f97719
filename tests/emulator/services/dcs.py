# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DCS v2: instances, background tasks, project-wide (task centre) and by instance, analyses of big and hot keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from emulator.call import Call
from emulator.declarations import InstanceMock, KindMock, ServiceMock
from emulator.options import Option
from emulator.records import IdSource
from emulator.responses import JSON, AsciiJSONResponse, Refusal
from emulator.state import Record
from emulator.times import iso_milli

from .common import (
    begin_deletion,
    chosen_instances,
    delete,
    existing_instance,
    instance_item,
    instances_page,
    refuse_running,
    rendered,
    tags,
    task_count,
    task_item,
    well_formed,
    window,
)

TASK = KindMock(
    name="dcs_task",
    finished="SUCCESS",
    deletable=frozenset({"SUCCESS", "FAILED", "FAIL"}),
    names=("EXTEND", "AddReplica", "BindEip"),
    sample_prefix="dcs",
    samples=({"status": "SUCCESS"}, {"status": "RUNNING"}, {"status": "FAILED"}),
    instance_key="tasks",
    record_keys={"job_id": "a second id, in the project's list only"},
    complete=lambda details, ids: details.setdefault("job_id", ids.hex()),
    make_id=IdSource.hex,
    outlives=lambda options: options.dcs_project_list,
)
BIGKEY_TASK = KindMock(
    name="dcs_bigkey_task",
    finished="success",
    deletable=frozenset({"SUCCESS", "FAILED"}),
    names=("manual", "auto"),
    sample_prefix="bigkey",
    samples=({"status": "success"}, {"status": "running"}, {"status": "failed"}),
    instance_key="bigkey_tasks",
)
HOTKEY_TASK = replace(
    BIGKEY_TASK, name="dcs_hotkey_task", sample_prefix="hotkey", instance_key="hotkey_tasks", operations=[]
)
STATES = {
    "DCS.4099": ("CREATING", "STARTING", "CLOSING", "RESTARTING"),
    "DCS.4049": ("CLOSED",),
    "DCS.4097": ("RESTORING",),
    "DCS.4113": ("EXTENDING",),
    "DCS.4116": ("UPGRADING",),
    "DCS.4117": ("ROLLBACKING",),
    "DCS.4120": ("FREEZING",),
}
INSTANCE = InstanceMock(
    name="dcs_instance",
    finished="RUNNING",
    deletable=frozenset({"RUNNING", "ERROR", "CREATEFAILED"}),
    names=("dcs-{}",),
    sample_prefix="redis",
    samples=({},),
    record_keys={"analyses": "false: its keys cannot be analysed"},
    defaults={"engine": "Redis", "version": "6.0"},
    refusals={
        "missing": Refusal(404, "DCS.3022", "This DCS instance does not exist."),
        "busy": Refusal(400, "DCS.4017", "A background job is still running."),
        "state": Refusal(400, "DCS.4026", "This operation is not allowed due to the instance status."),
        "prepaid": Refusal(400, "DCS.4004", "A yearly/monthly instance cannot be deleted."),
    },
    refused={
        status: Refusal(400, code, "Instances in this state cannot be deleted.")
        for code, statuses in STATES.items()
        for status in statuses
    },
)
SERVICE = ServiceMock(
    name="dcs",
    kinds=(TASK, BIGKEY_TASK, HOTKEY_TASK, INSTANCE),
    invalid_token=Refusal(401, "DCS.1001", "Invalid token."),
    other_project=Refusal(403, "DCS.2003", "You have no permission for this project."),
    error_body=lambda _status, code, message: {"error_code": code, "error_msg": message, "error_ext_msg": None},
    options={
        "dcs_unknown_task_code": Option("DCS.4404", "error code of an unknown task; the documents name none"),
        "dcs_project_list": Option(True, "false: the project's list of tasks is not published"),
        "dcs_delete_body": Option("empty", "body of a successful delete of a task", ("empty", "message")),
        "dcs_missing_analysis": Option(
            "204",
            "answer to the deletion of an unknown analysis: 204, or 400 DCS.4942 (big keys) or DCS.4941 (hot keys)",
            ("204", "400"),
        ),
        "dcs_running_blocks": Option(False, "true: a running task forbids the deletion of its instance"),
    },
)
PARAMETER = Refusal(400, "DCS.4004", "The request parameters are invalid.")
MALFORMED = Refusal(400, "DCS.4070", "The task ID is invalid.")
RUNNING = Refusal(400, "DCS.4017", "A background job is still running.")
ANALYSED = Refusal(400, "DCS.4918", "The big keys of the instance are being analysed.")
NO_ANALYSES = {
    BIGKEY_TASK: Refusal(400, "DCS.4919", "The instance does not support the analysis of big keys."),
    HOTKEY_TASK: Refusal(400, "DCS.4922", "The instance does not support the analysis of hot keys."),
}
MISSING_ANALYSIS = {
    BIGKEY_TASK: Refusal(400, "DCS.4942", "The analysis of big keys does not exist."),
    HOTKEY_TASK: Refusal(400, "DCS.4941", "The analysis of hot keys does not exist."),
}


@INSTANCE.operation("GET", "/v2/{project_id}/instances", listing=True)
def list_instances(call: Call) -> Response:
    """A page of instances; ``include_delete`` adds those that were deleted."""
    found = chosen_instances(call, "name_equal", PARAMETER)
    if call.flag("include_delete", PARAMETER):
        found = [*found, *(replace(record, status="DELETED") for record in call.records.removed.values())]
    wanted = [{"key": key, "value": value} for key, value in _wanted_tags(call)]
    found = [record for record in found if all(tag in tags(record) for tag in wanted)]
    return AsciiJSONResponse(instances_page(call, found, 1000, PARAMETER, _instance))


@INSTANCE.operation("GET", "/v2/{project_id}/instances/{instance_id}")
def show_instance(call: Call) -> Response:
    return AsciiJSONResponse({"task": None, **_instance(existing_instance(call))})


@INSTANCE.operation("DELETE", "/v2/{project_id}/instances/{instance_id}")
def delete_instance(call: Call) -> Response:
    instance = existing_instance(call)
    if call.options.dcs_running_blocks:
        refuse_running(call, instance, TASK, RUNNING)
    begin_deletion(call, instance)
    return Response(status_code=204)


@TASK.operation("GET", "/v2/{project_id}/tasks", listing=True, published=lambda options: options.dcs_project_list)
def list_center_tasks(call: Call) -> Response:
    return _tasks(call, call.records.view(*_window(call)), center=True)


@TASK.operation("GET", "/v2/{project_id}/instances/{instance_id}/tasks", listing=True)
def list_instance_tasks(call: Call) -> Response:
    instance = existing_instance(call)
    return _tasks(call, call.records.view_in(instance.id, *_window(call)), center=False)


@TASK.operation("DELETE", "/v2/{project_id}/tasks/{task_id}")
def delete_center_task(call: Call) -> Response:
    _delete(call, call.records.get(call.path_params["task_id"]))
    if call.options.dcs_delete_body == "message":
        return AsciiJSONResponse({"message": "success"})
    return Response(media_type=JSON)


@TASK.operation("DELETE", "/v2/{project_id}/instances/{instance_id}/tasks/{task_id}")
def delete_instance_task(call: Call) -> Response:
    instance = existing_instance(call)
    _delete(call, call.records.get_in(instance.id, call.path_params["task_id"]))
    return AsciiJSONResponse({"message": "success"})


@BIGKEY_TASK.operation("GET", "/v2/{project_id}/instances/{instance_id}/bigkey-tasks", listing=True)
@HOTKEY_TASK.operation("GET", "/v2/{project_id}/instances/{instance_id}/hotkey-tasks", listing=True)
def list_analyses(call: Call) -> Response:
    instance = _instance_with_analyses(call)
    status = call.query_params.get("status")
    found = call.records.view_in(instance.id, status, lambda record: status in (None, record.status))
    page = [_analysis(record) for record in _page(call, found)]
    return AsciiJSONResponse({"instance_id": instance.id, "count": len(found), "records": page})


@BIGKEY_TASK.operation("GET", "/v2/{project_id}/instances/{instance_id}/bigkey-task/{task_id}")
@HOTKEY_TASK.operation("GET", "/v2/{project_id}/instances/{instance_id}/hotkey-task/{task_id}")
def show_analysis(call: Call) -> Response:
    return _analysis_response(_analysis_of(call))


@BIGKEY_TASK.operation("DELETE", "/v2/{project_id}/instances/{instance_id}/bigkey-task/{task_id}")
@HOTKEY_TASK.operation("DELETE", "/v2/{project_id}/instances/{instance_id}/hotkey-task/{task_id}")
def delete_analysis(call: Call) -> Response:
    """The response shows the analysis; 204 means that there was none."""
    try:
        record = _analysis_of(call)
    except Refusal as refusal:
        if refusal in MISSING_ANALYSIS.values() and call.options.dcs_missing_analysis == "204":
            return Response(status_code=204)
        raise
    delete(call, record, ANALYSED if call.kind is BIGKEY_TASK else RUNNING)
    return _analysis_response(record)


def _instance_with_analyses(call: Call) -> Record:
    """The instance that the path names, if its keys can be analysed."""
    instance = existing_instance(call)
    if instance.details.get("analyses") is False:
        raise NO_ANALYSES[call.kind]
    return instance


def _analysis_of(call: Call) -> Record:
    record = call.records.get_in(_instance_with_analyses(call).id, call.path_params["task_id"])
    if record is None:
        raise MISSING_ANALYSIS[call.kind]
    return record


def _analysis(record: Record) -> dict[str, Any]:
    ended = iso_milli(record.updated_at) if record.status.upper() in BIGKEY_TASK.deletable else None
    item = {
        "id": record.id,
        "scan_type": record.name,
        "status": record.status,
        "created_at": iso_milli(record.created_at),
        "started_at": iso_milli(record.created_at),
        "finished_at": ended,
    }
    return rendered(record, item)


def _analysis_response(record: Record) -> Response:
    return AsciiJSONResponse({**_analysis(record), "instance_id": record.instance_id, "num": 0, "keys": []})


def _delete(call: Call, record: Record | None) -> None:
    if record is None:
        if not well_formed(call.path_params["task_id"]):
            raise MALFORMED
        raise Refusal(404, call.options.dcs_unknown_task_code, "The task does not exist.")
    delete(call, record, RUNNING)


def _window(call: Call) -> tuple[Any, Any]:
    """The time window; the documents call its start both start_time and begin_time."""
    return window(call, PARAMETER, "start_time", "begin_time")


def _page(call: Call, found: list[Record]) -> list[Record]:
    limit = call.limit(10, 1, 1000, PARAMETER)
    offset = call.number("offset", 0, 0, None, PARAMETER)
    return found[offset : offset + limit]


def _tasks(call: Call, found: list[Record], center: bool) -> Response:
    page = [_task(record, center) for record in _page(call, found)]
    return AsciiJSONResponse({"task_count": task_count(call, len(found)), "tasks": page})


def _task(record: Record, center: bool) -> dict[str, Any]:
    more = {"error_code": None, "job_id": record.details["job_id"]} if center else {}
    return task_item(record, details={}, params="{}", enable_show=True, **more)


def _wanted_tags(call: Call) -> list[tuple[str, str]]:
    """The tags that the query names, ``key=value`` and separated by commas."""
    pairs = [text.partition("=") for text in call.query_params.get("tags", "").split(",") if text]
    return [(key, value) for key, _equals, value in pairs]


def _instance(record: Record) -> dict[str, Any]:
    """Paid in advance is 1 here, and 0 in DMS."""
    return instance_item(
        record,
        created_at=iso_milli(record.created_at),
        order_id=record.details.get("order_id"),
        charging_mode=1 if record.details.get("prepaid") else 0,
        sub_status="NORMAL",
        spec_code="redis.ha.xu1.large.r2.1",
        capacity=1,
        ip="192.168.0.10",
        port=6379,
    )
