# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins, scopes, token validation, projects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from emulator import DOMAIN, PASSWORD, PROJECT, USER, CloudEmulator, neighbours

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


def test_a_project_scoped_token_says_who_and_where(cloud: CloudEmulator, client: Any) -> None:
    answer = client.log_in({"project": {"name": PROJECT}})
    token = answer.json()["token"]
    assert answer.status_code == 201
    assert len(answer.headers["X-Subject-Token"]) > 100
    assert token["project"] == {
        "id": project_id(cloud, PROJECT),
        "name": PROJECT,
        "domain": {"id": "d0", "name": DOMAIN},
    }
    assert token["user"]["name"] == USER
    assert token["user"]["domain"] == {"id": "d0", "name": DOMAIN}
    lifetime = datetime.fromisoformat(token["expires_at"]) - datetime.fromisoformat(token["issued_at"])
    assert lifetime == timedelta(days=1)


@pytest.mark.parametrize(
    "scope",
    [
        {"project": {"name": OTHER, "domain": {"name": DOMAIN}}},
        {"project": {"name": OTHER, "domain": {"id": "d0"}}},
        {"project": {"name": OTHER}, "domain": {"name": DOMAIN}},
    ],
)
def test_scopes_that_name_a_project(client: Any, scope: dict[str, Any]) -> None:
    assert client.log_in(scope).json()["token"]["project"]["name"] == OTHER


def test_scope_by_project_id(cloud: CloudEmulator, client: Any) -> None:
    wanted = project_id(cloud, OTHER)
    assert client.log_in({"project": {"id": wanted}}).json()["token"]["project"]["id"] == wanted


def test_domain_scope_and_no_scope(client: Any) -> None:
    scoped = client.log_in({"domain": {"name": DOMAIN}}).json()["token"]
    assert scoped["domain"] == {"id": "d0", "name": DOMAIN}
    assert "project" not in scoped
    unscoped = client.log_in(None).json()["token"]
    assert "project" not in unscoped
    assert "domain" not in unscoped
    assert "catalog" not in unscoped


def test_login_by_user_id(client: Any) -> None:
    user_id = client.log_in(None).json()["token"]["user"]["id"]
    auth = {"identity": {"methods": ["password"], "password": {"user": {"id": user_id, "password": PASSWORD}}}}
    assert client("iam", "POST", "/v3/auth/tokens", json={"auth": auth}).status_code == 201


def test_a_token_can_be_exchanged_for_another_scope(client: Any) -> None:
    auth = {
        "identity": {"methods": ["token"], "token": {"id": client.token}},
        "scope": {"project": {"name": OTHER}},
    }
    answer = client("iam", "POST", "/v3/auth/tokens", json={"auth": auth})
    assert answer.json()["token"]["project"]["name"] == OTHER
    auth["identity"]["token"]["id"] = "MIIEwrong"
    assert client("iam", "POST", "/v3/auth/tokens", json={"auth": auth}).status_code == 401


def test_the_catalog_can_be_left_out(client: Any) -> None:
    user = {"name": USER, "password": PASSWORD, "domain": {"name": DOMAIN}}
    auth = {
        "identity": {"methods": ["password"], "password": {"user": user}},
        "scope": {"project": {"name": PROJECT}},
    }
    full = client("iam", "POST", "/v3/auth/tokens", json={"auth": auth}).json()["token"]
    short = client("iam", "POST", "/v3/auth/tokens?nocatalog=true", json={"auth": auth}).json()["token"]
    assert {entry["type"] for entry in full["catalog"]} == {"identity", "gaussdb", "drs", "dms", "cce", "dcs"}
    assert "catalog" not in short


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
def test_refused_logins(cloud: CloudEmulator, client: Any, scope: dict[str, Any], user: dict[str, Any]) -> None:
    answer = client.log_in(scope, **user)
    assert answer.status_code == 401
    assert "X-Subject-Token" not in answer.headers
    assert answer.json()["error"]["code"] == 401
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
def test_login_bodies_that_make_no_sense(client: Any, body: str) -> None:
    answer = client("iam", "POST", "/v3/auth/tokens", data=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["title"] == "Bad Request"


def test_scopes_that_make_no_sense(client: Any) -> None:
    for scope in ("eu-de", {"project": "eu-de"}, {"domain": []}, {"project": {"name": PROJECT, "domain": "d0"}}):
        assert client.log_in(scope).status_code == 400


def test_validation_and_revocation(client: Any) -> None:
    subject = {"X-Subject-Token": client.token}
    answer = client("iam", "GET", "/v3/auth/tokens", headers=subject)
    assert answer.status_code == 200
    assert answer.headers["X-Subject-Token"] == client.token
    assert answer.json()["token"]["project"]["name"] == PROJECT
    assert client("iam", "HEAD", "/v3/auth/tokens", headers=subject).status_code == 200
    second = client.log_in(None).headers["X-Subject-Token"]
    assert client("iam", "DELETE", "/v3/auth/tokens", headers={"X-Subject-Token": second}).status_code == 204
    assert client("iam", "GET", "/v3/auth/tokens", headers={"X-Subject-Token": second}).status_code == 404


def test_projects_of_the_caller(client: Any, log_in: Any, cloud: CloudEmulator) -> None:
    own = client("iam", "GET", "/v3/auth/projects").json()["projects"]
    assert {project["name"] for project in own} == {PROJECT, OTHER, "eu-de_neighbour2", "eu-de_closed"}
    assert {project["enabled"] for project in own if project["name"] == "eu-de_closed"} == {False}
    guest = log_in(cloud, OTHER, name="guest", password="guest-password")
    assert [project["name"] for project in guest("iam", "GET", "/v3/auth/projects").json()["projects"]] == [OTHER]


def test_projects_by_name_and_page(client: Any) -> None:
    def names(query: str) -> list[str]:
        return [project["name"] for project in client("iam", "GET", f"/v3/projects{query}").json()["projects"]]

    assert names(f"?name={OTHER}") == [OTHER]
    assert names("?name=eu-de") == []
    assert names("?domain_id=d1") == []
    assert len(names("?page=1&per_page=3")) == 3
    assert len(names("?page=2&per_page=3")) == 1
    assert client("iam", "GET", "/v3/projects?per_page=5001").status_code == 400


def test_domains_and_user(client: Any) -> None:
    assert [d["name"] for d in client("iam", "GET", "/v3/auth/domains").json()["domains"]] == [DOMAIN]
    user_id = client.log_in(None).json()["token"]["user"]["id"]
    assert client("iam", "GET", f"/v3/users/{user_id}").json()["user"]["name"] == USER
    assert client("iam", "GET", "/v3/users/someone").status_code == 403


def test_version_document_needs_no_token(client: Any, cloud: CloudEmulator) -> None:
    answer = client.session.get(f"{cloud.endpoints['iam']}/v3", timeout=5)
    assert answer.json()["version"]["links"][0]["href"] == f"{cloud.endpoints['iam']}/v3/"
    assert client.session.get(f"{cloud.endpoints['iam']}/v3/auth/projects", timeout=5).status_code == 401
