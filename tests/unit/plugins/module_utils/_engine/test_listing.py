# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Info modules list everything there is, page by page, however the service counts its pages."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.responses import JSONResponse, Response

from emulator import CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service, sends_only_reads
from helpers.http_stub import Answer, Asked, SmallServer
from helpers.kind_cases import BY_NAME, CASES, HUAWEI, OTC, SERVICES, Case

RECORD_KEYS = {
    "kind",
    "service",
    "region",
    "project_id",
    "instance_id",
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "deletable",
}
PAGED = [case for case in CASES if case.first_page]
JOB_TYPES = ("migration", "sync", "cloudDataGuard")
OTC_ENGINES = ("mysql", "mongodb", "cloudDataGuard-mysql", "mysql-to-taurus", "postgresql")
HUAWEI_ENGINES = (*OTC_ENGINES, "gaussdbv5", "mysql-to-kafka", "taurus-to-kafka", "gaussdbv5ha-to-kafka")


def ids(result: dict[str, Any]) -> list[str]:
    return sorted(record["id"] for record in result["records"])


def changing(change: Callable[[dict[str, Any]], Any]) -> Callable[[Response], Response]:
    """A fault that changes a JSON response."""

    def function(response: Response) -> Response:
        document = json.loads(response.body)
        return JSONResponse(change(document) or document, response.status_code)

    return function


@pytest.mark.parametrize("case", CASES, ids=str)
def test_record_has_its_facts(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    result = call(case.info_module)
    assert ids(result) == sorted(case.ids)
    assert not result["changed"] and result["summary"]["listed"] == 3
    assert set(result["summary"]) == {"listed", "requests", "throttled", "seconds"}
    assert sends_only_reads(cloud.log)
    held = {record["id"]: record for record in cloud.records(f"{case.region}_retired", case.service)}
    for record in result["records"]:
        assert set(record) == RECORD_KEYS
        assert (record["kind"], record["service"], record["region"]) == (case.module, case.service, case.region)
        assert record["project_id"] == call.project_id
        assert record["deletable"] == (record["id"] in case.deletable)
        for key in ("name", "status", "created_at"):
            assert record[key] == held[record["id"]][key]
    assert {record["created_at"] for record in result["records"]} == {f"2026-11-0{day}T10:00:00Z" for day in (1, 2, 3)}


@pytest.mark.parametrize(
    ("case", "updated"), [(case, case.service not in ("drs",)) for case in CASES], ids=[str(case) for case in CASES]
)
def test_time_of_the_last_change_where_it_is_told(
    cloud: CloudEmulator, call: Caller, case: Case, updated: bool
) -> None:
    cloud.load(small(region=case.region))
    (record,) = [one for one in call(case.info_module)["records"] if one["id"] == case.deletable[0]]
    assert record["updated_at"] == ("2026-11-01T10:01:00Z" if updated else None)


@pytest.mark.parametrize(
    ("name", "instance"),
    [("gaussdb-otc", "8ea6a2c7f0a14a3d9d6f5f7c1b2a3c4din14"), ("dms", "a-kafka-1"), ("dcs", None), ("cce", None)],
)
def test_instance_where_the_api_gives_one(cloud: CloudEmulator, call: Caller, name: str, instance: str | None) -> None:
    case = BY_NAME[name]
    (record,) = [one for one in call(case.info_module)["records"] if one["id"] == case.deletable[0]]
    assert record["instance_id"] == instance


@pytest.mark.parametrize("case", CASES, ids=str)
def test_first_page_is_asked_for_as_documented(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    call(case.info_module)
    listings = [one for one in of_service(cloud, case.service) if one["path"].endswith(("/tasks", "/jobs"))]
    scope = {"job_type", "db_use_type", "engine_type"}
    for entry in listings:
        asked = entry["body"] if case.batch else entry["query"]
        assert {name: value for name, value in asked.items() if name not in scope} == case.first_page
        assert entry["headers"].get("x-language") == case.headers.get("x-language")


@pytest.mark.parametrize("case", PAGED, ids=str)
@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 253])
def test_every_page_is_read(cloud: CloudEmulator, call: Caller, case: Case, count: int) -> None:
    cloud.load(bulk(case.service, count, region=case.region))
    assert ids(call(case.info_module)) == left(cloud, case.service)


@pytest.mark.parametrize("name", ["gaussdb-otc", "drs-v5", "dms", "dcs"])
@pytest.mark.parametrize("size", [1, 7, 10, 50])
@pytest.mark.parametrize("total", ["string", "int"])
def test_pages_may_be_smaller_than_asked_for(
    cloud: CloudEmulator, call: Caller, name: str, size: int, total: str
) -> None:
    case = BY_NAME[name]
    options = {"clamp_limit": {case.service: size}, "task_count": total}
    cloud.load(bulk(case.service, 53, options=options, region=case.region))
    assert ids(call(case.info_module)) == left(cloud, case.service)


@pytest.mark.parametrize("meaning", ["record", "page"])
@pytest.mark.parametrize(("count", "size"), [(101, 100), (300, 100), (301, 100), (57, 10)])
def test_gaussdb_offset_counts_records_or_pages(
    cloud: CloudEmulator, call: Caller, meaning: str, count: int, size: int
) -> None:
    cloud.load(bulk("gaussdb", count, options={"gaussdb_offset": meaning, "clamp_limit": {"gaussdb": size}}))
    result = call("gaussdb_job_info")
    assert ids(result) == left(cloud, "gaussdb") and len(result["records"]) == count


@pytest.mark.parametrize("case", PAGED, ids=str)
@pytest.mark.parametrize("total", [None, "many", -1, 0, True, 3, "3"], ids=repr)
def test_total_that_says_too_little_is_not_believed(cloud: CloudEmulator, call: Caller, case: Case, total: Any) -> None:
    """Without a total, or with one that is smaller than what came, pages are read until nothing new comes."""
    options = {"clamp_limit": {case.service: 10}}
    cloud.load(bulk(case.service, 235 if case.batch else 35, options=options, region=case.region))
    contains = {"drs-v3": '"db_use_type":"migration","engine_type":"mysql"', "drs-v5": "job_type=migration"}.get(
        case.name
    )

    def with_total(document: dict[str, Any]) -> None:
        document.update({key: total for key in document if key.startswith("total_") or key == "task_count"})

    everything = left(cloud, case.service)
    cloud.faults.add("transform", service=case.service, contains=contains, function=changing(with_total))
    assert ids(call(case.info_module)) == everything


def test_drs_v3_lists_every_type_and_engine(cloud: CloudEmulator, call: Caller) -> None:
    assert drs_scopes(cloud, call, OTC) == {(job, engine) for job in JOB_TYPES for engine in OTC_ENGINES}


def test_drs_v3_lists_more_engines_on_huawei_cloud(cloud: CloudEmulator, call: Caller) -> None:
    found = drs_scopes(cloud, call, HUAWEI, api_version="v3")
    assert found == {(job, engine) for job in JOB_TYPES for engine in HUAWEI_ENGINES}


def drs_scopes(cloud: CloudEmulator, call: Caller, region: str, **options: Any) -> set[tuple[str, str]]:
    """Put a job under each type and engine, list them all, and return what was asked for."""
    scenario = small(region=region)
    engines = OTC_ENGINES if region == OTC else HUAWEI_ENGINES
    scenario["projects"][0]["services"] = {
        "drs": [
            {"id": f"{job}-{engine}", "job_type": job, "engine_type": engine} for job in JOB_TYPES for engine in engines
        ]
    }
    cloud.load(scenario)
    assert ids(call("drs_job_info", **options)) == left(cloud, "drs")
    bodies = [entry["body"] for entry in of_service(cloud, "drs", "POST")]
    assert len(bodies) == len(JOB_TYPES) * len(engines)
    return {(body["db_use_type"], body["engine_type"]) for body in bodies}


def test_drs_v5_lists_every_type(cloud: CloudEmulator, call: Caller) -> None:
    scenario = small(region=HUAWEI)
    types = (*JOB_TYPES, "replay")
    scenario["projects"][0]["services"] = {"drs": [{"id": f"of-{job}", "job_type": job} for job in types]}
    cloud.load(scenario)
    assert ids(call("drs_job_info")) == left(cloud, "drs")
    assert sorted(entry["query"]["job_type"] for entry in of_service(cloud, "drs")) == sorted(types)


def kafkas(count: int, **instance: Any) -> dict[str, Any]:
    """A scenario with many Kafka instances of one task each."""
    scenario = small()
    tasks = [{"status": "SUCCESS", "count": 1}]
    scenario["projects"][0]["services"] = {"dms": {"instances": [{"count": count, "tasks": tasks, **instance}]}}
    return scenario


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 120])
def test_dms_lists_the_tasks_of_all_instances(cloud: CloudEmulator, call: Caller, count: int) -> None:
    cloud.load(kafkas(count))
    result = call("dms_task_info")
    assert ids(result) == left(cloud, "dms") and len(result["records"]) == count
    assert len({record["instance_id"] for record in result["records"]}) == count
    instances = [entry for entry in of_service(cloud, "dms") if entry["path"].endswith("/instances")]
    assert {entry["query"]["engine"] for entry in instances} == {"kafka"}
    assert {entry["query"]["limit"] for entry in instances} == {"50"}


def test_dms_lists_kafka_instances_only(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(kafkas(2, engine="rabbitmq"))
    assert call("dms_task_info")["records"] == []


def test_dms_lists_named_instances_only(cloud: CloudEmulator, call: Caller) -> None:
    result = call("dms_task_info", instance_ids=["a-kafka-2", "a-kafka-2"])
    assert ids(result) == ["a-dms-3"]
    assert [entry["path"].rsplit("/", 2)[1] for entry in of_service(cloud, "dms")] == ["a-kafka-2"]
    assert ids(call("dms_task_info", instance_id=["a-kafka-1"])) == ["a-dms-1", "a-dms-2"]


def test_instance_that_is_deleted_meanwhile_has_no_tasks(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="dms", path="a-kafka-1/tasks", status=404, error_code="DMS.00404022")
    assert ids(call("dms_task_info")) == ["a-dms-3"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "APIGW.0101"), (404, "APIGW.0103"), (404, "DCS.4001"), (404, "111404001"), (405, "DCS.5001"), (405, "X.1")],
)
def test_dcs_falls_back_to_the_instances(cloud: CloudEmulator, call: Caller, status: int, code: str) -> None:
    cloud.load(bulk("dcs", 75, instances=25, options={"clamp_limit": {"dcs": 2}}))
    cloud.faults.add("status", service="dcs", path="^/v2/[^/]+/tasks$", status=status, error_code=code)
    result = call("dcs_task_info")
    assert ids(result) == left(cloud, "dcs")
    assert len({record["instance_id"] for record in result["records"]}) == 25


def test_dcs_does_not_fall_back_where_the_list_fails(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="dcs", path="^/v2/[^/]+/tasks$", status=403, error_code="DCS.2003")
    result = call("dcs_task_info")
    assert result.failed and (result["error_code"], result["http_status"]) == ("DCS.2003", 403)
    assert "records" not in result


def test_cce_lists_without_paging(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("cce", 253))
    assert ids(call("cce_job_info")) == left(cloud, "cce")
    assert len(of_service(cloud, "cce")) == 1


@pytest.mark.parametrize("width", [1, 4])
def test_as_many_pages_at_a_time_as_asked_for(call: Caller, width: int) -> None:
    """After the first page, which tells how many there are, each waits until as many are asked for as may be."""
    meeting = threading.Barrier(width, timeout=20)

    def answer(asked: Asked) -> Answer:
        offset = int(dict(parse_qsl(urlsplit(asked.target).query))["offset"])
        if 0 < offset < 50:
            meeting.wait()
        numbers = range(offset, min(offset + 10, 50))
        tasks = [{"job_id": f"job-{number}", "status": "Completed"} for number in numbers]
        return Answer(body=json.dumps({"tasks": tasks, "total_count": 50}).encode())

    with SmallServer(answer) as server:
        given = {"token": "MIIabc", "project_id": "f00", "project_name": None, "endpoints": {"gaussdb": server.url}}
        result = call("gaussdb_job_info", concurrency=width, **given)
    # The last page is full, so that one more is asked for.
    assert len(result["records"]) == 50 and len(server.asked) == 6
    assert server.most_under_way == width


@pytest.mark.parametrize(
    ("status", "total", "failed"), [(400, 20, False), (404, 20, False), (403, 20, True), (400, None, True)]
)
def test_page_after_the_last_promised_one_may_be_refused(
    call: Caller, status: int, total: int | None, failed: bool
) -> None:
    def answer(asked: Asked) -> Answer:
        offset = int(dict(parse_qsl(urlsplit(asked.target).query))["offset"])
        if offset >= 20:
            return Answer(status=status, body=b'{"error_code": "X.0400", "error_msg": "no such page"}')
        tasks = [{"job_id": f"job-{number}", "status": "Completed"} for number in range(offset, offset + 10)]
        return Answer(body=json.dumps({"tasks": tasks, "total_count": total}).encode())

    with SmallServer(answer) as server:
        given = {"token": "MIIabc", "project_id": "f00", "project_name": None, "endpoints": {"gaussdb": server.url}}
        result = call("gaussdb_job_info", **given)
    assert result.failed is failed
    assert failed or len(result["records"]) == 20


@pytest.mark.parametrize("case", SERVICES, ids=str)
@pytest.mark.parametrize(
    ("status", "code"), [(400, "X.0400"), (403, "APIGW.0302"), (404, "X.0404"), (409, "X.0409"), (500, "X.0500")]
)
def test_refused_list_is_a_failure(cloud: CloudEmulator, call: Caller, case: Case, status: int, code: str) -> None:
    cloud.faults.add("status", service=case.service, status=status, error_code=code, error_msg="Not now.")
    result = call(case.info_module)
    assert result.failed and "records" not in result
    assert (result["http_status"], result["error_code"]) == (status, code)
    assert "Not now." in result["msg"] and result["error_msg"] in result["msg"]
    assert result["request_id"]


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_list_that_is_not_published_is_a_failure(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small({"unpublished": [case.service]}))
    result = call(case.info_module)
    assert result.failed and "records" not in result
    assert (result["http_status"], result["error_code"]) == (404, "APIGW.0101")


def test_service_without_an_endpoint_is_a_failure(cloud: CloudEmulator, call: Caller) -> None:
    endpoints = {"iam": cloud.endpoints["iam"]}
    cloud.load(small(region="eu-ch2"))
    result = call("drs_job_info", endpoints=endpoints)
    assert result.failed and result["error_code"] == "NoEndpoint" and "endpoints.drs" in result["msg"]
