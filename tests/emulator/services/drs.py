# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DRS v5, the single-job API of Huawei Cloud; v3 is its neighbour module."""

from __future__ import annotations

from typing import Any

from emulator.call import Call, Routes
from emulator.replies import Refusal, Reply, json_reply
from emulator.state import Record
from emulator.times import epoch_milli, iso_seconds, plain

from . import drs_jobs
from .common import rendered
from .drs_jobs import DELETABLE, Outcome

routes = Routes()
JOB_TYPES = frozenset({"migration", "sync", "cloudDataGuard", "replay"})
MISSING = Refusal(400, "DRS.10000010", "Job does not exist, please check job ID.")
PARAMETER = Refusal(400, "DRS.10000001", "The request parameters are invalid.")
CREATE_TIMES = {"iso": iso_seconds, "plain": plain, "epoch": epoch_milli}
GENERIC_FAILURE = "DRS.10000001"


@routes.add("GET", "/v5/{project_id}/jobs")
def list_jobs(call: Call) -> Reply:
    query = call.query
    job_type = query.get("job_type")
    if job_type not in JOB_TYPES:
        raise PARAMETER
    limit = call.limit(10, 1, 1000, PARAMETER)
    offset = call.number("offset", 0, 0, None, PARAMETER)
    names = frozenset(filter(None, query.get("name", "").split(",")))
    status, engine = query.get("status"), query.get("engine_type")

    def keep(record: Record) -> bool:
        return (
            record.details["job_type"] == job_type
            and (not names or record.name in names)
            and (status is None or record.status == status)
            and (engine is None or record.details["engine_type"] == engine)
        )

    found = call.records.view(("v5", job_type, names, status, engine), keep)
    if query.get("sort_dir") == "asc":
        found = found[::-1]
    page = [_job(call, record) for record in found[offset : offset + limit]]
    return json_reply({"total_count": len(found), "jobs": page})


@routes.add("GET", "/v5/{project_id}/jobs/{job_id}")
def show_job(call: Call) -> Reply:
    return json_reply({"job": _job(call, _existing(call))})


@routes.add("GET", "/v5/{project_id}/jobs/{job_id}/actions")
def show_actions(call: Call) -> Reply:
    return json_reply({"job_action": _actions(_existing(call))})


@routes.add("DELETE", "/v5/{project_id}/jobs/{job_id}")
def delete_job(call: Call) -> Reply:
    _existing(call)
    _raise_failure(drs_jobs.delete(call, call.params["job_id"]))
    return json_reply({})


@routes.add("DELETE", "/v5/{project_id}/jobs")
def delete_jobs(call: Call) -> Reply:
    return json_reply({"jobs": [_outcome(drs_jobs.delete(call, str(job_id))) for job_id in _jobs_of(call)]})


@routes.add("POST", "/v5/{project_id}/jobs/batch-stop")
def stop_jobs(call: Call) -> Reply:
    wanted = [job for job in _jobs_of(call) if isinstance(job, dict)]
    return json_reply({"jobs": [_outcome(drs_jobs.stop(call, str(job.get("job_id")))) for job in wanted]})


@routes.add("POST", "/v5/{project_id}/jobs/{job_id}/stop")
def stop_job(call: Call) -> Reply:
    _existing(call)
    if call.body:
        call.document(PARAMETER)
    return json_reply(_outcome(drs_jobs.stop(call, call.params["job_id"])))


@routes.add("POST", "/v5/{project_id}/jobs/{job_id}/action")
def act_on_job(call: Call) -> Reply:
    _existing(call)
    action = call.document(PARAMETER).get("job")
    if not isinstance(action, dict) or action.get("action_name") != "terminate":
        raise PARAMETER
    _raise_failure(drs_jobs.stop(call, call.params["job_id"]))
    return json_reply({}, 202)


def _existing(call: Call) -> Record:
    record = call.records.get(call.params["job_id"])
    if record is None:
        raise MISSING
    return record


def _jobs_of(call: Call) -> list[Any]:
    jobs = call.document(PARAMETER).get("jobs")
    if not isinstance(jobs, list) or not jobs:
        raise PARAMETER
    return jobs


def _raise_failure(outcome: Outcome) -> None:
    """The wrong state has no code of its own in v5: it is the general failure."""
    if outcome.error:
        code, message = outcome.error
        raise Refusal(400, GENERIC_FAILURE if outcome.error is drs_jobs.WRONG_STATE else code, message)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    code, message = outcome.error or (None, None)
    return {
        "id": outcome.id,
        "name": outcome.name,
        "status": outcome.status,
        "error_code": code,
        "error_msg": message,
    }


def _actions(record: Record) -> dict[str, Any]:
    if record.status in DELETABLE:
        return {"available_actions": ["DELETE"], "unavailable_actions": ["FREE_RESOURCE"], "current_action": None}
    return {"available_actions": ["FREE_RESOURCE"], "unavailable_actions": ["DELETE"], "current_action": None}


def _job(call: Call, record: Record) -> dict[str, Any]:
    item = {
        "id": record.id,
        "name": record.name,
        "status": record.status,
        "description": "",
        "create_time": CREATE_TIMES[call.options.drs_v5_time](record.created_at),
        "engine_type": record.details["engine_type"],
        "net_type": record.details.get("net_type", "vpc"),
        "charging_mode": "on_demand",
        "job_direction": "up",
        "job_type": record.details["job_type"],
        "task_type": "FULL_INCR_TRANS",
        "enterprise_project_id": "0",
        "job_mode": "Single",
        "is_multi_az": False,
        "node_role": None,
        "job_action": _actions(record),
        "children": record.details.get("children"),
    }
    return rendered(record, item)
