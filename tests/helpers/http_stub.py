# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTP server with responses given by a test, which counts connections and concurrent requests."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

Served = TypeVar("Served", bound="ThreadedServer")


@dataclass(frozen=True)
class Asked:
    """A request. Header names are in lower case, ``at`` is monotonic time in seconds."""

    number: int
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    at: float


@dataclass(frozen=True)
class Answer:
    """A response; ``None`` in its place closes the connection.

    ``hang_up``: close the connection afterwards without announcing it.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_up: bool = False


class ThreadedServer:
    """Serves with handlers of a class in threads, as a context manager; https with ``tls``: certificate and key."""

    def __init__(self, handler: type[BaseHTTPRequestHandler], tls: tuple[Path, Path] | None = None) -> None:
        self._server = _Server(("127.0.0.1", 0), handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self: Served) -> Served:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class SmallServer(ThreadedServer):
    """A server, as a context manager; ``answer`` is called for each request, numbered from 0, in any thread."""

    def __init__(self, answer: Callable[[Asked], Answer | None], tls: tuple[Path, Path] | None = None) -> None:
        self._answer = answer
        self._lock = threading.Lock()
        self._under_way = 0
        self.asked: list[Asked] = []
        self.connections = 0
        self.most_under_way = 0
        super().__init__(_handler(self), tls)

    def connected(self) -> None:
        with self._lock:
            self.connections += 1

    def handle(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
        with self._lock:
            asked = Asked(len(self.asked), method, target, headers, body, time.monotonic())
            self.asked.append(asked)
            self._under_way += 1
            self.most_under_way = max(self.most_under_way, self._under_way)
        try:
            return self._answer(asked)
        finally:
            with self._lock:
                self._under_way -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


def _handler(server: SmallServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            server.connected()

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = server.handle(self.command, self.path, headers, body)
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if answer.status != 204:
                self.wfile.write(answer.body)
            self.wfile.flush()
            self.close_connection = self.close_connection or answer.hang_up

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Log nothing."""

    return Handler
