# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment variables of each option, in order of precedence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection_settings import ConnectionSettings
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.environment import ENVIRONMENT

from emulator import ACCESS_KEY, DOMAIN, PASSWORD, SECRET_KEY, TEMPORARY_KEY, USER, CloudEmulator
from helpers.agencies import AGENCY
from helpers.emulator_calls import Caller, of_service
from helpers.kind_cases import SERVICES

NOTHING: dict[str, Any] = dict.fromkeys(("region", "username", "password", "domain_name", "project_name"))
VARIABLES = {
    "region": ("OS_REGION_NAME", "HW_REGION_NAME"),
    "project_id": ("OS_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"),
    "project_name": ("OS_PROJECT_NAME", "HW_PROJECT_NAME"),
    "auth_url": ("OS_AUTH_URL", "HW_AUTH_URL"),
    "username": ("OS_USERNAME", "HW_USER_NAME"),
    "password": ("OS_PASSWORD", "HW_USER_PASSWORD"),
    "domain_name": ("OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME", "HW_DOMAIN_NAME"),
    "user_id": ("OS_USER_ID", "HW_USER_ID"),
    "domain_id": ("OS_USER_DOMAIN_ID", "OS_DOMAIN_ID", "HW_DOMAIN_ID"),
    "project_domain_name": ("OS_PROJECT_DOMAIN_NAME",),
    "project_domain_id": ("OS_PROJECT_DOMAIN_ID",),
    "passcode": ("OS_PASSCODE",),
    "agency_name": ("OS_AGENCY_NAME", "HW_ASSUME_ROLE_AGENCY_NAME"),
    "agency_domain_name": ("OS_AGENCY_DOMAIN_NAME", "HW_ASSUME_ROLE_DOMAIN_NAME"),
    "token": ("OS_TOKEN", "OS_AUTH_TOKEN", "HW_AUTH_TOKEN"),
    "access_key": ("OS_ACCESS_KEY", "HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY", "OTC_SDK_AK"),
    "secret_key": ("OS_SECRET_KEY", "HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY", "OTC_SDK_SK"),
    "security_token": ("OS_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "HW_SECURITY_TOKEN"),
    "cloud": ("OS_CLOUD",),
    "ca_cert": ("OS_CACERT",),
}
# What a call is made of so that one option decides about what is seen.
PASSWORD_LOGIN = {"username": USER, "password": PASSWORD, "domain_name": DOMAIN, "region": "eu-de"}
WITH_AGENCY = {"agency_name": AGENCY, "agency_domain_name": DOMAIN}
WITH_KEY = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "region": "eu-de", "project_id": "f00"}
AROUND: dict[str, dict[str, Any]] = {
    "token": {"region": "eu-de"},
    "access_key": WITH_KEY,
    "user_id": {"password": PASSWORD, "region": "eu-de"},
    "domain_id": {"username": USER, "password": PASSWORD, "region": "eu-de"},
    "agency_name": {**WITH_KEY, **WITH_AGENCY},
    "agency_domain_name": {**WITH_KEY, **WITH_AGENCY},
    "secret_key": {**WITH_KEY, "project_id": None, "project_name": "eu-de_retired"},
    "security_token": {**WITH_KEY, "access_key": TEMPORARY_KEY["access"], "secret_key": TEMPORARY_KEY["secret"]},
}
RIGHT = {"region": "eu-nl", "secret_key": SECRET_KEY}
WRONG = {"region": "eu-ch2"}


def login_user(entry: dict[str, Any]) -> Any:
    return entry["body"]["auth"]["identity"]["password"]["user"]


def login_project(entry: dict[str, Any]) -> Any:
    return entry["body"]["auth"]["scope"]["project"]


def assumed(entry: dict[str, Any]) -> Any:
    return entry["body"]["auth"]["identity"]["assume_role"]


# What the first request shows of each option.
SEEN: dict[str, Callable[[dict[str, Any]], Any]] = {
    "region": lambda entry: login_project(entry)["name"],
    "project_id": lambda entry: login_project(entry)["id"],
    "project_name": lambda entry: login_project(entry)["name"],
    "username": lambda entry: login_user(entry)["name"],
    "password": lambda entry: login_user(entry)["password"],
    "domain_name": lambda entry: login_user(entry)["domain"]["name"],
    "user_id": lambda entry: login_user(entry)["id"],
    "domain_id": lambda entry: login_user(entry)["domain"]["id"],
    "project_domain_name": lambda entry: login_project(entry)["domain"]["name"],
    "project_domain_id": lambda entry: login_project(entry)["domain"]["id"],
    "passcode": lambda entry: entry["body"]["auth"]["identity"]["totp"]["user"]["passcode"],
    "agency_name": lambda entry: assumed(entry)["agency_name"],
    "agency_domain_name": lambda entry: assumed(entry)["domain_name"],
    "token": lambda entry: entry["headers"]["x-auth-token"],
    "access_key": lambda entry: entry["headers"]["authorization"].split("Access=")[1].partition(",")[0],
    "secret_key": lambda entry: SECRET_KEY if entry["status"] == 200 else "another",
    "security_token": lambda entry: entry["headers"]["x-security-token"],
}


def first_request(call: Caller, option: str, **given: Any) -> dict[str, Any]:
    """Call a module with what ``option`` needs around it; return the first request that is sent."""
    around = {name: value for name, value in AROUND.get(option, PASSWORD_LOGIN).items() if name != option}
    call("gaussdb_job_info", **{**NOTHING, **around, **given})
    entry: dict[str, Any] = call.cloud.log[0]
    return entry


@pytest.mark.parametrize(
    ("option", "position"), [(option, position) for option in SEEN for position in range(-1, len(VARIABLES[option]))]
)
def test_environment_first_variable_set_wins_and_option_overrides(
    call: Caller, monkeypatch: pytest.MonkeyPatch, option: str, position: int
) -> None:
    right = RIGHT.get(option, f"the-right-{option.replace('_', '-')}")
    for place, name in enumerate(VARIABLES[option]):
        if place >= position:
            monkeypatch.setenv(name, right if place == position else WRONG.get(option, "a-wrong-value"))
    given = {option: right} if position < 0 else {}
    assert SEEN[option](first_request(call, option, **given)) == right


@pytest.mark.parametrize("option", [option for option in SEEN if len(VARIABLES[option]) > 1])
def test_environment_variable_empty_counts_as_not_set(
    call: Caller, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    *empty, last = VARIABLES[option]
    for name in empty:
        monkeypatch.setenv(name, "")
    right = RIGHT.get(option, f"the-right-{option.replace('_', '-')}")
    monkeypatch.setenv(last, right)
    assert SEEN[option](first_request(call, option)) == right


def test_environment_variables_are_those_of_every_option() -> None:
    assert ENVIRONMENT == VARIABLES


@pytest.mark.parametrize("option", ["username", "domain_name", "project_domain_name"])
def test_environment_id_is_preceded_by_name_of_task(call: Caller, monkeypatch: pytest.MonkeyPatch, option: str) -> None:
    number = {"username": "user_id", "domain_name": "domain_id", "project_domain_name": "project_domain_id"}[option]
    monkeypatch.setenv(VARIABLES[number][0], "of-the-environment")
    assert SEEN[option](first_request(call, option, **{option: "of-the-task"})) == "of-the-task"


@pytest.mark.parametrize(
    ("value", "verify"), [("", True), ("0", True), ("False", True), ("1", False), ("true", False), ("YES", False)]
)
def test_environment_insecure_stops_verification(monkeypatch: pytest.MonkeyPatch, value: str, verify: bool) -> None:
    monkeypatch.setenv("OS_INSECURE", value)
    given = {"region": "eu-de", "token": "MIIabc"}
    assert ConnectionSettings.from_options(given).verify is verify
    assert ConnectionSettings.from_options({**given, "validate_certs": True}).verify is True
    assert ConnectionSettings.from_options({**given, "validate_certs": False}).verify is False


def test_environment_insecure_of_other_kind_fails(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_INSECURE", "perhaps")
    assert call("identity_info")["msg"] == "OS_INSECURE: must be true or false"
    assert not call("identity_info", validate_certs=True).failed


@pytest.mark.parametrize("position", [0, 1])
def test_environment_auth_url_first_variable_set_wins(
    cloud: CloudEmulator, call: Caller, monkeypatch: pytest.MonkeyPatch, position: int
) -> None:
    wrong = "http://127.0.0.1:9"
    for name, url in zip(VARIABLES["auth_url"][position:], (cloud.endpoints["iam"] + "/v3", wrong)):
        monkeypatch.setenv(name, url)
    assert not call("gaussdb_job_info", endpoints={**cloud.endpoints, "iam": wrong}).failed
    assert len(of_service(cloud, "iam")) == 1


def test_environment_cloud_names_entry(call: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    text = "clouds: {mine: {region_name: eu-de, auth: {token: MIIfrom-the-file, project_id: f00}}}"
    (tmp_path / "clouds.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("OS_CLOUD", "mine")
    call("gaussdb_job_info", **NOTHING)
    assert call.cloud.log[0]["headers"]["x-auth-token"] == "MIIfrom-the-file"


def test_environment_ca_cert_is_path(cloud: CloudEmulator, call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_CACERT", "/nowhere/authority.pem")
    result = call("gaussdb_job_info")
    assert result.failed and "ca_cert" in result["msg"] and "/nowhere/authority.pem" in result["msg"]
    assert cloud.log == []


@pytest.mark.parametrize("module", ["identity_info", "environment_info", *(case.info_module for case in SERVICES)])
def test_environment_alone_is_enough_for_every_module(
    call: Caller, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    environment = {
        "OS_REGION_NAME": "eu-de",
        "OS_USERNAME": USER,
        "OS_PASSWORD": PASSWORD,
        "OS_USER_DOMAIN_NAME": DOMAIN,
        "OS_PROJECT_NAME": "eu-de_retired",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert not call(module, **NOTHING).failed


@pytest.mark.parametrize(
    "options",
    [
        {"region": None, "region_name": "eu-de"},
        {"domain_name": None, "user_domain_name": DOMAIN},
        {"cacert": __file__},
    ],
    ids=str,
)
def test_option_names_of_openstack_are_supported(call: Caller, options: dict[str, Any]) -> None:
    assert not call("gaussdb_job_info", **options).failed
