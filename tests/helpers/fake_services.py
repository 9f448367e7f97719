# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud emulator of which a test may change every response before it is read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from ansible_collections.sundown.hwcloud.plugins.module_utils._auth import connection
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine import waiting
from ansible_collections.sundown.hwcloud.plugins.module_utils._http import client
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.response import Response
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.transport import Transport
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from emulator import PROJECT, CloudEmulator

from .emulator_calls import Caller
from .module_calls import ModuleResult, run_module

# Seconds: long enough for responses that come at once, short enough for one that says to wait.
TIMEOUT = 0.5


@dataclass(frozen=True)
class Request:
    """A request that was sent; ``number`` counts from 0 within one module call."""

    number: int
    service: str
    method: str
    path: str


Mutation = Callable[[Request, Response], Response]


class FakeCloud:
    """Calls modules; ``requests`` are those of the latest call."""

    def __init__(self, cloud: CloudEmulator, scenario: dict[str, Any]) -> None:
        self.cloud = cloud
        self.scenario = scenario
        self.requests: list[Request] = []

    def reset(self) -> None:
        """Restore everything that was deleted."""
        self.cloud.load(self.scenario)

    def records(self) -> dict[str, str | None]:
        """The ids of all records that exist, with the ids of the instances that hold them."""
        held = [record for kind in KINDS for record in self.cloud.records(PROJECT, kind)]
        return {record["id"]: record["instance_id"] for record in held}

    def call(
        self, module: str, mutation: Mutation | None = None, *, check: bool = False, **options: Any
    ) -> ModuleResult:
        """Run a module, logged in with a password unless ``options`` say otherwise."""
        self.requests = []
        given = Caller(self.cloud).options(**{"stall_timeout": TIMEOUT, **options})
        with (
            mock.patch.object(connection, "Transport", lambda **settings: _Transport(self, mutation, **settings)),
            mock.patch.object(client, "BACKOFF_SECONDS", 0.0),
            mock.patch.object(waiting, "FIRST_POLL_SECONDS", 0.001),
        ):
            return run_module(module, given, check=check)


class _Transport(Transport):
    def __init__(self, fake: FakeCloud, mutation: Mutation | None, **settings: Any) -> None:
        super().__init__(**settings)
        self._requests = fake.requests
        self._mutation = mutation
        self._services = {url: name for name, url in fake.cloud.endpoints.items()}
        self._lock = threading.Lock()

    def send(
        self, method: str, origin: str, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        response = super().send(method, origin, target, headers, body)
        with self._lock:
            request = Request(len(self._requests), self._services[origin], method, urlsplit(target).path)
            self._requests.append(request)
        return self._mutation(request, response) if self._mutation else response
