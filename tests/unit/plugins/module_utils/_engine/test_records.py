# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items of the services as records: times in one form, statuses in any spelling, ids that are safe to use."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.records import SAFE_ID, to_record
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator import CloudEmulator, small
from helpers.documented_items import ID, ITEMS, STATUS
from helpers.emulator_calls import Caller
from helpers.kind_cases import BY_NAME
from helpers.mutations import HOSTILE_TEXT, JSON, places, put
from helpers.result_checks import is_record, unprintable

TEN = "2026-11-01T10:00:00Z"
ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
INSTANCES = [name for name in ITEMS if KINDS[name].is_instance]
DELETABLE = {
    "gaussdb_job": ["Completed", "Failed"],
    "drs_job": ["CREATE_FAILED", "RELEASE_RESOURCE_COMPLETE", "RELEASE_CHILD_TRANSFER_COMPLETE"],
    "dms_task": ["SUCCESS", "FAILED", "CANCELLED", "Canceled"],
    "dcs_task": ["SUCCESS", "FAILED", "succeeded", "Fail"],
    "rds_task": ["Completed", "Failed"],
    "taurusdb_task": ["Completed", "Failed"],
    "dms_scheduled_task": ["SUCCESS", "CANCELLED", "Canceled"],
    "dcs_bigkey_task": ["success", "failed"],
    "dcs_hotkey_task": ["success", "failed"],
    "gaussdb_scheduled_task": ["Completed", "Failed", "Canceled", "Cancelled"],
    "cce_job": ["Success", "Failed"],
    "cce_autopilot_job": ["Success", "Failed"],
    "gaussdb_instance": ["ACTIVE", "FAILED", "STORAGE FULL", "BACKING UP", "BUILD"],
    "dms_instance": ["RUNNING", "ERROR", "CREATEFAILED", "EXTENDING"],
    "dcs_instance": ["RUNNING", "ERROR", "CREATEFAILED", "RESTARTING"],
    "cce_cluster": ["Available", "Empty", "Unavailable", "Error", "Upgrading"],
}
NOT_DELETABLE = {
    "gaussdb_job": ["Running"],
    "drs_job": [
        *("INCRE_TRANSFER_STARTED", "PAUSING", "PAUSEING", "RELEASE_RESOURCE_FAILED", "RELEASE_RESOURCE_STARTED"),
        *("FULL_TRANSFER_COMPLETE", "START_JOB_FAILED", "CONFIGURATION", "NODE_UPGRADE_COMPLETE"),
    ],
    "dms_task": ["CREATED", "EXECUTING"],
    "dcs_task": ["RUNNING", "EXECUTING", "CREATED"],
    "rds_task": ["Running"],
    "taurusdb_task": ["Pending", "Running", "Unauthorized", "Canceled"],
    "dms_scheduled_task": ["CREATED", "EXECUTING", "FAILED", "DELETED"],
    "dcs_bigkey_task": ["waiting", "running"],
    "dcs_hotkey_task": ["waiting", "running"],
    "gaussdb_scheduled_task": ["Pending", "Running"],
    "cce_job": ["Initializing", "Running"],
    "cce_autopilot_job": ["Initializing", "Running"],
    "gaussdb_instance": ["FROZEN"],
    "dms_instance": ["FROZEN", "FREEZING"],
    "dcs_instance": ["FROZEN", "CLOSED", "PAYING"],
    "cce_cluster": ["Hibernation", "Hibernating", "RollbackFailed"],
}
UNKNOWN = ["", "Archived", "COMPLETE", "SUCCESSFULLY", "NOT_FAILED", "null", "REMOVING"]
HOSTILE_IDS = ["../jobs/other", "a/b", "a b", "a?x=1", "{{ 1 }}", "ä", "a\nb", "%2e%2e", "."]
UNCLEAN_IDS = {
    "victim ": "victim\\u0020",
    " victim": "\\u0020victim",
    "victim\u200b": "victim\\u200b",
    "victim\n": "victim\\u000a",
    "victim\\u0020": "victim\\u005cu0020",
    "v\u0456ctim": "v\\u0456ctim",
    "victim\U000e0001": "victim\\U000e0001",
    "vic/tim": "vic/tim",
}
WRONG: list[Any] = [None, True, 0, -1, 1.5, 10**30, "", " ", "x" * 5000, HOSTILE_TEXT, [], [[]], {}, {"id": {}}]
of_each_kind = pytest.mark.parametrize("name", ITEMS)


def record_of(name: str, item: Any) -> dict[str, Any] | None:
    """The record that an item of a kind becomes, the same by every API."""
    kind = KINDS[name]
    instance = "kafka-1" if kind.by_instance else None
    first, *others = (
        to_record(kind, api.fields, item, region="eu-de", project_id="p1", instance_id=instance) for api in kind.apis
    )
    without_tags = [one and {**one, "tags": None} for one in (first, *others)]
    assert all(one == without_tags[0] for one in without_tags)
    return first


def changed(name: str, place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The record of the kind's item with another value at that place."""
    record = record_of(name, put(ITEMS[name], place, value))
    assert record
    return record


def with_status(name: str, status: Any) -> dict[str, Any]:
    return changed(name, STATUS.get(name, ("status",)), status)


def check_record(name: str, record: dict[str, Any] | None) -> None:
    """Whatever the item: types are right, texts can be shown, a deletable record has a deletable status and an id."""
    if record is None:
        return
    assert is_record(record)
    texts = [value for value in record.values() if isinstance(value, str)]
    assert not unprintable("".join(texts)) and all(len(text) <= 256 for text in texts)
    assert all(record[key] is None or ISO.fullmatch(record[key]) for key in ("created_at", "updated_at"))
    assert not record["deletable"] or (SAFE_ID.fullmatch(record["id"]) and not KINDS[name].refusal(record["status"]))


@pytest.mark.parametrize(
    ("name", "place", "value", "expected"),
    [
        ("dms_task", ("created_at",), "2026-11-01T12:00:00.123+0200", TEN),
        ("dcs_task", ("created_at",), 1793527200000, TEN),
        ("gaussdb_job", ("created_at",), "2026-11-01 10:00:00", TEN),
        ("drs_job", ("create_time",), "1793527200000", TEN),
        ("cce_job", ("metadata", "creationTimestamp"), "2026-11-01 10:00:00.1 +0000 UTC", TEN),
        *(
            (name, (f"{key}_at",), "yesterday", None)
            for name, key in (("dms_task", "created"), ("dcs_task", "updated"))
        ),
        ("drs_job", ("create_time",), "yesterday", None),
    ],
)
def test_to_record_time_of_service_is_utc_or_none(
    name: str, place: tuple[str, ...], value: Any, expected: str | None
) -> None:
    record = changed(name, place, value)
    key = "updated_at" if place == ("updated_at",) else "created_at"
    assert (record[key], record["deletable"]) == (expected, True)


@pytest.mark.parametrize(
    ("name", "status", "deletable"),
    [
        *((name, status, True) for name in ITEMS for status in DELETABLE[name]),
        *((name, status, False) for name in ITEMS for status in (*NOT_DELETABLE[name], *UNKNOWN)),
    ],
)
def test_to_record_only_ended_status_is_deletable_in_any_spelling(name: str, status: str, deletable: bool) -> None:
    for spelling in (status, status.lower(), status.upper(), status.title(), f" {status} "):
        record = with_status(name, spelling)
        assert (record["deletable"], record["status"]) == (deletable, spelling.strip() or None), spelling


@of_each_kind
@pytest.mark.parametrize("status", [None, 7, True, ["SUCCESS"], {"status": "SUCCESS"}], ids=repr)
def test_to_record_status_not_text_is_not_deletable(name: str, status: Any) -> None:
    assert not with_status(name, status)["deletable"]


@of_each_kind
@pytest.mark.parametrize("record_id", HOSTILE_IDS)
def test_to_record_id_with_path_characters_is_not_deletable(name: str, record_id: str) -> None:
    record = changed(name, ID.get(name, ("id",)), record_id)
    assert not record["deletable"]
    assert "\n" not in record["id"]


@of_each_kind
@pytest.mark.parametrize(("record_id", "shown"), UNCLEAN_IDS.items())
def test_to_record_unclean_id_is_escaped(name: str, record_id: str, shown: str) -> None:
    """Cleaned, it would be the id of another record, which may be protected."""
    record = changed(name, ID.get(name, ("id",)), record_id)
    assert (record["id"], record["deletable"]) == (shown, False)


@pytest.mark.parametrize(
    ("finished", "updated"), [("2020-06-15T02:23:18.669Z", "2020-06-15T02:23:18Z"), (None, "2020-06-15T02:22:18Z")]
)
def test_to_record_end_of_analysis_is_time_of_update(finished: str | None, updated: str) -> None:
    for name in ("dcs_bigkey_task", "dcs_hotkey_task"):
        assert changed(name, ("finished_at",), finished)["updated_at"] == updated


def test_to_record_number_as_id_is_text() -> None:
    record = changed("dcs_task", ("id",), 4711)
    assert (record["id"], record["deletable"]) == ("4711", True)


@pytest.mark.parametrize("value", [None, "", 7, "a\x1b[31mred\x07 \u202ename"], ids=repr)
def test_to_record_name_is_one_printable_line(value: Any) -> None:
    name = changed("dcs_task", ("name",), value)["name"]
    expected = {None: None, "": None, 7: "7"}.get(value, "a [31mred name")
    assert (name and " ".join(name.split())) == expected
    assert name is None or name.isprintable()


@of_each_kind
def test_to_record_documented_item_is_deletable(name: str) -> None:
    record = record_of(name, ITEMS[name])
    assert record
    assert is_record(record)
    assert (record["id"], record["deletable"]) == ("one", True)
    assert ISO.fullmatch(record["created_at"])


@of_each_kind
def test_to_record_wrong_type_in_any_field_makes_no_wrong_record(name: str) -> None:
    for place in places(ITEMS[name]):
        for wrong in WRONG:
            check_record(name, record_of(name, put(ITEMS[name], place, wrong)))


@of_each_kind
@settings(deadline=None)
@given(data=st.data())
def test_to_record_any_item_makes_no_wrong_record(name: str, data: st.DataObject) -> None:
    item = ITEMS[name]
    for _round in range(data.draw(st.integers(1, 3))):
        found = places(item)
        item = put(item, found[data.draw(st.integers(0, len(found) - 1))], data.draw(JSON))
    check_record(name, record_of(name, item))


@pytest.mark.parametrize("name", ["dms", "drs-v3", "drs-v5"])
@pytest.mark.parametrize("status", ["DELETED", "Deleted"])
def test_list_deleted_record_is_left_out(cloud: CloudEmulator, call: Caller, name: str, status: str) -> None:
    case = BY_NAME[name]
    scenario = small(region=case.region)
    records: Any = [{"id": case.deletable[0], "status": status}]
    if case.service == "dms":
        records = {"instances": [{"id": "a-kafka-1", "name": "one", "tasks": records}]}
    scenario["projects"][0]["services"] = {case.service: records}
    cloud.load(scenario)
    assert call(case.info_module)["records"] == []


@pytest.mark.parametrize("name", INSTANCES)
def test_to_record_of_instance_has_engine_tags_and_enterprise_project(name: str) -> None:
    record = record_of(name, ITEMS[name])
    assert record
    assert record["instance_id"] is None and record["enterprise_project_id"] == "0"
    engines = ("GaussDB 8.201", "kafka 2.7", "Redis 6.0", "CCE v1.28")
    assert (record["engine"], record["tags"]) == (engines[INSTANCES.index(name)], {"env": "retired"})
    assert (record["prepaid"], record["protected"], record["locked"]) == (
        (False, False, False) if name == "cce_cluster" else (False, None, None)
    )


@pytest.mark.parametrize(
    ("name", "place", "value", "prepaid"),
    [
        ("gaussdb_instance", ("charge_info", "charge_mode"), "prePaid", True),
        ("gaussdb_instance", ("charge_info", "charge_mode"), "PostPaid", False),
        ("gaussdb_instance", ("charge_info",), None, None),
        ("dms_instance", ("charging_mode",), 0, True),
        ("dms_instance", ("charging_mode",), "1", False),
        ("dms_instance", ("charging_mode",), None, None),
        ("dms_instance", ("order_id",), "CS2011", True),
        ("dcs_instance", ("charging_mode",), 1, True),
        ("dcs_instance", ("charging_mode",), "0", False),
        ("dcs_instance", ("charging_mode",), True, None),
        ("dcs_instance", ("order_id",), "CS2011", True),
        ("cce_cluster", ("spec", "billingMode"), 1, True),
        ("cce_cluster", ("spec", "billingMode"), 2, None),
    ],
)
def test_to_record_charging_mode_of_each_service(name: str, place: Any, value: Any, prepaid: bool | None) -> None:
    record = changed(name, place, value)
    assert (record["prepaid"], record["deletable"]) == (prepaid, not prepaid)


@pytest.mark.parametrize(
    ("value", "protected"), [(True, True), ("true", True), (False, False), (None, None), (1, None)]
)
def test_to_record_deletion_protection_of_cluster(value: Any, protected: bool | None) -> None:
    record = changed("cce_cluster", ("spec", "deletionProtection"), value)
    assert (record["protected"], record["deletable"]) == (protected, not protected)
    locked = changed("cce_cluster", ("status", "isLocked"), value)
    assert (locked["locked"], locked["deletable"]) == (protected, not protected)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("dms_instance", [], {}),
        ("dms_instance", None, None),
        ("dms_instance", [{"key": "a"}, {"value": "b"}, 7, {"key": "c", "value": 1}], {"a": "", "c": "1"}),
        ("gaussdb_instance", None, None),
        ("cce_job", [{"key": "a", "value": "b"}], None),
    ],
)
def test_to_record_tags_are_null_where_api_does_not_tell(name: str, value: Any, expected: Any) -> None:
    place = ("tags",) if name != "cce_job" else ("spec", "type")
    assert changed(name, place, value)["tags"] == expected


def test_to_record_missing_tags_of_gaussdb_are_none_on_huawei_cloud() -> None:
    kind = KINDS["gaussdb_instance"]
    item = put(ITEMS["gaussdb_instance"], ("tags",), None)
    fields = next(api.fields for api in kind.apis if Cloud.HUAWEI in api.clouds)
    record = to_record(kind, fields, item, region="cn-north-4", project_id="p1")
    assert record and record["tags"] == {}


def test_list_unclean_ids_of_any_length_are_distinct(cloud: CloudEmulator, call: Caller) -> None:
    ids = ["victim", *UNCLEAN_IDS, "a" * 300, "a" * 299 + "b", "\u200b" * 300 + "a", "a" * 301]
    scenario = small()
    jobs = [{"id": f"r{number}", "status": "Completed", "raw": {"job_id": one}} for number, one in enumerate(ids)]
    scenario["projects"][0]["services"] = {"gaussdb": jobs}
    cloud.load(scenario)
    records = call("gaussdb_job_info")["records"]
    assert len({record["id"] for record in records}) == len(ids)
    assert [record["id"] for record in records if record["deletable"]] == ["victim"]
    assert max(len(record["id"]) for record in records) < 600
