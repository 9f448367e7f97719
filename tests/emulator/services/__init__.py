# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The six APIs: one module and one table of routes each (DRS has two versions)."""

from __future__ import annotations

from emulator.call import Routes

from . import cce, dcs, dms, drs, drs_v3, gaussdb, iam

SERVICES = ("iam", "gaussdb", "drs", "dms", "cce", "dcs")
ROUTES: dict[str, dict[str, Routes]] = {
    "iam": {"v3": iam.routes},
    "gaussdb": {"v3": gaussdb.routes},
    "drs": {"v3": drs_v3.routes, "v5": drs.routes},
    "dms": {"v2": dms.routes},
    "cce": {"v2": cce.routes},
    "dcs": {"v2": dcs.routes},
}
