# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A given token, a token that expires on the way, and what a refused one costs."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator, bulk, neighbours, small
from helpers.emulator_calls import Caller, left, of_service, requests_of
from helpers.kind_cases import BY_NAME, CASES, HUAWEI, SERVICES, Case

NO_PASSWORD: dict[str, Any] = {"username": None, "password": None, "domain_name": None}


def issued(call: Caller, **options: Any) -> str:
    """A token of one login; the log forgets how it came about."""
    token: str = call("identity_info", issue_token=True, **options)["token"]
    call.cloud.clear_log()
    return token


def logins(cloud: CloudEmulator) -> int:
    return len([entry for entry in of_service(cloud, "iam", "POST") if entry["path"] == "/v3/auth/tokens"])


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_given_token_needs_no_login(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    token = issued(call)
    result = call.delete(case, case.deletable, token=token, **NO_PASSWORD)
    assert result["deleted"] == list(case.deletable)
    # Whose project it is, is asked once.
    assert requests_of(of_service(cloud, "iam")) == [("iam", "GET", "/v3/auth/tokens")]
    assert {entry["headers"]["x-auth-token"] for entry in cloud.log} == {token}


def test_project_of_the_token_is_taken(cloud: CloudEmulator, call: Caller) -> None:
    token = issued(call)
    result = call("gaussdb_job", job_ids=["a-gauss-1"], token=token, project_name=None, **NO_PASSWORD)
    assert result["deleted"] == ["a-gauss-1"]
    (asked,) = of_service(cloud, "iam")
    assert asked["headers"]["x-subject-token"] == token and asked["query"] == {"nocatalog": "true"}


def test_nothing_is_asked_where_the_project_id_is_given(cloud: CloudEmulator, call: Caller) -> None:
    token, project_id = issued(call), call.project_id
    result = call(
        "gaussdb_job", job_ids=["a-gauss-1"], token=token, project_id=project_id, project_name=None, **NO_PASSWORD
    )
    assert result["deleted"] == ["a-gauss-1"] and of_service(cloud, "iam") == []


def test_token_of_another_project_is_refused(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(neighbours(2))
    token = issued(call, project_name="eu-de_neighbour1")
    result = call("gaussdb_job", job_ids=["a-gauss-1", "b-gauss-1"], token=token, **NO_PASSWORD)
    assert result.failed
    assert "project_name" in result["msg"] and "eu-de_neighbour1" in result["msg"]
    assert of_service(cloud, "gaussdb") == []
    assert "b-gauss-1" in left(cloud, "gaussdb", "eu-de_neighbour1")


def test_token_and_id_of_another_project_are_refused_by_the_service(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(neighbours(2))
    token = issued(call, project_name="eu-de_neighbour1")
    project_id = call.project_id
    result = call(
        "gaussdb_job", job_ids=["a-gauss-1"], token=token, project_id=project_id, project_name=None, **NO_PASSWORD
    )
    assert [one["error_code"] for one in result["failures"]] == ["DBS.201003"]


def test_token_without_a_project_is_refused(cloud: CloudEmulator, call: Caller) -> None:
    body = {"token": {"user": {"name": "operator", "domain": {"name": "D"}}}}
    cloud.faults.add("status", service="iam", method="GET", status=200, body=body)
    result = call("gaussdb_job", job_ids=["a-gauss-1"], token="MIIabc", project_name=None, **NO_PASSWORD)
    assert result["failures"][0]["error_msg"].startswith("the token belongs to no project")
    assert of_service(cloud, "gaussdb") == []


@pytest.mark.parametrize("case", SERVICES, ids=str)
@pytest.mark.parametrize("style", ["gateway", "native"])
def test_refused_token_costs_one_request(cloud: CloudEmulator, call: Caller, case: Case, style: str) -> None:
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


def test_refused_login_and_refused_key_are_refused_credentials(call: Caller) -> None:
    for wrong in ({"password": "wrong"}, {"access_key": "WRONG", "secret_key": "wrong", **NO_PASSWORD}):
        assert call("gaussdb_job", job_ids=["a-gauss-1"], **wrong)["credentials_refused"] is True


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_refusal_of_a_record_is_none_of_the_credentials(cloud: CloudEmulator, call: Caller, status: int) -> None:
    cloud.faults.add("status", service="gaussdb", method="DELETE", status=status, error_code="DBS.200044")
    result = call("gaussdb_job", job_ids=["a-gauss-1"])
    assert result.failed and result["credentials_refused"] is False


@pytest.mark.parametrize("style", ["gateway", "native"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_token_that_expires_midway_is_renewed_once(cloud: CloudEmulator, call: Caller, case: Case, style: str) -> None:
    cloud.load(bulk(case.service, 60, options={"token_errors": style}, region=case.region))
    held = cloud.records(f"{case.region}_retired", case.service)
    ids = [record["id"] for record in held]
    cloud.faults.add("expire_token", service=case.service, method="DELETE", after=20, times=1)
    result = call(case.module, concurrency=8, **case.options(ids, instance=held[0]["instance_id"]))
    assert result["deleted"] == ids and not result.failed
    assert logins(cloud) == 2
    assert len({entry["headers"]["x-auth-token"] for entry in cloud.writes()}) == 2
    # None was given, so that none of the caller's has become useless.
    assert (result["credentials_refused"], result["token_renewed"]) == (False, False)
    assert left(cloud, case.service) == []


def test_token_that_expires_while_listing_is_renewed(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("gaussdb", 350))
    cloud.faults.add("expire_token", service="gaussdb", after=1, times=1)
    assert len(call("gaussdb_job_info")["records"]) == 350
    assert logins(cloud) == 2


def test_several_services_share_the_renewal(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("expire_token", service="dms", after=1, times=1, all=True)
    result = call("environment_info")
    assert {one["state"] for one in result["listings"].values()} == {"complete"}
    assert logins(cloud) == 2


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_given_token_is_renewed_where_a_password_is_there_too(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    token = issued(call)
    cloud.expire_tokens()
    result = call.delete(case, case.deletable, token=token)
    assert result["deleted"] == list(case.deletable) and not result.failed
    assert logins(cloud) == 1
    assert (result["credentials_refused"], result["token_renewed"]) == (False, True)


def test_identity_of_an_expired_token_is_that_of_its_renewal(cloud: CloudEmulator, call: Caller) -> None:
    token = issued(call)
    cloud.expire_tokens()
    result = call("identity_info", token=token, issue_token=True)
    assert (result["project_name"], result["user_name"]) == ("eu-de_retired", "operator")
    assert result["token"] not in (None, token)
    assert logins(cloud) == 1


def test_expired_token_without_a_password_stops(cloud: CloudEmulator, call: Caller) -> None:
    token = issued(call)
    cloud.expire_tokens()
    result = call("gaussdb_job", job_ids=["a-gauss-1", "a-gauss-2"], token=token, **NO_PASSWORD)
    assert {(one["http_status"], one["error_code"]) for one in result["failures"]} == {(401, "APIGW.0301")}
    assert len(cloud.log) == 1 and left(cloud, "gaussdb") == ["a-gauss-1", "a-gauss-2", "a-gauss-3"]


def test_second_expiry_stops_everything(cloud: CloudEmulator, call: Caller) -> None:
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


def test_renewal_that_is_refused_stops_everything(cloud: CloudEmulator, call: Caller) -> None:
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


def test_fresh_token_that_no_service_takes_is_not_renewed(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="gaussdb", status=401, error_code="APIGW.0301")
    result = call("gaussdb_job", job_ids=["a-gauss-1", "a-gauss-2"])
    assert logins(cloud) == 1 and len(of_service(cloud, "gaussdb")) == 1
    assert [one["http_status"] for one in result["failures"]] == [401, 401]


def test_renewed_token_is_one_of_the_same_project(cloud: CloudEmulator, call: Caller) -> None:
    """A token alone names its project; renewing it with a password must not end up in another one."""
    cloud.load(neighbours(2))
    token = issued(call, project_name="eu-de_neighbour1")
    cloud.faults.add("expire_token", service="gaussdb", after=1, times=1)
    result = call("gaussdb_job", job_ids=["b-gauss-1", "b-gauss-2"], token=token, project_name=None, concurrency=1)
    assert result["deleted"] == ["b-gauss-1", "b-gauss-2"]
    (login,) = of_service(cloud, "iam", "POST")
    assert list(login["body"]["auth"]["scope"]["project"]) == ["id"]


def test_one_token_serves_all_modules(cloud: CloudEmulator, call: Caller) -> None:
    token = issued(call)
    for case in SERVICES:
        assert not call(case.info_module, token=token, **NO_PASSWORD).failed
        assert call.delete(case, case.deletable, token=token, **NO_PASSWORD)["deleted"] == list(case.deletable)
    assert logins(cloud) == 0


def test_clock_that_is_off_is_said(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="gaussdb", status=401, error_code="APIGW.0303", error_msg="Skewed.")
    failure = call("gaussdb_job", job_ids=["a-gauss-1"])["failures"][0]
    assert failure["error_code"] == "APIGW.0303" and "clock of this machine" in failure["error_msg"]


def test_v5_knows_its_own_words_for_a_bad_token(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small({"token_errors": "native"}, region=HUAWEI))
    options = {"token": "MIInonsense", "project_id": call.project_id, "project_name": None, **NO_PASSWORD}
    result = call(BY_NAME["drs-v5"].module, job_ids=["a-drs-1"], **options)
    assert result["failures"][0]["error_code"] == "DRS.M00100" and len(cloud.log) == 1


def test_expired_token_of_an_unknown_project_is_not_renewed(cloud: CloudEmulator, call: Caller) -> None:
    """Nothing says which project it was, and that of the region's name may be another one."""
    scenario = neighbours(2)
    scenario["projects"][1]["name"] = "eu-de"
    cloud.load(scenario)
    token = issued(call)
    cloud.expire_tokens()
    result = call("gaussdb_job", job_ids=["a-gauss-1", "b-gauss-1"], token=token, project_name=None)
    assert result["deleted"] == [] and result["absent"] == [] and logins(cloud) == 0
    assert all("project_name" in one["error_msg"] for one in result["failures"])


def test_token_is_not_renewed_with_half_a_login(cloud: CloudEmulator, call: Caller) -> None:
    token = issued(call)
    cloud.expire_tokens()
    result = call("gaussdb_job", job_ids=["a-gauss-1"], token=token, domain_name=None)
    assert result["failures"][0]["error_code"] == "APIGW.0301" and logins(cloud) == 0
