# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request on its way through the cloud emulator."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from .options import OTC_REGIONS
from .responses import AsciiJSONResponse, Refusal

if TYPE_CHECKING:
    from .app import Emulation
    from .declarations import KindMock, ServiceMock
    from .identity import Identity, Token, User
    from .options import Options
    from .state import CloudState, Project, RecordSet

_NUMBER = re.compile(r"-?[0-9]{1,18}")


class Call(Request):
    """A request, and the state of the emulator that a handler needs.

    ``now`` is a timestamp, ``payload`` the body; ``headers`` have lower-case names.
    """

    kind: KindMock | None = None
    project: Project | None = None
    user: User | None = None
    token: Token | None = None
    payload: bytes = b""
    fault: str | None = None
    entry: dict[str, Any] | None = None

    def __init__(self, service: ServiceMock, emulation: Emulation, scope: Any, receive: Any) -> None:
        super().__init__(scope, receive)
        self._fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self.service, self.emulation = service, emulation
        self.now = emulation.clock()
        self.request_id = emulation.new_request_id()

    @property
    def headers(self) -> dict[str, str]:  # type: ignore[override]
        return self._fields

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def raw_path(self) -> str:
        """The path as it was sent."""
        return (self.scope.get("raw_path") or self.path.encode()).decode("latin-1")

    @property
    def query_string(self) -> str:
        return self.scope["query_string"].decode("latin-1")  # type: ignore[no-any-return]

    @property
    def endpoint_url(self) -> str:
        """The base URL of the called service."""
        return self.emulation.endpoints[self.service.name]

    @property
    def options(self) -> Options:
        return self.emulation.loaded.options

    @property
    def identity(self) -> Identity:
        return self.emulation.loaded.identity

    @property
    def cloud(self) -> CloudState:
        return self.emulation.loaded.state

    @property
    def otc(self) -> bool:
        """Whether the scenario's region is one of T Cloud Public, not of Huawei Cloud."""
        return self.cloud.region in OTC_REGIONS

    @property
    def records(self) -> RecordSet:
        """The records of the operation's kind in the project of the path."""
        assert self.project is not None and self.kind is not None
        return self.project.records[self.kind.key]

    def document(self, error: Refusal) -> dict[str, Any]:
        """The body as a JSON object; ``error`` is raised when it is none."""
        try:
            document = json.loads(self.payload)
        except ValueError:
            raise error from None
        if not isinstance(document, dict):
            raise error
        return document

    def number(self, name: str, default: int, low: int, high: int | None, error: Refusal) -> int:
        """A query parameter as a number within bounds; ``error`` is raised for anything else."""
        text = self.query_params.get(name)
        if text is None:
            return default
        if not _NUMBER.fullmatch(text):
            raise error
        value = int(text)
        if value < low or (high is not None and value > high):
            raise error
        return value

    def flag(self, name: str, error: Refusal) -> bool:
        """A query parameter that is ``true`` or ``false``, false by default; ``error`` is raised for anything else."""
        text = self.query_params.get(name, "false")
        if text not in ("true", "false"):
            raise error
        return text == "true"

    def limit(self, default: int, low: int, high: int | None, error: Refusal) -> int:
        """The ``limit`` parameter, reduced silently by the option clamp_limit."""
        value = self.number("limit", default, low, high, error)
        clamp = self.options.clamp_limit.get(self.service.name)
        return value if clamp is None else min(value, clamp)

    def refuse(self, refusal: Refusal) -> Response:
        """The response to a refused request, with the error body of the gateway or of the service."""
        status, code, message = refusal.status, refusal.code, refusal.message
        if code.startswith("APIGW."):
            document = {"error_msg": message, "error_code": code, "request_id": self.request_id}
        else:
            document = self.service.error_body(status, code, message)
        return AsciiJSONResponse(document, status)
