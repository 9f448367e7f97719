# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication with an access key, permanent or temporary."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._http import client

from emulator import ACCESS_KEY, SECRET_KEY, TEMPORARY_KEY, CloudEmulator, bulk, neighbours, small
from helpers.emulator_calls import Caller, left, of_service, requests_of
from helpers.kind_cases import CASES, SERVICES, Case

KEY: dict[str, Any] = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
TEMPORARY = {
    "access_key": TEMPORARY_KEY["access"],
    "secret_key": TEMPORARY_KEY["secret"],
    "security_token": TEMPORARY_KEY["security_token"],
}
NO_PASSWORD: dict[str, Any] = {"username": None, "password": None, "domain_name": None}
BOTH = pytest.mark.parametrize("key", [KEY, TEMPORARY], ids=["permanent", "temporary"])
SIGNED = re.compile(r"SDK-HMAC-SHA256 Access=(\w+), SignedHeaders=([a-z;-]+), Signature=([0-9a-f]{64})")


@pytest.mark.parametrize("case", CASES, ids=str)
@BOTH
def test_access_key_every_request_is_signed(call: Caller, case: Case, key: dict[str, str]) -> None:
    call.cloud.load(small(region=case.region))
    result = call.delete(case, case.deletable, **key, **NO_PASSWORD)
    assert result["deleted"] == list(case.deletable) and not result.failed
    assert len(call(case.info_module, **key, **NO_PASSWORD)["records"]) == 1
    for entry in call.cloud.log:
        sent = entry["headers"]
        found = SIGNED.fullmatch(sent["authorization"])
        assert found and found[1] == key["access_key"]
        assert {"host", "x-sdk-date"} <= set(found[2].split(";"))
        assert "x-auth-token" not in sent
        assert sent.get("x-security-token") == key.get("security_token")
        if entry["service"] != "iam":
            assert sent["x-project-id"] == call.project_id
        assert entry["status"] < 300


def test_access_key_project_found_by_name(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(neighbours(3))
    assert call("gaussdb_job", job_ids=["a-gauss-1"], **KEY, **NO_PASSWORD)["deleted"] == ["a-gauss-1"]
    (asked,) = of_service(cloud, "iam")
    assert (asked["method"], asked["path"], asked["query"]) == ("GET", "/v3/projects", {"name": "eu-de_retired"})
    assert "x-project-id" not in asked["headers"]


def test_access_key_project_name_defaults_to_region(cloud: CloudEmulator, call: Caller) -> None:
    scenario = small()
    scenario["projects"][0]["name"] = "eu-de"
    cloud.load(scenario)
    result = call("gaussdb_job", job_ids=["a-gauss-1"], project_name=None, **KEY, **NO_PASSWORD)
    assert result["deleted"] == ["a-gauss-1"]


def test_access_key_with_project_id_skips_lookup(cloud: CloudEmulator, call: Caller) -> None:
    options = {"project_id": call.project_id, "project_name": None, **KEY, **NO_PASSWORD}
    assert call("gaussdb_job", job_ids=["a-gauss-1"], **options)["deleted"] == ["a-gauss-1"]
    assert [service for service, _unused, _unused in requests_of(cloud.log)] == ["gaussdb"]


def test_access_key_unknown_project_names_option(cloud: CloudEmulator, call: Caller) -> None:
    result = call("gaussdb_job", job_ids=["a-gauss-1"], project_name="eu-de_unknown", **KEY, **NO_PASSWORD)
    assert result.failed and "project_name" in result["msg"] and "eu-de_unknown" in result["msg"]
    assert of_service(cloud, "gaussdb") == []


@pytest.mark.parametrize(
    "projects",
    [[{"id": one, "name": "eu-de_retired"} for one in "12"], [{"id": "1", "name": "eu-de_retired2"}], []],
    ids=["two", "another", "none"],
)
def test_access_key_ambiguous_project_name_fails(call: Caller, projects: list[dict[str, str]]) -> None:
    call.cloud.faults.add("status", service="iam", status=200, body={"projects": projects})
    result = call("gaussdb_job", job_ids=["a-gauss-1"], **KEY, **NO_PASSWORD)
    assert result.failed and "project_name" in result["msg"] and of_service(call.cloud, "gaussdb") == []


@pytest.mark.parametrize(
    "body",
    [
        *(b"<html>", [], {}, {"projects": {}}, {"projects": [7]}, {"projects": [{"id": ""}]}),
        *({"projects": [{"id": one, "name": "eu-de_retired"}]} for one in ("../v2/other", "f00?x=1")),
    ],
)
def test_access_key_malformed_project_list_fails(cloud: CloudEmulator, call: Caller, body: Any) -> None:
    cloud.faults.add("status", service="iam", status=200, body=body)
    result = call("gaussdb_job_info", **KEY, **NO_PASSWORD)
    assert result.failed and result["error_code"] == "MalformedReply" and result["service"] == "iam"


@pytest.mark.parametrize("case", SERVICES, ids=str)
@pytest.mark.parametrize("by_id", [True, False], ids=["project id", "project name"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"secret_key": "wrong-secret-0000"},
        {"access_key": "UNKNOWNKEY"},
        {**TEMPORARY, "security_token": "wrong-token-0000"},
        {"access_key": TEMPORARY_KEY["access"], "secret_key": TEMPORARY_KEY["secret"]},
    ],
    ids=["secret", "key", "security token", "no security token"],
)
def test_access_key_wrong_fails_once(call: Caller, case: Case, by_id: bool, wrong: dict[str, str]) -> None:
    ids = [f"a-{number}" for number in range(500)]
    project = {"project_id": call.project_id, "project_name": None} if by_id else {}
    result = call.delete(case, ids, concurrency=64, **{**KEY, **wrong}, **NO_PASSWORD, **project)
    auth = call.cloud.state()["auth"]
    failed = auth["unknown_key_failures"] + sum(key["failures"] for key in auth["access_keys"].values())
    assert failed == 1 and len(call.cloud.log) == 1
    assert result["summary"]["requests"] == 1 and result["summary"]["failed"] == 500
    assert [one["id"] for one in result["failures"]] == ids
    assert {(one["http_status"], one["error_code"]) for one in result["failures"]} == {(401, "APIGW.0301")}


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_access_key_wrong_fails_twice_for_several_kinds(cloud: CloudEmulator, call: Caller, check: bool) -> None:
    project = {"project_id": call.project_id, "project_name": None}
    result = call("environment_info", check=check, **{**KEY, "secret_key": "wrong-0000"}, **NO_PASSWORD, **project)
    assert result.failed and [entry["status"] for entry in cloud.log] == [401, 401]
    assert len({entry["service"] for entry in cloud.log}) == 2
    assert {one["error_code"] for one in result["listings"].values()} == {"APIGW.0301"}


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_access_key_revoked_midway_stops_every_worker(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    """A key is revoked while sixteen workers use it: requests under way fail, and no further one is sent."""
    cloud.load(bulk(case.kind, 300, options={"latency": {case.service: 0.002}}))
    held = cloud.records("eu-de_retired", case.kind)
    ids = [record["id"] for record in held]
    cloud.faults.add("status", service=case.service, method="DELETE", after=50, status=401, error_code="APIGW.0301")
    named = case.options(ids, instance=held[0]["instance_id"])
    result = call(case.module, concurrency=16, **named, **KEY, **NO_PASSWORD)
    refused = [entry for entry in cloud.writes() if entry["status"] == 401]
    assert 1 <= len(refused) <= 16 and len(cloud.writes()) <= 66
    assert len(result["deleted"]) == 50 and result["absent"] == []
    assert [one["id"] for one in result["failures"]] == [one for one in ids if one in set(left(cloud, case.kind))]
    assert {one["http_status"] for one in result["failures"]} == {401}
    assert result["summary"]["requested"] == 300


def test_access_key_each_try_is_signed_again(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BACKOFF_SECONDS", 1.1)
    monkeypatch.setattr(client, "LONGEST_BACKOFF", 2.2)
    call.cloud.faults.add("status", service="gaussdb", status=503, times=2)
    assert call("gaussdb_job", job_ids=["a-gauss-1"], **KEY, **NO_PASSWORD)["deleted"] == ["a-gauss-1"]
    sent = [entry["headers"] for entry in call.cloud.writes()]
    assert len(sent) == 3
    assert len({one["x-sdk-date"] for one in sent}) >= 2
    assert len({one["authorization"] for one in sent}) == len({one["x-sdk-date"] for one in sent})


def test_access_key_expired_temporary_key_stops(cloud: CloudEmulator, call: Caller) -> None:
    scenario = small()
    scenario["access_keys"][1]["expires_in"] = -1
    cloud.load(scenario)
    result = call("gaussdb_job", job_ids=["a-gauss-1"], **TEMPORARY, **NO_PASSWORD)
    assert result.failed and len(cloud.log) == 1


def test_access_key_of_other_projects_fails(cloud: CloudEmulator, call: Caller) -> None:
    scenario = neighbours(2)
    scenario["access_keys"][0]["projects"] = ["eu-de_neighbour1"]
    cloud.load(scenario)
    options = {"project_id": call.project_id, "project_name": None, **KEY, **NO_PASSWORD}
    result = call("gaussdb_job", job_ids=["a-gauss-1"], **options)
    assert result["failures"][0]["error_code"] == "DBS.201003"
    assert left(cloud, "gaussdb") == ["a-gauss-1", "a-gauss-2", "a-gauss-3"]
