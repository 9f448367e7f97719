# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""A record as environment_info lists it, and whether a list of records is complete."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Record = Mapping[str, Any]
# Kind, instance and id.
Key = tuple[str, str | None, str]

DIGEST_FIELDS = ("kind", "region", "project_id", "instance_id", "id", "status")
PLAN_FIELDS = (*DIGEST_FIELDS, "service", "name")
RECORD_FIELDS = ("kind", "service", "instance_id", "id", "name", "status")
TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"

# Anything else could lead a request elsewhere; modules refuse it, and list it with escapes.
USABLE_ID = re.compile(r"[A-Za-z0-9_-]+")
_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def key_of(record: Record) -> Key:
    """Return what identifies a record among all records of a project."""
    return record["kind"], record["instance_id"], record["id"]


def text_of(record: Record, field: str) -> str | None:
    """Return a field's text, or None where the record lacks it."""
    value = record.get(field)
    return value if isinstance(value, str) and value.strip() else None


def created_at(record: Record) -> str | None:
    """Return the time of creation, None where it is unknown. Such times compare as text."""
    text = text_of(record, "created_at")
    return text if text and _UTC.fullmatch(text) else None


def is_complete(listings: Mapping[str, Mapping[str, Any]], kind: str) -> bool:
    """Return whether the list of a kind is known to hold every record."""
    return (listings.get(kind) or {}).get("state") == "complete"


def describe_listing(listing: Mapping[str, Any]) -> str:
    """Return why a list is not complete."""
    reasons = [str(listing[key]) for key in ("error_code", "error_msg") if listing.get(key)]
    return ": ".join(reasons or [str(listing.get("state") or "no answer")])
