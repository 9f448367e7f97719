# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Login with a password: one login, scoped to one project."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import DOMAIN, PASSWORD, USER, CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service
from helpers.kind_cases import SERVICES, Case

INFO_MODULES = [case.info_module for case in SERVICES]


def logins(cloud: CloudEmulator) -> list[dict[str, Any]]:
    return [entry for entry in of_service(cloud, "iam", "POST") if entry["path"] == "/v3/auth/tokens"]


def login_body(project: dict[str, Any]) -> dict[str, Any]:
    user = {"name": USER, "password": PASSWORD, "domain": {"name": DOMAIN}}
    return {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {"project": project}}}


def test_login_project_name_is_sent_with_domain(cloud: CloudEmulator, call: Caller) -> None:
    assert call("gaussdb_job", job_ids=["a-gauss-1"])["deleted"] == ["a-gauss-1"]
    (login,) = logins(cloud)
    assert login["body"] == login_body({"name": "eu-de_retired", "domain": {"name": DOMAIN}})
    assert login["query"] == {"nocatalog": "true"}
    assert login["headers"]["content-type"] == "application/json;charset=utf8"
    assert "x-auth-token" not in login["headers"]


def test_login_project_id_is_sent(cloud: CloudEmulator, call: Caller) -> None:
    result = call("gaussdb_job", job_ids=["a-gauss-1"], project_id=call.project_id, project_name=None)
    assert result["deleted"] == ["a-gauss-1"]
    (login,) = logins(cloud)
    assert login["body"] == login_body({"id": call.project_id})


def test_login_project_id_and_name_must_match(cloud: CloudEmulator, call: Caller) -> None:
    assert not call("gaussdb_job_info", project_id=call.project_id).failed
    assert logins(cloud)[0]["body"] == login_body({"id": call.project_id})
    cloud.clear_log()
    result = call("gaussdb_job", job_ids=["a-gauss-1"], project_id=call.project_id, project_name="eu-de_other")
    assert result.failed and "project_name" in result["msg"] and "eu-de_retired" in result["msg"]
    assert of_service(cloud, "gaussdb") == []


def test_login_project_name_defaults_to_region(cloud: CloudEmulator, call: Caller) -> None:
    scenario = small()
    scenario["projects"][0]["name"] = "eu-de"
    cloud.load(scenario)
    assert call("gaussdb_job", job_ids=["a-gauss-1"], project_name=None)["deleted"] == ["a-gauss-1"]
    assert logins(cloud)[0]["body"] == login_body({"name": "eu-de", "domain": {"name": DOMAIN}})


def test_login_once_for_all_kinds(cloud: CloudEmulator, call: Caller) -> None:
    assert not call("environment_info").failed
    assert len(of_service(cloud, "iam")) == 1
    tokens = {entry["headers"]["x-auth-token"] for entry in cloud.log if entry["service"] != "iam"}
    assert len(tokens) == 1


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_login_wrong_password_fails_once(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    ids = [f"a-{number}" for number in range(200)]
    result = call.delete(case, ids, password="not-the-password", concurrency=64)
    assert result.failed and len(cloud.log) == 1
    assert cloud.state()["auth"]["login_failures"] == 1
    assert [one["id"] for one in result["failures"]] == ids
    assert {(one["http_status"], one["error_code"]) for one in result["failures"]} == {(401, "IAM.0001")}
    assert result["summary"]["failed"] == result["summary"]["requested"] == 200
    assert result["summary"]["requests"] == 1


@pytest.mark.parametrize("module", ["identity_info", *INFO_MODULES])
def test_login_wrong_password_fails_info_module_once(cloud: CloudEmulator, call: Caller, module: str) -> None:
    result = call(module, password="not-the-password")
    assert result.failed and len(cloud.log) == 1
    assert (result["http_status"], result["error_code"], result["service"]) == (401, "IAM.0001", "iam")
    assert "login refused" in result["msg"]


@pytest.mark.parametrize(
    "wrong",
    [{"project_name": "eu-de_other"}, {"project_id": "0" * 32}, {"domain_name": "OTHER"}, {"username": "nobody"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_login_wrong_option_fails_once(cloud: CloudEmulator, call: Caller, wrong: dict[str, str]) -> None:
    result = call("gaussdb_job", job_ids=["a-gauss-1", "a-gauss-2"], **wrong)
    assert [one["http_status"] for one in result["failures"]] == [401, 401]
    assert len(cloud.log) == 1 and len(left(cloud, "gaussdb")) == 3


@pytest.mark.parametrize("project", [{"project_name": "eu-de_other"}, {"project_id": "0" * 32, "project_name": None}])
def test_login_unknown_project_error_names_project(cloud: CloudEmulator, call: Caller, project: dict[str, Any]) -> None:
    result = call("identity_info", **project)
    (name,) = (value for value in project.values() if value)
    assert result["msg"] == (
        f"iam: login refused for project {name}: The user has no role in the requested scope. There is no such project,"
        " or the user has no role in it: check the spelling, or list the projects with the inventory plugin"
        " sundown.hwcloud.projects (401 IAM.0066)"
    )
    assert len(cloud.log) == 1


def test_login_wrong_password_has_no_advice_about_project(call: Caller) -> None:
    result = call("identity_info", password="not-the-password")
    assert "login refused for project eu-de_retired: " in result["msg"]
    assert "check the spelling" not in result["msg"]


def test_login_unknown_project_has_no_fallback(cloud: CloudEmulator, call: Caller) -> None:
    """Although the user has a role in the project that is named as the region."""
    scenario = small()
    scenario["projects"].append({"name": "eu-de", "services": scenario["projects"][0]["services"]})
    cloud.load(scenario)
    result = call("gaussdb_job", job_ids=["a-gauss-1"], project_name="eu-de_unknown")
    assert result.failed and result["deleted"] == []
    assert "a-gauss-1" in left(cloud, "gaussdb", "eu-de")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_login_retried_after_server_error(cloud: CloudEmulator, call: Caller, status: int) -> None:
    cloud.faults.add("status", service="iam", status=status, times=2)
    cloud.faults.add("drop_before", service="iam", times=1)
    assert call("gaussdb_job", job_ids=["a-gauss-1"])["deleted"] == ["a-gauss-1"]
    assert len(logins(cloud)) == 4


def test_login_throttled_is_repeated(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="iam", status=429, error_code="IAM.0012", times=1)
    result = call("gaussdb_job", job_ids=["a-gauss-1"])
    assert result["deleted"] == ["a-gauss-1"] and result["summary"]["throttled"] == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 201, "body": {"token": {}}},
        {"status": 201, "body": {"token": {}}, "headers": {"X-Subject-Token": "a\tb"}},
        {"status": 201, "body": b"<html>", "headers": {"X-Subject-Token": "MIIabc"}},
        {"status": 201, "body": [], "headers": {"X-Subject-Token": "MIIabc"}},
        {"status": 201, "body": {"token": {"project": "x"}}, "headers": {"X-Subject-Token": "MIIabc"}},
        {"status": 200, "body": {"token": {"project": {"id": 7}}}, "headers": {"X-Subject-Token": "MIIabc"}},
    ],
    ids=["no token", "odd token", "no JSON", "array", "odd project", "odd project id"],
)
def test_login_malformed_response_fails(cloud: CloudEmulator, call: Caller, answer: dict[str, Any]) -> None:
    cloud.faults.add("status", service="iam", **answer)
    result = call("gaussdb_job", job_ids=["a-gauss-1"])
    assert result.failed and not result.get("deleted") and "internal error" not in result["msg"]
    assert of_service(cloud, "gaussdb") == []


@pytest.mark.parametrize("project_id", ["../other", "a/b", "f00 ", "f00\u200b", "f00?x=1", "%2e%2e", "ä"])
@pytest.mark.parametrize("kind", ["login", "token"])
def test_login_project_id_not_url_safe_fails(cloud: CloudEmulator, call: Caller, project_id: str, kind: str) -> None:
    body = {"token": {"project": {"id": project_id, "name": "eu-de_retired"}}}
    cloud.faults.add("status", service="iam", status=201, body=body, headers={"X-Subject-Token": "MIIabc"})
    token = {"token": "MIIabc", "username": None, "password": None} if kind == "token" else {}
    result = call("gaussdb_job_info", **token)
    assert (result["error_code"], result["service"]) == ("MalformedReply", "iam")
    assert of_service(cloud, "gaussdb") == []


@pytest.mark.parametrize("text", ['pä"ss\\wörd', "pass word", "päss\u2028wörd", "'", "{{ x }}"])
def test_login_password_with_any_characters_works(cloud: CloudEmulator, call: Caller, text: str) -> None:
    scenario = small()
    scenario["users"][0]["password"] = text
    cloud.load(scenario)
    assert not call("gaussdb_job_info", password=text).failed


def test_login_once_for_many_ids(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("cce", 300))
    ids = [record["id"] for record in cloud.records("eu-de_retired", "cce")]
    assert len(call("cce_job", job_ids=ids, concurrency=64)["deleted"]) == 300
    assert cloud.state()["auth"]["logins"] == 1
