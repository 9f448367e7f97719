# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CCE: jobs of a project and those of Autopilot (v2), clusters (v3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from emulator.call import Call
from emulator.declarations import InstanceMock, KindMock, ServiceMock
from emulator.options import Option
from emulator.responses import AsciiJSONResponse, Refusal
from emulator.state import Record
from emulator.times import go_default, go_nanoseconds

from .common import begin_deletion, delete, enterprise_project, existing_instance, rendered, tags

JOB = KindMock(
    name="cce_job",
    finished="Success",
    deletable=frozenset({"SUCCESS", "FAILED"}),
    names=("CreateNode", "CreateCluster", "DeleteNode"),
    sample_prefix="cce",
    samples=({"status": "Success"}, {"status": "Running"}, {"status": "Failed"}),
)
AUTOPILOT_JOB = replace(JOB, name="cce_autopilot_job", sample_prefix="autopilot", otc=False, operations=[])
BUSY = Refusal(429, "CCE.01429002", "The resource is locked by another request.")
CLUSTER = InstanceMock(
    name="cce_cluster",
    finished="Available",
    deletable=frozenset({"AVAILABLE", "EMPTY", "UNAVAILABLE", "ERROR"}),
    names=("cluster-{}",),
    sample_prefix="cluster",
    samples=({}, {}),
    record_keys={"protected": "deletion protection is on", "locked": "locked by the billing service"},
    defaults={"engine": "CCE", "version": "v1.28"},
    refusals={
        "missing": Refusal(404, "CCE.01404001", "Resource not found."),
        "busy": BUSY,
        "state": Refusal(403, "CCE.01403009", "The current state of the cluster does not allow this operation."),
        "prepaid": Refusal(400, "CCE.01400001", "A yearly/monthly cluster cannot be deleted."),
        "protected": Refusal(400, "CCE.01400001", "Deletion protection is enabled for the cluster."),
        "locked": Refusal(403, "CCE.01403002", "The account is restricted."),
    },
    refused={"DELETING": BUSY},
    deleting=lambda _options: ("Deleting",),
    deletion_failed=lambda options: options.cce_failed_deletion,
    trace=(JOB, "DeleteCluster"),
)
SERVICE = ServiceMock(
    name="cce",
    kinds=(JOB, AUTOPILOT_JOB, CLUSTER),
    invalid_token=Refusal(401, "CCE.01401001", "Authorization failed."),
    other_project=Refusal(403, "CCE.01403001", "Forbidden."),
    throttled=Refusal(429, "CCE.02429001", "Too many requests"),
    error_body=lambda _status, code, message: {"errorCode": code, "errorMessage": message},
    options={
        "cce_unknown_job_code": Option("CCE.01404001", "error code of an unknown job"),
        "cce_failed_deletion": Option("Error", "phase of a cluster after a failed deletion", ("Error", "Deleting")),
        "cce_shows_protection": Option(
            "region",
            "whether a cluster shows that it is protected; `region`: not on T Cloud Public",
            ("region", "always", "never"),
        ),
    },
)
CONTENT_TYPE = Refusal(400, "CCE.01400001", "Content-Type is missing or not supported.")
PARAMETER = Refusal(400, "CCE.01400001", "The request parameters are invalid.")
RUNNING = Refusal(403, "CCE.01403002", "The current state does not allow this operation.")


@JOB.operation("GET", "/api/v2/projects/{project_id}/jobs", listing=True)
@AUTOPILOT_JOB.operation("GET", "/autopilot/v2/projects/{project_id}/jobs", listing=True)
def list_jobs(call: Call) -> Response:
    return AsciiJSONResponse([_job(record) for record in call.records.view()])


@JOB.operation("GET", "/api/v2/projects/{project_id}/jobs/{job_id}")
@AUTOPILOT_JOB.operation("GET", "/autopilot/v2/projects/{project_id}/jobs/{job_id}")
def show_job(call: Call) -> Response:
    return AsciiJSONResponse(_job(_existing(call)))


@JOB.operation("DELETE", "/api/v2/projects/{project_id}/jobs/{job_id}")
@AUTOPILOT_JOB.operation("DELETE", "/autopilot/v2/projects/{project_id}/jobs/{job_id}")
def delete_job(call: Call) -> Response:
    _require_content_type(call)
    record = _existing(call)
    delete(call, record, RUNNING)
    return Response(status_code=204)


@JOB.operation("GET", "/api/v3/projects/{project_id}/jobs/{job_id}")
def show_cluster_job(call: Call) -> Response:
    record = _existing(call)
    job = {
        "kind": "Job",
        "apiVersion": "v3",
        "metadata": _times(record, go_default),
        "spec": {"type": record.name, "clusterUID": record.instance_id, "resourceID": record.instance_id},
        "status": {"phase": record.status, "reason": record.details.get("fail_reason") or ""},
    }
    return AsciiJSONResponse(job)


@CLUSTER.operation("GET", "/api/v3/projects/{project_id}/clusters", listing=True)
def list_clusters(call: Call) -> Response:
    """All clusters in one response; T Cloud Public has no filters."""
    query = {} if call.otc else call.query_params
    if not call.otc:
        call.flag("detail", PARAMETER)
    found = [
        _cluster(record, call)
        for record in call.records
        if query.get("status") in (None, record.status)
        and query.get("version") in (None, record.details["version"])
        and query.get("type") in (None, TYPE)
    ]
    return AsciiJSONResponse({"kind": "Cluster", "apiVersion": "v3", "items": found})


@CLUSTER.operation("GET", "/api/v3/projects/{project_id}/clusters/{cluster_id}")
def show_cluster(call: Call) -> Response:
    return AsciiJSONResponse(_cluster(existing_instance(call, "cluster_id"), call))


@CLUSTER.operation("DELETE", "/api/v3/projects/{project_id}/clusters/{cluster_id}")
def delete_cluster(call: Call) -> Response:
    """The response shows the cluster as it was; ``tobedeleted`` only keeps the options for the end of its period."""
    _require_content_type(call)
    options = _deletion_options(call)
    record = existing_instance(call, "cluster_id")
    if call.query_params.get("tobedeleted") == "true":
        return AsciiJSONResponse(_cluster(record, call))
    phase, job = record.status, begin_deletion(call, record)
    assert job is not None
    counts = ("previous_total", "current_total", "updated", "added", "deleted")
    started = {"jobID": job.id, "deleteOption": options, "deleteStatus": dict.fromkeys(counts, 0)}
    return AsciiJSONResponse(_cluster(record, call, phase=phase, **started))


TYPE = "VirtualMachine"
# Parameters of the deletion of a cluster, with the pattern of their values: in both clouds, and in one of them.
_CHOICE = "true|block|try|false|skip"
_PARAMETERS = dict.fromkeys(
    ("delete_efs", "delete_eni", "delete_evs", "delete_net", "delete_obs", "delete_sfs"), _CHOICE
)
_OTC_PARAMETERS = {"errorStatus": ".{0,10}"}
_HUAWEI_PARAMETERS = {
    "delete_sfs30": _CHOICE,
    "lts_reclaim_policy": f"Delete_Log_Group|Delete_Master_Log_Stream|Retain|{_CHOICE}",
    "tobedeleted": "true|false",
    "ondemand_node_policy": "delete|reset|retain",
    "periodic_node_policy": "reset|retain",
}
# Values that have another name.
_SAME = {"true": "block", "false": "skip"}


def _require_content_type(call: Call) -> None:
    if call.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise CONTENT_TYPE


def _existing(call: Call) -> Record:
    record = call.records.get(call.path_params["job_id"])
    if record is None:
        raise Refusal(404, call.options.cce_unknown_job_code, "Resource not found.")
    return record


def _deletion_options(call: Call) -> dict[str, str]:
    """What is deleted with the cluster, as the response shows it; the defaults of the clouds differ."""
    patterns = {**_PARAMETERS, **(_OTC_PARAMETERS if call.otc else _HUAWEI_PARAMETERS)}
    for name, value in call.query_params.multi_items():
        if name not in patterns or not re.fullmatch(patterns[name], value):
            raise PARAMETER
    network = "skip" if call.otc else "block"
    defaults = {**dict.fromkeys(_PARAMETERS, "skip"), "delete_net": network, "delete_eni": network}
    given = {name: call.query_params.get(name, default) for name, default in defaults.items()}
    return {name: f"delete-{_SAME.get(value, value)}" for name, value in given.items()}


def _times(record: Record, form: Callable[[float], str]) -> dict[str, str]:
    return {
        "uid": record.id,
        "creationTimestamp": form(record.created_at),
        "updateTimestamp": form(record.updated_at),
    }


def _cluster(record: Record, call: Call, **status_fields: Any) -> dict[str, Any]:
    """A cluster; T Cloud Public shows neither tags nor locks."""
    details = record.details
    spec: dict[str, Any] = {
        "category": details["engine"],
        "type": TYPE,
        "flavor": "cce.s1.small",
        "version": details["version"],
        "billingMode": 1 if details.get("prepaid") else 0,
        "hostNetwork": {
            "vpc": "9f8c6f63-6c5c-4ae1-a68c-e5d6f7f3a9c7",
            "subnet": "c90b3ce5-e1f1-4c87-a006-644d78846438",
        },
        "containerNetwork": {"mode": "overlay_l2", "cidr": "172.16.0.0/16"},
        "extendParam": {"enterpriseProjectId": enterprise_project(record)},
    }
    status: dict[str, Any] = {"phase": record.status, "endpoints": [], **status_fields}
    shows = call.options.cce_shows_protection
    if shows == "always" or (shows == "region" and not call.otc):
        spec["deletionProtection"] = bool(details.get("protected"))
    if not call.otc:
        spec["clusterTags"] = tags(record)
        status["isLocked"] = bool(details.get("locked"))
    cluster = {
        "kind": "Cluster",
        "apiVersion": "v3",
        "metadata": {"name": record.name, "alias": record.name, **_times(record, go_nanoseconds)},
        "spec": spec,
        "status": status,
    }
    return rendered(record, cluster)


def _job(record: Record) -> dict[str, Any]:
    finished = record.status.upper() in JOB.deletable
    job = {
        "kind": "Job",
        "apiVersion": "v2",
        "metadata": _times(record, go_default),
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
