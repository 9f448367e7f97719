# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Relational Database Service: records of instant tasks.

Source: RDS API reference, Task Management (Huawei Cloud). T Cloud Public documents the list, but no delete.
"""

from __future__ import annotations

from .._regions import Cloud, Endpoints
from .model import Api, Fields, Kind, Listing, Paging, Request, Show

RDS_TASK = Kind(
    name="rds_task",
    title="RDS",
    after=("drs_job",),
    endpoints=Endpoints(
        huawei="rds.{region}.myhuaweicloud.com",
        regions={"eu-west-101": "rds.eu-west-101.myhuaweicloud.eu"},
    ),
    apis=(
        Api(
            clouds=frozenset({Cloud.HUAWEI}),
            listing=Listing("/v3/{project_id}/tasklist", "tasks", "total_count", Paging("offset", "limit", 50)),
            fields=Fields(
                id=("id",),
                status=("status",),
                created_at=("create_time",),
                updated_at=("end_time",),
                instance_id=("instance_id",),
            ),
            deletion=Request("DELETE", "/v3/{project_id}/jobs", query={"id": "{id}"}),
            # The list may cover a month only, as that of the console of T Cloud Public does.
            show=Show(
                "/v3/{project_id}/jobs",
                {"id": "{id}"},
                "job",
                Fields(
                    id=("id",),
                    status=("status",),
                    created_at=("created",),
                    updated_at=("ended",),
                    instance_id=("instance.id",),
                ),
            ),
        ),
    ),
    statuses=frozenset({"RUNNING", "COMPLETED", "FAILED"}),
    deletable_statuses=frozenset({"COMPLETED", "FAILED"}),
    list_permission={Cloud.HUAWEI: "rds:task:list"},
    delete_permission={Cloud.HUAWEI: "rds:task:delete"},
    gone_codes=frozenset({"DBS.200543"}),
    auth_codes=frozenset({"DBS.280056"}),
)
