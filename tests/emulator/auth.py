# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides who sent a request and whether the project in its path is theirs."""

from __future__ import annotations

import hmac

from .call import Call
from .identity import AccessKey, Token
from .replies import ERROR_BODIES, Reply, gateway_error
from .signature import MAX_SKEW_SECONDS, parse_authorization, sdk_date, signature_of

INVALID_TOKEN = {
    "gaussdb": (403, "DBS.280056", "Invalid token."),
    "drs": (403, "DRS.M00100", "The token is invalid."),
    "dms": (401, "DMS.10240101", "Invalid token."),
    "cce": (401, "CCE.01401001", "Authorization failed."),
    "dcs": (401, "DCS.1001", "Invalid token."),
}
OTHER_PROJECT = {
    "gaussdb": (403, "DBS.201003", "The resource was not found or you have no permission to access it."),
    "drs": (403, "DRS.M00261", "The project ID in the URL does not belong to the token."),
    "dms": (401, "DMS.10240104", "The project ID of the token differs from that of the URL."),
    "cce": (403, "CCE.01403001", "Forbidden."),
    "dcs": (403, "DCS.2003", "You have no permission for this project."),
}


def authenticate(call: Call) -> Reply | None:
    """Fill in ``call.user``, ``token`` and ``project``; an answer means that the request is refused."""
    if "x-auth-token" in call.headers:
        refusal = _by_token(call)
    elif "authorization" in call.headers:
        refusal = _by_signature(call)
    else:
        call.identity.token_failures += 1
        refusal = _unauthorized(call, "Incorrect IAM authentication information: x-auth-token not found")
    return refusal


def authorize(call: Call) -> Reply | None:
    """Bind the project of the path; the service's own refusal when it is not the caller's."""
    wanted = call.params.get("project_id")
    if wanted is None:
        return None
    allowed = _allowed_projects(call)
    project = call.state.projects.get(wanted)
    named = call.headers.get("x-project-id")
    if wanted not in allowed or project is None or not project.enabled or (named is not None and named != wanted):
        return ERROR_BODIES[call.service](*OTHER_PROJECT[call.service])
    call.project = project
    return None


def _allowed_projects(call: Call) -> list[str]:
    if call.token is not None:
        return [call.token.project_id] if call.token.project_id else []
    assert call.user is not None
    key = _key(call)
    return call.user.projects if key is None or key.projects is None else key.projects


def _by_token(call: Call) -> Reply | None:
    token: Token | None = call.identity.tokens.get(call.headers["x-auth-token"])
    if token is None or not token.valid(call.now):
        call.identity.token_failures += 1
        if call.options.token_errors == "native" and call.service in INVALID_TOKEN:
            return ERROR_BODIES[call.service](*INVALID_TOKEN[call.service])
        return _unauthorized(call, "Incorrect IAM authentication information: decrypt token fail")
    call.token, call.user = token, token.user
    return None


def _key(call: Call) -> AccessKey | None:
    given = parse_authorization(call.headers.get("authorization", ""))
    return call.identity.access_keys.get(given.access) if given else None


def _by_signature(call: Call) -> Reply | None:
    key = _key(call)
    if key is None:
        call.identity.unknown_key_failures += 1
        return _unauthorized(call, "Incorrect IAM authentication information: Get secretKey failed")
    if key.locked(call.now):
        key.failures += 1
        return _unauthorized(call, "Incorrect IAM authentication information: the AK is locked, try again in 5 minutes")
    refusal = _check_signature(call, key)
    if refusal is not None:
        key.fail(call.now)
        return refusal
    key.succeed()
    call.user = key.user
    return None


def _check_signature(call: Call, key: AccessKey) -> Reply | None:
    given = parse_authorization(call.headers["authorization"])
    assert given is not None
    signed_at = sdk_date(call.headers.get("x-sdk-date", ""))
    if signed_at is None or "x-sdk-date" not in given.signed_headers:
        return _unauthorized(call, "Incorrect IAM authentication information: X-Sdk-Date is missing or not signed")
    if abs(signed_at - call.now) > MAX_SKEW_SECONDS:
        message = "Incorrect IAM authentication information: the time difference exceeds 15 minutes"
        return gateway_error(401, "APIGW.0303", message, call.request_id)
    expired = key.expires_at is not None and call.now >= key.expires_at
    if expired or call.headers.get("x-security-token") != key.security_token or not key.user.enabled:
        return _unauthorized(call, "Incorrect IAM authentication information: securityToken is invalid or has expired")
    wanted = signature_of(
        key.secret, call.method, call.raw_path, call.query_string, call.headers, given.signed_headers, call.body
    )
    if not hmac.compare_digest(wanted, given.signature):
        return _unauthorized(call, "Incorrect IAM authentication information: verify aksk signature fail")
    return None


def _unauthorized(call: Call, message: str) -> Reply:
    return gateway_error(401, "APIGW.0301", message, call.request_id)
