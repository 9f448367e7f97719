# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Data Replication Service: replication tasks, which the API calls jobs.

A delete removes the replication task itself. Sources: DRS API reference v5 (Huawei Cloud) and v3 (both
clouds; T Cloud Public has no other); for the permissions DRS user guide, Permissions Management (T Cloud Public),
and API reference, DRS Actions (Huawei Cloud, where v3 has one and v5 none).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .._regions import Cloud, Endpoints
from .model import Api, BatchResults, Fields, Flag, Kind, Listing, Paging, Request, Show, Stopping, on_both_clouds

_JOB_TYPES = ("migration", "sync", "cloudDataGuard")
_ENGINES = (
    "mysql",
    "mongodb",
    "cloudDataGuard-mysql",
    "mysql-to-taurus",
    "postgresql",
)
_HUAWEI_ENGINES = (*_ENGINES, "gaussdbv5", "mysql-to-kafka", "taurus-to-kafka", "gaussdbv5ha-to-kafka")

_UNDER_WAY = frozenset({"RELEASE_RESOURCE_STARTED", "RELEASE_CHILD_TRANSFER_STARTED"})
_STOP_FAILED = frozenset({"RELEASE_RESOURCE_FAILED"})
_FIELDS = Fields(id=("id",), status=("status",), created_at=("create_time",), updated_at=("update_time",))
_PREPAID = Flag("charging_mode", yes="period", no="on_demand")
_JSON = {"Content-Type": "application/json"}
_LANGUAGE = {"X-Language": "en-us"}

_BLOCKED = (
    "CONFIGURATION",
    "START_JOB_FAILED",
    "FULL_TRANSFER_FAILED",
    "INCRE_TRANSFER_FAILED",
    "REBUILD_NODE_FAILED",
    "CHANGE_JOB_FAILED",
    "CHILD_TRANSFER_FAILED",
    "NODE_UPGRADE_FAILED",
)


def _batch(delete_type: str) -> Request:
    def body(job_id: str) -> dict[str, Any]:
        return {"jobs": [{"job_id": job_id, "delete_type": delete_type}]}

    return Request("DELETE", "/v3/{project_id}/jobs/batch-jobs", body, results=BatchResults("results"))


def _v3(cloud: Cloud, engines: tuple[str, ...]) -> Api:
    scopes = tuple({"db_use_type": use, "engine_type": engine} for use in _JOB_TYPES for engine in engines)
    return Api(
        listing=Listing(
            "/v3/{project_id}/jobs",
            "jobs",
            "total_record",
            Paging("cur_page", "per_page", 100, first=1, counts_pages=True),
            method="POST",
            scopes=scopes,
        ),
        fields=_FIELDS,
        deletion=_batch("delete"),
        clouds=frozenset({cloud}),
        versions=("v3",),
        stopping=Stopping(_batch("terminate"), _UNDER_WAY, _STOP_FAILED),
        headers=_LANGUAGE,
    )


_V5 = Api(
    listing=Listing(
        "/v5/{project_id}/jobs",
        "jobs",
        "total_count",
        Paging("offset", "limit", 100),
        scopes=tuple({"job_type": job_type} for job_type in (*_JOB_TYPES, "replay")),
        enterprise_project_filter="enterprise_project_id",
    ),
    fields=replace(
        _FIELDS,
        enterprise_project_id="enterprise_project_id",
        prepaid=_PREPAID,
    ),
    deletion=Request("DELETE", "/v5/{project_id}/jobs/{id}", headers=_JSON),
    clouds=frozenset({Cloud.HUAWEI}),
    versions=("v5",),
    # The list is documented for fewer kinds of links than the delete.
    show=Show(
        "/v5/{project_id}/jobs/{id}",
        {"type": "overview"},
        "job",
        replace(_FIELDS, prepaid=replace(_PREPAID, path="base_info.charging_mode")),
    ),
    stopping=Stopping(
        Request(
            "POST",
            "/v5/{project_id}/jobs/{id}/stop",
            lambda _job_id: {"is_force_stop": False},
            idempotent=False,
        ),
        _UNDER_WAY,
        _STOP_FAILED,
    ),
    headers=_LANGUAGE,
)

DRS_JOB = Kind(
    name="drs_job",
    title="DRS",
    endpoints=Endpoints(
        otc="drs.{region}.otc.t-systems.com",
        huawei="drs.{region}.myhuaweicloud.com",
        tokens_only=frozenset({Cloud.OTC}),
        regions={"eu-ch2": None, "eu-west-101": "drs.eu-west-101.myhuaweicloud.eu"},
    ),
    apis=(_V5, _v3(Cloud.OTC, _ENGINES), _v3(Cloud.HUAWEI, _HUAWEI_ENGINES)),
    statuses=frozenset(
        [
            "CREATING",
            "CREATE_FAILED",
            "CONFIGURATION",
            "STARTJOBING",
            "WAITING_FOR_START",
            "START_JOB_FAILED",
            "PAUSING",
            "FULL_TRANSFER_STARTED",
            "FULL_TRANSFER_FAILED",
            "FULL_TRANSFER_COMPLETE",
            "INCRE_TRANSFER_STARTED",
            "INCRE_TRANSFER_FAILED",
            "RELEASE_RESOURCE_STARTED",
            "RELEASE_RESOURCE_FAILED",
            "RELEASE_RESOURCE_COMPLETE",
            "REBUILD_NODE_STARTED",
            "REBUILD_NODE_FAILED",
            "CHANGE_JOB_STARTED",
            "CHANGE_JOB_FAILED",
            "CHILD_TRANSFER_STARTING",
            "CHILD_TRANSFER_STARTED",
            "CHILD_TRANSFER_COMPLETE",
            "CHILD_TRANSFER_FAILED",
            "RELEASE_CHILD_TRANSFER_STARTED",
            "RELEASE_CHILD_TRANSFER_COMPLETE",
            "NODE_UPGRADE_START",
            "NODE_UPGRADE_COMPLETE",
            "NODE_UPGRADE_FAILED",
            "DELETED",
        ]
    ),
    deletable_statuses=frozenset({"CREATE_FAILED", "RELEASE_RESOURCE_COMPLETE", "RELEASE_CHILD_TRANSFER_COMPLETE"}),
    status_aliases={"PAUSEING": "PAUSING"},
    gone_statuses=frozenset({"DELETED"}),
    blocked_statuses={
        **dict.fromkeys(_BLOCKED, "stop the job first"),
        **dict.fromkeys(
            _STOP_FAILED,
            "an earlier stop has failed: stop the job again, and if that fails too, open a service ticket",
        ),
    },
    list_permission=on_both_clouds("drs:migrationJob:list"),
    delete_permission={Cloud.OTC: "drs:migrationJob:delete", Cloud.HUAWEI: "drs:migrationJobs:delete"},
    gone_codes=frozenset({"DRS.10000010", "DRS.M00289", "DRS.M05004"}),
    other_404_codes=frozenset({"DRS.M00101"}),
    throttle_codes=frozenset({"DRS.M01503"}),
    auth_codes=frozenset({"DRS.M00100", "DRS.M00103"}),
    check_before_delete=True,
)
