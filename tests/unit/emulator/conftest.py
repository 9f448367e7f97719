# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts cloud emulators and calls them with requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from emulator import DOMAIN, PASSWORD, PROJECT, USER, CloudEmulator, small
from helpers import logins

TIMEOUT = 10.0


class Client:
    """A user who has logged in to a project; ``{p}`` in a path is replaced by the project's id."""

    def __init__(self, cloud: CloudEmulator, project: str = PROJECT, **user: str) -> None:
        self.cloud = cloud
        self.session = requests.Session()
        self.session.trust_env = False
        response = self.log_in({"project": {"name": project}}, **user)
        response.raise_for_status()
        self.token = response.headers["X-Subject-Token"]
        self.project_id = response.json()["token"]["project"]["id"]

    def log_in(self, scope: dict[str, Any] | None, query: str = "", **user: Any) -> requests.Response:
        given = {"name": USER, "password": PASSWORD, "domain": {"name": DOMAIN}, **user}
        return logins.log_in(self.cloud.endpoints["iam"], given, scope, query)

    def __call__(self, service: str, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"X-Auth-Token": self.token, **options.pop("headers", {})}
        url = self.cloud.endpoints[service] + path.replace("{p}", self.project_id)
        return self.session.request(method, url, headers=headers, timeout=TIMEOUT, **options)


class Clock:
    """The emulator's clock, which a test moves forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        self.ahead += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start(clock: Clock) -> Iterator[Callable[..., CloudEmulator]]:
    """Start an emulator that stops with the test; without a scenario the small one, with the given options."""
    with ExitStack() as stack:

        def started(scenario: Any = None, options: dict[str, Any] | None = None, **settings: Any) -> CloudEmulator:
            chosen = small(options) if scenario is None else scenario
            return stack.enter_context(CloudEmulator(chosen, clock=clock, **settings))

        yield started


@pytest.fixture
def connect(start: Callable[..., CloudEmulator]) -> Callable[..., Client]:
    """Start an emulator as ``start`` does, and log in to the project of its scenario."""
    return lambda *scenario, **settings: Client(start(*scenario, **settings))


@pytest.fixture
def cloud(start: Callable[..., CloudEmulator]) -> CloudEmulator:
    """The small scenario."""
    return start()


@pytest.fixture
def client(cloud: CloudEmulator) -> Client:
    """The operator in the project of the small scenario."""
    return Client(cloud)


@pytest.fixture
def log_in() -> type[Client]:
    """Makes further clients."""
    return Client
