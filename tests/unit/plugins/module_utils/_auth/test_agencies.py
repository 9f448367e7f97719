# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agencies: with a token the agency's token is used, with an access key its temporary key."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth import authenticators
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection import Connection
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection_settings import ConnectionSettings
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.credentials import AccessKey

from emulator import ACCESS_KEY, DOMAIN, PASSWORD, SECRET_KEY, TEMPORARY_KEY, CloudEmulator, bulk, small
from helpers.agencies import AGENCY, AGENT, NO_PASSWORD, OWN_DOMAIN, WITH_KEY, WITH_PASSWORD, with_agency
from helpers.emulator_calls import Caller, left, of_service
from helpers.kind_cases import HUAWEI

TOKENS, KEYS = "/v3/auth/tokens", "/v3.0/OS-CREDENTIAL/securitytokens"


@pytest.fixture
def cloud(cloud: CloudEmulator) -> CloudEmulator:
    cloud.load(with_agency(small()))
    return cloud


def posts(cloud: CloudEmulator, path: str) -> list[dict[str, Any]]:
    return [entry for entry in of_service(cloud, "iam", "POST") if entry["path"] == path]


@pytest.mark.parametrize(("region", "name"), [("eu-de", "xrole_name"), (HUAWEI, "agency_name")])
def test_agency_token_is_asked_for_with_token_without_project(
    cloud: CloudEmulator, call: Caller, region: str, name: str
) -> None:
    cloud.load(with_agency(small(region=region)))
    assert call("gaussdb_job", job_ids=["a-gauss-1"], **WITH_PASSWORD)["deleted"] == ["a-gauss-1"]
    first, second = posts(cloud, TOKENS)
    user = {"name": AGENT, "password": PASSWORD, "domain": {"name": OWN_DOMAIN}}
    assert first["body"] == {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    assert second["headers"]["x-auth-token"] and second["body"] == {
        "auth": {
            "identity": {"methods": ["assume_role"], "assume_role": {name: AGENCY, "domain_name": DOMAIN}},
            "scope": {"project": {"name": f"{region}_retired", "domain": {"name": DOMAIN}}},
        }
    }
    assert second["headers"]["x-auth-token"] not in {entry["headers"]["x-auth-token"] for entry in cloud.writes()}


def test_agency_token_is_of_other_account(call: Caller) -> None:
    result = call("identity_info", project_domain_name=OWN_DOMAIN, **WITH_PASSWORD)
    assert (result["domain_name"], result["user_name"]) == (DOMAIN, f"{DOMAIN}/{AGENCY}")
    assert result["project_id"] == call.project_id


def test_agency_token_given_back_is_used_as_is(cloud: CloudEmulator, call: Caller) -> None:
    token = call("environment_info", issue_token=True, **WITH_PASSWORD)["token"]
    cloud.clear_log()
    again = {"token": token, "project_id": call.project_id, **WITH_PASSWORD}
    assert call("gaussdb_job", job_ids=["a-gauss-1"], **again)["deleted"] == ["a-gauss-1"]
    assert posts(cloud, TOKENS) == []


def test_agency_token_from_given_token(cloud: CloudEmulator, call: Caller) -> None:
    token = unscoped_token(call)
    result = call("environment_info", issue_token=True, token=token, **{**WITH_PASSWORD, **NO_PASSWORD})
    assert {one["state"] for one in result["listings"].values()} == {"complete"}
    (assumed,) = posts(cloud, TOKENS)
    assert assumed["headers"]["x-auth-token"] == token and result["token"] not in (None, token)


def test_agency_token_refused_without_password_ends_run(call: Caller) -> None:
    result = call("gaussdb_job", job_ids=["a-gauss-1"], token="not-a-token", **{**WITH_PASSWORD, **NO_PASSWORD})
    assert [one["http_status"] for one in result["failures"]] == [401] and result["credentials_refused"]
    assert {entry["service"] for entry in call.cloud.log} == {"iam"} and len(call.cloud.log) == 1


def unscoped_token(call: Caller) -> str:
    """A token of the agent."""
    identity = call.cloud.loaded.identity
    user = next(user for user in identity.users.values() if user.name == AGENT)
    return identity.issue(user, time.time()).id


def test_agency_token_expired_is_renewed_once(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(with_agency(bulk("cce", 60)))
    ids = [record["id"] for record in cloud.records("eu-de_retired", "cce")]
    cloud.faults.add("expire_token", service="cce", method="DELETE", after=20, times=1)
    result = call("cce_job", job_ids=ids, concurrency=8, **WITH_PASSWORD)
    assert result["deleted"] == ids and len(posts(cloud, TOKENS)) == 4
    assert posts(cloud, TOKENS)[-1]["body"]["auth"]["scope"] == {"project": {"id": call.project_id}}


def test_agency_token_given_and_expired_is_renewed_with_password(cloud: CloudEmulator, call: Caller) -> None:
    token = call("identity_info", issue_token=True, **WITH_PASSWORD)["token"]
    cloud.expire_tokens()
    result = call("gaussdb_job", job_ids=["a-gauss-1"], token=token, **WITH_PASSWORD)
    assert (result["deleted"], result["token_renewed"]) == (["a-gauss-1"], True)


@pytest.mark.parametrize("with_token", [True, False], ids=["token", "key"])
@pytest.mark.parametrize("wrong", [{"agency_name": "unknown"}, {"agency_domain_name": OWN_DOMAIN}], ids=str)
def test_agency_refused_ends_run(call: Caller, with_token: bool, wrong: dict[str, str]) -> None:
    options = {**(WITH_PASSWORD if with_token else WITH_KEY), **wrong}
    result = call("gaussdb_job", job_ids=["a-gauss-1", "a-gauss-2"], **options)
    assert [one["http_status"] for one in result["failures"]] == [403, 403]
    assert "agency refused" in result["msg"] and result["credentials_refused"]
    assert {entry["service"] for entry in call.cloud.log} == {"iam"}


@pytest.mark.parametrize("missing", ["agency_name", "agency_domain_name"])
def test_agency_named_in_part_fails(call: Caller, missing: str) -> None:
    result = call("identity_info", **{**WITH_PASSWORD, missing: None})
    assert result["msg"].startswith(f"{missing}: required") and call.cloud.log == []


@pytest.mark.parametrize("region", ["eu-de", HUAWEI])
@pytest.mark.parametrize("temporary", [True, False], ids=["temporary", "permanent"])
def test_agency_key_signs_requests(cloud: CloudEmulator, call: Caller, region: str, temporary: bool) -> None:
    cloud.load(with_agency(small(region=region)))
    key = {"access_key": TEMPORARY_KEY["access"], "secret_key": TEMPORARY_KEY["secret"]}
    own = {**WITH_KEY, **key, "security_token": TEMPORARY_KEY["security_token"]} if temporary else WITH_KEY
    assert call("gaussdb_job", job_ids=["a-gauss-1"], **own)["deleted"] == ["a-gauss-1"]
    (asked,) = posts(cloud, KEYS)
    agency = {"agency_name": AGENCY, "domain_name": DOMAIN, "duration_seconds": 3600}
    assert asked["body"] == {"auth": {"identity": {"methods": ["assume_role"], "assume_role": agency}}}
    assert f"Access={own['access_key']}," in asked["headers"]["authorization"]
    after = [entry["headers"] for entry in cloud.log[cloud.log.index(asked) + 1 :]]
    assert len(after) == 2 and all("Access=HST" in headers["authorization"] for headers in after)
    assert all(headers["x-security-token"] for headers in after)


def test_agency_key_wrong_key_fails_once(call: Caller) -> None:
    result = call("environment_info", **{**WITH_KEY, "secret_key": "wrong-secret-0000"})
    assert result.failed and [entry["status"] for entry in call.cloud.log] == [401]


def test_agency_key_about_to_expire_is_renewed(
    cloud: CloudEmulator, call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authenticators, "RENEWAL_MARGIN", 3600.0)
    monkeypatch.setattr(authenticators, "RENEWAL_PAUSE", 0.05)
    cloud.load(with_agency(bulk("cce", 60, options={"latency": {"cce": 0.01}})))
    ids = [record["id"] for record in cloud.records("eu-de_retired", "cce")]
    assert call("cce_job", job_ids=ids, concurrency=4, **WITH_KEY)["deleted"] == ids
    keys = {entry["headers"]["authorization"].split(",")[0] for entry in cloud.writes()}
    assert 1 < len(keys) <= len(posts(cloud, KEYS)) < 20


def test_agency_key_revoked_is_renewed_once(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(with_agency(bulk("cce", 60)))
    ids = [record["id"] for record in cloud.records("eu-de_retired", "cce")]
    cloud.faults.add("status", service="cce", method="DELETE", after=20, times=1, status=401, error_code="APIGW.0301")
    assert call("cce_job", job_ids=ids, concurrency=1, **WITH_KEY)["deleted"] == ids
    assert len(posts(cloud, KEYS)) == 2


def test_agency_key_renewal_failing_early_keeps_key(
    cloud: CloudEmulator, call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authenticators, "RENEWAL_MARGIN", 3600.0)
    monkeypatch.setattr(authenticators, "RENEWAL_PAUSE", 0.0)
    cloud.faults.add("status", service="iam", path="securitytokens", after=1, status=403, error_code="IAM.0003")
    result = call("gaussdb_job", job_ids=["a-gauss-1", "a-gauss-2"], **WITH_KEY)
    assert result["deleted"] == ["a-gauss-1", "a-gauss-2"] and not result["credentials_refused"]
    assert len(posts(cloud, KEYS)) > 1


@pytest.mark.parametrize("body", [b"<html>", {}, {"credential": {"access": "A"}}, {"credential": []}], ids=str)
def test_agency_key_malformed_response_fails(call: Caller, body: Any) -> None:
    call.cloud.faults.add("status", service="iam", method="POST", status=201, body=body)
    result = call("gaussdb_job_info", **WITH_KEY)
    assert (result["error_code"], result["service"]) == ("MalformedReply", "iam")


@pytest.mark.parametrize("expires_at", ["tomorrow", None, 7], ids=str)
def test_agency_key_without_time_of_expiry_never_expires(expires_at: Any) -> None:
    key = {"access": ACCESS_KEY, "secret": SECRET_KEY, "securitytoken": "a", "expires_at": expires_at}
    assert AccessKey.from_response({"credential": key}, "iam").expires_at is None


def test_projects_of_agency_are_listed(cloud: CloudEmulator, call: Caller) -> None:
    for options in (WITH_PASSWORD, WITH_KEY):
        settings = ConnectionSettings.from_options(call.options(**options, project_name=None))
        connection = Connection(settings)
        assert [project["name"] for project in connection.list_projects()] == ["eu-de_retired"]
        connection.close()
    assert posts(cloud, TOKENS)[1]["body"]["auth"]["scope"] == {"domain": {"name": DOMAIN}}


def test_agency_with_passcode_logs_in_once(cloud: CloudEmulator, call: Caller) -> None:
    scenario = with_agency(small())
    scenario["users"][1]["passcodes"] = ["384215"]
    cloud.load(scenario)
    assert not call("environment_info", passcode="384215", **WITH_PASSWORD).failed
    assert left(cloud, "gaussdb") and len(posts(cloud, TOKENS)) == 2


def test_access_key_name_is_not_that_of_agency(call: Caller) -> None:
    call("environment_info", **WITH_KEY)
    signed = [entry["headers"]["authorization"] for entry in call.cloud.log]
    assert len([one for one in signed if f"Access={ACCESS_KEY}," in one]) == 1
