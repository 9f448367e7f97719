# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GaussDB (openGauss) v3: task records of the task centre, instances."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from emulator.call import Call
from emulator.declarations import InstanceMock, KindMock, ServiceMock
from emulator.options import Option
from emulator.responses import JSON, AsciiJSONResponse, Refusal
from emulator.state import Record
from emulator.times import offset_without_colon, spelled_out

from .common import begin_deletion, delete, enterprise_project, existing_instance, rendered, tags, well_formed

JOB = KindMock(
    name="gaussdb_job",
    finished="Completed",
    deletable=frozenset({"COMPLETED", "FAILED"}),
    names=("CreateGaussDBV5Instance", "BackupSnapshotGaussDBV5InInstance", "EnlargeGaussDBV5Volume"),
    sample_prefix="gauss",
    samples=({"status": "Completed"}, {"status": "Failed"}, {"status": "Running"}),
    defaults={"instance_name": "gauss-1"},
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
    title="GaussDB",
    kinds=(JOB, INSTANCE),
    invalid_token=Refusal(403, "DBS.280056", "Invalid token."),
    other_project=Refusal(403, "DBS.201003", "The resource was not found or you have no permission to access it."),
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
PARAMETER = Refusal(400, "DBS.200001", "Parameter error.")
MISSING = Refusal(400, "DBS.200543", "The job does not exist.")
RUNNING = Refusal(409, "DBS.200402", "Invalid operation: the task is still running.")


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
    page = [_task(record) for record in found[offset : offset + limit]]
    return AsciiJSONResponse({"tasks": page, "total_count": len(found)})


@JOB.operation("GET", "/v3/{project_id}/jobs")
def show_job(call: Call) -> Response:
    if not call.query_params.get("id"):
        raise PARAMETER
    record = call.records.get(call.query_params["id"])
    if record is None:
        raise MISSING
    item = {
        "id": record.id,
        "name": record.name,
        "status": record.status,
        "created": offset_without_colon(record.created_at),
        "ended": None if _running(record) else offset_without_colon(record.updated_at),
        "progress": "50" if _running(record) else "",
        "instance": {"id": _instance_id(record), "name": record.details.get("instance_name")},
        "fail_reason": record.details.get("fail_reason"),
    }
    return AsciiJSONResponse({"job": rendered(record, item)})


@JOB.operation("DELETE", "/v3/{project_id}/jobs/{job_id}")
def delete_job(call: Call) -> Response:
    job_id = call.path_params["job_id"]
    record = call.records.get(job_id)
    if record is None:
        raise MISSING if well_formed(job_id) else PARAMETER
    delete(call, record, RUNNING)
    body = call.options.gaussdb_delete_body
    if body == "object" or (body == "region" and not call.otc):
        return AsciiJSONResponse({})
    return Response(media_type=JSON)


@INSTANCE.operation("GET", "/v3/{project_id}/instances", listing=True)
def list_instances(call: Call) -> Response:
    query = call.query_params
    limit = call.limit(100, 1, 100, PARAMETER)
    offset = call.number("offset", 0, 0, None, PARAMETER)
    for name, values in _CHOICES.items():
        if query.get(name, values[0]) not in (values[:1] if call.otc else values):
            raise PARAMETER
    found = [record for record in call.records if _matches(record, query, call.otc)]
    page = [_instance(record, call) for record in found[offset : offset + limit]]
    return AsciiJSONResponse({"instances": page, "total_count": len(found)})


@INSTANCE.operation("DELETE", "/v3/{project_id}/instances/{instance_id}")
def delete_instance(call: Call) -> Response:
    if not well_formed(call.path_params["instance_id"]):
        raise PARAMETER
    job = begin_deletion(call, existing_instance(call))
    assert job is not None
    return AsciiJSONResponse({"job_id": job.id}, 202)


# Values of parameters; Open Telekom Cloud knows the first one only.
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


def _running(record: Record) -> bool:
    return record.status.upper() not in JOB.deletable


def _instance_id(record: Record) -> str:
    return record.instance_id or "8ea6a2c7f0a14a3d9d6f5f7c1b2a3c4din14"


def _task(record: Record) -> dict[str, Any]:
    item = {
        "instance_info": {
            "instance_id": _instance_id(record),
            "instance_name": record.details.get("instance_name"),
            "instance_status": "normal",
        },
        "job_id": record.id,
        "name": record.name,
        "status": record.status,
        "process": "50" if _running(record) else None,
        "fail_reason": record.details.get("fail_reason"),
        "created_at": offset_without_colon(record.created_at),
        "ended_at": None if _running(record) else offset_without_colon(record.updated_at),
    }
    return rendered(record, item)
