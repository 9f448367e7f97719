# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""clouds.yaml is found in the directory in which ansible-playbook was started, wherever the playbook is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator import DOMAIN, PASSWORD, PROJECT, USER, CloudEmulator
from helpers.role_runs import UNATTENDED, logins, outcomes

ENTRY = {
    "region_name": "eu-de",
    "auth": {"username": USER, "user_domain_name": DOMAIN, "project_name": PROJECT},
}


def write(path: Path, **auth: str) -> None:
    path.parent.mkdir(exist_ok=True)
    entry = {**ENTRY, "auth": {**ENTRY["auth"], **auth}}
    path.write_text(yaml.safe_dump({"clouds": {"otc": entry}}), encoding="utf-8")


def test_clouds_yaml_in_current_directory_serves_whole_run(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path
) -> None:
    write(tmp_path / "clouds.yaml")
    (tmp_path / "secure.yml").write_text(f"clouds: {{otc: {{auth: {{password: {PASSWORD}}}}}}}", encoding="utf-8")
    # The token of the play expires, so that the delete and the list after it log in by themselves.
    cloud.faults.add("expire_token", service="gaussdb", method="DELETE", times=1, all=True)
    variables = {"auth": None, "region": None, "kinds": "gaussdb_job", "confirm": UNATTENDED}
    run = decommission(**variables, environment={"OS_CLOUD": "otc"})
    assert run.code == 0, run.output
    assert run.fact("decommission_result")["outcomes"] == outcomes(deleted=2, kept=1)
    assert logins(cloud) == 3


def test_clouds_yaml_entry_without_project_serves_project_of_role(decommission: Any, tmp_path: Path) -> None:
    write(tmp_path / "clouds.yaml", password=PASSWORD, project_name="")
    run = decommission(auth={"cloud": "otc"}, region=None, kinds="gaussdb_job", confirm=UNATTENDED)
    assert run.code == 0, run.output
    assert run.fact("decommission_result")["outcomes"] == outcomes(deleted=2, kept=1)


@pytest.mark.parametrize("named", ["below/mine.yaml", "missing.yaml"])
def test_clouds_yaml_relative_path_starts_at_current_directory(decommission: Any, tmp_path: Path, named: str) -> None:
    write(tmp_path / ("clouds.yml" if named == "missing.yaml" else named), password=PASSWORD)
    run = decommission(auth={"cloud": "otc"}, region=None, environment={"OS_CLIENT_CONFIG_FILE": named})
    assert run.code == 0, run.output


def test_clouds_yaml_named_by_play_is_not_replaced(decommission: Any, tmp_path: Path) -> None:
    write(tmp_path / "clouds.yaml", password="another")
    write(tmp_path / "below" / "mine.yaml", password=PASSWORD)
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "environment": {"OS_CLIENT_CONFIG_FILE": "{{ decommission_x_clouds }}"},
        "roles": [{"role": "sundown.hwcloud.decommission"}],
    }
    (tmp_path / "play.yml").write_text(json.dumps([play]), encoding="utf-8")
    variables = decommission.variables(auth={"cloud": "otc"}, region=None, x_clouds=str(tmp_path / "below/mine.yaml"))
    run = decommission.playbooks.run(variables, playbook=tmp_path / "play.yml")
    assert run.code == 0, run.output


def test_clouds_yaml_missing_error_names_places(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    run = decommission(auth={"cloud": "otc"}, region=None)
    assert (run.code, cloud.log) == (2, [])
    places = (tmp_path / "clouds.yaml", tmp_path / "home" / ".config" / "openstack" / "clouds.yaml")
    assert all(str(place) in run.failures for place in places)
