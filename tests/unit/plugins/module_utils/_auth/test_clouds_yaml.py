# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry of clouds.yaml: where it is found, its keys and their precedence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.clouds_yaml import file_variables
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection_settings import ConnectionSettings

from emulator import ACCESS_KEY, DOMAIN, PASSWORD, SECRET_KEY, TEMPORARY_KEY, USER, CloudEmulator
from helpers.emulator_calls import Caller, of_service

NOTHING: dict[str, Any] = {
    **dict.fromkeys(("region", "username", "password", "domain_name", "project_name")),
    "cloud": "mine",
}
Entry = dict[str, Any]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home and a current directory without files."""
    (tmp_path / "home" / ".config" / "openstack").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def entry(**auth: Any) -> Entry:
    """An entry with which the operator can log in."""
    known = {"username": USER, "password": PASSWORD, "user_domain_name": DOMAIN, "project_name": "eu-de_retired"}
    login = {**known, **auth}
    return {"region_name": "eu-de", "auth": {name: value for name, value in login.items() if value is not None}}


def write(path: Path, found: Entry, name: str = "mine") -> None:
    path.write_text(yaml.safe_dump({"clouds": {name: found}}), encoding="utf-8")


def login_user(cloud: CloudEmulator) -> Any:
    return cloud.log[0]["body"]["auth"]["identity"]["password"]["user"]


def login_project(cloud: CloudEmulator) -> Any:
    return cloud.log[0]["body"]["auth"]["scope"]["project"]


def test_clouds_yaml_first_file_wins(call: Caller, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    places = ["home/.config/openstack/clouds.yaml", "here/clouds.yml", "here/clouds.yaml", "named.yaml"]
    for number, place in enumerate(places):
        if place == "named.yaml":
            monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(home / place))
        write(home / place, entry(username=f"user-{number}"))
        call.cloud.clear_log()
        call("identity_info", **NOTHING)
        assert login_user(call.cloud)["name"] == f"user-{number}"


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        *((key, lambda cloud: login_user(cloud)["domain"]["name"]) for key in ("user_domain_name", "domain_name")),
        *((key, lambda cloud: login_project(cloud)["name"]) for key in ("project_name", "tenant_name")),
        *((key, lambda cloud: login_project(cloud)["id"]) for key in ("project_id", "tenant_id")),
        *((key, lambda cloud: login_user(cloud)["domain"]["id"]) for key in ("user_domain_id", "domain_id")),
        ("project_domain_name", lambda cloud: login_project(cloud)["domain"]["name"]),
        ("project_domain_id", lambda cloud: login_project(cloud)["domain"]["id"]),
        ("user_id", lambda cloud: login_user(cloud)["id"]),
        ("passcode", lambda cloud: cloud.log[0]["body"]["auth"]["identity"]["totp"]["user"]["passcode"]),
        ("username", lambda cloud: login_user(cloud)["name"]),
        ("password", lambda cloud: login_user(cloud)["password"]),
    ],
)
def test_clouds_yaml_key_aliases_are_read(cloud: CloudEmulator, call: Caller, home: Path, key: str, seen: Any) -> None:
    others: dict[str, Any] = {"user_domain_name": None} if key in ("user_domain_name", "domain_name") else {}
    if key in ("project_name", "project_id", "tenant_name", "tenant_id"):
        others["project_name"] = None
    write(home / "here/clouds.yaml", entry(**{**others, key: "the-right-value"}))
    call("identity_info", **NOTHING)
    assert seen(cloud) == "the-right-value"


def test_clouds_yaml_without_entry_names_nearest(call: Caller, home: Path) -> None:
    file = home / "here/clouds.yaml"
    write(file, entry(), name="mein")
    assert call("identity_info", **NOTHING)["msg"] == f"cloud: 'mine' is not an entry of {file}. Did you mean mein?"
    file.write_text("clouds: nothing", encoding="utf-8")
    assert call("identity_info", **NOTHING)["msg"] == f"cloud: 'mine' is not an entry of {file}. There is none."


@pytest.mark.parametrize("names", [("access_key", "secret_key"), ("ak", "sk")])
@pytest.mark.parametrize("inside", [True, False], ids=["under auth", "beside auth"])
def test_clouds_yaml_access_key_is_used(call: Caller, home: Path, names: tuple[str, str], inside: bool) -> None:
    key = dict(zip(names, (ACCESS_KEY, SECRET_KEY)))
    found: Entry = {"region_name": "eu-de", "auth": {"project_name": "eu-de_retired"}}
    (found["auth"] if inside else found).update(key)
    write(home / "here/clouds.yaml", found)
    assert call("gaussdb_job", job_ids=["a-gauss-1"], **NOTHING)["deleted"] == ["a-gauss-1"]
    assert all("authorization" in one["headers"] for one in call.cloud.log)


def test_clouds_yaml_temporary_key_is_used(cloud: CloudEmulator, call: Caller, home: Path) -> None:
    key = {"ak": TEMPORARY_KEY["access"], "sk": TEMPORARY_KEY["secret"]}
    auth = {**key, "security_token": TEMPORARY_KEY["security_token"], "project_name": "eu-de_retired"}
    write(home / "here/clouds.yaml", {"region_name": "eu-de", "auth": auth})
    assert not call("gaussdb_job_info", **NOTHING).failed


def test_clouds_yaml_token_is_used(cloud: CloudEmulator, call: Caller, home: Path) -> None:
    token = call("identity_info", issue_token=True)["token"]
    write(home / "here/clouds.yaml", {"region_name": "eu-de", "auth_type": "token", "auth": {"token": token}})
    cloud.clear_log()
    assert not call("gaussdb_job_info", **NOTHING).failed
    assert of_service(cloud, "iam", "POST") == []


@pytest.mark.parametrize(
    ("password", "place", "secret", "name"),
    [
        (None, "home/.config/openstack/secure.yaml", PASSWORD, "mine"),
        ("stale", "secret-place.yaml", PASSWORD, "mine"),
        (PASSWORD, "here/secure.yaml", "wrong", "another"),
    ],
    ids=["merged", "named", "of other clouds"],
)
def test_secure_yaml_is_merged_into_cloud(
    call: Caller, monkeypatch: pytest.MonkeyPatch, home: Path, password: Any, place: str, secret: str, name: str
) -> None:
    write(home / "here/clouds.yaml", entry(password=password))
    write(home / place, {"auth": {"password": secret}}, name=name)
    if place == "secret-place.yaml":
        monkeypatch.setenv("OS_CLIENT_SECURE_FILE", str(home / place))
    assert not call("identity_info", **NOTHING).failed
    assert login_user(call.cloud) == {"name": USER, "password": PASSWORD, "domain": {"name": DOMAIN}}


def test_clouds_yaml_overrides_environment(call: Caller, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    for name in ("OS_REGION_NAME", "OS_USERNAME", "OS_PASSWORD", "OS_DOMAIN_NAME", "OS_PROJECT_NAME", "OS_AUTH_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9" if name == "OS_AUTH_URL" else "wrong")
    write(home / "here/clouds.yaml", entry(auth_url=call.cloud.endpoints["iam"]))
    result = call("identity_info", **NOTHING)
    assert (result["project_name"], result["user_name"], result["region"]) == ("eu-de_retired", USER, "eu-de")


def test_clouds_yaml_gaps_filled_from_environment(call: Caller, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    found = entry(project_name=None)
    del found["region_name"]
    write(home / "here/clouds.yaml", found)
    monkeypatch.setenv("OS_REGION_NAME", "eu-de")
    monkeypatch.setenv("OS_PROJECT_NAME", "eu-de_retired")
    assert call("identity_info", **NOTHING)["project_name"] == "eu-de_retired"


@pytest.mark.parametrize(
    "variables",
    [{"OS_TOKEN": "MIIwrong"}, {"OS_ACCESS_KEY": "WRONG", "OS_SECRET_KEY": "wrong"}, {"HW_SECURITY_TOKEN": "wrong"}],
    ids=lambda variables: next(iter(variables)),
)
def test_clouds_yaml_credentials_not_mixed_with_environment(
    call: Caller, monkeypatch: pytest.MonkeyPatch, home: Path, variables: dict[str, str]
) -> None:
    """A token of the environment would otherwise precede the entry's password."""
    write(home / "here/clouds.yaml", entry())
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert call("identity_info", **NOTHING)["user_name"] == USER


def test_clouds_yaml_overridden_by_task_option(cloud: CloudEmulator, call: Caller, home: Path) -> None:
    write(home / "here/clouds.yaml", entry(project_name="eu-de_other", username="other"))
    options = {**NOTHING, "project_name": "eu-de_retired", "username": USER}
    assert call("identity_info", **options)["project_name"] == "eu-de_retired"


def test_clouds_yaml_auth_url_is_used(cloud: CloudEmulator, call: Caller, home: Path) -> None:
    endpoints = {name: url for name, url in cloud.endpoints.items() if name != "iam"}
    write(home / "here/clouds.yaml", entry(auth_url=cloud.endpoints["iam"] + "/v3"))
    assert not call("gaussdb_job_info", endpoints=endpoints, **NOTHING).failed


def test_clouds_yaml_cacert_and_verify_are_read(cloud: CloudEmulator, call: Caller, home: Path) -> None:
    write(home / "here/clouds.yaml", {**entry(), "cacert": "/nowhere/authority.pem"})
    result = call("identity_info", **NOTHING)
    assert result.failed and "ca_cert" in result["msg"]
    write(home / "here/clouds.yaml", {**entry(), "verify": False})
    assert not call("identity_info", **NOTHING).failed


def verify_of(**options: Any) -> bool | str:
    return ConnectionSettings.from_options({"cloud": "mine", **options}).verify


@pytest.mark.parametrize(
    ("keys", "verify"),
    [
        ({}, True),
        ({"verify": False}, False),
        ({"verify": "False"}, False),
        ({"verify": True}, True),
        ({"insecure": True}, False),
        ({"insecure": "true"}, False),
        ({"insecure": False}, True),
        ({"insecure": True, "verify": True}, False),
        ({"insecure": False, "verify": False}, False),
        ({"insecure": None, "verify": None}, True),
    ],
)
def test_clouds_yaml_verify_and_insecure_are_read(
    monkeypatch: pytest.MonkeyPatch, home: Path, keys: dict[str, Any], verify: bool
) -> None:
    write(home / "here/clouds.yaml", {**entry(), **keys})
    assert verify_of() is verify
    assert verify_of(validate_certs=True) is True and verify_of(validate_certs=False) is False
    monkeypatch.setenv("OS_INSECURE", "1")
    assert verify_of() is (verify if any(value is not None for value in keys.values()) else False)


@pytest.mark.parametrize("key", ["verify", "insecure"])
def test_clouds_yaml_verify_of_other_kind_fails(call: Caller, home: Path, key: str) -> None:
    write(home / "here/clouds.yaml", {**entry(), key: "perhaps"})
    assert call("identity_info", **NOTHING)["msg"] == f"cloud: {key} of the entry mine must be true or false"


REGIONS = {"regions": ["eu-nl", {"name": "eu-ch2", "values": {}}]}
PROFILE = {"profile": "otc"}


@pytest.mark.parametrize(
    ("keys", "environment", "region"),
    [
        ({"region_name": "eu-de", **REGIONS, **PROFILE}, None, "eu-de"),
        ({"region_name": "eu-de", **REGIONS, **PROFILE}, "eu-nl", "eu-de"),
        ({**REGIONS, **PROFILE}, None, "eu-nl"),
        ({**REGIONS, **PROFILE}, "eu-ch2", "eu-ch2"),
        ({**REGIONS, **PROFILE}, "eu-de", "eu-nl"),
        ({"regions": [{"name": "eu-ch2"}]}, None, "eu-ch2"),
        (PROFILE, None, "eu-de"),
        ({"profile": "otc-swiss"}, None, "eu-ch2"),
        (PROFILE, "eu-nl", "eu-nl"),
        ({**PROFILE, "regions": []}, None, "eu-de"),
    ],
)
def test_clouds_yaml_region_of_entry_then_profile(
    monkeypatch: pytest.MonkeyPatch, home: Path, keys: Entry, environment: str | None, region: str
) -> None:
    if environment:
        monkeypatch.setenv("OS_REGION_NAME", environment)
    found = {name: value for name, value in entry().items() if name != "region_name"}
    write(home / "here/clouds.yaml", {**found, **keys})
    settings = ConnectionSettings.from_options({"cloud": "mine", "region": environment})
    assert (settings.region, settings.auth_url, settings.notes) == (region, None, ())
    assert ConnectionSettings.from_options({"cloud": "mine", "region": "cn-north-4"}).region == "cn-north-4"


def test_clouds_yaml_unknown_profile_names_no_region(call: Caller, home: Path) -> None:
    found = entry(project_name="retired")
    del found["region_name"]
    write(home / "here/clouds.yaml", {**found, "profile": "unknown"})
    assert call("identity_info", **NOTHING)["msg"].startswith("region: required")


def test_clouds_yaml_profile_is_overridden_by_task_and_environment(
    call: Caller, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    found = {**entry(), **PROFILE}
    del found["region_name"]
    write(home / "here/clouds.yaml", found)
    iam = call.cloud.endpoints["iam"]
    assert call("identity_info", **NOTHING)["region"] == "eu-de"
    assert not call("identity_info", endpoints={}, auth_url=iam, **NOTHING).failed
    monkeypatch.setenv("OS_AUTH_URL", iam)
    assert not call("identity_info", endpoints={}, **NOTHING).failed


@pytest.mark.parametrize(
    "pair", [("user_id", "username"), ("user_domain_id", "user_domain_name")], ids=lambda pair: pair[0]
)
def test_clouds_yaml_name_precedes_id_of_environment(
    call: Caller, monkeypatch: pytest.MonkeyPatch, home: Path, pair: tuple[str, str]
) -> None:
    monkeypatch.setenv(f"OS_{pair[0].upper()}", "of-the-environment")
    write(home / "here/clouds.yaml", entry())
    assert call("identity_info", **NOTHING)["user_name"] == USER
    assert login_user(call.cloud) == {"name": USER, "password": PASSWORD, "domain": {"name": DOMAIN}}


def test_clouds_yaml_id_is_preceded_by_name_of_task(call: Caller, home: Path) -> None:
    write(home / "here/clouds.yaml", entry(user_id="other", user_domain_id="other"))
    options = {**NOTHING, "username": USER, "domain_name": DOMAIN}
    assert call("identity_info", **options)["user_name"] == USER


def test_clouds_yaml_credential_excludes_agency_of_environment(
    call: Caller, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("OS_AGENCY_NAME", "of-the-environment")
    monkeypatch.setenv("HW_ASSUME_ROLE_DOMAIN_NAME", "of-the-environment")
    monkeypatch.setenv("OS_PASSCODE", "123456")
    write(home / "here/clouds.yaml", entry())
    assert not call("identity_info", **NOTHING).failed


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "clouds: {}",
        "clouds: {another: {}}",
        "clouds: [mine]",
        "clouds: {mine: text}",
        "- mine",
        "clouds: {mine: {auth: {password: unclosed-secret}",
        "\t tabs: secret-in-tabs",
        "\udcff\udcfe\0clouds",
    ],
)
def test_clouds_yaml_without_entry_fails(cloud: CloudEmulator, call: Caller, home: Path, text: str | None) -> None:
    if text is not None:
        (home / "here/clouds.yaml").write_text(text, encoding="utf-8", errors="surrogateescape")
    result = call("identity_info", **NOTHING)
    assert result.failed and result["msg"].startswith("cloud: ")
    assert not any(word in result.output for word in ("unclosed-secret", "secret-in-tabs"))
    assert cloud.log == []


def test_clouds_yaml_missing_error_names_searched_files(
    call: Caller, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    places = [
        *(str(home / "here" / name) for name in ("clouds.yaml", "clouds.yml")),
        *(str(home / "home/.config/openstack" / name) for name in ("clouds.yaml", "clouds.yml")),
        *("/etc/openstack/clouds.yaml", "/etc/openstack/clouds.yml"),
    ]
    message = call("identity_info", **NOTHING)["msg"]
    assert "mine" in message and ", ".join(places) in message
    assert message.endswith(" (OS_CLIENT_CONFIG_FILE is not set)")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", "elsewhere.yaml")
    assert call("identity_info", **NOTHING)["msg"].endswith(", ".join([str(home / "here/elsewhere.yaml"), *places]))


def test_file_variables_name_absolute_paths(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    here = home / "here"
    assert file_variables() == {"OS_CLIENT_CONFIG_FILE": str(here / "clouds.yaml")}
    for name in ("clouds.yml", "secure.yml"):
        write(here / name, entry())
    expected = {"OS_CLIENT_CONFIG_FILE": str(here / "clouds.yml"), "OS_CLIENT_SECURE_FILE": str(here / "secure.yml")}
    assert file_variables() == expected
    (here / "below").mkdir()
    write(here / "below" / "mine.yaml", entry())
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", "below/mine.yaml")
    monkeypatch.setenv("OS_CLIENT_SECURE_FILE", str(home / "missing.yaml"))
    assert file_variables() == {**expected, "OS_CLIENT_CONFIG_FILE": str(here / "below/mine.yaml")}


def test_clouds_yaml_secrets_are_not_shown(cloud: CloudEmulator, call: Caller, home: Path) -> None:
    """Ansible does not know these secrets, so the module itself has to remove them from a service's message."""
    write(home / "here/clouds.yaml", entry())
    cloud.faults.add("echo", service="iam", status=403)
    result = call("identity_info", **NOTHING)
    assert result.failed and "handling" in result["msg"] and PASSWORD not in result.output
