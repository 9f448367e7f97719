# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens and signatures at the services' doors."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from emulator import (
    ACCESS_KEY,
    DOMAIN,
    PROJECT,
    SECRET_KEY,
    TEMPORARY_KEY,
    CloudEmulator,
    ScenarioError,
    neighbours,
    small,
)
from emulator.signature import canonical_path, canonical_query, parse_authorization, signature_of

LISTS = {
    "gaussdb": ("GET", "/v3/{p}/tasks", None),
    "drs": ("GET", "/v5/{p}/jobs?job_type=sync", None),
    "dms": ("GET", "/v2/{p}/instances", None),
    "cce": ("GET", "/api/v2/projects/{p}/jobs", None),
    "dcs": ("GET", "/v2/{p}/tasks", None),
}
PROJECT_ID = "0483b6b16e954cb88930a360d2c4e663"
EXAMPLE_SECRET = "EXAMPLESK000000000000000000000000000000A"
BODY = b'{"jobs":[{"delete_type":"delete","job_id":"140b5236-88ad-43c8-811c-1268453jb101"}]}'
SIGNED = ["content-type", "host", "x-project-id", "x-sdk-date"]
EXAMPLE_HEADERS = {
    "content-type": "application/json",
    "x-project-id": PROJECT_ID,
    "x-sdk-date": "20261121T120000Z",
}
VECTORS = {
    "published example": (
        "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc",
        "GET",
        "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
        "limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
        {
            "content-type": "application/json",
            "host": "service.region.example.com",
            "x-sdk-date": "20191115T033655Z",
        },
        ["content-type", "host", "x-sdk-date"],
        b"",
        "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
    ),
    "delete": (
        EXAMPLE_SECRET,
        "DELETE",
        f"/v3/{PROJECT_ID}/jobs/6b00c41d-d54f-4bcb-80da-566ccedc2b5d",
        "",
        {**EXAMPLE_HEADERS, "host": "gaussdb.eu-de.otc.t-systems.com"},
        SIGNED,
        b"",
        "5d09fdd0d44967009845ea832edebd3b91ed714e9d39ea05f8a8e9e327c38bd5",
    ),
    "delete with a body": (
        EXAMPLE_SECRET,
        "DELETE",
        f"/v3/{PROJECT_ID}/jobs/batch-jobs",
        "",
        {**EXAMPLE_HEADERS, "host": "drs.eu-de.otc.t-systems.com"},
        SIGNED,
        BODY,
        "3363d95b55be4ef7b954a681d005342e9f0625400485ca4d01e4586b86e3f3d9",
    ),
    "query": (
        EXAMPLE_SECRET,
        "GET",
        f"/v2/{PROJECT_ID}/instances/54602a9d-5e22-4239-9123-77e350df4a34/tasks",
        "start=1&limit=50&begin_time=20261101000000",
        {**EXAMPLE_HEADERS, "host": "dms.eu-de.otc.t-systems.com"},
        ["host", "x-project-id", "x-sdk-date"],
        b"",
        "e926ab41a00b0d1e4540e00fc32e4534d0b1464093a75b286b391ced3e3004f8",
    ),
    "security token": (
        EXAMPLE_SECRET,
        "GET",
        "/v3/projects",
        "name=eu-de",
        {**EXAMPLE_HEADERS, "host": "iam.eu-de.otc.t-systems.com", "x-security-token": "TOKEN=="},
        ["host", "x-sdk-date", "x-security-token"],
        b"",
        "46eb3cef1b3a6eb488fcf8287c7e1c4aac3398e0285b3c86406f9339c967ff6d",
    ),
}


def signed(
    cloud: CloudEmulator,
    path: str,
    *,
    method: str = "GET",
    service: str = "gaussdb",
    access: str = ACCESS_KEY,
    secret: str = SECRET_KEY,
    at: float | None = None,
    **headers: str,
) -> requests.Response:
    """A request signed step by step, for paths without a query and anything that needs encoding."""
    endpoint = cloud.endpoints[service]
    path = path.replace("{p}", str(cloud.state()["projects"][PROJECT]["id"]))
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() if at is None else at))
    empty = hashlib.sha256(b"").hexdigest()
    host = endpoint.removeprefix("http://")
    canonical = f"{method}\n{path}/\n\nhost:{host}\nx-sdk-date:{date}\n\nhost;x-sdk-date\n{empty}"
    to_sign = f"SDK-HMAC-SHA256\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    authorization = f"SDK-HMAC-SHA256 Access={access}, SignedHeaders=host;x-sdk-date, Signature={signature}"
    sent = {"X-Sdk-Date": date, "Authorization": authorization, **headers}
    return requests.request(method, endpoint + path, headers=sent, timeout=5)


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_signature_vectors(vector: tuple[Any, ...]) -> None:
    *request, expected = vector
    assert signature_of(*request) == expected


def test_canonical_forms() -> None:
    assert canonical_path("/v3/a%20b/c:d") == "/v3/a%20b/c%3Ad/"
    assert canonical_query("b=2&a=x%2Fy&b=1&c") == "a=x%2Fy&b=1&b=2&c="
    assert parse_authorization("SDK-HMAC-SHA256 Access=A, SignedHeaders=host, Signature=") is None
    assert parse_authorization("AWS4-HMAC-SHA256 Access=A, SignedHeaders=host, Signature=s") is None
    parts = parse_authorization("SDK-HMAC-SHA256 Access=A, SignedHeaders=host;x-sdk-date, Signature=s")
    assert parts is not None
    assert parts.signed_headers == ["host", "x-sdk-date"]


@pytest.mark.parametrize("service", LISTS)
def test_a_token_opens_its_project(client: Any, service: str) -> None:
    method, path, _unused = LISTS[service]
    answer = client(service, method, path)
    assert answer.status_code == 200
    assert len(answer.headers["X-Request-Id"]) == 32


@pytest.mark.parametrize("service", LISTS)
def test_without_a_good_token(client: Any, service: str) -> None:
    method, path, _unused = LISTS[service]
    for headers in ({"X-Auth-Token": "MIIEwrong"}, {"X-Auth-Token": None}):
        answer = client(service, method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error_code"] == "APIGW.0301"
        assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    assert client.cloud.state()["auth"]["token_failures"] == 2


@pytest.mark.parametrize(
    ("service", "status", "code"),
    [
        ("gaussdb", 403, "DBS.280056"),
        ("drs", 403, "DRS.M00100"),
        ("dms", 401, "DMS.10240101"),
        ("cce", 401, "CCE.01401001"),
        ("dcs", 401, "DCS.1001"),
    ],
)
def test_services_can_refuse_tokens_in_their_own_words(
    start: Callable[..., CloudEmulator], log_in: Any, service: str, status: int, code: str
) -> None:
    cloud = start(options={"token_errors": "native"})
    client = log_in(cloud)
    assert cloud.expire_tokens() == 1
    answer = client(service, *LISTS[service][:2])
    assert answer.status_code == status
    assert code in answer.json().values()


@pytest.mark.parametrize(
    ("service", "status", "code"),
    [
        ("gaussdb", 403, "DBS.201003"),
        ("drs", 403, "DRS.M00261"),
        ("dms", 401, "DMS.10240104"),
        ("cce", 403, "CCE.01403001"),
        ("dcs", 403, "DCS.2003"),
    ],
)
def test_another_project_is_closed(
    start: Callable[..., CloudEmulator], log_in: Any, service: str, status: int, code: str
) -> None:
    cloud = start(neighbours(2))
    client, neighbour = log_in(cloud), log_in(cloud, "eu-de_neighbour1")
    method, path, _unused = LISTS[service]
    answer = client(service, method, path.replace("{p}", neighbour.project_id))
    assert answer.status_code == status
    assert code in answer.json().values()


def test_tokens_without_a_project_open_none(client: Any) -> None:
    for scope in (None, {"domain": {"name": DOMAIN}}):
        token = client.log_in(scope).headers["X-Subject-Token"]
        assert client("gaussdb", "GET", "/v3/{p}/tasks", headers={"X-Auth-Token": token}).status_code == 403
        assert client("iam", "GET", "/v3/auth/projects", headers={"X-Auth-Token": token}).status_code == 200


def test_tokens_expire_by_themselves(start: Callable[..., CloudEmulator], log_in: Any, clock: Any) -> None:
    client = log_in(start())
    assert client("cce", *LISTS["cce"][:2]).status_code == 200
    clock.advance(86400)
    assert client("cce", *LISTS["cce"][:2]).status_code == 401


@pytest.mark.parametrize("service", LISTS)
def test_a_signature_opens_the_users_projects(cloud: CloudEmulator, service: str) -> None:
    path = LISTS[service][1].partition("?")[0]
    answer = signed(cloud, path, service=service)
    assert answer.status_code == (400 if service == "drs" else 200)
    assert signed(cloud, "/v3/auth/projects", service="iam").json()["projects"][0]["name"] == PROJECT


def test_a_signature_covers_method_path_and_headers(cloud: CloudEmulator) -> None:
    path = "/v3/{p}/tasks"
    assert signed(cloud, path, secret="wrong").status_code == 401
    assert signed(cloud, path, **{"X-Sdk-Date": "20261121T120000Z"}).status_code == 401
    assert signed(cloud, path, Host="elsewhere").status_code == 401
    assert signed(cloud, path, Unsigned="header").status_code == 200
    assert cloud.state()["auth"]["access_keys"][ACCESS_KEY]["failures"] == 3


def test_x_project_id_must_be_that_of_the_path(cloud: CloudEmulator) -> None:
    own = str(cloud.state()["projects"][PROJECT]["id"])
    assert signed(cloud, "/v3/{p}/tasks", **{"X-Project-Id": own}).status_code == 200
    assert signed(cloud, "/v3/{p}/tasks", **{"X-Project-Id": "0" * 32}).status_code == 403


def test_a_key_can_be_bound_to_projects(start: Callable[..., CloudEmulator]) -> None:
    scenario = neighbours(2)
    scenario["access_keys"] = [{"access": ACCESS_KEY, "secret": SECRET_KEY, "projects": ["eu-de_neighbour1"]}]
    assert signed(start(scenario), "/v3/{p}/tasks").status_code == 403


def test_skew_has_its_own_code(cloud: CloudEmulator) -> None:
    for seconds, status in ((-890, 200), (890, 200), (-910, 401), (910, 401)):
        answer = signed(cloud, "/v3/{p}/tasks", at=time.time() + seconds)
        assert answer.status_code == status
        assert status == 200 or answer.json()["error_code"] == "APIGW.0303"


def test_more_than_five_failures_in_a_row_lock_the_key(cloud: CloudEmulator, clock: Any) -> None:
    def failures() -> dict[str, Any]:
        return dict(cloud.state()["auth"]["access_keys"][ACCESS_KEY])

    for _round in range(5):
        assert signed(cloud, "/v3/{p}/tasks", secret="wrong").status_code == 401
    assert signed(cloud, "/v3/{p}/tasks").status_code == 200
    assert failures() == {"failures": 5, "failures_in_a_row": 0, "locked": False}
    for _round in range(6):
        assert signed(cloud, "/v3/{p}/tasks", secret="wrong").status_code == 401
    assert failures()["locked"] is True
    answer = signed(cloud, "/v3/{p}/tasks")
    assert answer.status_code == 401
    assert answer.json()["error_code"] == "APIGW.0301"
    clock.advance(290)
    assert signed(cloud, "/v3/{p}/tasks").status_code == 401
    clock.advance(11)
    assert signed(cloud, "/v3/{p}/tasks").status_code == 200


def test_temporary_keys_need_their_security_token(cloud: CloudEmulator) -> None:
    key = {"access": TEMPORARY_KEY["access"], "secret": TEMPORARY_KEY["secret"]}
    token = {"X-Security-Token": TEMPORARY_KEY["security_token"]}
    assert signed(cloud, "/v3/{p}/tasks", **key, **token).status_code == 200
    assert signed(cloud, "/v3/{p}/tasks", **key).status_code == 401
    assert signed(cloud, "/v3/{p}/tasks", **key, **{"X-Security-Token": "other"}).status_code == 401
    assert signed(cloud, "/v3/{p}/tasks", **token).status_code == 401


def test_temporary_keys_come_from_iam_and_expire(cloud: CloudEmulator, client: Any, clock: Any) -> None:
    def ask(**wanted: Any) -> requests.Response:
        identity = {"methods": ["token"], "token": wanted}
        body = {"auth": {"identity": identity}}
        return client("iam", "POST", "/v3.0/OS-CREDENTIAL/securitytokens", json=body)

    assert ask(duration_seconds=60).status_code == 400
    credential = ask(duration_seconds=900).json()["credential"]
    use = {
        "access": credential["access"],
        "secret": credential["secret"],
        "X-Security-Token": credential["securitytoken"],
    }
    assert signed(cloud, "/v3/{p}/tasks", **use).status_code == 200
    clock.advance(890)
    assert signed(cloud, "/v3/{p}/tasks", at=time.time(), **use).status_code == 200
    clock.advance(11)
    assert signed(cloud, "/v3/{p}/tasks", **use).status_code == 401


def test_unknown_and_malformed_keys(cloud: CloudEmulator, client: Any) -> None:
    assert signed(cloud, "/v3/{p}/tasks", access="UNKNOWN").status_code == 401
    for header in ("", "Basic abc", "SDK-HMAC-SHA256", "SDK-HMAC-SHA256 Access=, SignedHeaders=, Signature="):
        headers = {"X-Auth-Token": None, "Authorization": header}
        assert client("gaussdb", "GET", "/v3/{p}/tasks", headers=headers).status_code == 401
    assert cloud.state()["auth"]["unknown_key_failures"] >= 4


def test_a_disabled_user_has_neither_tokens_nor_keys(cloud: CloudEmulator, client: Any) -> None:
    next(iter(cloud.loaded.identity.users.values())).enabled = False
    assert client("gaussdb", "GET", "/v3/{p}/tasks").status_code == 401
    assert signed(cloud, "/v3/{p}/tasks").status_code == 401


def test_a_key_of_the_scenario_can_expire(start: Callable[..., CloudEmulator], clock: Any) -> None:
    scenario = {**small(), "now": "2026-01-01"}
    scenario["access_keys"] = [{"access": ACCESS_KEY, "secret": SECRET_KEY, "expires_in": 600}]
    cloud = start(scenario)
    assert signed(cloud, "/v3/{p}/tasks").status_code == 200
    clock.advance(601)
    assert signed(cloud, "/v3/{p}/tasks").status_code == 401


def test_key_of_an_unknown_project_is_refused() -> None:
    scenario = {**small(), "access_keys": [{"access": "A", "secret": "S", "projects": ["eu-de_nowhere"]}]}
    with pytest.raises(ScenarioError, match="eu-de_nowhere"):
        CloudEmulator(scenario)
