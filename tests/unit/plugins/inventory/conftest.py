# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-inventory on inventory files for the cloud emulator."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from checkout import BUILD
from commands import clean_environment, tool
from emulator import DOMAIN, PASSWORD, USER, CloudEmulator

LOGIN = {"OS_USERNAME": USER, "OS_PASSWORD": PASSWORD, "OS_USER_DOMAIN_NAME": DOMAIN}
NAMES = ["eu-de_shop", "eu-de_shop_test", "eu-nl_shop", "eu-nl_MOS", "cn-north-4"]


def scenario(*names: str, **extra: Any) -> dict[str, Any]:
    """Return a cloud with empty projects of these names."""
    users = [{"name": USER, "password": PASSWORD, "projects": "all"}]
    projects = [{"name": name} for name in names]
    return {"domains": [DOMAIN], "users": users, "projects": projects, **extra}


@pytest.fixture
def cloud() -> Iterator[CloudEmulator]:
    with CloudEmulator(scenario(*NAMES)) as running:
        yield running


@dataclass(frozen=True)
class Inventory:
    """The exit status and the output of ansible-inventory, and the parsed list."""

    status: int
    printed: str
    errors: str

    @property
    def listed(self) -> dict[str, Any]:
        """The printed JSON, which AWX reads."""
        return json.loads(self.printed)

    @property
    def hosts(self) -> list[str]:
        """The hosts of the group of all projects, in the order of the API."""
        return self.listed.get("hwcloud_projects", {}).get("hosts", [])

    @property
    def hostvars(self) -> dict[str, dict[str, Any]]:
        """The variables of each host, without the marks that ansible-core 2.19 and later put on unsafe strings."""
        shown = json.dumps(self.listed["_meta"]["hostvars"])
        return json.loads(shown, object_hook=lambda found: found.get("__ansible_unsafe", found))


@pytest.fixture
def inventory(cloud: CloudEmulator, tmp_path: Path) -> Callable[..., Inventory]:
    """Return a function that writes an inventory file with options and runs ansible-inventory on it."""

    def run(
        *arguments: str,
        name: str = "fleet.hwcloud.yml",
        env: dict[str, str] | None = None,
        command: str = "ansible-inventory",
        **options: Any,
    ) -> Inventory:
        file = tmp_path / name
        options = {"plugin": "sundown.hwcloud.projects", "endpoints": {"iam": cloud.endpoints["iam"]}, **options}
        file.write_text(yaml.safe_dump({key: value for key, value in options.items() if value is not None}))
        environment = clean_environment(
            ANSIBLE_COLLECTIONS_PATH=str(BUILD / "dev"), ANSIBLE_HOME=str(tmp_path / "home"), NO_COLOR="1"
        )
        environment.update(LOGIN if env is None else env)
        done = subprocess.run(
            [tool(command), "-i", str(file), *(arguments or ("--list", "--export"))],
            cwd=tmp_path,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return Inventory(done.returncode, done.stdout, done.stderr)

    return run
