# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DRS deletes replication tasks themselves: what runs is refused, or stopped, waited for and then deleted."""

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


def jobs(region: str, options: dict[str, Any] | None = None, **specs: dict[str, Any]) -> dict[str, Any]:
    """A scenario with the named jobs only."""
    scenario = small({"release_seconds": 0.1, **(options or {})}, region=region)
    held = [{"id": name.replace("_", "-"), **spec} for name, spec in specs.items()]
    scenario["projects"][0]["services"] = {"drs": held}
    return scenario


def is_stop(entry: Entry) -> bool:
    """Whether a log entry asks for a stop, and asks for it politely."""
    if entry["method"] == "POST":
        return bool(entry["path"].endswith("/stop") and entry["body"] == {"is_force_stop": False})
    return bool(
        entry["method"] == "DELETE" and entry["body"] and entry["body"]["jobs"][0]["delete_type"] == "terminate"
    )


@BOTH
def test_running_job_is_refused(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    result = call("drs_job", job_ids=["a-drs-2"])
    assert result.failed and not result["changed"]
    (failure,) = result["failures"]
    assert failure["error_code"] == "NotDeletable" and "INCRE_TRANSFER_STARTED" in failure["error_msg"]
    assert cloud.writes() == []


@BOTH
def test_running_job_is_stopped_and_deleted(cloud: CloudEmulator, call: Caller, case: Case) -> None:
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
def test_stopping_costs_nothing_where_all_is_stopped(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    assert call("drs_job", job_ids=["a-drs-1"], stop=True)["deleted"] == ["a-drs-1"]
    assert len(cloud.writes()) == 1


@BOTH
def test_job_that_is_being_released_is_only_waited_for(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    becomes = {"status": "RELEASE_RESOURCE_COMPLETE", "after": 0.15}
    cloud.load(jobs(case.region, half_way={"status": "RELEASE_RESOURCE_STARTED", "becomes": becomes}))
    assert call("drs_job", job_ids=["half-way"], stop=True)["deleted"] == ["half-way"]
    assert not any(is_stop(entry) for entry in cloud.writes())


@BOTH
def test_failed_release_is_a_clear_error(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    running = {"status": "FULL_TRANSFER_STARTED"}
    cloud.load(jobs(case.region, stuck={**running, "release_fails": True}, fine=running))
    result = call("drs_job", job_ids=["stuck", "fine"], stop=True)
    assert result["deleted"] == ["fine"]
    (failure,) = result["failures"]
    assert (failure["id"], failure["error_code"]) == ("stuck", "StopFailed")
    assert "RELEASE_RESOURCE_FAILED" in failure["error_msg"]
    assert left(cloud, "drs") == ["stuck"]


@BOTH
def test_waiting_ends(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    running = {"status": "INCRE_TRANSFER_STARTED"}
    cloud.load(jobs(case.region, {"release_seconds": 600}, slow=running, stopped={"status": "CREATE_FAILED"}))
    began = time.monotonic()
    result = call("drs_job", job_ids=["slow", "stopped"], stop=True, wait_timeout=0.3)
    assert 0.3 <= time.monotonic() - began < 30
    assert result["deleted"] == ["stopped"]
    (failure,) = result["failures"]
    assert (failure["id"], failure["error_code"]) == ("slow", "StopTimeout")
    assert "wait_timeout" in failure["error_msg"] and "RELEASE_RESOURCE_STARTED" in failure["error_msg"]


@BOTH
def test_refused_stop_is_that_jobs_failure(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    """Version 3 says so inside a 202, version 5 inside a 200."""
    running = {"status": "INCRE_TRANSFER_STARTED"}
    cloud.load(jobs(case.region, busy={**running, "stop_fails": "DRS.M01504"}, fine=running))
    result = call("drs_job", job_ids=["busy", "fine"], stop=True)
    assert result["deleted"] == ["fine"]
    (failure,) = result["failures"]
    assert (failure["id"], failure["error_code"]) == ("busy", "DRS.M01504")
    (stop,) = [entry for entry in cloud.writes() if is_stop(entry) and "busy" in entry["path"] + str(entry["body"])]
    assert stop["status"] == failure["http_status"] == (202 if case is V3 else 200)


@BOTH
def test_refused_delete_is_that_jobs_failure(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    stopped = {"status": "RELEASE_RESOURCE_COMPLETE"}
    cloud.load(jobs(case.region, held={**stopped, "delete_fails": "DRS.M01504"}, free=stopped))
    result = call("drs_job", job_ids=["held", "free"])
    assert result["deleted"] == ["free"] and result.failed
    (failure,) = result["failures"]
    assert (failure["id"], failure["error_code"]) == ("held", "DRS.M01504")
    assert failure["http_status"] == (202 if case is V3 else 400)
    assert left(cloud, "drs") == ["held"]


def results(*items: dict[str, Any], count: int = 1) -> dict[str, Any]:
    return {"results": list(items), "count": count}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (results({"id": "a-drs-1", "status": "failed", "error_code": "DRS.M01504", "error_msg": "busy"}), "DRS.M01504"),
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
    ],
    ids=repr,
)
def test_202_is_only_believed_where_it_names_the_job(
    cloud: CloudEmulator, call: Caller, body: Any, code: str | None
) -> None:
    cloud.faults.add("status", service="drs", method="DELETE", status=202, body=body)
    result = call("drs_job", job_ids=["a-drs-1"])
    assert result["deleted"] == [] and result["absent"] == []
    (failure,) = result["failures"]
    assert (failure["http_status"], failure["error_code"]) == (202, code)
    assert failure["error_msg"]


@pytest.mark.parametrize("word", ["success", "Success", "SUCCESS"])
def test_result_is_read_whatever_its_case(cloud: CloudEmulator, call: Caller, word: str) -> None:
    body = results({"id": "a-drs-1", "status": word})
    cloud.faults.add("status", service="drs", method="DELETE", status=202, body=body)
    assert call("drs_job", job_ids=["a-drs-1"])["deleted"] == ["a-drs-1"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"error_code": "DRS.10000001", "error_msg": "no"}, "DRS.10000001"),
        ({"error_code": "DRS.10000001"}, "DRS.10000001"),
        ({"error_msg": "no"}, None),
        ([], "UnexpectedReply"),
        ("<html>OK</html>", "UnexpectedReply"),
    ],
    ids=repr,
)
def test_200_with_an_error_inside_is_a_failure(cloud: CloudEmulator, call: Caller, body: Any, code: str | None) -> None:
    cloud.load(small(region=HUAWEI))
    cloud.faults.add("status", service="drs", method="DELETE", status=200, body=body)
    result = call("drs_job", job_ids=["a-drs-1"])
    (failure,) = result["failures"]
    assert (failure["http_status"], failure["error_code"]) == (200, code)


@pytest.mark.parametrize("missing", ["item", "400"])
def test_job_that_vanished_meanwhile_is_absent(cloud: CloudEmulator, call: Caller, missing: str) -> None:
    """It was seen, and somebody else deletes it before this delete arrives."""
    cloud.load(small({"drs_missing": missing}))
    gone = results({"id": "a-drs-1", "status": "failed", "error_code": "DRS.M00289", "error_msg": "unknown"})
    if missing == "item":
        cloud.faults.add("status", service="drs", method="DELETE", status=202, body=gone)
    else:
        cloud.faults.add("status", service="drs", method="DELETE", status=400, error_code="DRS.M00289")
    result = call("drs_job", job_ids=["a-drs-1"])
    assert result["absent"] == ["a-drs-1"] and not result.failed


def test_lost_stop_is_waited_for(cloud: CloudEmulator, call: Caller) -> None:
    """The reply to a stop is lost; the stop of version 5 is not sent twice, and the wait tells what became of it."""
    cloud.load(jobs(HUAWEI, job={"status": "INCRE_TRANSFER_STARTED"}))
    cloud.faults.add("drop_after", service="drs", method="POST", path="/stop$", times=1)
    assert call("drs_job", job_ids=["job"], stop=True)["deleted"] == ["job"]
    assert len([entry for entry in cloud.writes() if is_stop(entry)]) == 1


def test_gone_after_a_lost_stop_is_looked_at(cloud: CloudEmulator, call: Caller) -> None:
    """A repeated stop may be told that the resources are released, which does not mean that the job is deleted."""
    cloud.load(jobs(OTC, job={"status": "INCRE_TRANSFER_STARTED"}))
    cloud.faults.add("drop_after", service="drs", method="DELETE", contains="terminate", times=1)
    released = results({"id": "job", "status": "failed", "error_code": "DRS.M05004", "error_msg": "released"})
    cloud.faults.add("status", service="drs", method="DELETE", contains="terminate", status=202, body=released)
    result = call("drs_job", job_ids=["job"], stop=True)
    assert result["deleted"] == ["job"]
    assert left(cloud, "drs") == []


@BOTH
def test_job_deleted_by_someone_else_while_waiting_is_absent(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(jobs(case.region, {"release_seconds": 60}, job={"status": "INCRE_TRANSFER_STARTED"}))
    remover = _remove_when_stopped(cloud, case.region)
    result = call("drs_job", job_ids=["job"], stop=True, wait_timeout=10)
    remover.join()
    assert result["absent"] == ["job"] and not result["changed"]


def _remove_when_stopped(cloud: CloudEmulator, region: str) -> threading.Thread:
    def remove() -> None:
        while not any(is_stop(entry) for entry in cloud.log):
            time.sleep(0.01)
        time.sleep(0.05)
        cloud.remove_record(f"{region}_retired", "drs", "job")

    thread = threading.Thread(target=remove, daemon=True)
    thread.start()
    return thread


def test_deleted_job_counts_as_absent(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(jobs(OTC, job={"status": "DELETED"}))
    assert call("drs_job", job_ids=["job"])["absent"] == ["job"]
    assert cloud.writes() == []


def test_v5_finds_a_job_that_its_list_leaves_out(cloud: CloudEmulator, call: Caller) -> None:
    """The list of version 5 is documented for fewer links than its delete."""
    cloud.load(small(region=HUAWEI))
    cloud.faults.add("status", service="drs", path="/jobs$", status=200, body={"jobs": [], "total_count": 0})
    result = call("drs_job", job_ids=["a-drs-1", "a-drs-2", "never-existed"])
    assert result["deleted"] == ["a-drs-1"] and result["absent"] == ["never-existed"]
    assert [one["id"] for one in result["failures"]] == ["a-drs-2"]
    shown = [entry for entry in of_service(cloud, "drs", "GET") if entry["path"].endswith("a-drs-1")]
    assert [entry["query"] for entry in shown] == [{"type": "overview"}]


def test_version_that_is_not_there_is_a_failure(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small({"drs_versions": ["v3"]}))
    result = call("drs_job", job_ids=["a-drs-1"], api_version="v5")
    (failure,) = result["failures"]
    assert failure["error_code"] == "APIGW.0101" and result["absent"] == []
