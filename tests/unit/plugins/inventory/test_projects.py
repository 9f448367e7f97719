# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Projects as hosts: selection, names, variables and errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible import template
from ansible.errors import AnsibleParserError
from ansible_collections.sundown.hwcloud.plugins.inventory.projects import InventoryModule

from emulator import ACCESS_KEY, DOMAIN, PASSWORD, SECRET_KEY, USER, CloudEmulator, small
from helpers.agencies import WITH_KEY, WITH_PASSWORD, with_agency

Run = Callable[..., Any]
STRICT = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
LOGIN = {"OS_USERNAME": USER, "OS_PASSWORD": PASSWORD, "OS_USER_DOMAIN_NAME": DOMAIN}
ALL = ["eu-de_shop", "eu-de_shop_test", "eu-nl_shop", "eu-nl_MOS", "cn-north-4"]

# ansible-core before 2.19 evaluates any string.
EVALUATES_ANY_TEXT = not hasattr(template, "trust_as_template")


def projects(cloud: CloudEmulator) -> dict[str, Any]:
    return cloud.state()["projects"]


def load(cloud: CloudEmulator, *specs: dict[str, Any], **extra: Any) -> None:
    """Replace the cloud's projects."""
    users = [{"name": USER, "password": PASSWORD, "projects": "all", "domain": DOMAIN}]
    cloud.load({"domains": [DOMAIN], "users": users, "projects": list(specs), **extra})


def test_inventory_default_lists_every_project_with_one_login(cloud: CloudEmulator, inventory: Run) -> None:
    found = inventory()
    assert found.hosts == ALL
    assert found.listed["all"]["children"] == ["ungrouped", "hwcloud_projects"]
    assert not found.listed.get("ungrouped", {}).get("hosts")
    ids = {name: project["id"] for name, project in projects(cloud).items()}
    assert found.hostvars == {
        name: {
            "decommission_project": name,
            "decommission_region": name.split("_", maxsplit=1)[0],
            "hwcloud_project_id": ids[name],
        }
        for name in ALL
    }
    assert [(sent["method"], sent["path"]) for sent in cloud.log] == [
        ("POST", "/v3/auth/tokens"),
        ("GET", "/v3/auth/projects"),
    ]
    assert "scope" not in cloud.log[0]["body"]["auth"]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"regions": ["eu-nl", "cn-north-4"]}, ["eu-nl_shop", "eu-nl_MOS", "cn-north-4"]),
        ({"regions": ["eu"]}, []),
        ({"include": ["*_shop*"], "exclude": ["*_test"]}, ["eu-de_shop", "eu-nl_shop"]),
        ({"include": ["*"], "exclude": ["*"]}, []),
        ({"exclude": ["*_mos"]}, ALL),
    ],
    ids=str,
)
def test_filters_select_enabled_projects_that_match(options: dict[str, Any], names: list[str]) -> None:
    plugin = InventoryModule()
    plugin._options = {"regions": [], "include": ["*"], "exclude": [], **options}
    listed = [{"id": "1", "name": name, "enabled": name in ALL} for name in (*ALL, "eu-nl_frozen_shop")]
    assert [project["name"] for project in plugin._wanted(listed)] == names


@pytest.mark.parametrize("name", [None, "", 7])
def test_project_without_name_fails(name: Any) -> None:
    plugin = InventoryModule()
    plugin._options = {"regions": [], "include": ["*"], "exclude": []}
    with pytest.raises(AnsibleParserError, match="project 0f has no name"):
        plugin._wanted([{"id": "0f", "name": name, "enabled": True}])


def test_filters_given_as_text_select_enabled_projects(cloud: CloudEmulator, inventory: Run) -> None:
    load(cloud, *({"name": name} for name in ALL), {"name": "eu-de_frozen_shop", "enabled": False})
    assert inventory(regions="eu-de,eu-nl", include="*_shop*", exclude="*_test").hosts == ["eu-de_shop", "eu-nl_shop"]


def test_project_name_with_template_is_not_evaluated(cloud: CloudEmulator, inventory: Run, tmp_path: Path) -> None:
    name = "eu-de_{{ lookup('ansible.builtin.pipe', 'touch evaluated') }}"
    load(cloud, {"name": "eu-de_shop"}, {"name": name})
    playbook = tmp_path / "debug.yml"
    task = {"ansible.builtin.debug": {"msg": "{{ decommission_project }} {{ inventory_hostname }}"}}
    playbook.write_text(
        json.dumps([{"hosts": "hwcloud_projects", "connection": "local", "gather_facts": False, "tasks": [task]}])
    )
    printed = inventory(str(playbook), command="ansible-playbook", env={**LOGIN, **STRICT})
    assert not (tmp_path / "evaluated").exists()
    if EVALUATES_ANY_TEXT:
        assert printed.status != 0
        assert "leave the project out with exclude" in " ".join(printed.errors.split())
        assert inventory(exclude=["*{*"]).hosts == ["eu-de_shop"]
    else:
        assert printed.status == 0
        assert f"{name} {name}" in printed.printed
        assert inventory().hosts == ["eu-de_shop", name]


def test_project_id_with_template_is_not_evaluated(cloud: CloudEmulator, inventory: Run, tmp_path: Path) -> None:
    listed = [{"id": "{{ lookup('ansible.builtin.pipe', 'touch evaluated') }}", "name": "eu-de_shop"}]
    cloud.faults.add("status", path="/projects$", status=200, body=json.dumps({"projects": listed}))
    playbook = tmp_path / "debug.yml"
    task = {"ansible.builtin.debug": {"var": "hwcloud_project_id"}}
    playbook.write_text(json.dumps([{"hosts": "all", "connection": "local", "gather_facts": False, "tasks": [task]}]))
    inventory(str(playbook), command="ansible-playbook")
    assert not (tmp_path / "evaluated").exists()


def test_two_projects_with_one_name_are_rejected(cloud: CloudEmulator, inventory: Run) -> None:
    listed = [{"id": number * 32, "name": name} for number, name in zip("123456", [*ALL, ALL[0]], strict=True)]
    cloud.faults.add("status", path="/projects$", status=200, body=json.dumps({"projects": listed}))
    refused = inventory(env={**LOGIN, **STRICT})
    assert refused.status != 0
    assert "eu-de_shop is the name of two projects" in " ".join(refused.errors.split())
    assert inventory(exclude=["eu-de_shop"]).hosts == ALL[1:]


def test_constructed_options_add_groups_and_variables(inventory: Run) -> None:
    found = inventory(
        strict=True,
        compose={"report": "'/reports/' ~ decommission_project"},
        groups={"shops": "'_shop' in decommission_project"},
        keyed_groups=[
            {"key": "decommission_region", "prefix": "region"},
            {"key": "decommission_project", "prefix": "project"},
        ],
    )
    assert found.hostvars["eu-nl_shop"]["report"] == "/reports/eu-nl_shop"
    assert found.listed["shops"]["hosts"] == ALL[:3]
    assert found.listed["region_eu_nl"]["hosts"] == ALL[2:4]
    assert found.listed["region_cn_north_4"]["hosts"] == ALL[4:]
    assert {host for group in found.listed.values() for host in group.get("hosts", [])} == set(ALL)
    # ansible-core 2.19 and later mark strings among the variables as unsafe, and read the marks again.
    assert ("__ansible_unsafe" in found.printed) is not EVALUATES_ANY_TEXT


def test_inventory_cache_is_used_and_flushed(cloud: CloudEmulator, inventory: Run, tmp_path: Path) -> None:
    options = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}
    assert inventory(**options).hosts == ALL
    cloud.clear_log()
    assert inventory(**options).hosts == ALL
    assert not cloud.log

    # Not with ansible-inventory: its oldest supported version has no such option.
    play = tmp_path / "play.yml"
    play.write_text("[{hosts: all, gather_facts: false}]")
    listed = inventory("--list-hosts", "--flush-cache", str(play), command="ansible-playbook", **options)
    assert all(name in listed.printed.split() for name in ALL)
    assert cloud.log
    cached = "".join(path.read_text() for path in (tmp_path / "cache").iterdir())
    assert "eu-de_shop" in cached
    assert PASSWORD not in cached

    # The cache is not used with other credentials.
    stranger = {**LOGIN, "OS_USERNAME": "stranger", **STRICT}
    assert inventory(env=stranger, **options).status != 0


@pytest.mark.parametrize(
    "changed",
    [
        {"endpoints": None, "region": "eu-de", "auth_url": "{iam}/v3"},
        {"endpoints": None, "auth_url": "{iam}"},
        {"regions": ["eu-de"]},
    ],
    ids=["auth_url and region", "auth_url", "first of regions"],
)
def test_identity_service_address_is_found(cloud: CloudEmulator, inventory: Run, changed: dict[str, Any]) -> None:
    url = cloud.endpoints["iam"]
    options = {key: value.format(iam=url) if isinstance(value, str) else value for key, value in changed.items()}
    assert inventory(**options).hosts[0] == "eu-de_shop"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"endpoints": None}, "region: required"),
        ({"exclud": ["*"]}, "projects: 'exclud' is not an option. Did you mean exclude?"),
        ({"validate_certs": "maybe"}, "projects: validate_certs: must be true or false, not 'maybe'"),
    ],
    ids=str,
)
def test_inventory_with_wrong_options_fails(inventory: Run, options: dict[str, Any], message: str) -> None:
    refused = inventory(env={**LOGIN, **STRICT}, **options)
    assert refused.status != 0
    assert message in " ".join(refused.errors.split())


def test_access_key_lists_projects_without_login(cloud: CloudEmulator, inventory: Run) -> None:
    load(cloud, {"name": "eu-de_shop"}, access_keys=[{"access": ACCESS_KEY, "secret": SECRET_KEY, "user": USER}])
    assert inventory(env={"HUAWEICLOUD_SDK_AK": ACCESS_KEY, "HUAWEICLOUD_SDK_SK": SECRET_KEY}).hosts == ["eu-de_shop"]
    assert [sent["path"] for sent in cloud.log] == ["/v3/auth/projects"]


def test_clouds_yaml_entry_lists_projects(cloud: CloudEmulator, inventory: Run, tmp_path: Path) -> None:
    auth = {"auth_url": cloud.endpoints["iam"], "username": USER, "password": PASSWORD, "user_domain_name": DOMAIN}
    clouds = tmp_path / "clouds.yaml"
    clouds.write_text(json.dumps({"clouds": {"retired": {"auth": auth, "region_name": "eu-de"}}}))
    found = inventory(endpoints=None, cloud="retired", env={"OS_CLIENT_CONFIG_FILE": str(clouds)})
    assert found.hosts == ALL


def test_user_and_domain_named_by_id_list_projects(cloud: CloudEmulator, inventory: Run) -> None:
    load(cloud, {"name": "eu-de_shop"})
    (user,) = cloud.loaded.identity.users.values()
    assert inventory(env={"OS_USER_ID": user.id, "OS_PASSWORD": PASSWORD}).hosts == ["eu-de_shop"]
    by_domain = inventory(env={"OS_USERNAME": USER, "OS_PASSWORD": PASSWORD}, domain_id=user.domain.id)
    assert by_domain.hosts == ["eu-de_shop"]
    sent = [entry["body"]["auth"]["identity"]["password"]["user"] for entry in cloud.log if entry["body"]]
    assert sent == [
        {"id": user.id, "password": PASSWORD},
        {"name": USER, "domain": {"id": user.domain.id}, "password": PASSWORD},
    ]


@pytest.mark.parametrize("options", [WITH_PASSWORD, WITH_KEY], ids=["password", "key"])
def test_agency_lists_projects_of_other_account(cloud: CloudEmulator, inventory: Run, options: dict[str, Any]) -> None:
    cloud.load(with_agency(small()))
    assert inventory(env={}, region="eu-de", **options).hosts == ["eu-de_retired"]
    assert "region: required" in inventory(env={}, **options).errors


def test_environment_variable_empty_counts_as_not_set(inventory: Run) -> None:
    """Where the file does not say that an option is empty."""
    environment = {**LOGIN, "OS_PASSWORD": "", "HW_USER_PASSWORD": PASSWORD, "OS_TOKEN": "", "OS_USER_ID": ""}
    assert inventory(env=environment).hosts == ALL
    assert "password: required" in inventory(env=environment, password="").errors


def test_wrong_password_fails_without_showing_password(inventory: Run) -> None:
    refused = inventory("--list", "-vvvv", env={**LOGIN, **STRICT, "OS_PASSWORD": "wrong-password-0815"})
    assert refused.status != 0
    assert "The username or password is wrong" in " ".join(refused.errors.split())
    assert "0815" not in refused.errors + refused.printed


def test_incomplete_project_list_fails(cloud: CloudEmulator, inventory: Run) -> None:
    cloud.faults.add("page_broken", service="iam", path="projects", mode="truncated")
    assert inventory(env={**LOGIN, **STRICT}).status != 0


@pytest.mark.parametrize(("name", "read"), [("prod.hwcloud.yaml", True), ("hwcloud.yml", True), ("fleet.yml", False)])
def test_inventory_file_with_other_name_is_not_read(tmp_path: Path, name: str, read: bool) -> None:
    (tmp_path / name).touch()
    assert InventoryModule().verify_file(str(tmp_path / name)) is read
