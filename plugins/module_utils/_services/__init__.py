# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The services, each one declarative object in a file of its own."""

from __future__ import annotations

from .cce import CCE
from .dcs import DCS
from .dms import DMS
from .drs import DRS
from .gaussdb import GAUSSDB
from .model import Service

# In the order in which an environment is decommissioned.
SERVICES: dict[str, Service] = {service.name: service for service in (DRS, GAUSSDB, DMS, DCS, CCE)}

__all__ = ["CCE", "DCS", "DMS", "DRS", "GAUSSDB", "SERVICES", "Service"]
