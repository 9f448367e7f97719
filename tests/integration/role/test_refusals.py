# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before anything is requested, listed or deleted."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator import ACCESS_KEY, DOMAIN, PASSWORD, PROJECT, SECRET_KEY, USER, CloudEmulator, neighbours
from helpers.plan_factory import ROLE
from helpers.role_runs import UNATTENDED, outcomes

NEIGHBOUR = "eu-de_neighbour1"
# A wrong value of a variable, and the line that it must give.
MISTAKES: dict[str, tuple[Any, str]] = {
    "select": ([{"servise": "drs"}], "decommission_select[0]: 'servise' is not a key of a rule. Did you mean service?"),
    "protect": (
        [{"kind": "cce_job"}, {"older_than": "thirty days"}],
        "decommission_protect[1].older_than: must be a positive number and h, d or w, such as 12h or 30d",
    ),
    "protected_projects": (
        ["eu-de_re*"],
        f"decommission_project: '{PROJECT}' is protected by 'eu-de_re*' in decommission_protected_projects",
    ),
    "kinds": (["drs_job", "ecs"], "decommission_kinds[1]: 'ecs' is not a kind. Did you mean records?"),
    "keep_last": (True, "decommission_keep_last: must be an integer >= 0, not True"),
    "planned": ("plan", "decommission_planned: must be a dictionary with strings as keys"),
    "report_dir": (
        "/proc/x",
        "decommission_report_dir: /proc/x/eu-de_retired cannot be written: No such file or directory",
    ),
    "wait_timeout": (0, "decommission_wait_timeout: must be an integer from 1 to 1000000, not 0"),
    "deadline": ("tonight", "decommission_deadline: must be a duration such as 45m or 1h30m, or a time of day in UTC"),
    "kind_options": (
        {"drs_job": {"api_versio": "v3"}},
        "decommission_kind_options.drs_job: 'api_versio' is not an option of drs_job alone. Did you mean api_version?",
    ),
    "note": ("two\nlines", "decommission_note: must be one line of at most 500 printable characters"),
    "endpoints": ("{{ missing }}", "decommission_endpoints: 'missing' is undefined"),
    # No variables of the role.
    "service": ("cce", "decommission_service: no variable of this role. Did you mean decommission_kinds?"),
    "services": (["cce"], "decommission_services: no variable of this role. Did you mean decommission_kinds?"),
    "keep": (50, "decommission_keep: no variable of this role. Did you mean decommission_keep_last?"),
    "dry_run": (True, "decommission_dry_run: no variable of this role. The nearest is decommission_"),
    "confrim": ("x", "decommission_confrim: no variable of this role. Did you mean decommission_confirm?"),
}


def services_asked(cloud: CloudEmulator) -> set[str]:
    """The services that any request went to."""
    return {entry["service"] for entry in cloud.log}


def test_role_mistakes_are_listed_line_by_line_before_first_request(cloud: CloudEmulator, decommission: Any) -> None:
    variables = decommission.variables(confirm=UNATTENDED, x_mine="of the user")
    wrong = {f"decommission_{name}": value for name, (value, _line) in MISTAKES.items()}
    run = decommission.playbooks.run({**variables, **wrong, "decomission_protect": []})
    assert (run.code, cloud.log) == (2, [])
    lines = run.failures.splitlines()
    assert len(lines) == len(MISTAKES) + 3
    assert lines[-1] == "Nothing was requested."
    for _value, line in MISTAKES.values():
        assert [found for found in lines if found.startswith(line)], line
    assert "decomission_protect: no variable of this role. Did you mean decommission_protect?" in lines
    assert "decommission_x_mine" not in run.failures
    # No wall of text: the lines, once in Ansible's error and once in the result.
    assert len(run.output) < 9000


@pytest.mark.slow
def test_role_without_project_is_refused_with_one_line(cloud: CloudEmulator, decommission: Any) -> None:
    run = decommission(project=None, confirm="some-project/unattended", report_dir="reports")
    assert (run.code, cloud.log) == (2, [])
    assert run.failures.splitlines() == [
        "decommission_project: must be set to the name of the project to decommission",
        "Nothing was requested.",
    ]


# A run with tags, and the playbook.
TAGGED = [
    (("--tags", "plan"), "decommission"),
    (("--skip-tags", "always"), "fleet"),
    (("--skip-tags", "all"), "decommission"),
    (("--tags", "plan", "--skip-tags", "plan"), "decommission"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "playbook"), TAGGED, ids="".join)
def test_role_playbook_with_tags_is_refused(
    cloud: CloudEmulator, decommission: Any, arguments: tuple[str, ...], playbook: str
) -> None:
    variables = decommission.variables(confirm=UNATTENDED, hosts="localhost")
    run = decommission.playbooks.run(variables, *arguments, playbook=f"sundown.hwcloud.{playbook}")
    assert (run.code, cloud.log) == (2, [])
    assert run.failures.startswith("--tags and --skip-tags: this playbook only runs as a whole. Nothing was requested.")


@pytest.mark.slow
def test_role_tagged_in_own_playbook_runs_whole(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "roles": [{"role": "sundown.hwcloud.decommission", "tags": ["end"]}],
    }
    (tmp_path / "own.yml").write_text(json.dumps([play]), encoding="utf-8")
    variables = decommission.variables(confirm=UNATTENDED, kinds=["cce_job"])
    run = decommission.playbooks.run(variables, "--tags", "end", playbook=tmp_path / "own.yml")
    assert run.code == 0, run.output
    assert run.fact("decommission_result")["outcomes"] == outcomes(deleted=2, kept=1)


@pytest.mark.slow
@pytest.mark.parametrize(("region", "warns"), [("eu-nl", True), ("eu-de", False)])
def test_role_project_of_another_region_is_warned_about_once(decommission: Any, region: str, warns: bool) -> None:
    run = decommission(region=region, kinds=["cce_job"])
    assert run.code == 0, run.output
    warning = (
        f"decommission_project: {PROJECT} begins with the region eu-de, but is in eu-nl; is eu-nl the right region?"
    )
    assert " ".join(run.output.split()).count(warning) == warns


@pytest.mark.slow
def test_role_lets_own_variables_through_and_takes_credentials_from_environment(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path
) -> None:
    variables = {"decommissioned_hosts": [], "recommission_date": None, "commission_rate": 1}
    inventory = {"all": {"hosts": {"localhost": variables}}}
    (tmp_path / "inventory.yml").write_text(json.dumps(inventory), encoding="utf-8")
    environment = {
        "OS_USERNAME": USER,
        "OS_PASSWORD": PASSWORD,
        "OS_USER_DOMAIN_NAME": DOMAIN,
        "OS_REGION_NAME": "eu-de",
    }
    statistics = {"plan_digest": "0", "plan_counts": {}, "plan_stops": [], "planned": {}, "confirmations": {}}
    run = decommission(
        *("-i", str(tmp_path / "inventory.yml")),
        auth=None,
        region=None,
        environment=environment,
        hosts="localhost",
        serial=1,
        x_mine="of the user",
        **statistics,
    )
    assert run.code == 0, run.output
    assert run.fact("decommission_plan")["region"] == "eu-de"


def test_role_credentials_of_another_project_are_refused_before_first_listing(
    cloud: CloudEmulator, decommission: Any
) -> None:
    cloud.load(neighbours(2))
    other = cloud.loaded.state.project(NEIGHBOUR).id
    before = cloud.state()["projects"]
    auth = {"username": USER, "password": PASSWORD, "domain_name": DOMAIN, "project_id": other}
    run = decommission(auth=auth, confirm=UNATTENDED)
    assert run.code == 2
    assert f"belong to project {NEIGHBOUR}, not to {PROJECT}" in run.failures
    assert services_asked(cloud) == {"iam"}
    assert cloud.state()["projects"] == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {"auth": {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "project_name": NEIGHBOUR}},
        {"environment": {"OS_PROJECT_NAME": NEIGHBOUR}},
    ],
    ids=["access key", "environment"],
)
def test_role_project_of_key_or_environment_that_differs_is_refused(
    cloud: CloudEmulator, decommission: Any, options: dict[str, Any]
) -> None:
    cloud.load(neighbours(2))
    run = decommission(**options, confirm=UNATTENDED)
    assert (run.code, services_asked(cloud), cloud.writes()) == (2, {"iam"}, [])
    assert f"belong to project {NEIGHBOUR}, not to {PROJECT}" in run.failures


def test_role_every_variable_is_used_in_these_tests() -> None:
    specs = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    documented = {name.removeprefix("decommission_") for name in specs["argument_specs"]["main"]["options"]}
    given: set[str] = set()
    helpers = Path(__file__).parents[2] / "helpers" / "role_runs.py"
    for file in [*Path(__file__).parent.glob("test_*.py"), helpers]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "decommission":
                given.update(keyword.arg for keyword in node.keywords if keyword.arg)
            elif isinstance(node, ast.Dict):
                given.update(str(key.value) for key in node.keys if isinstance(key, ast.Constant))
    assert documented - given == set()
