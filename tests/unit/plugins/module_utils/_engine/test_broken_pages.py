# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A listing that cannot be trusted is a failure with a code, never a shorter list."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.responses import Response

from emulator import CloudEmulator, bulk, small
from emulator.faults import PAGE_MODES
from helpers.emulator_calls import Caller, left
from helpers.kind_cases import CASES, Case

# drs-v3 cannot be made to give small pages, so it gets more records.
COUNTS = {"drs-v3": 230, "cce": 23}
PAGE_SIZE = 10
# CCE gives everything at once and tells no total.
PAGED = [case for case in CASES if case.service != "cce"]
UNREADABLE = ("invalid_json", "wrong_type", "truncated", "missing_list")


def load(cloud: CloudEmulator, case: Case) -> list[str]:
    """Load records that fill three pages; return their ids."""
    options = {"clamp_limit": {case.service: PAGE_SIZE}}
    cloud.load(bulk(case.service, COUNTS.get(case.name, 23), options=options, region=case.region))
    return left(cloud, case.service)


def of_migrations(case: Case) -> str | None:
    """What to look for in requests so that only DRS lists are broken that hold something."""
    return {"drs-v3": '"db_use_type":"migration","engine_type":"mysql"', "drs-v5": "job_type=migration"}.get(case.name)


@pytest.mark.parametrize(
    ("case", "after"),
    [(case, after) for case in CASES for after in ((0, 1) if case in PAGED else (0,))],
    ids=lambda value: str(value) if isinstance(value, Case) else f"after {value} pages",
)
@pytest.mark.parametrize("mode", UNREADABLE)
def test_unreadable_page(cloud: CloudEmulator, call: Caller, case: Case, mode: str, after: int) -> None:
    load(cloud, case)
    cloud.faults.add("page_broken", service=case.service, mode=mode, after=after, contains=of_migrations(case))
    result = call(case.info_module)
    assert result.failed and "records" not in result
    assert (result["error_code"], result["http_status"]) == ("MalformedReply", 200)
    assert result["service"] == case.service and result["error_msg"] in result["msg"]


@pytest.mark.parametrize("case", PAGED, ids=str)
@pytest.mark.parametrize("mode", ["empty", "wrong_total"])
def test_page_that_lacks_what_was_promised(cloud: CloudEmulator, call: Caller, case: Case, mode: str) -> None:
    load(cloud, case)
    # The first page comes as it should; each later one is the damaged one.
    settings: dict[str, Any] = {"after": 1} if mode != "wrong_total" else {}
    cloud.faults.add("page_broken", service=case.service, mode=mode, contains=of_migrations(case), **settings)
    result = call(case.info_module)
    assert result.failed and "records" not in result
    assert result["error_code"] == "IncompleteListing" and result["http_status"] is None
    assert "incomplete" in result["msg"]


@pytest.mark.parametrize("case", PAGED, ids=str)
def test_same_page_over_and_over(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    load(cloud, case)
    pages: list[Response] = []

    def first_page(response: Response) -> Response:
        pages.append(response)
        return pages[0]

    where = {"path": "(tasks|jobs)$", "contains": of_migrations(case)}
    cloud.faults.add("transform", service=case.service, function=first_page, **where)
    result = call(case.info_module)
    assert result.failed and result["error_code"] == "IncompleteListing" and "records" not in result


@pytest.mark.parametrize("case", PAGED, ids=str)
def test_pages_in_disorder_give_everything_or_a_failure(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    held = load(cloud, case)
    cloud.faults.add("page_broken", service=case.service, mode="repeat_previous", contains=of_migrations(case))
    result = call(case.info_module)
    assert result.failed or sorted(record["id"] for record in result["records"]) == held


@pytest.mark.parametrize("case", PAGED, ids=str)
def test_empty_first_page_with_a_total_is_no_empty_list(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    load(cloud, case)
    cloud.faults.add("page_broken", service=case.service, mode="empty", contains=of_migrations(case))
    result = call(case.info_module)
    assert result.failed and "records" not in result


@pytest.mark.parametrize("case", CASES, ids=str)
def test_items_that_come_twice_count_once(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    held = load(cloud, case)
    cloud.faults.add("page_broken", service=case.service, mode="duplicate_items")
    assert sorted(record["id"] for record in call(case.info_module)["records"]) == held


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("item", [None, "text", 7, [], {}, {"name": "no id"}], ids=json.dumps)
def test_item_without_an_id_is_no_item_less(cloud: CloudEmulator, call: Caller, case: Case, item: Any) -> None:
    key = {"drs": "jobs", "cce": None}.get(case.service, "tasks")
    body = [item] if key is None else {key: [item], "total_count": 1, "task_count": "1", "total_record": 1}
    cloud.load(small(region=case.region))
    cloud.faults.add("status", service=case.service, path=r"/(tasks|jobs)$", status=200, body=body)
    result = call(case.info_module)
    assert result.failed and result["error_code"] == "MalformedReply" and "records" not in result


@pytest.mark.parametrize("path", ["instances$", "tasks$"])
@pytest.mark.parametrize("mode", UNREADABLE)
def test_dms_instances_and_tasks_alike(cloud: CloudEmulator, call: Caller, path: str, mode: str) -> None:
    cloud.faults.add("page_broken", service="dms", path=path, mode=mode)
    result = call("dms_task_info")
    assert result.failed and result["error_code"] == "MalformedReply"


def test_dms_instances_that_are_missing(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("page_broken", service="dms", path="instances$", mode="wrong_total")
    result = call("dms_task_info")
    assert result.failed and result["error_code"] == "IncompleteListing"


@pytest.mark.parametrize("instance_id", ["../../other", "a-kafka-1 ", "a-kafka-1\u200b", "\ta-kafka-1"])
def test_dms_instance_that_cannot_be_named_is_a_failure(cloud: CloudEmulator, call: Caller, instance_id: str) -> None:
    body = {"instances": [{"instance_id": instance_id}], "instance_num": 1}
    cloud.faults.add("status", service="dms", path="instances$", status=200, body=body)
    result = call("dms_task_info")
    assert result.failed and result["error_code"] == "MalformedReply"


@pytest.mark.parametrize("mode", UNREADABLE)
def test_dcs_by_instance(cloud: CloudEmulator, call: Caller, mode: str) -> None:
    cloud.load(small({"dcs_project_list": False}))
    cloud.faults.add("page_broken", service="dcs", path="instances/a-redis-1/tasks", mode=mode)
    result = call("dcs_task_info")
    assert result.failed and result["error_code"] == "MalformedReply"


def test_deeply_nested_reply_is_a_failure(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="cce", status=200, body={"text": "[", "repeat": 200_000})
    result = call("cce_job_info")
    assert result.failed and result["error_code"] == "MalformedReply"


def test_bytes_that_are_no_text_are_a_failure(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="cce", status=200, body=b"\xff\xfe\x00[")
    assert call("cce_job_info")["error_code"] == "MalformedReply"


def test_table_names_every_way_to_break_a_page() -> None:
    assert {*UNREADABLE, "empty", "wrong_total", "repeat_previous", "duplicate_items"} == set(PAGE_MODES)
