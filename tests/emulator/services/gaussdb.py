# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GaussDB (openGauss) v3: task records of the task centre, scheduled tasks, instances."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from emulator.call import Call
from emulator.declarations import InstanceMock, KindMock, ServiceMock
from emulator.options import Option
from emulator.responses import AsciiJSONResponse, Refusal
from emulator.state import Record
from emulator.times import offset_without_colon, spelled_out

from .common import begin_deletion, enterprise_project, existing_instance, rendered, tags, well_formed
from .database import (
    INVALID_TOKEN,
    OTHER_PROJECT,
    PARAMETER,
    delete_named,
    in_progress,
    instance_id,
    offset_page,
    show,
)

JOB = KindMock(
    name="gaussdb_job",
    finished="Completed",
    deletable=frozenset({"COMPLETED", "FAILED"}),
    names=("CreateGaussDBV5Instance", "BackupSnapshotGaussDBV5InInstance", "EnlargeGaussDBV5Volume"),
    sample_prefix="gauss",
    samples=({"status": "Completed"}, {"status": "Failed"}, {"status": "Running"}),
    defaults={"instance_name": "gauss-1"},
)
SCHEDULED = KindMock(
    name="gaussdb_scheduled_task",
    finished="Completed",
    deletable=frozenset({"COMPLETED", "FAILED", "CANCELED"}),
    names=("HOTFIX_VERSION_UPGRADE",),
    sample_prefix="planned",
    samples=({"status": "Completed"}, {"status": "Canceled"}, {"status": "Pending"}),
    defaults={"instance_name": "gauss-1"},
    otc=False,
)
BUSY = Refusal(409, "DBS.200011", "Another operation is being performed on the instance.")
IN_OPERATION = Refusal(409, "DBS.200047", "The current instance status does not allow this operation.")
INSTANCE = InstanceMock(
    name="gaussdb_instance",
    finished="ACTIVE",
    deletable=frozenset({"ACTIVE", "FAILED", "STORAGE FULL"}),
    names=("gaussdb-{}",),
    sample_prefix="gaussdb",
    samples=({}, {}),
    defaults={"engine": "GaussDB", "version": "8.1"},
    make_id=lambda ids: ids.hex() + "in14",
    refusals={
        "missing": Refusal(404, "DBS.200002", "The instance does not exist."),
        "busy": BUSY,
        "state": Refusal(409, "DBS.280406", "The instance type or status does not allow this operation."),
        "prepaid": Refusal(400, "DBS.200001", "Parameter error: a yearly/monthly instance cannot be deleted."),
    },
    refused={
        "BACKING UP": BUSY,
        "FROZEN": Refusal(400, "DBS.280449", "The instance is frozen."),
        **dict.fromkeys(
            ("BUILD", "MODIFYING", "EXPANDING", "REBOOTING", "UPGRADING", "RESTORING", "SWITCHOVER", "MIGRATING"),
            IN_OPERATION,
        ),
        **dict.fromkeys(("REDUCING REPLICATION", "REPAIRING"), IN_OPERATION),
    },
    deleting=lambda options: (options.gaussdb_deleting_status,) if options.gaussdb_deleting_status else (),
    trace=(JOB, "DeleteGaussDBV5Instance"),
)
SERVICE = ServiceMock(
    name="gaussdb",
    kinds=(JOB, SCHEDULED, INSTANCE),
    invalid_token=INVALID_TOKEN,
    other_project=OTHER_PROJECT,
    options={
        "gaussdb_offset": Option("record", "`page`: the offset is a page number from 1", ("record", "page")),
        "gaussdb_delete_body": Option(
            "region",
            "body of a successful delete: none, `{}`, or as in the region",
            ("region", "empty", "object"),
        ),
        "gaussdb_window_days": Option(None, "tasks that are older are not listed"),
        "gaussdb_deleting_status": Option(
            None, "status of an instance that is being deleted, such as BACKING UP; none: the one that it had"
        ),
    },
)


@JOB.operation("GET", "/v3/{project_id}/tasks", listing=True)
def list_tasks(call: Call) -> Response:
    query = call.query_params
    limit = call.limit(100, 1, 100, PARAMETER)
    offset = call.number("offset", 0, 0, None, PARAMETER)
    if call.options.gaussdb_offset == "page":
        offset = max(offset - 1, 0) * limit
    status, name = query.get("status"), query.get("name")
    start = call.number("start_time", 0, 0, None, PARAMETER) / 1000
    end = call.number("end_time", 0, 0, None, PARAMETER) / 1000
    if call.options.gaussdb_window_days is not None:
        start = max(start, call.now // 60 * 60 - call.options.gaussdb_window_days * 86400)

    def keep(record: Record) -> bool:
        return (
            (status is None or record.status == status)
            and (name is None or record.name == name)
            and record.created_at >= start
            and (not end or record.created_at <= end)
        )

    wanted = status or name or start or end
    found = call.records.view((status, name, start, end), keep) if wanted else call.records.view()
    page = [_task(call, record) for record in found[offset : offset + limit]]
    return AsciiJSONResponse({"tasks": page, "total_count": len(found)})


@JOB.operation("GET", "/v3/{project_id}/jobs")
def show_job(call: Call) -> Response:
    return show(call, offset_without_colon, "progress")


@JOB.operation("DELETE", "/v3/{project_id}/jobs/{job_id}")
def delete_job(call: Call) -> Response:
    body = call.options.gaussdb_delete_body
    returns_object = body == "object" or (body == "region" and not call.otc)
    return delete_named(call, call.path_params["job_id"], returns_object=returns_object)


@SCHEDULED.operation("GET", "/v3/{project_id}/instances/schedule-tasks", listing=True)
def list_scheduled_tasks(call: Call) -> Response:
    query = call.query_params
    wanted = {name: query[name] for name in ("instance_id", "status", "name") if name in query}
    days = call.options.gaussdb_window_days
    start = 0 if days is None else call.now // 60 * 60 - days * 86400

    def keep(record: Record) -> bool:
        return all(getattr(record, name) == value for name, value in wanted.items()) and record.created_at >= start

    found = call.records.view((tuple(wanted.items()), start), keep)
    page = [_scheduled(record) for record in offset_page(call, found, 100, 100)]
    return AsciiJSONResponse({"tasks": page, "total_count": len(found)})


@SCHEDULED.operation("DELETE", "/v3/{project_id}/instances/schedule-task/{task_id}")
def delete_scheduled_task(call: Call) -> Response:
    return delete_named(call, call.path_params["task_id"], returns_object=False)


@INSTANCE.operation("GET", "/v3/{project_id}/instances", listing=True)
def list_instances(call: Call) -> Response:
    query = call.query_params
    for name, values in _CHOICES.items():
        if query.get(name, values[0]) not in (values[:1] if call.otc else values):
            raise PARAMETER
    found = [record for record in call.records if _matches(record, query, call.otc)]
    page = [_instance(record, call) for record in offset_page(call, found, 100, 100)]
    return AsciiJSONResponse({"instances": page, "total_count": len(found)})


@INSTANCE.operation("DELETE", "/v3/{project_id}/instances/{instance_id}")
def delete_instance(call: Call) -> Response:
    if not well_formed(call.path_params["instance_id"]):
        raise PARAMETER
    job = begin_deletion(call, existing_instance(call))
    assert job is not None
    return AsciiJSONResponse({"job_id": job.id}, 202)


# Values of parameters; T Cloud Public knows the first one only.
_CHOICES = {
    "type": ("Enterprise", "Centralization_standard", "Ha"),
    "datastore_type": ("GaussDB",),
    "charge_mode": ("postPaid", "prePaid"),
}


# What every instance shows alike.
_ALIKE: dict[str, Any] = {
    "private_ips": ["192.168.0.20"],
    "public_ips": [],
    "ha": {"consistency": "strong", "replication_mode": "sync"},
    "db_user_name": "root",
    "vpc_id": "490a4a08-ef4b-44c5-94be-3051ef9e4fce",
    "subnet_id": "0e2eda62-1d42-4d64-a9d1-4e9aa9cd994f",
    "security_group_id": "2a1f7fc8-3307-42a7-aa6f-42c8b9b8f8c5",
    "flavor_ref": "gaussdb.opengauss.ee.dn.m6.2xlarge.8.in",
    "flavor_info": {"vcpu": 8, "mem": 64},
    "volume": {"type": "ULTRAHIGH", "size": 160},
    "switch_strategy": "reliability",
    "backup_strategy": {"start_time": "17:00-18:00", "keep_days": 7},
    "maintenance_window": "18:00-22:00",
    "instance_mode": "enterprise",
    "disk_encryption_id": "",
    "time_zone": "UTC",
}


def _matches(record: Record, query: Any, otc: bool) -> bool:
    """Whether an instance passes the filters; a name that begins with ``*`` is part of one."""
    name, wanted = query.get("name", ""), [] if otc else query.get("tags", "").split(",")
    held = [f"{key}={value}" for key, value in record.details["tags"].items()]
    return (
        query.get("id") in (None, "", record.id)
        and query.get("type") in (None, "Enterprise")
        and (otc or query.get("charge_mode") in (None, _charge_mode(record)))
        and all(tag in held for tag in wanted if tag)
        and (name[1:] in record.name if name.startswith("*") else name in ("", record.name))
    )


def _charge_mode(record: Record) -> str:
    return "prePaid" if record.details.get("prepaid") else "postPaid"


def _instance(record: Record, call: Call) -> dict[str, Any]:
    details = record.details
    item = {
        "id": record.id,
        "name": record.name,
        "status": record.status,
        "type": "Enterprise",
        "region": call.cloud.region,
        "port": 8000,
        "created": spelled_out(record.created_at),
        "updated": spelled_out(record.updated_at),
        "datastore": {"type": details["engine"], "version": details["version"]},
        "charge_info": {"charge_mode": _charge_mode(record)},
        "enterprise_project_id": enterprise_project(record),
        "nodes": [{"id": f"{record.id[:32]}no14", "name": f"{record.name}_node0", "status": "normal"}],
        **_ALIKE,
        **({"tags": tags(record)} if details["tags"] and not call.otc else {}),
    }
    return rendered(record, item)


def _scheduled(record: Record) -> dict[str, Any]:
    item = {
        "task_id": record.id,
        "task_name": record.name,
        "status": record.status,
        "create_time": offset_without_colon(record.created_at),
        "start_time": offset_without_colon(record.updated_at),
        "instance_id": instance_id(record),
        "instance_name": record.details.get("instance_name"),
        "task_content": "{}",
    }
    return rendered(record, item)


def _task(call: Call, record: Record) -> dict[str, Any]:
    running = in_progress(call, record)
    item = {
        "instance_info": {
            "instance_id": instance_id(record),
            "instance_name": record.details.get("instance_name"),
            "instance_status": "normal",
        },
        "job_id": record.id,
        "name": record.name,
        "status": record.status,
        "process": "50" if running else None,
        "fail_reason": record.details.get("fail_reason"),
        "created_at": offset_without_colon(record.created_at),
        "ended_at": None if running else offset_without_colon(record.updated_at),
    }
    return rendered(record, item)
