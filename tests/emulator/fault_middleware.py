# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applies the faults: what is sent, or not sent, in place of the right response."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .call import Call
from .faults import Fault
from .responses import JSON, Refusal

if TYPE_CHECKING:
    from .app import Emulation


class FaultMiddleware:
    """Applies the faults in force; without faults a request passes unchanged."""

    def __init__(self, app: ASGIApp, emulation: Emulation) -> None:
        self.app, self.emulation = app, emulation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.emulation.faults:
            await self.app(scope, receive, send)
            return
        call: Call = scope["call"]
        delays, fault, watching = self.emulation.faults.select(call)
        for delay in delays:
            await asyncio.sleep(delay.delay())
        call.fault = (fault or delays[0]).kind if fault or delays else None
        if fault is None and not watching:
            await self.app(scope, receive, send)
            return
        response = await self._response(call, fault, watching)
        if response is None:
            self.emulation.log.finish(call, None)
            self._drop(scope, reset=bool(fault and fault.settings.get("reset")))
        elif fault is not None and fault.kind == "cut_body":
            await _send_half(response, send)
            self._close(scope)
        else:
            await response(scope, receive, send)
        await asyncio.sleep(0)

    async def _response(self, call: Call, fault: Fault | None, watching: list[Fault]) -> Response | None:
        """The response to send, or None to close the connection without one."""
        kind = fault.kind if fault else None
        if fault and kind in _BEFORE:
            if fault.settings.get("commit"):
                await self._right_response(call)
            return await _BEFORE[fault.kind](call, fault)
        if fault and kind == "expire_token":
            _expire(call, fault)
        response = right = await self._right_response(call)
        if kind == "drop_after":
            return None
        if fault and kind == "page_broken":
            response = _corrupt(call, fault, right)
        for watcher in watching:
            watcher.previous[call.path] = bytes(right.body)
        if fault and kind == "transform":
            response = fault.settings["function"](right)
            if "content-length" in response.headers:
                response.headers["content-length"] = str(len(response.body))
        return response

    async def _right_response(self, call: Call) -> Response:
        """Carry out the request; the response that would be sent without the fault."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(call.scope, call.receive, keep)
        body = b"".join(message.get("body", b"") for message in messages)
        response = Response(body, messages[0]["status"])
        response.raw_headers = messages[0]["headers"]
        return response

    def _drop(self, scope: Scope, reset: bool) -> None:
        transport = self.emulation.connections.get(tuple(scope["client"]))
        if transport is None:
            return
        if reset:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    def _close(self, scope: Scope) -> None:
        transport = self.emulation.connections.get(tuple(scope["client"]))
        if transport is not None:
            transport.close()


async def _send_half(response: Response, send: Send) -> None:
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": response.body[: len(response.body) // 2], "more_body": True})


def _expire(call: Call, fault: Fault) -> None:
    token = call.identity.tokens.get(call.headers.get("x-auth-token", ""))
    if fault.settings["all"]:
        call.identity.expire()
    elif token is not None:
        call.identity.expire([token])


async def _drop_before(call: Call, fault: Fault) -> None:
    return None


async def _hang(call: Call, fault: Fault) -> None:
    """Wait until the client disconnects, at most as long as the fault's ``seconds``."""

    async def disconnected() -> None:
        while (await call.receive())["type"] != "http.disconnect":
            pass

    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(disconnected(), fault.settings["seconds"])


async def _rate_limit(call: Call, fault: Fault) -> Response:
    settings = fault.settings
    refusal = call.service.throttled
    text = refusal.message
    if settings["hint"]:
        text = f"{text}: policy user over ratelimit,limit:{settings['rate']:g},time:1 second"
    return call.refuse(Refusal(refusal.status, refusal.code, text))


async def _redirect(call: Call, fault: Fault) -> Response:
    return Response(status_code=fault.settings["status"], headers={"Location": fault.settings["location"]})


async def _echo(call: Call, fault: Fault) -> Response:
    headers = "; ".join(f"{name}: {value}" for name, value in call.headers.items())
    text = f"{call.method} {call.path}?{call.query_string} {headers} {call.payload.decode('utf-8', 'replace')}"
    return call.refuse(Refusal(fault.settings["status"], "APIGW.0201", f"Internal error while handling {text}"))


async def _status(call: Call, fault: Fault) -> Response:
    settings = fault.settings
    status = int(settings["status"])
    if settings["body"] is None:
        message = settings["error_msg"] or "The service cannot answer at present"
        response = call.refuse(Refusal(status, settings["error_code"] or "APIGW.0201", message))
    else:
        response = Response(_raw(settings["body"]), status, media_type=JSON)
    response.headers.update(settings["headers"])
    return response


# Faults that decide before the request is authenticated; each returns None to close the connection without a response.
_BEFORE = {
    "drop_before": _drop_before,
    "hang": _hang,
    "rate_limit": _rate_limit,
    "redirect": _redirect,
    "echo": _echo,
    "status": _status,
}


def _raw(body: Any) -> bytes:
    """Raw body of a fault: bytes, text, ``{base64: …}``, ``{text: …, repeat: n}`` or any document to send as JSON."""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, dict) and set(body) == {"base64"}:
        return base64.b64decode(body["base64"])
    if isinstance(body, dict) and set(body) == {"text", "repeat"}:
        return bytes(body["text"].encode() * int(body["repeat"]))
    return json.dumps(body).encode()


def _corrupt(call: Call, fault: Fault, response: Response) -> Response:
    """A page of a list, corrupted in the fault's mode; an error, or a document without a list, is not changed."""
    mode, body = fault.settings["mode"], bytes(response.body)
    try:
        document = json.loads(body)
    except ValueError:
        return response
    key = _list_key(document)
    if response.status_code >= 400 or key is None:
        return response
    if mode == "invalid_json":
        body = b"<html><body>Bad gateway</body></html>"
    elif mode == "truncated":
        body = body[: len(body) // 2]
    elif mode == "repeat_previous":
        body = fault.previous.get(call.path, body)
    else:
        body = json.dumps(_corrupted(document, key, mode)).encode()
    return Response(body, response.status_code, media_type=JSON)


def _corrupted(document: Any, key: str, mode: str) -> Any:
    rows = document if isinstance(document, list) else document[key]
    replaced = {"wrong_type": "not a list", "empty": [], "duplicate_items": rows + rows}
    if isinstance(document, list):
        return replaced.get(mode, {})
    if mode in replaced:
        return {**document, key: replaced[mode]}
    others = {name: value for name, value in document.items() if name != key}
    return others if mode == "missing_list" else {**{name: _off(value) for name, value in others.items()}, key: rows}


def _off(total: Any) -> Any:
    if isinstance(total, bool) or total is None:
        return total
    if isinstance(total, int):
        return total + 7
    return str(int(total) + 7) if isinstance(total, str) and total.isdigit() else total


def _list_key(document: Any) -> str | None:
    if isinstance(document, list):
        return ""
    if isinstance(document, dict):
        return next((name for name, value in document.items() if isinstance(value, list)), None)
    return None
