# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud emulator and the role run against it, by a real ansible-playbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator import DOMAIN, PASSWORD, PROJECT, USER, CloudEmulator, small
from helpers.playbooks import Play, Playbooks

AUTH = {"username": USER, "password": PASSWORD, "domain_name": DOMAIN}


class Decommission:
    """Runs the playbook; variables of the role are named without their prefix."""

    def __init__(self, cloud: CloudEmulator, playbooks: Playbooks) -> None:
        self.cloud = cloud
        self.playbooks = playbooks

    def variables(self, **variables: Any) -> dict[str, Any]:
        """The role's variables; one that is set to None is left out."""
        given = {
            "project": PROJECT,
            "region": self.cloud.loaded.state.region,
            "auth": AUTH,
            "endpoints": self.cloud.endpoints,
            **variables,
        }
        return {f"decommission_{name}": value for name, value in given.items() if value is not None}

    def __call__(self, *arguments: str, environment: dict[str, str] | None = None, **variables: Any) -> Play:
        return self.playbooks.run(self.variables(**variables), *arguments, environment=environment)


@pytest.fixture
def cloud() -> Iterator[CloudEmulator]:
    """One project with three records of each service, one of them running."""
    with CloudEmulator(small()) as running:
        yield running


@pytest.fixture
def playbooks(tmp_path: Path) -> Playbooks:
    """Runs playbooks in a directory of the test's own."""
    return Playbooks(tmp_path)


@pytest.fixture
def decommission(cloud: CloudEmulator, playbooks: Playbooks) -> Decommission:
    """Runs the role against the cloud."""
    return Decommission(cloud, playbooks)
