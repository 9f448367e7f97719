# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a delete module returns: one shape for one id and for thousands, lists that account for every id."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left
from helpers.kind_cases import BY_NAME, CASES, SERVICES, Case

NEVER_THERE = "never-existed"
KEYS = {"changed", "deleted", "absent", "failures", "credentials_refused", "token_renewed", "summary"}
SUMMARY_KEYS = {"requested", "deleted", "absent", "failed", "requests", "throttled", "seconds"}


def adds_up(result: dict[str, Any]) -> bool:
    """Whether every id that was asked for is in exactly one list."""
    summary = result["summary"]
    counted = [len(result["deleted"]), len(result["absent"]), len(result["failures"])]
    return bool(
        counted == [summary["deleted"], summary["absent"], summary["failed"]]
        and sum(counted) == summary["requested"]
        and set(summary) == SUMMARY_KEYS
    )


def keys(result: dict[str, Any]) -> set[str]:
    """The keys of a result; some versions of Ansible have a module repeat its arguments."""
    return set(result) - {"invocation"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_second_run_changes_nothing(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    first = call.delete(case, case.deletable)
    assert first["changed"] and first["deleted"] == list(case.deletable) and not first["absent"]
    assert adds_up(first)
    second = call.delete(case, case.deletable)
    assert not second["changed"] and second["absent"] == list(case.deletable) and not second["deleted"]
    assert adds_up(second) and not second.failed
    assert left(cloud, case.service) == [case.running]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_id_ends_in_one_list(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    result = call.delete(case, [NEVER_THERE, *case.ids])
    assert result.failed and result["changed"]
    assert result["absent"] == [NEVER_THERE]
    assert result["deleted"] == list(case.deletable)
    (failure,) = result["failures"]
    assert (failure["id"], failure["error_code"]) == (case.running, case.running_code)
    assert failure["error_msg"]
    assert adds_up(result)
    assert case.running in result["msg"] and case.running_code in result["msg"]
    assert left(cloud, case.service) == [case.running]


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_failure_carries_what_the_service_said(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.faults.add("status", service=case.service, method="DELETE", status=409, error_code="X.0409", error_msg="No.")
    result = call.delete(case, case.deletable[:1])
    (failure,) = result["failures"]
    expected = {"id", "http_status", "error_code", "error_msg", "request_id"}
    assert set(failure) == (expected | {"instance_id"} if case.service == "dms" else expected)
    assert (failure["http_status"], failure["error_code"], failure["error_msg"]) == (409, "X.0409", "No.")
    assert failure["request_id"] in [entry["request_id"] for entry in cloud.writes()]
    if case.service == "dms":
        assert failure["instance_id"] == "a-kafka-1"


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_one_id_has_the_shape_of_many(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    one, many = call.delete(case, case.deletable[:1]), call.delete(case, [*case.deletable, NEVER_THERE])
    assert keys(one) == keys(many) == KEYS
    assert {name: type(one[name]) for name in KEYS} == {name: type(many[name]) for name in KEYS}
    assert one["deleted"] == [case.deletable[0]]


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_duplicates_count_once(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    first, second = case.deletable
    result = call.delete(case, [first, second, first, first, second])
    assert result["deleted"] == [first, second]
    assert result["summary"]["requested"] == 2
    assert len(cloud.writes()) == 2


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_order_of_the_input_is_kept(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(bulk(case.service, 40))
    held = cloud.records("eu-de_retired", case.service)
    ids = [f"gone-{number}" if number % 3 == 0 else record["id"] for number, record in enumerate(held)]
    ids = ids[::2][::-1] + ids[1::2]
    cloud.faults.add("latency", service=case.service, method="DELETE", seconds=0.0, jitter=0.02)
    named = case.options(ids, instance=held[0]["instance_id"])
    result = call(case.module, **named)
    assert result["deleted"] == [one for one in ids if not one.startswith("gone-")]
    assert result["absent"] == [one for one in ids if one.startswith("gone-")]


@pytest.mark.parametrize("case", [case for case in SERVICES if case.service != "dms"], ids=str)
def test_alias_takes_one_id(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    result = call(case.module, **{f"{case.noun}_id": case.deletable[0]})
    assert result["deleted"] == [case.deletable[0]]
    assert result["summary"]["requested"] == 1


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_no_ids_are_no_work(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    result = call(case.module, **case.options([]))
    assert not result["changed"] and not result.failed and adds_up(result)
    assert cloud.log == []


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_diff_shows_what_goes(cloud: CloudEmulator, call: Caller, case: Case, check: bool) -> None:
    cloud.load(small(region=case.region))
    result = call.delete(case, [NEVER_THERE, *case.ids], diff=True, check=check)
    assert result["diff"] == {
        "before": {case.ids_option: case.ids},
        "after": {case.ids_option: [case.running]},
    }


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_no_diff_unless_asked_for(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    assert "diff" not in call.delete(case, case.deletable)


@pytest.mark.parametrize("service", ["gaussdb", "dms"])
def test_thousands_in_one_call(cloud: CloudEmulator, call: Caller, service: str) -> None:
    cloud.load(bulk(service, 2000, instances=5))
    held = cloud.records("eu-de_retired", service)
    ids = [record["id"] for record in held]
    if service == "dms":
        named: dict[str, Any] = {
            "tasks": [{"instance_id": record["instance_id"], "task_id": record["id"]} for record in held]
        }
    else:
        named = {"job_ids": ids}
    result = call(BY_NAME[f"{service}-otc" if service == "gaussdb" else service].module, concurrency=32, **named)
    assert result["deleted"] == ids
    assert adds_up(result) and keys(result) == KEYS
    assert result["summary"]["requests"] == 2001
    assert left(cloud, service) == []


def test_dms_takes_one_instance_and_its_tasks(cloud: CloudEmulator, call: Caller) -> None:
    result = call("dms_task", instance_id="a-kafka-1", task_ids=["a-dms-1", NEVER_THERE])
    assert result["deleted"] == ["a-dms-1"] and result["absent"] == [NEVER_THERE]
    assert call("dms_task", instance_id="a-kafka-2", task_id="a-dms-3")["deleted"] == ["a-dms-3"]


def test_dms_takes_many_instances(cloud: CloudEmulator, call: Caller) -> None:
    tasks = [
        {"instance_id": "a-kafka-2", "task_id": "a-dms-3"},
        {"instance_id": "a-kafka-1", "task_id": "a-dms-1"},
        {"instance_id": "a-kafka-2", "task_id": "a-dms-3"},
        {"instance_id": "a-kafka-9", "task_id": "a-dms-9"},
    ]
    result = call("dms_task", tasks=tasks)
    assert result["deleted"] == ["a-dms-3", "a-dms-1"] and result["absent"] == ["a-dms-9"]
    assert sorted(entry["path"].rsplit("/instances/")[1] for entry in cloud.writes()) == [
        "a-kafka-1/tasks/a-dms-1",
        "a-kafka-2/tasks/a-dms-3",
        "a-kafka-9/tasks/a-dms-9",
    ]


def test_dms_task_of_another_instance_is_not_deleted(cloud: CloudEmulator, call: Caller) -> None:
    result = call("dms_task", tasks=[{"instance_id": "a-kafka-2", "task_id": "a-dms-1"}])
    assert result["deleted"] == []
    assert "a-dms-1" in left(cloud, "dms")


def test_dms_task_under_two_instances_is_an_error(cloud: CloudEmulator, call: Caller) -> None:
    tasks = [
        {"instance_id": "a-kafka-1", "task_id": "a-dms-1"},
        {"instance_id": "a-kafka-2", "task_id": "a-dms-1"},
    ]
    result = call("dms_task", tasks=tasks)
    assert result.failed and "tasks" in result["msg"] and "a-dms-1" in result["msg"]
    assert cloud.log == []


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_the_state_is_absent(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    assert call.delete(case, case.deletable[:1], state="absent")["deleted"] == [case.deletable[0]]
    refused = call.delete(case, case.deletable[1:], state="present")
    assert refused.failed and "state" in refused["msg"]
    assert case.deletable[1] in left(cloud, case.service)
