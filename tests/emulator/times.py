# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as the services write and read them; inside the cloud emulator they are POSIX timestamps in seconds."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_AGE = re.compile(r"^(\d+(?:\.\d+)?)([smhdw])$")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_CHINA = timezone(timedelta(hours=8))
_UTC = timezone.utc


def parse_age(text: str) -> float:
    """Seconds of an age such as ``90s``, ``12h`` or ``3d``; ValueError for anything else."""
    match = _AGE.match(str(text))
    if match is None:
        raise ValueError(f"{text!r} is not an age such as 12h or 3d")
    return float(match.group(1)) * _UNITS[match.group(2)]


def parse_time(value: object) -> float:
    """Timestamp of an ISO 8601 text (UTC when it names no offset), of a YAML date or of a number; else ValueError."""
    if isinstance(value, bool) or value is None:
        raise ValueError(f"{value!r} is not a time")
    if isinstance(value, (int, float)):
        return float(value)
    text = re.sub("Z$", "+00:00", str(value))  # Python before 3.11 does not read the Z.
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=_UTC)).timestamp()


def iso_micro(at: float) -> str:
    """IAM: ``2026-11-01T10:00:00.000000Z``."""
    return datetime.fromtimestamp(at, _UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def iso_milli(at: float) -> str:
    """DMS and DCS: ``2026-11-01T10:00:00.000Z``."""
    moment = datetime.fromtimestamp(at, _UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def iso_seconds(at: float) -> str:
    """``2026-11-01T10:00:00Z``."""
    return datetime.fromtimestamp(at, _UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def offset_without_colon(at: float) -> str:
    """GaussDB: ``2026-11-01T18:00:00+0800``, local to the service and not UTC."""
    return datetime.fromtimestamp(at, _CHINA).strftime("%Y-%m-%dT%H:%M:%S%z")


def offset_of_utc(at: float) -> str:
    """RDS and TaurusDB: ``2026-11-01T10:00:00+0000``."""
    return datetime.fromtimestamp(at, _UTC).strftime("%Y-%m-%dT%H:%M:%S%z")


def plain(at: float) -> str:
    """DRS v3 lists: ``2026-11-01 10:00:00``, UTC unsaid."""
    return datetime.fromtimestamp(at, _UTC).strftime("%Y-%m-%d %H:%M:%S")


def epoch_milli(at: float) -> str:
    """DRS details: milliseconds since 1970 as a string."""
    return str(int(at * 1000))


def go_default(at: float) -> str:
    """CCE: ``2026-11-01 10:00:00.987955 +0000 UTC``, the way Go prints a time."""
    return datetime.fromtimestamp(at, _UTC).strftime("%Y-%m-%d %H:%M:%S.%f +0000 UTC")


def go_nanoseconds(at: float) -> str:
    """CCE's clusters: the same with nine digits of a second."""
    return datetime.fromtimestamp(at, _UTC).strftime(f"%Y-%m-%d %H:%M:%S.{int(at % 1 * 1e9):09d} +0000 UTC")


def spelled_out(at: float) -> str:
    """GaussDB's instances: ``2026-11-01 10:00:00 UTC``."""
    return datetime.fromtimestamp(at, _UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def compact(text: str) -> float:
    """Timestamp of DMS's and DCS's query form ``20261101100000`` (UTC); ValueError for anything else."""
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=_UTC).timestamp()
