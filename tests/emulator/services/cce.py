# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CCE v2: jobs of a project."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from emulator.call import Call
from emulator.declarations import KindMock, ServiceMock
from emulator.options import Option
from emulator.responses import AsciiJSONResponse, Refusal
from emulator.state import Record
from emulator.times import go_default

from .common import delete, rendered

JOB = KindMock(
    name="cce_job",
    finished="Success",
    deletable=frozenset({"SUCCESS", "FAILED"}),
    names=("CreateNode", "CreateCluster", "DeleteNode"),
    sample_prefix="cce",
    samples=({"status": "Success"}, {"status": "Running"}, {"status": "Failed"}),
)
SERVICE = ServiceMock(
    name="cce",
    title="CCE",
    kinds=(JOB,),
    invalid_token=Refusal(401, "CCE.01401001", "Authorization failed."),
    other_project=Refusal(403, "CCE.01403001", "Forbidden."),
    throttled=Refusal(429, "CCE.02429001", "Too many requests"),
    error_body=lambda _status, code, message: {"errorCode": code, "errorMessage": message},
    options={"cce_unknown_job_code": Option("CCE.01404001", "error code of an unknown job")},
)
CONTENT_TYPE = Refusal(400, "CCE.01400001", "Content-Type is missing or not supported.")
RUNNING = Refusal(403, "CCE.01403002", "The current state does not allow this operation.")


@JOB.operation("GET", "/api/v2/projects/{project_id}/jobs", listing=True)
def list_jobs(call: Call) -> Response:
    return AsciiJSONResponse([_job(record) for record in call.records.view()])


@JOB.operation("GET", "/api/v2/projects/{project_id}/jobs/{job_id}")
def show_job(call: Call) -> Response:
    return AsciiJSONResponse(_job(_existing(call)))


@JOB.operation("DELETE", "/api/v2/projects/{project_id}/jobs/{job_id}")
def delete_job(call: Call) -> Response:
    if call.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise CONTENT_TYPE
    record = _existing(call)
    delete(call, record, RUNNING)
    return Response(status_code=204)


def _existing(call: Call) -> Record:
    record = call.records.get(call.path_params["job_id"])
    if record is None:
        raise Refusal(404, call.options.cce_unknown_job_code, "Resource not found.")
    return record


def _job(record: Record) -> dict[str, Any]:
    finished = record.status.upper() in JOB.deletable
    job = {
        "kind": "Job",
        "apiVersion": "v2",
        "metadata": {
            "uid": record.id,
            "creationTimestamp": go_default(record.created_at),
            "updateTimestamp": go_default(record.updated_at),
        },
        "spec": {
            "type": record.name,
            "clusteruid": record.instance_id or "4d1ecb2c-229a-11e8-9c75-0255ac100ceb",
            "resourceid": "",
            "resourcename": "",
            "extendparam": {},
            "subjobs": record.details.get("children") or [],
        },
        "status": {
            "status": record.status,
            "reason": record.details.get("fail_reason") or "",
            "completionTime": go_default(record.updated_at) if finished else "",
        },
    }
    return rendered(record, job)
