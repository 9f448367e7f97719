# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment_info lists several kinds concurrently and reports on each listing."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import ACCESS_KEY, DOMAIN, SECRET_KEY, USER, CloudEmulator, neighbours, small
from helpers.emulator_calls import Caller, of_service, requests_of, sends_only_reads
from helpers.kind_cases import CASES, HUAWEI, OTC, SERVICES, Case

ORDER = ["drs_job", "dms_task", "gaussdb_job", "dcs_task", "cce_job"]
COMPLETE = {"state": "complete", "listed": 3, "http_status": None, "error_code": None, "error_msg": None}
NO_PASSWORD: dict[str, Any] = {"username": None, "password": None, "domain_name": None}
KEY: dict[str, Any] = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, **NO_PASSWORD}
EXPECTED = {"expect_project_name": "eu-de_retired", "kinds": ["cce_job"]}
each_kind = pytest.mark.parametrize("case", [case for case in SERVICES if case.kind in ORDER], ids=str)


def states(result: dict[str, Any], key: str = "state") -> dict[str, Any]:
    return {kind: listing[key] for kind, listing in result["listings"].items()}


@pytest.mark.parametrize("region", [OTC, HUAWEI])
def test_environment_info_lists_all_kinds_in_order(cloud: CloudEmulator, call: Caller, region: str) -> None:
    cloud.load(small(region=region))
    result = call("environment_info")
    assert not result.failed and not result["changed"]
    assert result["listings"] == dict.fromkeys(ORDER, COMPLETE)
    assert [record["kind"] for record in result["records"]] == [name for name in ORDER for _round in range(3)]
    assert result["summary"]["listed"] == 15
    assert set(result["summary"]) == {"listed", "requests", "throttled", "seconds"}
    assert sends_only_reads(cloud.log)
    assert len([entry for entry in of_service(cloud, "iam") if entry["method"] == "POST"]) == 1


@pytest.mark.parametrize("case", CASES, ids=str)
def test_environment_info_one_kind_has_records_of_info_module(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    alone, together = call(case.info_module), call("environment_info", kinds=[case.module])
    assert together["records"] == alone["records"]
    assert together["listings"] == {case.module: COMPLETE}
    assert {entry["service"] for entry in cloud.log} == {"iam", case.service}


@each_kind
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "page_broken", "mode": "truncated"}, "MalformedReply"),
        ({"kind": "status", "status": 403, "error_code": "X.0403", "error_msg": "Not for you."}, "X.0403"),
        ({"kind": "drop_before"}, "NoReply"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["kind"],
)
def test_environment_info_one_list_fails_others_are_complete(
    cloud: CloudEmulator, call: Caller, case: Case, fault: dict[str, Any], code: str
) -> None:
    cloud.faults.add(service=case.service, **fault)
    result = call("environment_info")
    assert not result.failed
    listing = result["listings"].pop(case.module)
    assert (listing["state"], listing["error_code"], listing["listed"]) == ("failed", code, 0)
    assert listing["http_status"] == {"X.0403": 403, "MalformedReply": 200, "NoReply": None}[code]
    assert listing["error_msg"] == fault.get("error_msg", listing["error_msg"]) != ""
    assert result["listings"] == {name: COMPLETE for name in ORDER if name != case.module}
    assert case.service not in {record["service"] for record in result["records"]}
    assert result["summary"]["listed"] == len(result["records"]) == 12


@each_kind
def test_environment_info_api_not_published_is_unsupported(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small({"unpublished": [case.service]}))
    listing = call("environment_info")["listings"][case.module]
    assert (listing["state"], listing["error_code"], listing["listed"]) == ("unsupported", "APIGW.0101", 0)


def test_environment_info_no_endpoint_is_unsupported(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small(region="eu-ch2"))
    endpoints = {name: url for name, url in cloud.endpoints.items() if name in ("iam", "cce")}
    result = call("environment_info", endpoints=endpoints)
    assert not result.failed
    assert result["listings"].pop("cce_job") == COMPLETE
    assert set(states(result).values()) == {"unsupported"}
    assert set(states(result, "error_code").values()) == {"NoEndpoint"}


def test_environment_info_every_list_fails_module_fails(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small({"unpublished": ["cce", "dcs"]}))
    for service in ("drs", "gaussdb", "dms"):
        cloud.faults.add("status", service=service, status=403, error_code=f"X.{service}")
    result = call("environment_info")
    assert result.failed
    assert states(result) == {name: "unsupported" if name in ("dcs_task", "cce_job") else "failed" for name in ORDER}
    assert result["records"] == [] and result["summary"]["listed"] == 0
    for code in ("X.drs", "X.gaussdb", "X.dms", "APIGW.0101"):
        assert code in result["msg"]


@each_kind
def test_environment_info_no_records_is_complete(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    scenario = small()
    del scenario["projects"][0]["services"][case.service]
    cloud.load(scenario)
    result = call("environment_info", kinds=[case.module])
    assert not result.failed and result["records"] == []
    assert result["listings"] == {case.module: {**COMPLETE, "listed": 0}}


def test_environment_info_duplicate_kinds_count_once(cloud: CloudEmulator, call: Caller) -> None:
    result = call("environment_info", kinds=["cce_job", "gaussdb_job", "cce_job"])
    assert list(result["listings"]) == ["gaussdb_job", "cce_job"]
    assert len(result["records"]) == 6


@pytest.mark.parametrize(("region", "version"), [(OTC, "v5"), (HUAWEI, "v3")])
@pytest.mark.parametrize("module", ["environment_info", "drs_job_info"])
def test_info_api_version_is_used(cloud: CloudEmulator, call: Caller, region: str, version: str, module: str) -> None:
    cloud.load(small(region=region))
    assert not call(module, api_version=version).failed
    assert {entry["path"].split("/")[1] for entry in of_service(cloud, "drs")} == {version}


def test_environment_info_wrong_password_logs_in_once(cloud: CloudEmulator, call: Caller) -> None:
    result = call("environment_info", password="not-the-password")
    assert result.failed
    assert set(states(result).values()) == {"failed"}
    assert set(states(result, "error_code").values()) == {"IAM.0001"}
    assert len(cloud.log) == 1


def identity(call: Caller, **unknown: None) -> dict[str, Any]:
    """The identity of the operator's credentials."""
    names = {"project_name": "eu-de_retired", "domain_name": DOMAIN, "user_name": USER, **unknown}
    return {"project_id": call.project_id, **names, "region": "eu-de"}


def test_environment_info_identity_and_token_cost_one_login(cloud: CloudEmulator, call: Caller) -> None:
    result = call("environment_info", issue_token=True, **EXPECTED)
    assert not result.failed and result["identity"] == identity(call)
    assert requests_of(of_service(cloud, "iam")) == [("iam", "POST", "/v3/auth/tokens")]
    cloud.clear_log()
    token = {"token": result["token"], "project_id": call.project_id, "project_name": None}
    again = call("environment_info", kinds=["cce_job"], **token, **NO_PASSWORD)
    assert of_service(cloud, "iam") == []
    assert "token" not in again
    assert again["identity"] == identity(call, project_name=None, domain_name=None, user_name=None)


def test_environment_info_identity_of_token_is_looked_up_once(cloud: CloudEmulator, call: Caller) -> None:
    token = call("identity_info", issue_token=True)["token"]
    for project in ({"project_name": None}, {"project_name": None, "project_id": call.project_id}):
        cloud.clear_log()
        result = call("environment_info", token=token, issue_token=True, **EXPECTED, **project, **NO_PASSWORD)
        assert result["identity"] == identity(call) and result["token"] is None
        assert requests_of(of_service(cloud, "iam")) == [("iam", "GET", "/v3/auth/tokens")]


@pytest.mark.parametrize("by_id", [True, False], ids=["project id", "project name"])
def test_environment_info_identity_of_access_key_is_looked_up_once(call: Caller, by_id: bool) -> None:
    project = {"project_id": call.project_id, "project_name": None} if by_id else {}
    result = call("environment_info", **EXPECTED, **KEY, **project)
    assert result["identity"] == identity(call, user_name=None)
    path = "/v3/auth/projects" if by_id else "/v3/projects"
    assert requests_of(of_service(call.cloud, "iam")) == [("iam", "GET", path), ("iam", "GET", "/v3/auth/domains")]


def test_environment_info_access_key_identity_has_name_of_project_lookup(call: Caller) -> None:
    result = call("environment_info", kinds=["cce_job"], **KEY)
    assert result["identity"] == identity(call, domain_name=None, user_name=None)
    assert requests_of(of_service(call.cloud, "iam")) == [("iam", "GET", "/v3/projects")]


@pytest.mark.parametrize("kind", ["password", "token", "access key"])
@pytest.mark.parametrize("asked", [{}, {"project_name": "eu-de_neighbour1"}], ids=["no name", "its name"])
def test_environment_info_other_project_is_refused_before_listing(
    cloud: CloudEmulator, call: Caller, kind: str, asked: dict[str, str]
) -> None:
    cloud.load(neighbours(2))
    credentials: dict[str, Any] = {"password": {}, "access key": KEY}.get(kind, NO_PASSWORD)
    if kind == "token":
        credentials = {**credentials, "token": call("identity_info", issue_token=True)["token"]}
    cloud.clear_log()
    # With a password or a key the options choose the project, a token has its own.
    given = {"project_name": "eu-de_retired", **(asked if kind == "token" else {})}
    result = call("environment_info", expect_project_name="eu-de_neighbour1", **given, **credentials)
    assert result.failed
    assert result["msg"] == "the credentials belong to project eu-de_retired, not to eu-de_neighbour1"
    assert result["identity"]["project_id"] == call.project_id
    assert {entry["service"] for entry in cloud.log} == {"iam"} and "records" not in result


def test_environment_info_option_of_other_project_is_named(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(neighbours(2))
    token = call("identity_info", issue_token=True)["token"]
    given = {"project_name": "eu-de_neighbour1", "expect_project_name": "eu-de_retired"}
    result = call("environment_info", token=token, **given, **NO_PASSWORD)
    assert result.failed and result["msg"].startswith("project_name: the credentials belong to eu-de_retired")


@pytest.mark.parametrize("name", ["", " "])
def test_environment_info_empty_expected_project_is_rejected(cloud: CloudEmulator, call: Caller, name: str) -> None:
    result = call("environment_info", expect_project_name=name)
    assert result.failed and result["msg"] == "expect_project_name: must not be empty" and cloud.log == []


def test_environment_info_refused_login_is_not_repeated(cloud: CloudEmulator, call: Caller) -> None:
    for options in ({}, EXPECTED):
        cloud.clear_log()
        result = call("environment_info", password="not-the-password", issue_token=True, **options)
        assert result.failed and "IAM.0001" in result["msg"] and len(cloud.log) == 1
