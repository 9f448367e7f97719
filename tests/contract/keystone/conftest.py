# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Keystone with domains, projects and users, and a cloud emulator that believes its tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import CloudEmulator, small

from . import installation
from .landscape import NEIGHBOUR, Landscape


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keystone")


@pytest.fixture(scope="session")
def landscape(database: Path) -> Iterator[Landscape]:
    installation.install()
    with installation.served(database) as url:
        yield Landscape(url)


@pytest.fixture(scope="session")
def hasty_url(landscape: Landscape, database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same Keystone once more, but the tokens that are issued here hold for a second only."""
    with installation.served(tmp_path_factory.mktemp("hasty"), database, expiration=1) as url:
        yield url


@pytest.fixture
def cloud(landscape: Landscape) -> Iterator[CloudEmulator]:
    """The records of the retired project; Keystone knows the user of each token."""
    scenario = small()
    (project,) = scenario["projects"]
    project["id"] = landscape.retired
    scenario["projects"].append({"name": NEIGHBOUR, "id": landscape.neighbour, "services": {}})
    scenario["keystone"] = landscape.url
    with CloudEmulator(scenario) as running:
        yield running
