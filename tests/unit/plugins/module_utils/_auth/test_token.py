# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens: given, expired and renewed, refused."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator, bulk, neighbours, small
from helpers.emulator_calls import Caller, left, of_service, requests_of
from helpers.kind_cases import BY_NAME, CASES, HUAWEI, SERVICES, Case

NO_PASSWORD: dict[str, Any] = {"username": None, "password": None, "domain_name": None}


def issued(call: Caller, **options: Any) -> str:
    """A token of a login that is removed from the log."""
    token: str = call("identity_info", issue_token=True, **options)["token"]
    call.cloud.clear_log()
    return token


def logins(cloud: CloudEmulator) -> int:
    return len([entry for entry in of_service(cloud, "iam", "POST") if entry["path"] == "/v3/auth/tokens"])


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_token_given_needs_no_login(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    token = issued(call)
    result = call.delete(case, case.deletable, token=token, **NO_PASSWORD)
    assert result["deleted"] == list(case.deletable)
    # The project is looked up once.
    assert requests_of(of_service(cloud, "iam")) == [("iam", "GET", "/v3/auth/tokens")]
    assert {entry["headers"]["x-auth-token"] for entry in cloud.log} == {token}


def test_token_project_is_looked_up(cloud: CloudEmulator, call: Caller) -> None:
    token = issued(call)
    result = call("gaussdb_job", job_ids=["a-gauss-1"], token=token, project_name=None, **NO_PASSWORD)
    assert result["deleted"] == ["a-gauss-1"]
    (asked,) = of_service(cloud, "iam")
    assert asked["headers"]["x-subject-token"] == token and asked["query"] == {"nocatalog": "true"}


def test_token_with_project_id_skips_lookup(cloud: CloudEmulator, call: Caller) -> None:
    token, project_id = issued(call), call.project_id
    result = call(
        "gaussdb_job", job_ids=["a-gauss-1"], token=token, project_id=project_id, project_name=None, **NO_PASSWORD
    )
    assert result["deleted"] == ["a-gauss-1"] and of_service(cloud, "iam") == []


def test_token_of_another_project_fails(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(neighbours(2))
    token = issued(call, project_name="eu-de_neighbour1")
    result = call("gaussdb_job", job_ids=["a-gauss-1", "b-gauss-1"], token=token, **NO_PASSWORD)
    assert result.failed
    assert "project_name" in result["msg"] and "eu-de_neighbour1" in result["msg"]
    assert of_service(cloud, "gaussdb") == []
    assert "b-gauss-1" in left(cloud, "gaussdb", "eu-de_neighbour1")


def test_token_with_id_of_another_project_is_refused(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(neighbours(2))
    token = issued(call, project_name="eu-de_neighbour1")
    project_id = call.project_id
    result = call(
        "gaussdb_job", job_ids=["a-gauss-1"], token=token, project_id=project_id, project_name=None, **NO_PASSWORD
    )
    assert [one["error_code"] for one in result["failures"]] == ["DBS.201003"]


def test_token_without_project_fails(cloud: CloudEmulator, call: Caller) -> None:
    body = {"token": {"user": {"name": "operator", "domain": {"name": "D"}}}}
    cloud.faults.add("status", service="iam", method="GET", status=200, body=body)
    result = call("gaussdb_job", job_ids=["a-gauss-1"], token="MIIabc", project_name=None, **NO_PASSWORD)
    assert result["failures"][0]["error_msg"].startswith("the token belongs to no project")
    assert of_service(cloud, "gaussdb") == []


@pytest.mark.parametrize("case", SERVICES, ids=str)
@pytest.mark.parametrize("style", ["gateway", "native"])
def test_token_refused_costs_one_request(cloud: CloudEmulator, call: Caller, case: Case, style: str) -> None:
    cloud.load(small({"token_errors": style}))
    ids = [f"a-{number}" for number in range(200)]
    options = {"token": "MIInonsense", "project_id": call.project_id, "project_name": None, **NO_PASSWORD}
    result = call.delete(case, ids, concurrency=64, **options)
    assert cloud.state()["auth"]["token_failures"] == 1
    assert {entry["service"] for entry in cloud.log} == {case.service}
    assert [one["id"] for one in result["failures"]] == ids
    assert len({one["error_code"] for one in result["failures"]}) == 1
    assert {one["http_status"] for one in result["failures"]} == {cloud.log[0]["status"]}
    assert (result["credentials_refused"], result["token_renewed"]) == (True, False)


def test_credentials_refused_after_login_or_key_refusal(call: Caller) -> None:
    for wrong in ({"password": "wrong"}, {"access_key": "WRONG", "secret_key": "wrong", **NO_PASSWORD}):
        assert call("gaussdb_job", job_ids=["a-gauss-1"], **wrong)["credentials_refused"] is True


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_credentials_refused_not_set_by_record_error(cloud: CloudEmulator, call: Caller, status: int) -> None:
    cloud.faults.add("status", service="gaussdb", method="DELETE", status=status, error_code="DBS.200044")
    result = call("gaussdb_job", job_ids=["a-gauss-1"])
    assert result.failed and result["credentials_refused"] is False


@pytest.mark.parametrize("style", ["gateway", "native"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_token_expired_midway_is_renewed_once(cloud: CloudEmulator, call: Caller, case: Case, style: str) -> None:
    cloud.load(bulk(case.kind, 60, options={"token_errors": style}, region=case.region))
    held = cloud.records(f"{case.region}_retired", case.kind)
    ids = [record["id"] for record in held]
    cloud.faults.add("expire_token", service=case.service, method="DELETE", after=20, times=1)
    result = call(case.module, concurrency=8, **case.options(ids, instance=held[0]["instance_id"]))
    assert result["deleted"] == ids and not result.failed
    assert logins(cloud) == 2
    assert len({entry["headers"]["x-auth-token"] for entry in cloud.writes()}) == 2
    # None was given, so that none of the caller's has become useless.
    assert (result["credentials_refused"], result["token_renewed"]) == (False, False)
    assert left(cloud, case.kind) == []


def test_token_expired_while_listing_is_renewed(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("gaussdb", 350))
    cloud.faults.add("expire_token", service="gaussdb", after=1, times=1)
    assert len(call("gaussdb_job_info")["records"]) == 350
    assert logins(cloud) == 2


def test_token_renewal_is_shared_by_kinds(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("expire_token", service="dms", after=1, times=1, all=True)
    result = call("environment_info")
    assert {one["state"] for one in result["listings"].values()} == {"complete"}
    assert logins(cloud) == 2


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_token_given_with_password_is_renewed(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    token = issued(call)
    cloud.expire_tokens()
    result = call.delete(case, case.deletable, token=token)
    assert result["deleted"] == list(case.deletable) and not result.failed
    assert logins(cloud) == 1
    assert (result["credentials_refused"], result["token_renewed"]) == (False, True)


def test_token_expired_identity_is_of_renewed_token(cloud: CloudEmulator, call: Caller) -> None:
    token = issued(call)
    cloud.expire_tokens()
    result = call("identity_info", token=token, issue_token=True)
    assert (result["project_name"], result["user_name"]) == ("eu-de_retired", "operator")
    assert result["token"] not in (None, token)
    assert logins(cloud) == 1


def test_token_expired_without_password_stops(cloud: CloudEmulator, call: Caller) -> None:
    token = issued(call)
    cloud.expire_tokens()
    result = call("gaussdb_job", job_ids=["a-gauss-1", "a-gauss-2"], token=token, **NO_PASSWORD)
    assert {(one["http_status"], one["error_code"]) for one in result["failures"]} == {(401, "APIGW.0301")}
    assert len(cloud.log) == 1 and left(cloud, "gaussdb") == ["a-gauss-1", "a-gauss-2", "a-gauss-3"]


def test_token_second_expiry_stops(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("cce", 300))
    ids = [record["id"] for record in cloud.records("eu-de_retired", "cce")]
    for after in (50, 120):
        cloud.faults.add("expire_token", service="cce", after=after, times=1)
    result = call("cce_job", job_ids=ids, concurrency=8)
    assert logins(cloud) == 2
    assert 0 < len(result["deleted"]) < 300 and result["absent"] == []
    assert {one["http_status"] for one in result["failures"]} == {401}
    assert sorted(one["id"] for one in result["failures"]) == left(cloud, "cce")
    assert len(cloud.writes()) < 200


def test_token_renewal_refused_stops(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("cce", 200))
    ids = [record["id"] for record in cloud.records("eu-de_retired", "cce")]
    cloud.faults.add("expire_token", service="cce", after=40, times=1)
    cloud.faults.add("status", service="iam", method="POST", after=1, status=401, error_code="IAM.0001")
    result = call("cce_job", job_ids=ids, concurrency=8)
    assert logins(cloud) == 2 and result.failed
    assert {one["http_status"] for one in result["failures"]} == {401}
    assert "IAM.0001" in {one["error_code"] for one in result["failures"]}
    assert result["credentials_refused"]
    assert len(result["deleted"]) + len(result["failures"]) == 200


def test_token_fresh_and_refused_is_not_renewed(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="gaussdb", status=401, error_code="APIGW.0301")
    result = call("gaussdb_job", job_ids=["a-gauss-1", "a-gauss-2"])
    assert logins(cloud) == 1 and len(of_service(cloud, "gaussdb")) == 1
    assert [one["http_status"] for one in result["failures"]] == [401, 401]


def test_token_renewed_is_of_same_project(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(neighbours(2))
    token = issued(call, project_name="eu-de_neighbour1")
    cloud.faults.add("expire_token", service="gaussdb", after=1, times=1)
    result = call("gaussdb_job", job_ids=["b-gauss-1", "b-gauss-2"], token=token, project_name=None, concurrency=1)
    assert result["deleted"] == ["b-gauss-1", "b-gauss-2"]
    (login,) = of_service(cloud, "iam", "POST")
    assert list(login["body"]["auth"]["scope"]["project"]) == ["id"]


def test_token_serves_all_modules(cloud: CloudEmulator, call: Caller) -> None:
    token = issued(call)
    for case in SERVICES:
        assert not call(case.info_module, token=token, **NO_PASSWORD).failed
        assert call.delete(case, case.deletable, token=token, **NO_PASSWORD)["deleted"] == list(case.deletable)
    assert logins(cloud) == 0


def test_clock_skew_error_is_explained(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="gaussdb", status=401, error_code="APIGW.0303", error_msg="Skewed.")
    failure = call("gaussdb_job", job_ids=["a-gauss-1"])["failures"][0]
    assert failure["error_code"] == "APIGW.0303" and "clock of this machine" in failure["error_msg"]


def test_token_refused_by_drs_v5_code_stops(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small({"token_errors": "native"}, region=HUAWEI))
    options = {"token": "MIInonsense", "project_id": call.project_id, "project_name": None, **NO_PASSWORD}
    result = call(BY_NAME["drs-v5"].module, job_ids=["a-drs-1"], **options)
    assert result["failures"][0]["error_code"] == "DRS.M00100" and len(cloud.log) == 1


def test_token_expired_of_unknown_project_is_not_renewed(cloud: CloudEmulator, call: Caller) -> None:
    scenario = neighbours(2)
    scenario["projects"][1]["name"] = "eu-de"
    cloud.load(scenario)
    token = issued(call)
    cloud.expire_tokens()
    result = call("gaussdb_job", job_ids=["a-gauss-1", "b-gauss-1"], token=token, project_name=None)
    assert result["deleted"] == [] and result["absent"] == [] and logins(cloud) == 0
    assert all("project_name" in one["error_msg"] for one in result["failures"])


def test_token_not_renewed_without_complete_login(cloud: CloudEmulator, call: Caller) -> None:
    token = issued(call)
    cloud.expire_tokens()
    result = call("gaussdb_job", job_ids=["a-gauss-1"], token=token, domain_name=None)
    assert result["failures"][0]["error_code"] == "APIGW.0301" and logins(cloud) == 0
