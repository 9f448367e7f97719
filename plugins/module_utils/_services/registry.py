# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.

# Written by "make generate"; change the declarations instead.
"""Every kind, in the order in which an environment is decommissioned."""

from __future__ import annotations

from .cce import CCE_CLUSTER, CCE_JOB
from .dcs import DCS_INSTANCE, DCS_TASK
from .dms import DMS_INSTANCE, DMS_TASK
from .drs import DRS_JOB
from .gaussdb import GAUSSDB_INSTANCE, GAUSSDB_JOB
from .model import Kind

KINDS: dict[str, Kind] = {
    "drs_job": DRS_JOB,
    "gaussdb_instance": GAUSSDB_INSTANCE,
    "dms_task": DMS_TASK,
    "dms_instance": DMS_INSTANCE,
    "dcs_instance": DCS_INSTANCE,
    "cce_cluster": CCE_CLUSTER,
    "gaussdb_job": GAUSSDB_JOB,
    "dcs_task": DCS_TASK,
    "cce_job": CCE_JOB,
}
