# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""identity_info: project, domain and user of the credentials, and a token for the rest of a play."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import ACCESS_KEY, DOMAIN, SECRET_KEY, USER, CloudEmulator, neighbours
from helpers.emulator_calls import Caller, of_service, requests_of

KEY: dict[str, Any] = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "username": None, "password": None}
NO_PASSWORD: dict[str, Any] = {"username": None, "password": None, "domain_name": None}


@pytest.fixture
def identity(call: Caller) -> dict[str, Any]:
    """The identity of the operator's credentials."""
    return {
        "project_id": call.project_id,
        "project_name": "eu-de_retired",
        "domain_name": DOMAIN,
        "user_name": USER,
        "region": "eu-de",
    }


def shown(result: dict[str, Any], identity: dict[str, Any]) -> dict[str, Any]:
    return {key: result[key] for key in identity}


def test_identity_with_password_costs_one_login(cloud: CloudEmulator, call: Caller, identity: dict[str, Any]) -> None:
    result = call("identity_info")
    assert shown(result, identity) == identity and not result["changed"]
    assert "token" not in result
    assert requests_of(cloud.log) == [("iam", "POST", "/v3/auth/tokens")]
    assert set(result["summary"]) == {"requests", "throttled", "seconds"} and result["summary"]["requests"] == 1


def test_identity_with_token_is_looked_up(cloud: CloudEmulator, call: Caller, identity: dict[str, Any]) -> None:
    token = call("identity_info", issue_token=True)["token"]
    cloud.clear_log()
    result = call("identity_info", token=token, project_name=None, **NO_PASSWORD)
    assert shown(result, identity) == identity
    assert requests_of(cloud.log) == [("iam", "GET", "/v3/auth/tokens")]


@pytest.mark.parametrize("by_id", [True, False], ids=["project id", "project name"])
def test_identity_with_access_key_has_no_user(call: Caller, identity: dict[str, Any], by_id: bool) -> None:
    project = {"project_id": call.project_id, "project_name": None} if by_id else {}
    result = call("identity_info", **KEY, domain_name=None, **project)
    # The API does not name the user of an access key.
    assert shown(result, identity) == {**identity, "user_name": None}
    assert {entry["method"] for entry in call.cloud.log} == {"GET"}


def test_identity_without_right_to_domains_has_no_domain(call: Caller, identity: dict[str, Any]) -> None:
    call.cloud.faults.add("status", service="iam", path="domains", status=403, error_code="IAM.0003")
    result = call("identity_info", **KEY)
    assert shown(result, identity) == {**identity, "user_name": None, "domain_name": None}


@pytest.mark.parametrize("given", [{"project_id": "0" * 32, "project_name": None}, {"project_name": "eu-de_other"}])
def test_identity_unknown_project_names_option(call: Caller, given: dict[str, Any]) -> None:
    result = call("identity_info", **KEY, **given)
    assert result.failed and ("project_id" if "project_id" in given else "project_name") in result["msg"]


def test_identity_id_and_name_of_different_projects_fails(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(neighbours(2))
    result = call("identity_info", project_id=call.project_id, project_name="eu-de_neighbour1", **KEY)
    assert result.failed and "project_name" in result["msg"]


def test_issue_token_is_valid_for_project(cloud: CloudEmulator, call: Caller) -> None:
    token = call("identity_info", issue_token=True)["token"]
    cloud.clear_log()
    project = {"project_id": call.project_id, "project_name": None}
    assert len(call("gaussdb_job_info", token=token, **project, **NO_PASSWORD)["records"]) == 3
    assert of_service(cloud, "iam") == []


def test_issue_token_with_access_key_is_null(call: Caller) -> None:
    result = call("identity_info", issue_token=True, **KEY)
    assert result["token"] is None and not result.failed


def test_issue_token_with_token_is_null(call: Caller) -> None:
    token = call("identity_info", issue_token=True)["token"]
    result = call("identity_info", issue_token=True, token=token, **NO_PASSWORD)
    assert result["token"] is None and token not in result.output


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_identity_in_check_mode_is_same(call: Caller, identity: dict[str, Any], check: bool) -> None:
    assert shown(call("identity_info", check=check), identity) == identity


@pytest.mark.parametrize("kind", ["password", "access key"])
def test_identity_sends_to_iam_only(cloud: CloudEmulator, call: Caller, kind: str) -> None:
    call("identity_info", **(KEY if kind == "access key" else {}))
    assert {entry["service"] for entry in cloud.log} == {"iam"}
