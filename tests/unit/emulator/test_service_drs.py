# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DRS v3 and v5."""

from __future__ import annotations

import time
from typing import Any

import pytest

from emulator import PROJECT, bulk, small

from .expectations import refusal

V5, V3 = "/v5/{p}/jobs", "/v3/{p}/jobs"
STOPPABLE = "a-drs-2"


def with_jobs(*jobs: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {**small(options), "projects": [{"name": PROJECT, "services": {"drs": list(jobs)}}]}


def batch(client: Any, delete_type: str, *job_ids: str) -> Any:
    jobs = [{"job_id": job_id, "delete_type": delete_type} for job_id in job_ids]
    return client("drs", "DELETE", V3 + "/batch-jobs", json={"jobs": jobs})


def results(response: Any) -> list[tuple[str, str | None]]:
    """Status and error code of each result of a batch."""
    document = response.json()
    return [(one["status"], one.get("error_code")) for one in document.get("results", document.get("jobs"))]


def status_of(client: Any, job_id: str) -> Any:
    body = {"jobs": [job_id], "page_req": {"cur_page": 1, "per_page": 5}}
    return client("drs", "POST", V3 + "/batch-status", json=body).json()["results"][0]


@pytest.mark.parametrize(
    ("job_type", "expected"), [("migration", "a-drs-1"), ("sync", STOPPABLE), ("cloudDataGuard", "a-drs-3")]
)
def test_v5_list_of_job_type_holds_jobs(client: Any, job_type: str, expected: str) -> None:
    page = client("drs", "GET", f"{V5}?job_type={job_type}").json()
    assert ([job["id"] for job in page["jobs"]], page["total_count"]) == ([expected], 1)
    available = page["jobs"][0]["job_action"]["available_actions"]
    assert ("DELETE" in available) == (job_type != "sync")


def test_v5_list_with_page_or_filter_holds_part(connect: Any) -> None:
    client = connect(bulk("drs", 25))

    def ids(query: str) -> list[str]:
        return [job["id"] for job in client("drs", "GET", V5 + "?job_type=migration" + query).json()["jobs"]]

    first, rest = ids(""), ids("&offset=10&limit=20")
    assert (len(first), len(rest), len({*first, *rest})) == (10, 15, 25)
    assert ids("&limit=25&sort_dir=asc") == [*first, *rest][::-1]
    assert len(ids("&limit=1000&name=DRS-orders,DRS-archive")) == 17
    assert ids("&status=CREATING") == ids("&engine_type=oracle") == []


def test_v5_show_of_job_holds_status_and_actions(client: Any) -> None:
    assert client("drs", "GET", f"{V5}/{STOPPABLE}?type=overview").json()["job"]["status"] == "INCRE_TRANSFER_STARTED"
    assert client("drs", "GET", V5 + "/a-drs-1").json()["job"]["create_time"] == "2026-11-01T10:00:00Z"
    actions = client("drs", "GET", V5 + "/a-drs-1/actions").json()["job_action"]
    assert actions["available_actions"] == ["DELETE"]


def test_v5_delete_of_job_removes_once(client: Any) -> None:
    response = client("drs", "DELETE", V5 + "/a-drs-1")
    assert (response.status_code, response.json()) == (200, {})
    assert refusal(client("drs", "DELETE", V5 + "/a-drs-1")) == (400, "DRS.10000010")
    assert [record["id"] for record in client.cloud.records(PROJECT, "drs")] == ["a-drs-3", "a-drs-2"]


def test_v5_bulk_delete_answers_per_job(client: Any) -> None:
    response = client("drs", "DELETE", V5, json={"jobs": ["a-drs-1", STOPPABLE, "gone"]})
    assert response.status_code == 200
    assert [job["id"] for job in response.json()["jobs"]] == ["a-drs-1", STOPPABLE, "gone"]
    assert results(response) == [("success", None), ("failed", "DRS.M00304"), ("failed", "DRS.M00289")]


def test_v5_stop_of_running_job_takes_release_seconds(connect: Any, clock: Any) -> None:
    client, path = connect(options={"release_seconds": 60}), f"{V5}/{STOPPABLE}"
    response = client("drs", "POST", path + "/stop", json={"is_force_stop": False})
    assert (response.status_code, response.json()["status"]) == (200, "success")
    assert client("drs", "GET", path).json()["job"]["status"] == "RELEASE_RESOURCE_STARTED"
    assert client("drs", "DELETE", path).status_code == 400
    clock.advance(61)
    assert client("drs", "GET", path).json()["job"]["status"] == "RELEASE_RESOURCE_COMPLETE"
    assert client("drs", "DELETE", path).status_code == 200


def test_v5_stop_of_stopped_job_fails_inside_200(client: Any) -> None:
    stopped = client("drs", "POST", V5 + "/a-drs-1/stop", json={})
    assert (stopped.status_code, stopped.json()["status"]) == (200, "failed")
    assert stopped.json()["error_code"] == "DRS.M00304"


def test_v3_list_of_use_and_engine_holds_jobs(connect: Any) -> None:
    jobs = [
        {"id": "m1", "job_type": "migration"},
        {"id": "m2", "job_type": "migration", "engine_type": "mongodb"},
        {"id": "g1", "job_type": "cloudDataGuard"},
    ]
    client = connect(with_jobs(*jobs))

    def ids(**body: Any) -> list[str]:
        page = client("drs", "POST", V3, json={"cur_page": 1, "per_page": 10, **body}).json()
        assert page["total_record"] == len(page["jobs"])
        return [job["id"] for job in page["jobs"]]

    assert ids(db_use_type="migration") == ["m1"]
    assert ids(db_use_type="migration", engine_type="") == ["m1"]
    assert ids(db_use_type="migration", engine_type="mongodb") == ["m2"]
    assert ids(db_use_type="cloudDataGuard") == []
    assert ids(db_use_type="cloudDataGuard", engine_type="cloudDataGuard-mysql") == ["g1"]
    assert ids(db_use_type="migration", name="m1", status="") == ["m1"]
    assert ids(db_use_type="migration", status="CREATING") == []


def test_v3_list_with_page_holds_part(connect: Any) -> None:
    client = connect(bulk("drs", 130))

    def jobs(**body: int) -> list[dict[str, Any]]:
        page = client("drs", "POST", V3, json={"db_use_type": "migration", **body}).json()
        assert page["total_record"] == 130
        return page["jobs"]  # type: ignore[no-any-return]

    assert len(jobs()) == 10
    assert len({job["id"] for page in (1, 2) for job in jobs(cur_page=page, per_page=100)}) == 130
    assert len(jobs(cur_page=0, per_page=100)) == 130
    assert time.strptime(jobs()[0]["create_time"], "%Y-%m-%d %H:%M:%S")


def test_v3_delete_of_several_jobs_answers_per_job(client: Any) -> None:
    response = batch(client, "delete", "a-drs-1", STOPPABLE, "a-drs-3", "gone")
    assert (response.status_code, response.json()["count"]) == (202, 4)
    assert results(response) == [
        ("success", None),
        ("failed", "DRS.M00304"),
        ("success", None),
        ("failed", "DRS.M00289"),
    ]
    assert results(batch(client, "delete", "a-drs-1")) == [("failed", "DRS.M05004")]


def test_v3_delete_of_missing_job_refused_by_option(connect: Any) -> None:
    assert refusal(batch(connect(options={"drs_missing": "400"}), "delete", "gone")) == (400, "DRS.M00289")


@pytest.mark.parametrize("delete_type", ["terminate", "force_terminate"])
def test_v3_stop_of_running_job_takes_release_seconds(connect: Any, clock: Any, delete_type: str) -> None:
    client = connect(options={"release_seconds": 60})
    assert batch(client, delete_type, STOPPABLE).json()["results"] == [{"id": STOPPABLE, "status": "success"}]
    assert status_of(client, STOPPABLE) == {"id": STOPPABLE, "status": "RELEASE_RESOURCE_STARTED"}
    clock.advance(61)
    assert status_of(client, STOPPABLE)["status"] == "RELEASE_RESOURCE_COMPLETE"
    assert results(batch(client, "delete", STOPPABLE)) == [("success", None)]
    assert status_of(client, STOPPABLE)["error_code"] == "DRS.M00289"


def test_v3_stop_with_failing_release_ends_in_failed_status(connect: Any, clock: Any) -> None:
    job = {"id": "stuck", "status": "INCRE_TRANSFER_STARTED", "release_fails": True}
    client = connect(with_jobs(job, release_seconds=60))
    assert results(batch(client, "terminate", "stuck")) == [("success", None)]
    clock.advance(61)
    assert status_of(client, "stuck")["status"] == "RELEASE_RESOURCE_FAILED"
    assert results(batch(client, "delete", "stuck")) == [("failed", "DRS.M00304")]


def test_stop_or_delete_of_failing_job_refused(connect: Any) -> None:
    busy = {"id": "busy", "status": "INCRE_TRANSFER_STARTED", "stop_fails": "DRS.M01504"}
    client = connect(with_jobs(busy, {"id": "held", "delete_fails": "DRS.M01504"}))
    assert results(batch(client, "terminate", "busy")) == [("failed", "DRS.M01504")]
    assert results(batch(client, "delete", "held")) == [("failed", "DRS.M01504")]
    assert refusal(client("drs", "DELETE", V5 + "/held")) == (400, "DRS.M01504")
    assert len(client.cloud.records(PROJECT, "drs")) == 2


def test_v3_statuses_of_ids_paged(client: Any) -> None:
    paged = {"jobs": ["a-drs-1", STOPPABLE, "a-drs-3"], "page_req": {"cur_page": 2, "per_page": 2}}
    found = client("drs", "POST", V3 + "/batch-status", json=paged).json()["results"]
    assert [one["id"] for one in found] == ["a-drs-3"]
    everything = {**paged, "page_req": {"cur_page": 1, "per_page": 0}}
    assert client("drs", "POST", V3 + "/batch-status", json=everything).json()["count"] == 3
