# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed collection in a Python that holds ansible-core and requests, and nothing else of ours."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from checkout import ROOT
from commands import clean_environment, run
from emulator import DOMAIN, PASSWORD, PROJECT, USER, CloudEmulator, small

# What ansible-core and requests require in their turn.
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
def python(workdir: Path) -> Path:
    """The interpreter of a virtual environment with the two packages."""
    run([sys.executable, "-m", "venv", workdir / "venv"])
    interpreter = workdir / "venv" / "bin" / "python"
    run([interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "ansible-core", "requests"])
    return interpreter


def playbook(python: Path, installed: Path, name: str | Path, *arguments: str) -> str:
    """Run a playbook with that interpreter; return what it printed."""
    environment = clean_environment(
        ANSIBLE_COLLECTIONS_PATH=str(installed),
        ANSIBLE_HOME=str(python.parents[2] / "home"),
        ANSIBLE_LOCALHOST_WARNING="false",
    )
    return run([python, "-m", "ansible", "playbook", name, *arguments], cwd=installed, env=environment)


def test_holds_nothing_else(python: Path) -> None:
    listed = json.loads(run([python, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"]))
    assert {package["name"].lower() for package in listed} <= {"ansible-core", "requests", *REQUIRED}


def test_smoke(python: Path, installed: Path) -> None:
    playbook(python, installed, ROOT / "extensions" / "ee" / "smoke.yml")


def test_plan_and_apply(python: Path, installed: Path, tmp_path: Path) -> None:
    with CloudEmulator(small()) as cloud:
        variables = {
            "decommission_project": PROJECT,
            "decommission_region": "eu-de",
            "decommission_auth": {"username": USER, "password": PASSWORD, "domain_name": DOMAIN},
            "decommission_endpoints": cloud.endpoints,
            "decommission_report_dir": str(tmp_path),
            "decommission_plan_file": str(tmp_path / "plan.json"),
        }
        playbook(python, installed, "sundown.hwcloud.decommission", "-e", json.dumps(variables))
        confirmation = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["confirmation"]
        variables["decommission_confirm"] = confirmation
        playbook(python, installed, "sundown.hwcloud.decommission", "-e", json.dumps(variables))
        assert [len(cloud.records(PROJECT, service)) for service in SERVICES] == [1] * len(SERVICES)
    assert (tmp_path / PROJECT / "latest" / "report.html").is_file()
