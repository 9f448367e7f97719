# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Cloud Container Engine: job records, and clusters.

Source: CCE API reference, Job Management and Cluster Management (both clouds). Which states of a job may be
deleted is not documented; only jobs that have ended are. Permissions: Huawei Cloud, API reference, Obtaining the Job
List, and user guide, custom policies.
"""

from __future__ import annotations

from dataclasses import replace

from .._regions import Cloud, Endpoints
from .model import INSTANCES, Api, Fields, Flag, Kind, Lifecycle, Listing, Parameter, Request, on_both_clouds

_JSON = {"Content-Type": "application/json"}
_ENDPOINTS = Endpoints(
    otc="cce.{region}.otc.t-systems.com",
    huawei="cce.{region}.myhuaweicloud.com",
    regions={
        "eu-ch2": "cce.eu-ch2.sc.otc.t-systems.com",
        "eu-west-101": "cce.eu-west-101.myhuaweicloud.eu",
    },
)
_NOT_FOUND = frozenset({"CCE.01404001", "CCE.02404001", "CCE.03404001"})
# Another request holds the resource.
_HELD = "CCE.01429002"
_THROTTLED = frozenset({_HELD, "CCE.01429003", "CCE.02429001"})

_JOBS = Api(
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
)

CCE_JOB = Kind(
    name="cce_job",
    title="CCE",
    after=("drs_job", INSTANCES),
    endpoints=_ENDPOINTS,
    apis=(_JOBS,),
    statuses=frozenset({"INITIALIZING", "RUNNING", "FAILED", "SUCCESS"}),
    deletable_statuses=frozenset({"FAILED", "SUCCESS"}),
    list_permission={Cloud.HUAWEI: "cce:job:list"},
    delete_permission={Cloud.HUAWEI: "cce:job:delete"},
    gone_codes=_NOT_FOUND,
    throttle_codes=_THROTTLED,
)

CCE_AUTOPILOT_JOB = replace(
    CCE_JOB,
    name="cce_autopilot_job",
    title="CCE Autopilot",
    apis=(
        replace(
            _JOBS,
            listing=Listing("/autopilot/v2/projects/{project_id}/jobs", None),
            deletion=Request("DELETE", "/autopilot/v2/projects/{project_id}/jobs/{id}"),
            clouds=frozenset({Cloud.HUAWEI}),
        ),
    ),
    list_permission={},
    delete_permission={},
)

_DELETABLE = frozenset({"AVAILABLE", "EMPTY", "UNAVAILABLE", "ERROR"})
_PASSING = frozenset(
    ["CREATING", "SCALINGUP", "SCALINGDOWN", "UPGRADING", "RESIZING", "ROLLINGBACK", "AWAKING"],
)
_GOING = frozenset({"DELETING"})
_HIBERNATED = frozenset({"HIBERNATION", "HIBERNATING"})
_BLOCKED = {
    **dict.fromkeys(_HIBERNATED, "wake the cluster and wait until it is available"),
    **dict.fromkeys(("ROLLBACKFAILED", "RESIZEFAILED"), "repair the cluster first, or open a service ticket"),
    **dict.fromkeys(("FREEZING", "FROZEN"), "settle the bill that froze the cluster, or open a service ticket"),
}


def _with_cluster(default: str, removes: str) -> Parameter:
    return Parameter(default, ("skip", "try", "block"), removes)


CCE_CLUSTER = Kind(
    name="cce_cluster",
    title="CCE",
    after=("drs_job",),
    endpoints=_ENDPOINTS,
    apis=(
        Api(
            listing=Listing("/api/v3/projects/{project_id}/clusters", "items"),
            fields=Fields(
                id=("metadata.uid",),
                name=("metadata.name",),
                status=("status.phase",),
                created_at=("metadata.creationTimestamp",),
                updated_at=("metadata.updateTimestamp",),
                engine=("spec.category", "spec.version"),
                tags="spec.clusterTags",
                enterprise_project_id="spec.extendParam.enterpriseProjectId",
                prepaid=Flag("spec.billingMode", yes="1", no="0"),
                protected=Flag("spec.deletionProtection"),
                locked=Flag("status.isLocked"),
            ),
            deletion=Request(
                "DELETE",
                "/api/v3/projects/{project_id}/clusters/{id}",
                # The defaults of the two clouds differ.
                parameters={
                    "delete_evs": _with_cluster("skip", "EVS disks"),
                    "delete_efs": _with_cluster("skip", "SFS Turbo file systems"),
                    "delete_obs": _with_cluster("skip", "OBS buckets"),
                    "delete_sfs": _with_cluster("skip", "SFS file systems"),
                    "delete_net": _with_cluster("block", "load balancers of its services and ingresses"),
                    "delete_eni": _with_cluster("block", "network interfaces of its containers"),
                },
            ),
            headers=_JSON,
        ),
    ),
    statuses=_DELETABLE | _PASSING | _GOING | _BLOCKED.keys(),
    deletable_statuses=_DELETABLE,
    blocked_statuses=_BLOCKED,
    lifecycle=Lifecycle(
        passing=_PASSING,
        going=_GOING,
        hibernated=_HIBERNATED,
        busy_codes=frozenset({_HELD}),
        consequences=("its nodes are deleted with their disks",),
    ),
    list_permission=on_both_clouds("cce:cluster:list"),
    delete_permission=on_both_clouds("cce:cluster:delete"),
    gone_codes=_NOT_FOUND,
    throttle_codes=_THROTTLED,
)
