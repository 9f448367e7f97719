# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.

# Written by "make generate"; change the declarations instead.
"""Every kind, in the order in which an environment is decommissioned."""

from __future__ import annotations

from .cce import CCE_AUTOPILOT_JOB, CCE_CLUSTER, CCE_JOB
from .dcs import DCS_BIGKEY_TASK, DCS_HOTKEY_TASK, DCS_INSTANCE, DCS_TASK
from .dms import DMS_INSTANCE, DMS_SCHEDULED_TASK, DMS_TASK
from .drs import DRS_JOB
from .gaussdb import GAUSSDB_INSTANCE, GAUSSDB_JOB, GAUSSDB_SCHEDULED_TASK
from .model import Kind
from .rds import RDS_TASK
from .taurusdb import TAURUSDB_TASK

KINDS: dict[str, Kind] = {
    "drs_job": DRS_JOB,
    "gaussdb_instance": GAUSSDB_INSTANCE,
    "dms_task": DMS_TASK,
    "dms_scheduled_task": DMS_SCHEDULED_TASK,
    "dms_instance": DMS_INSTANCE,
    "dcs_bigkey_task": DCS_BIGKEY_TASK,
    "dcs_hotkey_task": DCS_HOTKEY_TASK,
    "dcs_instance": DCS_INSTANCE,
    "cce_cluster": CCE_CLUSTER,
    "gaussdb_job": GAUSSDB_JOB,
    "gaussdb_scheduled_task": GAUSSDB_SCHEDULED_TASK,
    "dcs_task": DCS_TASK,
    "cce_job": CCE_JOB,
    "cce_autopilot_job": CCE_AUTOPILOT_JOB,
    "rds_task": RDS_TASK,
    "taurusdb_task": TAURUSDB_TASK,
}
