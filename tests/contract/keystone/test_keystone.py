# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Login and projects against OpenStack Keystone itself: the clouds' identity service has the API of Keystone."""

from __future__ import annotations

import base64
import hmac
import json
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection import Connection
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection_settings import ConnectionSettings
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import AuthError
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS

from checkout import BUILD
from commands import clean_environment, tool
from emulator import CloudEmulator
from helpers.module_calls import ModuleResult, run_module

from .landscape import (
    DEVICE_SECRET,
    DOMAIN,
    NEIGHBOUR,
    ODDLY_NAMED,
    OTHER_DOMAIN,
    OTHER_PASSWORD,
    PASSWORD,
    RETIRED,
    Landscape,
)

Call = Callable[..., ModuleResult]


@pytest.fixture
def options(landscape: Landscape, cloud: CloudEmulator) -> dict[str, Any]:
    """The operator's; the cloud's own identity service is out of reach."""
    endpoints = {name: url for name, url in cloud.endpoints.items() if name != "iam"}
    return {
        "region": "eu-de",
        "auth_url": f"{landscape.url}/v3",
        "username": "operator",
        "password": PASSWORD,
        "domain_name": DOMAIN,
        "endpoints": endpoints,
    }


@pytest.fixture
def call(options: dict[str, Any]) -> Call:
    def run(module: str, *, check: bool = False, **more: Any) -> ModuleResult:
        merged = {**options, **more}
        return run_module(module, {name: value for name, value in merged.items() if value is not None}, check=check)

    return run


def ids(cloud: CloudEmulator, service: str = "gaussdb") -> list[str]:
    return sorted(record["id"] for record in cloud.records(RETIRED, service))


def refused(result: ModuleResult) -> bool:
    return result.failed and result["http_status"] == 401 and result["summary"]["requests"] == 1


def test_login_by_project_id(call: Call, landscape: Landscape) -> None:
    result = call("identity_info", project_id=landscape.retired)
    assert not result.failed, result
    found = {key: result[key] for key in ("project_id", "project_name", "domain_name", "user_name", "region")}
    assert found == {
        "project_id": landscape.retired,
        "project_name": RETIRED,
        "domain_name": DOMAIN,
        "user_name": "operator",
        "region": "eu-de",
    }
    assert result["summary"]["requests"] == 1


@pytest.mark.parametrize("ending", ["", "/", "/v3", "/v3/"])
def test_login_by_project_name(call: Call, landscape: Landscape, ending: str) -> None:
    result = call("identity_info", project_name=RETIRED, auth_url=landscape.url + ending)
    assert not result.failed, result
    assert (result["project_id"], result["domain_name"]) == (landscape.retired, DOMAIN)


def test_login_same_names_in_two_domains_separated_by_domain(call: Call, landscape: Landscape) -> None:
    result = call("identity_info", project_name=RETIRED, domain_name=OTHER_DOMAIN, password=OTHER_PASSWORD)
    assert (result["project_id"], result["domain_name"]) == (landscape.others_retired, OTHER_DOMAIN)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"password": "wrong-" + PASSWORD}, id="password"),
        pytest.param({"username": "nobody"}, id="user"),
        pytest.param({"username": "disabled"}, id="disabled user"),
        pytest.param({"username": "stranger"}, id="user without a role"),
        pytest.param({"domain_name": "NO-SUCH-DOMAIN"}, id="domain"),
        pytest.param({"domain_name": OTHER_DOMAIN}, id="another domain's user"),
        pytest.param({"project_name": "eu-de_invisible"}, id="project of others"),
        pytest.param({"project_name": "eu-de_unknown"}, id="unknown project"),
    ],
)
def test_login_refused_sends_one_request_and_no_delete(call: Call, cloud: CloudEmulator, wrong: dict[str, str]) -> None:
    result = call("identity_info", **{"project_name": RETIRED, **wrong})
    assert refused(result), result
    assert "login refused" in result["msg"]
    before = ids(cloud)
    deletion = call("gaussdb_job", job_ids=before, **{"project_name": RETIRED, **wrong})
    assert deletion.failed
    assert [failure["http_status"] for failure in deletion["failures"]] == [401] * len(before)
    assert (deletion["deleted"], deletion["summary"]["requests"], ids(cloud)) == ([], 1, before)
    assert PASSWORD not in result.output + deletion.output


NO_NAME: dict[str, None] = {"username": None, "domain_name": None}


def test_login_by_user_id(call: Call, landscape: Landscape) -> None:
    result = call("identity_info", user_id=landscape.operator, project_id=landscape.retired, **NO_NAME)
    assert (result["user_name"], result["project_id"]) == ("operator", landscape.retired), result
    assert result["summary"]["requests"] == 1


def test_login_by_user_id_for_project_name_needs_domain(call: Call, landscape: Landscape) -> None:
    options = {**NO_NAME, "user_id": landscape.operator, "project_name": RETIRED}
    alone = call("identity_info", **options)
    assert alone.failed and alone["http_status"] == 400 and "domain" in alone["msg"]
    for domain in ({"domain_id": landscape.domain}, {"project_domain_name": DOMAIN}):
        assert call("identity_info", **options, **domain)["project_id"] == landscape.retired


def test_login_by_domain_id(call: Call, landscape: Landscape) -> None:
    options = {"domain_id": landscape.other_domain, "domain_name": None, "password": OTHER_PASSWORD}
    result = call("identity_info", project_name=RETIRED, **options)
    assert (result["project_id"], result["domain_name"]) == (landscape.others_retired, OTHER_DOMAIN), result


@pytest.mark.parametrize("by", ["name", "id"])
def test_login_for_project_of_other_domain(call: Call, cloud: CloudEmulator, landscape: Landscape, by: str) -> None:
    visitor = {"username": "visitor", "project_name": RETIRED}
    assert call("identity_info", **visitor)["project_id"] == landscape.retired
    value = OTHER_DOMAIN if by == "name" else landscape.other_domain
    result = call("identity_info", **visitor, **{f"project_domain_{by}": value})
    assert (result["project_id"], result["domain_name"]) == (landscape.others_retired, OTHER_DOMAIN), result
    assert result["user_name"] == "visitor"


def passcode(moment: float) -> str:
    """What the virtual MFA device shows then (RFC 6238, with six digits and steps of 30 seconds)."""
    code = hmac.digest(base64.b32decode(DEVICE_SECRET), int(moment // 30).to_bytes(8, "big"), "sha1")
    start = code[-1] & 0xF
    return f"{(int.from_bytes(code[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def test_passcodes_are_those_of_rfc_6238(monkeypatch: pytest.MonkeyPatch) -> None:
    seed = base64.b32encode(b"12345678901234567890").decode()
    monkeypatch.setattr(f"{__name__}.DEVICE_SECRET", seed)
    assert [passcode(moment) for moment in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


@pytest.mark.parametrize("by", ["name", "id"])
def test_login_with_passcode(call: Call, cloud: CloudEmulator, landscape: Landscape, by: str) -> None:
    user = {"username": "guarded"} if by == "name" else {**NO_NAME, "user_id": landscape.guarded}
    result = call(
        "environment_info", passcode=passcode(time.time()), project_id=landscape.retired, issue_token=True, **user
    )
    assert result["identity"]["user_name"] == "guarded", result
    assert {entry["headers"]["x-auth-token"] for entry in cloud.log} == {result["token"]}
    assert result["summary"]["requests"] == len(cloud.log) + 1


@pytest.mark.parametrize("wrong", [True, False], ids=["wrong", "missing"])
def test_login_with_passcode_wrong_or_missing_sends_one_request(call: Call, cloud: CloudEmulator, wrong: bool) -> None:
    given = passcode(time.time() + 3600) if wrong else None
    guarded = {"username": "guarded", "project_name": RETIRED, "passcode": given}
    result = call("identity_info", **guarded)
    assert refused(result) and "login refused" in result["msg"], result
    deletion = call("gaussdb_job", job_ids=ids(cloud), **guarded)
    assert (deletion["deleted"], deletion["summary"]["requests"], cloud.log) == ([], 1, [])
    assert deletion["credentials_refused"] and PASSWORD not in deletion.output


def test_token_of_one_login_serves_all_services(call: Call, cloud: CloudEmulator) -> None:
    token = call("identity_info", project_name=RETIRED, issue_token=True)["token"]
    result = call("environment_info", token=token, username=None, password=None, domain_name=None)
    assert not result.failed, result
    assert {name: listing["state"] for name, listing in result["listings"].items()} == dict.fromkeys(
        DEFAULT_KINDS, "complete"
    )
    assert {record["id"] for record in result["records"] if record["service"] == "gaussdb"} == set(ids(cloud))
    assert {entry["headers"]["x-auth-token"] for entry in cloud.log} == {token}


def test_delete_with_keystone_token_deletes_records(call: Call, cloud: CloudEmulator) -> None:
    chosen = ["a-gauss-1", "a-gauss-2"]
    planned = call("gaussdb_job", job_ids=chosen, project_name=RETIRED, check=True)
    assert (planned["deleted"], cloud.writes()) == (chosen, [])
    done = call("gaussdb_job", job_ids=chosen, project_name=RETIRED)
    assert (done["deleted"], ids(cloud)) == (chosen, ["a-gauss-3"])
    again = call("gaussdb_job", job_ids=chosen, project_name=RETIRED)
    assert (again["changed"], again["absent"]) == (False, chosen)


def test_token_of_other_project_reaches_no_record(call: Call, cloud: CloudEmulator, landscape: Landscape) -> None:
    token = landscape.token(landscape.neighbour)
    named = call("gaussdb_job", token=token, project_name=RETIRED, job_ids=["a-gauss-1"])
    assert named.failed
    assert "project_name" in named["msg"]
    forced = call("gaussdb_job", token=token, project_id=landscape.retired, job_ids=["a-gauss-1"])
    assert forced["failures"][0]["http_status"] == 403
    assert "a-gauss-1" in ids(cloud)


def test_token_without_project_refused(call: Call, landscape: Landscape) -> None:
    result = call("gaussdb_job_info", token=landscape.token(), username=None, password=None, domain_name=None)
    assert result.failed
    assert "belongs to no project" in result["msg"]


def expired_token(landscape: Landscape, hasty_url: str) -> str:
    token = landscape.token(landscape.retired, hasty_url)
    time.sleep(1.2)
    return token


def test_token_expired_without_password_ends_run(
    call: Call, cloud: CloudEmulator, landscape: Landscape, hasty_url: str
) -> None:
    token = expired_token(landscape, hasty_url)
    alone = {"token": token, "username": None, "password": None, "domain_name": None}
    assert refused(call("identity_info", **alone))
    before = ids(cloud)
    result = call("gaussdb_job", project_id=landscape.retired, job_ids=before, **alone)
    assert [failure["http_status"] for failure in result["failures"]] == [401] * len(before)
    assert (result["summary"]["requests"], ids(cloud)) == (1, before)
    assert token not in result.output


def test_token_expired_with_password_renewed_once(
    call: Call, cloud: CloudEmulator, landscape: Landscape, hasty_url: str
) -> None:
    token = expired_token(landscape, hasty_url)
    result = call("gaussdb_job", token=token, project_id=landscape.retired, job_ids=["a-gauss-1", "a-gauss-2"])
    assert result["deleted"] == ["a-gauss-1", "a-gauss-2"]
    tokens = [entry["headers"]["x-auth-token"] for entry in cloud.log]
    assert (tokens[0], len(set(tokens)), tokens.count(token)) == (token, 2, 1)


def test_token_revoked_refused(call: Call, cloud: CloudEmulator, landscape: Landscape) -> None:
    token = landscape.token(landscape.retired)
    alone = {"token": token, "username": None, "password": None, "domain_name": None}
    assert not call("identity_info", **alone).failed
    landscape.administrator.revoke(token)
    assert refused(call("identity_info", **alone))
    result = call("gaussdb_job", project_id=landscape.retired, job_ids=["a-gauss-1"], **alone)
    assert result["failures"][0]["http_status"] == 401
    assert "a-gauss-1" in ids(cloud)


def listed_projects(options: dict[str, Any]) -> dict[str, str]:
    with closing(Connection(ConnectionSettings.from_options(options))) as connection:
        return {project["id"]: project["name"] for project in connection.list_projects()}


def test_list_projects_with_password_lists_projects_of_user(options: dict[str, Any], landscape: Landscape) -> None:
    named = {landscape.retired: RETIRED, landscape.neighbour: NEIGHBOUR, landscape.oddly_named: ODDLY_NAMED}
    assert listed_projects(options) == named


def test_list_projects_with_token_lists_projects_of_user(options: dict[str, Any], landscape: Landscape) -> None:
    alone = {**options, "token": landscape.token(), "username": None, "password": None}
    assert set(listed_projects(alone)) == {landscape.retired, landscape.neighbour, landscape.oddly_named}


def test_list_projects_with_wrong_password_refused(options: dict[str, Any]) -> None:
    with pytest.raises(AuthError):
        listed_projects({**options, "password": "wrong-password"})


def listed_inventory(
    directory: Path, options: dict[str, Any], *arguments: str, **more: Any
) -> subprocess.CompletedProcess[str]:
    """Run ansible-inventory on a file of the plugin; a source that cannot be read is an error."""
    shown = {name: options[name] for name in ("region", "auth_url", "username", "password", "domain_name")}
    source = directory / "keystone.hwcloud.yml"
    source.write_text(yaml.safe_dump({"plugin": "sundown.hwcloud.projects", **shown, **more}))
    environment = clean_environment(
        ANSIBLE_COLLECTIONS_PATH=str(BUILD / "dev"),
        ANSIBLE_HOME=str(directory),
        ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true",
    )
    return subprocess.run(
        [tool("ansible-inventory"), "-i", source, *arguments],
        env=environment,
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_inventory_lists_projects_as_hosts(options: dict[str, Any], landscape: Landscape, tmp_path: Path) -> None:
    done = listed_inventory(tmp_path, options, "--list", "--export")
    assert done.returncode == 0, done.stderr
    listed = json.loads(done.stdout)
    assert sorted(listed["hwcloud_projects"]["hosts"]) == sorted([RETIRED, NEIGHBOUR, ODDLY_NAMED])
    shown = json.dumps(listed["_meta"]["hostvars"])
    variables = json.loads(shown, object_hook=lambda found: found.get("__ansible_unsafe", found))
    assert variables[RETIRED] == {
        "decommission_project": RETIRED,
        "decommission_region": "eu-de",
        "hwcloud_project_id": landscape.retired,
    }
    assert variables[ODDLY_NAMED]["decommission_project"] == ODDLY_NAMED


def test_inventory_with_wrong_password_fails(options: dict[str, Any], tmp_path: Path) -> None:
    done = listed_inventory(tmp_path, options, "--list", "-vvvv", password="wrong-password-1234")
    assert done.returncode != 0
    assert "login refused" in done.stderr
    assert "wrong-password-1234" not in done.stdout + done.stderr
