# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GaussDB and CCE as their API references describe them."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import PROJECT, bulk, small

TASKS, CCE_JOBS = "/v3/{p}/tasks", "/api/v2/projects/{p}/jobs"


def with_records(*records: dict[str, Any], **scenario: Any) -> dict[str, Any]:
    projects = [{"name": PROJECT, "services": {"gaussdb": list(records)}}]
    return {**small(scenario.pop("options", {})), **scenario, "projects": projects}


def ids(client: Any, query: str = "") -> list[str]:
    return [task["job_id"] for task in client("gaussdb", "GET", TASKS + query).json()["tasks"]]


def test_gaussdb_list_and_show_of_record_differ_in_keys(client: Any) -> None:
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
def test_gaussdb_delete_body_depends_on_region(start: Any, log_in: Any, region: str, body: bytes) -> None:
    cloud = start(small(region=region))
    response = log_in(cloud, f"{region}_retired")("gaussdb", "DELETE", "/v3/{p}/jobs/a-gauss-1")
    assert (response.status_code, response.content) == (200, body)
    assert {record["id"] for record in cloud.records(f"{region}_retired", "gaussdb")} == {"a-gauss-2", "a-gauss-3"}


def test_gaussdb_page_by_record_offset_holds_part(connect: Any) -> None:
    client = connect(bulk("gaussdb", 250))
    first, second, third = (ids(client, f"?offset={offset}&limit=100") for offset in (0, 100, 200))
    assert [len(first), len(second), len(third)] == [100, 100, 50]
    assert len({*first, *second, *third}) == 250
    assert ids(client) == first
    assert ids(client, "?offset=1&limit=100")[:99] == first[1:]
    assert ids(client, "?offset=250") == []


def test_gaussdb_page_by_page_number_holds_part(connect: Any) -> None:
    client = connect(bulk("gaussdb", 250, options={"gaussdb_offset": "page"}))
    pages = [ids(client, f"?offset={number}&limit=100") for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [100, 100, 50, 0]
    assert len({job_id for page in pages for job_id in page}) == 250


def test_gaussdb_list_with_filter_holds_part(client: Any) -> None:
    assert ids(client, "?status=Failed") == ["a-gauss-2"]
    assert ids(client, "?name=CreateGaussDBV5Instance") == ["a-gauss-1"]
    second_of_november = 1793613600000
    assert ids(client, f"?start_time={second_of_november}") == ["a-gauss-3", "a-gauss-2"]
    assert ids(client, f"?end_time={second_of_november}") == ["a-gauss-2", "a-gauss-1"]


def test_gaussdb_window_hides_old_records_from_lists_only(connect: Any) -> None:
    records = ({"id": "old", "age": "45d"}, {"id": "new", "age": "5d"})
    client = connect(with_records(*records, options={"gaussdb_window_days": 30}))
    assert ids(client) == ["new"]
    assert client("gaussdb", "GET", "/v3/{p}/jobs?id=old").status_code == 200
    assert client("gaussdb", "DELETE", "/v3/{p}/jobs/old").status_code == 200


def test_record_that_becomes_another_status_changes_in_time(connect: Any, clock: Any) -> None:
    record = {"id": "busy", "status": "Running", "becomes": {"status": "Completed", "after": 60}}
    client = connect(with_records(record, now="2026-01-01"))
    assert client("gaussdb", "DELETE", "/v3/{p}/jobs/busy").status_code == 409
    clock.advance(61)
    assert client("gaussdb", "GET", TASKS).json()["tasks"][0]["status"] == "Completed"
    assert client("gaussdb", "DELETE", "/v3/{p}/jobs/busy").status_code == 200


def test_raw_fields_replace_fields_of_item(connect: Any) -> None:
    name = "{{ 1 + 1 }}\u001b[31m \ud800"
    client = connect(with_records({"id": "odd", "name": name, "raw": {"status": 7, "created_at": []}}))
    task = client("gaussdb", "GET", TASKS).json()["tasks"][0]
    assert (task["name"], task["status"], task["created_at"]) == (name, 7, [])


def test_cce_list_is_bare_array(client: Any) -> None:
    jobs = client("cce", "GET", CCE_JOBS).json()
    assert [job["metadata"]["uid"] for job in jobs] == ["a-cce-3", "a-cce-2", "a-cce-1"]
    assert jobs[2]["metadata"]["creationTimestamp"] == "2026-11-01 10:00:00.000000 +0000 UTC"
    assert jobs[1]["status"] == {"status": "Running", "reason": "", "completionTime": ""}
    assert client("cce", "GET", CCE_JOBS + "/a-cce-1").json() == jobs[2]


def test_cce_delete_with_content_type_removes_job(client: Any) -> None:
    headers = {"Content-Type": "application/json;charset=utf-8"}
    response = client("cce", "DELETE", CCE_JOBS + "/a-cce-1", headers=headers)
    assert (response.status_code, response.content) == (204, b"")
    assert [record["id"] for record in client.cloud.records(PROJECT, "cce")] == ["a-cce-3", "a-cce-2"]
    assert client("cce", "DELETE", CCE_JOBS + "/a-cce-1", headers=headers).status_code == 404
