# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What the plan needs to know about records and services. Both come from outside as plain data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

Record = Mapping[str, Any]
Key = tuple[str, Optional[str], str]

DIGESTED = ("service", "region", "project_id", "instance_id", "id", "status")
PLANNED = (*DIGESTED, "name")
RECORD_FIELDS = ("service", "instance_id", "id", "name", "status")
TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"

# Anything else could lead a request elsewhere; modules refuse it, and list it with escapes.
USABLE_ID = re.compile(r"[A-Za-z0-9_-]+")
_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True)
class ServiceFacts:
    """What the plan needs to know about a service.

    ``status_key`` returns the one spelling of a status, ``statuses`` are all that are known in that
    spelling, ``ids_option`` is the option of ``delete_module`` that takes the records. ``stoppable``: its running
    records can be stopped, and deleted then.
    """

    name: str
    title: str
    delete_module: str
    ids_option: str
    statuses: frozenset[str]
    status_key: Callable[[str], str]
    stoppable: bool = False


def key_of(record: Record) -> Key:
    """Return what tells a record from all others of a project."""
    return record["service"], record["instance_id"], record["id"]


def text_of(record: Record, field: str) -> str | None:
    """Return a field's text, or None where the record lacks it."""
    value = record.get(field)
    return value if isinstance(value, str) and value.strip() else None


def created_at(record: Record) -> str | None:
    """Return the time of creation, None where it is unknown. Such times compare as text."""
    text = text_of(record, "created_at")
    return text if text and _UTC.fullmatch(text) else None
