# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Cloud Container Engine: job records.

Source: CCE API reference, Job Management (both clouds). Which states may be deleted is not documented;
only jobs that have ended are. Permissions: Huawei Cloud, API reference, Obtaining the Job
List, and user guide, custom policies.
"""

from __future__ import annotations

from .._regions import Endpoints
from .model import Api, Fields, Kind, Listing, Request

_JSON = {"Content-Type": "application/json"}

CCE_JOB = Kind(
    name="cce_job",
    title="CCE",
    after=("drs_job",),
    endpoints=Endpoints(
        otc="cce.{region}.otc.t-systems.com",
        huawei="cce.{region}.myhuaweicloud.com",
        regions={
            "eu-ch2": "cce.eu-ch2.sc.otc.t-systems.com",
            "eu-west-101": "cce.eu-west-101.myhuaweicloud.eu",
        },
    ),
    apis=(
        Api(
            listing=Listing("/api/v2/projects/{project_id}/jobs", None),
            fields=Fields(
                id=("metadata.uid",),
                name=("spec.type", "metadata.name"),
                status=("status.status", "status.phase"),
                created_at=("metadata.creationTimestamp",),
                updated_at=("metadata.updateTimestamp", "status.completionTime"),
            ),
            deletion=Request("DELETE", "/api/v2/projects/{project_id}/jobs/{id}"),
            headers=_JSON,
        ),
    ),
    statuses=frozenset({"INITIALIZING", "RUNNING", "FAILED", "SUCCESS"}),
    deletable_statuses=frozenset({"FAILED", "SUCCESS"}),
    list_permission="cce:job:list",
    delete_permission="cce:job:delete",
    gone_codes=frozenset({"CCE.01404001", "CCE.02404001", "CCE.03404001"}),
    throttle_codes=frozenset({"CCE.01429002", "CCE.01429003", "CCE.02429001"}),
)
