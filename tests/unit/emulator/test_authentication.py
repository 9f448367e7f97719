# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens and signatures, as every service checks them."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from emulator import ACCESS_KEY, DOMAIN, PROJECT, SECRET_KEY, TEMPORARY_KEY, CloudEmulator, neighbours, small
from emulator.signature import canonical_path, canonical_query, parse_authorization, signature_of

from .expectations import RECORD_SERVICES, refusal

TASKS = "/v3/{p}/tasks"
TEMPORARY = {"access": TEMPORARY_KEY["access"], "secret": TEMPORARY_KEY["secret"]}


def signed(
    cloud: CloudEmulator,
    path: str = TASKS,
    *,
    service: str = "gaussdb",
    access: str = ACCESS_KEY,
    secret: str = SECRET_KEY,
    at: float | None = None,
    **headers: str,
) -> requests.Response:
    """Send a GET that is signed step by step; the path has no query and nothing that needs encoding."""
    endpoint = cloud.endpoints[service]
    path = path.replace("{p}", str(cloud.state()["projects"][PROJECT]["id"]))
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() if at is None else at))
    empty = hashlib.sha256(b"").hexdigest()
    host = endpoint.replace("http://", "")
    canonical = f"GET\n{path}/\n\nhost:{host}\nx-sdk-date:{date}\n\nhost;x-sdk-date\n{empty}"
    to_sign = f"SDK-HMAC-SHA256\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    authorization = f"SDK-HMAC-SHA256 Access={access}, SignedHeaders=host;x-sdk-date, Signature={signature}"
    sent = {"X-Sdk-Date": date, "Authorization": authorization, **headers}
    return requests.get(endpoint + path, headers=sent, timeout=5)


def status_of(*arguments: Any, **options: Any) -> int:
    return signed(*arguments, **options).status_code


def test_signature_of_published_example_matches() -> None:
    headers = {
        "content-type": "application/json",
        "host": "service.region.example.com",
        "x-sdk-date": "20191115T033655Z",
    }
    signature = signature_of(
        "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc",
        "GET",
        "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
        "limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
        headers,
        list(headers),
        b"",
    )
    assert signature == "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"


def test_signature_parts_are_parsed_and_encoded() -> None:
    assert canonical_path("/v3/a%20b/c:d") == "/v3/a%20b/c%3Ad/"
    assert canonical_query("b=2&a=x%2Fy&b=1&c") == "a=x%2Fy&b=1&b=2&c="
    assert parse_authorization("SDK-HMAC-SHA256 Access=A, SignedHeaders=host, Signature=") is None
    assert parse_authorization("AWS4-HMAC-SHA256 Access=A, SignedHeaders=host, Signature=s") is None
    parts = parse_authorization("SDK-HMAC-SHA256 Access=A, SignedHeaders=host;x-sdk-date, Signature=s")
    assert parts is not None
    assert parts.signed_headers == ["host", "x-sdk-date"]


@pytest.mark.parametrize("service", RECORD_SERVICES)
def test_token_good_or_bad_accepted_or_refused_by_gateway(client: Any, service: str) -> None:
    path = RECORD_SERVICES[service].path
    accepted = client(service, "GET", path)
    assert (accepted.status_code, len(accepted.headers["X-Request-Id"])) == (200, 32)
    for token in ("MIIEwrong", None):
        refused = client(service, "GET", path, headers={"X-Auth-Token": token})
        assert refusal(refused) == (401, "APIGW.0301")
        assert refused.json()["request_id"] == refused.headers["X-Request-Id"]
    assert client.cloud.state()["auth"]["token_failures"] == 2


@pytest.mark.parametrize("service", RECORD_SERVICES)
def test_token_of_another_project_or_expired_refused_by_service(
    start: Callable[..., CloudEmulator], log_in: Any, service: str
) -> None:
    cloud, expected = start(neighbours(2, {"token_errors": "native"})), RECORD_SERVICES[service]
    client, neighbour = log_in(cloud), log_in(cloud, "eu-de_neighbour1")
    assert refusal(client(service, "GET", expected.path.replace("{p}", neighbour.project_id))) == expected.other_project
    assert cloud.expire_tokens() == 2
    assert refusal(client(service, "GET", expected.path)) == expected.invalid_token


def test_token_without_project_opens_no_project(client: Any) -> None:
    for scope in (None, {"domain": {"name": DOMAIN}}):
        token = client.log_in(scope).headers["X-Subject-Token"]
        assert client("gaussdb", "GET", TASKS, headers={"X-Auth-Token": token}).status_code == 403
        assert client("iam", "GET", "/v3/auth/projects", headers={"X-Auth-Token": token}).status_code == 200


def test_token_after_day_expires(client: Any, clock: Any) -> None:
    assert client("gaussdb", "GET", TASKS).status_code == 200
    clock.advance(86400)
    assert client("gaussdb", "GET", TASKS).status_code == 401


@pytest.mark.parametrize("service", RECORD_SERVICES)
def test_signature_valid_accepted(cloud: CloudEmulator, service: str) -> None:
    response = signed(cloud, RECORD_SERVICES[service].path.partition("?")[0], service=service)
    assert response.status_code == (400 if service == "drs" else 200)
    assert signed(cloud, "/v3/auth/projects", service="iam").json()["projects"][0]["name"] == PROJECT


def test_signature_of_another_request_refused(cloud: CloudEmulator) -> None:
    assert status_of(cloud, secret="wrong") == 401
    assert status_of(cloud, **{"X-Sdk-Date": "20261121T120000Z"}) == 401
    assert status_of(cloud, Host="elsewhere") == 401
    assert status_of(cloud, Unsigned="header") == 200
    assert cloud.state()["auth"]["access_keys"][ACCESS_KEY]["failures"] == 3


def test_project_id_header_of_another_project_refused(cloud: CloudEmulator) -> None:
    own = str(cloud.state()["projects"][PROJECT]["id"])
    assert status_of(cloud, **{"X-Project-Id": own}) == 200
    assert status_of(cloud, **{"X-Project-Id": "0" * 32}) == 403


def test_access_key_of_another_project_refused(start: Callable[..., CloudEmulator]) -> None:
    scenario = neighbours(2)
    scenario["access_keys"] = [{"access": ACCESS_KEY, "secret": SECRET_KEY, "projects": ["eu-de_neighbour1"]}]
    assert status_of(start(scenario)) == 403


def test_signature_date_off_by_15_minutes_refused(cloud: CloudEmulator) -> None:
    for seconds in (-890, 890):
        assert status_of(cloud, at=time.time() + seconds) == 200
    for seconds in (-910, 910):
        assert refusal(signed(cloud, at=time.time() + seconds)) == (401, "APIGW.0303")


def test_access_key_after_six_failures_in_row_locked(cloud: CloudEmulator, clock: Any) -> None:
    def failures() -> dict[str, Any]:
        return dict(cloud.state()["auth"]["access_keys"][ACCESS_KEY])

    assert [status_of(cloud, secret="wrong") for _round in range(5)] == [401] * 5
    assert status_of(cloud) == 200
    assert failures() == {"failures": 5, "failures_in_a_row": 0, "locked": False}
    assert [status_of(cloud, secret="wrong") for _round in range(6)] == [401] * 6
    assert failures()["locked"] is True
    assert refusal(signed(cloud)) == (401, "APIGW.0301")
    clock.advance(290)
    assert status_of(cloud) == 401
    clock.advance(11)
    assert status_of(cloud) == 200


def test_temporary_key_without_security_token_refused(cloud: CloudEmulator) -> None:
    token = {"X-Security-Token": TEMPORARY_KEY["security_token"]}
    assert status_of(cloud, **TEMPORARY, **token) == 200
    assert status_of(cloud, **TEMPORARY) == 401
    assert status_of(cloud, **TEMPORARY, **{"X-Security-Token": "other"}) == 401
    assert status_of(cloud, **token) == 401


def test_access_key_of_scenario_with_lifetime_expires(start: Callable[..., CloudEmulator], clock: Any) -> None:
    scenario = {**small(), "now": "2026-01-01"}
    scenario["access_keys"] = [{"access": ACCESS_KEY, "secret": SECRET_KEY, "expires_in": 600}]
    cloud = start(scenario)
    assert status_of(cloud) == 200
    clock.advance(601)
    assert status_of(cloud) == 401


def test_access_key_unknown_or_header_malformed_refused(cloud: CloudEmulator, client: Any) -> None:
    assert status_of(cloud, access="UNKNOWN") == 401
    for header in ("", "Basic abc", "SDK-HMAC-SHA256", "SDK-HMAC-SHA256 Access=, SignedHeaders=, Signature="):
        headers = {"X-Auth-Token": None, "Authorization": header}
        assert client("gaussdb", "GET", TASKS, headers=headers).status_code == 401
    assert cloud.state()["auth"]["unknown_key_failures"] >= 4


def test_credentials_of_disabled_user_refused(cloud: CloudEmulator, client: Any) -> None:
    next(iter(cloud.loaded.identity.users.values())).enabled = False
    assert client("gaussdb", "GET", TASKS).status_code == 401
    assert status_of(cloud) == 401
