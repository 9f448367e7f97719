# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TaurusDB (GaussDB for MySQL) v3: instant tasks of the task centre."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from emulator.call import Call
from emulator.declarations import KindMock, ServiceMock
from emulator.options import Option
from emulator.responses import AsciiJSONResponse
from emulator.state import Record
from emulator.times import offset_of_utc

from .common import rendered
from .database import INVALID_TOKEN, OTHER_PROJECT, PARAMETER, delete_named, in_progress, instance_id, show

TASK = KindMock(
    name="taurusdb_task",
    finished="Completed",
    deletable=frozenset({"COMPLETED", "FAILED"}),
    names=("CreateGaussDBforMySQLInstance", "AddGaussDBforMySQLNodes", "DeleteGaussDBforMySQLInstance"),
    sample_prefix="taurus",
    samples=({"status": "Completed"}, {"status": "Failed"}, {"status": "Running"}),
    defaults={"instance_name": "taurus-1"},
    otc=False,
)
SERVICE = ServiceMock(
    name="taurusdb",
    kinds=(TASK,),
    invalid_token=INVALID_TOKEN,
    other_project=OTHER_PROJECT,
    options={
        "taurusdb_offset": Option(
            "record",
            "what the offset counts: rows from 0 (`record`) or from 1 (`first_is_1`), or pages from 1 (`page`)",
            ("record", "first_is_1", "page"),
        ),
        "taurusdb_limit": Option(
            "10, 20 or 50", "the limits that are accepted, and the default", ("10, 20 or 50", "1 to 100")
        ),
        "taurusdb_listed_days": Option(None, "tasks that are older are not listed"),
    },
)


@TASK.operation("GET", "/v3/{project_id}/immediate-jobs", listing=True)
def list_jobs(call: Call) -> Response:
    wanted = {name: call.query_params[name] for name in ("status", "job_name", "job_id") if name in call.query_params}
    days = call.options.taurusdb_listed_days
    start = 0 if days is None else call.now // 60 * 60 - days * 86400

    def keep(record: Record) -> bool:
        held = {"status": record.status, "job_name": record.name, "job_id": record.id}
        return all(held[name] == value for name, value in wanted.items()) and record.created_at >= start

    found = call.records.view((tuple(wanted.items()), start), keep)
    first, limit = _place(call)
    page = [_job(call, record) for record in found[first : first + limit]]
    names = sorted({record.name for record in call.records})
    return AsciiJSONResponse({"jobs": page, "total_count": len(found), "action_names": names})


@TASK.operation("GET", "/v3/{project_id}/jobs", otc=True)
def show_job(call: Call) -> Response:
    return show(call, offset_of_utc, "process")


@TASK.operation("DELETE", "/v3/{project_id}/jobs/{job_id}")
def delete_record(call: Call) -> Response:
    return delete_named(call, call.path_params["job_id"], returns_object=True)


def _place(call: Call) -> tuple[int, int]:
    """Index of the first record that is wanted, and how many."""
    few = call.options.taurusdb_limit == "10, 20 or 50"
    limit = call.limit(10 if few else 100, 1, 100, PARAMETER)
    if few and call.query_params.get("limit", "10") not in ("10", "20", "50"):
        raise PARAMETER
    counts = call.options.taurusdb_offset
    offset = call.number("offset", 0 if counts == "record" else 1, 0, None, PARAMETER)
    return {"record": offset, "first_is_1": max(offset - 1, 0), "page": max(offset - 1, 0) * limit}[counts], limit


def _job(call: Call, record: Record) -> dict[str, Any]:
    running = in_progress(call, record)
    item = {
        "job_id": record.id,
        "job_name": record.name,
        "status": record.status,
        "process": "50" if running else "",
        "created_time": offset_of_utc(record.created_at),
        "ended_time": None if running else offset_of_utc(record.updated_at),
        "fail_reason": record.details.get("fail_reason"),
        "instance_id": instance_id(record),
        "instance_name": record.details.get("instance_name"),
        "instance_status": "normal",
        "order_id": None,
        "show_detail": False,
    }
    return rendered(record, item)
