# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances: looked up, deleted as documented, waited for until they are no longer listed; what forbids a delete."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.progress import KindProgress

from emulator import CloudEmulator
from emulator.services import KINDS
from helpers.emulator_calls import Caller, left, of_service
from helpers.kind_cases import INSTANCE_CASES, INSTANCE_KINDS, InstanceCase
from helpers.result_checks import check_counts

UNKNOWN = "never-existed"
KEYS = {"changed", "deleted", "absent", "deleting", "failures", "credentials_refused", "token_renewed", "summary"}
SUMMARY_KEYS = {"requested", "deleted", "absent", "deleting", "failed", "requests", "throttled", "seconds"}
# Long enough for what is waited for to happen, and for what is not to be noticed.
SOON, LATER = 0.3, 30.0
CCE_HUAWEI = "cce-cluster-huawei"
# Name of the case, what is wrong with the instance, error code, and what the message tells to do.
REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    *((case.name, {"prepaid": True}, "Prepaid", "unsubscribe") for case in INSTANCE_CASES),
    *((case.name, {"status": case.blocked}, "NotDeletable", case.blocked) for case in INSTANCE_KINDS),
    *((case.name, {"status": "Exploded"}, "NotDeletable", "Exploded") for case in INSTANCE_KINDS),
    *((case.name, {"raw": {"status": None}}, "NotDeletable", "unknown") for case in INSTANCE_KINDS),
    *((CCE_HUAWEI, {"status": status}, "Hibernated", "wake") for status in ("Hibernation", "Hibernating")),
    (CCE_HUAWEI, {"protected": True}, "Protected", "deletion protection off"),
    (CCE_HUAWEI, {"locked": True}, "Locked", "settle the bill"),
    (CCE_HUAWEI, {"prepaid": True, "protected": True, "locked": True, "status": "Hibernation"}, "Prepaid", ""),
    ("dcs-instance", {"status": "CLOSED"}, "NotDeletable", "start the instance"),
    ("gaussdb-instance-otc", {"status": "UPGRADE TO BE OBSERVED"}, "NotDeletable", "commit the upgrade"),
    # Only what is ordered has an order.
    ("dcs-instance", {"order_id": "CS-1"}, "Prepaid", "unsubscribe"),
    ("dms-instance-otc", {"order_id": "CS-1"}, "Prepaid", "unsubscribe"),
]
BY_NAME = {case.name: case for case in INSTANCE_CASES}
each_case = pytest.mark.parametrize("case", INSTANCE_CASES, ids=str)
each_kind = pytest.mark.parametrize("case", INSTANCE_KINDS, ids=str)


def delete(call: Caller, case: InstanceCase, *ids: str, **options: Any) -> Any:
    """Delete instances, by default the first one."""
    return call(case.module, **{"wait_timeout": LATER, **case.options(ids or ("i-1",)), **options})


def sent(cloud: CloudEmulator, case: InstanceCase) -> list[tuple[str, str, Any]]:
    return [(one["method"], one["path"], one["query"]) for one in of_service(cloud, case.service)]


def statuses(cloud: CloudEmulator) -> list[int | None]:
    """The statuses of the responses to the deletes."""
    return [entry["status"] for entry in cloud.writes()]


def codes(result: Any) -> list[tuple[str, str | None]]:
    return [(one["id"], one["error_code"]) for one in result["failures"]]


def check_keys_and_counts(result: Any) -> None:
    """Every instance is in exactly one list."""
    check_counts(result)
    assert set(result["summary"]) == SUMMARY_KEYS and set(result) - {"invocation", "failed", "msg", "diff"} == KEYS


@each_case
def test_delete_sends_documented_requests_then_lists_until_gone(
    cloud: CloudEmulator, call: Caller, case: InstanceCase
) -> None:
    cloud.load(case.scenario({}, {}, {}))
    result = delete(call, case, "i-1", "i-3", concurrency=1)
    assert result["deleted"] == ["i-1", "i-3"] and result["changed"] and not result.failed
    check_keys_and_counts(result)
    first = case.deletes(call.project_id, ["i-1", "i-3"])
    requests = sent(cloud, case)
    assert requests[: len(first)] == first
    polls = requests[len(first) :]
    assert polls == case.listing(call.project_id) * (len(polls) // len(case.lists)) != []
    for entry in cloud.writes():
        assert (entry["status"], entry["body"]) == (case.success, None)
        headers = {name: value for name, value in entry["headers"].items() if name in ("x-language", "content-type")}
        assert headers == case.headers
    assert left(cloud, case.kind) == ["i-2"]


@each_case
def test_delete_check_mode_run_and_second_run_agree(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    cloud.load(case.scenario({}, {"prepaid": True}, {"status": case.passing}))
    ids = ["i-3", UNKNOWN, "i-2", "i-1"]
    checked = delete(call, case, *ids, check=True, diff=True)
    assert cloud.writes() == [] and {entry["method"] for entry in of_service(cloud, case.service)} == {"GET"}
    cloud.set_status(f"{case.region}_retired", case.kind, "i-3", case.status)
    done = delete(call, case, *ids, diff=True)
    for result in (checked, done):
        assert result.failed and result["changed"]
        assert (result["deleted"], result["absent"], codes(result)) == (["i-3", "i-1"], [UNKNOWN], [("i-2", "Prepaid")])
        assert result["diff"]["before"] == {case.ids_option: ["i-3", "i-2", "i-1"]}
        assert result["diff"]["after"] == {case.ids_option: ["i-2"]}
        check_keys_and_counts(result)
    cloud.clear_log()
    for check in (True, False):
        again = delete(call, case, "i-3", "i-1", check=check)
        assert again["absent"] == ["i-3", "i-1"] and not again["changed"] and not again.failed
        check_keys_and_counts(again)
    assert cloud.writes() == []


@each_kind
def test_delete_without_ids_sends_nothing(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    result = call(case.module, **case.options([]))
    assert not result["changed"] and cloud.log == []
    check_keys_and_counts(result)


@each_kind
def test_delete_of_unknown_instances_lists_once(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    cloud.load(case.scenario({}))
    result = delete(call, case, UNKNOWN, "i-2", concurrency=1)
    assert result["absent"] == [UNKNOWN, "i-2"] and not result["changed"]
    assert sent(cloud, case) == case.listing(call.project_id)


@each_kind
def test_delete_list_fails_every_id_fails(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    cloud.load(case.scenario({}))
    cloud.faults.add("page_broken", service=case.service, mode="truncated")
    for check in (True, False):
        result = delete(call, case, "i-1", UNKNOWN, check=check)
        assert codes(result) == [("i-1", "MalformedReply"), (UNKNOWN, "MalformedReply")]
        assert "cannot list records" in result["msg"]
    assert cloud.writes() == []


def test_delete_gaussdb_tasks_cannot_be_listed_every_id_fails(cloud: CloudEmulator, call: Caller) -> None:
    case = BY_NAME["gaussdb-instance-otc"]
    cloud.load(case.scenario({}))
    cloud.faults.add("status", service="gaussdb", path="tasks$", status=403, error_code="X.0403")
    result = delete(call, case)
    assert codes(result) == [("i-1", "X.0403")] and "cannot list records" in result["msg"] and cloud.writes() == []


@each_case
def test_delete_without_wait_is_deleting_and_not_polled(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    cloud.load(case.scenario({}, {"prepaid": True}, seconds=LATER))
    result = delete(call, case, "i-1", UNKNOWN, "i-2", wait=False, concurrency=1, diff=True)
    assert (result["deleting"], result["absent"], codes(result)) == (["i-1"], [UNKNOWN], [("i-2", "Prepaid")])
    assert result["changed"] and result["deleted"] == []
    # The service still lists what is being deleted.
    assert result["diff"] == {time: {case.ids_option: ["i-1", "i-2"]} for time in ("before", "after")}
    check_keys_and_counts(result)
    assert sent(cloud, case) == case.deletes(call.project_id, ["i-1"])


@each_case
@pytest.mark.parametrize("wait", [True, False])
def test_delete_being_deleted_already_is_only_waited_for(
    cloud: CloudEmulator, call: Caller, case: InstanceCase, wait: bool
) -> None:
    cloud.load(case.scenario({"deleting": True, "delete_seconds": LATER}))
    checked = delete(call, case, check=True)
    assert checked["absent" if case.shows_deletion else "deleted"] == ["i-1"]
    if wait:
        cloud.load(case.scenario({"deleting": True, "delete_seconds": SOON}))
    result = delete(call, case, wait=wait)
    assert bool(cloud.writes()) != case.shows_deletion
    if wait or case.shows_deletion:
        assert result["absent"] == ["i-1"] and not result["changed"] and not result.failed
    else:
        assert codes(result) == [("i-1", "DCS.4017")]
    check_keys_and_counts(result)


@pytest.mark.parametrize(
    ("name", "reason"),
    [*((case.name, "prepaid") for case in INSTANCE_CASES), (CCE_HUAWEI, "protected"), (CCE_HUAWEI, "locked")],
)
def test_delete_being_deleted_already_is_absent_whatever_forbids_delete(
    cloud: CloudEmulator, call: Caller, name: str, reason: str
) -> None:
    case = BY_NAME[name]
    for options in ({"check": True}, {"wait": False}, {}):
        seconds = LATER if options else SOON
        cloud.load(case.scenario({"deleting": True, "delete_seconds": seconds, reason: True}))
        result = delete(call, case, **options)
        if case.shows_deletion:
            assert result["absent"] == ["i-1"] and not result["changed"] and not result.failed
        else:
            assert codes(result) == [("i-1", "Prepaid")]
        assert cloud.writes() == []
        check_counts(result)


@pytest.mark.parametrize(
    "task",
    [
        {"status": "Failed"},
        {"status": "Completed"},
        {"name": "CreateGaussDBV5Instance"},
        {"instance_info": {"instance_id": "i-2"}},
        {"instance_info": None},
    ],
    ids=str,
)
def test_delete_gaussdb_other_task_does_not_count(cloud: CloudEmulator, call: Caller, task: dict[str, Any]) -> None:
    """The service may ignore the parameters with which the tasks are listed."""
    case = BY_NAME["gaussdb-instance-otc"]
    cloud.load(case.scenario({}))
    running = {"status": "Running", "name": "DeleteGaussDBV5Instance", "instance_id": "i-1"}
    cloud.add_record("eu-de_retired", "gaussdb_job", raw=task, **running)
    assert delete(call, case)["deleted"] == ["i-1"]
    assert statuses(cloud) == [202]


@each_case
def test_delete_in_passing_status_is_sent_later(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    cloud.load(case.scenario({"status": case.passing}))
    assert delete(call, case, check=True)["deleted"] == ["i-1"]
    for check in (True, False):
        at_once = delete(call, case, wait=False, check=check)
        assert codes(at_once) == [("i-1", "NotDeletable")] and case.passing in at_once["failures"][0]["error_msg"]
    assert cloud.writes() == []
    cloud.load(case.scenario({"status": case.passing, "becomes": {"status": case.status, "after": SOON}}))
    assert delete(call, case)["deleted"] == ["i-1"]
    assert statuses(cloud) == [case.success]


@each_kind
def test_delete_passing_status_ends_badly_is_refused(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    cloud.load(case.scenario({"status": case.passing, "becomes": {"status": case.blocked, "after": SOON}}))
    result = delete(call, case)
    assert codes(result) == [("i-1", "NotDeletable")] and case.blocked in result["msg"]
    assert cloud.writes() == []


@each_kind
def test_delete_passing_status_stays_times_out(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    cloud.load(case.scenario({"status": case.passing}, {}))
    result = delete(call, case, "i-1", "i-2", wait_timeout=0.3)
    assert result["deleted"] == ["i-2"] and codes(result) == [("i-1", "WaitTimeout")]
    assert result["failures"][0]["error_msg"] == (
        f"still listed after wait_timeout=0.3 seconds, its status is {case.passing}"
    )


@pytest.mark.parametrize(("name", "instance", "code", "advice"), REFUSED)
def test_delete_forbidden_is_refused_without_request(
    cloud: CloudEmulator, call: Caller, name: str, instance: dict[str, Any], code: str, advice: str
) -> None:
    case = BY_NAME[name]
    if "raw" in instance and case.service == "cce":
        instance = {"raw": {"status": {"phase": None}}}
    cloud.load(case.scenario(instance))
    (record,) = call(case.info_module)["records"]
    assert not record["deletable"]
    for options in ({"check": True}, {}, {"wait": False}):
        result = delete(call, case, **options)
        assert codes(result) == [("i-1", code)] and not result["changed"]
        assert advice in result["failures"][0]["error_msg"]
        check_keys_and_counts(result)
    assert cloud.writes() == []


@each_case
def test_delete_in_any_allowed_status_is_accepted(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    allowed = sorted(KINDS[case.kind].deletable)
    cloud.load(case.scenario(*({"status": status} for status in allowed)))
    ids = [f"i-{number}" for number, _status in enumerate(allowed, 1)]
    assert delete(call, case, *ids)["deleted"] == ids
    assert statuses(cloud) == [case.success] * len(ids)


@each_kind
def test_delete_one_of_each_outcome_keeps_order(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    cloud.load(case.scenario(*[{"prepaid": True} if number % 3 == 0 else {} for number in range(9)]))
    ids = [f"i-{number}" for number in (9, 12, 7, 1, 8, 3, 11, 4, 2, 5, 6)]
    result = delete(call, case, *ids)
    assert result["deleted"] == ["i-9", "i-8", "i-3", "i-2", "i-5", "i-6"]
    assert result["absent"] == ["i-12", "i-11"]
    assert [one["id"] for one in result["failures"]] == ["i-7", "i-1", "i-4"]
    assert len(cloud.writes()) == 6
    check_keys_and_counts(result)


@pytest.mark.parametrize("name", ["cce-cluster-otc", CCE_HUAWEI])
@pytest.mark.parametrize("option", BY_NAME[CCE_HUAWEI].query)
@pytest.mark.parametrize("value", ["skip", "try", "block"])
def test_delete_cce_option_is_sent_with_defaults_of_others(
    cloud: CloudEmulator, call: Caller, name: str, option: str, value: str
) -> None:
    case = BY_NAME[name]
    cloud.load(case.scenario({}, {}))
    result = delete(call, case, "i-1", "i-2", **{option: value})
    assert result["deleted"] == ["i-1", "i-2"] and len(case.query) == 6
    assert [entry["query"] for entry in cloud.writes()] == [{**case.query, option: value}] * 2


def test_delete_dms_status_shows_error_meanwhile_is_deleted(cloud: CloudEmulator, call: Caller) -> None:
    case = BY_NAME["dms-instance-otc"]
    cloud.load(case.scenario({}, {"deleting": True}, seconds=0.2, dms_deletion_shows_error=True))
    result = delete(call, case, "i-1", "i-2")
    assert (result["deleted"], result["absent"], statuses(cloud)) == (["i-1"], ["i-2"], [204])


@each_case
def test_delete_instance_stays_times_out_and_says_so(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    cloud.load(case.scenario({"delete_fails": True}, {}))
    result = delete(call, case, "i-1", "i-2", wait_timeout=0.3)
    assert result["deleted"] == ["i-2"] and codes(result) == [("i-1", "WaitTimeout")]
    status = {"cce": "Error", "dms": "RUNNING"}.get(case.service, case.status)
    message = result["failures"][0]["error_msg"]
    assert f"its status is {status}; the service has accepted the delete" in message
    assert message.endswith("the next run only waits" if case.shows_deletion else "sends the delete again")
    assert statuses(cloud) == [case.success] * 2
    check_keys_and_counts(result)


@each_kind
def test_progress_counts_instances_that_ended_and_those_waited_for(
    cloud: CloudEmulator, call: Caller, case: InstanceCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[int] = []
    figures: list[dict[str, int]] = []
    monkeypatch.setattr(KindProgress, "set_waiting", lambda _self, count: waiting.append(count))
    monkeypatch.setattr(KindProgress, "end", lambda self, failed: figures.append({**self.figures(), "end": failed}))
    cloud.load(case.scenario({}, {"prepaid": True}, {"delete_seconds": LATER}, seconds=0.0))
    delete(call, case, "i-1", "i-2", "i-3", wait_timeout=0.3)
    assert [(one["done"], one["failed"], one["end"]) for one in figures] == [(3, 2, 2)]
    assert sorted(waiting, reverse=True) == waiting and set(waiting) == {0, 1, 2}


@each_kind
def test_delete_instance_gone_meanwhile_is_absent(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    """Nobody asked for its deletion here."""
    cloud.load(case.scenario({"status": case.passing, "deleting": True, "delete_seconds": SOON}))
    cloud.set_status(f"{case.region}_retired", case.kind, "i-1", case.passing)
    result = delete(call, case)
    assert result["absent"] == ["i-1"] and cloud.writes() == []


@each_kind
def test_delete_leaves_other_projects_unchanged(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    scenario = case.scenario({}, {})
    scenario["projects"].append({**scenario["projects"][0], "name": "eu-de_neighbour"})
    cloud.load(scenario)
    assert delete(call, case, "i-1", "i-2")["deleted"] == ["i-1", "i-2"]
    assert left(cloud, case.kind, "eu-de_neighbour") == ["i-1", "i-2"]
