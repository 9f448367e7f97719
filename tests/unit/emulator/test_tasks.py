# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS, DCS and CCE: tasks of instances and jobs of a project."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from emulator import PROJECT, CloudEmulator, bulk, small

DMS_TASKS, DCS_TASKS = "/v2/{p}/instances/a-kafka-1/tasks", "/v2/{p}/tasks"
CCE_JOBS = "/api/v2/projects/{p}/jobs"
JSON = {"Content-Type": "application/json"}


def ids(answer: Any) -> list[str]:
    return [task["id"] for task in answer.json()["tasks"]]


def code(answer: Any) -> tuple[int, str]:
    document = answer.json()
    return answer.status_code, document.get("error_code") or document.get("errorCode")


def test_dms_instances(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    scenario = small()
    instances = [{"count": 11}, {"name": "rabbit", "engine": "rabbitmq"}, {"name": "gone", "deleted": True}]
    scenario["projects"][0]["services"]["dms"] = {"instances": instances}
    client = log_in(start(scenario))
    page = client("dms", "GET", "/v2/{p}/instances?engine=kafka").json()
    assert (len(page["instances"]), page["instance_num"]) == (10, 11)
    assert page["instances"][0].keys() >= {"instance_id", "name", "engine", "status"}
    rest = client("dms", "GET", "/v2/{p}/instances?engine=kafka&offset=10&limit=50").json()["instances"]
    assert [instance["name"] for instance in rest] == ["dms-11"]
    assert client("dms", "GET", "/v2/{p}/instances").json()["instance_num"] == 12
    assert client("dms", "GET", "/v2/{p}/instances?limit=51").status_code == 400


def test_dms_list_and_show_share_an_envelope(client: Any) -> None:
    listed = client("dms", "GET", DMS_TASKS).json()
    assert listed["task_count"] == "2"
    assert [task["id"] for task in listed["tasks"]] == ["a-dms-2", "a-dms-1"]
    assert listed["tasks"][1]["created_at"] == "2026-11-01T10:00:00.000Z"
    shown = client("dms", "GET", DMS_TASKS + "/a-dms-1").json()
    assert shown == {"task_count": "1", "tasks": [listed["tasks"][1]]}


def test_dms_pages_start_at_one(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(bulk("dms", 130)))
    instance = client("dms", "GET", "/v2/{p}/instances").json()["instances"][0]["instance_id"]
    tasks = f"/v2/{{p}}/instances/{instance}/tasks"
    first = ids(client("dms", "GET", tasks))
    assert len(first) == 10
    assert ids(client("dms", "GET", tasks + "?start=1&limit=10")) == first
    assert ids(client("dms", "GET", tasks + "?start=0&limit=10")) == first
    assert ids(client("dms", "GET", tasks + "?start=2&limit=10"))[:9] == first[1:]
    pages = [ids(client("dms", "GET", f"{tasks}?start={number}&limit=50")) for number in (1, 51, 101, 151)]
    assert [len(page) for page in pages] == [50, 50, 30, 0]
    assert len(ids(client("dms", "GET", tasks + "?limit=1000"))) == 100
    assert client("dms", "GET", tasks + "?limit=0").status_code == 400


def test_dms_start_may_mean_something_else(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(options={"dms_start": "offset"}))
    assert ids(client("dms", "GET", DMS_TASKS + "?start=1")) == ["a-dms-1"]
    assert ids(client("dms", "GET", DMS_TASKS + "?offset=0")) == ["a-dms-2", "a-dms-1"]


def test_dms_time_window(client: Any) -> None:
    assert ids(client("dms", "GET", DMS_TASKS + "?begin_time=20261102000000")) == ["a-dms-2"]
    assert ids(client("dms", "GET", DMS_TASKS + "?end_time=20261102000000")) == ["a-dms-1"]
    assert client("dms", "GET", DMS_TASKS + "?begin_time=2026-11-02").status_code == 400


def test_dms_delete(client: Any) -> None:
    answer = client("dms", "DELETE", DMS_TASKS + "/a-dms-1")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Length" not in answer.headers
    assert [record["id"] for record in client.cloud.records(PROJECT, "dms")] == ["a-dms-3", "a-dms-2"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (DMS_TASKS + "/a-dms-2", (400, "DMS.00400017")),
        (DMS_TASKS + "/gone", (404, "DMS.00404041")),
        (DMS_TASKS + "/a-dms-3", (404, "DMS.00404041")),
        (DMS_TASKS + "/a.b", (400, "DMS.00400070")),
        ("/v2/{p}/instances/nowhere/tasks/a-dms-1", (404, "DMS.00404022")),
        (DMS_TASKS, (404, "APIGW.0101")),
    ],
)
def test_dms_refusals(client: Any, path: str, expected: tuple[int, str]) -> None:
    assert code(client("dms", "DELETE", path)) == expected
    assert len(client.cloud.records(PROJECT, "dms")) == 3


def test_counts_and_codes_can_be_chosen(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    options = {
        "task_count": "int",
        "dms_unknown_task_code": "DMS.1",
        "dcs_unknown_task_code": "DCS.1",
        "cce_unknown_job_code": "CCE.03404001",
        "dcs_delete_body": "message",
    }
    client = log_in(start(options=options))
    assert client("dms", "GET", DMS_TASKS).json()["task_count"] == 2
    assert client("dcs", "GET", DCS_TASKS).json()["task_count"] == 3
    assert code(client("dms", "DELETE", DMS_TASKS + "/gone")) == (404, "DMS.1")
    assert code(client("dcs", "DELETE", DCS_TASKS + "/gone")) == (404, "DCS.1")
    assert code(client("cce", "DELETE", CCE_JOBS + "/gone", headers=JSON)) == (404, "CCE.03404001")
    assert client("dcs", "DELETE", DCS_TASKS + "/a-dcs-1").json() == {"message": "success"}


def test_dcs_lists(client: Any) -> None:
    project = client("dcs", "GET", DCS_TASKS).json()
    instance = client("dcs", "GET", "/v2/{p}/instances/a-redis-1/tasks").json()
    assert project["task_count"] == instance["task_count"] == "3"
    assert [task["id"] for task in project["tasks"]] == ["a-dcs-3", "a-dcs-2", "a-dcs-1"]
    extra = set(project["tasks"][0]) - set(instance["tasks"][0])
    assert extra == {"error_code", "job_id"}
    assert project["tasks"][0]["job_id"] != project["tasks"][0]["id"]
    assert client("dcs", "GET", "/v2/{p}/instances").json()["instances"][0]["instance_id"] == "a-redis-1"
    assert code(client("dcs", "GET", "/v2/{p}/instances/nowhere/tasks")) == (404, "DCS.3022")


def test_dcs_pages(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(bulk("dcs", 1205, instances=12)))
    assert len(ids(client("dcs", "GET", DCS_TASKS))) == 10
    pages = [ids(client("dcs", "GET", f"{DCS_TASKS}?offset={offset}&limit=1000")) for offset in (0, 1000)]
    assert [len(page) for page in pages] == [1000, 205]
    for query in ("?limit=0", "?limit=1001", "?offset=-1"):
        assert client("dcs", "GET", DCS_TASKS + query).status_code == 400
    instances = client("dcs", "GET", "/v2/{p}/instances").json()
    assert (len(instances["instances"]), instances["instance_num"]) == (10, 12)


@pytest.mark.parametrize("name", ["start_time", "begin_time"])
def test_dcs_time_window_has_two_names(client: Any, name: str) -> None:
    assert ids(client("dcs", "GET", f"{DCS_TASKS}?{name}=20261102000000")) == ["a-dcs-3", "a-dcs-2"]
    assert ids(client("dcs", "GET", f"{DCS_TASKS}?{name}=20261102000000&end_time=20261102235959")) == ["a-dcs-2"]


def test_dcs_records_of_a_deleted_instance(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    scenario = small()
    scenario["projects"][0]["services"]["dcs"]["instances"][0]["deleted"] = True
    client = log_in(start(scenario))
    assert client("dcs", "GET", "/v2/{p}/instances").json()["instances"] == []
    assert client("dcs", "GET", "/v2/{p}/instances/a-redis-1/tasks").status_code == 404
    assert len(ids(client("dcs", "GET", DCS_TASKS))) == 3
    assert client("dcs", "DELETE", DCS_TASKS + "/a-dcs-1").status_code == 200


def test_dcs_project_list_can_be_unpublished(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(options={"dcs_project_list": False}))
    assert code(client("dcs", "GET", DCS_TASKS)) == (404, "APIGW.0101")
    assert len(ids(client("dcs", "GET", "/v2/{p}/instances/a-redis-1/tasks"))) == 3
    assert client("dcs", "DELETE", DCS_TASKS + "/a-dcs-1").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("DELETE", DCS_TASKS + "/a-dcs-2", (400, "DCS.4017")),
        ("DELETE", DCS_TASKS + "/gone", (404, "DCS.4404")),
        ("DELETE", DCS_TASKS + "/a.b", (400, "DCS.4070")),
        ("POST", DCS_TASKS + "/a-dcs-1", (404, "APIGW.0101")),
    ],
)
def test_dcs_refusals(client: Any, method: str, path: str, expected: tuple[int, str]) -> None:
    answer = client("dcs", method, path)
    assert code(answer) == expected
    assert "error_ext_msg" in answer.json() or expected[1].startswith("APIGW")
    assert len(client.cloud.records(PROJECT, "dcs")) == 3


def test_dcs_delete_by_centre_and_by_instance(client: Any) -> None:
    answer = client("dcs", "DELETE", DCS_TASKS + "/a-dcs-1")
    assert (answer.status_code, answer.content) == (200, b"")
    answer = client("dcs", "DELETE", "/v2/{p}/instances/a-redis-1/tasks/a-dcs-3")
    assert (answer.status_code, answer.json()) == (200, {"message": "success"})
    assert [record["id"] for record in client.cloud.records(PROJECT, "dcs")] == ["a-dcs-2"]


def test_cce_list_is_a_bare_array(client: Any) -> None:
    jobs = client("cce", "GET", CCE_JOBS).json()
    assert [job["metadata"]["uid"] for job in jobs] == ["a-cce-3", "a-cce-2", "a-cce-1"]
    assert jobs[2]["metadata"]["creationTimestamp"] == "2026-11-01 10:00:00.000000 +0000 UTC"
    assert jobs[1]["status"] == {"status": "Running", "reason": "", "completionTime": ""}
    assert client("cce", "GET", CCE_JOBS + "/a-cce-1").json() == jobs[2]
    other = client("cce", "GET", "/api/v3/projects/{p}/jobs/a-cce-1").json()
    assert (other["apiVersion"], other["status"]["phase"]) == ("v3", "Success")


def test_cce_delete_needs_its_content_type(client: Any) -> None:
    path = CCE_JOBS + "/a-cce-1"
    assert code(client("cce", "DELETE", path)) == (400, "CCE.01400001")
    assert code(client("cce", "DELETE", path, headers={"Content-Type": "text/plain"})) == (400, "CCE.01400001")
    assert len(client.cloud.records(PROJECT, "cce")) == 3
    answer = client("cce", "DELETE", path, headers={"Content-Type": "application/json;charset=utf-8"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert code(client("cce", "DELETE", path, headers=JSON)) == (404, "CCE.01404001")
    assert code(client("cce", "DELETE", CCE_JOBS + "/a-cce-2", headers=JSON)) == (403, "CCE.01403002")
    assert code(client("cce", "GET", CCE_JOBS + "/gone")) == (404, "CCE.01404001")


def test_deep_pages_cost_no_more_than_early_ones(start: Callable[..., CloudEmulator]) -> None:
    records = start(bulk("dcs", 40000, log=False)).loaded.state.project(PROJECT).records["dcs"]
    records.view()

    def seconds(offset: int) -> float:
        began = time.perf_counter()
        for _round in range(2000):
            records.view()[offset : offset + 10]
        return time.perf_counter() - began

    assert min(seconds(39000) for _round in range(5)) < 5 * min(seconds(0) for _round in range(5))
