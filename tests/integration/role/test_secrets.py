# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret in output, results, report or plan, however talkative Ansible is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator import ACCESS_KEY, DOMAIN, PASSWORD, PROJECT, SECRET_KEY, USER, CloudEmulator

TALKATIVE = {"ANSIBLE_INJECT_INVOCATION": "true", "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "true"}
PASSWORD_AUTH = {"username": USER, "password": PASSWORD, "domain_name": DOMAIN}
UNATTENDED = f"{PROJECT}/unattended"
KEY_AUTH = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}


def secrets_of(cloud: CloudEmulator) -> set[str]:
    """The password, the secret key and every token that was sent."""
    tokens = {entry["headers"].get("x-auth-token") for entry in cloud.log} - {None}
    return {PASSWORD, SECRET_KEY, *map(str, tokens)}


@pytest.mark.parametrize(
    ("auth", "confirm"),
    [(PASSWORD_AUTH, f"{PROJECT}/unattended"), (KEY_AUTH, f"{PROJECT}/00000000")],
    ids=["password-applied", "key-refused"],
)
def test_no_secret_anywhere(
    cloud: CloudEmulator, decommission: Any, auth: dict[str, str], confirm: str, tmp_path: Path
) -> None:
    decommission(plan_file=str(tmp_path / "plan.json"))
    cloud.faults.add("echo", service="cce", method="DELETE", times=1, status=400)
    run = decommission("-vvvv", "--diff", auth=auth, confirm=confirm, report_dir=str(tmp_path), environment=TALKATIVE)
    assert run.events
    written = [path for path in tmp_path.rglob("*") if path.is_file() and not path.name.startswith("variables-")]
    found = {str(path): path.read_text(encoding="utf-8", errors="replace") for path in written}
    for secret in secrets_of(cloud):
        assert secret not in run.output
        assert secret not in json.dumps(run.events)
        assert [name for name, text in found.items() if secret in text] == []


@pytest.mark.parametrize("confirm", [UNATTENDED, f"{PROJECT}/00000000"], ids=["applied", "failed"])
def test_no_token_is_left_in_variables(cloud: CloudEmulator, decommission: Any, tmp_path: Path, confirm: str) -> None:
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
    tokens = {entry["headers"].get("x-auth-token") for entry in cloud.log} - {None}
    assert tokens
    assert not [token for token in tokens if token in dumped or token in run.output]


def test_no_secret_of_a_roles_own_parameters(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    playbook = tmp_path / "play.yml"
    role = {"role": "sundown.hwcloud.decommission", "vars": decommission.variables()}
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "roles": [role]}]), encoding="utf-8")
    run = decommission.playbooks.run({}, "-vvvv", playbook=playbook, environment=TALKATIVE)
    assert run.code == 0, run.output
    for secret in secrets_of(cloud):
        assert secret not in run.output
        assert secret not in json.dumps(run.events)
