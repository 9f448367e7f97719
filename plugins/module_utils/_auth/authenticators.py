# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The headers of credentials, and what happens when they are refused."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from .._errors import AuthError
from .signer import sign

TOKEN_HEADER = "X-Auth-Token"


class Gate:
    """Lets the first request be sent alone and blocks everything after a refusal.

    More than five failed authentications lock an access key for five minutes (error APIGW.0301), so sixteen
    workers must not use a wrong key at once.
    """

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._proven = False
        self._busy = False
        self._refusal: AuthError | None = None

    @property
    def proven(self) -> bool:
        return self._proven

    @property
    def closed(self) -> bool:
        """Whether the credentials were refused."""
        return self._refusal is not None

    def enter(self) -> bool:
        if self._refusal is not None:
            raise self._refusal
        if self._proven:
            return False
        with self._turn:
            self._turn.wait_for(lambda: self._proven or self._refusal is not None or not self._busy)
            if self._refusal is not None:
                raise self._refusal
            if self._proven:
                return False
            self._busy = True
            return True

    def leave(self, first: bool, accepted: bool) -> None:
        if not first:
            return
        with self._turn:
            self._busy = False
            self._proven = self._proven or accepted
            self._turn.notify_all()

    def close(self, error: AuthError) -> None:
        """Refuse every request from now on."""
        with self._turn:
            self._refusal = self._refusal or error
            self._turn.notify_all()


class KeyAuthenticator(Gate):
    """Signs every request with an access key, permanent or temporary; a refusal is final."""

    def __init__(self, access_key: str, secret_key: str, security_token: str | None = None) -> None:
        super().__init__()
        self._access_key = access_key
        self._secret_key = secret_key
        self._security_token = security_token
        self.project_id: str | None = None

    def sign(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> None:
        if self.project_id:
            headers["X-Project-Id"] = self.project_id
        if self._security_token:
            headers["X-Security-Token"] = self._security_token
        sign(method, url, headers, body, access_key=self._access_key, secret_key=self._secret_key)

    def refused(self, headers: Mapping[str, str], error: AuthError) -> bool:
        self.close(error)
        return False


class TokenAuthenticator(Gate):
    """Sends a token and renews it once, where possible, when it is rejected.

    ``renew`` logs in and returns a token. It is called at most once, however many workers see the rejection,
    and not at all for a fresh token that was never accepted.
    """

    def __init__(self, token: str, renew: Callable[[], str] | None = None, *, fresh: bool = False) -> None:
        super().__init__()
        self._token = token
        self._renew = renew
        self._fresh = fresh
        self._renewal = threading.Lock()

    @property
    def token(self) -> str:
        return self._token

    def sign(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> None:
        headers[TOKEN_HEADER] = self._token

    def refused(self, headers: Mapping[str, str], error: AuthError) -> bool:
        with self._renewal:
            if headers.get(TOKEN_HEADER) != self._token:
                return True
            if self._refusal is not None:
                raise self._refusal
            if self._renew is None or (self._fresh and not self.proven):
                self.close(error)
                return False
            renew, self._renew = self._renew, None
            try:
                self._token = renew()
            except AuthError as refusal:
                self.close(refusal)
                raise
            return True
