# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of which a page is damaged is an error with a code, never a shorter list."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small
from emulator.faults import PAGE_MODES
from helpers.emulator_calls import Caller, left
from helpers.kind_cases import CASES, Case

# drs-v3 cannot be made to return small pages.
COUNTS = {"drs-v3": 230, "cce": 23}
PAGE_SIZE = 10
# CCE returns everything at once and no total.
PAGED = [case for case in CASES if case.first_page]
LISTS = "(tasks|jobs|tasklist)$"
ENVELOPES = {
    **dict.fromkeys(("drs_job", "taurusdb_task", "dms_scheduled_task"), "jobs"),
    **dict.fromkeys(("dcs_bigkey_task", "dcs_hotkey_task"), "records"),
    **dict.fromkeys(("cce_job", "cce_autopilot_job")),
}
TOTALS = ("total_count", "task_count", "total_record", "job_count", "count")
UNREADABLE = ("invalid_json", "wrong_type", "truncated", "missing_list")
# Selects the requests for a DRS list that has records.
MIGRATIONS = {"drs-v3": '"db_use_type":"migration","engine_type":"mysql"', "drs-v5": "job_type=migration"}
each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_paged = pytest.mark.parametrize("case", PAGED, ids=str)
each_unreadable = pytest.mark.parametrize("mode", UNREADABLE)


def load(cloud: CloudEmulator, case: Case, kind: str = "page_broken", **fault: Any) -> list[str]:
    """Load records that fill three pages, damage their pages and return their IDs."""
    options = {"clamp_limit": {case.service: PAGE_SIZE}}
    cloud.load(bulk(case.kind, COUNTS.get(case.name, 23), options=options, region=case.region))
    held = left(cloud, case.kind)
    cloud.faults.add(kind, service=case.service, contains=MIGRATIONS.get(case.name), **fault)
    return held


def check_failed(result: Any, *codes: str) -> None:
    assert result.failed and "records" not in result
    assert result["error_code"] in codes
    assert "cannot list records: " in result["msg"]


@pytest.mark.parametrize(
    ("case", "after"),
    [(case, after) for case in CASES for after in ((0, 1) if case in PAGED else (0,))],
    ids=lambda value: str(value) if isinstance(value, Case) else f"after {value} pages",
)
@each_unreadable
def test_list_unreadable_page_fails(cloud: CloudEmulator, call: Caller, case: Case, mode: str, after: int) -> None:
    load(cloud, case, mode=mode, after=after)
    result = call(case.info_module)
    check_failed(result, "MalformedReply")
    assert (result["http_status"], result["service"]) == (200, case.service)
    assert result["error_msg"] in result["msg"]


@each_paged
@pytest.mark.parametrize(("mode", "after"), [("empty", 1), ("wrong_total", 0)])
def test_list_fewer_items_than_total_fails(call: Caller, case: Case, mode: str, after: int) -> None:
    load(call.cloud, case, mode=mode, after=after, path=LISTS)
    result = call(case.info_module)
    check_failed(result, "IncompleteListing")
    assert (result["http_status"], result["service"]) == (None, case.service)
    assert "incomplete" in result["msg"]


@each_paged
def test_list_same_page_every_time_fails(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    pages: list[Any] = []

    def first_page(response: Any) -> Any:
        pages.append(response)
        return pages[0]

    load(cloud, case, "transform", path=LISTS, function=first_page)
    check_failed(call(case.info_module), "IncompleteListing")


@each_paged
def test_list_page_repeated_is_complete_or_fails(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    held = load(cloud, case, mode="repeat_previous")
    result = call(case.info_module)
    assert result.failed or sorted(record["id"] for record in result["records"]) == held


@each_paged
def test_list_first_page_empty_with_total_fails(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    load(cloud, case, mode="empty")
    check_failed(call(case.info_module), "IncompleteListing")


@each_case
def test_list_duplicate_items_count_once(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    held = load(cloud, case, mode="duplicate_items")
    assert sorted(record["id"] for record in call(case.info_module)["records"]) == held


@each_case
@pytest.mark.parametrize("item", [None, "text", 7, [], {}, {"name": "no id"}], ids=json.dumps)
def test_list_item_without_id_fails(cloud: CloudEmulator, call: Caller, case: Case, item: Any) -> None:
    key = ENVELOPES.get(case.kind, "tasks")
    body = [item] if key is None else {key: [item], **dict.fromkeys(TOTALS, 1)}
    cloud.load(small(region=case.region))
    cloud.faults.add("status", service=case.service, path=LISTS, status=200, body=body)
    check_failed(call(case.info_module), "MalformedReply")


@pytest.mark.parametrize(
    ("service", "path", "options"),
    [
        ("dms", "instances$", {}),
        ("dms", "tasks$", {}),
        ("dcs", "instances/a-redis-1/tasks", {"dcs_project_list": False}),
    ],
)
@each_unreadable
def test_list_by_instance_unreadable_page_fails(
    cloud: CloudEmulator, call: Caller, service: str, path: str, options: dict[str, Any], mode: str
) -> None:
    cloud.load(small(options))
    cloud.faults.add("page_broken", service=service, path=path, mode=mode)
    check_failed(call(f"{service}_task_info"), "MalformedReply")


def test_list_fewer_instances_than_total_fails(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("page_broken", service="dms", path="instances$", mode="wrong_total")
    check_failed(call("dms_task_info"), "IncompleteListing", "DMS.40050010")


@pytest.mark.parametrize("instance_id", ["../../other", "a-kafka-1 ", "a-kafka-1\u200b", "\ta-kafka-1"])
def test_list_instance_with_unusable_id_fails(cloud: CloudEmulator, call: Caller, instance_id: str) -> None:
    body = {"instances": [{"instance_id": instance_id}], "instance_num": 1}
    cloud.faults.add("status", service="dms", path="instances$", status=200, body=body)
    check_failed(call("dms_task_info"), "MalformedReply")


@pytest.mark.parametrize("body", [{"text": "[", "repeat": 200_000}, b"\xff\xfe\x00["], ids=["nested", "no text"])
def test_list_body_not_json_fails(cloud: CloudEmulator, call: Caller, body: Any) -> None:
    cloud.faults.add("status", service="cce", status=200, body=body)
    check_failed(call("cce_job_info"), "MalformedReply")


def test_modes_tested_are_all_modes() -> None:
    assert {*UNREADABLE, "empty", "wrong_total", "repeat_previous", "duplicate_items"} == set(PAGE_MODES)
