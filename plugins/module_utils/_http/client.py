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
from contextlib import suppress
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any, Callable, Optional, Protocol
from urllib.parse import quote, urlencode, urlsplit

from .._errors import AuthError, ServiceError, StalledError, TransportError
from .._text import Redactor, printable
from .limiter import LONGEST_PAUSE, Limiter
from .response import ApiError, Response
from .transport import USER_AGENT, Transport

RETRIED_STATUSES = frozenset({408, 500, 502, 503, 504})
# After these an earlier DELETE may have been carried out; 408 and 503 say that the service did not take the request.
AMBIGUOUS_STATUSES = frozenset({500, 502, 504})
THROTTLE_CODES = frozenset({"APIGW.0308", "IAM.0012"})
TRIES = 6
BACKOFF_SECONDS = 0.25
LONGEST_BACKOFF = 10.0

FindError = Callable[[Response], Optional[ApiError]]


class Authenticator(Protocol):
    """Adds credentials to each request and decides what a refusal means; the layer above implements it."""

    def enter(self) -> bool:
        """Wait while the first request is under way; return whether this one is the first. May raise `AuthError`."""

    def leave(self, first: bool, accepted: bool) -> None:
        """End what `enter` began; ``accepted``: whether the service accepted the credentials."""

    def sign(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> None:
        """Add the credentials to ``headers``."""

    def refused(self, headers: Mapping[str, str], error: AuthError) -> None:
        """Take note of a refusal; return where new credentials make another try worthwhile, else raise `AuthError`."""


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
    """Sends requests to one service, ``concurrency`` at a time. Shared by all workers.

    ``stall_timeout``: seconds without any conclusive response after which `StalledError` is raised.
    ``unknown_host_advice`` is added to the error for a host that is unknown.
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
        concurrency: int = 64,
        stall_timeout: float = 120.0,
        unknown_host_advice: str = "",
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.service = service
        self._transport = transport
        self._origin = f"{urlsplit(base_url).scheme}://{urlsplit(base_url).netloc}"
        self._prefix = urlsplit(base_url).path
        transport.open(self._origin)
        self._authenticator = authenticator
        self._redact = redact
        self._stats = stats
        self._throttle_codes = THROTTLE_CODES | throttle_codes
        self._auth_codes = auth_codes
        self._limiter = Limiter(max_rps, clock=clock, sleep=sleep)
        self._slots = threading.BoundedSemaphore(concurrency)
        self._stall_timeout = stall_timeout
        self._unknown_host_advice = unknown_host_advice
        self._headers = {"User-Agent": USER_AGENT, "Accept": "application/json"}
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
        conclusive_codes: frozenset[str] = frozenset(),
    ) -> Response:
        """Send a request until its response is conclusive; return a 2xx, a 4xx or an unrepeatable 5xx response.

        A request that is not idempotent is only repeated where the service has not accepted it.
        ``find_error`` finds an error, such as a throttle signal, inside a 2xx response; it becomes the response's
        ``error``. The ``conclusive_codes`` are no throttle signals here, although they may be for other requests.
        Raises `AuthError`, `TransportError`, `StalledError`, or `ServiceError` for a redirect.
        """
        target = self._prefix + path + ("?" + urlencode(query, quote_via=quote) if query else "")
        body = None if json is None else jsonlib.dumps(json, separators=(",", ":")).encode()
        all_headers = {**self._headers, **(headers or {})}
        if body is not None:
            all_headers.setdefault("Content-Type", "application/json")
        request = _Request(method, target, all_headers, body, find_error, conclusive_codes)
        result: Response | TransportError
        maybe_applied = False
        for attempt in range(TRIES):
            try:
                result = self._send(request)
                retry = result.status in RETRIED_STATUSES
                maybe_applied = maybe_applied or result.status in AMBIGUOUS_STATUSES
            except TransportError as error:
                result = error
                retry = not error.final
                maybe_applied = maybe_applied or error.maybe_applied
            if not retry or (maybe_applied and not idempotent) or attempt == TRIES - 1:
                break
            self._back_off(attempt, result)
            if self._stalled():
                break
        if isinstance(result, TransportError):
            tries = f" ({attempt + 1} tries)" if attempt and not result.maybe_applied else ""
            advice = self._unknown_host_advice if result.unknown_host else ""
            message = self._redact(result.error_msg) + tries + advice
            raise TransportError(message, maybe_applied=maybe_applied, service=self.service, final=result.final)
        if result.status not in RETRIED_STATUSES:
            self._progressed_at = self._clock()
        if 300 <= result.status < 400:
            raise ServiceError(
                "the service answered with a redirect, which is never followed",
                error_code="Redirect",
                http_status=result.status,
                service=self.service,
            )
        return replace(result, maybe_applied=maybe_applied)

    def reset_stall_timer(self) -> None:
        """Start the stall clock anew, as a new piece of work begins."""
        self._progressed_at = self._clock()

    def service_error(self, response: Response, doing: str) -> ServiceError:
        """Return an error response as an exception; its message begins with ``doing``, the failed action."""
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

    def _send(self, request: _Request) -> Response:
        """Send a request, and at once again while it is throttled and after the token was renewed."""
        while True:
            with suppress(_SendAgain), self._slots:
                return self._send_once(request)

    def _send_once(self, request: _Request) -> Response:
        slot = self._limiter.wait(self._progressed_at + self._stall_timeout)
        first = accepted = throttled = False
        try:
            if self._authenticator:
                first = self._authenticator.enter()
            if self._stalled():
                raise StalledError(self._stall_timeout, service=self.service)
            headers = dict(request.headers)
            if self._authenticator:
                self._authenticator.sign(request.method, self._origin + request.target, headers, request.body)
            self._stats.count()
            response = self._transport.send(request.method, self._origin, request.target, headers, request.body)
            error = request.error_in(response)
            if error is None:
                accepted = True
                return response
            error = self._clean(error)
            is_throttled = response.status == 429 or error.code in self._throttle_codes
            if is_throttled and error.code not in request.conclusive_codes:
                throttled = True
                self._stats.count(throttled=True)
                self._limiter.throttled(slot, _retry_after(response), error.message)
                raise _SendAgain
            if self._authenticator and (response.status == 401 or error.code in self._auth_codes):
                self._authenticator.refused(headers, self._auth_error(response, error))
                raise _SendAgain
            accepted = response.ok or (400 <= response.status < 500 and response.status not in RETRIED_STATUSES)
            return replace(response, error=error)
        finally:
            if not throttled:
                self._limiter.succeeded()
            if self._authenticator:
                self._authenticator.leave(first, accepted)

    def _stalled(self) -> bool:
        return self._clock() >= self._progressed_at + self._stall_timeout

    def _auth_error(self, response: Response, error: ApiError) -> AuthError:
        message = error.message
        if error.code == "APIGW.0303":
            message += " (the clock of this machine is off by more than 15 minutes)"
        return AuthError(
            message,
            error_code=error.code,
            http_status=response.status,
            request_id=error.request_id,
            service=self.service,
        )

    def _back_off(self, attempt: int, result: Response | TransportError) -> None:
        pause = min(BACKOFF_SECONDS * 2**attempt, LONGEST_BACKOFF) * random.uniform(0.5, 1.5)
        if isinstance(result, Response):
            pause = max(pause, _retry_after(result))
        self._sleep(max(0.0, min(pause, self._progressed_at + self._stall_timeout - self._clock())))


@dataclass(frozen=True)
class _Request:
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None
    find_error: FindError | None
    conclusive_codes: frozenset[str]

    def error_in(self, response: Response) -> ApiError | None:
        if not response.ok:
            return response.api_error()
        return self.find_error(response) if self.find_error else None


class _SendAgain(Exception):
    """The service has not accepted the request, and it can be sent again at once."""


def _retry_after(response: Response) -> float:
    """Read the seconds or the date of Retry-After (RFC 9110), at most a minute; 0 without a usable one."""
    value = response.headers.get("retry-after", "")
    try:
        seconds = float(value) if value.isdecimal() else parsedate_to_datetime(value).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_PAUSE)
