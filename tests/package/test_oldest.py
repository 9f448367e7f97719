# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The oldest ansible-core that the collection is for, and the oldest Python that its modules run on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from checkout import ROOT, export_collection
from commands import clean_environment, interpreters, run
from emulator import DOMAIN, PASSWORD, PROJECT, REGION, USER, CloudEmulator, small
from environments import Environment, ansible_environment
from run_ansible_test import REMOTE_TESTS, units
from supported import SUPPORTED, numbers

PLAYBOOK = ROOT / "tests" / "package" / "playbooks" / "oldest_python.yml"
OLDEST_PYTHON = "3.9"
ON_CONTROLLER = [
    "tests/unit/plugins",
    *(f"--ignore={tests}" for tests in REMOTE_TESTS),
    "tests/integration/role/test_plan_and_apply.py::test_role_second_run_changes_nothing",
]


@pytest.fixture(scope="module")
def oldest_ansible() -> Environment:
    """The oldest ansible-core that this machine has a Python for, on the oldest such Python."""
    found = interpreters()
    ansible = next(ansible for ansible in SUPPORTED if set(ansible.pythons) & set(found))
    python = next(python for python in ansible.pythons if python in found)
    return ansible_environment(ansible, python, found[python]).make()


@pytest.fixture(scope="module")
def target() -> tuple[str, Environment]:
    """The oldest Python that this machine has and the modules run on, with nothing but what the modules import."""
    version, python = min(interpreters().items(), key=lambda found: numbers(found[0]))
    assert numbers(version) >= numbers(OLDEST_PYTHON)
    return version, Environment(f"modules-python{version}", python, ("requests",)).make()


def test_units_on_oldest_python_pass(oldest_ansible: Environment, tmp_path: Path) -> None:
    version = min(interpreters(), key=numbers)
    printed = units(export_collection(tmp_path), version, ansible=oldest_ansible)
    contexts = re.findall(rf"^Unit test (\w+) with Python {version}$", printed, re.MULTILINE)
    assert contexts == ["modules", "module_utils"]
    assert len(re.findall(r"=+ \d+ passed in ", printed)) == len(contexts)


def test_controller_on_oldest_ansible_passes(oldest_ansible: Environment) -> None:
    # Property-based tests try many examples on the newest one only.
    environment = clean_environment(HYPOTHESIS_PROFILE="dev")
    printed = run([oldest_ansible.command("python"), "-m", "pytest", "-q", *ON_CONTROLLER], env=environment)
    assert " passed" in printed.splitlines()[-1]


def test_every_module_on_oldest_python_deletes_once(
    oldest_ansible: Environment, target: tuple[str, Environment], tarball: Path, tmp_path: Path
) -> None:
    version, modules = target
    install = ["collection", "install", "--offline", str(tarball), "--collections-path", str(tmp_path)]
    run([oldest_ansible.command("ansible-galaxy"), *install])
    with CloudEmulator(small()) as cloud:
        variables = {
            "ansible_python_interpreter": modules.command("python"),
            "wanted_python": version,
            "connection_options": connection_options(cloud),
            "deletable": deletable(cloud),
        }
        assert all(variables["deletable"].values())
        play(oldest_ansible, tmp_path, variables | {"expect_change": True})
        assert not any(deletable(cloud).values())
        play(oldest_ansible, tmp_path, variables | {"expect_change": False})


def play(ansible: Environment, collections: Path, variables: dict[str, Any]) -> None:
    """Run the playbook, which fails by itself where a module does not do what is expected."""
    environment = clean_environment(ANSIBLE_COLLECTIONS_PATH=str(collections), ANSIBLE_NOCOLOR="true")
    command = [ansible.command("ansible-playbook"), "-i", "localhost,", PLAYBOOK, "-e", json.dumps(variables)]
    run(command, env=environment)


def connection_options(cloud: CloudEmulator) -> dict[str, Any]:
    """Return the options that make every module speak to the cloud emulator."""
    return {
        "region": REGION,
        "project_name": PROJECT,
        "domain_name": DOMAIN,
        "username": USER,
        "password": PASSWORD,
        "endpoints": cloud.endpoints,
    }


def deletable(cloud: CloudEmulator) -> dict[str, list[Any]]:
    """Return what the delete modules take to delete every record that has ended, by service."""
    ended = {
        service: [record for record in cloud.records(PROJECT, service) if not is_running(record["status"])]
        for service in ("gaussdb", "drs", "dms", "cce", "dcs")
    }
    ids: dict[str, list[Any]] = {service: [record["id"] for record in records] for service, records in ended.items()}
    ids["dms"] = [{"instance_id": record["instance_id"], "task_id": record["id"]} for record in ended["dms"]]
    return ids


def is_running(status: str) -> bool:
    """Tell whether a status of the sample environment is one that forbids deletion."""
    return status.upper() in {"RUNNING", "EXECUTING", "INCRE_TRANSFER_STARTED"}
