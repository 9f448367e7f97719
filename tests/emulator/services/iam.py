# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: tokens, projects and domains, as Keystone's v3 API has them."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from emulator.call import Call
from emulator.declarations import ServiceMock
from emulator.identity import AccessKey, Agency, Domain, Token, User
from emulator.responses import AsciiJSONResponse, Refusal
from emulator.state import Project
from emulator.times import iso_micro

TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}


def _error(status: int, code: str, message: str) -> dict[str, Any]:
    """Keystone's error object, with a code of IAM's own."""
    error = {"code": status, "title": TITLES.get(status, "Error"), "message": message, "error_code": code}
    return {"error": error, "error_code": code, "error_msg": message}


FORBIDDEN = Refusal(403, "IAM.0003", "Policy doesn't allow the request to be performed.")
SERVICE = ServiceMock(
    name="iam",
    other_project=FORBIDDEN,
    throttled=Refusal(429, "IAM.0012", "Too many requests"),
    error_body=_error,
)
SHORTEST_KEY, LONGEST_KEY = 900, 86400
BAD_REQUEST = Refusal(400, "IAM.0011", "Request body is invalid.")
WRONG_LOGIN = Refusal(401, "IAM.0001", "The username or password is wrong.")
WRONG_PASSCODE = Refusal(401, "IAM.0001", "totp verify fail")
NOT_FOUND = Refusal(404, "IAM.0004", "Could not find the requested resource.")
NO_ROLE = Refusal(401, "IAM.0066", "The user has no role in the requested scope.")


@SERVICE.operation("GET", "/", secured=False)
@SERVICE.operation("GET", "/v3", secured=False)
@SERVICE.operation("GET", "/v3/", secured=False)
def version(call: Call) -> Response:
    link = {"rel": "self", "href": f"{call.endpoint_url}/v3/"}
    described = {
        "id": "v3.6",
        "status": "stable",
        "updated": "2016-04-04T00:00:00Z",
        "links": [link],
        "media-types": [],
    }
    if call.path.startswith("/v3"):
        return AsciiJSONResponse({"version": described})
    return AsciiJSONResponse({"versions": {"values": [described]}}, 300)


@SERVICE.operation("POST", "/v3/auth/tokens", reads=True, secured=False)
def create_token(call: Call) -> Response:
    auth = _mapping(call.document(BAD_REQUEST).get("auth"))
    _mapping(auth.get("identity"))
    call.identity.logins += 1
    try:
        user, assumed_by = _identify(call, auth["identity"])
        scope = _scope(call, user, _mapping(auth.get("scope", {})))
        if assumed_by and not scope:
            raise BAD_REQUEST
    except Refusal:
        call.identity.login_failures += 1
        raise
    methods = tuple(auth["identity"]["methods"])
    token = call.identity.issue(user, call.now, methods=methods, assumed_by=assumed_by, **scope)
    return _token_response(call, token, 201)


@SERVICE.operation("POST", "/v3.0/OS-CREDENTIAL/securitytokens", reads=True)
def create_temporary_key(call: Call) -> Response:
    identity = _mapping(_mapping(call.document(BAD_REQUEST).get("auth")).get("identity"))
    assert call.user is not None
    if identity.get("methods") == ["assume_role"]:
        wanted = _mapping(identity.get("assume_role"))
        user = _assumed(call, call.user, wanted, "agency_name").user
    elif identity.get("methods") == ["token"]:
        wanted = _mapping(identity.get("token", {}))
        user = _holder(call, wanted) if "id" in wanted else call.user
    else:
        raise BAD_REQUEST
    seconds = wanted.get("duration_seconds", SHORTEST_KEY)
    if not isinstance(seconds, int) or not SHORTEST_KEY <= seconds <= LONGEST_KEY:
        raise BAD_REQUEST
    return AsciiJSONResponse({"credential": described_key(call.identity.issue_key(user, call.now + seconds))}, 201)


def described_key(key: AccessKey) -> dict[str, str]:
    """A temporary key as IAM and the metadata service return it."""
    assert key.security_token is not None
    expires_at = iso_micro(key.expires_at or LONGEST_KEY)
    return {"access": key.access, "secret": key.secret, "securitytoken": key.security_token, "expires_at": expires_at}


@SERVICE.operation("GET", "/v3/auth/tokens")
def show_token(call: Call) -> Response:
    return _token_response(call, _subject(call), 200)


@SERVICE.operation("GET", "/v3/auth/projects", listing=True)
def list_own_projects(call: Call) -> Response:
    return _projects_response(call, _own_projects(call))


@SERVICE.operation("GET", "/v3/projects", listing=True)
def list_projects(call: Call) -> Response:
    found = _own_projects(call)
    if "name" in call.query_params:
        found = [project for project in found if project.name == call.query_params["name"]]
    if "domain_id" in call.query_params:
        found = [project for project in found if project.domain_id == call.query_params["domain_id"]]
    page = call.number("page", 1, 1, None, BAD_REQUEST)
    per_page = call.number("per_page", 5000, 1, 5000, BAD_REQUEST)
    return _projects_response(call, found[(page - 1) * per_page : page * per_page])


@SERVICE.operation("GET", "/v3/auth/domains")
def list_domains(call: Call) -> Response:
    assert call.user is not None
    domain = call.user.domain
    described = {"id": domain.id, "name": domain.name, "enabled": True, "description": "", "links": {}}
    return AsciiJSONResponse({"domains": [described], "links": _links(call)})


def _identify(call: Call, identity: dict[str, Any]) -> tuple[User, User | None]:
    """Who gets a token and, for an agency's, who has assumed it."""
    methods = identity.get("methods")
    if methods == ["token"]:
        return _holder(call, _mapping(identity.get("token"))), None
    if methods == ["assume_role"]:
        own = _holder(call, {"id": call.headers.get("x-auth-token")})
        key = "xrole_name" if call.otc else "agency_name"
        return _assumed(call, own, _mapping(identity.get("assume_role")), key).user, own
    if not isinstance(methods, list) or sorted(map(str, methods)) not in (["password"], ["password", "totp"]):
        raise BAD_REQUEST
    wanted, user = _named_user(call, identity, "password")
    if user is None or user.password != wanted.get("password"):
        raise WRONG_LOGIN
    if not user.enabled:
        raise Refusal(401, "IAM.0001", "The account is disabled.")
    if "totp" in methods or user.passcodes is not None:
        _verify_passcode(call, user, identity)
    return user, None


def _holder(call: Call, wanted: dict[str, Any]) -> User:
    held = call.identity.tokens.get(str(wanted.get("id")))
    if held is None or not held.valid(call.now):
        raise WRONG_LOGIN
    return held.user


def _assumed(call: Call, user: User, wanted: dict[str, Any], key: str) -> Agency:
    """The agency that the user may assume; ``key`` is what the request has to call its name."""
    domain = {name: wanted[f"domain_{name}"] for name in ("id", "name") if wanted.get(f"domain_{name}")}
    if not domain or not isinstance(wanted.get(key), str):
        raise BAD_REQUEST
    agency = call.identity.find_agency(wanted[key], domain)
    if agency is None or agency.trusted is not user.domain:
        raise FORBIDDEN
    return agency


def _named_user(call: Call, identity: dict[str, Any], method: str) -> tuple[dict[str, Any], User | None]:
    wanted = _mapping(_mapping(identity.get(method)).get("user"))
    _mapping(wanted.get("domain", {}))
    return wanted, call.identity.find_user(wanted)


def _verify_passcode(call: Call, user: User, identity: dict[str, Any]) -> None:
    if "totp" not in identity["methods"]:
        raise WRONG_PASSCODE
    wanted, holder = _named_user(call, identity, "totp")
    if holder is not user or wanted.get("passcode") not in (user.passcodes or ()):
        raise WRONG_PASSCODE
    (user.passcodes or []).remove(wanted["passcode"])


def _scope(call: Call, user: User, scope: dict[str, Any]) -> dict[str, Any]:
    """Project before domain where both are given, nothing where neither is."""
    if "project" in scope:
        return {"project_id": _scoped_project(call, user, _mapping(scope["project"])).id}
    if "domain" in scope:
        domain = call.identity.find_domain(_mapping(scope["domain"]))
        if domain is None or domain is not user.domain:
            raise NO_ROLE
        return {"domain": domain}
    return {}


def _scoped_project(call: Call, user: User, wanted: dict[str, Any]) -> Project:
    domain: Domain | None = user.domain
    if wanted.get("domain"):
        domain = call.identity.find_domain(_mapping(wanted["domain"]))
    for project_id in user.projects:
        project = call.cloud.projects[project_id]
        matches = project.id == wanted["id"] if "id" in wanted else project.name == wanted.get("name")
        if matches and project.enabled and domain is not None and ("id" in wanted or project.domain_id == domain.id):
            return project
    raise NO_ROLE


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BAD_REQUEST
    return value


def _subject(call: Call) -> Token:
    token = call.identity.tokens.get(call.headers.get("x-subject-token", ""))
    if token is None or not token.valid(call.now):
        raise NOT_FOUND
    return token


def _token_response(call: Call, token: Token, status: int) -> Response:
    user = token.user
    body: dict[str, Any] = {
        "methods": list(token.methods),
        "issued_at": iso_micro(token.issued_at),
        "expires_at": iso_micro(token.expires_at),
        "user": _described_user(user),
    }
    # Whoever has logged in has a password.
    logged_in = body["user"]
    if token.assumed_by is not None:
        logged_in = _described_user(token.assumed_by)
        body["assumed_by"] = {"user": logged_in}
    logged_in["password_expires_at"] = ""
    if token.project_id is not None:
        project = call.cloud.projects[token.project_id]
        domain = call.identity.domains[project.domain_id]
        body["project"] = {"id": project.id, "name": project.name, "domain": _domain(domain)}
    elif token.domain is not None:
        body["domain"] = _domain(token.domain)
    if token.project_id or token.domain:
        body["roles"] = [{"id": "0", "name": "te_admin"}]
    if "nocatalog" not in call.query_params and (token.project_id or token.domain):
        body["catalog"] = [_catalog_entry(call, *entry) for entry in call.emulation.endpoints.items()]
    return AsciiJSONResponse({"token": body}, status, {"X-Subject-Token": token.id})


def _catalog_entry(call: Call, service: str, url: str) -> dict[str, Any]:
    region = call.cloud.region
    endpoint = {"id": f"{service}-public", "interface": "public", "region": region, "region_id": region, "url": url}
    kind = "identity" if service == SERVICE.name else service
    return {"id": service, "name": service, "type": kind, "endpoints": [endpoint]}


def _described_user(user: User) -> dict[str, Any]:
    return {"id": user.id, "name": user.name, "domain": _domain(user.domain)}


def _domain(domain: Domain) -> dict[str, str]:
    return {"id": domain.id, "name": domain.name}


def _own_projects(call: Call) -> list[Project]:
    assert call.user is not None
    return [call.cloud.projects[project_id] for project_id in call.user.projects]


def _projects_response(call: Call, projects: list[Project]) -> Response:
    described = [
        {
            "id": project.id,
            "name": project.name,
            "domain_id": project.domain_id,
            "parent_id": project.domain_id,
            "is_domain": False,
            "enabled": project.enabled,
            "description": "",
            "links": {"self": f"{call.endpoint_url}/v3/projects/{project.id}"},
        }
        for project in projects
    ]
    return AsciiJSONResponse({"projects": described, "links": _links(call)})


def _links(call: Call) -> dict[str, Any]:
    return {"self": f"{call.endpoint_url}{call.path}", "previous": None, "next": None}
