# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A record as every module returns it: times in one form, statuses in any spelling, ids that are safe to use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.records import iso_time
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller
from helpers.kind_cases import BY_NAME, CASES, SERVICES, Case

TEN = "2026-11-01T10:00:00Z"
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
]
NO_TIMES = [
    None,
    "",
    "soon",
    "2026-11-01",
    "2026-13-01T10:00:00Z",
    "2026-11-31T10:00:00Z",
    "2026-11-01T25:00:00Z",
    "0001-01-01T00:00:00+0800",
    "2026-11-01 10:00:00 CST",
    "2026-11-01T10:00:00Z; more",
    True,
    -1,
    0,
    1.5,
    10**30,
    [],
    {},
]


@pytest.mark.parametrize(("given", "expected"), TIMES)
def test_time_in_any_form(given: Any, expected: str) -> None:
    assert iso_time(given) == expected


@pytest.mark.parametrize("given", NO_TIMES, ids=repr)
def test_what_is_no_time_is_unknown(given: Any) -> None:
    assert iso_time(given) is None


@settings(deadline=None)
@given(
    st.datetimes(datetime(1971, 1, 2), datetime(2999, 12, 30)),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_every_moment_survives_every_form(moment: datetime, zone: timezone) -> None:
    there = moment.replace(tzinfo=zone)
    utc = there.astimezone(UTC)
    expected = utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert iso_time(there.strftime("%Y-%m-%dT%H:%M:%S%z")) == expected
    assert iso_time(there.isoformat()) == expected
    assert iso_time(there.strftime("%Y-%m-%d %H:%M:%S.%f %z XYZ")) == expected
    assert iso_time(utc.strftime("%Y-%m-%d %H:%M:%S")) == expected
    seconds = int(utc.replace(microsecond=0).timestamp())
    if 10**9 <= seconds < 10**10:
        assert iso_time(seconds) == iso_time(str(seconds * 1000)) == expected


@settings(deadline=None)
@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text())))
def test_no_time_ever_raises(value: Any) -> None:
    made = iso_time(value)
    assert made is None or datetime.strptime(made, "%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("service", "field", "written"),
    [
        ("dms", "created_at", "2026-11-01T12:00:00.123+0200"),
        ("dcs", "created_at", 1793527200000),
        ("gaussdb", "created_at", "2026-11-01 10:00:00"),
        ("drs", "create_time", "1793527200000"),
        ("cce", "metadata", {"uid": "a-cce-1", "creationTimestamp": "2026-11-01 10:00:00.1 +0000 UTC"}),
    ],
)
def test_time_of_a_listed_record(cloud: CloudEmulator, call: Caller, service: str, field: str, written: Any) -> None:
    case = next(case for case in SERVICES if case.service == service)
    assert raw(cloud, call, case, {field: written})["created_at"] == TEN


@pytest.mark.parametrize(("service", "field"), [("dms", "created_at"), ("dcs", "updated_at"), ("drs", "create_time")])
def test_time_that_cannot_be_read_is_null(cloud: CloudEmulator, call: Caller, service: str, field: str) -> None:
    case = next(case for case in SERVICES if case.service == service)
    record = raw(cloud, call, case, {field: "yesterday"})
    assert record[{"create_time": "created_at"}.get(field, field)] is None
    assert record["deletable"]


def raw(cloud: CloudEmulator, call: Caller, case: Case, fields: dict[str, Any]) -> dict[str, Any]:
    """List one record that the service describes with ``fields`` laid over its own."""
    return listed(cloud, call, case, raw=fields)


def listed(cloud: CloudEmulator, call: Caller, case: Case, **spec: Any) -> dict[str, Any]:
    """List the only record of a service."""
    records = all_listed(cloud, call, case, **spec)
    assert len(records) == 1
    record: dict[str, Any] = records[0]
    return record


def all_listed(cloud: CloudEmulator, call: Caller, case: Case, **spec: Any) -> list[Any]:
    scenario = small(region=case.region)
    spec = {"id": case.deletable[0], "status": case.status, **spec}
    content: Any = [spec]
    if case.service in ("dms", "dcs"):
        content = {"instances": [{"id": "a-kafka-1", "name": "one", "tasks": [spec]}]}
    scenario["projects"][0]["services"] = {case.service: content}
    cloud.load(scenario)
    records: list[Any] = call(case.info_module)["records"]
    return records


DELETABLE = {
    "gaussdb-otc": ["Completed", "Failed"],
    "drs-v3": ["CREATE_FAILED", "RELEASE_RESOURCE_COMPLETE", "RELEASE_CHILD_TRANSFER_COMPLETE"],
    "drs-v5": ["CREATE_FAILED", "RELEASE_RESOURCE_COMPLETE", "RELEASE_CHILD_TRANSFER_COMPLETE"],
    "dms": ["SUCCESS", "FAILED", "CANCELLED"],
    "dcs": ["SUCCESS", "FAILED"],
    "cce": ["Success", "Failed"],
}
NOT_DELETABLE = {
    "gaussdb-otc": ["Running"],
    "drs-v3": ["INCRE_TRANSFER_STARTED", "PAUSING", "PAUSEING", "RELEASE_RESOURCE_FAILED", "RELEASE_RESOURCE_STARTED"],
    "drs-v5": ["FULL_TRANSFER_COMPLETE", "START_JOB_FAILED", "CONFIGURATION", "NODE_UPGRADE_COMPLETE"],
    "dms": ["CREATED", "EXECUTING"],
    "dcs": ["RUNNING", "EXECUTING", "CREATED"],
    "cce": ["Initializing", "Running"],
}
EVERYWHERE_UNKNOWN = ["", "Archived", "COMPLETE", "SUCCESSFULLY", "NOT_FAILED", "null", "DELETING"]


@pytest.mark.parametrize(
    ("name", "status"), [(name, status) for name, statuses in DELETABLE.items() for status in statuses]
)
def test_ended_record_is_deletable_however_its_status_is_spelt(
    cloud: CloudEmulator, call: Caller, name: str, status: str
) -> None:
    for spelling in (status, status.lower(), status.upper(), status.title(), f" {status} "):
        record = listed(cloud, call, BY_NAME[name], status=spelling)
        assert record["deletable"], spelling
        assert record["status"] == spelling.strip()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        *((name, status) for name, statuses in NOT_DELETABLE.items() for status in statuses),
        *((name, status) for name in NOT_DELETABLE for status in EVERYWHERE_UNKNOWN),
    ],
)
def test_running_or_unknown_is_not_deletable(cloud: CloudEmulator, call: Caller, name: str, status: str) -> None:
    for spelling in (status, status.lower(), status.upper()):
        record = listed(cloud, call, BY_NAME[name], status=spelling)
        assert not record["deletable"], spelling
        assert record["status"] == (spelling.strip() or None)


@pytest.mark.parametrize(("service", "status"), [("dms", "Canceled"), ("dcs", "succeeded"), ("dcs", "Fail")])
def test_known_spellings_are_one_status(cloud: CloudEmulator, call: Caller, service: str, status: str) -> None:
    assert listed(cloud, call, BY_NAME[service], status=status)["deletable"]


@pytest.mark.parametrize("status", [None, 7, True, ["SUCCESS"], {"status": "SUCCESS"}], ids=repr)
def test_status_that_is_no_text_is_not_deletable(cloud: CloudEmulator, call: Caller, status: Any) -> None:
    for service in ("dms", "dcs"):
        assert not raw(cloud, call, BY_NAME[service], {"status": status})["deletable"]


@pytest.mark.parametrize("name", ["dms", "drs-v3", "drs-v5"])
@pytest.mark.parametrize("status", ["DELETED", "Deleted"])
def test_deleted_records_are_left_out(cloud: CloudEmulator, call: Caller, name: str, status: str) -> None:
    assert all_listed(cloud, call, BY_NAME[name], status=status) == []


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("hostile", ["../jobs/other", "a/b", "a b", "a?x=1", "{{ 1 }}", "ä", "a\nb", "%2e%2e", "."])
def test_id_that_could_lead_elsewhere_is_not_deletable(
    cloud: CloudEmulator, call: Caller, case: Case, hostile: str
) -> None:
    key = {"gaussdb": "job_id", "cce": "metadata"}.get(case.service, "id")
    written: Any = {"uid": hostile} if case.service == "cce" else hostile
    record = raw(cloud, call, case, {key: written})
    assert not record["deletable"]
    assert "\n" not in record["id"]


UNCLEAN = [
    ("victim ", "victim\\u0020"),
    (" victim", "\\u0020victim"),
    ("victim\u200b", "victim\\u200b"),
    ("victim\n", "victim\\u000a"),
    ("victim\\u0020", "victim\\u005cu0020"),
    ("v\u0456ctim", "v\\u0456ctim"),
    ("victim\U000e0001", "victim\\U000e0001"),
    ("vic/tim", "vic/tim"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize(("came", "shown"), UNCLEAN, ids=repr)
def test_id_that_is_not_clean_is_told_apart(
    cloud: CloudEmulator, call: Caller, case: Case, came: str, shown: str
) -> None:
    """Cleaned, it would be the id of another record, which may be protected."""
    scenario = small(region=case.region)
    key = {"gaussdb": "job_id", "cce": "metadata"}.get(case.service, "id")
    written: Any = {"uid": came} if case.service == "cce" else came
    specs = [{"id": "victim", "status": case.status}, {"id": "other", "status": case.status, "raw": {key: written}}]
    content: Any = specs
    if case.service in ("dms", "dcs"):
        content = {"instances": [{"id": "a-kafka-1", "name": "one", "tasks": specs}]}
    scenario["projects"][0]["services"] = {case.service: content}
    cloud.load(scenario)
    records = {record["id"]: record for record in call(case.info_module)["records"]}
    assert set(records) == {"victim", shown}
    assert records["victim"]["deletable"] and not records[shown]["deletable"]


def test_unclean_ids_of_any_length_are_told_apart(cloud: CloudEmulator, call: Caller) -> None:
    ids = ["a" * 300, "a" * 299 + "b", "\u200b" * 300 + "a", "a" * 301]
    scenario = small()
    scenario["projects"][0]["services"] = {
        "gaussdb": [
            {"id": f"r{number}", "status": "Completed", "raw": {"job_id": one}} for number, one in enumerate(ids)
        ]
    }
    cloud.load(scenario)
    records = call("gaussdb_job_info")["records"]
    assert len({record["id"] for record in records}) == len(ids) and not any(one["deletable"] for one in records)
    assert max(len(record["id"]) for record in records) < 600


def test_number_as_an_id_becomes_text(cloud: CloudEmulator, call: Caller) -> None:
    record = raw(cloud, call, BY_NAME["dcs"], {"id": 4711})
    assert record["id"] == "4711" and record["deletable"]


@pytest.mark.parametrize("name", [None, "", 7, "a\x1b[31mred\x07 \u202ename"], ids=repr)
def test_name_is_one_printable_line(cloud: CloudEmulator, call: Caller, name: Any) -> None:
    shown = raw(cloud, call, BY_NAME["dcs"], {"name": name})["name"]
    expected = {None: None, "": None, 7: "7"}.get(name, "a [31mred name")
    assert (shown and " ".join(shown.split())) == expected
    assert shown is None or shown.isprintable()


def test_deletable_statuses_are_known_ones() -> None:
    for kind in KINDS.values():
        assert kind.deletable_statuses < kind.statuses
        assert all(status == status.upper() for status in kind.statuses)
        assert not kind.deletable_statuses & kind.gone_statuses
        assert set(kind.status_aliases.values()) <= kind.statuses
