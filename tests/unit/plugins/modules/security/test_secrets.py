# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret is ever shown, however the module is called, whatever goes wrong, and however much is asked to be told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.deletion import Deleter
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.listing import Lister
from ansible_collections.sundown.hwcloud.plugins.module_utils._http import client

from checkout import ROOT
from emulator import PROJECT, CloudEmulator
from helpers.module_calls import run_module
from helpers.playbooks import Playbooks
from helpers.sample_secrets import KINDS, PASSWORD, Secrets, shows, spellings

# Versions of ansible-core that leave it out unless asked know the word for asking.
WITH_INVOCATION = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}
CALLS: dict[str, dict[str, Any]] = {
    "identity_info": {},
    "environment_info": {},
    "gaussdb_job_info": {},
    "drs_job_info": {},
    "dms_task_info": {},
    "cce_job_info": {},
    "dcs_task_info": {},
    "gaussdb_job": {"job_ids": ["a-gauss-1", "a-gauss-3"]},
    "drs_job": {"job_ids": ["a-drs-1", "a-drs-2"]},
    "dms_task": {"instance_id": "a-kafka-1", "task_ids": ["a-dms-1", "a-dms-2"]},
    "cce_job": {"job_ids": ["a-cce-1", "a-cce-2"]},
    "dcs_task": {"task_ids": ["a-dcs-1", "a-dcs-2"]},
}


Situation = Callable[[CloudEmulator, Sequence[str]], None]


def nothing(cloud: CloudEmulator, given: Sequence[str]) -> None:
    """Everything works."""


def refused(cloud: CloudEmulator, given: Sequence[str]) -> None:
    cloud.faults.add("echo", status=401)


def echoed(cloud: CloudEmulator, given: Sequence[str]) -> None:
    cloud.faults.add("echo", status=500)


def refused_after_login(cloud: CloudEmulator, given: Sequence[str]) -> None:
    for service in ("gaussdb", "drs", "dms", "cce", "dcs"):
        cloud.faults.add("echo", status=403, service=service)


def echoed_inside_a_success(cloud: CloudEmulator, given: Sequence[str]) -> None:
    said = " ".join(given)
    body = {"error_code": said, "error_msg": said, "results": [{"id": "a-drs-1", "error_msg": said}]}
    cloud.faults.add("status", status=200, body=body, method="DELETE")


def echoed_in_the_request_id(cloud: CloudEmulator, given: Sequence[str]) -> None:
    in_a_header = " ".join(secret for secret in given if secret.isascii())
    cloud.faults.add("status", status=400, body={"error_code": "X.1"}, headers={"X-Request-Id": in_a_header})


SITUATIONS = [nothing, refused, echoed, refused_after_login, echoed_inside_a_success, echoed_in_the_request_id]


def test_every_module_is_called() -> None:
    assert set(CALLS) == {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
def test_no_module_shows_a_secret(
    guarded: CloudEmulator,
    secrets: Secrets,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    situation: Situation,
) -> None:
    monkeypatch.setattr(client, "BACKOFF_SECONDS", 0.0)
    options, environment = secrets.options(kind, tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    situation(guarded, secrets.given(kind))
    for module, more in CALLS.items():
        result = run_module(module, {**options, **more, **WITH_INVOCATION}, diff=True)
        assert "invocation" in result
        assert secrets.seen_in(result.output) == [], module
    assert len(guarded.log) >= len(CALLS)


@pytest.mark.parametrize("kind", KINDS)
def test_no_exception_shows_a_secret(
    guarded: CloudEmulator, secrets: Secrets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Not even one that nobody has thought of."""

    def fail(*_arguments: Any, **_more: Any) -> None:
        known = sorted(secrets.all()) + secrets.given(kind)
        raise RuntimeError(f"{known} {' '.join(known)} {json.dumps(known)}")

    monkeypatch.setattr(Lister, "records", fail)
    monkeypatch.setattr(Deleter, "apply", fail)
    options, environment = secrets.options(kind, tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    used = set(secrets.given(kind))
    for module, more in CALLS.items():
        if module == "identity_info":
            continue
        result = run_module(module, {**options, **more, **WITH_INVOCATION})
        assert "internal error: RuntimeError" in result["msg"], module
        tokens = {entry["headers"]["x-auth-token"] for entry in guarded.log if "x-auth-token" in entry["headers"]}
        assert [secret for secret in used | tokens if shows(result.output, secret)] == [], module


def test_the_search_finds_what_it_looks_for() -> None:
    for spelling in spellings(PASSWORD):
        assert shows(f"it says: {spelling}!", PASSWORD)
        assert shows(f"it says: {spelling[:12]}", PASSWORD)
    assert not shows("rehearsal", PASSWORD)


def play(directory: Path, auth: dict[str, Any]) -> Path:
    """A playbook that calls every module and goes on whatever happens."""
    tasks = [
        {"name": module, f"sundown.hwcloud.{module}": options or {}, "ignore_errors": True}
        for module, options in CALLS.items()
    ]
    book = [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/sundown.hwcloud.hwcloud": {**auth, "stall_timeout": 0.2}},
            "tasks": tasks,
        }
    ]
    path = directory / "every_module.yml"
    path.write_text(yaml.safe_dump(book))
    return path


def verbose(directory: Path, environment: dict[str, str]) -> dict[str, str]:
    return {
        **environment,
        "ANSIBLE_INJECT_INVOCATION": "true",
        "ANSIBLE_LOG_PATH": str(directory / "ansible.log"),
        "ANSIBLE_LOG_VERBOSITY": "5",
    }


def written(directory: Path) -> str:
    """Everything that a run has left in files: the log and what callbacks were given."""
    return "".join(path.read_text() for path in [directory / "ansible.log", *directory.glob("record-*.jsonl")])


@pytest.mark.parametrize(
    ("kind", "situation"),
    [("password", echoed), ("temporary key", refused_after_login)],
    ids=["password-echoed", "temporary_key-refused"],
)
def test_no_playbook_shows_a_secret(
    guarded: CloudEmulator,
    secrets: Secrets,
    playbooks: Playbooks,
    tmp_path: Path,
    kind: str,
    situation: Situation,
) -> None:
    options, environment = secrets.options(kind, tmp_path)
    situation(guarded, secrets.given(kind))
    path = play(tmp_path, options)
    run = playbooks.run({}, "-vvvv", "--diff", playbook=path, environment=verbose(tmp_path, environment))
    assert run.code == 0, run.output
    assert len([name for name in CALLS if run.of(name)]) == len(CALLS)
    assert '"module_args"' in run.output
    assert secrets.seen_in(run.output + written(tmp_path)) == []


@pytest.mark.parametrize("situation", [nothing, echoed_inside_a_success, refused], ids=lambda one: one.__name__)
def test_the_role_shows_no_secret(
    guarded: CloudEmulator,
    secrets: Secrets,
    playbooks: Playbooks,
    tmp_path: Path,
    situation: Situation,
) -> None:
    options, _environment = secrets.options("password", tmp_path)
    situation(guarded, secrets.given("password"))
    reports = tmp_path / "reports"
    variables = {
        "project": PROJECT,
        "region": "eu-de",
        "auth": {name: options[name] for name in ("username", "password", "domain_name")},
        "endpoints": guarded.endpoints,
        "confirm": f"{PROJECT}/unattended",
        "report_dir": str(reports),
    }
    run = playbooks.run(
        {f"decommission_{name}": value for name, value in variables.items()},
        "-vvvv",
        "--diff",
        environment=verbose(tmp_path, {}),
    )
    assert (run.code == 0) == (situation is nothing), run.output
    left = "".join(path.read_text() for path in reports.rglob("*.*"))
    assert situation is refused or PROJECT in left
    assert secrets.seen_in(run.output + written(tmp_path) + left) == []
