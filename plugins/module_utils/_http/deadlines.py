# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""A limit to the time that one exchange takes, however its bytes drip in."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from typing import Any

THREAD_NAME = "sundown.hwcloud deadlines"


class Deadlines:
    """Shuts connections down that are in use for longer than ``seconds``, from one thread of its own.

    The time-out of a socket counts from the latest byte, so that it never ends a reply that comes byte by byte.
    ``begin`` and ``end`` lock nothing: they are called for every request.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._numbers = itertools.count()
        # In the order of the deadlines, as all have the same number of seconds.
        self._running: dict[int, tuple[float, Any, Any]] = {}
        self._shutting_down = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, connection: Any) -> int:
        """Start the clock for ``connection``, an ``http.client.HTTPConnection``; return what `end` takes."""
        number = next(self._numbers)
        # http.client lets go of the socket before it reads the body of a reply that ends with the connection.
        self._running[number] = (time.monotonic() + self._seconds, connection, connection.sock)
        if self._thread is None:
            self._start()
        return number

    def end(self, number: int) -> bool:
        """Stop the clock; return False where the deadline has passed and the connection is of no more use."""
        if self._running.pop(number, None) is not None:
            return True
        # Only after the shutdown may the caller close the socket, and the system give its number to another.
        with self._shutting_down:
            return False

    def close(self) -> None:
        """End the thread."""
        self._closed.set()

    def _start(self) -> None:
        with self._shutting_down:
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name=THREAD_NAME, daemon=True)
                self._thread.start()

    def _watch(self) -> None:
        pause = self._seconds
        while not self._closed.wait(min(pause, threading.TIMEOUT_MAX)):
            pause = self._seconds
            now = time.monotonic()
            for number, (deadline, connection, sock) in list(self._running.items()):
                if deadline > now:
                    pause = deadline - now
                    break
                with self._shutting_down:
                    if self._running.pop(number, None) is not None:
                        _shut_down(sock or connection.sock)


def _shut_down(sock: Any) -> None:
    # TLS inside TLS is an object of urllib3 that holds the socket. An SSLSocket's own shutdown() would take the
    # TLS state away from the thread that reads.
    raw = sock if isinstance(sock, socket.socket) else getattr(sock, "socket", None)
    if isinstance(raw, socket.socket):
        with contextlib.suppress(OSError):
            socket.socket.shutdown(raw, socket.SHUT_RDWR)
