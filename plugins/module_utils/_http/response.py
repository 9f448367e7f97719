# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Responses of services, which are not trusted to be well-formed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_CODE_KEYS = ("error_code", "errorCode", "code")
_MESSAGE_KEYS = ("error_msg", "errorMessage", "error_message", "errorMsg", "message", "title")
_REQUEST_ID_HEADERS = ("x-request-id", "x-openstack-request-id", "x-trace-id")
# More than any list needs; a few kilobytes can expand to gigabytes.
LONGEST_BODY = 64 * 1024 * 1024
# zlib's window sizes: with a gzip header, with a zlib header, and without either, as some servers send deflate.
_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}


class InvalidJson(ValueError):
    """A body is not JSON."""


@dataclass(frozen=True)
class ApiError:
    """An error of a service: its code and message, either of which may be missing.

    ``conclusive`` is False where the response does not say for certain that the request failed.
    """

    code: str | None
    message: str
    request_id: str | None = None
    conclusive: bool = True


@dataclass(frozen=True)
class Response:
    """One HTTP response. Header names are in lower case.

    - ``maybe_applied``: an earlier attempt of the same request got no usable response and may have been carried out.
    - ``error``: without secrets and control characters; set by the client.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    maybe_applied: bool = False
    error: ApiError | None = None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """Return the parsed body; raise `InvalidJson` where it is not JSON."""
        try:
            return json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise InvalidJson("the response is not JSON") from error

    def api_error(self) -> ApiError:
        """Read code, message and request ID from any known error envelope, unchanged."""
        request_id = next((self.headers[name] for name in _REQUEST_ID_HEADERS if self.headers.get(name)), None)
        try:
            found = parse_error(self.json())
        except InvalidJson:
            found = ApiError(None, "")
        message = found.message or f"HTTP {self.status} without an error message"
        return ApiError(found.code, message, found.request_id or request_id)


def decoded(body: bytes, encoding: str | None) -> bytes:
    """Decompress a body; return it unchanged where that is not possible.

    A body that stays compressed is not JSON, so nothing is concluded from it.
    """
    for window in _WINDOWS.get((encoding or "").strip().lower(), ()):
        decoder = zlib.decompressobj(window)
        try:
            plain = decoder.decompress(body, LONGEST_BODY)
        except zlib.error:
            continue
        if decoder.eof and not decoder.unused_data:
            return plain
    return body


def parse_error(data: Any) -> ApiError:
    """Read an error object; keys differ between services (``error_code``, ``errorCode``, Keystone's ``error``)."""
    if not isinstance(data, dict):
        return ApiError(None, "")
    if isinstance(data.get("error"), dict):
        data = data["error"]
    return ApiError(_first(data, _CODE_KEYS), _first(data, _MESSAGE_KEYS) or "", _first(data, ("request_id",)))


def says_error(data: Mapping[str, Any], allowed: frozenset[str]) -> bool:
    """Tell whether an object has a value under any key of an error envelope that is not ``allowed``."""
    keys = {key for key in data if key.startswith("error")}.union(_CODE_KEYS, _MESSAGE_KEYS) - allowed
    return any(data.get(key) not in (None, False, [], {}) and str(data[key]).strip() for key in keys)


def _first(data: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        value = data.get(key)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return str(value)
    return None
