# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Records as every module returns them, made out of the items of a service."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from .._errors import OptionError
from .._services.model import Fields, Flag, Kind, Refusal
from .._text import printable

Record = dict[str, Any]

# Anything else could lead a request elsewhere.
SAFE_ID = re.compile(r"[A-Za-z0-9_-]+")
LONGEST_ID = 256
TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"

_TIME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[T ](?P<time>\d{2}:\d{2}:\d{2})(?:\.\d+)?\s*"
    r"(?:(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})(?:\s+[A-Z]{2,5})?)?"
)
_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_EPOCH = re.compile(r"\d{10}|\d{13}")


def plain_text(value: Any) -> str | None:
    """Return a text or a number as text, None where ``value`` is neither."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else None


def iso_time(value: Any) -> str | None:
    """Return a service's time as ISO 8601 in UTC, to the second; ``None`` where it cannot be read.

    Read are ISO 8601 with and without a colon in the offset, ``2025-09-02 10:23:38.987955 +0000 UTC`` (CCE),
    ``2020-12-21 10:57:49`` (DRS, in UTC) and Unix time in seconds or milliseconds.
    """
    text = (plain_text(value) or "").strip()
    try:
        if _EPOCH.fullmatch(text):
            seconds = int(text) / (1000 if len(text) == 13 else 1)
            return _iso(datetime.fromtimestamp(seconds, timezone.utc))
        found = _TIME.fullmatch(text)
        if not found:
            return None
        zone = (found["zone"] or "Z").replace("UTC", "Z")
        moment = datetime.strptime(f"{found['date']} {found['time']} {zone}", "%Y-%m-%d %H:%M:%S %z")
        return _iso(moment.astimezone(timezone.utc))
    except (ValueError, OverflowError, OSError):
        return None


def _iso(moment: datetime) -> str:
    return moment.strftime(TIME_FORMAT).rjust(20, "0")


def pick(item: Mapping[str, Any], paths: tuple[str, ...]) -> Any:
    """Return the value at the first of the dotted ``paths`` that has one."""
    for path in paths:
        value: Any = item
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None and value != "":
            return value
    return None


def text_at(item: Mapping[str, Any], paths: tuple[str, ...]) -> str | None:
    """Return a text or number at ``paths`` as one printable line, ``None`` where there is none."""
    return printable(plain_text(pick(item, paths)) or "", 256) or None


def id_at(item: Mapping[str, Any], paths: tuple[str, ...]) -> str | None:
    """Return the id at ``paths``, ``None`` where there is none.

    An id that cannot be used in a URL unchanged is returned with escapes, so that it is neither confused with another
    nor ever used: `SAFE_ID` does not match it.
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
    """Return ``text`` with an escape in place of everything but visible ASCII, and of the backslash."""

    def escape(char: re.Match[str]) -> str:
        number = ord(char[0])
        return f"\\U{number:08x}" if number > 0xFFFF else f"\\u{number:04x}"

    return re.sub(r"[^!-~]|\\", escape, text)


def to_record(
    kind: Kind, fields: Fields, item: Any, *, region: str, project_id: str, instance_id: str | None = None
) -> Record | None:
    """Return ``item`` as a record; ``None`` where it has no id.

    A record is only deletable where its status is known to allow it and its id can be used in a URL unchanged.
    """
    if not isinstance(item, Mapping):
        return None
    record_id = id_at(item, fields.id)
    if record_id is None:
        return None
    status = text_at(item, fields.status)
    prepaid = _prepaid(item, fields)
    protected, locked = flag_at(item, fields.protected), flag_at(item, fields.locked)
    refusal = kind.refusal(status, prepaid=prepaid, protected=protected, locked=locked)
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
        "deletable": addressable and refusal is None,
        "tags": _tags(item, fields),
        "enterprise_project_id": text_at(item, (fields.enterprise_project_id,))
        if fields.enterprise_project_id
        else None,
        "prepaid": prepaid,
        "protected": protected,
        **({"engine": _engine(item, fields), "locked": locked} if kind.is_instance else {}),
    }


def refusal_of(kind: Kind, record: Mapping[str, Any]) -> Refusal | None:
    """Return why a record of the kind is not deleted, None where it is."""
    facts = {name: record.get(name) for name in ("prepaid", "protected", "locked")}
    return kind.refusal(record["status"], **facts)


def flag_at(item: Mapping[str, Any], flag: Flag | None) -> bool | None:
    """Return whether a fact holds, None where that is unknown."""
    if flag is None:
        return None
    value = pick(item, (flag.path,))
    text = str(value).lower() if isinstance(value, (bool, int, str)) else None
    return {flag.yes.lower(): True, flag.no.lower(): False}.get(text or "")


def _engine(item: Mapping[str, Any], fields: Fields) -> str | None:
    """Return engine and version of an instance in one line."""
    parts = (text_at(item, (path,)) for path in fields.engine)
    return printable(" ".join(filter(None, parts)), 256) or None


def _prepaid(item: Mapping[str, Any], fields: Fields) -> bool | None:
    """Return whether an item is prepaid; one with an order is, whatever else it says."""
    has_order = bool(fields.order_id and text_at(item, (fields.order_id,)))
    return True if has_order else flag_at(item, fields.prepaid)


def _tags(item: Mapping[str, Any], fields: Fields) -> dict[str, str] | None:
    """Return the tags of an item, None where the API does not tell them."""
    found = pick(item, (fields.tags,)) if fields.tags else None
    if not isinstance(found, list):
        return {} if fields.omits_empty_tags and found is None else None
    tags = [(text_at(tag, ("key",)), text_at(tag, ("value",))) for tag in found if isinstance(tag, Mapping)]
    return {key: value or "" for key, value in tags if key}


def text_of(record: Mapping[str, Any], field: str) -> str | None:
    """Return a field's text, or None where the record lacks it."""
    value = record.get(field)
    return value if isinstance(value, str) and value.strip() else None


def created_at(record: Mapping[str, Any]) -> str | None:
    """Return the time of creation, None where it is unknown. Such times compare as text."""
    text = text_of(record, "created_at")
    return text if text and _UTC.fullmatch(text) else None


def usable_id(place: str, value: Any) -> str:
    """Return an id, which may be a number, as text; raise `OptionError` naming ``place`` as `check_id` does."""
    text = plain_text(value)
    check_id(place, value if text is None else text)
    return str(text)


def check_ids(option: str, ids: Sequence[Any]) -> None:
    """Raise `OptionError` naming ``option`` where an id cannot be used in a URL."""
    for position, value in enumerate(ids):
        check_id(f"{option}[{position}]", value)


def check_id(place: str, value: Any) -> None:
    """Raise `OptionError` naming ``place`` unless ``value`` is an id that can be used in a URL."""
    if value is None:
        raise OptionError(f"{place}: an ID is required")
    if isinstance(value, str) and not value.strip():
        raise OptionError(f"{place}: an ID must not be empty or blank")
    if not isinstance(value, str):
        raise OptionError(f"{place}: an ID must be a string")
    if value.startswith("{"):
        raise OptionError(f"{place}: this is a record, not an ID; use map(attribute='id')")
    if not SAFE_ID.fullmatch(value):
        raise OptionError(f"{place}: an ID may only contain letters, digits, '-' and '_'")
