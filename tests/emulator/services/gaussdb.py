# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GaussDB (openGauss) v3: task records of the task centre."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from emulator.call import Call
from emulator.declarations import KindMock, ServiceMock
from emulator.options import OTC_REGIONS, Option
from emulator.responses import JSON, AsciiJSONResponse, Refusal
from emulator.state import Record
from emulator.times import offset_without_colon

from .common import delete, rendered, well_formed

JOB = KindMock(
    name="gaussdb_job",
    finished="Completed",
    deletable=frozenset({"COMPLETED", "FAILED"}),
    names=("CreateGaussDBV5Instance", "BackupSnapshotGaussDBV5InInstance", "EnlargeGaussDBV5Volume"),
    sample_prefix="gauss",
    samples=({"status": "Completed"}, {"status": "Failed"}, {"status": "Running"}),
    defaults={"instance_name": "gauss-1"},
)
SERVICE = ServiceMock(
    name="gaussdb",
    title="GaussDB",
    kinds=(JOB,),
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
    if body == "object" or (body == "region" and call.cloud.region not in OTC_REGIONS):
        return AsciiJSONResponse({})
    return Response(media_type=JSON)


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
