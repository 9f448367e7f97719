# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""A record as every module returns it, made out of a service's item."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from .._errors import OptionError
from .._services.model import Fields, Kind
from .._text import printable

SAFE_ID = re.compile(r"[A-Za-z0-9_-]+")
LONGEST_ID = 256

_TIME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[T ](?P<time>\d{2}:\d{2}:\d{2})(?:\.\d+)?\s*"
    r"(?:(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})(?:\s+[A-Z]{2,5})?)?"
)
_EPOCH = re.compile(r"\d{10}|\d{13}")


def iso_time(value: Any) -> str | None:
    """Return a service's time as ISO 8601 in UTC, to the second; ``None`` where it cannot be read.

    Read are ISO 8601 with and without a colon in the offset, ``2025-09-02 10:23:38.987955 +0000 UTC`` (CCE),
    ``2020-12-21 10:57:49`` (DRS, in UTC) and Unix time in seconds or milliseconds.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    text = str(value).strip()
    try:
        if _EPOCH.fullmatch(text):
            seconds = int(text) / (1000 if len(text) == 13 else 1)
            return _iso(datetime.fromtimestamp(seconds, timezone.utc))
        found = _TIME.fullmatch(text)
        if not found:
            return None
        moment = datetime.strptime(f"{found['date']} {found['time']}", "%Y-%m-%d %H:%M:%S")
        return _iso(moment.replace(tzinfo=timezone.utc) - _offset(found["zone"]))
    except (ValueError, OverflowError, OSError):
        return None


def _offset(zone: str | None) -> timedelta:
    if not zone or zone in ("Z", "UTC"):
        return timedelta()
    digits = zone[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if zone[0] == "-" else size


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def pick(item: Mapping[str, Any], paths: tuple[str, ...]) -> Any:
    """Return what stands at the first of the dotted ``paths`` that holds something."""
    for path in paths:
        value: Any = item
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None and value != "":
            return value
    return None


def text_at(item: Mapping[str, Any], paths: tuple[str, ...]) -> str | None:
    """Return a text or number at ``paths`` as one printable line, ``None`` where there is none."""
    value = pick(item, paths)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return printable(str(value), 256) or None


def id_at(item: Mapping[str, Any], paths: tuple[str, ...]) -> str | None:
    """Return the id at ``paths``, ``None`` where there is none.

    An id that could not stand in a URL exactly as it came is returned with escapes, so that it is neither taken for
    another nor ever used: `SAFE_ID` does not match it.
    """
    value = pick(item, paths)
    if text_at(item, paths) is None:
        return None
    text = str(value)
    if len(text) <= LONGEST_ID:
        return text if SAFE_ID.fullmatch(text) else _escaped(text)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_escaped(text[:64])}...{digest[:32]}"


def _escaped(text: str) -> str:
    return "".join(char if "!" <= char <= "~" and char != "\\" else _escape(ord(char)) for char in text)


def _escape(number: int) -> str:
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def to_record(
    kind: Kind,
    fields: Fields,
    item: Any,
    *,
    region: str,
    project_id: str,
    instance_id: str | None = None,
) -> dict[str, Any] | None:
    """Return ``item`` as a record; ``None`` where it has no id.

    A record is only deletable where its status is known to allow it and its id can stand in a URL as it came.
    """
    if not isinstance(item, Mapping):
        return None
    record_id = id_at(item, fields.id)
    if record_id is None:
        return None
    status = text_at(item, fields.status)
    held_by = instance_id or (id_at if kind.by_instance else text_at)(item, fields.instance_id)
    in_path = (record_id, held_by or "") if kind.by_instance else (record_id,)
    addressable = all(SAFE_ID.fullmatch(part) for part in in_path)
    return {
        "kind": kind.name,
        "service": kind.service,
        "region": region,
        "project_id": project_id,
        "instance_id": held_by,
        "id": record_id,
        "name": text_at(item, fields.name),
        "status": status,
        "created_at": iso_time(pick(item, fields.created_at)),
        "updated_at": iso_time(pick(item, fields.updated_at)),
        "deletable": addressable and kind.deletable(status),
    }


def check_ids(option: str, ids: Sequence[Any]) -> None:
    """Raise `OptionError` naming ``option`` where an id could not stand in a URL."""
    for position, value in enumerate(ids):
        if not isinstance(value, str) or not value.strip():
            raise OptionError(f"{option}[{position}]: an id must not be empty or blank")
        if not SAFE_ID.fullmatch(value):
            raise OptionError(f"{option}[{position}]: an id holds letters, digits, '-' and '_' only")
