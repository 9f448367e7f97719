# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metadata service of a server in the cloud, on a port of this machine."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from emulator import CloudEmulator
from emulator.services.iam import described_key

from .http_stub import Answer, Asked, SmallServer

TOKEN_PATH, KEY_PATH = "/meta-data/latest/api/token", "/openstack/latest/securitykey"
NO_AGENCY = {"error": {"message": "Please configure Cloud Service Agency first", "code": 404}}


@dataclass
class Metadata:
    """Gives out keys of the emulator's first user.

    - ``token_status``: of the response to a request for a token; 404 where keys need none.
    - ``agency``: whether the server has an agency.
    - ``key_seconds``: how long a key holds; ``same_key``: the first one is given out again and again.
    """

    cloud: CloudEmulator
    token_status: int = 200
    agency: bool = True
    key_seconds: float = 3600.0
    same_key: bool = False
    tokens: list[str] = field(default_factory=list)
    keys: list[dict[str, str]] = field(default_factory=list)

    def expire_tokens(self) -> None:
        """Refuse the tokens so far."""
        self.tokens = [f"expired {token}" for token in self.tokens]

    def __call__(self, asked: Asked) -> Answer:
        if request_of(asked) == ("PUT", TOKEN_PATH):
            return self._token(asked)
        if request_of(asked) == ("GET", KEY_PATH):
            return self._key(asked)
        return Answer(404)

    def _token(self, asked: Asked) -> Answer:
        if self.token_status != 200:
            return Answer(self.token_status)
        if not 1 <= int(asked.headers["x-metadata-token-ttl-seconds"]) <= 21600:
            return Answer(400)
        self.tokens.append(f"metadata-token-{len(self.tokens)}-Kf83hGs92LqpZ")
        return Answer(200, self.tokens[-1].encode())

    def _key(self, asked: Asked) -> Answer:
        if self.token_status == 200 and asked.headers.get("x-metadata-token") not in self.tokens:
            return Answer(401, b"the token is invalid")
        if not self.agency:
            return Answer(401 if self.token_status == 200 else 404, json.dumps(NO_AGENCY).encode())
        if not self.keys or not self.same_key:
            identity = self.cloud.loaded.identity
            user = next(iter(identity.users.values()))
            self.keys.append(described_key(identity.issue_key(user, time.time() + self.key_seconds)))
        return Answer(200, json.dumps({"credential": self.keys[-1]}).encode())


def request_of(asked: Asked) -> tuple[str, str]:
    """Method and path, also of a request that was sent through a proxy."""
    return asked.method, urlsplit(asked.target).path


def served(metadata: Metadata) -> SmallServer:
    """A server to be entered as a context; its ``asked`` are the requests."""
    return SmallServer(metadata)
