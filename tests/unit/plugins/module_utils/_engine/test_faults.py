# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failed requests: repeated where that is safe, accounted for where a response was lost, given up in time."""

from __future__ import annotations

import time
from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service
from helpers.kind_cases import BY_NAME, CASES, DIRECT, SERVICES, Case

UNKNOWN = "never-existed"
TRIES = 6
each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_service = pytest.mark.parametrize("case", SERVICES, ids=str)


def ids_in(cloud: CloudEmulator, service: str) -> list[str]:
    return [record["id"] for record in cloud.records("eu-de_retired", service)]


@each_case
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_delete_server_error_is_repeated(cloud: CloudEmulator, call: Caller, case: Case, status: int) -> None:
    cloud.load(small(region=case.region))
    cloud.faults.add("status", service=case.service, method="DELETE", status=status, times=2)
    result = call.delete(case, case.deletable[:1])
    assert result["deleted"] == [case.deletable[0]] and not result.failed
    assert [entry["status"] for entry in cloud.writes()] == [status, status, case.success]


@each_case
@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        *((kind, {"reset": reset}) for kind in ("drop_before", "drop_after") for reset in (False, True)),
        ("cut_body", {}),
        *(("status", {"status": status, "commit": True}) for status in (500, 502, 504)),
    ],
)
def test_delete_response_lost_counts_as_deleted(call: Caller, case: Case, kind: str, settings: dict[str, Any]) -> None:
    call.cloud.load(small({"gaussdb_delete_body": "object", "dcs_delete_body": "message"}, region=case.region))
    call.cloud.faults.add(kind, service=case.service, method="DELETE", times=1, **settings)
    result = call.delete(case, case.deletable)
    assert result["deleted"] == list(case.deletable) and result["absent"] == [] and not result.failed
    assert left(call.cloud, case.kind) == [case.running]


@pytest.mark.parametrize("case", [BY_NAME["gaussdb-otc"], BY_NAME["drs-v3"], BY_NAME["dms"]], ids=str)
@pytest.mark.parametrize("commit", [False, True], ids=["undone", "done"])
def test_delete_timeout_counts_as_deleted(cloud: CloudEmulator, call: Caller, case: Case, commit: bool) -> None:
    cloud.load(small(region=case.region))
    cloud.faults.add("hang", service=case.service, method="DELETE", seconds=2, commit=commit, times=1)
    result = call.delete(case, case.deletable[:1], timeout=0.5)
    assert result["deleted"] == [case.deletable[0]] and not result.failed
    assert len(cloud.writes()) == 2


@pytest.mark.parametrize("case", DIRECT, ids=str)
@pytest.mark.parametrize("times", [0, 1], ids=["", "after a 503"])
def test_delete_unknown_record_is_absent(cloud: CloudEmulator, call: Caller, case: Case, times: int) -> None:
    """A 503 says that the request was not accepted, so that it is not what deleted the record."""
    if times:
        cloud.faults.add("status", service=case.service, method="DELETE", status=503, times=times)
    result = call.delete(case, [UNKNOWN])
    assert result["absent"] == [UNKNOWN] and not result["changed"]


@each_service
@pytest.mark.parametrize(
    ("kind", "settings", "facts"),
    [("drop_before", {}, (None, "NoReply")), ("status", {"status": 503}, (503, "APIGW.0201"))],
    ids=["drop_before", "503"],
)
def test_delete_always_failing_is_given_up_after_tries(
    cloud: CloudEmulator, call: Caller, case: Case, kind: str, settings: dict[str, Any], facts: Any
) -> None:
    cloud.faults.add(kind, service=case.service, method="DELETE", contains=case.deletable[0], **settings)
    result = call.delete(case, case.deletable)
    assert result["deleted"] == [case.deletable[1]]
    (failure,) = result["failures"]
    assert failure["id"] == case.deletable[0] and failure["error_msg"]
    assert (failure["http_status"], failure["error_code"]) == facts
    assert len(cloud.writes()) == TRIES + 1


@each_service
@pytest.mark.parametrize("status", [400, 403, 405, 409, 413, 422, 501])
def test_delete_refused_is_not_repeated(cloud: CloudEmulator, call: Caller, case: Case, status: int) -> None:
    cloud.faults.add("status", service=case.service, method="DELETE", status=status, error_code="X.1")
    result = call.delete(case, case.deletable)
    assert [one["http_status"] for one in result["failures"]] == [status, status]
    assert len(cloud.writes()) == 2


def test_delete_service_unreachable_fails_every_id(cloud: CloudEmulator, call: Caller) -> None:
    endpoints = {**cloud.endpoints, "gaussdb": "http://127.0.0.1:9"}
    result = call("gaussdb_job", job_ids=["a-gauss-1", "a-gauss-2"], endpoints=endpoints)
    assert [(one["http_status"], one["error_code"]) for one in result["failures"]] == [(None, "NoReply")] * 2
    assert "refused" in result["failures"][0]["error_msg"]


@each_service
def test_list_failing_at_first_is_repeated(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    everything = call(case.info_module)["records"]
    cloud.faults.add("status", service=case.service, status=502, times=1)
    cloud.faults.add("drop_before", service=case.service, times=1)
    cloud.faults.add("cut_body", service=case.service, times=1)
    assert call(case.info_module)["records"] == everything


def test_delete_service_hangs_is_given_up(cloud: CloudEmulator, call: Caller) -> None:
    """After the stall timeout nothing more is sent, and every record is accounted for."""
    cloud.load(bulk("gaussdb", 200))
    cloud.faults.add("hang", service="gaussdb", seconds=30)
    began = time.monotonic()
    ids = ids_in(cloud, "gaussdb")
    result = call("gaussdb_job", job_ids=ids, timeout=0.2, stall_timeout=0.5, concurrency=4)
    assert time.monotonic() - began < 20
    codes = [one["error_code"] for one in result["failures"]]
    assert (len(codes), set(codes)) == (200, {"NoReply", "Stalled"}) and codes.count("Stalled") > 190
    assert len(of_service(cloud, "gaussdb")) < 20


def test_delete_service_only_throttles_is_given_up(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("rate_limit", service="cce", rate=0.001, burst=0.001)
    began = time.monotonic()
    result = call("cce_job", job_ids=["a-cce-1", "a-cce-3"], stall_timeout=0.5)
    assert time.monotonic() - began < 20
    assert {one["error_code"] for one in result["failures"]} == {"Stalled"}
    assert "0.5 seconds" in result["failures"][0]["error_msg"]
    assert result["summary"]["throttled"] >= 1


def test_delete_many_faults_at_once_loses_nothing(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("dms", 300, instances=3))
    held = cloud.records("eu-de_retired", "dms")
    for seed, (kind, settings) in enumerate(
        [("drop_before", {"reset": True}), ("drop_after", {}), ("status", {"status": 502, "commit": True})]
    ):
        cloud.faults.add(kind, service="dms", probability=0.03, seed=seed, **settings)
    tasks = [{"instance_id": record["instance_id"], "task_id": record["id"]} for record in held]
    result = call("dms_task", tasks=tasks, concurrency=32)
    assert result["deleted"] == [record["id"] for record in held] and not result.failed
    assert left(cloud, "dms") == []
