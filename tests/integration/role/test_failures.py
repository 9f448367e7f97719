# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A record, a kind or everything fails: the rest is done, the report is written, and the play fails and says why."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS
from starlette.responses import Response

from emulator import ACCESS_KEY, DOMAIN, PASSWORD, PROJECT, SECRET_KEY, USER, CloudEmulator, bulk
from helpers.plan_factory import SERVICES
from helpers.playbooks import TIMEOUT, read_events
from helpers.reports import latest_report
from helpers.role_runs import (
    AUTH,
    ENDED,
    LOGIN,
    UNATTENDED,
    ends_in,
    left,
    logins,
    outcomes,
    page_in,
    services_of_writes,
    tokens_of,
)

THREE_KINDS = ["gaussdb_job", "cce_job", "dcs_task"]


def statuses(cloud: CloudEmulator, status: int) -> list[dict[str, Any]]:
    """The requests that were answered with a status."""
    return [entry for entry in cloud.log if entry["status"] == status]


def test_role_failed_record_is_reported_and_rest_deleted(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path
) -> None:
    refusal = {"status": 403, "error_code": "DBS.200044", "error_msg": "no permission for this one"}
    cloud.faults.add("status", service="gaussdb", method="DELETE", path="a-gauss-2", **refusal)
    before = left(cloud)
    run = decommission(confirm=UNATTENDED, batch_size=1, report_dir=str(tmp_path))
    assert run.code == 2
    refused = 'gaussdb_job 403 DBS.200044 "no permission for this one" (first: a-gauss-2)'
    assert f"9 of 10 deleted. 1 not: {refused}" in run.failures
    ends = [label.partition(": ")[2].partition(", about")[0] for label in run.labels]
    (number,) = [number for number, label in enumerate(run.labels, 1) if "FAILED" in label]
    words = ["0 failed"] * (number - 1) + ["1 FAILED"] + ["1 failed"] * (10 - number)
    assert ends == [f"{done} of 10 done, {word}" for done, word in enumerate(words, 1)]
    assert before - left(cloud) == ENDED - {"a-gauss-2"}
    report, page = latest_report(tmp_path, PROJECT), page_in(tmp_path)
    assert ends_in(report)["a-gauss-2"] == ("failed", "no permission for this one")
    assert report["outcomes"] == outcomes(deleted=9, kept=5, failed=1)
    [failure] = run.fact("decommission_result")["failures"]
    assert (failure["kind"], failure["id"]) == ("gaussdb_job", "a-gauss-2")
    assert (failure["error_code"], failure["http_status"]) == ("DBS.200044", 403)
    assert failure["request_id"] and failure["request_id"] in page
    assert f"<title>Not finished: {PROJECT}" in page


def test_role_failed_listing_refuses_plan(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    refusal = {"status": 403, "error_code": "DCS.4003", "error_msg": "not authorised to list"}
    cloud.faults.add("status", service="dcs", method="GET", **refusal)
    # An extra variable, such as a fact of another run, takes the place of the fact.
    run = decommission(report_dir=str(tmp_path), result={"message": ""})
    assert (run.code, cloud.writes()) == (2, [])
    assert "Nothing was deleted: dcs_task not listed: 403 DCS.4003 not authorised to list; " in run.failures
    advice = "ask for the permission dcs:instance:getBackgroundTask, or leave dcs_task out of decommission_kinds"
    assert advice in run.failures
    assert set(ends_in(latest_report(tmp_path, PROJECT)).values()) == {("kept", "plan refused"), ("kept", "running")}


def test_role_failed_listing_accepted_deletes_other_kinds(cloud: CloudEmulator, decommission: Any) -> None:
    refusal = {"status": 403, "error_code": "DCS.4003", "error_msg": "not authorised to list"}
    cloud.faults.add("status", service="dcs", method="GET", **refusal)
    run = decommission(confirm=UNATTENDED, accept_unavailable=["dcs_task"])
    assert run.code == 0, run.output
    assert "?  not listed: 403 DCS.4003 not authorised to list (accepted)" in run.output
    assert services_of_writes(cloud) == {*SERVICES} - {"dcs"}


def test_role_still_listed_record_failed_and_appeared_record_is_named(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path
) -> None:
    def appear(response: Response) -> Response:
        # The server's own thread must not wait for itself.
        Thread(target=cloud.add_record, args=(PROJECT, "cce"), kwargs={"id": "late", "status": "Success"}).start()
        return response

    cloud.faults.add("status", service="cce", method="DELETE", path="a-cce-1", status=204)
    cloud.faults.add("transform", service="cce", method="DELETE", path="a-cce-3", times=1, function=appear)
    run = decommission(confirm=UNATTENDED, kinds=["cce_job"], report_dir=str(tmp_path))
    assert run.code == 2
    assert "1 of 2 deleted. 1 not: cce_job failed: still listed after the delete (first: a-cce-1)" in run.failures
    [verification] = run.of("Verify that deleted records are no longer listed")
    assert verification["attempts"] == 3
    assert run.fact("decommission_result")["outcomes"] == outcomes(deleted=1, kept=1, failed=1)
    report = latest_report(tmp_path, PROJECT)
    assert [(item["kind"], item["id"], item["status"]) for item in report["appeared"]] == [
        ("cce_job", "late", "Success")
    ]
    assert "late" not in ends_in(report)
    assert "late" in left(cloud)
    message = "1 record appeared while the run deleted; the next plan shows it"
    assert message in run.of("Show how the run ended")[0]["msg"]
    assert f"{message.removeprefix('1 record ')}." in page_in(tmp_path)


def test_role_wrong_credentials_are_tried_once(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    auth = {**AUTH, "password": "not-the-password"}
    run = decommission(auth=auth, confirm=UNATTENDED, report_dir=str(tmp_path))
    assert run.code == 2
    assert len(cloud.log) == 1
    assert "censored" not in run.failures
    assert "not-the-password" not in run.output
    report = latest_report(tmp_path, PROJECT)
    assert (report["mode"], report["records"]) == ("failed", [])
    assert report["problems"][0] in run.failures
    assert "Not started" in page_in(tmp_path)


def test_role_token_that_ends_midway_is_not_tried_again(cloud: CloudEmulator, decommission: Any) -> None:
    identity = {
        "methods": ["password"],
        "password": {"user": {"name": USER, "password": PASSWORD, "domain": {"name": DOMAIN}}},
    }
    login = {"auth": {"identity": identity, "scope": {"project": {"name": PROJECT}}}}
    token = requests.post(cloud.endpoints["iam"] + LOGIN, json=login, timeout=30).headers["X-Subject-Token"]
    cloud.clear_log()
    cloud.faults.add("expire_token", method="DELETE", after=1, times=1, all=True)
    run = decommission(auth={"token": token}, confirm=UNATTENDED, batch_size=1, kinds=THREE_KINDS)
    assert run.code == 2
    assert len(statuses(cloud, 401)) == 1 and cloud.log[-1]["status"] == 401
    result = run.fact("decommission_result")
    assert (result["outcomes"]["deleted"], result["outcomes"]["failed"]) == (1, 5)
    assert "the deletion of 1 record was not verified, as the credentials are refused" in run.failures
    assert {failure["reason"] for failure in result["failures"] if failure["kind"] == "cce_job"} == {"not attempted"}
    assert token not in run.output


@pytest.mark.parametrize(
    "auth", [{"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}, AUTH], ids=["access key", "password"]
)
def test_role_credentials_refused_with_403_are_not_tried_again(
    cloud: CloudEmulator, decommission: Any, auth: dict[str, str]
) -> None:
    refusal = {"status": 403, "error_code": "DBS.280056", "error_msg": "Invalid token."}
    cloud.faults.add("status", service="gaussdb", method="DELETE", **refusal)
    run = decommission(auth=auth, confirm=UNATTENDED, batch_size=1, kinds=THREE_KINDS)
    assert run.code == 2
    # A password is worth another try with a fresh token, an access key is not.
    assert len(statuses(cloud, 403)) == (2 if auth is AUTH else 1)
    assert services_of_writes(cloud) <= {"gaussdb", "iam"}
    reasons = [failure["reason"] for failure in run.fact("decommission_result")["failures"]]
    assert [reason.partition(".")[0] for reason in sorted(reasons)] == ["Invalid token", *["not attempted"] * 5]


def test_role_expired_token_is_renewed_once_for_all_batches(cloud: CloudEmulator, decommission: Any) -> None:
    cloud.load(bulk("cce", 65))
    cloud.faults.add("expire_token", service="cce", method="DELETE", after=5, times=1, all=True)
    run = decommission("-v", confirm=UNATTENDED, batch_size=5, kinds=["cce_job"])
    assert run.code == 0, run.output
    assert run.fact("decommission_result")["outcomes"] == outcomes(deleted=65)
    assert left(cloud) == set()
    assert len(statuses(cloud, 401)) == 1
    # Once for the play, once in the batch that found the token expired, and once for the batches after it.
    assert logins(cloud) == 3
    labels = [f"batch {number} of 13 (5 cce_job): {number * 5} of 65 done, 0 failed" for number in range(1, 14)]
    assert [label.partition(", about")[0] for label in run.labels if "done" in label] == labels
    results = [item for result in run.of("Delete planned records") for item in result["results"]]
    assert len([item for item in results if "summary" in item]) == 13
    tokens = tokens_of(cloud)
    assert len(tokens) == 3
    assert not [token for token in tokens if token in run.output or token in json.dumps(run.events)]


def test_role_login_refused_midway_keeps_results_so_far(cloud: CloudEmulator, decommission: Any) -> None:
    cloud.load(bulk("cce", 20))
    cloud.faults.add("expire_token", service="cce", method="DELETE", after=5, times=1, all=True)
    # The play and the batch that finds the token expired may log in.
    refusal = {"status": 401, "error_code": "IAM.0001", "error_msg": "no more logins"}
    cloud.faults.add("status", service="iam", method="POST", after=2, **refusal)
    run = decommission(confirm=UNATTENDED, batch_size=5, kinds=["cce_job"])
    assert run.code == 2
    assert "no more logins" in run.failures
    result = run.fact("decommission_result")
    assert (result["outcomes"]["deleted"], result["outcomes"]["failed"]) == (10, 10)
    assert {failure["reason"] for failure in result["failures"]} == {"not attempted"}
    assert len(left(cloud)) == 10
    assert logins(cloud) == 3


def test_role_without_network_writes_report(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    nowhere = dict.fromkeys(cloud.endpoints, "http://127.0.0.1:9")
    auth = {**AUTH, "timeout": 1, "stall_timeout": 1}
    run = decommission(auth=auth, endpoints=nowhere, confirm=UNATTENDED, report_dir=str(tmp_path))
    assert run.code == 2
    assert latest_report(tmp_path, PROJECT)["problems"]
    services_down = {**nowhere, "iam": cloud.endpoints["iam"]}
    run = decommission(auth=auth, endpoints=services_down, confirm=UNATTENDED, report_dir=str(tmp_path))
    assert run.code == 2
    report = latest_report(tmp_path, PROJECT)
    assert (report["mode"], report["discovered"]) == ("refused", 0)
    assert len(report["problems"]) == len(DEFAULT_KINDS)


@pytest.mark.usefixtures("interruptible")
def test_role_interrupted_and_same_command_again_finishes_plan(
    decommission: Any, cloud: CloudEmulator, tmp_path: Path
) -> None:
    cloud.load(bulk("cce", 200))
    variables = {"report_dir": str(tmp_path), "batch_size": 50, "concurrency": 4}
    variables["confirm"] = decommission(**variables).stats["decommission_confirm"]
    cloud.clear_log()
    cloud.faults.add("latency", service="cce", method="DELETE", seconds=0.1)
    process, record = decommission.playbooks.start(decommission.variables(**variables))
    deadline = time.monotonic() + TIMEOUT
    while len(cloud.writes()) < 60 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=TIMEOUT)
    assert process.returncode != 0
    assert not [event for event in read_events(record) if event["event"] == "stats"]
    remaining = len(left(cloud))
    assert 0 < remaining < 200
    assert latest_report(tmp_path, PROJECT)["mode"] == "applying"
    journal = (tmp_path / PROJECT / "latest" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["state"] for line in journal][:3] == ["started", "ended", "started"]

    cloud.faults.clear()
    cloud.clear_log()
    run = decommission(**variables)
    assert run.code == 0, run.output
    assert (left(cloud), len(cloud.writes())) == (set(), remaining)
    [plan] = run.of("Show the plan")
    assert f"{200 - remaining} records of the approved plan are gone already" in "\n".join(plan["msg"])
    assert re.search(r"was interrupted, or is still under way\. [1-3] of 4 batches ended", "\n".join(plan["msg"]))
    assert run.fact("decommission_result")["outcomes"] == outcomes(deleted=remaining, absent=200 - remaining)
    report = latest_report(tmp_path, PROJECT)
    assert (report["mode"], len(report["records"])) == ("apply", 200)

    cloud.clear_log()
    again = decommission(**variables)
    assert (again.code, again.count("changed"), cloud.writes()) == (0, 0, []), again.output
    assert again.fact("decommission_result")["outcomes"] == outcomes(absent=200)


def test_role_partly_failed_and_same_command_again_finishes_plan(
    decommission: Any, cloud: CloudEmulator, tmp_path: Path
) -> None:
    variables = {"report_dir": str(tmp_path)}
    variables["confirm"] = decommission(**variables).stats["decommission_confirm"]
    refusal = {"status": 403, "error_code": "DBS.200044", "error_msg": "no permission for this one"}
    cloud.faults.add("status", service="gaussdb", method="DELETE", path="a-gauss-2", times=1, **refusal)
    assert decommission(**variables).fact("decommission_result")["outcomes"] == outcomes(deleted=9, kept=5, failed=1)
    run = decommission(**variables)
    assert run.code == 0, run.output
    assert run.fact("decommission_result")["outcomes"] == outcomes(deleted=1, absent=9, kept=5)
    cloud.add_record(PROJECT, "cce", id="added-job", status="Success")
    cloud.clear_log()
    refused = decommission(**variables)
    assert (refused.code, cloud.writes()) == (2, [])
    assert "1 added (cce_job added-job)" in refused.failures


def test_role_deadline_keeps_batches_that_would_start_later(decommission: Any, cloud: CloudEmulator) -> None:
    cloud.load(bulk("cce", 20))
    cloud.faults.add("latency", service="cce", method="DELETE", seconds=1.2)
    # The first batch takes longer than the time until the deadline, even if it starts at once.
    run = decommission(confirm=UNATTENDED, batch_size=10, concurrency=1, deadline="8s", kinds=["cce_job"])
    assert run.code == 2
    assert re.search(r"decommission_deadline: no batch starts after \S+; kept: \d+ records", run.failures)
    counts = run.fact("decommission_result")["outcomes"]
    assert counts in (outcomes(deleted=10, kept=10), outcomes(kept=20))
    assert len(left(cloud)) == counts["kept"]
