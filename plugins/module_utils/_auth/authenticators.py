# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.

"""The headers of credentials, their renewal, and what happens when they are refused."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from .._errors import AuthError, HwcloudError
from .credentials import AccessKey
from .gate import Gate
from .signer import sign

TOKEN_HEADER = "X-Auth-Token"
SECURITY_TOKEN_HEADER = "X-Security-Token"
# A temporary key is replaced so long before it expires, if its source can be asked again.
RENEWAL_MARGIN = 300.0
# How often the source is asked at the most, as it may return the same key.
RENEWAL_PAUSE = 60.0
TOKENS_ONLY = "; {cloud} documents this service for tokens only: use a token, or user name and password"


class Credential(ABC):
    """What is sent with each request; replaced at most once where services no longer accept it.

    ``renew`` returns what takes its place. It is called once, however many workers see the refusal, and not at all for
    a ``fresh`` credential that no service has accepted.
    """

    def __init__(self, renew: Callable[[], Any] | None, *, fresh: bool) -> None:
        self.gate = Gate()
        self.project_id: str | None = None
        self._source = renew
        # Whether it may still be replaced because of a refusal.
        self._renewable = renew is not None
        self._fresh = fresh
        self._lock = threading.Lock()

    @abstractmethod
    def sign(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> None:
        """Add the credential to ``headers``."""

    @abstractmethod
    def _is_in(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the headers of a request hold the present credential, and not a former one."""

    @abstractmethod
    def _replace(self, secret: Any) -> bool:
        """Use what was renewed; return whether it differs."""

    def refused(self, service: str, headers: Mapping[str, str], error: AuthError, advice: str) -> None:
        """Return where another try is worthwhile, with new credentials; raise `AuthError` otherwise."""
        with self._lock:
            if not self._is_in(headers):
                return
            renewable = self._renewable and (self.gate.accepted or not self._fresh)
            if self._source and renewable and self.gate.closed is None:
                self._renewable = False
                try:
                    self._renew(self._source)
                except AuthError as refusal:
                    self.gate.close(refusal)
                    raise
                return
            raise self.gate.refuse(service, error, advice)

    def _renew(self, source: Callable[[], Any]) -> None:
        if self._replace(source()):
            self.gate.renew()


class TokenCredential(Credential):
    """A token; ``renew`` logs in and returns another."""

    def __init__(self, token: str, renew: Callable[[], str] | None = None, *, fresh: bool = False) -> None:
        super().__init__(renew, fresh=fresh)
        self._token = token

    @property
    def token(self) -> str:
        return self._token

    def sign(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> None:
        headers[TOKEN_HEADER] = self._token

    def _is_in(self, headers: Mapping[str, str]) -> bool:
        return headers.get(TOKEN_HEADER) == self._token

    def _replace(self, secret: str) -> bool:
        self._token = secret
        return True


class KeyCredential(Credential):
    """An access key that signs every request; ``renew`` returns another one for a temporary key."""

    def __init__(self, key: AccessKey, renew: Callable[[], AccessKey] | None = None) -> None:
        super().__init__(renew, fresh=True)
        self._key = key
        self._renew_at = self._time_to_renew()

    def sign(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> None:
        if time.time() >= self._renew_at:
            self._renew_in_time()
        key = self._key
        if self.project_id:
            headers["X-Project-Id"] = self.project_id
        if key.security_token:
            headers[SECURITY_TOKEN_HEADER] = key.security_token
        sign(method, url, headers, body, access_key=key.access, secret_key=key.secret)

    def _is_in(self, headers: Mapping[str, str]) -> bool:
        return (
            f" Access={self._key.access}," in headers.get("Authorization", "")
            and headers.get(SECURITY_TOKEN_HEADER) == self._key.security_token
        )

    def _replace(self, secret: AccessKey) -> bool:
        differs = secret != self._key
        self._key = secret
        self._renew_at = self._time_to_renew()
        return differs

    def _renew_in_time(self) -> None:
        """Renew a key that is about to expire; until it has, it can be used if that fails."""
        with self._lock:
            now = time.time()
            if self._source is None or now < self._renew_at:
                return
            self._renew_at = now + RENEWAL_PAUSE
            try:
                self._renew(self._source)
            except HwcloudError as error:
                if not self._key.expired(now):
                    return
                if isinstance(error, AuthError):
                    self.gate.close(error)
                raise

    def _time_to_renew(self) -> float:
        if self._source is None or self._key.expires_at is None:
            return float("inf")
        return max(self._key.expires_at - RENEWAL_MARGIN, time.time() + RENEWAL_PAUSE)


class ServiceAuthenticator:
    """A credential as it is sent to one service; ``advice`` is what to say about a refusal."""

    def __init__(self, credential: Credential, service: str, advice: str = "") -> None:
        self.credential = credential
        self._service = service
        self._advice = advice

    def enter(self) -> bool:
        return self.credential.gate.enter(self._service)

    def leave(self, first: bool, accepted: bool) -> None:
        self.credential.gate.leave(self._service, first, accepted)

    def sign(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> None:
        self.credential.sign(method, url, headers, body)

    def refused(self, headers: Mapping[str, str], error: AuthError) -> None:
        self.credential.refused(self._service, headers, error, self._advice)


class UnlikelyAuthenticator(ServiceAuthenticator):
    """For a service that may well refuse the credential, so that its refusal would say nothing.

    After another refusal, ``vouch`` asks IAM first; it raises `AuthError` where that refuses the credential as well.
    """

    def __init__(self, credential: Credential, service: str, advice: str, vouch: Callable[[], object]) -> None:
        super().__init__(credential, service, advice)
        self._vouch = vouch

    def enter(self) -> bool:
        first = super().enter()
        gate = self.credential.gate
        if first and gate.refused:
            try:
                self._vouch()
                gate.vouch("iam")
            except AuthError as refusal:
                gate.close(refusal)
                raise
            except HwcloudError:
                # The service itself is then the other one.
                return first
        return first


class UngatedAuthenticator(ServiceAuthenticator):
    """Sends a request while another one waits for what it shows."""

    def enter(self) -> bool:
        return False

    def refused(self, headers: Mapping[str, str], error: AuthError) -> None:
        raise error
