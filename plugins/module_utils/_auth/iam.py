# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The identity service: login, identity of a token, projects.

Source: Identity and Access Management API reference of both clouds; the API is OpenStack Keystone's v3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._errors import AuthError, OptionError, ServiceError
from .._http.client import Client
from .._http.response import InvalidJson, Response
from .._regions import Cloud
from .._text import printable
from .credentials import AccessKey, Credentials, is_header_safe, is_project_id

# What the two clouds call an agency in a request for its token.
_AGENCY_KEYS = {Cloud.OTC: "xrole_name", Cloud.HUAWEI: "agency_name"}
# How long an agency's temporary key is asked for; it is renewed as long as a call lasts.
KEY_SECONDS = 3600

# No such project, or no role in it.
_NO_ROLE = "IAM.0066"
_NO_ROLE_ADVICE = (
    " There is no such project, or the user has no role in it: check the spelling, or list the projects with the"
    " inventory plugin sundown.hwcloud.projects"
)


@dataclass(frozen=True)
class Identity:
    """Project, domain and user of credentials; a name that the API does not return is ``None``."""

    project_id: str | None = None
    project_name: str | None = None
    domain_name: str | None = None
    user_name: str | None = None


@dataclass(frozen=True)
class Login:
    """A token and its identity."""

    token: str
    identity: Identity


def login(client: Client, credentials: Credentials, scope: dict[str, Any]) -> Login:
    """Log in with a password, and with the passcode where there is one; an empty ``scope`` means none.

    A passcode serves one login, so a request that may have been accepted is not sent again. Raises `AuthError`
    when refused.
    """
    user = credentials.user
    identity: dict[str, Any] = {
        "methods": ["password"],
        "password": {"user": {**user, "password": credentials.password}},
    }
    if credentials.passcode:
        identity["methods"].append("totp")
        identity["totp"] = {"user": {**user, "passcode": credentials.passcode}}
    return _new_token(client, identity, scope, idempotent=not credentials.passcode)


def assume_role(client: Client, token: str, credentials: Credentials, cloud: Cloud, scope: dict[str, Any]) -> Login:
    """Return an agency's token for ``scope``, which belongs to the account that the agency is in.

    ``token`` is of a user who may use agencies. Raises `AuthError` when refused.
    """
    agency = {_AGENCY_KEYS[cloud]: credentials.agency_name, "domain_name": credentials.agency_domain_name}
    identity = {"methods": ["assume_role"], "assume_role": agency}
    return _new_token(client, identity, scope, doing="agency refused", headers={"X-Auth-Token": token})


def agency_key(client: Client, credentials: Credentials) -> AccessKey:
    """Return a temporary access key of an agency; raise `AuthError` when refused."""
    agency = {
        "agency_name": credentials.agency_name,
        "domain_name": credentials.agency_domain_name,
        "duration_seconds": KEY_SECONDS,
    }
    identity = {"methods": ["assume_role"], "assume_role": agency}
    response = client.request("POST", "/v3.0/OS-CREDENTIAL/securitytokens", json={"auth": {"identity": identity}})
    if not response.ok:
        raise _refusal(client, response, "agency refused")
    return AccessKey.from_response(_json(response), "iam")


def _new_token(
    client: Client,
    identity: dict[str, Any],
    scope: dict[str, Any],
    *,
    doing: str = "login refused",
    headers: Mapping[str, str] | None = None,
    idempotent: bool = True,
) -> Login:
    client.reset_stall_timer()
    response = client.request(
        "POST",
        "/v3/auth/tokens",
        query={"nocatalog": "true"},
        json={"auth": {"identity": identity, **({"scope": scope} if scope else {})}},
        headers={"Content-Type": "application/json;charset=utf8", **(headers or {})},
        idempotent=idempotent,
    )
    if not response.ok:
        project = scope.get("project", {})
        where = f" for project {printable(project.get('id') or project['name'])}" if project else ""
        raise _refusal(client, response, doing + where)
    token = response.headers.get("x-subject-token", "")
    if not is_header_safe(token):
        raise ServiceError("the response to the login has no token", http_status=response.status, service="iam")
    return Login(token, _identity(response))


def _refusal(client: Client, response: Response, doing: str) -> AuthError:
    error = client.service_error(response, doing)
    return AuthError(
        error.error_msg + (_NO_ROLE_ADVICE if error.error_code == _NO_ROLE else ""),
        error_code=error.error_code,
        http_status=error.http_status,
        request_id=error.request_id,
        service="iam",
    )


def token_identity(client: Client, token: str) -> Identity:
    """Look up the identity of ``token``."""
    return _identity(_described(client, token))


def is_of_agency(client: Client, token: str) -> bool:
    """Tell whether ``token`` is already that of an agency."""
    return "assume_role" in (_member(_described(client, token), "token", dict).get("methods") or ())


def _described(client: Client, token: str) -> Response:
    response = client.request("GET", "/v3/auth/tokens", query={"nocatalog": "true"}, headers={"X-Subject-Token": token})
    if not response.ok:
        raise client.service_error(response, "the token cannot be looked up")
    return response


def get_project_by_name(client: Client, name: str) -> dict[str, Any]:
    """Look up the one project with a name."""
    projects = _projects(client, "/v3/projects", {"name": name})
    found = [project for project in projects if project.get("name") == name]
    if len(found) != 1:
        raise OptionError(f"project_name: must name exactly one project; {len(found)} are named {printable(name)}")
    return found[0]


def get_project_by_id(client: Client, project_id: str) -> dict[str, Any]:
    """Look up a visible project by its ID."""
    for project in list_projects(client):
        if project.get("id") == project_id:
            return project
    raise OptionError("project_id: no project with this ID is visible with the credentials")


def project_identity(project: Mapping[str, Any]) -> Identity:
    """Return the identity of a project; it names neither domain nor user."""
    return Identity(project_id=_text(project.get("id")), project_name=_text(project.get("name")))


def list_projects(client: Client) -> list[dict[str, Any]]:
    """Return the visible projects, as the API returns them."""
    return _projects(client, "/v3/auth/projects", {})


def domain_names(client: Client) -> dict[str, str]:
    """Return ID -> name of the visible domains."""
    response = client.request("GET", "/v3/auth/domains")
    if not response.ok:
        raise client.service_error(response, "the domains cannot be listed")
    items = _member(response, "domains", list)
    return {str(item.get("id")): str(item.get("name")) for item in items if isinstance(item, dict)}


def _projects(client: Client, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
    response = client.request("GET", path, query=query)
    if not response.ok:
        raise client.service_error(response, "the projects cannot be listed")
    projects: list[dict[str, Any]] = _member(response, "projects", list)
    if not all(isinstance(project, dict) and is_project_id(_text(project.get("id")) or "") for project in projects):
        raise _malformed(response)
    return projects


def _identity(response: Response) -> Identity:
    token = _member(response, "token", dict)
    project, user = _dict(token.get("project")), _dict(token.get("user"))
    domain = _dict(project.get("domain")) or _dict(token.get("domain")) or _dict(user.get("domain"))
    project_id = _text(project.get("id"))
    if project_id and not is_project_id(project_id):
        raise _malformed(response)
    return Identity(
        project_id=project_id,
        project_name=_text(project.get("name")),
        domain_name=_text(domain.get("name")),
        user_name=_text(user.get("name")),
    )


def _member(response: Response, key: str, kind: type) -> Any:
    data = _json(response)
    value = data.get(key) if isinstance(data, dict) else None
    if not isinstance(value, kind):
        raise _malformed(response)
    return value


def _json(response: Response) -> Any:
    try:
        return response.json()
    except InvalidJson:
        raise _malformed(response) from None


def _malformed(response: Response) -> ServiceError:
    return ServiceError(
        "the response of the identity service is malformed",
        error_code="MalformedReply",
        http_status=response.status,
        service="iam",
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
