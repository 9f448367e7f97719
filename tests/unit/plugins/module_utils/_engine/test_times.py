# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times of the services in one form."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.records import iso_time
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.mutations import JSON

TEN = "2026-11-01T10:00:00Z"
ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
TIMES = [
    ("2026-11-01T18:00:00+0800", TEN),  # GaussDB
    ("2026-11-01T10:00:00.000Z", TEN),  # DMS and DCS
    ("2026-11-01 10:00:00.987955 +0000 UTC", TEN),  # CCE
    ("2026-11-01 12:00:00.987955 +0200 CEST", TEN),
    ("2026-11-01 10:00:00", TEN),  # DRS v3, list
    ("1793527200000", TEN),  # DRS v3, details
    (1793527200000, TEN),
    (1793527200, TEN),
    ("2026-11-01T10:00:00Z", TEN),  # DRS v5
    ("2026-11-01T12:00:00+02:00", TEN),
    ("2026-11-01T05:30:00-0430", TEN),
    ("2026-11-01T10:00:00UTC", TEN),
    (" 2026-11-01T10:00:00Z ", TEN),
    ("2026-10-31T23:59:59-0001", "2026-11-01T00:00:59Z"),
    *(
        (value, None)
        for value in (
            *(None, "", "soon", "2026-11-01", "2026-13-01T10:00:00Z", "2026-11-31T10:00:00Z", "2026-11-01T25:00:00Z"),
            *("0001-01-01T00:00:00+0800", "2026-11-01 10:00:00 CST", "2026-11-01T10:00:00Z; more"),
            *(True, -1, 0, 1.5, 10**30, [], {}),
        )
    ),
]


@pytest.mark.parametrize(("value", "expected"), TIMES)
def test_iso_time_of_value_is_utc_or_none(value: Any, expected: str | None) -> None:
    assert iso_time(value) == expected


@settings(deadline=None)
@given(
    st.datetimes(datetime(1000, 1, 3), datetime(9999, 12, 29)),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_iso_time_any_moment_in_any_form_is_same_moment(moment: datetime, zone: timezone) -> None:
    there = moment.replace(tzinfo=zone)
    utc = there.astimezone(timezone(timedelta()))
    expected = utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    forms = [there.strftime(form) for form in ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S.%f %z XYZ")]
    for text in (*forms, there.isoformat(), utc.strftime("%Y-%m-%d %H:%M:%S")):
        assert iso_time(text) == expected
    seconds = int(utc.replace(microsecond=0).timestamp())
    if 10**9 <= seconds < 10**10:
        assert iso_time(seconds) == iso_time(str(seconds * 1000)) == expected


@settings(deadline=None)
@given(JSON)
def test_iso_time_any_value_is_time_or_none(value: Any) -> None:
    found = iso_time(value)
    assert found is None or (ISO.fullmatch(found) and datetime.strptime(found, "%Y-%m-%dT%H:%M:%SZ"))
