# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that the tasks of the role sundown.hwcloud.decommission use; their documentation is beside this file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def decommission_plan_document(state: str) -> dict[str, Any]:
    """Return the document of the plan that a packed state holds."""
    # Each worker that uses a filter of the collection loads every file of filters: imports that few need come late.
    from ..plugin_utils._plan.state import unpack  # noqa: PLC0415

    return unpack(state).document()


def decommission_still_listed(after: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> int:
    """Return how many records are listed after they were reported deleted or absent."""
    from ..plugin_utils._plan.outcomes import still_listed  # noqa: PLC0415

    return still_listed(after, results)


class FilterModule:
    """The filters by their names."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {function.__name__: function for function in (decommission_plan_document, decommission_still_listed)}
