# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GaussDB as its API reference has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator import PROJECT, CloudEmulator, bulk, small

TASKS = "/v3/{p}/tasks"


def ids(answer: Any) -> list[str]:
    return [task["job_id"] for task in answer.json()["tasks"]]


def test_list_and_show_name_the_same_record_differently(client: Any) -> None:
    listed = client("gaussdb", "GET", TASKS).json()
    assert listed["total_count"] == 3
    assert listed["tasks"][1] == {
        "instance_info": listed["tasks"][1]["instance_info"],
        "job_id": "a-gauss-2",
        "name": "BackupSnapshotGaussDBV5InInstance",
        "status": "Failed",
        "process": None,
        "fail_reason": None,
        "created_at": "2026-11-02T18:00:00+0800",
        "ended_at": "2026-11-02T18:01:00+0800",
    }
    shown = client("gaussdb", "GET", "/v3/{p}/jobs?id=a-gauss-3").json()["job"]
    assert (shown["id"], shown["status"], shown["ended"]) == ("a-gauss-3", "Running", None)
    assert shown["created"] == "2026-11-03T18:00:00+0800"


@pytest.mark.parametrize(("region", "body"), [("eu-de", b""), ("ap-southeast-1", b"{}")])
def test_delete(start: Callable[..., CloudEmulator], log_in: Any, region: str, body: bytes) -> None:
    cloud = start(small(region=region))
    client = log_in(cloud, f"{region}_retired")
    answer = client("gaussdb", "DELETE", "/v3/{p}/jobs/a-gauss-1")
    assert (answer.status_code, answer.content) == (200, body)
    assert {record["id"] for record in cloud.records(f"{region}_retired", "gaussdb")} == {"a-gauss-2", "a-gauss-3"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("DELETE", "/v3/{p}/jobs/gone", 400, "DBS.200543"),
        ("DELETE", "/v3/{p}/jobs/a.b", 400, "DBS.200001"),
        ("DELETE", "/v3/{p}/jobs/a-gauss-3", 409, "DBS.200402"),
        ("GET", "/v3/{p}/jobs?id=gone", 400, "DBS.200543"),
        ("GET", "/v3/{p}/jobs", 400, "DBS.200001"),
        ("GET", TASKS + "?limit=0", 400, "DBS.200001"),
        ("GET", TASKS + "?limit=101", 400, "DBS.200001"),
        ("GET", TASKS + "?limit=ten", 400, "DBS.200001"),
        ("GET", TASKS + "?offset=-1", 400, "DBS.200001"),
        ("POST", "/v3/{p}/jobs/a-gauss-1", 404, "APIGW.0101"),
        ("GET", "/v3/{p}/nothing", 404, "APIGW.0101"),
    ],
)
def test_refusals(client: Any, method: str, path: str, status: int, code: str) -> None:
    answer = client("gaussdb", method, path)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert len(client.cloud.records(PROJECT, "gaussdb")) == 3


def test_lenient_states(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(options={"lenient_states": True}))
    assert client("gaussdb", "DELETE", "/v3/{p}/jobs/a-gauss-3").status_code == 200


def test_pages_by_record_offset(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(bulk("gaussdb", 250)))
    first, second, third = (ids(client("gaussdb", "GET", f"{TASKS}?offset={n}&limit=100")) for n in (0, 100, 200))
    assert [len(first), len(second), len(third)] == [100, 100, 50]
    assert len({*first, *second, *third}) == 250
    assert ids(client("gaussdb", "GET", TASKS)) == first
    assert ids(client("gaussdb", "GET", TASKS + "?offset=1&limit=100"))[:99] == first[1:]
    assert ids(client("gaussdb", "GET", TASKS + "?offset=250")) == []


def test_pages_by_page_number(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(bulk("gaussdb", 250, options={"gaussdb_offset": "page"})))
    pages = [ids(client("gaussdb", "GET", f"{TASKS}?offset={number}&limit=100")) for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [100, 100, 50, 0]
    assert len({job_id for page in pages for job_id in page}) == 250


def test_limit_can_be_cut_silently(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(bulk("gaussdb", 50, options={"clamp_limit": {"gaussdb": 20}})))
    answer = client("gaussdb", "GET", TASKS + "?limit=100")
    assert (len(ids(answer)), answer.json()["total_count"]) == (20, 50)


def test_filters(client: Any) -> None:
    assert ids(client("gaussdb", "GET", TASKS + "?status=Failed")) == ["a-gauss-2"]
    assert ids(client("gaussdb", "GET", TASKS + "?name=CreateGaussDBV5Instance")) == ["a-gauss-1"]
    second_of_november = 1793613600000
    assert ids(client("gaussdb", "GET", f"{TASKS}?start_time={second_of_november}")) == ["a-gauss-3", "a-gauss-2"]
    assert ids(client("gaussdb", "GET", f"{TASKS}?end_time={second_of_november}")) == ["a-gauss-2", "a-gauss-1"]


def test_window_hides_old_records_from_lists_only(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    records = [{"id": "old", "age": "45d"}, {"id": "new", "age": "5d"}]
    scenario = {**small({"gaussdb_window_days": 30}), "projects": [{"name": PROJECT, "services": {"gaussdb": records}}]}
    client = log_in(start(scenario))
    assert ids(client("gaussdb", "GET", TASKS)) == ["new"]
    assert client("gaussdb", "GET", "/v3/{p}/jobs?id=old").status_code == 200
    assert client("gaussdb", "DELETE", "/v3/{p}/jobs/old").status_code == 200


def test_records_change_their_status_in_time(start: Callable[..., CloudEmulator], log_in: Any, clock: Any) -> None:
    becomes = {"status": "Completed", "after": 60}
    record = {"id": "busy", "status": "Running", "becomes": becomes}
    projects = [{"name": PROJECT, "services": {"gaussdb": [record]}}]
    client = log_in(start({**small(), "now": "2026-01-01", "projects": projects}))
    assert client("gaussdb", "DELETE", "/v3/{p}/jobs/busy").status_code == 409
    clock.advance(61)
    assert client("gaussdb", "GET", TASKS).json()["tasks"][0]["status"] == "Completed"
    assert client("gaussdb", "DELETE", "/v3/{p}/jobs/busy").status_code == 200


def test_raw_fields_lie_over_the_right_ones(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    record = {"id": "odd", "name": "{{ 1 + 1 }}\u001b[31m", "raw": {"status": 7, "created_at": []}}
    scenario = {**small(), "projects": [{"name": PROJECT, "services": {"gaussdb": [record]}}]}
    task = log_in(start(scenario))("gaussdb", "GET", TASKS).json()["tasks"][0]
    assert (task["name"], task["status"], task["created_at"]) == ("{{ 1 + 1 }}\u001b[31m", 7, [])


@pytest.mark.parametrize("service", ["gaussdb", "drs", "dms", "cce", "dcs"])
def test_a_service_can_be_unpublished(start: Callable[..., CloudEmulator], log_in: Any, service: str) -> None:
    client = log_in(start(options={"unpublished": [service]}))
    paths = {
        "gaussdb": TASKS,
        "drs": "/v5/{p}/jobs?job_type=sync",
        "dms": "/v2/{p}/instances",
        "cce": "/api/v2/projects/{p}/jobs",
        "dcs": "/v2/{p}/tasks",
    }
    for name, path in paths.items():
        answer = client(name, "GET", path)
        assert answer.status_code == (404 if name == service else 200)
        assert name != service or answer.json()["error_code"] == "APIGW.0101"
