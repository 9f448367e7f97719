# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An item of each kind as its API reference shows it, and where id and status are if not in fields of these names."""

from __future__ import annotations

from typing import Any

ITEMS: dict[str, dict[str, Any]] = {
    "gaussdb_job": {
        "job_id": "one",
        "name": "CreateGaussDBV5Instance",
        "status": "Completed",
        "instance_info": {"instance_id": "in14", "instance_name": "gauss"},
        "created_at": "2022-08-05T08:15:07+0800",
        "ended_at": "2022-08-05T08:16:07+0800",
    },
    "drs_job": {"id": "one", "name": "DRS-1", "status": "CREATE_FAILED", "create_time": "2020-12-21 10:57:49"}
    | {"children": [{"id": "two"}]},
    "dms_task": {"id": "one", "name": "bindEip", "status": "SUCCESS", "created_at": "2022-05-20T08:29:23.812Z"}
    | {"updated_at": "1653035363812"},
    "cce_job": {
        "metadata": {"uid": "one", "creationTimestamp": "2025-09-02 10:23:38.987955 +0000 UTC"},
        "spec": {"type": "CreateCluster", "subJobs": [{"metadata": {"uid": "two"}}]},
        "status": {"status": "Success"},
    },
    "dcs_task": {"id": "one", "job_id": "other", "name": "EditBackup", "status": "SUCCESS"}
    | {"created_at": "2023-01-01T00:00:00Z"},
    "rds_task": {"id": "one", "name": "CreateMysqlSingleHAInstance", "status": "Completed", "instance_id": "in01"}
    | {"create_time": "2020-07-15T07:46:10+0000", "end_time": "2020-07-15T07:50:10+0000"},
    "taurusdb_task": {"job_id": "one", "job_name": "CreateGaussDBforMySQLInstance", "status": "Completed"}
    | {"instance_id": "in07", "created_time": "2020-07-15T07:46:10+0000", "ended_time": "2020-07-15T07:50:10+0000"},
    "dms_scheduled_task": {"id": "one", "name": "instanceExtend", "status": "SUCCESS"}
    | {"created_at": "2022-05-20T08:29:23.812Z", "updated_at": "1653035363812"},
    **dict.fromkeys(
        ("dcs_bigkey_task", "dcs_hotkey_task"),
        {"id": "one", "scan_type": "manual", "status": "success", "created_at": "2020-06-15T02:21:18.669Z"}
        | {"started_at": "2020-06-15T02:22:18.669Z", "finished_at": "2020-06-15T02:23:18.669Z"},
    ),
    "gaussdb_scheduled_task": {"task_id": "one", "task_name": "HOTFIX_VERSION_UPGRADE", "status": "Completed"}
    | {"instance_id": "in14", "create_time": "2026-01-07T08:15:07+0000", "start_time": "2026-01-07T09:15:07+0000"},
    "gaussdb_instance": {
        "id": "one",
        "name": "gaussdb-shop",
        "status": "ACTIVE",
        "created": "2020-12-23 03:21:41 UTC",
        "datastore": {"type": "GaussDB", "version": "8.201"},
        "charge_info": {"charge_mode": "postPaid"},
        "enterprise_project_id": "0",
        "tags": [{"key": "env", "value": "retired"}],
    },
    "dms_instance": {
        "instance_id": "one",
        "name": "kafka-shop",
        "status": "RUNNING",
        "engine": "kafka",
        "engine_version": "2.7",
        "created_at": "1585618587087",
        "charging_mode": 1,
        "order_id": None,
        "enterprise_project_id": "0",
        "tags": [{"key": "env", "value": "retired"}],
    },
    "dcs_instance": {
        "instance_id": "one",
        "name": "redis-shop",
        "status": "RUNNING",
        "engine": "Redis",
        "engine_version": "6.0",
        "created_at": "2017-03-31T12:24:46.297Z",
        "charging_mode": 0,
        "order_id": "",
        "enterprise_project_id": "0",
        "tags": [{"key": "env", "value": "retired"}],
    },
    "cce_cluster": {
        "metadata": {
            "uid": "one",
            "name": "cluster-shop",
            "creationTimestamp": "2020-02-02 03:48:58.968214406 +0000 UTC",
        },
        "spec": {
            "category": "CCE",
            "version": "v1.28",
            "billingMode": 0,
            "deletionProtection": False,
            "clusterTags": [{"key": "env", "value": "retired"}],
            "extendParam": {"enterpriseProjectId": "0"},
        },
        "status": {"phase": "Available", "isLocked": False},
    },
}
ITEMS["cce_autopilot_job"] = ITEMS["cce_job"]
ID = {
    "gaussdb_job": ("job_id",),
    "taurusdb_task": ("job_id",),
    "gaussdb_scheduled_task": ("task_id",),
    "cce_job": ("metadata", "uid"),
    "cce_autopilot_job": ("metadata", "uid"),
    "dms_instance": ("instance_id",),
    "dcs_instance": ("instance_id",),
    "cce_cluster": ("metadata", "uid"),
}
STATUS = {**dict.fromkeys(("cce_job", "cce_autopilot_job"), ("status", "status")), "cce_cluster": ("status", "phase")}
