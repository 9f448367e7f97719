# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module in a playbook: in check mode, for real and again; and with verbose output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS

from emulator import (
    ACCESS_KEY,
    DOMAIN,
    PASSWORD,
    PROJECT,
    REGION,
    SECRET_KEY,
    TEMPORARY_KEY,
    USER,
    CloudEmulator,
)
from helpers.emulator_calls import left, project_id, sends_only_reads
from helpers.kind_cases import SERVICES
from helpers.playbooks import Play, Playbooks

HERE = Path(__file__).resolve().parent
# Saves each module call the copying of its files.
QUICK = {"ANSIBLE_PIPELINING": "true"}
VERBOSE = {"ANSIBLE_INJECT_INVOCATION": "true", "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "true"}
DELETES = {case.module: case for case in SERVICES}
LISTS = ("environment_info", *(case.info_module for case in SERVICES))


def playbook(directory: Path, *, listing: bool) -> Path:
    """Write a playbook that logs in once and calls every module, each in a task of its name."""
    login = {"name": "identity_info", "sundown.hwcloud.identity_info": {"issue_token": True}, "register": "identity"}
    calls: dict[str, Any] = {module: {} for module in LISTS if listing}
    calls |= {module: case.options(case.deletable) for module, case in DELETES.items()}
    block = {
        "module_defaults": {"group/sundown.hwcloud.hwcloud": "{{ with_token }}"},
        "block": [{"name": name, f"sundown.hwcloud.{name}": options} for name, options in calls.items()],
    }
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/sundown.hwcloud.hwcloud": "{{ auth }}"},
        "vars": {
            "with_token": {
                "token": "{{ identity.token }}",
                "project_id": "{{ identity.project_id }}",
                "region": "{{ auth.region }}",
                "endpoints": "{{ auth.endpoints }}",
            }
        },
        "tasks": [login, block],
    }
    path = directory / "every_module.yml"
    path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    return path


def run(cloud: CloudEmulator, playbooks: Playbooks, *arguments: str, listing: bool = False) -> Play:
    """Run the playbook that calls every module, with the records that may be deleted."""
    cloud.clear_log()
    auth = {
        "region": REGION,
        "username": USER,
        "password": PASSWORD,
        "domain_name": DOMAIN,
        "project_name": PROJECT,
        "endpoints": cloud.endpoints,
    }
    book = playbook(playbooks.directory, listing=listing)
    play = playbooks.run({"auth": auth}, *arguments, playbook=book, environment=QUICK)
    assert play.code == 0, play.output
    return play


def deletions(play: Play) -> dict[str, dict[str, Any]]:
    """The result of each delete module, by its name."""
    found = {module: play.of(module) for module in DELETES}
    assert all(len(results) == 1 for results in found.values())
    return {module: results[0] for module, results in found.items()}


def test_modules_in_check_mode_for_real_and_again(cloud: CloudEmulator, playbooks: Playbooks) -> None:
    everything = {case.kind: left(cloud, case.kind) for case in SERVICES}

    checked = run(cloud, playbooks, "--check", "--diff")
    assert cloud.writes() == [] and sends_only_reads(cloud.log)
    assert {case.kind: left(cloud, case.kind) for case in SERVICES} == everything
    for module, result in deletions(checked).items():
        case = DELETES[module]
        assert result["changed"] and result["deleted"] == list(case.deletable)
        assert result["diff"]["before"] == {case.ids_option: list(case.deletable)}
        assert result["diff"]["after"] == {case.ids_option: []}
        for record_id in case.deletable:
            assert f'-        "{record_id}"' in checked.output
    assert checked.count("changed") == len(DELETES)

    real = run(cloud, playbooks, listing=True)
    assert {module: result["deleted"] for module, result in deletions(real).items()} == {
        module: list(case.deletable) for module, case in DELETES.items()
    }
    assert real.count("changed") == len(DELETES) and len(cloud.writes()) == 2 * len(DELETES)
    assert {case.kind: left(cloud, case.kind) for case in SERVICES} == {case.kind: [case.running] for case in SERVICES}
    for case in SERVICES:
        assert len(real.of(case.info_module)[0]["records"]) == 3
    assert real.of("environment_info")[0]["summary"]["listed"] == 3 * len(DEFAULT_KINDS)
    # One login serves the whole play.
    assert len([entry for entry in cloud.log if entry["path"] == "/v3/auth/tokens"]) == 1

    again = run(cloud, playbooks)
    assert again.count("changed") == 0
    assert {module: result["absent"] for module, result in deletions(again).items()} == {
        module: list(case.deletable) for module, case in DELETES.items()
    }


def test_modules_with_verbose_output_show_no_secret(cloud: CloudEmulator, playbooks: Playbooks) -> None:
    """Valid and invalid credentials of every kind, a service that echoes the request, and -vvvv."""
    cloud.faults.add("echo", service="gaussdb", method="DELETE", contains="a-gauss-2", status=400)
    temporary = {"access_key": TEMPORARY_KEY["access"], "secret_key": TEMPORARY_KEY["secret"]}
    wrong = "wrong-but-secret-0815"
    credentials: dict[str, dict[str, str]] = {
        "password": {"username": USER, "password": PASSWORD, "domain_name": DOMAIN},
        "wrong password": {"username": USER, "password": wrong, "domain_name": DOMAIN},
        "token": {"token": wrong},
        "key": {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY},
        "temporary key": {**temporary, "security_token": TEMPORARY_KEY["security_token"]},
    }
    place = {
        "region": REGION,
        "project_id": project_id(cloud),
        "endpoints": cloud.endpoints,
    }
    environment = {
        **VERBOSE,
        "OS_REGION_NAME": REGION,
        "OS_USERNAME": USER,
        "OS_PASSWORD": PASSWORD,
        "OS_USER_DOMAIN_NAME": DOMAIN,
        "OS_PROJECT_NAME": PROJECT,
    }
    variables = {"place": place, "credentials": credentials, "ids": ["a-gauss-1", "a-gauss-2", "a-gauss-3"]}
    play = playbooks.run(variables, "-vvvv", playbook=HERE / "credentials.yml", environment=environment)
    assert play.code == 0, play.output
    outcomes = {one["item"]: one for one in play.of("Delete with each kind of credentials")[0]["results"]}
    assert outcomes["password"]["deleted"] == ["a-gauss-1"]
    assert [one["id"] for one in outcomes["password"]["failures"]] == ["a-gauss-2", "a-gauss-3"]
    assert all(outcome["failures"] and "invocation" in outcome for outcome in outcomes.values())
    assert play.count("ignored") == 1
    assert play.of("Use the environment only")[0]["user_name"] == USER

    tokens = {entry["headers"].get("x-auth-token") for entry in cloud.log} - {None}
    secrets = {PASSWORD, wrong, SECRET_KEY, temporary["secret_key"], TEMPORARY_KEY["security_token"], *tokens}
    assert [secret for secret in secrets if secret in json.dumps(play.events)] == []
    assert [secret for secret in secrets if secret in play.output] == []
