# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Distributed Message Service for Kafka: background task records of an instance.

Source: DMS API reference, Background Task Management, and Permissions and Supported Actions (the same on both clouds).
"""

from __future__ import annotations

from .._regions import Endpoints
from .model import GATEWAY_CODES, Api, Fields, Kind, Listing, Paging, Request

DMS_TASK = Kind(
    name="dms_task",
    title="DMS",
    after=("drs_job",),
    endpoints=Endpoints(
        otc="dms.{region}.otc.t-systems.com",
        huawei="dms.{region}.myhuaweicloud.com",
        regions={"eu-ch2": None, "eu-west-101": "dms.eu-west-101.myhuaweicloud.eu"},
    ),
    apis=(
        Api(
            listing=Listing(
                "/v2/{project_id}/instances/{instance_id}/tasks",
                "tasks",
                "task_count",
                Paging("start", "limit", 100, first=1),
                instances=Listing(
                    "/v2/{project_id}/instances",
                    "instances",
                    "instance_num",
                    Paging("offset", "limit", 50),
                    scopes=({"engine": "kafka"},),
                ),
            ),
            fields=Fields(id=("id",), status=("status",), created_at=("created_at",), updated_at=("updated_at",)),
            deletion=Request("DELETE", "/v2/{project_id}/instances/{instance_id}/tasks/{id}"),
        ),
    ),
    statuses=frozenset({"CREATED", "EXECUTING", "SUCCESS", "FAILED", "DELETED", "CANCELLED"}),
    deletable_statuses=frozenset({"SUCCESS", "FAILED", "CANCELLED"}),
    status_aliases={"CANCELED": "CANCELLED"},
    gone_statuses=frozenset({"DELETED"}),
    list_permission="dms:instance:getBackgroundTask",
    delete_permission="dms:instance:deleteBackgroundTask",
    # The instance is gone, and its tasks with it. No code is documented for an unknown task.
    gone_codes=frozenset({"DMS.00404022"}),
    gone_instance_codes=frozenset({"DMS.00404022"}),
    unpublished_codes=GATEWAY_CODES | {"DMS.00404001", "DMS.10240406", "00404001", "10240406"},
    throttle_codes=frozenset({"DMS.10240407", "10240407"}),
    auth_codes=frozenset({"DMS.10240101", "DMS.10240102", "DMS.10240103", "DMS.10240104"}),
)
