# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credentials file of the vendor's SDKs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator import ACCESS_KEY, SECRET_KEY, TEMPORARY_KEY, CloudEmulator
from helpers.emulator_calls import Caller, of_service

NO_PASSWORD: dict[str, Any] = dict.fromkeys(("username", "password", "domain_name"))
VARIABLE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".huaweicloud").mkdir()
    return tmp_path


def write(path: Path, section: str = "basic", **keys: str) -> None:
    """Write a file with the operator's key."""
    keys = keys or {"ak": ACCESS_KEY, "sk": SECRET_KEY}
    lines = [f"[{section}]", *(f"{name} = {value}" for name, value in keys.items())]
    path.write_text("\n".join(lines), encoding="utf-8")


def keys_used(cloud: CloudEmulator) -> set[str]:
    signed = [entry["headers"].get("authorization", "none, none") for entry in cloud.log]
    return {text.split(" ")[1].rstrip(",").removeprefix("Access=") for text in signed}


@pytest.mark.parametrize("place", [".huaweicloud/credentials", "elsewhere"])
@pytest.mark.parametrize("login", [NO_PASSWORD, {}], ids=["alone", "with password"])
def test_file_key_precedes_password(
    call: Caller, home: Path, monkeypatch: pytest.MonkeyPatch, place: str, login: dict[str, Any]
) -> None:
    write(home / place)
    if place == "elsewhere":
        monkeypatch.setenv(VARIABLE, str(home / place))
    assert not call("environment_info", **login).failed
    assert keys_used(call.cloud) == {ACCESS_KEY}


def test_file_key_precedes_metadata(call: Caller, home: Path) -> None:
    write(home / ".huaweicloud/credentials")
    assert not call("environment_info", metadata=True, **NO_PASSWORD).failed


def test_file_temporary_key_is_used(call: Caller, home: Path) -> None:
    key = {"ak": TEMPORARY_KEY["access"], "sk": TEMPORARY_KEY["secret"]}
    write(home / ".huaweicloud/credentials", **key, security_token=TEMPORARY_KEY["security_token"])
    assert not call("environment_info", **NO_PASSWORD).failed
    assert keys_used(call.cloud) == {TEMPORARY_KEY["access"]}


@pytest.mark.parametrize(
    "options", [{"token": "MIIabc"}, {"access_key": "OTHER", "secret_key": "other-secret"}], ids=["token", "key"]
)
def test_file_is_preceded_by_token_and_access_key(call: Caller, home: Path, options: dict[str, str]) -> None:
    write(home / ".huaweicloud/credentials")
    assert call("environment_info", **options, **NO_PASSWORD).failed
    assert ACCESS_KEY not in keys_used(call.cloud)


def test_file_access_key_of_environment_precedes(call: Caller, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / ".huaweicloud/credentials", ak="OTHER", sk="other-secret")
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", ACCESS_KEY)
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", SECRET_KEY)
    assert not call("environment_info", **NO_PASSWORD).failed


def test_file_is_not_mixed_with_credential_of_clouds_yaml(
    call: Caller, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / ".huaweicloud/credentials", ak="OTHER", sk="other-secret")
    monkeypatch.chdir(home)
    auth = f"{{access_key: {ACCESS_KEY}, secret_key: {SECRET_KEY}}}"
    (home / "clouds.yaml").write_text(f"clouds: {{mine: {{auth: {auth}}}}}", encoding="utf-8")
    assert not call("environment_info", cloud="mine", **NO_PASSWORD).failed


def test_file_project_and_iam_endpoint_are_defaults(call: Caller, home: Path) -> None:
    key = {"ak": ACCESS_KEY, "sk": SECRET_KEY}
    write(home / ".huaweicloud/credentials", **key, project_id=call.project_id, iam_endpoint="http://127.0.0.1:9")
    assert not call("environment_info", project_name=None, **NO_PASSWORD).failed
    assert of_service(call.cloud, "iam") == []
    assert not call("environment_info", **NO_PASSWORD).failed
    (lookup,) = of_service(call.cloud, "iam")
    assert lookup["query"] == {"name": "eu-de_retired"}


def test_file_iam_endpoint_is_used(call: Caller, home: Path) -> None:
    key = {"ak": ACCESS_KEY, "sk": SECRET_KEY, "iam_endpoint": call.cloud.endpoints["iam"]}
    write(home / ".huaweicloud/credentials", **key)
    endpoints = {name: url for name, url in call.cloud.endpoints.items() if name != "iam"}
    assert not call("environment_info", endpoints=endpoints, **NO_PASSWORD).failed
    write(home / ".huaweicloud/credentials", **{**key, "iam_endpoint": "http://elsewhere.example"})
    assert "auth_url: must be an https URL" in call("environment_info", endpoints=endpoints, **NO_PASSWORD)["msg"]


@pytest.mark.parametrize("text", ["[global]\nak = A\nsk = S", "[basic]\nidp_id = I", ""])
def test_file_without_key_is_passed_over_unless_named(
    call: Caller, home: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (home / ".huaweicloud/credentials").write_text(text, encoding="utf-8")
    assert not call("environment_info").failed
    monkeypatch.setenv(VARIABLE, str(home / ".huaweicloud/credentials"))
    call.cloud.clear_log()
    assert call("environment_info")["msg"].startswith(f"{VARIABLE}: ") and call.cloud.log == []


@pytest.mark.parametrize("text", [None, "ak = secret-without-section", "[basic]\nsecret-alone", "[basic]\n[basic]"])
def test_file_unreadable_fails_without_showing_content(
    call: Caller, home: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    monkeypatch.setenv(VARIABLE, str(home / "mine"))
    if text is not None:
        (home / "mine").write_text(text, encoding="utf-8")
    result = call("environment_info")
    assert result.failed and f"{home}/mine cannot be read" in result["msg"]
    assert "secret-" not in result.output and call.cloud.log == []


def test_file_secrets_are_not_shown(call: Caller, home: Path) -> None:
    """Ansible does not know these secrets, so the module itself has to remove them from a service's message."""
    write(home / ".huaweicloud/credentials")
    call.cloud.faults.add("status", service="iam", status=403, error_msg=f"wrong {SECRET_KEY}")
    result = call("identity_info", **NO_PASSWORD)
    assert result.failed and "wrong" in result["msg"] and SECRET_KEY not in result.output
