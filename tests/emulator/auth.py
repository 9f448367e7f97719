# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides who sent a request and whether the project in its path is theirs; a Refusal is raised if not."""

from __future__ import annotations

import hmac

from .call import Call
from .identity import AccessKey
from .responses import Refusal
from .signature import MAX_SKEW_SECONDS, parse_authorization, sdk_date, signature_of


def authenticate(call: Call) -> None:
    """Fill in ``call.user`` and, where the request has one, ``call.token``."""
    if "x-auth-token" in call.headers:
        _by_token(call)
    elif "authorization" in call.headers:
        _by_signature(call)
    else:
        call.identity.token_failures += 1
        raise _unauthorized("x-auth-token not found")


def authorize(call: Call) -> None:
    """Fill in ``call.project`` from the path; the service's own refusal where it is not the caller's."""
    wanted = call.path_params.get("project_id")
    if wanted is None:
        return
    project = call.cloud.projects.get(wanted)
    named = call.headers.get("x-project-id")
    if (
        wanted not in _allowed_projects(call)
        or project is None
        or not project.enabled
        or (named is not None and named != wanted)
    ):
        raise call.service.other_project
    call.project = project


def _allowed_projects(call: Call) -> list[str]:
    if call.token is not None:
        return [call.token.project_id] if call.token.project_id else []
    assert call.user is not None
    key = _key(call)
    return call.user.projects if key is None or key.projects is None else key.projects


def _by_token(call: Call) -> None:
    token = call.identity.tokens.get(call.headers["x-auth-token"])
    if token is None or not token.valid(call.now):
        call.identity.token_failures += 1
        native = call.options.token_errors == "native" and call.service.invalid_token
        raise native or _unauthorized("decrypt token fail")
    call.token, call.user = token, token.user


def _key(call: Call) -> AccessKey | None:
    given = parse_authorization(call.headers.get("authorization", ""))
    return call.identity.access_keys.get(given.access) if given else None


def _by_signature(call: Call) -> None:
    key = _key(call)
    if key is None:
        call.identity.unknown_key_failures += 1
        raise _unauthorized("Get secretKey failed")
    if key.locked(call.now):
        key.failures += 1
        raise _unauthorized("the AK is locked, try again in 5 minutes")
    try:
        _check_signature(call, key)
    except Refusal:
        key.fail(call.now)
        raise
    key.succeed()
    call.user = key.user


def _check_signature(call: Call, key: AccessKey) -> None:
    given = parse_authorization(call.headers["authorization"])
    assert given is not None
    signed_at = sdk_date(call.headers.get("x-sdk-date", ""))
    if signed_at is None or "x-sdk-date" not in given.signed_headers:
        raise _unauthorized("X-Sdk-Date is missing or not signed")
    if abs(signed_at - call.now) > MAX_SKEW_SECONDS:
        raise _unauthorized("the time difference exceeds 15 minutes", "APIGW.0303")
    expired = key.expires_at is not None and call.now >= key.expires_at
    if expired or call.headers.get("x-security-token") != key.security_token or not key.user.enabled:
        raise _unauthorized("securityToken is invalid or has expired")
    wanted = signature_of(
        key.secret, call.method, call.raw_path, call.query_string, call.headers, given.signed_headers, call.payload
    )
    if not hmac.compare_digest(wanted, given.signature):
        raise _unauthorized("verify aksk signature fail")


def _unauthorized(reason: str, code: str = "APIGW.0301") -> Refusal:
    return Refusal(401, code, f"Incorrect IAM authentication information: {reason}")
