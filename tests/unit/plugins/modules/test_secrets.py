# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No module shows a secret, whatever goes wrong and whatever a service repeats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth import metadata
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection import Connection
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.deletion import Deleter
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.listing import Lister
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from checkout import ROOT
from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller
from helpers.metadata_service import served
from helpers.module_calls import ModuleResult, run_module
from helpers.sample_secrets import (
    FAULTS,
    LOGINS,
    MODULE_CALLS,
    PASSWORD,
    Fault,
    Secrets,
    everything_fails,
    shown,
    spellings,
)

# Some versions of ansible-core leave the invocation out of a result unless this asks for it.
WITH_INVOCATION = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}
each_login = pytest.mark.parametrize("login", LOGINS)


@pytest.fixture
def metadata_server(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The metadata service of this machine, where modules request it."""
    with served(secrets.metadata) as server:
        monkeypatch.setattr(metadata, "ADDRESS", server.url)
        yield


@pytest.fixture
def results(
    secrets: Secrets, login: str, metadata_server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Calls every module with this login; returns their results by name."""
    options, environment = secrets.options(login, tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def call_all() -> dict[str, ModuleResult]:
        return {
            module: run_module(module, {**options, **required, **WITH_INVOCATION}, diff=True)
            for module, required in MODULE_CALLS.items()
        }

    return call_all


@each_login
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_result_with_any_fault_shows_no_secret(secrets: Secrets, results: Any, login: str, fault: Fault) -> None:
    fault(secrets, login)
    for module, result in results().items():
        assert "invocation" in result
        assert secrets.shown_in(result.output) == [], module
        assert fault is not everything_fails or "handling" in result.output, module
    assert len(secrets.cloud.log) >= len(MODULE_CALLS)


@each_login
def test_internal_error_with_all_secrets_shows_no_secret(
    secrets: Secrets, results: Any, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any, **_options: Any) -> None:
        known = sorted(secrets.all()) + secrets.given(login)
        raise RuntimeError(f"{known} {' '.join(known)} {json.dumps(known)}")

    for place, name in ((Lister, "records"), (Deleter, "apply"), (Connection, "identity")):
        monkeypatch.setattr(place, name, fail)
    found = results()
    sent = {entry["headers"].get("x-auth-token") for entry in secrets.cloud.log}
    for module, result in found.items():
        assert "internal error: RuntimeError" in result["msg"], module
        assert shown(result.output, filter(None, [*secrets.given(login), *sent])) == [], module


def test_modules_called_are_all_of_cloud() -> None:
    elsewhere = {name for name, kind in KINDS.items() if Cloud.OTC not in kind.clouds}
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
    assert set(MODULE_CALLS) == {module for module in modules if module.removesuffix("_info") not in elsewhere}


def test_shown_finds_every_spelling() -> None:
    for spelling in spellings(PASSWORD):
        assert shown(f"it says: {spelling}!", [PASSWORD]) == [PASSWORD]
        assert shown(f"it says: {spelling[:12]}", ["another-secret", PASSWORD]) == [PASSWORD]
    assert shown("password", [PASSWORD]) == []


@pytest.mark.parametrize("password", ['with "quotes" and \\', "with-ümläut", "<with> &amp; 100%"])
def test_result_login_echoes_request_hides_password(cloud: CloudEmulator, call: Caller, password: str) -> None:
    scenario = small()
    scenario["users"][0]["password"] = password
    cloud.load(scenario)
    cloud.faults.add("echo", service="iam", status=401)
    result = call("identity_info", password=password)
    assert "handling POST" in result["msg"]
    assert password not in result.output and password[:8] not in result["msg"]


@pytest.mark.parametrize(
    "options",
    [
        {"password": "hunter2-hunter2", "timeout": 0},
        {"token": "hunter2-hunter2", "concurrency": 0},
        {"passcode": "hunter2-hunter2", "concurrency": 0},
        {"secret_key": "hunter2-hunter2", "access_key": "AK", "region": "no region"},
        {"security_token": "hunter2-hunter2", "access_key": "AK", "secret_key": "hunter2-hunter2", "max_rps": -1},
    ],
    ids=lambda options: next(iter(options)),
)
def test_option_error_hides_secrets(call: Caller, options: dict[str, Any]) -> None:
    result = call("identity_info", **options)
    assert result.failed and "hunter2" not in result.output
