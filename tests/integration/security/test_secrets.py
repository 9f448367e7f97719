# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks and the role show no secret, at the highest verbosity and whatever fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator import PROJECT, CloudEmulator
from helpers.playbooks import Play, Playbooks
from helpers.sample_secrets import CALLS, FAULTS, Secrets, scenario


@pytest.fixture
def cloud() -> Iterator[CloudEmulator]:
    """A cloud with secrets that share no word with anything else."""
    with CloudEmulator(scenario()) as running:
        yield running


@pytest.fixture
def secrets(cloud: CloudEmulator) -> Secrets:
    return Secrets(cloud)


def verbose(directory: Path) -> dict[str, str]:
    """Return the environment that makes Ansible show and log as much as it can."""
    return {
        "ANSIBLE_INJECT_INVOCATION": "true",
        "ANSIBLE_LOG_PATH": str(directory / "ansible.log"),
        "ANSIBLE_LOG_VERBOSITY": "5",
    }


def everything(run: Play, directory: Path) -> str:
    """Return what a run has printed, logged and passed to callbacks."""
    files = [directory / "ansible.log", *directory.glob("record-*.jsonl")]
    return "".join([run.output, *(path.read_text() for path in files)])


@pytest.mark.parametrize(
    ("login", "fault"),
    [("password", "server_error"), ("temporary key", "services_refuse")],
    ids=["password", "temporary_key"],
)
def test_playbook_with_failing_modules_shows_no_secret(
    cloud: CloudEmulator, secrets: Secrets, playbooks: Playbooks, tmp_path: Path, login: str, fault: str
) -> None:
    options, environment = secrets.options(login, tmp_path)
    FAULTS[fault](cloud, secrets.given(login))
    tasks = [
        {"name": module, f"sundown.hwcloud.{module}": arguments or {}, "ignore_errors": True}
        for module, arguments in CALLS.items()
    ]
    defaults = {"group/sundown.hwcloud.hwcloud": {**options, "stall_timeout": 0.2}}
    book = [{"hosts": "localhost", "gather_facts": False, "module_defaults": defaults, "tasks": tasks}]
    path = tmp_path / "every_module.yml"
    path.write_text(yaml.safe_dump(book))
    run = playbooks.run({}, "-vvvv", "--diff", playbook=path, environment={**environment, **verbose(tmp_path)})
    assert run.code == 0, run.output
    assert len([name for name in CALLS if run.of(name)]) == len(CALLS)
    assert '"module_args"' in run.output
    assert secrets.seen_in(everything(run, tmp_path)) == []


@pytest.mark.parametrize("fault", ["no_fault", "error_inside_success", "login_refused"])
def test_role_with_fault_shows_no_secret(
    cloud: CloudEmulator, secrets: Secrets, decommission: Any, tmp_path: Path, fault: str
) -> None:
    options, _environment = secrets.options("password", tmp_path)
    FAULTS[fault](cloud, secrets.given("password"))
    reports = tmp_path / "reports"
    run = decommission(
        "-vvvv",
        "--diff",
        auth={name: options[name] for name in ("username", "password", "domain_name")},
        confirm=f"{PROJECT}/unattended",
        report_dir=str(reports),
        environment=verbose(tmp_path),
    )
    assert (run.code == 0) == (fault == "no_fault"), run.output
    written = "".join(path.read_text() for path in reports.rglob("*.*"))
    assert fault == "login_refused" or PROJECT in written
    assert secrets.seen_in(everything(run, tmp_path) + written) == []
