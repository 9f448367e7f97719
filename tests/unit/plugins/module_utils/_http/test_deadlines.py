# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``timeout`` limits the time for a whole response, also where single bytes keep arriving."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import TransportError
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.deadlines import _Source
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.transport import Transport

from emulator.certificates import Certificates
from helpers.proxies import HTTPS_ENDPOINT, use_proxy
from helpers.raw_server import Piece, RawServer, http_reply

TIMEOUT = 0.6
# The machine may be busy.
AT_MOST = 2.5
BETWEEN_BYTES = 0.05


def dripping(beginning: bytes, drop: bytes) -> Callable[[str], Iterator[Piece]]:
    """Send ``beginning`` and then ``drop`` repeatedly, far longer than the timeout."""

    def answer(_head: str) -> Iterator[Piece]:
        yield beginning
        for _round in range(int(8 * AT_MOST / BETWEEN_BYTES)):
            yield BETWEEN_BYTES
            yield drop

    return answer


DRIPS = {
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "headers": (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
    "many headers": (b"HTTP/1.1 200 OK\r\n", b"X: a\r\n"),
    "body of a known length": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
    "body in chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "body up to the end of the connection": (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b" "),
    "100 Continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


def send(server: RawServer, verify: bool | str = True, timeout: float = TIMEOUT) -> float:
    """Send a request that must time out; return the seconds that it took."""
    transport = Transport(verify=verify, timeout=timeout)
    transport.open(server.url)
    began = time.monotonic()
    try:
        with pytest.raises(TransportError, match="no response within the timeout") as caught:
            transport.send("DELETE", server.url, "/one", {})
    finally:
        transport.close()
    assert caught.value.maybe_applied and not caught.value.final
    return time.monotonic() - began


@pytest.mark.parametrize("where", DRIPS)
def test_deadline_dripping_response_ends_in_time(where: str) -> None:
    with RawServer(dripping(*DRIPS[where])) as server:
        assert TIMEOUT * 0.9 <= send(server) <= AT_MOST


@pytest.mark.parametrize("where", ["headers", "body of a known length", "body up to the end of the connection"])
def test_deadline_dripping_response_over_tls_ends_in_time(where: str, certificates: Certificates) -> None:
    with RawServer(dripping(*DRIPS[where]), tls=(certificates.certificate, certificates.key)) as server:
        assert TIMEOUT * 0.9 <= send(server, str(certificates.authority)) <= AT_MOST


def test_deadline_concurrent_requests_each_have_their_own() -> None:
    """A dripping response neither delays others nor closes their connections."""

    def answer(head: str) -> Iterable[Piece]:
        return dripping(*DRIPS["headers"])(head) if "/slow" in head else [0.1, http_reply(200)]

    with RawServer(answer) as server:
        transport = Transport(timeout=TIMEOUT)
        transport.open(server.url)
        slow: list[float] = []

        def wait() -> None:
            began = time.monotonic()
            with pytest.raises(TransportError):
                transport.send("GET", server.url, "/slow", {})
            slow.append(time.monotonic() - began)

        threads = [threading.Thread(target=wait) for _round in range(4)]
        for number, thread in enumerate(threads):
            time.sleep(0.1 * number)
            thread.start()
        for _round in range(15):
            assert transport.send("GET", server.url, "/fast", {}).status == 200
        for thread in threads:
            thread.join()
        transport.close()
    assert len(slow) == 4 and all(TIMEOUT * 0.9 <= seconds <= AT_MOST for seconds in slow)


def test_deadline_passed_before_read_times_out() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.01)
        source = _Source(ours)
        theirs.sendall(b"late")
        time.sleep(0.02)
        with pytest.raises(socket.timeout, match="the deadline has passed"):
            source.readinto(bytearray(4))
        source.close()
        source.close()
        assert ours.gettimeout() == 0.01


def test_deadline_starts_again_with_each_request() -> None:
    """The connection is in use for much longer than the timeout."""
    replies = itertools.count()

    def answer(_head: str) -> Iterable[Piece]:
        next(replies)
        return [0.3 * TIMEOUT, http_reply(200)]

    with RawServer(answer) as server:
        transport = Transport(timeout=TIMEOUT)
        transport.open(server.url)
        for _round in range(8):
            assert transport.send("GET", server.url, "/one", {}).body == b"{}"
        transport.close()
        assert server.connections == 1 and next(replies) == 8


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_deadline_dripping_connect_ends_in_time(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    """A proxy that drips its response to CONNECT, or a service that drips its TLS handshake."""

    class Dripping(RawServer):
        def _serve(self, connection: socket.socket) -> None:
            with contextlib.suppress(OSError), connection:
                connection.recv(65536)
                for piece in dripping(b"HTTP/1.1 200 OK\r\n" if scheme == "http" else b"\x16\x03\x03\x20\x00", b"\x02")(
                    ""
                ):
                    connection.sendall(piece) if isinstance(piece, bytes) else time.sleep(piece)

    with Dripping(lambda _head: ()) as server:
        origin = f"https://127.0.0.1:{server.port}"
        if scheme == "http":
            use_proxy(monkeypatch, server.url)
            origin = HTTPS_ENDPOINT
        transport = Transport(timeout=TIMEOUT)
        transport.open(origin)
        began = time.monotonic()
        with pytest.raises(TransportError, match="no response within the timeout") as caught:
            transport.send("DELETE", origin, "/one", {})
        transport.close()
    assert TIMEOUT * 0.9 <= time.monotonic() - began <= AT_MOST
    assert not caught.value.maybe_applied and not caught.value.final
