# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Neither playbooks nor the role show a secret, at any verbosity."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator import PROJECT
from helpers.sample_secrets import (
    MODULE_CALLS,
    Fault,
    Secrets,
    everything_fails,
    login_fails,
    nothing_fails,
    services_refuse,
    success_holds_secrets,
)

# One module of each sort. The unit tests call every module with each login.
FEW = ("identity_info", "environment_info", "environment", "dms_task_info", "dms_task")


def verbose(directory: Path, environment: dict[str, str]) -> dict[str, str]:
    return {
        **environment,
        "ANSIBLE_INJECT_INVOCATION": "true",
        "ANSIBLE_LOG_PATH": str(directory / "ansible.log"),
        "ANSIBLE_LOG_VERBOSITY": "5",
    }


def written(directory: Path) -> str:
    """Everything that a run has written to files: the log and what callbacks were given."""
    return "".join(path.read_text() for path in [directory / "ansible.log", *directory.glob("record-*.jsonl")])


@pytest.mark.parametrize(
    ("login", "fault", "modules"),
    [
        ("password", everything_fails, MODULE_CALLS),
        *(("temporary key", services_refuse, FEW), ("access key", services_refuse, FEW), ("token", login_fails, FEW)),
        *(("environment", nothing_fails, FEW), ("passcode", services_refuse, FEW)),
        *(("agency key", everything_fails, FEW), ("agency token", login_fails, FEW)),
    ],
)
def test_playbook_of_modules_shows_no_secret(
    secrets: Secrets, playbooks: Any, tmp_path: Path, login: str, fault: Fault, modules: Iterable[str]
) -> None:
    options, environment = secrets.options(login, tmp_path)
    fault(secrets, login)
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        # Not written into the playbook, as Ansible shows the lines of a task that fails.
        "module_defaults": {"group/sundown.hwcloud.hwcloud": "{{ given }}"},
        "tasks": [
            {"name": module, f"sundown.hwcloud.{module}": MODULE_CALLS[module], "ignore_errors": True}
            for module in modules
        ],
    }
    path = tmp_path / "modules.yml"
    path.write_text(yaml.safe_dump([play]))
    given = {**options, "stall_timeout": 0.2}
    run = playbooks.run({"given": given}, "-vvvv", "--diff", playbook=path, environment=verbose(tmp_path, environment))
    assert run.code == 0, run.output
    assert [name for name in modules if not run.of(name)] == []
    assert '"module_args"' in run.output
    assert secrets.shown_in(run.output + written(tmp_path)) == []


@pytest.mark.parametrize("fault", [nothing_fails, success_holds_secrets, login_fails])
def test_role_shows_no_secret(secrets: Secrets, decommission: Any, tmp_path: Path, fault: Fault) -> None:
    options, _environment = secrets.options("password", tmp_path)
    fault(secrets, "password")
    reports = tmp_path / "reports"
    run = decommission(
        "-vvvv",
        "--diff",
        auth={name: options[name] for name in ("username", "password", "domain_name")},
        confirm=f"{PROJECT}/unattended",
        report_dir=str(reports),
        environment=verbose(tmp_path, {}),
    )
    assert (run.code == 0) == (fault is nothing_fails), run.output
    report = "".join(path.read_text() for path in reports.rglob("*.*"))
    assert fault is login_fails or PROJECT in report
    assert secrets.shown_in(run.output + written(tmp_path) + report) == []
