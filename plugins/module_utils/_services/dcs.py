# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Distributed Cache Service: records of the task centre, of analyses of keys, and instances.

Source: DCS API reference, Background Task Management, Cache Analysis, Lifecycle Management and Error Codes (both
clouds). The project-wide list of records is documented by Huawei Cloud only; where a gateway does not publish it, the
instances are gone through one by one, and records of instances that no longer exist stay invisible. T Cloud Public
documents no permission to delete records of the task centre. The bulk delete is never used: it can delete all failed
instances.
"""

from __future__ import annotations

from dataclasses import replace

from .._regions import Cloud, Endpoints
from .model import (
    GATEWAY_CODES,
    INSTANCES,
    Api,
    Fields,
    Flag,
    Kind,
    Lifecycle,
    Listing,
    Paging,
    Request,
    on_both_clouds,
)

_PAGING = Paging("offset", "limit", 1000)
_ENDPOINTS = Endpoints(
    otc="dcs.{region}.otc.t-systems.com",
    huawei="dcs.{region}.myhuaweicloud.com",
    regions={"eu-ch2": None},
)
_INSTANCES = Listing("/v2/{project_id}/instances", "instances", "instance_num", _PAGING)
_NO_INSTANCE = frozenset({"DCS.3022", "111404022"})
_UNPUBLISHED = GATEWAY_CODES | {"DCS.4001", "111404001", "DCS.5001"}

DCS_TASK = Kind(
    name="dcs_task",
    title="DCS",
    after=("drs_job", INSTANCES),
    held_by="dcs_instance",
    endpoints=_ENDPOINTS,
    apis=(
        Api(
            listing=Listing("/v2/{project_id}/tasks", "tasks", "task_count", _PAGING),
            fallback_listing=Listing(
                "/v2/{project_id}/instances/{instance_id}/tasks",
                "tasks",
                "task_count",
                _PAGING,
                instances=_INSTANCES,
            ),
            # job_id, which some replies carry too, is not what the delete takes.
            fields=Fields(id=("id",), status=("status",), created_at=("created_at",), updated_at=("updated_at",)),
            deletion=Request("DELETE", "/v2/{project_id}/tasks/{id}", answers=frozenset({"message"})),
        ),
    ),
    statuses=frozenset({"CREATED", "EXECUTING", "RUNNING", "SUCCESS", "FAILED"}),
    deletable_statuses=frozenset({"SUCCESS", "FAILED"}),
    status_aliases={"SUCCEEDED": "SUCCESS", "SUCCESSFUL": "SUCCESS", "FAIL": "FAILED"},
    list_permission={Cloud.HUAWEI: "dcs:task:list", Cloud.OTC: "dcs:instance:getBackgroundTask"},
    delete_permission={Cloud.HUAWEI: "dcs:task:delete"},
    # For an unknown task a bare 404 is all that is documented.
    gone_codes=frozenset(),
    gone_instance_codes=_NO_INSTANCE,
    unpublished_codes=_UNPUBLISHED,
)


def _in_both_spellings(*codes: str) -> frozenset[str]:
    """Return codes such as DCS.4017, and each as a code of nine digits."""
    return frozenset([*codes, *(f"111400{code[-3:]}" for code in codes)])


def _analysis(name: str, path: str, not_found: str, not_supported: str) -> Kind:
    """Declare a kind of analyses of the keys of an instance, which were saved with their results."""
    return Kind(
        name=name,
        title="DCS",
        after=("drs_job",),
        held_by="dcs_instance",
        endpoints=_ENDPOINTS,
        apis=(
            Api(
                listing=Listing(
                    f"/v2/{{project_id}}/instances/{{instance_id}}/{path}s",
                    "records",
                    "count",
                    Paging("offset", "limit", 100),
                    instances=_INSTANCES,
                ),
                fields=Fields(
                    id=("id",),
                    name=(),
                    status=("status",),
                    created_at=("created_at",),
                    updated_at=("finished_at", "started_at"),
                ),
                deletion=Request(
                    "DELETE", f"/v2/{{project_id}}/instances/{{instance_id}}/{path}/{{id}}", absent_status=204
                ),
            ),
        ),
        statuses=frozenset({"WAITING", "RUNNING", "SUCCESS", "FAILED"}),
        deletable_statuses=frozenset({"SUCCESS", "FAILED"}),
        gone_codes=_NO_INSTANCE | _in_both_spellings(not_found),
        gone_instance_codes=_NO_INSTANCE | _in_both_spellings(not_supported),
        unpublished_codes=_UNPUBLISHED,
    )


DCS_BIGKEY_TASK = _analysis("dcs_bigkey_task", "bigkey-task", "DCS.4942", "DCS.4919")
DCS_HOTKEY_TASK = _analysis("dcs_hotkey_task", "hotkey-task", "DCS.4941", "DCS.4922")

_DELETABLE = frozenset({"RUNNING", "ERROR", "CREATEFAILED"})
_PASSING = frozenset(
    [
        "CREATING",
        "STARTING",
        "CLOSING",
        "RESTARTING",
        "EXTENDING",
        "RESTORING",
        "FLUSHING",
        "UPGRADING",
        "ROLLBACKING",
        "MIGRATING",
        "IPEXCHANGING",
    ]
)
_GOING = frozenset({"DELETING"})
_GONE = frozenset({"DELETED"})
_BLOCKED = {
    **dict.fromkeys(("FREEZING", "FROZEN"), "settle the bill that froze the instance, or open a service ticket"),
    "CLOSED": "start the instance first",
    "PAYING": "pay or cancel the order first",
}
_BUSY = frozenset(
    [
        "DCS.4017",
        "DCS.4026",
        "DCS.4049",
        "DCS.4096",
        "DCS.4097",
        "DCS.4099",
        "DCS.4111",
        "DCS.4113",
        "DCS.4114",
        "DCS.4115",
        "DCS.4116",
        "DCS.4117",
        "DCS.4118",
        "DCS.4120",
        "DCS.4121",
        "DCS.4231",
        "DCS.4918",
        "DCS.4975",
    ]
)

DCS_INSTANCE = Kind(
    name="dcs_instance",
    title="DCS",
    after=("drs_job", "dcs_bigkey_task", "dcs_hotkey_task"),
    endpoints=_ENDPOINTS,
    apis=(
        Api(
            listing=replace(_INSTANCES, scopes=({"include_failure": "true"},)),
            fields=Fields(
                id=("instance_id",),
                status=("status",),
                created_at=("created_at",),
                engine=("engine", "engine_version"),
                tags="tags",
                enterprise_project_id="enterprise_project_id",
                # The other way round in DMS.
                prepaid=Flag("charging_mode", yes="1", no="0"),
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
        shows_deletion=False,
        busy_codes=_in_both_spellings(*_BUSY) | {"CBC.99003651"},
        consequences=("all its backups are deleted with it",),
    ),
    list_permission=on_both_clouds("dcs:instance:list"),
    delete_permission=on_both_clouds("dcs:instance:delete"),
    gone_codes=_NO_INSTANCE,
    unpublished_codes=_UNPUBLISHED,
)
