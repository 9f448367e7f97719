# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy on this machine, and the environment that leads to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from raw_server import END_OF_HEADERS, Piece, RawServer

# Its addresses are never looked up: a proxy is asked for the host by its name.
HTTPS_ENDPOINT = "https://gaussdb.example.test"


class RefusingProxy(RawServer):
    """Answers every CONNECT with ``status``, so that no service is ever reached."""

    def __init__(self, status: int) -> None:
        super().__init__(self._refuse)
        self._status = status

    def _refuse(self, _head: str) -> Iterator[Piece]:
        yield f"HTTP/1.1 {self._status} No\r\nContent-Length: 0".encode() + END_OF_HEADERS


def use_proxy(monkeypatch: pytest.MonkeyPatch, url: str, variable: str = "HTTPS_PROXY") -> None:
    """Have the environment name one proxy, and nothing that goes around it."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        for spelling in (name, name.upper()):
            monkeypatch.delenv(spelling, raising=False)
    monkeypatch.setenv(variable, url)
