# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Multi-factor authentication: a passcode goes with the password, once."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import DOMAIN, PASSWORD, USER, CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service

USER_ID = "0" * 31 + "1"
PASSCODE, NEXT_PASSCODE = "384215", "902468"
NEW_PASSCODE = "new passcode"


@pytest.fixture
def cloud(cloud: CloudEmulator) -> CloudEmulator:
    """The user needs a passcode."""
    cloud.load(with_passcodes(small()))
    return cloud


def with_passcodes(scenario: dict[str, Any]) -> dict[str, Any]:
    scenario["users"][0].update(id=USER_ID, passcodes=[PASSCODE, NEXT_PASSCODE])
    return scenario


def logins(cloud: CloudEmulator) -> list[dict[str, Any]]:
    return of_service(cloud, "iam", "POST")


@pytest.mark.parametrize(
    ("options", "user"),
    [
        ({"user_id": USER_ID, "username": None}, {"id": USER_ID}),
        ({}, {"name": USER, "domain": {"name": DOMAIN}}),
    ],
    ids=["user id", "name"],
)
def test_passcode_is_sent_beside_password(call: Caller, options: dict[str, Any], user: dict[str, Any]) -> None:
    assert not call("environment_info", passcode=PASSCODE, **options).failed
    (login,) = logins(call.cloud)
    assert login["body"]["auth"]["identity"] == {
        "methods": ["password", "totp"],
        "password": {"user": {**user, "password": PASSWORD}},
        "totp": {"user": {**user, "passcode": PASSCODE}},
    }


@pytest.mark.parametrize("passcode", [None, "000000"])
def test_passcode_missing_or_wrong_fails_once(call: Caller, passcode: str | None) -> None:
    result = call("gaussdb_job", job_ids=["a-gauss-1"], passcode=passcode)
    assert result["failures"][0]["http_status"] == 401 and "totp" in result["failures"][0]["error_msg"]
    assert len(call.cloud.log) == 1 and result["credentials_refused"]


@pytest.mark.parametrize("fault", [{"kind": "drop_after"}, {"kind": "status", "status": 502}], ids=["lost", "502"])
def test_passcode_perhaps_used_is_not_sent_again(call: Caller, fault: dict[str, Any]) -> None:
    call.cloud.faults.add(**fault, service="iam", times=1)
    assert call("environment_info", passcode=PASSCODE).failed
    assert len(logins(call.cloud)) == 1


@pytest.mark.parametrize("fault", [{"kind": "drop_before"}, {"kind": "status", "status": 503}], ids=["refused", "503"])
def test_passcode_of_no_login_fails_or_is_sent_again(call: Caller, fault: dict[str, Any]) -> None:
    call.cloud.faults.add(**fault, service="iam", times=1)
    result = call("environment_info", passcode=PASSCODE)
    assert result.failed is (fault["kind"] == "drop_before")


def test_token_expired_after_passcode_ends_run(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(with_passcodes(bulk("cce", 60)))
    ids = [record["id"] for record in cloud.records("eu-de_retired", "cce")]
    cloud.faults.add("expire_token", service="cce", after=20, times=1)
    result = call("cce_job", job_ids=ids, concurrency=4, passcode=PASSCODE)
    assert len(logins(cloud)) == 1
    assert 0 < len(result["deleted"]) < 60 and len(left(cloud, "cce")) == 60 - len(result["deleted"])
    assert all("passcode" in one["error_msg"] for one in result["failures"]) and result["credentials_refused"]


def test_token_given_with_passcode_is_not_renewed(cloud: CloudEmulator, call: Caller) -> None:
    token = call("identity_info", issue_token=True, passcode=PASSCODE)["token"]
    assert not call("gaussdb_job_info", token=token, passcode=PASSCODE).failed
    cloud.expire_tokens()
    cloud.clear_log()
    result = call("gaussdb_job", job_ids=["a-gauss-1"], token=token, passcode=NEXT_PASSCODE)
    assert NEW_PASSCODE in result["failures"][0]["error_msg"] and logins(cloud) == []


def test_passcode_echoed_by_service_is_hidden(call: Caller) -> None:
    call.cloud.faults.add("echo", service="iam", status=401)
    result = call("identity_info", passcode=PASSCODE)
    assert "handling POST" in result["msg"] and PASSCODE not in result.output
