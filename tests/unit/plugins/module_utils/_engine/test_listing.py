# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Info modules list every record, ask as documented, and fail where a list is refused."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service, sends_only_reads
from helpers.kind_cases import CASES, HUAWEI, OTC, SERVICES, Case

RECORD_KEYS = {
    *("kind", "service", "region", "project_id", "instance_id", "id", "name"),
    *("status", "created_at", "updated_at", "deletable"),
    *("tags", "enterprise_project_id", "prepaid", "protected"),
}
DATABASE = "8ea6a2c7f0a14a3d9d6f5f7c1b2a3c4din14"
INSTANCES = {
    **dict.fromkeys(("gaussdb-otc", "gaussdb-huawei", "gaussdb-scheduled", "rds", "taurusdb"), DATABASE),
    "dms": "a-kafka-1",
    "dms-scheduled": "a-rocketmq-1",
    "bigkey": "a-redis-1",
    "hotkey": "a-redis-1",
}
NAMELESS = ("bigkey", "hotkey")
JOB_TYPES = ("migration", "sync", "cloudDataGuard")
OTC_ENGINES = ("mysql", "mongodb", "cloudDataGuard-mysql", "mysql-to-taurus", "postgresql")
HUAWEI_ENGINES = (*OTC_ENGINES, "gaussdbv5", "mysql-to-kafka", "taurus-to-kafka", "gaussdbv5ha-to-kafka")
each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_service = pytest.mark.parametrize("case", SERVICES, ids=str)


def ids(result: dict[str, Any]) -> list[str]:
    return sorted(record["id"] for record in result["records"])


@each_case
def test_list_record_has_facts_of_service(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    result = call(case.info_module)
    assert ids(result) == sorted(case.ids)
    assert not result["changed"] and result["summary"]["listed"] == 3
    assert set(result["summary"]) == {"listed", "requests", "throttled", "seconds"}
    assert sends_only_reads(cloud.log)
    held = {record["id"]: record for record in cloud.records(f"{case.region}_retired", case.kind)}
    for record in result["records"]:
        assert set(record) == RECORD_KEYS
        assert (record["kind"], record["service"], record["region"]) == (case.module, case.service, case.region)
        assert record["project_id"] == call.project_id
        assert record["deletable"] == (record["id"] in case.deletable)
        if record["id"] == case.deletable[0]:
            assert record["status"] == case.status
            assert record["instance_id"] == INSTANCES.get(case.name)
            assert record["updated_at"] == (None if case.service == "drs" else "2026-11-01T10:01:00Z")
        for key in ("status", "created_at"):
            assert record[key] == held[record["id"]][key]
        assert record["name"] == (None if case.name in NAMELESS else held[record["id"]]["name"])
    assert {record["created_at"] for record in result["records"]} == {f"2026-11-0{day}T10:00:00Z" for day in (1, 2, 3)}


@each_case
def test_list_first_page_is_requested_as_documented(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    call(case.info_module)
    for entry in of_service(cloud, case.service):
        if entry["path"].endswith(("/tasks", "/jobs")):
            sent = dict(entry["body"] if case.batch else entry["query"])
            for scope in ("job_type", "db_use_type", "engine_type"):
                sent.pop(scope, None)
            assert sent == case.first_page
            assert entry["headers"].get("x-language") == case.headers.get("x-language")


@pytest.mark.parametrize(
    ("region", "engines", "options"), [(OTC, OTC_ENGINES, {}), (HUAWEI, HUAWEI_ENGINES, {"api_version": "v3"})]
)
def test_list_drs_v3_requests_every_type_and_engine(
    cloud: CloudEmulator, call: Caller, region: str, engines: tuple[str, ...], options: dict[str, str]
) -> None:
    scenario = small(region=region)
    scopes = [(job, engine) for job in JOB_TYPES for engine in engines]
    jobs = [{"id": f"{job}-{engine}", "job_type": job, "engine_type": engine} for job, engine in scopes]
    scenario["projects"][0]["services"] = {"drs": jobs}
    cloud.load(scenario)
    assert ids(call("drs_job_info", **options)) == left(cloud, "drs")
    bodies = [entry["body"] for entry in of_service(cloud, "drs", "POST")]
    assert sorted((body["db_use_type"], body["engine_type"]) for body in bodies) == sorted(scopes)


def test_list_drs_v5_requests_every_type(cloud: CloudEmulator, call: Caller) -> None:
    scenario = small(region=HUAWEI)
    types = (*JOB_TYPES, "replay")
    scenario["projects"][0]["services"] = {"drs": [{"id": f"of-{job}", "job_type": job} for job in types]}
    cloud.load(scenario)
    assert ids(call("drs_job_info")) == left(cloud, "drs")
    assert sorted(entry["query"]["job_type"] for entry in of_service(cloud, "drs")) == sorted(types)


def instances_of(count: int, **instance: Any) -> dict[str, Any]:
    """A scenario with DMS instances that have one task each."""
    scenario = small()
    tasks = [{"status": "SUCCESS", "count": 1}]
    scenario["projects"][0]["services"] = {"dms": {"instances": [{"count": count, "tasks": tasks, **instance}]}}
    return scenario


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 120])
def test_list_dms_has_tasks_of_all_instances(cloud: CloudEmulator, call: Caller, count: int) -> None:
    cloud.load(instances_of(count))
    result = call("dms_task_info")
    assert ids(result) == left(cloud, "dms") and len(result["records"]) == count
    assert len({record["instance_id"] for record in result["records"]}) == count
    listed = [entry["query"] for entry in of_service(cloud, "dms") if entry["path"].endswith("/instances")]
    assert {(query["engine"], query["limit"]) for query in listed} == {("kafka", "50")}


def test_list_dms_leaves_out_other_engines(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(instances_of(2, engine="rabbitmq"))
    assert call("dms_task_info")["records"] == []


def test_list_dms_instance_ids_requests_these_only(cloud: CloudEmulator, call: Caller) -> None:
    result = call("dms_task_info", instance_ids=["a-kafka-2", "a-kafka-2"])
    assert ids(result) == ["a-dms-3"]
    assert [entry["path"].rsplit("/", 2)[1] for entry in of_service(cloud, "dms")] == ["a-kafka-2"]
    assert ids(call("dms_task_info", instance_id=["a-kafka-1"])) == ["a-dms-1", "a-dms-2"]


def test_list_dms_instance_deleted_meanwhile_has_no_tasks(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="dms", path="a-kafka-1/tasks", status=404, error_code="DMS.00404022")
    assert ids(call("dms_task_info")) == ["a-dms-3"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "APIGW.0101"), (404, "APIGW.0103"), (404, "DCS.4001"), (404, "111404001"), (405, "DCS.5001"), (405, "X.1")],
)
def test_list_dcs_not_published_falls_back_to_instances(call: Caller, status: int, code: str) -> None:
    call.cloud.load(bulk("dcs", 75, instances=25, options={"clamp_limit": {"dcs": 2}}))
    call.cloud.faults.add("status", service="dcs", path="^/v2/[^/]+/tasks$", status=status, error_code=code)
    result = call("dcs_task_info")
    assert ids(result) == left(call.cloud, "dcs")
    assert len({record["instance_id"] for record in result["records"]}) == 25


def test_list_dcs_refused_does_not_fall_back(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="dcs", path="^/v2/[^/]+/tasks$", status=403, error_code="DCS.2003")
    result = call("dcs_task_info")
    assert result.failed and (result["error_code"], result["http_status"]) == ("DCS.2003", 403)
    assert "records" not in result


def test_list_cce_sends_one_request(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("cce", 253))
    assert ids(call("cce_job_info")) == left(cloud, "cce")
    assert len(of_service(cloud, "cce")) == 1


@each_service
@pytest.mark.parametrize(
    ("status", "code"), [(400, "X.0400"), (403, "APIGW.0302"), (404, "X.0404"), (409, "X.0409"), (500, "X.0500")]
)
def test_list_refused_fails(cloud: CloudEmulator, call: Caller, case: Case, status: int, code: str) -> None:
    refusal = {"status": status, "error_code": code, "error_msg": "Not now."}
    cloud.faults.add("status", service=case.service, path="(tasks|jobs)$", **refusal)
    result = call(case.info_module)
    assert result.failed and "records" not in result
    assert (result["http_status"], result["error_code"]) == (status, code)
    assert result["error_msg"] == "cannot list records: Not now."
    assert result["msg"] == f"{case.service}: cannot list records: Not now. ({status} {code})"
    assert result["request_id"]


@each_service
def test_list_not_published_fails(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small({"unpublished": [case.service]}))
    result = call(case.info_module)
    assert (result["http_status"], result["error_code"], "records" in result) == (404, "APIGW.0101", False)


def test_list_no_endpoint_fails(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small(region="eu-ch2"))
    result = call("drs_job_info", endpoints={"iam": cloud.endpoints["iam"]})
    assert result.failed and result["error_code"] == "NoEndpoint" and "endpoints.drs" in result["msg"]
