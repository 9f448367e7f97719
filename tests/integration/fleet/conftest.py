# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud of four environments, and the playbook for fleets run on the inventory that the plugin makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator import DOMAIN, PASSWORD, USER, CloudEmulator
from helpers.playbooks import Play, Playbooks
from helpers.role_runs import AUTH, left

PLAYBOOK = "sundown.hwcloud.fleet"
PROJECTS = [f"eu-de_env{number}" for number in range(1, 5)]


def scenario(projects: list[str]) -> dict[str, Any]:
    """In each project three deletable records and a running one."""
    services = {
        "gaussdb": [{"status": "Completed"}, {"status": "Running"}],
        "cce": [{"count": 2, "status": "Success"}],
    }
    return {
        "domains": [DOMAIN],
        "users": [{"name": USER, "password": PASSWORD, "projects": "all"}],
        "projects": [{"name": name, "services": services} for name in projects],
    }


@pytest.fixture
def cloud() -> Iterator[CloudEmulator]:
    with CloudEmulator(scenario(PROJECTS)) as running:
        yield running


@dataclass
class Fleet:
    """Runs the playbook; variables of the role are named without their prefix."""

    cloud: CloudEmulator
    playbooks: Playbooks

    @property
    def reports(self) -> Path:
        return self.playbooks.directory / "reports"

    def inventory(self) -> Path:
        """An inventory file for the cloud, with the credentials in it."""
        file = self.playbooks.directory / "fleet.hwcloud.yml"
        options = {"plugin": "sundown.hwcloud.projects", "endpoints": {"iam": self.cloud.endpoints["iam"]}, **AUTH}
        file.write_text(yaml.safe_dump(options), encoding="utf-8")
        return file

    def __call__(self, *arguments: str, limit: str = "all", **variables: Any) -> Play:
        given = {
            "auth": AUTH,
            "endpoints": self.cloud.endpoints,
            "kinds": ["gaussdb_job", "cce_job"],
            "report_dir": str(self.reports),
            **variables,
        }
        return self.playbooks.run(
            {f"decommission_{name}": value for name, value in given.items()},
            *("-i", str(self.inventory()), "--limit", limit, *arguments),
            playbook=PLAYBOOK,
        )

    def summary(self) -> dict[str, Any]:
        """What the play has written about all of its environments."""
        return json.loads((self.reports / "fleet" / "latest" / "fleet.json").read_text(encoding="utf-8"))

    def left(self, project: str) -> int:
        """How many records and instances a project still holds."""
        return len(left(self.cloud, project))


@pytest.fixture
def fleet(cloud: CloudEmulator, playbooks: Playbooks) -> Fleet:
    """Runs fleets against the cloud."""
    return Fleet(cloud, playbooks)
