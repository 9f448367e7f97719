# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Distributed Cache Service: records of the task centre.

Source: DCS API reference, Background Task Management (both clouds). The project-wide list is documented
by Huawei Cloud only; where a gateway does not publish it, the instances are gone through one by one, and
records of instances that no longer exist stay invisible. The permissions are those of Huawei Cloud.
"""

from __future__ import annotations

from .._regions import Endpoints
from .model import GATEWAY_CODES, Api, Fields, Kind, Listing, Paging, Request

_PAGING = Paging("offset", "limit", 1000)

DCS_TASK = Kind(
    name="dcs_task",
    title="DCS",
    after=("drs_job",),
    endpoints=Endpoints(
        otc="dcs.{region}.otc.t-systems.com",
        huawei="dcs.{region}.myhuaweicloud.com",
        regions={"eu-ch2": None},
    ),
    apis=(
        Api(
            listing=Listing("/v2/{project_id}/tasks", "tasks", "task_count", _PAGING),
            fallback_listing=Listing(
                "/v2/{project_id}/instances/{instance_id}/tasks",
                "tasks",
                "task_count",
                _PAGING,
                instances=Listing("/v2/{project_id}/instances", "instances", "instance_num", _PAGING),
            ),
            # job_id, which some replies carry too, is not what the delete takes.
            fields=Fields(id=("id",), status=("status",), created_at=("created_at",), updated_at=("updated_at",)),
            deletion=Request("DELETE", "/v2/{project_id}/tasks/{id}", answers=frozenset({"message"})),
        ),
    ),
    statuses=frozenset({"CREATED", "EXECUTING", "RUNNING", "SUCCESS", "FAILED"}),
    deletable_statuses=frozenset({"SUCCESS", "FAILED"}),
    status_aliases={"SUCCEEDED": "SUCCESS", "SUCCESSFUL": "SUCCESS", "FAIL": "FAILED"},
    list_permission="dcs:task:list",
    delete_permission="dcs:task:delete",
    # For an unknown task a bare 404 is all that is documented.
    gone_codes=frozenset(),
    gone_instance_codes=frozenset({"DCS.3022", "111404022"}),
    unpublished_codes=GATEWAY_CODES | {"DCS.4001", "111404001", "DCS.5001"},
)
