# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one uvicorn server over all ports in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from typing import Any, TypeVar

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.importer import import_from_string

HTTP_PROTOCOL = "httptools_impl:HttpToolsProtocol" if find_spec("httptools") else "h11_impl:H11Protocol"

HOST = "127.0.0.1"
BACKLOG = 1024
START_SECONDS = 10.0
TICK_SECONDS = 1.0
Result = TypeVar("Result")


class ServerThread:
    """One event loop in one thread for all ports, each with an application of its own.

    ``connections`` is filled with the open transports, by the client's address.
    """

    def __init__(
        self,
        apps: dict[str, ASGIApp],
        sockets: dict[str, socket.socket],
        connections: dict[Any, asyncio.Transport],
        tls: dict[str, str],
    ) -> None:
        self._sockets, self._connections = sockets, connections
        self._apps = {held.getsockname()[1]: apps[name] for name, held in sockets.items()}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._error: BaseException | None = None
        config = uvicorn.Config(
            self._dispatch,
            http=self._protocol(),
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=120,
            backlog=BACKLOG,
            **tls,  # type: ignore[arg-type]
        )
        self._server = _Server(config, self._started)
        self._thread = threading.Thread(target=self._run, name="cloud-emulator", daemon=True)

    def start(self) -> None:
        """Return once all ports accept requests; RuntimeError when they do not within ten seconds."""
        self._thread.start()
        if not self._ready.wait(START_SECONDS) or self._error is not None:
            raise RuntimeError("the cloud emulator did not start") from self._error

    def stop(self) -> None:
        """Close every port and connection and end the thread."""
        self.run(self._end)
        self._thread.join()
        self._loop = None
        for held in self._sockets.values():
            held.close()

    def run(self, work: Callable[[], Result]) -> Result:
        """Carry out ``work`` between two requests, so that it sees and leaves a consistent state."""
        loop = self._loop
        if loop is None or threading.current_thread() is self._thread:
            return work()

        async def carry_out() -> Result:
            return work()

        return asyncio.run_coroutine_threadsafe(carry_out(), loop).result()

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._apps[scope["server"][1]](scope, receive, send)

    def _protocol(self) -> type[asyncio.Protocol]:
        connections = self._connections
        base: Any = import_from_string(f"uvicorn.protocols.http.{HTTP_PROTOCOL}")

        class Protocol(base):  # type: ignore[misc]
            """Remembers each connection's transport by the client's address, so that a fault can close it."""

            def connection_made(self, transport: asyncio.Transport) -> None:
                self.peer = transport.get_extra_info("peername")
                connections[self.peer] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                connections.pop(self.peer, None)
                super().connection_lost(exc)

        return Protocol

    def _end(self) -> None:
        for transport in list(self._connections.values()):
            transport.abort()
        self._server.end()

    def _started(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()

    def _run(self) -> None:
        try:
            self._server.run(sockets=list(self._sockets.values()))
        except BaseException as error:
            self._error = error
        finally:
            self._ready.set()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started_callback = started

    def end(self) -> None:
        """Leave the main loop at once instead of at its next tick."""
        self.should_exit = self.force_exit = True
        self._ending.set()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._ending.wait(), TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening; nobody waits for responses, since the connections have been closed."""
        for server in self.servers:
            server.close()
        await asyncio.sleep(0)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending = asyncio.Event()
        await super().startup(sockets)
        self._started_callback()
