# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens issued by a real Keystone, which validates each one; its response is cached for a second."""

from __future__ import annotations

import asyncio
from typing import Any

import requests

from .call import Call
from .identity import Domain, Token, User
from .times import parse_time

CACHE_SECONDS = 1.0
TIMEOUT_SECONDS = 10.0


class KeystoneTokens:
    """Validates tokens at ``url`` (with or without ``/v3``); the projects must have the same ids there and here."""

    def __init__(self, url: str) -> None:
        self._tokens_url = url.rstrip("/").removesuffix("/v3") + "/v3/auth/tokens"
        self._asked_at: dict[str, float] = {}

    async def learn(self, call: Call) -> None:
        """Add the token of ``call`` to the emulator, or expire it, as Keystone's response requires."""
        token_id = call.headers.get("x-auth-token")
        if not token_id:
            return
        known = call.identity.tokens.get(token_id)
        if known is not None and known.expires_at == 0:
            return
        if call.now - self._asked_at.get(token_id, 0.0) < CACHE_SECONDS:
            return
        described = await asyncio.to_thread(self._validate, token_id)
        self._asked_at[token_id] = call.now
        if described is not None:
            call.identity.tokens[token_id] = _token(token_id, described, call.now)
        elif known is not None:
            call.identity.expire([known])

    def _validate(self, token_id: str) -> dict[str, Any] | None:
        headers = {"X-Auth-Token": token_id, "X-Subject-Token": token_id}
        response = requests.get(self._tokens_url, headers=headers, timeout=TIMEOUT_SECONDS)
        if response.status_code in (401, 404):
            return None
        response.raise_for_status()
        described: dict[str, Any] = response.json()["token"]
        return described


def _token(token_id: str, described: dict[str, Any], now: float) -> Token:
    user, project = described["user"], described.get("project")
    domain = Domain(user["domain"]["id"], user["domain"]["name"])
    projects = [project["id"]] if project else []
    owner = User(user["id"], user["name"], "", domain, projects)
    return Token(
        token_id,
        owner,
        issued_at=now,
        expires_at=parse_time(described["expires_at"]),
        project_id=project["id"] if project else None,
        methods=tuple(described.get("methods", ())),
    )
