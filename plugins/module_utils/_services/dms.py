# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Distributed Message Service: records of background and of scheduled tasks of an instance, and instances.

Source: DMS API reference of Kafka, RabbitMQ and RocketMQ, Background Task Management, Scheduled Task Management,
Lifecycle Management, Instance Status, and Permissions and Supported Actions. The bulk delete is never used: it can
delete all failed instances. Which statuses of scheduled tasks allow a delete is documented for Kafka only.
"""

from __future__ import annotations

from dataclasses import replace

from .._regions import Cloud, Endpoints
from .model import GATEWAY_CODES, Api, Fields, Flag, Kind, Lifecycle, Listing, Paging, Request, on_both_clouds

_ENDPOINTS = Endpoints(
    otc="dms.{region}.otc.t-systems.com",
    huawei="dms.{region}.myhuaweicloud.com",
    regions={"eu-ch2": None, "eu-west-101": "dms.eu-west-101.myhuaweicloud.eu"},
)
_NO_INSTANCE = frozenset({"DMS.00404022"})
_UNPUBLISHED = GATEWAY_CODES | {"DMS.00404001", "DMS.10240406", "00404001", "10240406"}
_THROTTLED = frozenset({"DMS.10240407", "10240407"})
_UNAUTHENTICATED = frozenset({"DMS.10240101", "DMS.10240102", "DMS.10240103", "DMS.10240104"})


_KAFKA_INSTANCES = Listing(
    "/v2/{project_id}/instances",
    "instances",
    "instance_num",
    Paging("offset", "limit", 50),
    scopes=({"engine": "kafka"},),
    # Frozen. The documents name no code for an engine that a region does not know.
    other_400_codes=frozenset({"DMS.00400045", "00400045"}),
    enterprise_project_filter="enterprise_project_id",
)
_FAILED_ONES_TOO = {"include_failure": "true"}
_ROCKETMQ = {"engine": "rocketmq"}
_FURTHER_ENGINES = ({"engine": "rabbitmq"}, _ROCKETMQ)
_FIELDS = Fields(id=("id",), status=("status",), created_at=("created_at",), updated_at=("updated_at",))
_STATUSES = frozenset({"CREATED", "EXECUTING", "SUCCESS", "FAILED", "DELETED", "CANCELLED"})


def _tasks(collection: str, envelope: str, total: str, instances: Listing, cloud: Cloud) -> Api:
    path = f"/v2/{{project_id}}/instances/{{instance_id}}/{collection}"
    return Api(
        listing=Listing(path, envelope, total, Paging("start", "limit", 100, first=1), instances=instances),
        fields=_FIELDS,
        deletion=Request("DELETE", f"{path}/{{id}}"),
        clouds=frozenset({cloud}),
    )


_OF_ALL_ENGINES = replace(_KAFKA_INSTANCES, optional_scopes=_FURTHER_ENGINES)

DMS_TASK = Kind(
    name="dms_task",
    title="DMS",
    after=("drs_job",),
    held_by="dms_instance",
    endpoints=_ENDPOINTS,
    apis=(
        # For the other engines T Cloud Public has it in the console only.
        _tasks("tasks", "tasks", "task_count", _KAFKA_INSTANCES, Cloud.OTC),
        _tasks("tasks", "tasks", "task_count", _OF_ALL_ENGINES, Cloud.HUAWEI),
    ),
    statuses=_STATUSES,
    deletable_statuses=frozenset({"SUCCESS", "FAILED", "CANCELLED"}),
    status_aliases={"CANCELED": "CANCELLED"},
    gone_statuses=frozenset({"DELETED"}),
    list_permission=on_both_clouds("dms:instance:getBackgroundTask"),
    delete_permission=on_both_clouds("dms:instance:deleteBackgroundTask"),
    # The instance is gone, and its tasks with it. No code is documented for an unknown task.
    gone_codes=_NO_INSTANCE,
    gone_instance_codes=_NO_INSTANCE,
    unpublished_codes=_UNPUBLISHED,
    throttle_codes=_THROTTLED,
    auth_codes=_UNAUTHENTICATED,
)

DMS_SCHEDULED_TASK = Kind(
    name="dms_scheduled_task",
    title="DMS",
    after=("drs_job",),
    held_by="dms_instance",
    endpoints=_ENDPOINTS,
    apis=(
        # T Cloud Public documents it for RocketMQ only.
        _tasks(
            "scheduled-tasks",
            "jobs",
            "job_count",
            replace(_KAFKA_INSTANCES, scopes=(), optional_scopes=(_ROCKETMQ,)),
            Cloud.OTC,
        ),
        _tasks("scheduled-tasks", "jobs", "job_count", _OF_ALL_ENGINES, Cloud.HUAWEI),
    ),
    statuses=_STATUSES,
    deletable_statuses=frozenset({"SUCCESS", "CANCELLED"}),
    status_aliases={"CANCELED": "CANCELLED"},
    gone_statuses=frozenset({"DELETED"}),
    blocked_statuses={"FAILED": "the service documents the delete for successful and cancelled tasks only"},
    # Those of roles and policies; identity policies have names of their own.
    list_permission={Cloud.HUAWEI: "dms:instance:get"},
    delete_permission={Cloud.HUAWEI: "dms:instance:modify"},
    gone_codes=_NO_INSTANCE,
    gone_instance_codes=_NO_INSTANCE,
    unpublished_codes=_UNPUBLISHED,
    throttle_codes=_THROTTLED,
    auth_codes=_UNAUTHENTICATED,
    # A task in CREATED is a change that is still to come.
    check_before_delete=True,
)

_DELETABLE = frozenset({"RUNNING", "ERROR", "CREATEFAILED", "EXTENDEDFAILED"})
_PASSING = frozenset({"CREATING", "STARTING", "RESTARTING", "EXTENDING", "UPGRADING", "ROLLINGBACK"})
_GOING = frozenset({"DELETING"})
_GONE = frozenset({"DELETED"})
_BLOCKED = dict.fromkeys(("FREEZING", "FROZEN"), "settle the bill that froze the instance, or open a service ticket")

DMS_INSTANCE = Kind(
    name="dms_instance",
    title="DMS",
    after=("drs_job", "dms_task", "dms_scheduled_task"),
    endpoints=_ENDPOINTS,
    apis=(
        Api(
            listing=replace(
                _KAFKA_INSTANCES,
                scopes=({"engine": "kafka", **_FAILED_ONES_TOO},),
                optional_scopes=tuple({**engine, **_FAILED_ONES_TOO} for engine in _FURTHER_ENGINES),
            ),
            fields=Fields(
                id=("instance_id",),
                status=("status",),
                created_at=("created_at",),
                engine=("engine", "engine_version"),
                tags="tags",
                enterprise_project_id="enterprise_project_id",
                # The other way round in DCS.
                prepaid=Flag("charging_mode", yes="0", no="1"),
                order_id="order_id",
            ),
            deletion=Request("DELETE", "/v2/{project_id}/instances/{id}"),
        ),
    ),
    statuses=_DELETABLE | _PASSING | _GOING | _GONE | _BLOCKED.keys(),
    deletable_statuses=_DELETABLE,
    gone_statuses=_GONE,
    blocked_statuses=_BLOCKED,
    lifecycle=Lifecycle(
        passing=_PASSING,
        going=_GOING,
        busy_codes=frozenset({"DMS.00400017", "DMS.00400026", "DMS.00400099", "CBC.99003651"}),
        consequences=("all topics, queues and messages are deleted",),
    ),
    list_permission=on_both_clouds("dms:instance:list"),
    delete_permission=on_both_clouds("dms:instance:delete"),
    gone_codes=_NO_INSTANCE,
    unpublished_codes=_UNPUBLISHED,
    throttle_codes=_THROTTLED,
    auth_codes=_UNAUTHENTICATED,
)
