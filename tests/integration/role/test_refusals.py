# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before anything is asked, listed or deleted."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator import ACCESS_KEY, PASSWORD, PROJECT, SECRET_KEY, USER, CloudEmulator, neighbours
from helpers.plan_factory import ROLE

NEIGHBOUR = "eu-de_neighbour1"
UNATTENDED = f"{PROJECT}/unattended"


def services_asked(cloud: CloudEmulator) -> set[str]:
    """The services that any request went to."""
    return {entry["service"] for entry in cloud.log}


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"select": []}, "decommission_select"),
        ({"select": [{"servise": "drs"}]}, "decommission_select[0]: 'servise'"),
        ({"protect": [{"service": "cce"}, {"older_than": "thirty days"}]}, "decommission_protect[1].older_than"),
        ({"protect": [{}]}, "decommission_protect[0]"),
        ({"protected_projects": ["eu-de_re*"]}, "decommission_protected_projects"),
        ({"services": ["drs", "ecs"]}, "decommission_services[1]: 'ecs'"),
        ({"confirm": "eu-de_neighbour1/unattended"}, "confirms project 'eu-de_neighbour1'"),
        ({"plan_file": "missing.json"}, "decommission_plan_file"),
        ({"planned": {"records": []}}, "decommission_planned"),
        ({"keep_last": True}, "decommission_keep_last: True"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_be_used_is_refused_before_the_first_request(
    cloud: CloudEmulator, decommission: Any, variables: dict[str, Any], said: str
) -> None:
    run = decommission(**{"confirm": UNATTENDED, **variables})
    assert run.code == 2
    assert said in run.failures
    assert cloud.log == []


# By prefix and name: what the message names in its place.
MISTYPED = {
    "decommission_service": "decommission_services",
    "decommission_keep": "decommission_keep_last",
    "decommission_exclude": "decommission_select",
    "decommission_older_than": "decommission_",
    "decommission_limit": "decommission_",
    "decommission_dry_run": "decommission_",
    "decommission_protected_names": "decommission_protected_projects",
    "decomission_protect": "decommission_protect",
    "decommission_reportdir": "decommission_report_dir",
    "decommission_confrim": "decommission_confirm",
}


def test_unknown_variables_are_refused_before_the_first_request(cloud: CloudEmulator, decommission: Any) -> None:
    variables = decommission.variables(confirm=UNATTENDED, x_mine="of the user")
    run = decommission.playbooks.run({**variables, **dict.fromkeys(MISTYPED, "cce")})
    assert (run.code, cloud.log) == (2, [])
    for name, meant in MISTYPED.items():
        assert re.search(rf"\b{name}: no variable of this role\. (Did you mean|The nearest is) {meant}", run.failures)
    assert "decommission_x_mine" not in run.failures


def test_users_own_variables_and_what_playbooks_know_are_let_through(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path
) -> None:
    (tmp_path / "inventory.yml").write_text(
        "all: {hosts: {localhost: {decommissioned_hosts: [], recommission_date: null}}, vars: {commission_rate: 1}}",
        encoding="utf-8",
    )
    statistics = {"plan_digest": "0", "plan_counts": {}, "plan_stops": [], "planned": {}, "confirmations": {}}
    run = decommission(
        *("-i", str(tmp_path / "inventory.yml")), hosts="localhost", serial=1, x_mine="of the user", **statistics
    )
    assert run.code == 0, run.output


def test_credentials_of_another_project_are_refused_before_the_first_listing(
    cloud: CloudEmulator, decommission: Any
) -> None:
    cloud.load(neighbours(2))
    other = cloud.loaded.state.project(NEIGHBOUR).id
    before = cloud.state()["projects"]
    for auth in (
        {"username": USER, "password": PASSWORD, "domain_name": "OTC-EU-DE-REHEARSAL", "project_id": other},
        {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "project_name": NEIGHBOUR},
    ):
        run = decommission(auth=auth, confirm=UNATTENDED)
        assert run.code == 2
        assert f"belong to project {NEIGHBOUR}, not to {PROJECT}" in run.failures
    assert services_asked(cloud) == {"iam"}
    assert cloud.state()["projects"] == before


def test_a_project_that_the_environment_names_is_not_overruled(cloud: CloudEmulator, decommission: Any) -> None:
    cloud.load(neighbours(2))
    run = decommission(environment={"OS_PROJECT_NAME": NEIGHBOUR}, confirm=UNATTENDED)
    assert (run.code, services_asked(cloud)) == (2, {"iam"})
    assert f"belong to project {NEIGHBOUR}" in run.failures


def test_credentials_from_the_environment(cloud: CloudEmulator, decommission: Any) -> None:
    environment = {
        "OS_USERNAME": USER,
        "OS_PASSWORD": PASSWORD,
        "OS_USER_DOMAIN_NAME": "OTC-EU-DE-REHEARSAL",
        "OS_REGION_NAME": "eu-de",
    }
    run = decommission(auth=None, region=None, environment=environment)
    assert run.code == 0, run.output
    assert run.fact("decommission_plan")["region"] == "eu-de"


def test_every_variable_is_exercised_here() -> None:
    """Each variable of the argument specification is given to the role by some test in this directory."""
    specs = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    documented = {name.removeprefix("decommission_") for name in specs["argument_specs"]["main"]["options"]}
    given: set[str] = set()
    for file in [*Path(__file__).parent.glob("test_*.py"), Path(__file__).parent.parent / "conftest.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "decommission":
                given.update(keyword.arg for keyword in node.keywords if keyword.arg)
            elif isinstance(node, ast.Dict):
                keys = [str(key.value) for key in node.keys if isinstance(key, ast.Constant)]
                given.update(key.removeprefix("decommission_") for key in keys)
    assert documented - given == set()
