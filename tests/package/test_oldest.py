# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The oldest ansible-core that the collection is for, and the oldest Python that its modules run on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS

from checkout import export_collection
from commands import clean_environment, interpreters, run
from emulator import CloudEmulator, small
from environments import Environment, ansible_environment
from helpers.emulator_calls import Caller, left
from helpers.kind_cases import CASES, HUAWEI, INSTANCE_CASES, REQUIRED_OPTIONS, KindCase
from run_ansible_test import REMOTE_TESTS, units
from supported import SUPPORTED, numbers

OLDEST_PYTHON = "3.9"
# Huawei Cloud offers every kind.
EVERY_KIND = tuple({case.kind: case for case in (*CASES, *INSTANCE_CASES)}.values())
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


def test_delete_modules_on_oldest_python_delete_once(
    oldest_ansible: Environment, target: tuple[str, Environment], tarball: Path, tmp_path: Path
) -> None:
    version, modules = target
    install = ["collection", "install", "--offline", str(tarball), "--collections-path", str(tmp_path)]
    run([oldest_ansible.command("ansible-galaxy"), *install])
    book = tmp_path / "modules.yml"
    environment = clean_environment(
        ANSIBLE_COLLECTIONS_PATH=str(tmp_path), ANSIBLE_NOCOLOR="true", ANSIBLE_PIPELINING="true"
    )
    command = [oldest_ansible.command("ansible-playbook"), "-i", "localhost,", book]
    with CloudEmulator(small({"instance_seconds": 0.05}, HUAWEI)) as cloud:
        book.write_text(yaml.safe_dump([play(version, Caller(cloud).options())], sort_keys=False), encoding="utf-8")
        run([*command, "-e", f"ansible_python_interpreter={modules.command('python')}"], env=environment)
        assert not [case.name for case in EVERY_KIND if {*case.deletable} & {*left(cloud, case.kind)}]


def play(version: str, connection_options: dict[str, Any]) -> dict[str, Any]:
    """A play on a version of Python that deletes records of every kind twice and lists them; it fails by itself."""
    lists = {
        "identity_info": {},
        "environment_info": {"kinds": ["all"]},
        **{f"{name}_info": {} for name in DEFAULT_KINDS},
    }
    deletes = {name: options for name, options in REQUIRED_OPTIONS.items() if not name.endswith("_info")}
    for case in INSTANCE_CASES:
        deletes[case.module] = {**deletes[case.module], "wait": False}
    deleted = [{"kind": case.kind, "id": one, **holder(case, one)} for case in EVERY_KIND for one in case.deletable]
    found = "ansible_facts.python.version.major ~ '.' ~ ansible_facts.python.version.minor"
    return {
        "hosts": "localhost",
        "connection": "local",
        "gather_subset": ["!all", "!min", "python"],
        "module_defaults": {"group/sundown.hwcloud.hwcloud": connection_options},
        "tasks": [
            {"name": "assert Python", "ansible.builtin.assert": {"that": f"{found} == '{version}'"}},
            *calls("delete", deletes, "is not changed"),
            *calls("list", lists, "is changed"),
            *calls("repeat", {"environment": {"records": deleted}}, "is changed"),
        ],
    }


def holder(case: KindCase, record_id: str) -> dict[str, str]:
    return {"instance_id": case.instance_of(record_id)} if case.by_instance else {}


def calls(prefix: str, modules: dict[str, Any], failure: str) -> list[dict[str, Any]]:
    """Tasks that call modules; a failure is also a result that ``failure`` is true for."""
    return [
        {
            "name": f"{prefix} {name}",
            f"sundown.hwcloud.{name}": options,
            "register": "result",
            "failed_when": f"result is failed or result {failure}",
        }
        for name, options in modules.items()
    ]
