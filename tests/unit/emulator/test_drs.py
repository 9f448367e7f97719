# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DRS in both versions."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from emulator import PROJECT, CloudEmulator, bulk, small

JOBS_V5, JOBS_V3, BATCH = "/v5/{p}/jobs", "/v3/{p}/jobs", "/v3/{p}/jobs/batch-jobs"


def with_jobs(*jobs: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {**small(options), "projects": [{"name": PROJECT, "services": {"drs": list(jobs)}}]}


def batch(client: Any, delete_type: str, *job_ids: str) -> Any:
    jobs = [{"job_id": job_id, "delete_type": delete_type} for job_id in job_ids]
    return client("drs", "DELETE", BATCH, json={"jobs": jobs})


def status_of(client: Any, job_id: str) -> Any:
    body = {"jobs": [job_id], "page_req": {"cur_page": 1, "per_page": 5}}
    return client("drs", "POST", JOBS_V3 + "/batch-status", json=body).json()["results"][0]


@pytest.mark.parametrize(
    ("job_type", "expected"), [("migration", "a-drs-1"), ("sync", "a-drs-2"), ("cloudDataGuard", "a-drs-3")]
)
def test_v5_lists_one_job_type(client: Any, job_type: str, expected: str) -> None:
    answer = client("drs", "GET", f"{JOBS_V5}?job_type={job_type}").json()
    assert ([job["id"] for job in answer["jobs"]], answer["total_count"]) == ([expected], 1)
    available = answer["jobs"][0]["job_action"]["available_actions"]
    assert ("DELETE" in available) == (job_type != "sync")


def test_v5_pages_and_filters(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(bulk("drs", 25)))
    jobs = JOBS_V5 + "?job_type=migration"

    def ids(query: str) -> list[str]:
        return [job["id"] for job in client("drs", "GET", jobs + query).json()["jobs"]]

    first, rest = ids(""), ids("&offset=10&limit=20")
    assert (len(first), len(rest), len({*first, *rest})) == (10, 15, 25)
    assert ids("&limit=25&sort_dir=asc") == [*first, *rest][::-1]
    assert len(ids("&limit=1000&name=DRS-orders,DRS-archive")) == 17
    assert ids("&status=CREATING") == []
    assert ids("&engine_type=oracle") == []
    for wrong in ("?job_type=backup", "", "?job_type=sync&limit=0", "?job_type=sync&offset=x"):
        assert client("drs", "GET", JOBS_V5 + wrong).status_code == 400


@pytest.mark.parametrize(
    ("form", "expected"),
    [("iso", "2026-11-01T10:00:00Z"), ("plain", "2026-11-01 10:00:00"), ("epoch", "1793527200000")],
)
def test_v5_times(start: Callable[..., CloudEmulator], log_in: Any, form: str, expected: str) -> None:
    client = log_in(start(options={"drs_v5_time": form}))
    assert client("drs", "GET", JOBS_V5 + "/a-drs-1").json()["job"]["create_time"] == expected


def test_v5_delete(client: Any) -> None:
    answer = client("drs", "DELETE", JOBS_V5 + "/a-drs-1")
    assert (answer.status_code, answer.json()) == (200, {})
    again = client("drs", "DELETE", JOBS_V5 + "/a-drs-1")
    assert (again.status_code, again.json()["error_code"]) == (400, "DRS.10000010")
    running = client("drs", "DELETE", JOBS_V5 + "/a-drs-2")
    assert (running.status_code, running.json()["error_code"]) == (400, "DRS.10000001")
    assert [record["id"] for record in client.cloud.records(PROJECT, "drs")] == ["a-drs-3", "a-drs-2"]


def test_v5_show(client: Any) -> None:
    assert client("drs", "GET", JOBS_V5 + "/a-drs-2?type=overview").json()["job"]["status"] == "INCRE_TRANSFER_STARTED"
    assert client("drs", "GET", JOBS_V5 + "/gone").json()["error_code"] == "DRS.10000010"
    actions = client("drs", "GET", JOBS_V5 + "/a-drs-1/actions").json()["job_action"]
    assert actions["available_actions"] == ["DELETE"]


def test_v5_bulk_delete_answers_per_job(client: Any) -> None:
    answer = client("drs", "DELETE", JOBS_V5, json={"jobs": ["a-drs-1", "a-drs-2", "gone"]})
    assert answer.status_code == 200
    assert [(job["id"], job["status"], job["error_code"]) for job in answer.json()["jobs"]] == [
        ("a-drs-1", "success", None),
        ("a-drs-2", "failed", "DRS.M00304"),
        ("gone", "failed", "DRS.M00289"),
    ]
    assert client("drs", "DELETE", JOBS_V5, json={"jobs": []}).status_code == 400
    assert client("drs", "DELETE", JOBS_V5).status_code == 400


def test_v5_stop_takes_time(start: Callable[..., CloudEmulator], log_in: Any, clock: Any) -> None:
    client = log_in(start(options={"release_seconds": 60}))
    answer = client("drs", "POST", JOBS_V5 + "/a-drs-2/stop", json={"is_force_stop": False})
    assert (answer.status_code, answer.json()["status"]) == (200, "success")
    assert client("drs", "GET", JOBS_V5 + "/a-drs-2").json()["job"]["status"] == "RELEASE_RESOURCE_STARTED"
    assert client("drs", "DELETE", JOBS_V5 + "/a-drs-2").status_code == 400
    clock.advance(61)
    assert client("drs", "GET", JOBS_V5 + "/a-drs-2").json()["job"]["status"] == "RELEASE_RESOURCE_COMPLETE"
    assert client("drs", "DELETE", JOBS_V5 + "/a-drs-2").status_code == 200


def test_v5_stop_can_fail_inside_a_200(client: Any) -> None:
    stopped = client("drs", "POST", JOBS_V5 + "/a-drs-1/stop", json={})
    assert (stopped.status_code, stopped.json()["status"]) == (200, "failed")
    assert stopped.json()["error_code"] == "DRS.M00304"
    assert client("drs", "POST", JOBS_V5 + "/gone/stop", json={}).status_code == 400
    jobs = [{"job_id": "a-drs-2", "is_force_stop": True}, {"job_id": "gone"}]
    results = client("drs", "POST", JOBS_V5 + "/batch-stop", json={"jobs": jobs}).json()["jobs"]
    assert [result["status"] for result in results] == ["success", "failed"]


def test_v5_terminate_action(client: Any) -> None:
    terminate = {"job": {"action_name": "terminate", "action_params": {"force_delete": True}}}
    assert client("drs", "POST", JOBS_V5 + "/a-drs-2/action", json=terminate).status_code == 202
    assert client("drs", "POST", JOBS_V5 + "/a-drs-1/action", json=terminate).status_code == 400
    pause = {"job": {"action_name": "stop"}}
    assert client("drs", "POST", JOBS_V5 + "/a-drs-3/action", json=pause).status_code == 400


def test_v3_lists_one_use_and_one_engine(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    jobs = [
        {"id": "m1", "job_type": "migration"},
        {"id": "m2", "job_type": "migration", "engine_type": "mongodb"},
        {"id": "g1", "job_type": "cloudDataGuard"},
    ]
    client = log_in(start(with_jobs(*jobs)))

    def ids(**body: Any) -> list[str]:
        answer = client("drs", "POST", JOBS_V3, json={"cur_page": 1, "per_page": 10, **body}).json()
        assert answer["total_record"] == len(answer["jobs"])
        return [job["id"] for job in answer["jobs"]]

    assert ids(db_use_type="migration") == ["m1"]
    assert ids(db_use_type="migration", engine_type="") == ["m1"]
    assert ids(db_use_type="migration", engine_type="mongodb") == ["m2"]
    assert ids(db_use_type="cloudDataGuard") == []
    assert ids(db_use_type="cloudDataGuard", engine_type="cloudDataGuard-mysql") == ["g1"]
    assert ids(db_use_type="migration", name="m1", status="") == ["m1"]
    assert ids(db_use_type="migration", status="CREATING") == []


def test_v3_pages(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(bulk("drs", 130)))

    def ids(**body: int) -> list[str]:
        answer = client("drs", "POST", JOBS_V3, json={"db_use_type": "migration", **body}).json()
        assert answer["total_record"] == 130
        return [job["id"] for job in answer["jobs"]]

    assert len(ids()) == 10
    assert len({*ids(cur_page=1, per_page=100), *ids(cur_page=2, per_page=100)}) == 130
    assert len(ids(cur_page=0, per_page=100)) == 130
    job = client("drs", "POST", JOBS_V3, json={"db_use_type": "migration"}).json()["jobs"][0]
    assert time.strptime(job["create_time"], "%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "DRS.M00002"),
        ({"db_use_type": "backup"}, 400, "DRS.M00202"),
        ({"db_use_type": "sync", "per_page": 101}, 400, "DRS.M00202"),
        ({"db_use_type": "sync", "cur_page": -1}, 400, "DRS.M00202"),
        ({"db_use_type": "sync", "cur_page": "1"}, 400, "DRS.M00202"),
        ([], 400, "DRS.M00202"),
    ],
)
def test_v3_list_refusals(client: Any, body: Any, status: int, code: str) -> None:
    answer = client("drs", "POST", JOBS_V3, json=body)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


def test_v3_delete_answers_per_item(client: Any) -> None:
    answer = batch(client, "delete", "a-drs-1", "a-drs-2", "a-drs-3", "gone")
    assert answer.status_code == 202
    document = answer.json()
    assert document["count"] == 4
    assert [(item["status"], item.get("error_code")) for item in document["results"]] == [
        ("success", None),
        ("failed", "DRS.M00304"),
        ("success", None),
        ("failed", "DRS.M00289"),
    ]
    again = batch(client, "delete", "a-drs-1").json()["results"][0]
    assert (again["status"], again["error_code"]) == ("failed", "DRS.M05004")


def test_v3_missing_job_can_be_a_400(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    answer = batch(log_in(start(options={"drs_missing": "400"})), "delete", "gone")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "DRS.M00289")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"jobs": []},
        {"jobs": ["a-drs-1"]},
        {"jobs": [{"job_id": "a-drs-1"}]},
        {"jobs": [{"job_id": "a-drs-1", "delete_type": "remove"}]},
        {"jobs": [{"job_id": 1, "delete_type": "delete"}]},
    ],
)
def test_v3_delete_needs_a_proper_body(client: Any, body: Any) -> None:
    assert client("drs", "DELETE", BATCH, json=body).status_code in (400, 422)
    assert client("drs", "DELETE", BATCH).status_code == 400
    assert len(client.cloud.records(PROJECT, "drs")) == 3


@pytest.mark.parametrize("delete_type", ["terminate", "force_terminate"])
def test_v3_stop(start: Callable[..., CloudEmulator], log_in: Any, clock: Any, delete_type: str) -> None:
    client = log_in(start(options={"release_seconds": 60}))
    assert batch(client, delete_type, "a-drs-2").json()["results"] == [{"id": "a-drs-2", "status": "success"}]
    assert status_of(client, "a-drs-2") == {"id": "a-drs-2", "status": "RELEASE_RESOURCE_STARTED"}
    clock.advance(61)
    assert status_of(client, "a-drs-2")["status"] == "RELEASE_RESOURCE_COMPLETE"
    assert batch(client, "delete", "a-drs-2").json()["results"][0]["status"] == "success"
    assert status_of(client, "a-drs-2")["error_code"] == "DRS.M00289"


def test_a_release_can_fail(start: Callable[..., CloudEmulator], log_in: Any, clock: Any) -> None:
    job = {"id": "stuck", "status": "INCRE_TRANSFER_STARTED", "release_fails": True}
    client = log_in(start(with_jobs(job, release_seconds=60)))
    assert batch(client, "terminate", "stuck").json()["results"][0]["status"] == "success"
    clock.advance(61)
    assert status_of(client, "stuck")["status"] == "RELEASE_RESOURCE_FAILED"
    assert batch(client, "delete", "stuck").json()["results"][0]["error_code"] == "DRS.M00304"


def test_single_jobs_can_refuse_stop_and_delete(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    busy = {"id": "busy", "status": "INCRE_TRANSFER_STARTED", "stop_fails": "DRS.M01504"}
    held = {"id": "held", "delete_fails": "DRS.M01504"}
    client = log_in(start(with_jobs(busy, held)))
    assert batch(client, "terminate", "busy").json()["results"][0]["error_code"] == "DRS.M01504"
    assert batch(client, "delete", "held").json()["results"][0]["error_code"] == "DRS.M01504"
    answer = client("drs", "DELETE", JOBS_V5 + "/held")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "DRS.M01504")
    assert len(client.cloud.records(PROJECT, "drs")) == 2


def test_v3_details_and_pages_of_ids(client: Any) -> None:
    body = {"jobs": ["a-drs-1", "gone"]}
    first, second = client("drs", "POST", JOBS_V3 + "/batch-detail", json=body).json()["results"]
    assert first["create_time"] == "1793527200000"
    assert second["error_code"] == "DRS.M00289"
    paged = {"jobs": ["a-drs-1", "a-drs-2", "a-drs-3"], "page_req": {"cur_page": 2, "per_page": 2}}
    results = client("drs", "POST", JOBS_V3 + "/batch-status", json=paged).json()["results"]
    assert [result["id"] for result in results] == ["a-drs-3"]
    everything = {**paged, "page_req": {"cur_page": 1, "per_page": 0}}
    assert client("drs", "POST", JOBS_V3 + "/batch-status", json=everything).json()["count"] == 3


@pytest.mark.parametrize(("versions", "v3", "v5"), [(["v3"], 200, 404), (["v5"], 404, 200)])
def test_a_version_can_be_missing(
    start: Callable[..., CloudEmulator], log_in: Any, versions: list[str], v3: int, v5: int
) -> None:
    client = log_in(start(options={"drs_versions": versions}))
    assert client("drs", "POST", JOBS_V3, json={"db_use_type": "sync"}).status_code == v3
    assert client("drs", "GET", JOBS_V5 + "?job_type=sync").status_code == v5
