# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that sends bytes given by a test, for responses that no HTTP server sends."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Union

END_OF_HEADERS = b"\r\n\r\n"
Piece = Union[bytes, float]


class RawServer:
    """A server, as a context manager.

    ``answer`` is called with the head of each request, in any thread. It yields bytes to send and numbers of seconds to
    wait. ``tls``: paths of a certificate and its key.
    """

    def __init__(
        self, answer: Callable[[str], Iterable[Piece]], tls: tuple[Path | str, Path | str] | None = None
    ) -> None:
        self._answer = answer
        self._context = None
        if tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*tls)
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.asked: list[str] = []
        self.connections = 0
        self.port: int = self._listening.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> RawServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        # Closing a socket does not end accept() in another thread.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self._listening.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            received = b""
            while True:
                while END_OF_HEADERS not in received:
                    some = connection.recv(65536)
                    if not some:
                        return
                    received += some
                head, _unused, received = received.partition(END_OF_HEADERS)
                self.asked.append(head.decode("latin-1"))
                for piece in self._answer(self.asked[-1]):
                    if isinstance(piece, bytes):
                        connection.sendall(piece)
                    else:
                        time.sleep(piece)


def http_reply(status: int, body: bytes = b"{}", *headers: str) -> bytes:
    """Return a complete response as bytes."""
    lines = [f"HTTP/1.1 {status} Reason", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + END_OF_HEADERS + body
