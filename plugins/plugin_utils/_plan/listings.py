# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Reads what environment_info says about each service's list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COMPLETE = "complete"


def is_complete(listings: Mapping[str, Mapping[str, Any]], service: str) -> bool:
    """Tell whether a service's list is known to hold every record."""
    return (listings.get(service) or {}).get("state") == COMPLETE


def told(listing: Mapping[str, Any]) -> str:
    """Return in words why a list is not complete."""
    said = [str(listing[key]) for key in ("error_code", "error_msg") if listing.get(key)]
    return ": ".join([str(listing.get("state") or "no answer"), *said])
