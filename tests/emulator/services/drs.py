# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DRS: its jobs, and v5, the single-job API of Huawei Cloud; v3 is in a module of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.responses import Response

from emulator.call import Call
from emulator.declarations import Handler, KindMock, ServiceMock
from emulator.options import Option
from emulator.records import IdSource
from emulator.responses import AsciiJSONResponse, Refusal
from emulator.state import Record
from emulator.times import iso_seconds

from .common import enterprise_project, rendered


def _complete(details: dict[str, Any], ids: IdSource) -> None:
    disaster_recovery = details.setdefault("job_type", "migration") == "cloudDataGuard"
    details.setdefault("engine_type", "cloudDataGuard-mysql" if disaster_recovery else "mysql")


JOB = KindMock(
    name="drs_job",
    finished="RELEASE_RESOURCE_COMPLETE",
    deletable=frozenset({"CREATE_FAILED", "RELEASE_RESOURCE_COMPLETE", "RELEASE_CHILD_TRANSFER_COMPLETE"}),
    names=("DRS-orders", "DRS-billing", "DRS-archive"),
    sample_prefix="drs",
    samples=(
        {"status": "RELEASE_RESOURCE_COMPLETE", "job_type": "migration"},
        {"status": "INCRE_TRANSFER_STARTED", "job_type": "sync"},
        {"status": "CREATE_FAILED", "job_type": "cloudDataGuard"},
    ),
    record_keys={
        "job_type": "default migration",
        "engine_type": "default mysql",
        "prepaid": "paid by the month or year",
        "enterprise_project_id": "default 0",
        "release_fails": "true: stopping ends in RELEASE_RESOURCE_FAILED",
        "stop_fails": "code with which stopping is refused, in v3 inside the 202",
        "delete_fails": "code with which deleting is refused, in v3 inside the 202",
    },
    complete=_complete,
    make_id=lambda ids: ids.uuid()[:-4] + "jb20",
)
SERVICE = ServiceMock(
    name="drs",
    kinds=(JOB,),
    invalid_token=Refusal(403, "DRS.M00100", "The token is invalid."),
    other_project=Refusal(403, "DRS.M00261", "The project ID in the URL does not belong to the token."),
    throttled=Refusal(400, "DRS.M01503", "The operation is too frequent, try again later"),
    options={
        "release_seconds": Option(0.3, "how long a job takes to stop"),
        "drs_versions": Option(["v3", "v5"], "versions of the API that are published", ("v3", "v5")),
        "drs_missing": Option("item", "whether v3 refuses a delete of one unknown job as a whole", ("item", "400")),
    },
)
JOB_TYPES = frozenset({"migration", "sync", "cloudDataGuard", "replay"})
MISSING = Refusal(400, "DRS.10000010", "Job does not exist, please check job ID.")
PARAMETER = Refusal(400, "DRS.10000001", "The request parameters are invalid.")
GENERIC_FAILURE = "DRS.10000001"
STOPPED = "RELEASE_RESOURCE_COMPLETE"
RELEASING = "RELEASE_RESOURCE_STARTED"
RELEASE_FAILED = "RELEASE_RESOURCE_FAILED"
WRONG_STATE = ("DRS.M00304", "The operation is not allowed in the current job status.")
RELEASED = ("DRS.M05004", "The job has been deleted or its resources have been released.")
UNKNOWN = ("DRS.M00289", "The job does not exist.")
FAILS = "Another operation is being performed on the job or the job is abnormal. Try again later."


@dataclass
class Outcome:
    """What became of one job: success, or error code and message."""

    id: str
    name: str | None = None
    error: tuple[str, str] | None = None

    @property
    def status(self) -> str:
        return "failed" if self.error else "success"


def stop(call: Call, job_id: str) -> Outcome:
    """Start releasing a job's resources, which takes the option ``release_seconds``."""
    record = call.records.get(job_id)
    if record is None:
        return Outcome(job_id, error=_gone(call, job_id))
    if "stop_fails" in record.details:
        return Outcome(job_id, record.name, (record.details["stop_fails"], FAILS))
    if record.status in JOB.deletable:
        return Outcome(job_id, record.name, WRONG_STATE)
    if record.status != RELEASING:
        _release(call, record)
    return Outcome(job_id, record.name)


def delete(call: Call, job_id: str) -> Outcome:
    """Remove a job that is stopped."""
    record = call.records.get(job_id)
    if record is None:
        return Outcome(job_id, error=_gone(call, job_id))
    if record.status.upper() not in JOB.deletable:
        return Outcome(job_id, record.name, WRONG_STATE)
    if "delete_fails" in record.details:
        return Outcome(job_id, record.name, (record.details["delete_fails"], FAILS))
    call.records.remove(record)
    return Outcome(job_id, record.name)


def _release(call: Call, record: Record) -> None:
    end = RELEASE_FAILED if record.details.get("release_fails") else STOPPED
    call.records.set_status(record, RELEASING, call.now)
    call.cloud.schedule(call.now + call.options.release_seconds, partial(call.records.set_status, record, end))


def _gone(call: Call, job_id: str) -> tuple[str, str]:
    return RELEASED if job_id in call.records.removed else UNKNOWN


def version(name: str) -> Callable[..., Callable[[Handler], Handler]]:
    """The decorator of operations that belong to one version of the API; paths begin after ``jobs``."""

    def operation(method: str, path: str, **settings: Any) -> Callable[[Handler], Handler]:
        settings["published"] = lambda options: name in options.drs_versions
        return JOB.operation(method, f"/{name}/{{project_id}}/jobs{path}", **settings)

    return operation


_v5 = version("v5")


@_v5("GET", "", listing=True)
def list_jobs(call: Call) -> Response:
    query = call.query_params
    job_type = query.get("job_type")
    if job_type not in JOB_TYPES:
        raise PARAMETER
    limit = call.limit(10, 1, 1000, PARAMETER)
    offset = call.number("offset", 0, 0, None, PARAMETER)
    names = frozenset(filter(None, query.get("name", "").split(",")))
    status, engine, project = query.get("status"), query.get("engine_type"), query.get("enterprise_project_id")

    def keep(record: Record) -> bool:
        return (
            record.details["job_type"] == job_type
            and (not names or record.name in names)
            and (status is None or record.status == status)
            and (engine is None or record.details["engine_type"] == engine)
            and (not project or enterprise_project(record) == project)
        )

    found = call.records.view(("v5", job_type, names, status, engine, project), keep)
    if query.get("sort_dir") == "asc":
        found = found[::-1]
    page = [_job(record) for record in found[offset : offset + limit]]
    return AsciiJSONResponse({"total_count": len(found), "jobs": page})


@_v5("GET", "/{job_id}")
def show_job(call: Call) -> Response:
    record = _existing(call)
    item = {
        "id": record.id,
        "status": record.status,
        "create_time": iso_seconds(record.created_at),
        "base_info": {
            "name": record.name,
            "job_type": record.details["job_type"],
            "engine_type": record.details["engine_type"],
            **_terms(record),
        },
        "children": record.details.get("children"),
    }
    return AsciiJSONResponse({"job": rendered(record, item)})


@_v5("GET", "/{job_id}/actions")
def show_actions(call: Call) -> Response:
    return AsciiJSONResponse({"job_action": _actions(_existing(call))})


@_v5("DELETE", "/{job_id}")
def delete_job(call: Call) -> Response:
    _existing(call)
    _raise_failure(delete(call, call.path_params["job_id"]))
    return AsciiJSONResponse({})


@_v5("DELETE", "")
def delete_jobs(call: Call) -> Response:
    return AsciiJSONResponse({"jobs": [_outcome(delete(call, str(job_id))) for job_id in _jobs_of(call)]})


@_v5("POST", "/{job_id}/stop")
def stop_job(call: Call) -> Response:
    _existing(call)
    if call.payload:
        call.document(PARAMETER)
    return AsciiJSONResponse(_outcome(stop(call, call.path_params["job_id"])))


def _existing(call: Call) -> Record:
    record = call.records.get(call.path_params["job_id"])
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
        raise Refusal(400, GENERIC_FAILURE if outcome.error is WRONG_STATE else code, message)


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
    if record.status in JOB.deletable:
        return {"available_actions": ["DELETE"], "unavailable_actions": ["FREE_RESOURCE"], "current_action": None}
    return {"available_actions": ["FREE_RESOURCE"], "unavailable_actions": ["DELETE"], "current_action": None}


def job_item(record: Record, create_time: str, **fields: Any) -> dict[str, Any]:
    """A job as both versions show it, with the fields of one."""
    item = {
        "id": record.id,
        "name": record.name,
        "status": record.status,
        "description": "",
        "create_time": create_time,
        "engine_type": record.details["engine_type"],
        "net_type": "vpc",
        "job_direction": "up",
        "task_type": "FULL_INCR_TRANS",
        "children": record.details.get("children"),
        **fields,
    }
    return rendered(record, item)


def _job(record: Record) -> dict[str, Any]:
    return job_item(
        record,
        iso_seconds(record.created_at),
        job_type=record.details["job_type"],
        billing_tag=False,
        job_mode="Single",
        job_mode_role=None,
        node_new_framework=False,
        is_multi_az=False,
        node_role=None,
        job_action=_actions(record),
        **_terms(record),
    )


def _terms(record: Record) -> dict[str, str]:
    """Who pays for a job, and how."""
    charging_mode = "period" if record.details.get("prepaid") else "on_demand"
    return {"charging_mode": charging_mode, "enterprise_project_id": enterprise_project(record)}
