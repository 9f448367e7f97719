# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""TaurusDB (GaussDB for MySQL): records of instant tasks.

Source: TaurusDB API reference, Task Center (Huawei Cloud). T Cloud Public has them in the console only. The hosts are
those of the vendor's SDK, as the documentation names three forms.
"""

from __future__ import annotations

from .._regions import Cloud, Endpoints
from .model import Api, Fields, Kind, Listing, Paging, Request, Show

_MYSQL = "gaussdb-mysql.{region}.myhuaweicloud.com"
_FOR_MYSQL = "gaussdbformysql.{region}.myhuaweicloud.com"

TAURUSDB_TASK = Kind(
    name="taurusdb_task",
    title="TaurusDB",
    after=("drs_job",),
    endpoints=Endpoints(
        huawei="gaussdb.{region}.myhuaweicloud.com",
        regions={
            **dict.fromkeys(("af-south-1", "cn-east-5", "la-north-2", "cn-southwest-3"), _MYSQL),
            **dict.fromkeys(("ap-southeast-1", "ap-southeast-2", "cn-north-11", "me-east-1", "tr-west-1"), _FOR_MYSQL),
            "eu-west-101": None,
        },
    ),
    apis=(
        Api(
            clouds=frozenset({Cloud.HUAWEI}),
            listing=Listing(
                "/v3/{project_id}/immediate-jobs",
                "jobs",
                "total_count",
                # The sources count rows from 0, or pages from 1.
                Paging("offset", "limit", 50, alternative=Paging("offset", "limit", 50, first=1, counts_pages=True)),
            ),
            fields=Fields(
                id=("job_id",),
                name=("job_name",),
                status=("status",),
                created_at=("created_time",),
                updated_at=("ended_time",),
                instance_id=("instance_id",),
            ),
            deletion=Request("DELETE", "/v3/{project_id}/jobs/{id}"),
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
            headers={"X-Language": "en-us"},
        ),
    ),
    statuses=frozenset({"PENDING", "RUNNING", "COMPLETED", "FAILED", "UNAUTHORIZED", "CANCELED"}),
    deletable_statuses=frozenset({"COMPLETED", "FAILED"}),
    status_aliases={"CANCELLED": "CANCELED"},
    blocked_statuses=dict.fromkeys(
        ("UNAUTHORIZED", "CANCELED"), "the service documents the delete for completed and failed tasks only"
    ),
    # The names in identity policies are gaussdbformysql:task:list and gaussdbformysql:task:delete.
    list_permission={Cloud.HUAWEI: "gaussdb:instance:list"},
    delete_permission={Cloud.HUAWEI: "gaussdb:instance:delete"},
    gone_codes=frozenset({"DBS.200543"}),
    auth_codes=frozenset({"DBS.280056"}),
)
