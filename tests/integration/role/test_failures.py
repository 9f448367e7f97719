# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One record, one service or everything fails: the rest is done, the report is written, the play fails and says why."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from emulator import ACCESS_KEY, DOMAIN, PASSWORD, PROJECT, SECRET_KEY, USER, CloudEmulator, bulk
from helpers.plan_factory import SERVICES
from helpers.playbooks import PATIENCE, read_events

UNATTENDED = f"{PROJECT}/unattended"
LOGIN = "/v3/auth/tokens"
BATCHES = "Delete what is planned, batch by batch"


def left(cloud: CloudEmulator) -> set[str]:
    """The ids that the project still holds."""
    return {item["id"] for service in SERVICES for item in cloud.records(PROJECT, service)}


def outcomes_in(directory: Path) -> dict[str, tuple[str, str]]:
    """Outcome and reason of each record in the report."""
    report = json.loads((directory / PROJECT / "latest" / "report.json").read_text(encoding="utf-8"))
    return {item["id"]: (item["outcome"], item["reason"]) for item in report["records"]}


def test_one_record_fails(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    refusal = {"status": 403, "error_code": "DBS.200044", "error_msg": "no permission for this one"}
    cloud.faults.add("status", service="gaussdb", method="DELETE", path="a-gauss-2", **refusal)
    run = decommission(confirm=UNATTENDED, batch_size=1, report_dir=str(tmp_path))
    assert run.code == 2
    assert "a-gauss-2 (failed: no permission for this one [DBS.200044])" in run.failures
    assert "a-gauss-2" in left(cloud)
    assert len(left(cloud)) == 6
    ends = outcomes_in(tmp_path)
    assert ends["a-gauss-2"] == ("failed", "no permission for this one")
    assert sum(outcome == "deleted" for outcome, _reason in ends.values()) == 9
    [failure] = run.fact("decommission_result")["failures"]
    assert (failure["id"], failure["error_code"], failure["http_status"]) == ("a-gauss-2", "DBS.200044", 403)
    assert failure["request_id"]


def test_a_list_that_fails_refuses_the_plan_unless_it_may(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path
) -> None:
    refusal = {"status": 403, "error_code": "DCS.4003", "error_msg": "not authorised to list"}
    cloud.faults.add("status", service="dcs", method="GET", **refusal)
    run = decommission(confirm=UNATTENDED, report_dir=str(tmp_path))
    assert (run.code, cloud.writes()) == (2, [])
    assert "dcs: its records could not be listed: failed: DCS.4003" in run.failures
    assert "not authorised to list" in run.failures
    assert set(outcomes_in(tmp_path).values()) == {("kept", "plan refused"), ("kept", "running")}

    assert decommission(report_dir=str(tmp_path)).code == 2

    accepted = decommission(confirm=UNATTENDED, accept_unavailable=["dcs"])
    assert accepted.code == 0, accepted.output
    assert "left out: dcs (failed: DCS.4003" in accepted.output
    assert {entry["service"] for entry in cloud.writes()} == {*SERVICES} - {"dcs"}


def test_what_is_listed_after_its_delete_has_failed(cloud: CloudEmulator, decommission: Any) -> None:
    cloud.faults.add("status", service="cce", method="DELETE", path="a-cce-1", status=204)
    run = decommission(confirm=UNATTENDED, services=["cce"])
    assert run.code == 2
    assert "a-cce-1 (failed: still listed after the delete)" in run.failures
    assert run.fact("decommission_result")["outcomes"] == {
        "deleted": 1,
        "absent": 0,
        "kept": 1,
        "drifted": 0,
        "failed": 1,
    }


def test_wrong_credentials_are_tried_once(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    auth = {"username": USER, "password": "not-the-password", "domain_name": DOMAIN}
    run = decommission(auth=auth, confirm=UNATTENDED, report_dir=str(tmp_path))
    assert run.code == 2
    assert len(cloud.log) == 1
    assert "censored" not in run.failures
    assert "not-the-password" not in run.output
    report = json.loads((tmp_path / PROJECT / "latest" / "report.json").read_text(encoding="utf-8"))
    assert (report["mode"], report["records"]) == ("failed", [])
    assert report["problems"][0] in run.failures


def test_credentials_that_end_midway_are_not_tried_again(cloud: CloudEmulator, decommission: Any) -> None:
    identity = {
        "methods": ["password"],
        "password": {"user": {"name": USER, "password": PASSWORD, "domain": {"name": DOMAIN}}},
    }
    login = {"auth": {"identity": identity, "scope": {"project": {"name": PROJECT}}}}
    token = requests.post(cloud.endpoints["iam"] + LOGIN, json=login, timeout=30).headers["X-Subject-Token"]
    cloud.clear_log()
    cloud.faults.add("expire_token", service="gaussdb", method="DELETE", times=1, all=True)
    run = decommission(auth={"token": token}, confirm=UNATTENDED, batch_size=1, services=["gaussdb", "cce", "dms"])
    assert run.code == 2
    refused = [entry for entry in cloud.log if entry["status"] == 401]
    assert 1 <= len(refused) <= 3
    assert all(entry["service"] in ("gaussdb", "iam") for entry in cloud.writes())
    result = run.fact("decommission_result")
    assert result["outcomes"]["failed"] == 6
    assert {failure["reason"] for failure in result["failures"] if failure["service"] == "cce"} == {"not attempted"}
    assert token not in run.output


@pytest.mark.parametrize(
    "auth", [{"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}, None], ids=["access key", "password"]
)
def test_credentials_that_a_service_refuses_with_403_are_not_tried_again(
    cloud: CloudEmulator, decommission: Any, auth: dict[str, str] | None
) -> None:
    refusal = {"status": 403, "error_code": "DBS.280056", "error_msg": "Invalid token."}
    cloud.faults.add("status", service="gaussdb", method="DELETE", **refusal)
    given = {"auth": auth} if auth else {}
    run = decommission(**given, confirm=UNATTENDED, batch_size=1, services=["gaussdb", "cce", "dms"])
    assert run.code == 2
    # A password is worth another try with a fresh token, an access key is not.
    assert len([entry for entry in cloud.log if entry["status"] == 403]) == (1 if auth else 2)
    assert {entry["service"] for entry in cloud.writes()} <= {"gaussdb", "iam"}
    reasons = [failure["reason"] for failure in run.fact("decommission_result")["failures"]]
    assert sorted(reasons) == ["Invalid token.", *["not attempted"] * 5]


def test_an_expired_token_is_renewed_once_for_all_batches(cloud: CloudEmulator, decommission: Any) -> None:
    cloud.load(bulk("cce", 65))
    cloud.faults.add("expire_token", service="cce", method="DELETE", after=5, times=1, all=True)
    run = decommission("-v", confirm=UNATTENDED, batch_size=5, services=["cce"])
    assert run.code == 0, run.output
    assert run.fact("decommission_result")["outcomes"] == {
        "deleted": 65,
        "absent": 0,
        "kept": 0,
        "drifted": 0,
        "failed": 0,
    }
    assert left(cloud) == set()
    assert len([entry for entry in cloud.log if entry["status"] == 401]) == 1
    # Once for the play, once in the batch that found the token expired, and once for the batches after it.
    assert len([entry for entry in cloud.log if (entry["method"], entry["path"]) == ("POST", LOGIN)]) == 3
    assert {*run.labels} == {f"CCE, batch {number} of 13, 5 records" for number in range(1, 14)}
    done = [item for result in run.of(BATCHES) for item in result["results"] if "summary" in item]
    assert len(done) == 13
    tokens = {entry["headers"].get("x-auth-token") for entry in cloud.log} - {None}
    assert len(tokens) == 3
    assert not [token for token in tokens if token in run.output or token in json.dumps(run.events)]


def test_a_login_that_is_refused_midway_keeps_what_was_done(cloud: CloudEmulator, decommission: Any) -> None:
    cloud.load(bulk("cce", 20))
    cloud.faults.add("expire_token", service="cce", method="DELETE", after=5, times=1, all=True)
    # The play and the batch that finds the token expired may log in.
    refusal = {"status": 401, "error_code": "IAM.0001", "error_msg": "no more logins"}
    cloud.faults.add("status", service="iam", method="POST", after=2, **refusal)
    run = decommission(confirm=UNATTENDED, batch_size=5, services=["cce"])
    assert run.code == 2
    assert "no more logins" in run.failures
    result = run.fact("decommission_result")
    assert (result["outcomes"]["deleted"], result["outcomes"]["failed"]) == (10, 10)
    assert {failure["reason"] for failure in result["failures"]} == {"not attempted"}
    assert len(left(cloud)) == 10
    assert len([entry for entry in cloud.log if (entry["method"], entry["path"]) == ("POST", LOGIN)]) == 3


def test_a_token_that_expires_midway_is_renewed(cloud: CloudEmulator, decommission: Any) -> None:
    cloud.faults.add("expire_token", service="gaussdb", method="DELETE", times=1, all=True)
    run = decommission(confirm=UNATTENDED, services=["gaussdb"])
    assert run.code == 0, run.output
    # Once for the play, once in the delete and once in the list after it, which both find the token expired.
    assert len([entry for entry in cloud.log if entry["path"] == LOGIN]) == 3


def test_an_access_key_goes_on_without_a_login(cloud: CloudEmulator, decommission: Any) -> None:
    run = decommission(auth={"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}, confirm=UNATTENDED)
    assert run.code == 0, run.output
    assert len(left(cloud)) == 5
    assert [entry for entry in cloud.log if entry["path"] == LOGIN and entry["method"] == "POST"] == []


def test_no_network(decommission: Any, cloud: CloudEmulator, tmp_path: Path) -> None:
    nowhere = dict.fromkeys(cloud.endpoints, "http://127.0.0.1:9")
    auth = {"username": USER, "password": PASSWORD, "domain_name": DOMAIN, "timeout": 1, "stall_timeout": 1}
    run = decommission(auth=auth, endpoints=nowhere, confirm=UNATTENDED, report_dir=str(tmp_path))
    assert run.code == 2
    assert json.loads((tmp_path / PROJECT / "latest" / "report.json").read_text(encoding="utf-8"))["problems"]
    services_down = {**nowhere, "iam": cloud.endpoints["iam"]}
    run = decommission(auth=auth, endpoints=services_down, confirm=UNATTENDED, report_dir=str(tmp_path))
    assert run.code == 2
    report = json.loads((tmp_path / PROJECT / "latest" / "report.json").read_text(encoding="utf-8"))
    assert (report["mode"], report["discovered"]) == ("refused", 0)
    assert len(report["problems"]) == 5


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Heed SIGINT: what a shell runs in the background ignores it, and so would every process started here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_interrupted_and_run_again(decommission: Any, cloud: CloudEmulator) -> None:
    cloud.load(bulk("cce", 200))
    cloud.faults.add("latency", service="cce", method="DELETE", seconds=0.1)
    variables = decommission.variables(confirm=UNATTENDED, batch_size=50, concurrency=4)
    process, record = decommission.playbooks.start(variables)
    deadline = time.monotonic() + PATIENCE
    while len(cloud.writes()) < 60 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert not [event for event in read_events(record) if event["event"] == "stats"]
    remaining = len(left(cloud))
    assert 0 < remaining < 200

    cloud.faults.clear()
    cloud.clear_log()
    run = decommission(confirm=UNATTENDED)
    assert run.code == 0, run.output
    assert left(cloud) == set()
    assert len(cloud.writes()) == remaining
