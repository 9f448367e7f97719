# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of HTTP stubs, with a clock of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.client import Client, RequestStats
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.transport import Transport
from ansible_collections.sundown.hwcloud.plugins.module_utils._text import Redactor

from helpers.fake_clock import FakeClock
from helpers.http_stub import Answer, Asked, SmallServer


@pytest.fixture
def fake_clock() -> FakeClock:
    """The clock of the clients of ``make_client``."""
    return FakeClock()


@pytest.fixture
def make_client(fake_clock: FakeClock) -> Iterator[Callable[..., tuple[Client, SmallServer]]]:
    """Start a server with the given responses; return a client of it, and the server."""
    with ExitStack() as stack:

        def start(answer: Callable[[Asked], Answer | None], **settings: Any) -> tuple[Client, SmallServer]:
            server = stack.enter_context(SmallServer(answer))
            transport = Transport(timeout=settings.pop("timeout", 5.0), connections=16)
            stack.callback(transport.close)
            given = {"service": "cce", "redact": Redactor(), "stats": RequestStats(), **settings}
            made = Client(transport, server.url, None, clock=fake_clock.clock, sleep=fake_clock.sleep, **given)
            return made, server

        yield start
