# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud of twenty environments, and the playbook for fleets run on the inventory that the plugin makes of it."""

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

PLAYBOOK = "sundown.hwcloud.fleet"
AUTH = {"username": USER, "password": PASSWORD, "domain_name": DOMAIN}
PROJECTS = [f"eu-de_env{number:02}" for number in range(1, 21)]


def scenario(projects: list[str]) -> dict[str, Any]:
    """In each project three records that may go and one that may not."""
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

    def __call__(self, *arguments: str, playbook: str | Path = PLAYBOOK, **variables: Any) -> Play:
        given = {
            "auth": AUTH,
            "endpoints": self.cloud.endpoints,
            "services": ["gaussdb", "cce"],
            "report_dir": str(self.reports),
            **variables,
        }
        return self.playbooks.run(
            {f"decommission_{name}": value for name, value in given.items()},
            *("-i", str(self.inventory()), "--forks", "20", *arguments),
            playbook=playbook,
        )

    def summary(self) -> dict[str, Any]:
        """What the play wrote about all of its environments."""
        return json.loads((self.reports / "fleet" / "latest" / "fleet.json").read_text(encoding="utf-8"))

    def left(self, project: str) -> int:
        """How many records a project still holds."""
        return sum(len(self.cloud.records(project, service)) for service in ("gaussdb", "cce"))


@pytest.fixture
def fleet(cloud: CloudEmulator, playbooks: Playbooks) -> Fleet:
    """Runs fleets against the cloud."""
    return Fleet(cloud, playbooks)
