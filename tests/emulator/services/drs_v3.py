# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DRS v3, the batch API: the only one on OTC, still there on Huawei Cloud."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from emulator.call import Call
from emulator.responses import AsciiJSONResponse, Refusal
from emulator.state import Record
from emulator.times import plain

from .drs import UNKNOWN, Outcome, delete, job_item, stop, version

DB_USE_TYPES = frozenset({"migration", "sync", "cloudDataGuard"})
DELETE_TYPES = frozenset({"delete", "terminate", "force_terminate"})
EMPTY_PARAMETER = Refusal(422, "DRS.M00002", "The parameter cannot be empty.")
INVALID = Refusal(400, "DRS.M00202", "The parameter value is invalid.")


_v3 = version("v3")


@_v3("POST", "", listing=True, reads=True)
def list_jobs(call: Call) -> Response:
    wanted = call.document(INVALID)
    use = _text(wanted, "db_use_type")
    if not use:
        raise EMPTY_PARAMETER
    if use not in DB_USE_TYPES:
        raise INVALID
    page, per_page = _number(wanted, "cur_page", 1, None), _number(wanted, "per_page", 10, 100)
    engine, status, name = _text(wanted, "engine_type") or "mysql", _text(wanted, "status"), _text(wanted, "name")

    def keep(record: Record) -> bool:
        return (
            record.details["job_type"] == use
            and record.details["engine_type"] == engine
            and (not status or record.status == status)
            and (not name or name in (record.name, record.id))
        )

    found = call.records.view(("v3", use, engine, status, name), keep)
    shown = found if page == 0 or per_page == 0 else found[(page - 1) * per_page : page * per_page]
    return AsciiJSONResponse({"total_record": len(found), "jobs": [_job(record) for record in shown]})


@_v3("POST", "/batch-status", reads=True)
def show_status(call: Call) -> Response:
    results = [_status(call, job_id) for job_id in _page_of(call)]
    return AsciiJSONResponse({"results": results, "count": len(results)})


@_v3("DELETE", "/batch-jobs")
def delete_jobs(call: Call) -> Response:
    jobs = call.document(INVALID).get("jobs")
    if not isinstance(jobs, list) or not jobs:
        raise EMPTY_PARAMETER
    for job in jobs:
        if (
            not isinstance(job, dict)
            or not isinstance(job.get("job_id"), str)
            or job.get("delete_type") not in DELETE_TYPES
        ):
            raise INVALID
    single_missing = len(jobs) == 1 and call.records.get(jobs[0]["job_id"]) is None
    if single_missing and call.options.drs_missing == "400":
        raise Refusal(400, *UNKNOWN)
    outcomes = [_carry_out(call, job["job_id"], job["delete_type"]) for job in jobs]
    return AsciiJSONResponse({"results": [_result(outcome) for outcome in outcomes], "count": len(outcomes)}, 202)


def _carry_out(call: Call, job_id: str, delete_type: str) -> Outcome:
    return delete(call, job_id) if delete_type == "delete" else stop(call, job_id)


def _result(outcome: Outcome) -> dict[str, Any]:
    result: dict[str, Any] = {"id": outcome.id, "status": outcome.status}
    if outcome.error:
        result["error_code"], result["error_msg"] = outcome.error
    return result


def _page_of(call: Call) -> list[str]:
    wanted = call.document(INVALID)
    jobs = wanted.get("jobs")
    if not isinstance(jobs, list) or not jobs:
        raise EMPTY_PARAMETER
    paging = wanted.get("page_req") or {}
    if not isinstance(paging, dict):
        raise INVALID
    page, per_page = _number(paging, "cur_page", 1, None), _number(paging, "per_page", 5, 100)
    shown = jobs if page == 0 or per_page == 0 else jobs[(page - 1) * per_page : page * per_page]
    return [str(job) for job in shown]


def _number(given: dict[str, Any], name: str, default: int, high: int | None) -> int:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0 or (high is not None and value > high):
        raise INVALID
    return value


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name) or ""
    if not isinstance(value, str):
        raise INVALID
    return value


def _status(call: Call, job_id: str) -> dict[str, Any]:
    record = call.records.get(job_id)
    if record is None:
        return {"id": job_id, "status": None, "error_code": UNKNOWN[0], "error_message": UNKNOWN[1]}
    return {"id": record.id, "status": record.status}


def _job(record: Record) -> dict[str, Any]:
    use = record.details["job_type"]
    time = plain(record.created_at)
    return job_item(record, time, billing_tag=False, db_use_type=use, node_newFramework=True)
