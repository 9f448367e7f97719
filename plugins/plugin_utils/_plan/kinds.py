# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Names of kinds, as a list of them is given by a user."""

from __future__ import annotations

from collections.abc import Iterable

from ...module_utils._regions import Cloud
from ...module_utils._services import KINDS
from ...module_utils._services.model import Kind

DEFAULT_KINDS = ("drs_job", "gaussdb_job", "dms_task", "dcs_task", "cce_job")
# Words that stand for all such kinds that the region's cloud offers.
GROUPS = ("records", "instances", "all")


def select_kinds(names: Iterable[str], cloud: Cloud) -> list[Kind]:
    """Return the kinds that ``names`` stand for, each once, in the order of `KINDS`.

    A kind that is named itself is returned even where ``cloud`` does not offer it.
    """
    wanted = set(names)
    return [
        kind
        for kind in KINDS.values()
        if kind.name in wanted or (cloud in kind.clouds and not {"all", "records"}.isdisjoint(wanted))
    ]
