# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed collection in a Python that has ansible-core, requests and their dependencies only."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from checkout import ROOT
from commands import clean_environment, run
from emulator import DOMAIN, PASSWORD, PROJECT, USER, CloudEmulator, small
from environments import Environment

# What ansible-core and requests require.
REQUIRED = {
    "certifi",
    "cffi",
    "charset-normalizer",
    "cryptography",
    "idna",
    "jinja2",
    "markupsafe",
    "packaging",
    "pip",
    "pycparser",
    "pyyaml",
    "resolvelib",
    "urllib3",
}
SERVICES = ("gaussdb", "drs", "dms", "cce", "dcs")


@pytest.fixture(scope="module")
def bare() -> Environment:
    """A virtual environment with the two packages."""
    return Environment("bare", Path(sys.executable), ("ansible-core", "requests")).make()


def playbook(bare: Environment, installed: Path, home: Path, name: str | Path, *arguments: str) -> None:
    """Run a playbook in that environment."""
    environment = clean_environment(
        ANSIBLE_COLLECTIONS_PATH=str(installed), ANSIBLE_HOME=str(home), ANSIBLE_LOCALHOST_WARNING="false"
    )
    run([bare.command("ansible-playbook"), name, *arguments], cwd=installed, env=environment)


def test_bare_environment_has_no_other_packages(bare: Environment) -> None:
    listed = json.loads(run([bare.command("pip"), "list", "--format", "json", "--disable-pip-version-check"]))
    assert {package["name"].lower() for package in listed} <= {"ansible-core", "requests", *REQUIRED}


def test_smoke_playbook_in_bare_environment_passes(bare: Environment, installed: Path, tmp_path: Path) -> None:
    playbook(bare, installed, tmp_path, ROOT / "extensions" / "ee" / "smoke.yml")


def test_role_in_bare_environment_plans_and_applies(bare: Environment, installed: Path, tmp_path: Path) -> None:
    with CloudEmulator(small()) as cloud:
        variables = {
            "decommission_project": PROJECT,
            "decommission_region": "eu-de",
            "decommission_auth": {"username": USER, "password": PASSWORD, "domain_name": DOMAIN},
            "decommission_endpoints": cloud.endpoints,
            "decommission_report_dir": str(tmp_path),
            "decommission_plan_file": str(tmp_path / "plan.json"),
        }
        playbook(bare, installed, tmp_path / "home", "sundown.hwcloud.decommission", "-e", json.dumps(variables))
        confirmation = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["confirmation"]
        variables["decommission_confirm"] = confirmation
        playbook(bare, installed, tmp_path / "home", "sundown.hwcloud.decommission", "-e", json.dumps(variables))
        assert [len(cloud.records(PROJECT, service)) for service in SERVICES] == [1] * len(SERVICES)
    assert (tmp_path / PROJECT / "latest" / "report.html").is_file()
