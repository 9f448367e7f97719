# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode says what a run would do, and sends nothing that could change anything."""

from __future__ import annotations

import pytest

from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller, left, of_service, requests_of, sends_only_reads
from helpers.kind_cases import CASES, SERVICES, Case

NEVER_THERE = "never-existed"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_foretells_the_run_without_a_write(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    ids = [NEVER_THERE, *case.ids]
    before = cloud.state()["projects"]
    foretold = call.delete(case, ids, check=True)
    assert cloud.writes() == [] and sends_only_reads(cloud.log)
    assert cloud.state()["projects"] == before
    happened = call.delete(case, ids)
    for key in ("changed", "deleted", "absent", "failed"):
        assert foretold[key] == happened[key]
    assert [one["id"] for one in foretold["failures"]] == [one["id"] for one in happened["failures"]] == [case.running]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_forbidden_state_is_a_failure_as_in_the_run(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    result = call.delete(case, [case.running], check=True)
    assert result.failed and not result["changed"] and result["deleted"] == []
    (failure,) = result["failures"]
    assert failure["error_code"] == "NotDeletable" and failure["http_status"] is None
    (status,) = [
        one["status"] for one in cloud.records(f"{case.region}_retired", case.service) if one["id"] == case.running
    ]
    assert status in failure["error_msg"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_nothing_to_do_is_no_change(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    result = call.delete(case, [NEVER_THERE], check=True)
    assert not result["changed"] and not result.failed and result["absent"] == [NEVER_THERE]


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_listing_that_fails_is_a_failure_of_every_id(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.faults.add("page_broken", service=case.service, mode="truncated")
    result = call.delete(case, case.deletable, check=True)
    assert result.failed and result["deleted"] == [] and result["absent"] == []
    assert [one["id"] for one in result["failures"]] == list(case.deletable)
    assert {one["error_code"] for one in result["failures"]} == {"MalformedReply"}


def test_gaussdb_record_older_than_the_list_is_looked_up(cloud: CloudEmulator, call: Caller) -> None:
    scenario = small({"gaussdb_window_days": 31})
    scenario["projects"][0]["services"]["gaussdb"] = [
        {"id": "old", "status": "Completed", "age": "40d"},
        {"id": "old-and-running", "status": "Running", "age": "40d"},
        {"id": "recent", "status": "Completed", "age": "1d"},
    ]
    cloud.load(scenario)
    assert [one["id"] for one in call("gaussdb_job_info")["records"]] == ["recent"]
    cloud.clear_log()
    result = call("gaussdb_job", job_ids=["recent", "old", "old-and-running", NEVER_THERE], check=True)
    assert result["deleted"] == ["recent", "old"] and result["absent"] == [NEVER_THERE]
    assert [one["id"] for one in result["failures"]] == ["old-and-running"]
    shown = [entry["query"]["id"] for entry in of_service(cloud, "gaussdb") if entry["path"].endswith("/jobs")]
    assert sorted(shown) == [NEVER_THERE, "old", "old-and-running"]
    assert cloud.writes() == []


def test_drs_would_be_stopped_and_deleted(cloud: CloudEmulator, call: Caller) -> None:
    result = call("drs_job", job_ids=["a-drs-2", "a-drs-1"], stop=True, check=True)
    assert result["changed"] and not result.failed and result["deleted"] == ["a-drs-2", "a-drs-1"]
    assert sends_only_reads(cloud.log) and left(cloud, "drs") == ["a-drs-1", "a-drs-2", "a-drs-3"]


def test_dms_lists_only_the_named_instances(cloud: CloudEmulator, call: Caller) -> None:
    call("dms_task", instance_id="a-kafka-2", task_ids=["a-dms-3"], check=True)
    assert requests_of(cloud.log)[1:] == [
        ("dms", "GET", f"/v2/{call.project_id}/instances/a-kafka-2/tasks"),
    ]


@pytest.mark.parametrize("module", ["identity_info", "environment_info", *(case.info_module for case in SERVICES)])
def test_info_modules_work_as_ever(cloud: CloudEmulator, call: Caller, module: str) -> None:
    real, checked = call(module), call(module, check=True)
    for result in (real, checked):
        assert not result.failed and not result["changed"]
        for changing in ("summary", "invocation"):
            result.pop(changing, None)
    assert dict(checked) == dict(real)
    assert sends_only_reads(cloud.log)
