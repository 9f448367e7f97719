# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RDS v3: instant tasks of the task centre."""

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

TASK = KindMock(
    name="rds_task",
    finished="Completed",
    deletable=frozenset({"COMPLETED", "FAILED"}),
    names=("CreateMysqlSingleHAInstance", "RestartMysqlInstance", "DeleteMysqlInstance"),
    sample_prefix="rds",
    samples=({"status": "Completed"}, {"status": "Failed"}, {"status": "Running"}),
    defaults={"instance_name": "mysql-1"},
    otc=False,
)
SERVICE = ServiceMock(
    name="rds",
    kinds=(TASK,),
    invalid_token=INVALID_TOKEN,
    other_project=OTHER_PROJECT,
    options={
        "rds_delete_body": Option("empty", "body of a successful delete: none, or `{}`", ("empty", "object")),
        "rds_listed_days": Option(None, "tasks that are older are not listed"),
    },
)


@TASK.operation("GET", "/v3/{project_id}/tasklist", listing=True, otc=True)
def list_tasks(call: Call) -> Response:
    query = call.query_params
    if ("start_time" in query) != ("end_time" in query):
        raise PARAMETER
    start, end = (call.number(name, 0, 0, None, PARAMETER) / 1000 for name in ("start_time", "end_time"))
    if call.options.rds_listed_days is not None:
        start = max(start, call.now // 60 * 60 - call.options.rds_listed_days * 86400)
    wanted = {name: query[name] for name in ("id", "instance_id", "name", "status") if name in query}

    def keep(record: Record) -> bool:
        return (
            all(getattr(record, name) == value for name, value in wanted.items())
            and record.created_at >= start
            and (not end or record.created_at <= end)
        )

    found = call.records.view((tuple(wanted.items()), start, end), keep)
    page = [_task(call, record) for record in offset_page(call, found, 50, 10)]
    actions = sorted({record.name for record in call.records})
    return AsciiJSONResponse({"total_count": len(found), "tasks": page, "actions": actions})


@TASK.operation("GET", "/v3/{project_id}/jobs", otc=True)
def show_job(call: Call) -> Response:
    return show(call, offset_of_utc, "process")


@TASK.operation("DELETE", "/v3/{project_id}/jobs")
def delete_job(call: Call) -> Response:
    """The job is named in the query."""
    if not call.query_params.get("id"):
        raise PARAMETER
    return delete_named(call, call.query_params["id"], returns_object=call.options.rds_delete_body == "object")


def _task(call: Call, record: Record) -> dict[str, Any]:
    running = in_progress(call, record)
    item = {
        "id": record.id,
        "name": record.name,
        "status": record.status,
        "process": "50" if running else "",
        "create_time": offset_of_utc(record.created_at),
        "end_time": "" if running else offset_of_utc(record.updated_at),
        "fail_reason": record.details.get("fail_reason") or "",
        "instance_id": instance_id(record),
        "instance_name": record.details.get("instance_name"),
        "instance_status": "ACTIVE",
        "order_id": None,
    }
    return rendered(record, item)
