# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Requests to one service: authenticated, paced, retried where that is safe."""

from __future__ import annotations

import json as jsonlib
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Callable, Optional, Protocol
from urllib.parse import quote, urlencode, urlsplit

from .._errors import AuthError, ServiceError, StalledError, TransportError
from .._text import Redactor, printable
from .limiter import LONGEST_PAUSE, Limiter
from .response import ApiError, Response
from .transport import USER_AGENT, Transport

try:
    from urllib3.exceptions import InvalidHeader, MaxRetryError
    from urllib3.util.retry import Retry
except ImportError:
    pass  # reported by transport.REQUESTS_IMPORT_ERROR, as requests brings urllib3

RETRIED_STATUSES = frozenset({408, 500, 502, 503, 504})
# After these an earlier DELETE may have been carried out; 408 and 503 say that the service did not take the request.
AMBIGUOUS_STATUSES = frozenset({500, 502, 504})
THROTTLE_CODES = frozenset({"APIGW.0308", "IAM.0012"})
TRIES = 6
BACKOFF_SECONDS = 0.25
LONGEST_BACKOFF = 10.0

FindError = Callable[[Response], Optional[ApiError]]


class Authenticator(Protocol):
    """What a client asks of the layer above: credentials on each request, and what a refusal means."""

    def enter(self) -> bool:
        """Wait while the first request is under way; return whether this one is the first. May raise `AuthError`."""

    def leave(self, first: bool, accepted: bool) -> None:
        """End what `enter` began; ``accepted`` where the service took the credentials."""

    def sign(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> None:
        """Add the credentials to ``headers``."""

    def refused(self, headers: Mapping[str, str], error: AuthError) -> bool:
        """Take note of a refusal; return True where new credentials make another try worthwhile."""


class RequestStats:
    """Requests sent and throttle signals received by all clients of one module call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests = 0
        self.throttled = 0
        self.started = time.monotonic()

    def count(self, throttled: bool = False) -> None:
        with self._lock:
            if throttled:
                self.throttled += 1
            else:
                self.requests += 1

    def summary(self) -> dict[str, Any]:
        """Return requests, throttled and the seconds since the start."""
        seconds = round(time.monotonic() - self.started, 3)
        return {"requests": self.requests, "throttled": self.throttled, "seconds": seconds}


class Client:
    """Asks one service. Shared by all workers.

    ``stall_timeout``: seconds without any conclusive reply after which the service is given up.
    """

    def __init__(
        self,
        transport: Transport,
        base_url: str,
        authenticator: Authenticator | None,
        *,
        service: str,
        redact: Redactor,
        stats: RequestStats,
        throttle_codes: frozenset[str] = frozenset(),
        auth_codes: frozenset[str] = frozenset(),
        max_rps: float | None = None,
        stall_timeout: float = 120.0,
        headers: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        transport.open(base_url)
        self.service = service
        self._transport = transport
        self._base_url = base_url
        self._url = f"{urlsplit(base_url).scheme}://{urlsplit(base_url).netloc}"
        self._prefix = urlsplit(base_url).path
        self._authenticator = authenticator
        self._redact = redact
        self._stats = stats
        self._throttle_codes = THROTTLE_CODES | throttle_codes
        self._auth_codes = auth_codes
        self._limiter = Limiter(max_rps, clock=clock, sleep=sleep)
        self._stall_timeout = stall_timeout
        self._headers = {"User-Agent": USER_AGENT, "Accept": "application/json", **(headers or {})}
        self._clock = clock
        self._sleep = sleep
        self._progressed_at = clock()

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        idempotent: bool = True,
        find_error: FindError | None = None,
    ) -> Response:
        """Send a request until its reply is conclusive; return a 2xx, a 4xx or an unrepeatable 5xx reply.

        A request that is not idempotent is only repeated where the service said that it was not taken.
        ``find_error`` reads what failed out of a 2xx reply, where that may be a throttle signal. It then stands in
        the response's ``error``.
        Raises `AuthError`, `TransportError`, `StalledError`, or `ServiceError` for a redirect.
        """
        target = path + ("?" + urlencode(query, quote_via=quote) if query else "")
        body = None if json is None else jsonlib.dumps(json, separators=(",", ":")).encode()
        base_headers = {**self._headers, **(headers or {})}
        if body is not None:
            base_headers.setdefault("Content-Type", "application/json")
        retry: Any = None
        maybe_applied = False
        while True:
            try:
                reply = self._try(method, target, dict(base_headers), body, find_error)
            except TransportError as error:
                maybe_applied = maybe_applied or error.maybe_applied
                error.service = self.service
                error.error_msg = self._redact(error.error_msg)
                error.maybe_applied = maybe_applied
                retry = self._next_try(retry, method, target)
                if retry is None or error.final or (error.maybe_applied and not idempotent):
                    raise
                self._pause(retry, None)
                continue
            if reply is None:
                continue
            if reply.status in RETRIED_STATUSES:
                maybe_applied = maybe_applied or reply.status in AMBIGUOUS_STATUSES
                retry = self._next_try(retry, method, target)
                if retry is not None and (idempotent or reply.status not in AMBIGUOUS_STATUSES):
                    self._pause(retry, reply)
                    continue
            else:
                self._progressed_at = self._clock()
            if 300 <= reply.status < 400:
                raise ServiceError(
                    "the service answered with a redirect, which is never followed",
                    error_code="Redirect",
                    http_status=reply.status,
                    service=self.service,
                )
            return replace(reply, maybe_applied=True) if maybe_applied else reply

    def reset_stall_timer(self) -> None:
        """Start the stall clock anew, as a new piece of work begins."""
        self._progressed_at = self._clock()

    def service_error(self, response: Response, doing: str) -> ServiceError:
        """Return an error response as an exception whose message begins with ``doing``, what was tried."""
        error = response.error or ApiError(None, "")
        return ServiceError(
            f"{doing}: {error.message}",
            error_code=error.code,
            http_status=response.status,
            request_id=error.request_id,
            service=self.service,
        )

    def _clean(self, error: ApiError) -> ApiError:
        """Return ``error`` without secrets and control characters.

        Secrets go first: cut short or with a character replaced, one would no longer be known.
        """
        code, message, request_id = (
            printable(self._redact(text or ""), limit)
            for text, limit in ((error.code, 64), (error.message, 512), (error.request_id, 128))
        )
        return ApiError(code or None, message, request_id or None, error.conclusive)

    def _try(
        self,
        method: str,
        target: str,
        headers: dict[str, str],
        body: bytes | None,
        find_error: FindError | None,
    ) -> Response | None:
        """Send once; return None where the same request is to be sent again at once (throttled, renewed token)."""
        slot = self._limiter.wait(self._progressed_at + self._stall_timeout)
        first = self._authenticator.enter() if self._authenticator else False
        accepted = False
        try:
            if self._stalled():
                raise StalledError(self._stall_timeout, service=self.service)
            if self._authenticator:
                self._authenticator.sign(method, self._url + self._prefix + target, headers, body)
            self._stats.count()
            response = self._transport.send(method, self._base_url, target, headers, body)
            error = response.api_error() if not response.ok else find_error(response) if find_error else None
            if error is None:
                self._limiter.granted()
                accepted = True
                return response
            error = self._clean(error)
            if response.status == 429 or error.code in self._throttle_codes:
                self._stats.count(throttled=True)
                self._limiter.throttled(slot, _retry_after(response), error.message)
                return None
            self._limiter.granted()
            if self._authenticator and (response.status == 401 or error.code in self._auth_codes):
                refusal = self._auth_error(response, error)
                if self._authenticator.refused(headers, refusal):
                    return None
                raise refusal
            accepted = response.ok or (400 <= response.status < 500 and response.status not in RETRIED_STATUSES)
            return replace(response, error=error)
        finally:
            if self._authenticator:
                self._authenticator.leave(first, accepted)

    def _stalled(self) -> bool:
        return self._clock() >= self._progressed_at + self._stall_timeout

    def _auth_error(self, reply: Response, error: ApiError) -> AuthError:
        message = error.message
        if error.code == "APIGW.0303":
            message += " (the clock of this machine is off by more than 15 minutes)"
        return AuthError(
            message,
            error_code=error.code,
            http_status=reply.status,
            request_id=error.request_id,
            service=self.service,
        )

    def _next_try(self, retry: Any, method: str, target: str) -> Any:
        if self._stalled():
            return None
        policy = retry or Retry(total=TRIES - 1, backoff_factor=BACKOFF_SECONDS)
        try:
            return policy.increment(method, target)
        except MaxRetryError:
            return None

    def _pause(self, retry: Any, reply: Response | None) -> None:
        backoff = min(retry.get_backoff_time(), LONGEST_BACKOFF) * random.uniform(0.5, 1.5)
        pause = max(backoff, (_retry_after(reply) if reply else None) or 0.0)
        self._sleep(max(0.0, min(pause, self._progressed_at + self._stall_timeout - self._clock())))


def _retry_after(reply: Response) -> float | None:
    """Read Retry-After (seconds or a date, RFC 9110), at most a minute."""
    value = reply.headers.get("retry-after")
    if not value:
        return None
    try:
        return min(max(Retry().parse_retry_after(value), 0.0), LONGEST_PAUSE)
    except (InvalidHeader, ValueError, OverflowError):
        return None
