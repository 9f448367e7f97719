# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proxies on this machine, and the environment that makes requests use them."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from .raw_server import END_OF_HEADERS, Piece, RawServer

# The proxy gets the host name, which is never resolved.
HTTPS_ENDPOINT = "https://gaussdb.example.test"


class RefusingProxy(RawServer):
    """Answers every CONNECT with ``status``, so that no service is reached."""

    def __init__(self, status: int) -> None:
        super().__init__(self._refuse)
        self._status = status

    def _refuse(self, _head: str) -> Iterator[Piece]:
        yield f"HTTP/1.1 {self._status} No\r\nContent-Length: 0".encode() + END_OF_HEADERS


def use_proxy(monkeypatch: pytest.MonkeyPatch, url: str, variable: str = "HTTPS_PROXY") -> None:
    """Set one proxy in the environment, without exceptions."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        for spelling in (name, name.upper()):
            monkeypatch.delenv(spelling, raising=False)
    monkeypatch.setenv(variable, url)


class OpenProxy(RawServer):
    """Opens a tunnel to ``server`` for any host; ``connections`` counts the tunnels."""

    def __init__(self, server: RawServer) -> None:
        super().__init__(lambda _head: ())
        self._server = server

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while END_OF_HEADERS not in connection.recv(65536, socket.MSG_PEEK):
                pass
            connection.recv(65536)
            service = socket.create_connection(("127.0.0.1", self._server.port))
            connection.sendall(b"HTTP/1.1 200 OK" + END_OF_HEADERS)
            for source, target in ((connection, service), (service, connection)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while some := source.recv(65536):
                target.sendall(some)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)
