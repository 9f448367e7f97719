# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ASGI application behind all service ports: from bytes to a handler and back, with faults in between."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from .auth import authenticate, authorize
from .call import Call
from .damage import broken_page, replacement
from .faults import Fault, Faults
from .log import RequestLog
from .replies import ERROR_BODIES, Refusal, Reply, gateway_error
from .scenario import Loaded
from .services import ROUTES
from .services.iam import needs_authentication

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
UNPUBLISHED = "The API does not exist or has not been published in the environment."
REPLACING = frozenset({"rate_limit", "redirect", "echo", "status"})


class ServiceApp:
    """Answers for the service that a request's port belongs to."""

    def __init__(self, loaded: Loaded, faults: Faults, log: RequestLog, clock: Callable[[], float]) -> None:
        self.loaded, self.faults, self.log = loaded, faults, log
        self.services: dict[int, str] = {}
        self.endpoints: dict[str, str] = {}
        self.connections: dict[Any, asyncio.Transport] = {}
        self._clock = clock
        self._prefix = secrets.token_hex(10)
        self._serial = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = await self._call(scope, receive)
        entry = self.log.arrive(call)
        await self._base_latency(call)
        if self.loaded.keystone is not None and call.service != "iam":
            await self.loaded.keystone.learn(call)
        if not self.faults:
            reply = self.answer(call)
            self.log.finish(call, entry, reply.status, None)
            await _send(send, call, reply)
            return
        delays, fault, watching = self.faults.striking(call)
        for delay in delays:
            await asyncio.sleep(delay.delay())
        kind = fault.kind if fault else (delays[0].kind if delays else None)
        outcome = await self._with_fault(call, fault, watching, receive)
        self.log.finish(call, entry, outcome.status if outcome else None, kind)
        if outcome is None:
            self._drop(scope, reset=bool(fault and fault.settings.get("reset")))
            await asyncio.sleep(0)
        elif kind == "cut_body":
            await _send(send, call, outcome, cut=True)
            self._close(scope)
            await asyncio.sleep(0)
        else:
            await _send(send, call, outcome)

    def answer(self, call: Call) -> Reply:
        """The right answer, without faults."""
        options, state = call.options, call.state
        state.settle(call.now)
        published = ROUTES[call.service]
        found = None
        if call.service not in options.unpublished:
            for version, routes in published.items():
                if call.service != "drs" or version in options.drs_versions:
                    found = found or routes.find(call.method, call.path)
        if found is None:
            return gateway_error(404, "APIGW.0101", UNPUBLISHED, call.request_id)
        handler, call.params = found
        try:
            refusal = None
            if call.service != "iam" or needs_authentication(call):
                refusal = authenticate(call) or authorize(call)
            return refusal or handler(call)
        except Refusal as refused:
            return ERROR_BODIES[call.service](refused.status, refused.code, refused.message)

    async def _call(self, scope: Scope, receive: Receive) -> Call:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        body = b""
        if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            body = await _read(receive)
        service = self.services[scope["server"][1]]
        raw_path = scope.get("raw_path") or scope["path"].encode()
        return Call(
            service=service,
            method=scope["method"],
            path=scope["path"],
            raw_path=raw_path.decode("latin-1"),
            query_string=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=body,
            now=self._clock(),
            request_id=f"{self._prefix}{next(self._serial):012x}",
            state=self.loaded.state,
            identity=self.loaded.identity,
            options=self.loaded.options,
            endpoints=self.endpoints,
        )

    async def _base_latency(self, call: Call) -> None:
        latency = call.options.latency
        if latency:
            seconds = latency.get(call.service, latency.get("*", 0.0))
            if seconds:
                await asyncio.sleep(seconds)

    async def _with_fault(
        self, call: Call, fault: Fault | None, watching: list[Fault], receive: Receive
    ) -> Reply | None:
        """The answer to send, or None when the connection is to be closed without one."""
        kind = fault.kind if fault else None
        if fault is None or kind == "expire_token":
            if fault is not None:
                self._expire(call, fault)
            reply = self.answer(call)
            _watch(watching, call, reply)
            return reply
        if kind == "drop_before":
            return None
        if kind == "hang":
            if fault.settings["commit"]:
                self.answer(call)
            await _until_gone(receive, fault.settings["seconds"])
            return None
        if kind in REPLACING:
            if fault.settings.get("commit"):
                self.answer(call)
            return replacement(call, fault)
        reply = self.answer(call)
        if kind == "drop_after":
            return None
        if kind == "page_broken":
            damaged = broken_page(call, fault, reply)
            _watch(watching, call, reply)
            return damaged
        if kind == "transform":
            return fault.settings["function"](reply)  # type: ignore[no-any-return]
        return reply

    def _expire(self, call: Call, fault: Fault) -> None:
        token = call.identity.tokens.get(call.headers.get("x-auth-token", ""))
        if fault.settings["all"]:
            call.identity.expire()
        elif token is not None:
            call.identity.expire([token])

    def _drop(self, scope: Scope, reset: bool) -> None:
        transport = self.connections.get(tuple(scope["client"]))
        if transport is None:
            return
        if reset:
            held = transport.get_extra_info("socket")
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    def _close(self, scope: Scope) -> None:
        transport = self.connections.get(tuple(scope["client"]))
        if transport is not None:
            transport.close()


async def _read(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def _until_gone(receive: Receive, seconds: float) -> None:
    """Wait until the client hangs up, at most ``seconds``."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    with suppress(TimeoutError):
        await asyncio.wait_for(gone(), seconds)


async def _send(send: Send, call: Call, reply: Reply, cut: bool = False) -> None:
    headers = [(b"x-request-id", call.request_id.encode())]
    if reply.content_type:
        headers.append((b"content-type", reply.content_type.encode()))
    if reply.status != 204:
        headers.append((b"content-length", str(len(reply.body)).encode()))
    for name, value in reply.headers.items():
        headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    body = b"" if call.method == "HEAD" else reply.body
    if cut:
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        return
    await send({"type": "http.response.body", "body": body})


def _watch(watching: list[Fault], call: Call, reply: Reply) -> None:
    for fault in watching:
        fault.previous[call.path] = reply.body
