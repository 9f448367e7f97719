# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The given credentials, validated before anything is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any

from .._errors import OptionError

_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")
_ID = re.compile(r"[A-Za-z0-9_-]+")


def is_project_id(value: str) -> bool:
    """Tell whether ``value`` can be used in a URL as the ID of a project."""
    return bool(_ID.fullmatch(value))


@dataclass(frozen=True)
class Credentials:
    """Precedence: token, then access key, then password."""

    token: str | None = None
    access_key: str | None = None
    secret_key: str | None = None
    security_token: str | None = None
    username: str | None = None
    password: str | None = None
    domain_name: str | None = None
    project_id: str | None = None
    project_name: str | None = None

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Credentials:
        """Read the credentials from ``options``; an empty string counts as not given."""
        return cls(**{field.name: options.get(field.name) or None for field in fields(cls)})

    @property
    def kind(self) -> str:
        """Return ``token``, ``access key`` or ``password``, whichever is used."""
        if self.token:
            return "token"
        return "access key" if self.access_key or self.secret_key else "password"

    @property
    def can_log_in(self) -> bool:
        """Whether there is all that a login with a password needs."""
        return bool(self.username and self.password and self.domain_name)

    @property
    def secrets(self) -> tuple[str | None, ...]:
        return (self.token, self.secret_key, self.security_token, self.password)

    def check(self) -> None:
        """Raise `OptionError` naming the option that is missing or cannot be sent."""
        if self.project_id and not is_project_id(self.project_id):
            raise OptionError("project_id: may only contain letters, digits, '-' and '_'")
        for name in ("token", "access_key", "secret_key", "security_token"):
            value = getattr(self, name)
            if value and not _HEADER_SAFE.fullmatch(value):
                raise OptionError(f"{name}: contains characters not allowed in an HTTP header")
        if self.kind == "access key":
            self._require("access_key", "secret_key")
        elif self.kind == "password":
            if not self.username and not self.password:
                raise OptionError(
                    "no credentials: give token, access_key and secret_key, or username, password and domain_name"
                    " (or their environment variables, or cloud)"
                )
            self._require("username", "password", "domain_name")

    def _require(self, *names: str) -> None:
        missing = [name for name in names if not getattr(self, name)]
        if missing:
            raise OptionError(f"{', '.join(missing)}: required for authentication by {self.kind}")
