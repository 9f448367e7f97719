# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The time after which no further batch starts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from ...module_utils._engine.records import TIME_FORMAT

WANTED = "a duration such as 45m or 1h30m, or a time of day in UTC such as '05:30', in quotes"

_DURATION = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?")
_TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def deadline_of(text: str, started: float) -> float | None:
    """Return the deadline as a POSIX time, None where ``text`` is neither a duration nor a time of day.

    ``started`` is the POSIX time at which the run has begun. A duration counts from there, and a time of day means the
    next such time after it.
    """
    duration, time_of_day = _DURATION.fullmatch(text), _TIME_OF_DAY.fullmatch(text)
    if time_of_day:
        begin = datetime.fromtimestamp(started, timezone.utc)
        hour, minute = map(int, time_of_day.groups())
        found = begin.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return (found if found > begin else found + timedelta(days=1)).timestamp()
    hours, minutes, seconds = (int(number or 0) for number in duration.groups()) if duration else (0, 0, 0)
    total = (hours * 60 + minutes) * 60 + seconds
    return started + total if total else None


def time_text(moment: float) -> str:
    """Return a POSIX time as ISO 8601 in UTC."""
    return datetime.fromtimestamp(moment, timezone.utc).strftime(TIME_FORMAT)
