# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud emulator of which a test may spoil any answer between its arrival and its reading."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from ansible_collections.sundown.hwcloud.plugins.module_utils._auth import connection
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine import stopping
from ansible_collections.sundown.hwcloud.plugins.module_utils._http import client
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.response import Response
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.transport import Transport

from emulator import CloudEmulator

from .emulator_calls import Caller
from .module_calls import ModuleResult, run_module

SERVICES = ("gaussdb", "drs", "dms", "cce", "dcs")
# Seconds: long enough for answers that come at once, short enough for one that says to wait.
PATIENCE = 0.5


@dataclass(frozen=True)
class Asked:
    """A request that was sent; ``number`` counts from 0 within one module call."""

    number: int
    service: str
    method: str
    path: str


Spoil = Callable[[Asked, Response], Response]


class World:
    """Calls modules; ``asked`` is what the latest call has asked."""

    def __init__(self, cloud: CloudEmulator, scenario: dict[str, Any]) -> None:
        self.cloud = cloud
        self.scenario = scenario
        self.asked: list[Asked] = []

    def renew(self) -> None:
        """Put back everything that was deleted."""
        self.cloud.load(self.scenario)

    def ids(self, service: str) -> set[str]:
        """The ids of the records that the cloud truly holds."""
        name = f"{self.scenario['region']}_retired"
        return {record["id"] for record in self.cloud.records(name, service)}

    def all_ids(self) -> set[str]:
        return {record_id for service in SERVICES for record_id in self.ids(service)}

    def call(self, module: str, spoil: Spoil | None = None, *, check: bool = False, **options: Any) -> ModuleResult:
        """Run a module, logged in with a password unless ``options`` say otherwise; ``spoil`` gets every answer."""
        self.asked = []
        given = Caller(self.cloud).options(**{"stall_timeout": PATIENCE, **options})
        with (
            mock.patch.object(connection, "Transport", lambda **settings: _Spoiling(self, spoil, **settings)),
            mock.patch.object(client, "BACKOFF_SECONDS", 0.0),
            mock.patch.object(stopping, "FIRST_POLL_SECONDS", 0.001),
        ):
            return run_module(module, given, check=check)


class _Spoiling(Transport):
    def __init__(self, world: World, spoil: Spoil | None, **settings: Any) -> None:
        super().__init__(**settings)
        self._world = world
        self._change = spoil
        self._services = {url: name for name, url in world.cloud.endpoints.items()}
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def send(
        self, method: str, base_url: str, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        reply = super().send(method, base_url, target, headers, body)
        with self._lock:
            asked = Asked(next(self._numbers), self._services[base_url], method, urlsplit(target).path)
            self._world.asked.append(asked)
        return self._change(asked, reply) if self._change else reply
