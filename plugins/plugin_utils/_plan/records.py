# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""A record as environment_info lists it, and whether a list of records is complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._services import KINDS

Record = Mapping[str, Any]
# Kind, instance and id.
Key = tuple[str, str | None, str]
# Kind and id of an instance.
InstanceKey = tuple[str, str]

DIGEST_FIELDS = ("kind", "region", "project_id", "instance_id", "id", "status")
PLAN_FIELDS = (*DIGEST_FIELDS, "service", "name")
RECORD_FIELDS = ("kind", "service", "instance_id", "id", "name", "status")


def key_of(record: Record) -> Key:
    """Return what identifies a record among all records of a project."""
    return record["kind"], record["instance_id"], record["id"]


def is_instance(kind: str) -> bool:
    """Return whether this is a kind of instances."""
    return kind in KINDS and KINDS[kind].is_instance


def holder_of(kind: str, instance_id: str | None) -> InstanceKey | None:
    """Return the instance that takes a record of this kind with it, None where the record names none."""
    held_by = KINDS[kind].held_by if kind in KINDS else None
    return (held_by, instance_id) if held_by and instance_id else None


def instances_of(records: Iterable[Record]) -> set[InstanceKey]:
    """Return which of the records are instances."""
    return {(record["kind"], record["id"]) for record in records if is_instance(record["kind"])}


def without_held(records: Iterable[Record]) -> list[Record]:
    """Return the records but for those that go with an instance among them."""
    every = list(records)
    instances = instances_of(every)
    return [record for record in every if holder_of(record["kind"], record["instance_id"]) not in instances]


def counted(records: int, instances: int = 0) -> str:
    """Return a number of records for a reader; ``instances`` are those besides."""
    numbers = [f"{instances:,} {'instance' if instances == 1 else 'instances'}"] if instances else []
    if records or not instances:
        numbers.append(f"{records:,} {'record' if records == 1 else 'records'}")
    return " and ".join(numbers)


def is_complete(listings: Mapping[str, Mapping[str, Any]], kind: str) -> bool:
    """Return whether the list of a kind is known to hold every record."""
    return (listings.get(kind) or {}).get("state") == "complete"


def describe_listing(listing: Mapping[str, Any]) -> str:
    """Return why a list is not complete: HTTP status, the service's error code and message where there are any."""
    code = str(listing.get("error_code") or "")
    # Of a code of this collection, which has letters only, the message says the same.
    reasons = filter(None, (listing.get("http_status"), "" if code.isalpha() else code, listing.get("error_msg")))
    return (" ".join(map(str, reasons)) or str(listing.get("state") or "no answer")).rstrip(".")
