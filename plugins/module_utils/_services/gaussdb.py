# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""GaussDB (openGauss): records of the task centre.

Source: GaussDB API reference, Task Management (both clouds). The list covers the last month only.
"""

from __future__ import annotations

from dataclasses import replace

from .._regions import Cloud, Endpoints
from .model import Api, Fields, Kind, Listing, Paging, Request, Show

# The parameter table counts rows from 0; examples and the vendor's Terraform provider count pages from 1.
_PAGING = Paging("offset", "limit", 100, alternative=Paging("offset", "limit", 100, first=1, counts_pages=True))

_OTC = Api(
    clouds=frozenset({Cloud.OTC}),
    listing=Listing("/v3/{project_id}/tasks", "tasks", "total_count", _PAGING),
    fields=Fields(
        id=("job_id",),
        status=("status",),
        created_at=("created_at",),
        updated_at=("ended_at",),
        instance_id=("instance_info.instance_id",),
    ),
    deletion=Request("DELETE", "/v3/{project_id}/jobs/{id}"),
    # The list forgets a record after a month, the record itself may still be there.
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
)

_OLDER_HUAWEI_HOST = "gaussdb.{region}.myhuaweicloud.com"

GAUSSDB_JOB = Kind(
    name="gaussdb_job",
    title="GaussDB",
    after=("drs_job",),
    endpoints=Endpoints(
        otc="gaussdb.{region}.otc.t-systems.com",
        huawei="gaussdb-opengauss.{region}.myhuaweicloud.com",
        regions={
            "eu-nl": None,
            "eu-ch2": None,
            "eu-west-101": "gaussdb-opengauss.{region}.myhuaweicloud.eu",
            **dict.fromkeys(
                (
                    "cn-east-2",
                    "cn-east-4",
                    "cn-east-5",
                    "cn-north-12",
                    "ap-southeast-5",
                    "tr-west-1",
                    "me-east-1",
                    "af-north-1",
                ),
                _OLDER_HUAWEI_HOST,
            ),
        },
    ),
    apis=(_OTC, replace(_OTC, clouds=frozenset({Cloud.HUAWEI}), headers={"X-Language": "en-us"})),
    statuses=frozenset({"RUNNING", "COMPLETED", "FAILED"}),
    deletable_statuses=frozenset({"COMPLETED", "FAILED"}),
    gone_codes=frozenset({"DBS.200543"}),
    auth_codes=frozenset({"DBS.280056"}),
)
