# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The given credentials, validated before anything is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import datetime, timezone
from typing import Any

from .._errors import OptionError, ServiceError

_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")
_ID = re.compile(r"[A-Za-z0-9_-]+")


def is_project_id(value: str) -> bool:
    """Tell whether ``value`` can be used in a URL as the ID of a project."""
    return bool(_ID.fullmatch(value))


def is_header_safe(value: str) -> bool:
    """Tell whether ``value`` can be sent in a header."""
    return bool(_HEADER_SAFE.fullmatch(value))


@dataclass(frozen=True)
class AccessKey:
    """An access key; a temporary one has a security token and, where that is known, a time of expiry (a timestamp)."""

    access: str
    secret: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    expires_at: float | None = None

    @classmethod
    def from_response(cls, data: Any, service: str) -> AccessKey:
        """Read a temporary key out of the response of IAM or of the metadata service."""
        found = data.get("credential") if isinstance(data, dict) else None
        key = found if isinstance(found, dict) else {}
        access, secret, security_token = (key.get(name) for name in ("access", "secret", "securitytoken"))
        if not all(isinstance(value, str) and is_header_safe(value) for value in (access, secret, security_token)):
            raise ServiceError(
                "the response holds no temporary access key", error_code="MalformedReply", service=service
            )
        return cls(str(access), str(secret), security_token, _timestamp(key.get("expires_at")))

    def expired(self, now: float) -> bool:
        """Tell whether the key is known to have expired."""
        return self.expires_at is not None and now >= self.expires_at


@dataclass(frozen=True)
class Credentials:
    """Precedence: token, then access key, then password, then metadata; an ID precedes a name."""

    token: str | None = field(default=None, repr=False)
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    security_token: str | None = field(default=None, repr=False)
    username: str | None = None
    user_id: str | None = None
    password: str | None = field(default=None, repr=False)
    passcode: str | None = field(default=None, repr=False)
    domain_name: str | None = None
    domain_id: str | None = None
    project_id: str | None = None
    project_name: str | None = None
    project_domain_name: str | None = None
    project_domain_id: str | None = None
    agency_name: str | None = None
    agency_domain_name: str | None = None
    metadata: bool | None = None

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Credentials:
        """Read the credentials from ``options``; an empty string counts as not given."""
        return cls(**{field.name: options.get(field.name) or None for field in fields(cls)})

    @property
    def kind(self) -> str:
        """Return ``token``, ``access key``, ``password`` or ``metadata``, whichever is used."""
        if self.token:
            return "token"
        if self.access_key or self.secret_key:
            return "access key"
        return "metadata" if self.metadata and not self.password else "password"

    @property
    def key(self) -> AccessKey:
        """The given access key."""
        return AccessKey(self.access_key or "", self.secret_key or "", self.security_token)

    @property
    def can_log_in(self) -> bool:
        """Whether there is all that a login with a password needs."""
        return bool(self.password and (self.user_id or (self.username and self.domain)))

    @property
    def domain(self) -> dict[str, str]:
        """The domain of the user, as requests name it; empty where none is given."""
        return _reference(self.domain_id, self.domain_name)

    @property
    def user(self) -> dict[str, Any]:
        """The user, as requests name it."""
        return {"id": self.user_id} if self.user_id else {"name": self.username, "domain": self.domain}

    @property
    def project_domain(self) -> dict[str, str]:
        """The domain of a project that is named: that of the agency, the given one, or else the user's."""
        if self.agency_name:
            return {"name": self.agency_domain_name or ""}
        return _reference(self.project_domain_id, self.project_domain_name) or self.domain

    @property
    def secrets(self) -> tuple[str | None, ...]:
        return (self.token, self.secret_key, self.security_token, self.password, self.passcode)

    def check(self) -> None:
        """Raise `OptionError` naming the option that is missing or cannot be sent."""
        if self.project_id and not is_project_id(self.project_id):
            raise OptionError("project_id: may only contain letters, digits, '-' and '_'")
        for name in ("token", "access_key", "secret_key", "security_token"):
            value = getattr(self, name)
            if value and not is_header_safe(value):
                raise OptionError(f"{name}: contains characters not allowed in an HTTP header")
        if bool(self.agency_name) != bool(self.agency_domain_name):
            missing = "agency_domain_name" if self.agency_name else "agency_name"
            raise OptionError(f"{missing}: required, as an agency is named by agency_name and agency_domain_name")
        if self.kind == "access key":
            self._require("access_key", "secret_key")
        elif self.kind == "password":
            self._check_login()

    def _check_login(self) -> None:
        if not self.user_id and not self.username and not self.password:
            raise OptionError(
                "no credentials: give token, access_key and secret_key, or username, password and domain_name"
                " (or their environment variables, or cloud), or metadata"
            )
        if self.user_id:
            self._require("password")
        elif self.domain_id:
            self._require("username", "password")
        else:
            self._require("username", "password", "domain_name")

    def _require(self, *names: str) -> None:
        missing = [name for name in names if not getattr(self, name)]
        if missing:
            raise OptionError(f"{', '.join(missing)}: required for authentication by {self.kind}")


def _reference(id_: str | None, name: str | None) -> dict[str, str]:
    if id_:
        return {"id": id_}
    return {"name": name} if name else {}


def _timestamp(text: Any) -> float | None:
    """Read a time such as 2026-11-21T10:00:00.000000Z; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp()
    except (TypeError, ValueError):
        return None
