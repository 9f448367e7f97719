# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS and DCS: instances and their tasks."""

from __future__ import annotations

import time
from typing import Any

import pytest

from emulator import PROJECT, CloudEmulator, bulk, small

from .expectations import refusal

INSTANCES, DCS_TASKS = "/v2/{p}/instances", "/v2/{p}/tasks"
DMS_TASKS, REDIS_TASKS = INSTANCES + "/a-kafka-1/tasks", INSTANCES + "/a-redis-1/tasks"


def ids(client: Any, service: str, path: str) -> list[str]:
    return [task["id"] for task in client(service, "GET", path).json()["tasks"]]


def left(client: Any, service: str) -> list[str]:
    return [record["id"] for record in client.cloud.records(PROJECT, service)]


def test_dms_instances_of_engine_paged(connect: Any) -> None:
    scenario = small()
    instances = [{"count": 11}, {"name": "rabbit", "engine": "rabbitmq"}, {"name": "gone", "deleted": True}]
    scenario["projects"][0]["services"]["dms"] = {"instances": instances}
    client = connect(scenario)
    page = client("dms", "GET", INSTANCES + "?engine=kafka").json()
    assert (len(page["instances"]), page["instance_num"]) == (10, 11)
    assert page["instances"][0].keys() >= {"instance_id", "name", "engine", "status"}
    rest = client("dms", "GET", INSTANCES + "?engine=kafka&offset=10&limit=50").json()["instances"]
    assert [instance["name"] for instance in rest] == ["dms-11"]


def test_dms_list_and_show_of_task_share_envelope(client: Any) -> None:
    listed = client("dms", "GET", DMS_TASKS).json()
    assert listed["task_count"] == "2"
    assert [task["id"] for task in listed["tasks"]] == ["a-dms-2", "a-dms-1"]
    assert listed["tasks"][1]["created_at"] == "2026-11-01T10:00:00.000Z"
    shown = client("dms", "GET", DMS_TASKS + "/a-dms-1").json()
    assert shown == {"task_count": "1", "tasks": [listed["tasks"][1]]}


def test_dms_page_from_start_holds_part(connect: Any) -> None:
    client = connect(bulk("dms", 130))
    instance = client("dms", "GET", INSTANCES + "?engine=kafka").json()["instances"][0]["instance_id"]

    def page(query: str = "") -> list[str]:
        return ids(client, "dms", f"{INSTANCES}/{instance}/tasks{query}")

    first = page()
    assert len(first) == 10
    assert page("?start=1&limit=10") == page("?start=0&limit=10") == first
    assert page("?start=2&limit=10")[:9] == first[1:]
    assert [len(page(f"?start={number}&limit=50")) for number in (1, 51, 101, 151)] == [50, 50, 30, 0]
    assert len(page("?limit=1000")) == 100
    assert page("?offset=0") == first


@pytest.mark.parametrize(
    ("service", "path", "expected"),
    [
        ("dms", DMS_TASKS + "?begin_time=20261102000000", ["a-dms-2"]),
        ("dms", DMS_TASKS + "?end_time=20261102000000", ["a-dms-1"]),
        ("dcs", DCS_TASKS + "?begin_time=20261102000000", ["a-dcs-3", "a-dcs-2"]),
        ("dcs", DCS_TASKS + "?start_time=20261102000000", ["a-dcs-3", "a-dcs-2"]),
        ("dcs", DCS_TASKS + "?begin_time=20261102000000&end_time=20261102235959", ["a-dcs-2"]),
        ("dcs", DCS_TASKS + "?start_time=20261102000000&end_time=20261102235959", ["a-dcs-2"]),
    ],
)
def test_list_with_time_window_holds_part(client: Any, service: str, path: str, expected: list[str]) -> None:
    assert ids(client, service, path) == expected


def test_dms_delete_of_task_answers_204_without_length(client: Any) -> None:
    response = client("dms", "DELETE", DMS_TASKS + "/a-dms-1")
    assert (response.status_code, response.content) == (204, b"")
    assert "Content-Length" not in response.headers
    assert left(client, "dms") == ["a-dms-3", "a-dms-2"]


def test_task_count_as_number_by_option(connect: Any) -> None:
    client = connect(options={"task_count": "int"})
    assert client("dms", "GET", DMS_TASKS).json()["task_count"] == 2
    assert client("dcs", "GET", DCS_TASKS).json()["task_count"] == 3


def test_dcs_lists_of_project_and_instance_hold_same_tasks(client: Any) -> None:
    project, instance = (client("dcs", "GET", path).json() for path in (DCS_TASKS, REDIS_TASKS))
    assert project["task_count"] == instance["task_count"] == "3"
    assert [task["id"] for task in project["tasks"]] == ["a-dcs-3", "a-dcs-2", "a-dcs-1"]
    assert set(project["tasks"][0]) - set(instance["tasks"][0]) == {"error_code", "job_id"}
    assert project["tasks"][0]["job_id"] != project["tasks"][0]["id"]
    assert client("dcs", "GET", INSTANCES).json()["instances"][0]["instance_id"] == "a-redis-1"


def test_dcs_page_by_offset_holds_part(connect: Any) -> None:
    client = connect(bulk("dcs", 1205, instances=12))
    assert len(ids(client, "dcs", DCS_TASKS)) == 10
    assert [len(ids(client, "dcs", f"{DCS_TASKS}?offset={offset}&limit=1000")) for offset in (0, 1000)] == [1000, 205]
    instances = client("dcs", "GET", INSTANCES).json()
    assert (len(instances["instances"]), instances["instance_num"]) == (10, 12)


def test_dcs_tasks_of_deleted_instance_stay_in_list_of_project(connect: Any) -> None:
    scenario = small()
    scenario["projects"][0]["services"]["dcs"]["instances"][0]["deleted"] = True
    client = connect(scenario)
    assert client("dcs", "GET", INSTANCES).json()["instances"] == []
    assert client("dcs", "GET", REDIS_TASKS).status_code == 404
    assert len(ids(client, "dcs", DCS_TASKS)) == 3
    assert client("dcs", "DELETE", DCS_TASKS + "/a-dcs-1").status_code == 200


def test_dcs_list_of_project_unpublished_by_option(connect: Any) -> None:
    client = connect(options={"dcs_project_list": False})
    assert refusal(client("dcs", "GET", DCS_TASKS)) == (404, "APIGW.0101")
    assert len(ids(client, "dcs", REDIS_TASKS)) == 3
    assert client("dcs", "DELETE", DCS_TASKS + "/a-dcs-1").status_code == 200


def test_dcs_delete_by_project_or_instance_removes_task(client: Any, connect: Any) -> None:
    response = client("dcs", "DELETE", DCS_TASKS + "/a-dcs-1")
    assert (response.status_code, response.content) == (200, b"")
    response = client("dcs", "DELETE", REDIS_TASKS + "/a-dcs-3")
    assert (response.status_code, response.json()) == (200, {"message": "success"})
    assert left(client, "dcs") == ["a-dcs-2"]
    with_message = connect(options={"dcs_delete_body": "message"})
    assert with_message("dcs", "DELETE", DCS_TASKS + "/a-dcs-1").json() == {"message": "success"}


def test_record_set_deep_page_costs_no_more_than_first() -> None:
    cloud = CloudEmulator(bulk("dcs", 40000, log=False))
    records = cloud.loaded.state.project(PROJECT).records["dcs"]
    records.view()

    def seconds(offset: int) -> float:
        began = time.perf_counter()
        for _round in range(2000):
            records.view()[offset : offset + 10]
        return time.perf_counter() - began

    assert min(seconds(39000) for _round in range(5)) < 5 * min(seconds(0) for _round in range(5))
