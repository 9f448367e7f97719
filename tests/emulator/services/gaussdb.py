# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GaussDB (openGauss) v3: task records of the task centre."""

from __future__ import annotations

from typing import Any

from emulator.call import Call, Routes
from emulator.options import OTC_REGIONS
from emulator.replies import JSON, Refusal, Reply, json_reply
from emulator.state import Record
from emulator.times import offset_without_colon

from .common import refuse_unless_deletable, rendered, well_formed

routes = Routes()
DELETABLE = frozenset({"COMPLETED", "FAILED"})
PARAMETER = Refusal(400, "DBS.200001", "Parameter error.")
MISSING = Refusal(400, "DBS.200543", "The job does not exist.")
RUNNING = Refusal(409, "DBS.200402", "Invalid operation: the task is still running.")


@routes.add("GET", "/v3/{project_id}/tasks")
def list_tasks(call: Call) -> Reply:
    query = call.query
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
    return json_reply({"tasks": page, "total_count": len(found)})


@routes.add("GET", "/v3/{project_id}/jobs")
def show_job(call: Call) -> Reply:
    if not call.query.get("id"):
        raise PARAMETER
    record = call.records.get(call.query["id"])
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
    return json_reply({"job": rendered(record, item)})


@routes.add("DELETE", "/v3/{project_id}/jobs/{job_id}")
def delete_job(call: Call) -> Reply:
    job_id = call.params["job_id"]
    record = call.records.get(job_id)
    if record is None:
        raise MISSING if well_formed(job_id) else PARAMETER
    refuse_unless_deletable(call, record, DELETABLE, RUNNING)
    call.records.remove(record)
    as_object = call.options.gaussdb_delete_body
    if as_object == "object" or (as_object == "region" and call.state.region not in OTC_REGIONS):
        return json_reply({})
    return Reply(200, b"", JSON)


def _running(record: Record) -> bool:
    return record.status.upper() not in DELETABLE


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
