# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of servers that a test writes itself, with a clock of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.client import Client, RequestStats
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.transport import Transport
from ansible_collections.sundown.hwcloud.plugins.module_utils._text import Redactor

from helpers.http_stub import Answer, Asked, SmallServer


class Time:
    """A clock that only moves when somebody sleeps. Times are in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def moved() -> Time:
    """The clock of the clients that ``client_of`` makes."""
    return Time()


@pytest.fixture
def client_of(moved: Time) -> Iterator[Callable[..., tuple[Client, SmallServer]]]:
    """Start a server that answers as told; return a client of it, and the server."""
    with ExitStack() as stack:

        def start(answer: Callable[[Asked], Answer | None], **settings: Any) -> tuple[Client, SmallServer]:
            server = stack.enter_context(SmallServer(answer))
            transport = Transport(timeout=settings.pop("timeout", 5.0), connections=16)
            stack.callback(transport.close)
            given = {"service": "cce", "redact": Redactor(), "stats": RequestStats(), **settings}
            made = Client(transport, server.url, None, clock=moved.clock, sleep=moved.sleep, **given)
            return made, server

        yield start
