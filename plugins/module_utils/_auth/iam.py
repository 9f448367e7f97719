# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The identity service: login, whose token this is, which projects there are.

Source: Identity and Access Management API reference of both clouds; the API is OpenStack Keystone's v3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._errors import AuthError, OptionError, ServiceError
from .._http.client import Client
from .._http.response import InvalidJson, Response
from .._text import printable
from .credentials import Credentials, is_project_id


@dataclass(frozen=True)
class Identity:
    """Who the credentials are; a name that the API does not tell is ``None``."""

    project_id: str | None = None
    project_name: str | None = None
    domain_name: str | None = None
    user_name: str | None = None


@dataclass(frozen=True)
class Login:
    """A token and whose it is."""

    token: str
    identity: Identity


def login(client: Client, credentials: Credentials, project: dict[str, str]) -> Login:
    """Log in with a password, scoped to ``project`` ({id} or {name}), unscoped where it is empty.

    The domain goes along with a project name, as Keystone asks for it. Raises `AuthError` when refused.
    """
    scope: dict[str, Any] = dict(project)
    if "name" in scope:
        scope["domain"] = {"name": credentials.domain_name}
    user = {
        "name": credentials.username,
        "password": credentials.password,
        "domain": {"name": credentials.domain_name},
    }
    body: dict[str, Any] = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    if scope:
        body["auth"]["scope"] = {"project": scope}
    client.reset_stall_timer()
    reply = client.request(
        "POST",
        "/v3/auth/tokens",
        query={"nocatalog": "true"},
        json=body,
        headers={"Content-Type": "application/json;charset=utf8"},
    )
    if not reply.ok:
        error = client.service_error(reply, "login refused")
        raise AuthError(
            error.error_msg,
            error_code=error.error_code,
            http_status=error.http_status,
            request_id=error.request_id,
            service="iam",
        )
    token = reply.headers.get("x-subject-token", "")
    if not token.isascii() or not token.isprintable() or not token:
        raise ServiceError("the login's answer carries no token", http_status=reply.status, service="iam")
    return Login(token, _identity(reply))


def token_identity(client: Client, token: str) -> Identity:
    """Ask whose ``token`` this is."""
    reply = client.request("GET", "/v3/auth/tokens", query={"nocatalog": "true"}, headers={"X-Subject-Token": token})
    if not reply.ok:
        raise client.service_error(reply, "the token cannot be looked up")
    return _identity(reply)


def get_project_by_name(client: Client, name: str) -> dict[str, Any]:
    """Look a project up by its name; exactly one must have it."""
    projects = _projects(client, "/v3/projects", {"name": name})
    found = [project for project in projects if project.get("name") == name]
    if len(found) != 1:
        raise OptionError(f"project_name: {len(found)} projects are named {printable(name)}, exactly one is needed")
    return found[0]


def get_project_by_id(client: Client, project_id: str) -> dict[str, Any]:
    """Look a project up by its id among those that the credentials can see."""
    for project in list_projects(client):
        if project.get("id") == project_id:
            return project
    raise OptionError("project_id: the credentials see no project with this id")


def project_identity(project: Mapping[str, Any]) -> Identity:
    """Return as much as a project's own description tells."""
    return Identity(project_id=_text(project.get("id")), project_name=_text(project.get("name")))


def list_projects(client: Client) -> list[dict[str, Any]]:
    """Return the projects that the credentials can see, as the API gives them."""
    return _projects(client, "/v3/auth/projects", {})


def domain_names(client: Client) -> dict[str, str]:
    """Return id -> name of the domains that the credentials can see."""
    reply = client.request("GET", "/v3/auth/domains")
    if not reply.ok:
        raise client.service_error(reply, "the domains cannot be listed")
    items = _member(reply, "domains", list)
    return {str(item.get("id")): str(item.get("name")) for item in items if isinstance(item, dict)}


def _projects(client: Client, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
    reply = client.request("GET", path, query=query)
    if not reply.ok:
        raise client.service_error(reply, "the projects cannot be listed")
    projects: list[dict[str, Any]] = _member(reply, "projects", list)
    if not all(isinstance(project, dict) and is_project_id(_text(project.get("id")) or "") for project in projects):
        raise _malformed(reply)
    return projects


def _identity(reply: Response) -> Identity:
    token = _member(reply, "token", dict)
    project, user = _dict(token.get("project")), _dict(token.get("user"))
    domain = _dict(project.get("domain")) or _dict(token.get("domain")) or _dict(user.get("domain"))
    project_id = _text(project.get("id"))
    if project_id and not is_project_id(project_id):
        raise _malformed(reply)
    return Identity(
        project_id=project_id,
        project_name=_text(project.get("name")),
        domain_name=_text(domain.get("name")),
        user_name=_text(user.get("name")),
    )


def _member(reply: Response, key: str, kind: type) -> Any:
    try:
        data = reply.json()
    except InvalidJson:
        raise _malformed(reply) from None
    value = data.get(key) if isinstance(data, dict) else None
    if not isinstance(value, kind):
        raise _malformed(reply)
    return value


def _malformed(reply: Response) -> ServiceError:
    return ServiceError(
        "the identity service's answer is malformed",
        error_code="MalformedReply",
        http_status=reply.status,
        service="iam",
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
