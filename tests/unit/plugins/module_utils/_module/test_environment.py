# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module environment: records of several kinds in one call, and what it returns about them."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine import waiting
from ansible_collections.sundown.hwcloud.plugins.module_utils._module import environment
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS

from emulator import ACCESS_KEY, CloudEmulator, bulk, small
from helpers.emulator_calls import NO_LOGIN, Caller, left, of_service, requests_of, sends_only_reads
from helpers.kind_cases import HUAWEI, SERVICES
from helpers.result_checks import check_counts

DIRECT = [case for case in SERVICES if case.kind in DEFAULT_KINDS and case.kind != "drs_job"]
SUMMARY_KEYS = {"requested", "deleted", "absent", "deleting", "failed", "requests", "throttled", "seconds", "kinds"}
KEY: dict[str, Any] = {"access_key": ACCESS_KEY, "secret_key": "wrong-0000", "username": None, "password": None}


def records(call: Caller, **options: Any) -> list[dict[str, Any]]:
    """All records of the cloud as environment_info returns them; the log is empty afterwards."""
    found: list[dict[str, Any]] = call("environment_info", **options)["records"]
    call.cloud.clear_log()
    return found


def names(one: dict[str, Any]) -> dict[str, Any]:
    """What names a record in the result."""
    return {name: one[name] for name in ("kind", "instance_id", "id")}


def deletable(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in found if one["deletable"]]


def test_environment_sends_one_delete_for_each_record(cloud: CloudEmulator, call: Caller) -> None:
    given = [one for one in deletable(records(call)) if one["kind"] != "drs_job"]
    result = call("environment", records=[*given, given[0]], concurrency=1)
    assert not result.failed and result["changed"]
    assert result["deleted"] == [names(one) for one in given]
    expected = [
        (case.service, "DELETE", case.path_of(record_id, call.project_id))
        for case in DIRECT
        for record_id in case.deletable
    ]
    login, *sent = requests_of(cloud.log)
    assert login == ("iam", "POST", "/v3/auth/tokens")
    assert sorted(sent) == sorted(expected)


@pytest.mark.parametrize("region", ["eu-de", HUAWEI])
def test_environment_check_mode_run_and_second_run_agree(cloud: CloudEmulator, call: Caller, region: str) -> None:
    cloud.load(small(region=region))
    found = records(call)[::-1]
    before = cloud.state()["projects"]
    checked = call("environment", records=found, check=True, diff=True)
    assert sends_only_reads(cloud.log) and cloud.writes() == [] and cloud.state()["projects"] == before
    done = call("environment", records=found, diff=True)
    for result in (checked, done):
        assert result.failed and result["changed"] and set(result["summary"]) == SUMMARY_KEYS
        assert result["deleted"] == [names(one) for one in found if one["deletable"]]
        assert [names(one) for one in result["failures"]] == [names(one) for one in found if not one["deletable"]]
        assert result["diff"]["before"] == {
            kind: [one["id"] for one in found if one["kind"] == kind] for kind in result["summary"]["kinds"]
        }
        assert {kind: len(ids) for kind, ids in result["diff"]["after"].items()} == dict.fromkeys(
            result["summary"]["kinds"], 1
        )
        check_counts(result)
    cloud.clear_log()
    again = call("environment", records=deletable(found))
    assert not again.failed and not again["changed"]
    assert again["absent"] == [names(one) for one in deletable(found)]
    assert {entry["status"] for entry in cloud.writes()} <= {404, 400, 409}
    check_counts(again)


def test_environment_failure_names_kind_and_reason(cloud: CloudEmulator, call: Caller) -> None:
    (failure,) = call("environment", records=[{"kind": "cce_job", "id": "a-cce-2"}])["failures"]
    assert (failure["kind"], failure["instance_id"], failure["id"]) == ("cce_job", None, "a-cce-2")
    assert (failure["error_code"], failure["http_status"]) == ("CCE.01403002", 403)
    result = call("environment", records=records(call))
    reason = "its status INCRE_TRANSFER_STARTED does not allow a delete (NotDeletable)"
    assert result["msg"] == f"5 of 15 records not deleted; DRS job a-drs-2: {reason}"


def test_environment_drs_jobs_end_before_others_begin(cloud: CloudEmulator, call: Caller) -> None:
    call("environment", records=deletable(records(call)))
    services = [entry["service"] for entry in cloud.writes()]
    assert services[:2] == ["drs", "drs"] and "drs" not in services[2:] and len(services) == 10


def test_environment_stop_deletes_running_drs_job(cloud: CloudEmulator, call: Caller) -> None:
    given = [{"kind": "cce_job", "id": "a-cce-1"}, {"kind": "drs_job", "id": "a-drs-2"}]
    result = call("environment", records=given, stop=True)
    assert [one["id"] for one in result["deleted"]] == ["a-cce-1", "a-drs-2"]
    assert [entry["service"] for entry in cloud.writes()] == ["drs", "drs", "cce"]


def test_environment_stop_times_out_others_are_deleted(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small({"release_seconds": 30}))
    given = [{"kind": "drs_job", "id": "a-drs-2"}, {"kind": "cce_job", "id": "a-cce-1"}]
    result = call("environment", records=given, stop=True, wait_timeout=0.2)
    assert [one["error_code"] for one in result["failures"]] == ["StopTimeout"]
    assert [one["id"] for one in result["deleted"]] == ["a-cce-1"]


def test_environment_kind_option_is_used(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small(region=HUAWEI))
    given = [{"kind": "drs_job", "id": "a-drs-1"}, {"kind": "gaussdb_job", "id": "a-gauss-1"}]
    assert not call("environment", records=given, kind_options={"drs_job": {"api_version": "v3"}}).failed
    assert {entry["path"].split("/")[1] for entry in of_service(cloud, "drs")} == {"v3"}
    assert left(cloud, "drs_job") == ["a-drs-2", "a-drs-3"]


def test_environment_without_records_sends_nothing(cloud: CloudEmulator, call: Caller) -> None:
    result = call("environment", records=[])
    assert not result.failed and not result["changed"] and cloud.log == []
    assert result["summary"]["kinds"] == {}
    assert result["progress"]["seconds_left"] is None
    check_counts(result)


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_environment_refused_key_sends_two_requests(cloud: CloudEmulator, call: Caller, check: bool) -> None:
    given = records(call)
    project = {"project_id": call.project_id, "project_name": None}
    result = call("environment", records=given, check=check, **KEY, **project, domain_name=None)
    assert result.failed and result["credentials_refused"]
    assert len({entry["service"] for entry in cloud.log}) == len(cloud.log) == 2
    assert [names(one) for one in result["failures"]] == [names(one) for one in given]
    assert {one["error_code"] for one in result["failures"]} == {"APIGW.0301"}


def test_environment_refused_login_fails_every_record(cloud: CloudEmulator, call: Caller) -> None:
    given = records(call)
    result = call("environment", records=given, password="not-the-password")
    assert result["credentials_refused"] and len(cloud.log) == 1
    assert {one["error_code"] for one in result["failures"]} == {"IAM.0001"} and len(result["failures"]) == len(given)


def test_environment_credentials_refused_midway_later_phase_is_untried(cloud: CloudEmulator, call: Caller) -> None:
    given = deletable(records(call))
    cloud.faults.add("expire_token", service="drs", method="DELETE", times=1, all=True)
    cloud.faults.add("status", service="iam", method="POST", after=1, status=401, error_code="IAM.0001")
    result = call("environment", records=given)
    assert result["credentials_refused"] and result["deleted"] == []
    assert [names(one) for one in result["failures"]] == [names(one) for one in given]
    assert {entry["service"] for entry in cloud.log} == {"iam", "drs"}


def test_environment_kind_without_endpoint_fails_alone(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small(region="eu-ch2"))
    endpoints = {name: url for name, url in cloud.endpoints.items() if name in ("iam", "cce")}
    given = [{"kind": "dcs_task", "id": "a-dcs-1"}, {"kind": "cce_job", "id": "a-cce-1"}]
    result = call("environment", records=given, endpoints=endpoints)
    assert [(one["kind"], one["error_code"]) for one in result["failures"]] == [("dcs_task", "NoEndpoint")]
    assert [one["id"] for one in result["deleted"]] == ["a-cce-1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"records": [{"kind": "dms_tsk", "id": "a"}]},
            "records[0].kind: 'dms_tsk' is not a kind. Did you mean dms_task?",
        ),
        ({"records": [{"kind": "records", "id": "a"}]}, "records[0].kind: 'records' is not a kind. "),
        ({"records": [{"id": "a"}]}, "records[0].kind: must be a string that is not empty"),
        ({"records": [{"kind": ["drs_job"], "id": "a"}]}, "records[0].kind: must be a string that is not empty"),
        (
            {"records": [{"kind": "cce_job", "id": "a"}, {"kind": "dms_task", "id": "a"}]},
            "records[1].instance_id: an ID is required",
        ),
        ({"records": [{"kind": "dms_task", "id": "a", "instance_id": "../b"}]}, "records[0].instance_id: "),
        ({"records": [{"kind": "cce_job"}]}, "records[0].id: an ID is required"),
        ({"records": [{"kind": "cce_job", "id": ["a"]}]}, "records[0].id: an ID must be a string"),
        ({"records": [{"kind": "cce_job", "id": "a/b"}]}, "records[0].id: "),
        (
            {"records": [{"kind": "dms_task", "id": "a", "instance_id": one} for one in "xy"]},
            "records[1]: task a is listed under two instances",
        ),
        ({"kind_options": {"drs": {}}}, "kind_options: 'drs' is not a kind. Did you mean drs_job?"),
        ({"kind_options": {"drs_job": "v3"}}, "kind_options.drs_job: must be a dictionary of options"),
        (
            {"kind_options": {"drs_job": {"api_verison": "v3"}}},
            "kind_options.drs_job: 'api_verison' is not an option of drs_job alone. Did you mean api_version?",
        ),
        (
            {"kind_options": {"cce_clusters": {}}},
            "kind_options: 'cce_clusters' is not a kind. Did you mean cce_cluster?",
        ),
        (
            {"kind_options": {"cce_cluster": {"delete_evz": "try"}}},
            "kind_options.cce_cluster: 'delete_evz' is not an option of cce_cluster alone. Did you mean delete_evs?",
        ),
        (
            {"kind_options": {"cce_cluster": {"delete_net": "force"}}},
            "kind_options.cce_cluster.delete_net: must be one of skip, try, block, not 'force'",
        ),
        ({"kind_options": {"cce_cluster": {"delete_net": True}}}, "kind_options.cce_cluster.delete_net: must be one "),
        ({"kind_options": {"cce_cluster": {"wait": False}}}, "kind_options.cce_cluster: 'wait' is not an option of "),
        (
            {"kind_options": {"dms_instance": {"wait_timeout": 9}}},
            "kind_options.dms_instance: 'wait_timeout' is not an option of dms_instance alone. There is none.",
        ),
        ({"kind_options": {"drs_job": {"stop": True}}}, "kind_options.drs_job: 'stop' is not an option of "),
        (
            {"kind_options": {"cce_job": {"x": 1}}},
            "kind_options.cce_job: 'x' is not an option of cce_job alone. There is none.",
        ),
        (
            {"kind_options": {"drs_job": {"api_version": "v4"}}},
            "kind_options.drs_job.api_version: must be one of v5, v3, not 'v4'",
        ),
        ({"wait_timeout": 0}, "wait_timeout: must be a number > 0"),
        ({"progress": {"total": "many"}}, "total"),
        ({"progress": {"totel": 1}}, "totel"),
        ({"progress": {"seconds": "nan"}}, "progress.seconds: must be a number >= 0"),
        ({"progress": {"seconds": "inf"}}, "progress.seconds: must be a number >= 0"),
        ({"progress": {"done": -1}}, "progress.done: must be a number >= 0"),
    ],
)
def test_environment_option_that_cannot_be_used_is_rejected(
    cloud: CloudEmulator, call: Caller, options: dict[str, Any], message: str
) -> None:
    result = call("environment", **{"records": [], **options})
    assert result.failed and message in result["msg"] and cloud.log == []


def test_environment_number_and_other_keys_of_record_are_accepted(call: Caller) -> None:
    result = call("environment", records=[{"kind": "cce_job", "id": 12, "instance_id": None, "name": [], "x": 1}])
    assert result["absent"] == [{"kind": "cce_job", "instance_id": None, "id": "12"}]


def test_environment_progress_adds_up_over_calls(call: Caller) -> None:
    given = records(call)
    first = call("environment", records=given[:9], progress={"total": 20, "batch": 1, "batches": 3})["progress"]
    second = call("environment", records=given[9:], progress={**first, "batch": 2})["progress"]
    assert (first["done"], first["deleted"], first["absent"], first["failed"]) == (9, 6, 0, 3)
    assert (second["done"], second["deleted"], second["absent"], second["failed"]) == (15, 10, 0, 5)
    assert (second["total"], second["batch"], second["batches"]) == (20, 2, 3)
    assert second["seconds"] >= first["seconds"] > 0


@pytest.mark.parametrize(
    ("before", "done", "left_over"),
    [
        ({}, 10, 0),
        ({"total": 40}, 10, 60),
        ({"total": 100, "done": 30, "seconds": 20.0}, 10, 60),
        ({"total": 5}, 10, 0),
        ({"total": 40}, 0, None),
    ],
)
def test_progress_seconds_left_follow_rate_so_far(before: dict[str, Any], done: int, left_over: int | None) -> None:
    counts = {"requested": done, "deleted": done, "absent": 0, "failed": 0, "seconds": 20.0}
    progress = environment.add_progress(before, counts)
    assert progress["seconds_left"] == left_over
    assert progress["total"] == before.get("total", done)


def test_progress_file_shows_waiting_and_done(
    cloud: CloudEmulator, call: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "WRITE_SECONDS", 0.01)
    monkeypatch.setattr(waiting, "MAX_POLL_SECONDS", 0.02)
    cloud.load(small({"release_seconds": 0.2, "latency": {"cce": 0.02}}))
    texts: list[str] = []
    replace = os.replace

    def observed(source: str, target: str) -> None:
        texts.append(Path(source).read_text(encoding="utf-8"))
        assert os.stat(source).st_mode & 0o777 == 0o600
        replace(source, target)

    monkeypatch.setattr(os, "replace", observed)
    path = tmp_path / "progress.json"
    given = [{"kind": "cce_job", "id": f"a-cce-{number}"} for number in (1, 2, 3)]
    call("environment", records=[{"kind": "drs_job", "id": "a-drs-2"}, *given], stop=True, progress_file=str(path))
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "drs_job": {"done": 1, "total": 1, "failed": 0, "waiting": 0},
        "cce_job": {"done": 3, "total": 3, "failed": 1, "waiting": 0},
    }
    written = [json.loads(text) for text in texts]
    assert {"done": 0, "total": 1, "failed": 0, "waiting": 1} in [one["drs_job"] for one in written]
    assert not [text for text, following in zip(texts, texts[1:]) if text == following]
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]


def test_progress_file_is_written_every_second(
    cloud: CloudEmulator, call: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.load(bulk("cce", 400, options={"latency": {"cce": 0.002}}))
    times: list[float] = []
    replace = os.replace

    def observed(source: str, target: str) -> None:
        times.append(time.monotonic())
        replace(source, target)

    monkeypatch.setattr(os, "replace", observed)
    given = [{"kind": "cce_job", "id": one["id"]} for one in cloud.records("eu-de_retired", "cce")]
    started = time.monotonic()
    call("environment", records=given, progress_file=str(tmp_path / "progress.json"))
    # The first and the last one are written at once.
    assert 2 <= len(times) <= 2 + (time.monotonic() - started)


def test_progress_file_that_cannot_be_written_is_ignored(call: Caller, tmp_path: Path) -> None:
    given = [{"kind": "cce_job", "id": "a-cce-1"}]
    result = call("environment", records=given, progress_file=str(tmp_path / "missing" / "progress.json"))
    assert not result.failed and [one["id"] for one in result["deleted"]] == ["a-cce-1"]


def test_environment_token_and_project_need_no_login(cloud: CloudEmulator, call: Caller) -> None:
    token = call("identity_info", issue_token=True)["token"]
    cloud.clear_log()
    login = {**NO_LOGIN, "token": token, "project_id": call.project_id}
    call("environment", records=[{"kind": "cce_job", "id": "a-cce-1"}], **login)
    assert {entry["service"] for entry in cloud.log} == {"cce"}
