# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the guide to a whole environment: what goes with an instance."""

from __future__ import annotations

from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.coverage import consequences_of, options_in_force

from .declarations import collect
from .tables import literal, rst_table


def instances() -> str:
    """Return for each kind of instances what else goes with one and what stays, by default."""
    rows = [
        [
            literal(kind.name),
            "\n".join(f"- {clause}" for clause in consequences_of(kind.name, options_in_force(kind.name, {}))),
        ]
        for kind in collect()
        if kind.is_instance
    ]
    return rst_table(["Kind", "What else goes, and what stays"], rows, [24, 76])


PARTS = {"instances": instances}
