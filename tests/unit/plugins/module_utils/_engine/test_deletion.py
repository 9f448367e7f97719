# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete modules: the same keys for one ID and for thousands, every ID in one list, and check mode agrees."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service, requests_of, sends_only_reads
from helpers.kind_cases import BY_NAME, CASES, SERVICES, Case

UNKNOWN = "never-existed"
KEYS = {"changed", "deleted", "absent", "failures", "credentials_refused", "token_renewed", "summary"}
SUMMARY_KEYS = {"requested", "deleted", "absent", "failed", "requests", "throttled", "seconds"}
each_service = pytest.mark.parametrize("case", SERVICES, ids=str)


def keys(result: dict[str, Any]) -> set[str]:
    """The keys of a result; some versions of Ansible add the module's arguments."""
    return set(result) - {"invocation"}


def check_counts(result: dict[str, Any], requested: int) -> None:
    """Every ID that was requested is in exactly one list."""
    summary = result["summary"]
    counts = [len(result["deleted"]), len(result["absent"]), len(result["failures"])]
    assert counts == [summary["deleted"], summary["absent"], summary["failed"]]
    assert sum(counts) == summary["requested"] == requested
    assert set(summary) == SUMMARY_KEYS


def records_in(cloud: CloudEmulator, case: Case) -> list[dict[str, Any]]:
    return cloud.records(f"{case.region}_retired", case.kind)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_delete_check_mode_run_and_second_run_agree(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    before = cloud.state()["projects"]
    checked = call.delete(case, [UNKNOWN, *case.ids], check=True, diff=True)
    assert cloud.writes() == [] and sends_only_reads(cloud.log)
    assert cloud.state()["projects"] == before
    (failure,) = checked["failures"]
    (status,) = (one["status"] for one in records_in(cloud, case) if one["id"] == case.running)
    assert (failure["error_code"], failure["http_status"]) == ("NotDeletable", None) and status in failure["error_msg"]

    deleted = call.delete(case, [UNKNOWN, *case.ids], diff=True)
    (failure,) = deleted["failures"]
    assert (failure["error_code"], bool(failure["error_msg"])) == (case.running_code, True)
    assert not case.checks_first or status in failure["error_msg"]
    assert not case.checks_first or len(cloud.writes()) == 2
    assert case.running in deleted["msg"] and case.running_code in deleted["msg"]
    assert left(cloud, case.kind) == [case.running]
    for result in (checked, deleted):
        assert result.failed and result["changed"]
        assert (result["deleted"], result["absent"]) == (list(case.deletable), [UNKNOWN])
        assert [one["id"] for one in result["failures"]] == [case.running]
        assert result["diff"] == {"before": {case.ids_option: case.ids}, "after": {case.ids_option: [case.running]}}
        check_counts(result, 4)

    for check in (True, False):
        again = call.delete(case, [UNKNOWN, *case.deletable], check=check)
        assert not again["changed"] and not again.failed and again["absent"] == [UNKNOWN, *case.deletable]
        check_counts(again, 3)
    running = call.delete(case, [case.running], check=True)
    assert running.failed and not running["changed"] and running["deleted"] == []


@each_service
def test_delete_list_fails_in_check_mode_every_id_fails(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.faults.add("page_broken", service=case.service, mode="truncated")
    result = call.delete(case, case.deletable, check=True)
    assert result.failed and result["deleted"] == [] and result["absent"] == []
    assert [one["id"] for one in result["failures"]] == list(case.deletable)
    assert {one["error_code"] for one in result["failures"]} == {"MalformedReply"}
    assert "cannot list records" in result["msg"]


def test_delete_gaussdb_record_older_than_list_is_looked_up(cloud: CloudEmulator, call: Caller) -> None:
    scenario = small({"gaussdb_window_days": 31})
    scenario["projects"][0]["services"]["gaussdb"] = [
        {"id": "old", "status": "Completed", "age": "40d"},
        {"id": "old-and-running", "status": "Running", "age": "40d"},
        {"id": "recent", "status": "Completed", "age": "1d"},
    ]
    cloud.load(scenario)
    assert [one["id"] for one in call("gaussdb_job_info")["records"]] == ["recent"]
    cloud.clear_log()
    result = call("gaussdb_job", job_ids=["recent", "old", "old-and-running", UNKNOWN], check=True)
    assert result["deleted"] == ["recent", "old"] and result["absent"] == [UNKNOWN]
    assert [one["id"] for one in result["failures"]] == ["old-and-running"]
    shown = [entry["query"]["id"] for entry in of_service(cloud, "gaussdb") if entry["path"].endswith("/jobs")]
    assert sorted(shown) == [UNKNOWN, "old", "old-and-running"]
    assert cloud.writes() == []


def test_delete_drs_stop_in_check_mode_sends_no_stop(cloud: CloudEmulator, call: Caller) -> None:
    result = call("drs_job", job_ids=["a-drs-2", "a-drs-1"], stop=True, check=True)
    assert result["changed"] and not result.failed and result["deleted"] == ["a-drs-2", "a-drs-1"]
    assert sends_only_reads(cloud.log) and left(cloud, "drs") == ["a-drs-1", "a-drs-2", "a-drs-3"]


def test_delete_dms_in_check_mode_lists_named_instances_only(cloud: CloudEmulator, call: Caller) -> None:
    call("dms_task", instance_id="a-kafka-2", task_ids=["a-dms-3"], check=True)
    assert requests_of(cloud.log)[1:] == [("dms", "GET", f"/v2/{call.project_id}/instances/a-kafka-2/tasks")]


@pytest.mark.parametrize("module", ["identity_info", "environment_info", *(case.info_module for case in SERVICES)])
def test_info_check_mode_returns_same_result(cloud: CloudEmulator, call: Caller, module: str) -> None:
    real, checked = call(module), call(module, check=True)
    for result in (real, checked):
        assert not result.failed and not result["changed"]
        for changing in ("summary", "invocation"):
            result.pop(changing, None)
    assert dict(checked) == dict(real)
    assert sends_only_reads(cloud.log)


@each_service
def test_delete_refused_failure_has_facts_of_service(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.faults.add("status", service=case.service, method="DELETE", status=409, error_code="X.0409", error_msg="No.")
    (failure,) = call.delete(case, case.deletable[:1])["failures"]
    request_id = failure.pop("request_id")
    assert request_id in [entry["request_id"] for entry in cloud.writes()]
    instance = {"instance_id": case.instance_of(case.deletable[0])} if case.by_instance else {}
    facts = {"http_status": 409, "error_code": "X.0409", "error_msg": "No."}
    assert failure == {"id": case.deletable[0], **instance, **facts}


@each_service
def test_delete_one_id_has_keys_of_many(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    one, many = call.delete(case, case.deletable[:1]), call.delete(case, [*case.deletable, UNKNOWN])
    assert keys(one) == keys(many) == KEYS
    assert {name: type(one[name]) for name in KEYS} == {name: type(many[name]) for name in KEYS}
    assert one["deleted"] == [case.deletable[0]]


@each_service
def test_delete_duplicate_ids_count_once(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    first, second = case.deletable
    result = call.delete(case, [first, second, first, first, second])
    assert result["deleted"] == [first, second]
    assert (result["summary"]["requested"], len(cloud.writes())) == (2, 2)


@each_service
def test_delete_any_order_is_kept(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(bulk(case.kind, 40))
    held = records_in(cloud, case)
    ids = [f"gone-{number}" if number % 3 == 0 else record["id"] for number, record in enumerate(held)]
    ids = ids[::2][::-1] + ids[1::2]
    cloud.faults.add("latency", service=case.service, method="DELETE", seconds=0.0, jitter=0.02)
    result = call(case.module, **case.options(ids, instance=held[0]["instance_id"]))
    assert result["deleted"] == [one for one in ids if not one.startswith("gone-")]
    assert result["absent"] == [one for one in ids if one.startswith("gone-")]


@pytest.mark.parametrize("case", [case for case in SERVICES if not case.by_instance], ids=str)
def test_delete_alias_takes_one_id(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    result = call(case.module, **{f"{case.noun}_id": case.deletable[0]})
    assert (result["deleted"], result["summary"]["requested"]) == ([case.deletable[0]], 1)


@each_service
def test_delete_no_ids_sends_nothing(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    result = call(case.module, **case.options([]))
    assert not result["changed"] and not result.failed
    check_counts(result, 0)
    assert cloud.log == []


@pytest.mark.parametrize("name", ["gaussdb-otc", "dms"])
def test_delete_thousands_in_one_call_sends_one_request_each(cloud: CloudEmulator, call: Caller, name: str) -> None:
    case = BY_NAME[name]
    cloud.load(bulk(case.kind, 2000, instances=5))
    held = records_in(cloud, case)
    options: dict[str, Any] = {"job_ids": [record["id"] for record in held]}
    if name == "dms":
        options = {"tasks": [{"instance_id": one["instance_id"], "task_id": one["id"]} for one in held]}
    result = call(case.module, concurrency=32, **options)
    assert result["deleted"] == [record["id"] for record in held]
    check_counts(result, 2000)
    assert keys(result) == KEYS
    assert result["summary"]["requests"] == 2001
    assert left(cloud, case.kind) == []


def test_delete_dms_tasks_of_one_instance(cloud: CloudEmulator, call: Caller) -> None:
    result = call("dms_task", instance_id="a-kafka-1", task_ids=["a-dms-1", UNKNOWN])
    assert result["deleted"] == ["a-dms-1"] and result["absent"] == [UNKNOWN]
    assert call("dms_task", instance_id="a-kafka-2", task_id="a-dms-3")["deleted"] == ["a-dms-3"]


def test_delete_dms_tasks_of_many_instances(cloud: CloudEmulator, call: Caller) -> None:
    pairs = [("a-kafka-2", "a-dms-3"), ("a-kafka-1", "a-dms-1"), ("a-kafka-2", "a-dms-3"), ("a-kafka-9", "a-dms-9")]
    result = call("dms_task", tasks=[{"instance_id": instance, "task_id": task} for instance, task in pairs])
    assert result["deleted"] == ["a-dms-3", "a-dms-1"] and result["absent"] == ["a-dms-9"]
    assert sorted(entry["path"].rsplit("/instances/")[1] for entry in cloud.writes()) == [
        "a-kafka-1/tasks/a-dms-1",
        "a-kafka-2/tasks/a-dms-3",
        "a-kafka-9/tasks/a-dms-9",
    ]


def test_delete_dms_task_of_another_instance_is_not_deleted(cloud: CloudEmulator, call: Caller) -> None:
    assert call("dms_task", tasks=[{"instance_id": "a-kafka-2", "task_id": "a-dms-1"}])["deleted"] == []
    assert "a-dms-1" in left(cloud, "dms")


def test_delete_dms_task_under_two_instances_is_rejected(cloud: CloudEmulator, call: Caller) -> None:
    tasks = [{"instance_id": f"a-kafka-{number}", "task_id": "a-dms-1"} for number in (1, 2)]
    result = call("dms_task", tasks=tasks)
    assert result.failed and "tasks" in result["msg"] and "a-dms-1" in result["msg"]
    assert cloud.log == []


@each_service
def test_delete_state_other_than_absent_is_rejected(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    assert call.delete(case, case.deletable[:1], state="absent")["deleted"] == [case.deletable[0]]
    refused = call.delete(case, case.deletable[1:], state="present")
    assert refused.failed and "state" in refused["msg"]
    assert case.deletable[1] in left(cloud, case.kind)
