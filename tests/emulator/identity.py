# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains, users, access keys and the tokens issued so far. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

LOCK_AFTER = 5
LOCK_SECONDS = 300.0
TOKEN_SECONDS = 86400.0


@dataclass
class Domain:
    id: str
    name: str


@dataclass
class User:
    """``projects`` are the ids of the projects that the user has a role in.

    A user with ``passcodes``, a list, has to send one of them with the password; each serves one login.
    """

    id: str
    name: str
    password: str
    domain: Domain
    projects: list[str]
    enabled: bool = True
    passcodes: list[str] | None = None


@dataclass
class Agency:
    """Lets users of the domain ``trusted`` act in the domain of ``user``, who stands for them there."""

    name: str
    user: User
    trusted: Domain

    @property
    def domain(self) -> Domain:
        return self.user.domain


@dataclass
class AccessKey:
    """A permanent key, or a temporary one when it has a ``security_token``. ``projects`` None: all of the user's."""

    access: str
    secret: str
    user: User
    security_token: str | None = None
    projects: list[str] | None = None
    expires_at: float | None = None
    failures: int = 0
    failures_in_a_row: int = 0
    locked_until: float = 0.0

    def fail(self, now: float) -> None:
        """Count a refused request; more than five in a row lock the key for five minutes (API Gateway, APIGW.0301)."""
        self.failures += 1
        self.failures_in_a_row += 1
        if self.failures_in_a_row > LOCK_AFTER:
            self.locked_until = now + LOCK_SECONDS

    def succeed(self) -> None:
        self.failures_in_a_row = 0
        self.locked_until = 0.0

    def locked(self, now: float) -> bool:
        return now < self.locked_until


@dataclass
class Token:
    id: str
    user: User
    issued_at: float
    expires_at: float
    project_id: str | None = None
    domain: Domain | None = None
    methods: tuple[str, ...] = ("password",)
    assumed_by: User | None = None

    def valid(self, now: float) -> bool:
        return self.user.enabled and now < self.expires_at


@dataclass
class Identity:
    """The identity side of a scenario."""

    domains: dict[str, Domain] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    access_keys: dict[str, AccessKey] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    agencies: list[Agency] = field(default_factory=list)
    logins: int = 0
    login_failures: int = 0
    token_failures: int = 0
    unknown_key_failures: int = 0

    def find_user(self, wanted: dict[str, Any]) -> User | None:
        """The user that the ``user`` object of a login names by id, or by name and domain."""
        if "id" in wanted:
            return self.users.get(str(wanted["id"]))
        domain = wanted.get("domain") or {}
        for user in self.users.values():
            if user.name == wanted.get("name") and _names(domain, user.domain):
                return user
        return None

    def find_domain(self, wanted: dict[str, Any]) -> Domain | None:
        return next((domain for domain in self.domains.values() if _names(wanted, domain)), None)

    def find_agency(self, name: Any, domain: dict[str, Any]) -> Agency | None:
        return next((one for one in self.agencies if one.name == name and _names(domain, one.domain)), None)

    def issue_key(self, user: User, expires_at: float) -> AccessKey:
        """A new temporary key."""
        secret, security_token = secrets.token_urlsafe(30), secrets.token_urlsafe(90)
        key = AccessKey("HST" + secrets.token_hex(8).upper(), secret, user, security_token, expires_at=expires_at)
        self.access_keys[key.access] = key
        return key

    def issue(self, user: User, now: float, **scope: Any) -> Token:
        """A new token; as those of the clouds, it is long, opaque and starts with MII."""
        token = Token("MIIE" + secrets.token_urlsafe(180), user, now, now + TOKEN_SECONDS, **scope)
        self.tokens[token.id] = token
        return token

    def expire(self, tokens: Iterable[Token] | None = None) -> int:
        """Let the given tokens (default: all) expire at once; returns how many were valid."""
        chosen = [token for token in (self.tokens.values() if tokens is None else tokens) if token.expires_at > 0]
        for token in chosen:
            token.expires_at = 0.0
        return len(chosen)

    def summary(self, now: float) -> dict[str, Any]:
        """Counts of sign-ins and refusals, never a secret."""
        return {
            "logins": self.logins,
            "login_failures": self.login_failures,
            "token_failures": self.token_failures,
            "unknown_key_failures": self.unknown_key_failures,
            "tokens": len(self.tokens),
            "access_keys": {
                key.access: {
                    "failures": key.failures,
                    "failures_in_a_row": key.failures_in_a_row,
                    "locked": key.locked(now),
                }
                for key in self.access_keys.values()
            },
        }


def _names(wanted: dict[str, Any], domain: Domain) -> bool:
    if "id" in wanted:
        return bool(wanted["id"] == domain.id)
    return bool(wanted.get("name") == domain.name)
