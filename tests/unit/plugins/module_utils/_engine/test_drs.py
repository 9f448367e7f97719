# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DRS deletes replication tasks: a running one is refused, or stopped, waited for and then deleted."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller, Entry, left, of_service, requests_of
from helpers.kind_cases import BY_NAME, HUAWEI, OTC, Case

V3, V5 = BY_NAME["drs-v3"], BY_NAME["drs-v5"]
BOTH = pytest.mark.parametrize("case", [V3, V5], ids=str)
RUNNING, STOPPED = {"status": "INCRE_TRANSFER_STARTED"}, {"status": "RELEASE_RESOURCE_COMPLETE"}


def jobs(region: str, options: dict[str, Any] | None = None, **specs: dict[str, Any]) -> dict[str, Any]:
    """A scenario with the named jobs only."""
    scenario = small({"release_seconds": 0.1, **(options or {})}, region=region)
    scenario["projects"][0]["services"] = {"drs": [{"id": name, **spec} for name, spec in specs.items()]}
    return scenario


def is_stop(entry: Entry) -> bool:
    """Whether a log entry is a stop, and not a forced one."""
    if entry["method"] == "POST":
        return bool(entry["path"].endswith("/stop") and entry["body"] == {"is_force_stop": False})
    body = entry["body"] or {"jobs": [{"delete_type": None}]}
    return entry["method"] == "DELETE" and body["jobs"][0]["delete_type"] == "terminate"


def check_one_failure(result: Any, job: str, code: str | None, deleted: list[str] | None = None) -> dict[str, Any]:
    assert result["deleted"] == (deleted or []) and result["absent"] == []
    assert result.failed and result["changed"] is bool(deleted)
    (failure,) = result["failures"]
    assert (failure["id"], failure["error_code"]) == (job, code) and failure["error_msg"]
    return dict(failure)


@BOTH
def test_stop_running_job_is_deleted_after_release(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small({"release_seconds": 0.15}, region=case.region))
    result = call("drs_job", job_ids=["a-drs-1", "a-drs-2"], stop=True)
    assert result["deleted"] == ["a-drs-1", "a-drs-2"] and not result.failed
    assert left(cloud, "drs") == ["a-drs-3"]
    stop, *deletes = cloud.writes()
    assert is_stop(stop) and "a-drs-2" in stop["path"] + str(stop["body"])
    assert [is_stop(entry) for entry in deletes] == [False, False]
    assert sorted(requests_of(deletes)) == [
        ("drs", "DELETE", case.path_of(one, call.project_id)) for one in result["deleted"]
    ]
    polls = [entry for entry in cloud.log if stop["at"] < entry["at"] < deletes[0]["at"] and entry["service"] == "drs"]
    assert polls and deletes[0]["at"] - stop["at"] >= 0.15


@BOTH
def test_stop_stopped_job_sends_delete_only(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    assert call("drs_job", job_ids=["a-drs-1"], stop=True)["deleted"] == ["a-drs-1"]
    assert len(cloud.writes()) == 1


@BOTH
def test_stop_job_being_released_is_waited_for(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    becomes = {**STOPPED, "after": 0.15}
    cloud.load(jobs(case.region, job={"status": "RELEASE_RESOURCE_STARTED", "becomes": becomes}))
    assert call("drs_job", job_ids=["job"], stop=True)["deleted"] == ["job"]
    assert not any(is_stop(entry) for entry in cloud.writes())


@BOTH
def test_stop_release_fails_reports_stop_failed(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    running = {"status": "FULL_TRANSFER_STARTED"}
    cloud.load(jobs(case.region, stuck={**running, "release_fails": True}, fine=running))
    result = call("drs_job", job_ids=["stuck", "fine"], stop=True)
    failure = check_one_failure(result, "stuck", "StopFailed", ["fine"])
    assert "was still in RELEASE_RESOURCE_FAILED after two checks" in failure["error_msg"]
    assert left(cloud, "drs") == ["stuck"]


@BOTH
def test_stop_release_too_slow_reports_stop_timeout(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(jobs(case.region, {"release_seconds": 600}, slow=RUNNING, stopped={"status": "CREATE_FAILED"}))
    began = time.monotonic()
    result = call("drs_job", job_ids=["slow", "stopped"], stop=True, wait_timeout=0.3)
    assert 0.3 <= time.monotonic() - began < 30
    failure = check_one_failure(result, "slow", "StopTimeout", ["stopped"])
    assert "wait_timeout" in failure["error_msg"] and "RELEASE_RESOURCE_STARTED" in failure["error_msg"]


@BOTH
def test_stop_refused_fails_that_job_only(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    """Version 3 refuses inside a 202, version 5 inside a 200."""
    cloud.load(jobs(case.region, busy={**RUNNING, "stop_fails": "DRS.M01504"}, fine=RUNNING))
    failure = check_one_failure(call("drs_job", job_ids=["busy", "fine"], stop=True), "busy", "DRS.M01504", ["fine"])
    (stop,) = [entry for entry in cloud.writes() if is_stop(entry) and "busy" in entry["path"] + str(entry["body"])]
    assert stop["status"] == failure["http_status"] == (202 if case is V3 else 200)


@BOTH
def test_delete_refused_fails_that_job_only(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(jobs(case.region, held={**STOPPED, "delete_fails": "DRS.M01504"}, free=STOPPED))
    failure = check_one_failure(call("drs_job", job_ids=["held", "free"]), "held", "DRS.M01504", ["free"])
    assert failure["http_status"] == (202 if case is V3 else 400)
    assert left(cloud, "drs") == ["held"]


def results(*items: dict[str, Any], count: int = 1) -> dict[str, Any]:
    return {"results": list(items), "count": count}


@BOTH
@pytest.mark.parametrize(
    ("job", "release_seconds", "code"),
    [
        ({**RUNNING, "delete_fails": "DRS.M01504"}, 0.1, "DRS.M01504"),
        ({**RUNNING, "release_fails": True}, 0.1, "StopFailed"),
        (RUNNING, 600, "StopTimeout"),
    ],
    ids=["delete refused", "release fails", "too slow"],
)
def test_stop_accepted_and_job_not_deleted_is_changed(
    cloud: CloudEmulator, call: Caller, case: Case, job: dict[str, Any], release_seconds: float, code: str
) -> None:
    cloud.load(jobs(case.region, {"release_seconds": release_seconds}, job=job))
    result = call("drs_job", job_ids=["job"], stop=True, wait_timeout=0.1 if code == "StopTimeout" else 60)
    assert result["failures"][0]["error_code"] == code
    assert result["changed"] and not result["deleted"]


@BOTH
@pytest.mark.parametrize(
    "job",
    [{**RUNNING, "stop_fails": "DRS.M01504"}, {"status": "RELEASE_RESOURCE_STARTED"}],
    ids=["refused", "by somebody else"],
)
def test_stop_not_accepted_and_job_not_deleted_is_unchanged(
    cloud: CloudEmulator, call: Caller, case: Case, job: dict[str, Any]
) -> None:
    cloud.load(jobs(case.region, job=job))
    result = call("drs_job", job_ids=["job"], stop=True, wait_timeout=0.05)
    assert result["failures"] and not result["changed"]


@pytest.mark.parametrize(
    ("region", "status", "body", "code"),
    [
        *(
            (OTC, 202, body, code)
            for body, code in (
                (results({"id": "a-drs-1", "status": "failed", "error_code": "DRS.M01504"}), "DRS.M01504"),
                (results({"id": "a-drs-1", "status": "success", "error_code": "DRS.M00304"}), "DRS.M00304"),
                (results({"id": "a-drs-1", "status": "failed"}), None),
                (results({"id": "a-drs-1", "status": "unknown"}), None),
                (results({"id": "another", "status": "success"}), "UnexpectedReply"),
                (results({"id": "a-drs-0", "status": "success"}), "UnexpectedReply"),
                (results(count=0), "UnexpectedReply"),
                ({"count": 1}, "UnexpectedReply"),
                ({"results": "success"}, "UnexpectedReply"),
                ([], "UnexpectedReply"),
                ("", "UnexpectedReply"),
                ("<html>OK</html>", "UnexpectedReply"),
            )
        ),
        (HUAWEI, 200, {"error_code": "DRS.10000001", "error_msg": "no"}, "DRS.10000001"),
        (HUAWEI, 200, {"error_code": "DRS.10000001"}, "DRS.10000001"),
        (HUAWEI, 200, {"error_msg": "no"}, None),
        (HUAWEI, 200, [], "UnexpectedReply"),
        (HUAWEI, 200, "<html>OK</html>", "UnexpectedReply"),
    ],
    ids=repr,
)
def test_delete_success_without_result_of_job_fails(
    cloud: CloudEmulator, call: Caller, region: str, status: int, body: Any, code: str | None
) -> None:
    cloud.load(small(region=region))
    cloud.faults.add("status", service="drs", method="DELETE", status=status, body=body)
    failure = check_one_failure(call("drs_job", job_ids=["a-drs-1"]), "a-drs-1", code)
    assert failure["http_status"] == status


def test_delete_success_of_another_job_only_is_resolved_by_list(cloud: CloudEmulator, call: Caller) -> None:
    body = results({"id": "another", "status": "success"})
    cloud.faults.add("status", service="drs", method="DELETE", status=202, body=body, commit=True)
    assert call("drs_job", job_ids=["a-drs-1"])["deleted"] == ["a-drs-1"]


@pytest.mark.parametrize("word", ["success", "Success", "SUCCESS"])
def test_delete_result_of_batch_in_any_case_is_deleted(cloud: CloudEmulator, call: Caller, word: str) -> None:
    body = results({"id": "a-drs-1", "status": word})
    cloud.faults.add("status", service="drs", method="DELETE", status=202, body=body)
    assert call("drs_job", job_ids=["a-drs-1"])["deleted"] == ["a-drs-1"]


@pytest.mark.parametrize("missing", ["item", "400"])
def test_delete_job_deleted_since_list_is_absent(cloud: CloudEmulator, call: Caller, missing: str) -> None:
    cloud.load(small({"drs_missing": missing}))
    body = results({"id": "a-drs-1", "status": "failed", "error_code": "DRS.M00289", "error_msg": "unknown"})
    response = {"status": 202, "body": body} if missing == "item" else {"status": 400, "error_code": "DRS.M00289"}
    cloud.faults.add("status", service="drs", method="DELETE", **response)
    result = call("drs_job", job_ids=["a-drs-1"])
    assert result["absent"] == ["a-drs-1"] and not result.failed


def test_stop_response_lost_is_waited_for_and_not_repeated(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(jobs(HUAWEI, job=RUNNING))
    cloud.faults.add("drop_after", service="drs", method="POST", path="/stop$", times=1)
    assert call("drs_job", job_ids=["job"], stop=True)["deleted"] == ["job"]
    assert len([entry for entry in cloud.writes() if is_stop(entry)]) == 1


@BOTH
def test_stop_unclear_404_is_resolved_by_list(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(jobs(case.region, job=RUNNING))
    cloud.faults.add("status", service="drs", method="POST" if case is V5 else "DELETE", status=404, body=b"")
    failure = check_one_failure(call("drs_job", job_ids=["job"], stop=True), "job", None)
    assert failure["http_status"] == 404 and left(cloud, "drs") == ["job"]
    assert len(cloud.writes()) == 1


def test_stop_repeated_and_gone_code_is_waited_for(cloud: CloudEmulator, call: Caller) -> None:
    """The response to a repeated stop may be that the resources are released: the job is not deleted by that."""
    cloud.load(jobs(OTC, job=RUNNING))
    cloud.faults.add("drop_after", service="drs", method="DELETE", contains="terminate", times=1)
    released = results({"id": "job", "status": "failed", "error_code": "DRS.M05004", "error_msg": "released"})
    cloud.faults.add("status", service="drs", method="DELETE", contains="terminate", status=202, body=released)
    assert call("drs_job", job_ids=["job"], stop=True)["deleted"] == ["job"]
    assert left(cloud, "drs") == []


@BOTH
def test_stop_job_deleted_by_others_while_waiting_is_absent(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(jobs(case.region, {"release_seconds": 60}, job=RUNNING))

    def remove() -> None:
        while not any(is_stop(entry) for entry in cloud.log):
            time.sleep(0.01)
        time.sleep(0.05)
        cloud.remove_record(f"{case.region}_retired", "drs", "job")

    remover = threading.Thread(target=remove, daemon=True)
    remover.start()
    result = call("drs_job", job_ids=["job"], stop=True, wait_timeout=10)
    remover.join()
    assert result["absent"] == ["job"] and result["changed"]


def test_delete_job_with_deleted_status_is_absent(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(jobs(OTC, job={"status": "DELETED"}))
    assert call("drs_job", job_ids=["job"])["absent"] == ["job"]
    assert cloud.writes() == []


def test_delete_v5_job_not_listed_is_looked_up(cloud: CloudEmulator, call: Caller) -> None:
    """The list of version 5 is documented for fewer types than its delete."""
    cloud.load(small(region=HUAWEI))
    cloud.faults.add("status", service="drs", path="/jobs$", status=200, body={"jobs": [], "total_count": 0})
    result = call("drs_job", job_ids=["a-drs-1", "a-drs-2", "never-existed"])
    assert result["deleted"] == ["a-drs-1"] and result["absent"] == ["never-existed"]
    assert [one["id"] for one in result["failures"]] == ["a-drs-2"]
    shown = [entry for entry in of_service(cloud, "drs", "GET") if entry["path"].endswith("a-drs-1")]
    assert [entry["query"] for entry in shown] == [{"type": "overview"}]


def test_delete_version_not_published_fails(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small({"drs_versions": ["v3"]}))
    check_one_failure(call("drs_job", job_ids=["a-drs-1"], api_version="v5"), "a-drs-1", "APIGW.0101")


PREPAID = {"prepaid": True, **STOPPED}


@pytest.mark.parametrize("stop", [False, True], ids=["", "stop"])
@pytest.mark.parametrize("check", [False, True], ids=["run", "check mode"])
@pytest.mark.parametrize("job", [PREPAID, {**PREPAID, **RUNNING}], ids=lambda job: job["status"])
@pytest.mark.parametrize("listed", [True, False], ids=["listed", "looked up"])
def test_prepaid_job_is_refused(
    cloud: CloudEmulator, call: Caller, stop: bool, check: bool, job: dict[str, Any], listed: bool
) -> None:
    cloud.load(jobs(HUAWEI, paid=job, other=STOPPED))
    if not listed:
        empty = {"jobs": [], "total_count": 0}
        cloud.faults.add("status", service="drs", method="GET", path="/jobs$", status=200, body=empty)
    result = call("drs_job", job_ids=["paid", "other"], stop=stop, check=check)
    failure = check_one_failure(result, "paid", "Prepaid", ["other"])
    assert "unsubscribe" in failure["error_msg"]
    assert left(cloud, "drs") == (["other", "paid"] if check else ["paid"])
    assert [entry["path"].rpartition("/")[2] for entry in cloud.writes()] == ([] if check else ["other"])


def test_job_listed_as_prepaid_is_refused_where_details_omit_terms(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(jobs(HUAWEI, paid=PREPAID))
    overview = {"job": {"id": "paid", "status": "RELEASE_RESOURCE_COMPLETE"}}
    cloud.faults.add("status", service="drs", method="GET", path="/jobs/paid$", status=200, body=overview)
    check_one_failure(call("drs_job", job_ids=["paid"]), "paid", "Prepaid")
    assert cloud.writes() == []


def test_prepaid_job_is_listed_as_not_deletable(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(jobs(HUAWEI, paid=PREPAID, other=STOPPED))
    found = {one["id"]: (one["prepaid"], one["deletable"]) for one in call("drs_job_info")["records"]}
    assert found == {"paid": (True, False), "other": (False, True)}
    # The older API does not tell.
    found = {one["id"]: (one["prepaid"], one["deletable"]) for one in call("drs_job_info", api_version="v3")["records"]}
    assert found == {"paid": (None, True), "other": (None, True)}
