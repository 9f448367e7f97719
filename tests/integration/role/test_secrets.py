# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret in output, results, report or plan, at any verbosity."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator import ACCESS_KEY, PASSWORD, PROJECT, SECRET_KEY, CloudEmulator
from helpers.playbooks import Play
from helpers.role_runs import AUTH, UNATTENDED, tokens_of

TALKATIVE = {"ANSIBLE_INJECT_INVOCATION": "true", "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "true"}


def assert_no_secret(cloud: CloudEmulator, run: Play, directory: Path) -> None:
    """No password, secret key or token is in what a run has printed, returned and written."""
    assert run.events
    written = [path for path in directory.rglob("*") if path.is_file() and not path.name.startswith("variables-")]
    found = {str(path): path.read_text(encoding="utf-8", errors="replace") for path in written}
    for secret in {PASSWORD, SECRET_KEY, *tokens_of(cloud)}:
        assert secret not in run.output
        assert secret not in json.dumps(run.events)
        assert [name for name, text in found.items() if secret in text] == []


def test_role_applied_with_password_shows_no_secret(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    cloud.faults.add("echo", service="cce", method="DELETE", times=1, status=400)
    run = decommission(
        "-vvvv", "--diff", confirm=UNATTENDED, report_dir=str(tmp_path / "reports"), environment=TALKATIVE
    )
    assert run.count("changed") == 1
    assert_no_secret(cloud, run, tmp_path)


@pytest.mark.parametrize("confirm", ["", f"{PROJECT}/00000000"], ids=["planned", "refused"])
def test_role_with_own_parameters_shows_no_secret(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path, confirm: str
) -> None:
    parameters = decommission.variables(
        auth={"access_key": ACCESS_KEY, "secret_key": SECRET_KEY} if confirm else AUTH,
        confirm=confirm,
        plan_file=None if confirm else str(tmp_path / "plan.json"),
        report_dir=str(tmp_path / "reports"),
    )
    role = {"role": "sundown.hwcloud.decommission", "vars": parameters}
    play = [{"hosts": "localhost", "gather_facts": False, "roles": [role]}]
    playbook = tmp_path / "variables-play.yml"
    playbook.write_text(json.dumps(play), encoding="utf-8")
    run = decommission.playbooks.run({}, "-vvvv", "--diff", playbook=playbook, environment=TALKATIVE)
    assert run.code == (2 if confirm else 0), run.output
    assert (tmp_path / "plan.json").exists() is not bool(confirm)
    assert_no_secret(cloud, run, tmp_path)


@pytest.mark.parametrize("confirm", [UNATTENDED, f"{PROJECT}/00000000"], ids=["applied", "failed"])
def test_role_leaves_no_token_in_variables(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path, confirm: str
) -> None:
    """The playbook for fleets goes on after a failure, and so may any other."""
    role: dict[str, Any] = {"import_role": {"name": "sundown.hwcloud.decommission"}}
    dump = {"name": "Dump", "debug": {"var": "hostvars[inventory_hostname]"}}
    play = {"hosts": "localhost", "gather_facts": False}
    tasks = [{"block": [role], "rescue": [{"debug": {"msg": "rescued"}}]}, dump]
    (tmp_path / "play.yml").write_text(json.dumps([{**play, "tasks": tasks}, {**play, "tasks": [dump]}]), "utf-8")
    # A run in which a token is renewed on the way, where anything is deleted at all.
    cloud.faults.add("expire_token", service="gaussdb", method="DELETE", times=1, all=True)
    variables = decommission.variables(confirm=confirm, batch_size=1)
    run = decommission.playbooks.run(variables, playbook=tmp_path / "play.yml")
    assert (run.code, run.count("rescued")) == (0, int(confirm != UNATTENDED)), run.output
    dumped = json.dumps(run.of("Dump"))
    assert "decommission_result" in dumped
    assert tokens_of(cloud)
    assert not [token for token in tokens_of(cloud) if token in dumped or token in run.output]
