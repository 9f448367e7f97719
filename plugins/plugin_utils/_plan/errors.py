# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What the plan refuses, and how it says so."""

from __future__ import annotations

from typing import Any, NoReturn

from ...module_utils._errors import OptionError


class PlanError(OptionError):
    """A variable, a rule or a plan cannot be used. Nothing has been deleted when this is raised."""


def refuse(place: str, value: Any, wanted: str) -> NoReturn:
    """Raise a PlanError that names the variable (and the place in it), the value and what is wanted instead."""
    raise PlanError(f"{place}: {value!r} {wanted}")
