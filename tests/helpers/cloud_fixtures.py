# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures that several conftest.py import: a cloud, a caller of modules, a metadata service, secrets, short waits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth import metadata
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine import waiting
from ansible_collections.sundown.hwcloud.plugins.module_utils._http import client

from emulator import CloudEmulator, small

from .emulator_calls import Caller
from .http_stub import SmallServer
from .metadata_service import Metadata, served
from .sample_secrets import Secrets, scenario


@pytest.fixture(scope="session")
def running_cloud() -> Iterator[CloudEmulator]:
    """A cloud that stays up; take ``cloud`` instead."""
    with CloudEmulator(small()) as cloud:
        yield cloud


@pytest.fixture
def cloud(running_cloud: CloudEmulator) -> CloudEmulator:
    """The small scenario, without faults."""
    running_cloud.load(small())
    return running_cloud


@pytest.fixture
def call(cloud: CloudEmulator) -> Caller:
    """Calls modules against ``cloud``."""
    return Caller(cloud)


@pytest.fixture
def machine(cloud: CloudEmulator) -> Metadata:
    """What the metadata service of this machine answers."""
    return Metadata(cloud)


@pytest.fixture
def metadata_server(machine: Metadata, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallServer]:
    """The metadata service of this machine, where modules request it."""
    with served(machine) as server:
        monkeypatch.setattr(metadata, "ADDRESS", server.url)
        yield server


@pytest.fixture
def secrets(cloud: CloudEmulator) -> Secrets:
    """The secrets of ``cloud``: passwords and keys without any word that could occur elsewhere."""
    cloud.load(scenario())
    return Secrets(cloud)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat failed requests at once and poll often; the real waits have tests of their own."""
    monkeypatch.setattr(client, "BACKOFF_SECONDS", 0.002)
    monkeypatch.setattr(client, "LONGEST_BACKOFF", 0.02)
    monkeypatch.setattr(waiting, "FIRST_POLL_SECONDS", 0.02)
    monkeypatch.setattr(waiting, "MAX_POLL_SECONDS", 0.05)
