# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Responses of the services, and the refusals that become their error bodies."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import JSONResponse

JSON = "application/json"


class AsciiJSONResponse(JSONResponse):
    """JSON in ASCII: scenarios may contain text that is not valid Unicode and numbers that are not valid JSON."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


class Refusal(Exception):
    """A refused request. A code of the gateway (``APIGW.…``) brings the gateway's body, any other the service's."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status, self.code, self.message = status, code, message

    @property
    def short(self) -> str:
        """Status and code, as a scenario's options write them."""
        return f"{self.status} {self.code}"


UNPUBLISHED = Refusal(404, "APIGW.0101", "The API does not exist or has not been published in the environment.")
THROTTLED = Refusal(429, "APIGW.0308", "The throttling threshold has been reached")


def plain_error(status: int, code: str, message: str) -> dict[str, Any]:
    """The error body of GaussDB, DRS and DMS."""
    return {"error_code": code, "error_msg": message}
