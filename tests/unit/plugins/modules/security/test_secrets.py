# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules show no secret, with every kind of login and every kind of failure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.deletion import Deleter
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.listing import Lister
from ansible_collections.sundown.hwcloud.plugins.module_utils._http import client

from checkout import ROOT
from emulator import CloudEmulator
from helpers.module_calls import run_module
from helpers.sample_secrets import CALLS, FAULTS, LOGINS, PASSWORD, Secrets, shows, spellings

# Versions of ansible-core that leave it out unless asked know the word for asking.
WITH_INVOCATION = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}


def test_sample_calls_cover_every_module() -> None:
    assert set(CALLS) == {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("fault", FAULTS)
def test_module_output_shows_no_secret(
    guarded: CloudEmulator,
    secrets: Secrets,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    login: str,
    fault: str,
) -> None:
    monkeypatch.setattr(client, "BACKOFF_SECONDS", 0.0)
    options, environment = secrets.options(login, tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    FAULTS[fault](guarded, secrets.given(login))
    for module, more in CALLS.items():
        result = run_module(module, {**options, **more, **WITH_INVOCATION}, diff=True)
        assert "invocation" in result
        assert secrets.seen_in(result.output) == [], module
    assert len(guarded.log) >= len(CALLS)


@pytest.mark.parametrize("login", LOGINS)
def test_module_internal_error_shows_no_secret(
    guarded: CloudEmulator, secrets: Secrets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    def fail(*_arguments: Any, **_more: Any) -> None:
        known = sorted(secrets.all()) + secrets.given(login)
        raise RuntimeError(f"{known} {' '.join(known)} {json.dumps(known)}")

    monkeypatch.setattr(Lister, "records", fail)
    monkeypatch.setattr(Deleter, "apply", fail)
    options, environment = secrets.options(login, tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    used = set(secrets.given(login))
    for module, more in CALLS.items():
        if module == "identity_info":
            continue
        result = run_module(module, {**options, **more, **WITH_INVOCATION})
        assert "internal error: RuntimeError" in result["msg"], module
        tokens = {entry["headers"]["x-auth-token"] for entry in guarded.log if "x-auth-token" in entry["headers"]}
        assert [secret for secret in used | tokens if shows(result.output, secret)] == [], module


def test_secret_search_finds_every_spelling() -> None:
    for spelling in spellings(PASSWORD):
        assert shows(f"it says: {spelling}!", PASSWORD)
        assert shows(f"it says: {spelling[:12]}", PASSWORD)
    assert not shows("a sample text", PASSWORD)
