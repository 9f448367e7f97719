# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers, and the error bodies of the gateway and of each service."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"


@dataclass(slots=True)
class Reply:
    """An HTTP answer: status, body bytes, content type (None: no such header) and further headers."""

    status: int
    body: bytes = b""
    content_type: str | None = JSON
    headers: dict[str, str] = field(default_factory=dict)


def json_reply(document: Any, status: int = 200, **headers: str) -> Reply:
    return Reply(status, json.dumps(document, separators=(",", ":")).encode(), JSON, headers)


def empty(status: int) -> Reply:
    """An answer without a body."""
    return Reply(status, b"", None)


def gateway_error(status: int, code: str, message: str, request_id: str) -> Reply:
    """The API gateway's own error body."""
    return json_reply({"error_msg": message, "error_code": code, "request_id": request_id}, status)


def plain_error(status: int, code: str, message: str) -> Reply:
    """GaussDB, DRS and DMS."""
    return json_reply({"error_code": code, "error_msg": message}, status)


def cce_error(status: int, code: str, message: str) -> Reply:
    return json_reply({"errorCode": code, "errorMessage": message}, status)


def dcs_error(status: int, code: str, message: str) -> Reply:
    return json_reply({"error_code": code, "error_msg": message, "error_ext_msg": None}, status)


IAM_TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}


def iam_error(status: int, code: str, message: str) -> Reply:
    """IAM keeps Keystone's error object and adds its own code."""
    error = {"code": status, "title": IAM_TITLES.get(status, "Error"), "message": message, "error_code": code}
    return json_reply({"error": error, "error_code": code, "error_msg": message}, status)


ErrorBody = Callable[[int, str, str], Reply]
ERROR_BODIES: dict[str, ErrorBody] = {
    "iam": iam_error,
    "gaussdb": plain_error,
    "drs": plain_error,
    "dms": plain_error,
    "cce": cce_error,
    "dcs": dcs_error,
}


class Refusal(Exception):
    """A handler's way to answer with a service's own error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status, self.code, self.message = status, code, message
