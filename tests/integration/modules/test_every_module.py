# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module in a playbook: in check mode, for real and once more; and with nothing held back from the output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
from helpers.playbooks import Play, Playbooks
from helpers.service_cases import SERVICES

HERE = Path(__file__).resolve().parent
TITLES = {"gaussdb": "GaussDB jobs", "drs": "DRS jobs", "dms": "DMS tasks", "dcs": "DCS tasks", "cce": "CCE jobs"}
# Saves each module call the copying of its files.
QUICK = {"ANSIBLE_PIPELINING": "true"}
TALKATIVE = {"ANSIBLE_INJECT_INVOCATION": "true", "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "true"}


def run(cloud: CloudEmulator, playbooks: Playbooks, *arguments: str, listing: bool = False) -> Play:
    """Run the playbook that calls every module, with what may be deleted."""
    cloud.clear_log()
    auth = {
        "region": REGION,
        "username": USER,
        "password": PASSWORD,
        "domain_name": DOMAIN,
        "project_name": PROJECT,
        "endpoints": cloud.endpoints,
    }
    ids = {case.service: next(iter(case.options(case.deletable).values())) for case in SERVICES}
    play = playbooks.run(
        {"auth": auth, "ids": ids, "listing": listing},
        *arguments,
        playbook=HERE / "every_module.yml",
        environment=QUICK,
    )
    assert play.code == 0, play.output
    return play


def deletions(play: Play) -> dict[str, dict[str, Any]]:
    """The result of each delete module, by service."""
    found = {service: play.of(f"Delete {title}") for service, title in TITLES.items()}
    assert all(len(results) == 1 for results in found.values())
    return {service: results[0] for service, results in found.items()}


def test_check_then_real_then_again(cloud: CloudEmulator, playbooks: Playbooks) -> None:
    everything = {case.service: left(cloud, case.service) for case in SERVICES}

    foretold = run(cloud, playbooks, "--check", "--diff")
    assert cloud.writes() == [] and sends_only_reads(cloud.log)
    assert {case.service: left(cloud, case.service) for case in SERVICES} == everything
    for case in SERVICES:
        result = deletions(foretold)[case.service]
        assert result["changed"] and result["deleted"] == list(case.deletable)
        assert result["diff"]["before"] == {case.ids_option: list(case.deletable)}
        assert result["diff"]["after"] == {case.ids_option: []}
        for record_id in case.deletable:
            assert f'-        "{record_id}"' in foretold.output
    assert foretold.count("changed") == 5

    real = run(cloud, playbooks, listing=True)
    assert {service: result["deleted"] for service, result in deletions(real).items()} == {
        case.service: list(case.deletable) for case in SERVICES
    }
    assert real.count("changed") == 5 and len(cloud.writes()) == 10
    assert {case.service: left(cloud, case.service) for case in SERVICES} == {
        case.service: [case.running] for case in SERVICES
    }
    for title in TITLES.values():
        assert len(real.of(f"List {title}")[0]["records"]) == 3
    assert real.of("List the whole environment")[0]["summary"]["listed"] == 15
    # One login serves the whole play.
    assert len([entry for entry in cloud.log if entry["path"] == "/v3/auth/tokens"]) == 1

    again = run(cloud, playbooks)
    assert again.count("changed") == 0
    assert {service: result["absent"] for service, result in deletions(again).items()} == {
        case.service: list(case.deletable) for case in SERVICES
    }


def test_no_secret_however_talkative(cloud: CloudEmulator, playbooks: Playbooks) -> None:
    """Wrong and right credentials of every kind, a service that repeats the request, and -vvvv."""
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
        **TALKATIVE,
        "OS_REGION_NAME": REGION,
        "OS_USERNAME": USER,
        "OS_PASSWORD": PASSWORD,
        "OS_USER_DOMAIN_NAME": DOMAIN,
        "OS_PROJECT_NAME": PROJECT,
    }
    variables = {"place": place, "credentials": credentials, "ids": ["a-gauss-1", "a-gauss-2", "a-gauss-3"]}
    play = playbooks.run(variables, "-vvvv", playbook=HERE / "talkative.yml", environment=environment)
    assert play.code == 0, play.output
    outcomes = {one["item"]: one for one in play.of("Delete with each kind of credentials")[0]["results"]}
    assert outcomes["password"]["deleted"] == ["a-gauss-1"]
    assert [one["id"] for one in outcomes["password"]["failures"]] == ["a-gauss-2", "a-gauss-3"]
    assert all(outcome["failures"] and "invocation" in outcome for outcome in outcomes.values())
    assert play.count("ignored") == 1
    assert play.of("Live on the environment alone")[0]["user_name"] == USER

    tokens = {entry["headers"].get("x-auth-token") for entry in cloud.log} - {None}
    secrets = {PASSWORD, wrong, SECRET_KEY, temporary["secret_key"], TEMPORARY_KEY["security_token"], *tokens}
    assert [secret for secret in secrets if secret in json.dumps(play.events)] == []
    assert [secret for secret in secrets if secret in play.output] == []
