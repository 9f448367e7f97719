# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: logins, scopes, token validation, projects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator import DOMAIN, PASSWORD, PROJECT, USER, CloudEmulator, neighbours
from emulator.times import parse_time

OTHER = "eu-de_neighbour1"


@pytest.fixture
def cloud(start: Callable[..., CloudEmulator]) -> CloudEmulator:
    scenario = neighbours(3)
    scenario["domains"] = [{"id": "d0", "name": DOMAIN}, {"id": "d1", "name": "ELSEWHERE"}]
    scenario["users"] += [
        {"name": "guest", "password": "guest-password", "domain": DOMAIN, "projects": [OTHER]},
        {"name": "leaver", "password": "leaver-password", "domain": DOMAIN, "enabled": False},
    ]
    scenario["projects"].append({"name": "eu-de_closed", "enabled": False})
    return start(scenario)


def project_id(cloud: CloudEmulator, name: str) -> str:
    return str(cloud.state()["projects"][name]["id"])


def projects(client: Any, path: str) -> list[str]:
    return [project["name"] for project in client("iam", "GET", path).json()["projects"]]


def test_login_to_project_returns_token_of_user_and_project(cloud: CloudEmulator, client: Any) -> None:
    response = client.log_in({"project": {"name": PROJECT}})
    token = response.json()["token"]
    assert response.status_code == 201
    assert len(response.headers["X-Subject-Token"]) > 100
    domain = {"id": "d0", "name": DOMAIN}
    assert token["project"] == {"id": project_id(cloud, PROJECT), "name": PROJECT, "domain": domain}
    assert (token["user"]["name"], token["user"]["domain"]) == (USER, domain)
    assert parse_time(token["expires_at"]) - parse_time(token["issued_at"]) == 86400
    types = {entry["type"] for entry in token["catalog"]}
    assert types == {"identity", *cloud.endpoints} - {"iam"}
    short = client.log_in({"project": {"name": PROJECT}}, "?nocatalog=true").json()["token"]
    assert "catalog" not in short


@pytest.mark.parametrize(
    "scope",
    [
        {"project": {"name": OTHER, "domain": {"name": DOMAIN}}},
        {"project": {"name": OTHER, "domain": {"id": "d0"}}},
        {"project": {"name": OTHER}, "domain": {"name": DOMAIN}},
    ],
)
def test_login_with_project_scope_returns_token(client: Any, scope: dict[str, Any]) -> None:
    assert client.log_in(scope).json()["token"]["project"]["name"] == OTHER


def test_login_with_project_id_returns_token(cloud: CloudEmulator, client: Any) -> None:
    wanted = project_id(cloud, OTHER)
    assert client.log_in({"project": {"id": wanted}}).json()["token"]["project"]["id"] == wanted


def test_login_without_project_returns_token_without_one(client: Any) -> None:
    scoped = client.log_in({"domain": {"name": DOMAIN}}).json()["token"]
    assert scoped["domain"] == {"id": "d0", "name": DOMAIN}
    assert "project" not in scoped
    unscoped = client.log_in(None).json()["token"]
    assert not {"project", "domain", "catalog"} & set(unscoped)


def test_login_with_user_id_accepted(client: Any) -> None:
    user_id = client.log_in(None).json()["token"]["user"]["id"]
    auth = {"identity": {"methods": ["password"], "password": {"user": {"id": user_id, "password": PASSWORD}}}}
    assert client("iam", "POST", "/v3/auth/tokens", json={"auth": auth}).status_code == 201


def test_login_with_token_returns_token_of_another_scope(client: Any) -> None:
    auth = {
        "identity": {"methods": ["token"], "token": {"id": client.token}},
        "scope": {"project": {"name": OTHER}},
    }
    response = client("iam", "POST", "/v3/auth/tokens", json={"auth": auth})
    assert response.json()["token"]["project"]["name"] == OTHER
    auth["identity"]["token"]["id"] = "MIIEwrong"
    assert client("iam", "POST", "/v3/auth/tokens", json={"auth": auth}).status_code == 401


@pytest.mark.parametrize(
    ("scope", "user"),
    [
        ({"project": {"name": PROJECT}}, {"password": "wrong"}),
        ({"project": {"name": PROJECT}}, {"name": "nobody"}),
        ({"project": {"name": PROJECT}}, {"domain": {"name": "ELSEWHERE"}}),
        ({"project": {"name": PROJECT}}, {"name": "leaver", "password": "leaver-password"}),
        ({"project": {"name": PROJECT}}, {"name": "guest", "password": "guest-password"}),
        ({"project": {"name": "eu-de_nowhere"}}, {}),
        ({"project": {"name": "eu-de_closed"}}, {}),
        ({"project": {"id": "0" * 32}}, {}),
        ({"project": {"name": PROJECT, "domain": {"name": "ELSEWHERE"}}}, {}),
        ({"domain": {"name": "ELSEWHERE"}}, {}),
    ],
)
def test_login_with_wrong_user_or_scope_refused(
    cloud: CloudEmulator, client: Any, scope: dict[str, Any], user: dict[str, Any]
) -> None:
    response = client.log_in(scope, **user)
    assert (response.status_code, response.json()["error"]["code"]) == (401, 401)
    assert "X-Subject-Token" not in response.headers
    assert cloud.state()["auth"]["login_failures"] == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"auth": []}',
        '{"auth": {"identity": {"methods": ["totp"]}}}',
        '{"auth": {"identity": {"methods": ["password"], "password": {"user": "operator"}}}}',
        '{"auth": {"identity": {"methods": ["password"], "password": []}}}',
        '{"auth": {"identity": {"methods": ["token"], "token": "MII"}}}',
    ],
)
def test_login_with_invalid_body_refused(client: Any, body: str) -> None:
    response = client("iam", "POST", "/v3/auth/tokens", data=body)
    assert (response.status_code, response.json()["error"]["title"]) == (400, "Bad Request")


def test_login_with_invalid_scope_refused(client: Any) -> None:
    for scope in ("eu-de", {"project": "eu-de"}, {"domain": []}, {"project": {"name": PROJECT, "domain": "d0"}}):
        assert client.log_in(scope).status_code == 400


def test_token_validated_shown_or_unknown(client: Any) -> None:
    subject = {"X-Subject-Token": client.token}
    response = client("iam", "GET", "/v3/auth/tokens", headers=subject)
    assert (response.status_code, response.headers["X-Subject-Token"]) == (200, client.token)
    assert response.json()["token"]["project"]["name"] == PROJECT
    unknown = {"X-Subject-Token": "MIIEwrong"}
    assert client("iam", "GET", "/v3/auth/tokens", headers=unknown).status_code == 404


def test_projects_of_user_listed_alone(client: Any, log_in: Any, cloud: CloudEmulator) -> None:
    own = client("iam", "GET", "/v3/auth/projects").json()["projects"]
    assert {project["name"]: project["enabled"] for project in own} == {
        **dict.fromkeys((PROJECT, OTHER, "eu-de_neighbour2"), True),
        "eu-de_closed": False,
    }
    guest = log_in(cloud, OTHER, name="guest", password="guest-password")
    assert projects(guest, "/v3/auth/projects") == [OTHER]


def test_projects_with_filter_or_page_hold_part(client: Any) -> None:
    assert projects(client, f"/v3/projects?name={OTHER}") == [OTHER]
    assert projects(client, "/v3/projects?name=eu-de") == projects(client, "/v3/projects?domain_id=d1") == []
    assert [len(projects(client, f"/v3/projects?page={page}&per_page=3")) for page in (1, 2)] == [3, 1]
    assert client("iam", "GET", "/v3/projects?per_page=5001").status_code == 400


def test_domains_of_user_listed(client: Any) -> None:
    assert [d["name"] for d in client("iam", "GET", "/v3/auth/domains").json()["domains"]] == [DOMAIN]


def test_version_document_without_token_served(client: Any, cloud: CloudEmulator) -> None:
    url = cloud.endpoints["iam"]
    for path in ("/v3", "/v3/"):
        document = client.session.get(url + path, timeout=5).json()
        assert document["version"]["links"][0]["href"] == f"{url}/v3/"
    assert client.session.get(f"{url}/v3/auth/projects", timeout=5).status_code == 401
