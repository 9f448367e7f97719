# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""GaussDB (openGauss): records of the task centre and of scheduled tasks, and instances.

Source: GaussDB API reference, Task Management, Instance Management and Error Codes (both clouds); for the permissions
GaussDB user guide (T Cloud Public). The list of records covers the last month only.
"""

from __future__ import annotations

from dataclasses import replace

from .._regions import Cloud, Endpoints
from .model import (
    INSTANCES,
    Api,
    Deletions,
    Fields,
    Flag,
    Kind,
    Lifecycle,
    Listing,
    Paging,
    Request,
    Show,
    on_both_clouds,
)

# The parameter table counts rows from 0; examples and the vendor's Terraform provider count pages from 1.
_PAGING = Paging("offset", "limit", 100, alternative=Paging("offset", "limit", 100, first=1, counts_pages=True))

_TASKS = Listing("/v3/{project_id}/tasks", "tasks", "total_count", _PAGING)

_OTC = Api(
    clouds=frozenset({Cloud.OTC}),
    listing=_TASKS,
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
_ENDPOINTS = Endpoints(
    otc="gaussdb.{region}.otc.t-systems.com",
    huawei="gaussdb-opengauss.{region}.myhuaweicloud.com",
    tokens_only=frozenset({Cloud.OTC}),
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
)
_LANGUAGE = {"X-Language": "en-us"}
_NO_JOB = frozenset({"DBS.200543"})
_UNAUTHENTICATED = frozenset({"DBS.280056"})

GAUSSDB_JOB = Kind(
    name="gaussdb_job",
    title="GaussDB",
    after=("drs_job", INSTANCES),
    endpoints=_ENDPOINTS,
    apis=(_OTC, replace(_OTC, clouds=frozenset({Cloud.HUAWEI}), headers=_LANGUAGE)),
    statuses=frozenset({"RUNNING", "COMPLETED", "FAILED"}),
    deletable_statuses=frozenset({"COMPLETED", "FAILED"}),
    gone_codes=_NO_JOB,
    auth_codes=_UNAUTHENTICATED,
)

GAUSSDB_SCHEDULED_TASK = Kind(
    name="gaussdb_scheduled_task",
    title="GaussDB",
    after=("drs_job", INSTANCES),
    endpoints=_ENDPOINTS,
    apis=(
        Api(
            clouds=frozenset({Cloud.HUAWEI}),
            listing=Listing(
                "/v3/{project_id}/instances/schedule-tasks", "tasks", "total_count", Paging("offset", "limit", 100)
            ),
            fields=Fields(
                id=("task_id",),
                name=("task_name",),
                status=("status",),
                created_at=("create_time",),
                updated_at=("start_time",),
                instance_id=("instance_id",),
            ),
            deletion=Request("DELETE", "/v3/{project_id}/instances/schedule-task/{id}"),
            headers=_LANGUAGE,
        ),
    ),
    statuses=frozenset({"PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELED"}),
    deletable_statuses=frozenset({"COMPLETED", "FAILED", "CANCELED"}),
    status_aliases={"CANCELLED": "CANCELED"},
    gone_codes=_NO_JOB,
    auth_codes=_UNAUTHENTICATED,
    # A task in Pending is a change that is still to come.
    check_before_delete=True,
)

_FIELDS = Fields(
    id=("id",),
    status=("status",),
    created_at=("created",),
    updated_at=("updated",),
    engine=("datastore.type", "datastore.version"),
    tags="tags",
    enterprise_project_id="enterprise_project_id",
    prepaid=Flag("charge_info.charge_mode", yes="prePaid", no="postPaid"),
)
_INSTANCES_OTC = Api(
    clouds=frozenset({Cloud.OTC}),
    listing=Listing("/v3/{project_id}/instances", "instances", "total_count", Paging("offset", "limit", 100)),
    fields=_FIELDS,
    deletion=Request("DELETE", "/v3/{project_id}/instances/{id}"),
)
_DELETABLE = frozenset({"ACTIVE", "FAILED", "STORAGE_FULL"})
_PASSING = frozenset(
    [
        "BUILD",
        "MODIFYING",
        "EXPANDING",
        "REBOOTING",
        "UPGRADING",
        "RESTORING",
        "SWITCHOVER",
        "MIGRATING",
        "BACKING_UP",
        "REDUCING_REPLICATION",
        "REPAIRING",
    ]
)
_BLOCKED = {
    "FROZEN": "settle the bill that froze the instance, or open a service ticket",
    # The user guide forbids the delete during an upgrade, and this one only ends when somebody decides.
    "UPGRADE_TO_BE_OBSERVED": "commit the upgrade or roll it back first",
}

GAUSSDB_INSTANCE = Kind(
    name="gaussdb_instance",
    title="GaussDB",
    after=("drs_job",),
    endpoints=_ENDPOINTS,
    apis=(
        _INSTANCES_OTC,
        replace(
            _INSTANCES_OTC,
            clouds=frozenset({Cloud.HUAWEI}),
            fields=replace(_FIELDS, omits_empty_tags=True),
            headers=_LANGUAGE,
        ),
    ),
    statuses=_DELETABLE | _PASSING | _BLOCKED.keys(),
    deletable_statuses=_DELETABLE,
    blocked_statuses=_BLOCKED,
    lifecycle=Lifecycle(
        passing=_PASSING,
        # The status does not tell.
        deletions=Deletions(
            replace(_TASKS, scopes=({"name": "DeleteGaussDBV5Instance", "status": "Running"},)), _OTC.fields
        ),
        # DBS.280011 may mean that the instance is gone, which the list tells.
        busy_codes=frozenset(
            [
                "DBS.200011",
                "DBS.200019",
                "DBS.200047",
                "DBS.201014",
                "DBS.201015",
                "DBS.201202",
                "DBS.212006",
                "DBS.216011",
                "DBS.280011",
                "DBS.05000084",
                "DBS.06020003",
            ]
        ),
        consequences=(
            "the service keeps it in its recycle bin, free of charge, for 1 to 7 days, 7 unless that was changed",
            "automated backups are deleted, manual backups stay and cost",
        ),
    ),
    list_permission=on_both_clouds("gaussdb:instance:list"),
    delete_permission=on_both_clouds("gaussdb:instance:delete"),
    gone_codes=frozenset(
        ["DBS.200002", "DBS.200045", "DBS.200602", "DBS.201028", "DBS.280022", "DBS.290005", "DBS.290011"]
    ),
    # No normal node, and a general one.
    other_404_codes=frozenset({"DBS.200355", "DBS.200408", "DBS.290013"}),
    auth_codes=_UNAUTHENTICATED,
)
