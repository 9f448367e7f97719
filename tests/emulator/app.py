# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application of each service: Starlette's router, with a request log and faults as middleware."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable
from typing import Any

from starlette.middleware import Middleware
from starlette.routing import Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .call import Call
from .declarations import ServiceMock
from .fault_middleware import FaultMiddleware
from .faults import Faults
from .log import RequestLog
from .responses import UNPUBLISHED
from .scenario import Loaded


class Emulation:
    """What the services' applications share. ``connections`` are the open transports by the client's address."""

    def __init__(self, loaded: Loaded, faults: Faults, log: RequestLog, clock: Callable[[], float]) -> None:
        self.loaded, self.faults, self.log, self.clock = loaded, faults, log, clock
        self.endpoints: dict[str, str] = {}
        self.connections: dict[Any, asyncio.Transport] = {}
        self._prefix = secrets.token_hex(10)
        self._serial = itertools.count(1)

    def new_request_id(self) -> str:
        return f"{self._prefix}{next(self._serial):012x}"


class CallMiddleware:
    """Makes a ``Call`` of each request, and logs it with the status of its response."""

    def __init__(self, app: ASGIApp, service: ServiceMock, emulation: Emulation) -> None:
        self.app, self.service, self.emulation = app, service, emulation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        emulation = self.emulation
        call = scope["call"] = Call(self.service, emulation, scope, receive)
        if "content-length" in call.headers or "transfer-encoding" in call.headers:
            call.payload = await call.body()
        emulation.log.arrive(call)

        async def send_logged(message: Message) -> None:
            if message["type"] == "http.response.start":
                emulation.log.finish(call, message["status"])
                message["headers"] = [(b"x-request-id", call.request_id.encode()), *message["headers"]]
            await send(message)

        latency = call.options.latency
        if latency:
            await asyncio.sleep(latency.get(self.service.name, latency.get("*", 0.0)))
        keystone = emulation.loaded.keystone
        if keystone is not None and self.service.kinds:
            await keystone.learn(call)
        try:
            await self.app(scope, receive, send_logged)
        finally:
            del scope["call"]


async def _unpublished(scope: Scope, receive: Receive, send: Send) -> None:
    call: Call = scope["call"]
    await call.refuse(UNPUBLISHED)(scope, receive, send)


def service_app(service: ServiceMock, emulation: Emulation) -> Router:
    """The application of the service's port; a request without a route is not published."""
    return Router(
        routes=service.routes,
        redirect_slashes=False,
        default=_unpublished,
        middleware=[
            Middleware(CallMiddleware, service=service, emulation=emulation),
            Middleware(FaultMiddleware, emulation=emulation),
        ],
    )
