# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results hold no secrets, even where a service echoes them or an internal error occurs."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.transport import Transport

from emulator import ACCESS_KEY, DOMAIN, PASSWORD, SECRET_KEY, TEMPORARY_KEY, USER, CloudEmulator, small
from helpers.emulator_calls import Caller
from helpers.kind_cases import SERVICES, Case

NO_PASSWORD: dict[str, Any] = {"username": None, "password": None, "domain_name": None}
CREDENTIALS: dict[str, dict[str, Any]] = {
    "password": {},
    "access key": {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, **NO_PASSWORD},
    "temporary key": {
        "access_key": TEMPORARY_KEY["access"],
        "secret_key": TEMPORARY_KEY["secret"],
        "security_token": TEMPORARY_KEY["security_token"],
        **NO_PASSWORD,
    },
}


def secrets(cloud: CloudEmulator) -> set[str]:
    """All secrets that were sent or could have been."""
    sent = [entry["headers"].get(name) for entry in cloud.log for name in ("x-auth-token", "x-subject-token")]
    return {PASSWORD, SECRET_KEY, TEMPORARY_KEY["secret"], TEMPORARY_KEY["security_token"], *filter(None, sent)}


def shown(cloud: CloudEmulator, result: Any) -> list[str]:
    """The secrets of which a result shows a part."""
    return [secret for secret in secrets(cloud) if secret[:12] in result.output or secret[-12:] in result.output]


@pytest.mark.parametrize("credentials", CREDENTIALS)
@pytest.mark.parametrize("case", SERVICES, ids=str)
@pytest.mark.parametrize("status", [400, 500])
def test_result_service_echoes_request_hides_secrets(
    cloud: CloudEmulator, call: Caller, case: Case, credentials: str, status: int
) -> None:
    cloud.faults.add("echo", service=case.service, method="DELETE", status=status)
    result = call.delete(case, case.deletable, **CREDENTIALS[credentials])
    assert "handling DELETE" in result["failures"][0]["error_msg"]
    assert shown(cloud, result) == []
    cloud.faults.clear()
    cloud.faults.add("echo", service=case.service, status=status)
    result = call(case.info_module, **CREDENTIALS[credentials])
    assert "handling" in result["msg"] and shown(cloud, result) == []


@pytest.mark.parametrize("password", [PASSWORD, 'with "quotes" and \\', "with-ümläut", "<with> &amp; 100%"])
def test_result_login_echoes_request_hides_password(cloud: CloudEmulator, call: Caller, password: str) -> None:
    scenario = small()
    scenario["users"][0]["password"] = password
    cloud.load(scenario)
    cloud.faults.add("echo", service="iam", status=401)
    result = call("identity_info", password=password)
    assert "handling POST" in result["msg"]
    assert password not in result.output and password[:8] not in result["msg"]


def test_result_truncated_message_hides_part_of_token(cloud: CloudEmulator, call: Caller) -> None:
    """A long message is cut; the part of a secret before the cut must not stay."""
    token = call("identity_info", issue_token=True)["token"]
    for length in range(380, 520, 20):
        message = "x" * length + token
        cloud.faults.clear()
        cloud.faults.add("status", service="gaussdb", status=400, error_code="X.1", error_msg=message)
        project = {"project_id": call.project_id, "project_name": None}
        result = call("gaussdb_job", job_ids=["a"], token=token, **project, **NO_PASSWORD)
        assert result["failures"][0]["error_msg"].startswith("xxx") and token[:8] not in result.output


@pytest.mark.parametrize("credentials", CREDENTIALS)
def test_internal_error_with_secrets_is_redacted(
    cloud: CloudEmulator, call: Caller, monkeypatch: pytest.MonkeyPatch, credentials: str
) -> None:
    def broken(self: Any, method: str, base_url: str, target: str, headers: Any, body: bytes | None = None) -> Any:
        raise RuntimeError(f"cannot send {method} {dict(headers)} {body!r} {PASSWORD} {SECRET_KEY}")

    monkeypatch.setattr(Transport, "send", broken)
    result = call("identity_info", **CREDENTIALS[credentials])
    assert result.failed and "internal error: RuntimeError: cannot send" in result["msg"]
    own = {"password": [PASSWORD], "access key": [SECRET_KEY]}.get(credentials, [TEMPORARY_KEY["security_token"]])
    assert not [secret for secret in own if secret in result.output]


@pytest.mark.parametrize(
    "options",
    [
        {"password": "hunter2-hunter2", "timeout": 0},
        {"token": "hunter2-hunter2", "concurrency": 0},
        {"secret_key": "hunter2-hunter2", "access_key": "AK", "region": "no region"},
        {"security_token": "hunter2-hunter2", "access_key": "AK", "secret_key": "hunter2-hunter2", "max_rps": -1},
    ],
    ids=lambda options: next(iter(options)),
)
def test_option_error_hides_secrets(call: Caller, options: dict[str, Any]) -> None:
    result = call("identity_info", **options)
    assert result.failed and "hunter2" not in result.output


def test_result_hides_secrets_of_environment(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"OS_USERNAME": USER, "OS_PASSWORD": PASSWORD, "OS_DOMAIN_NAME": DOMAIN}.items():
        monkeypatch.setenv(name, value)
    assert PASSWORD not in call("identity_info", **NO_PASSWORD).output


def test_result_escapes_control_characters_of_service(cloud: CloudEmulator, call: Caller) -> None:
    message = "one\x1b[2Jtwo\r\nthree\x00\u202efour"
    cloud.faults.add("status", service="cce", method="DELETE", status=400, error_code="X\x1b.1", error_msg=message)
    failure = call("cce_job", job_ids=["a-cce-1"])["failures"][0]
    assert failure["error_msg"].isprintable() and failure["error_code"].isprintable()
    assert failure["error_msg"].startswith("one") and failure["error_msg"].endswith("four")


def test_result_long_message_is_truncated(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="cce", method="DELETE", status=400, error_code="X.1", error_msg="y" * 1_000_000)
    result = call("cce_job", job_ids=["a-cce-1"])
    assert len(result["failures"][0]["error_msg"]) == 512 and len(result.output) < 5000


def test_user_agent_is_name_of_collection(cloud: CloudEmulator, call: Caller) -> None:
    call("gaussdb_job_info")
    assert {entry["headers"]["user-agent"] for entry in cloud.log} == {"sundown.hwcloud"}
