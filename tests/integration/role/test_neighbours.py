# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other projects are not touched, and many projects can be handled in one play."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator import PROJECT, CloudEmulator, neighbours

FLEET = """
[projects]
{hosts}

[projects:vars]
ansible_connection=local
decommission_project="{{{{ inventory_hostname }}}}"
"""


@pytest.fixture
def four(cloud: CloudEmulator) -> CloudEmulator:
    """Four projects with records of every service."""
    cloud.load(neighbours(4))
    return cloud


def contents(cloud: CloudEmulator, *, without: set[str]) -> str:
    """What the other projects hold, to the byte."""
    projects = cloud.state()["projects"]
    return json.dumps({name: held for name, held in projects.items() if name not in without}, sort_keys=True)


def count(cloud: CloudEmulator, project: str) -> int:
    """How many records a project holds."""
    return sum(len(cloud.records(project, service)) for service in ("gaussdb", "drs", "dms", "cce", "dcs"))


def test_three_neighbours_stay_intact(four: CloudEmulator, decommission: Any) -> None:
    before = contents(four, without={PROJECT})
    run = decommission(confirm=f"{PROJECT}/unattended", stop_drs=True)
    assert run.code == 0, run.output
    assert contents(four, without={PROJECT}) == before
    assert count(four, PROJECT) == 4
    own = four.loaded.state.project(PROJECT).id
    assert all(f"/{own}/" in entry["path"] for entry in four.log if entry["service"] != "iam")


def test_a_fleet_confirms_each_project_on_its_own(four: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    fleet = [PROJECT, "eu-de_neighbour1", "eu-de_neighbour2"]
    inventory = tmp_path / "fleet.ini"
    inventory.write_text(FLEET.format(hosts="\n".join(fleet)), encoding="utf-8")
    variables = decommission.variables(project=None)
    variables["decommission_hosts"] = "projects"
    plan = decommission.playbooks.run(variables, "-i", str(inventory))
    assert (plan.code, four.writes()) == (0, []), plan.output
    confirmations = plan.stats["decommission_confirmations"]
    assert {*confirmations} == {*fleet}
    assert all(value.startswith(f"{name}/") for name, value in confirmations.items())
    assert "decommission_planned" not in plan.stats

    before = contents(four, without={*fleet[:2]})
    # As a job after it receives them, one project's confirmation held back.
    handed = {
        **plan.stats,
        "decommission_confirm": "",
        "decommission_confirmations": {name: confirmations[name] for name in fleet[:2]},
    }
    apply = decommission.playbooks.run({**variables, **handed}, "-i", str(inventory))
    assert apply.code == 0, apply.output
    assert contents(four, without={*fleet[:2]}) == before
    assert [count(four, name) for name in fleet] == [5, 5, 15]


def test_two_projects_one_after_the_other_in_one_play(four: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    playbook = tmp_path / "both.yml"
    roles = [
        {
            "role": "sundown.hwcloud.decommission",
            "decommission_project": name,
            "decommission_confirm": f"{name}/unattended",
        }
        for name in (PROJECT, "eu-de_neighbour1")
    ]
    play = {"hosts": "localhost", "gather_facts": False, "roles": roles}
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    before = contents(four, without={PROJECT, "eu-de_neighbour1"})
    run = decommission.playbooks.run(decommission.variables(project=None, stop_drs=True), playbook=playbook)
    assert run.code == 0, run.output
    stopped = [job["id"] for job in run.stats["decommission_plan_stops"]]
    assert len(stopped) == len({*stopped}) == 2
    assert contents(four, without={PROJECT, "eu-de_neighbour1"}) == before
    assert [count(four, name) for name in (PROJECT, "eu-de_neighbour1")] == [4, 4]


def test_the_facts_of_an_earlier_run_do_not_outlive_a_failing_one(
    four: CloudEmulator, decommission: Any, tmp_path: Path
) -> None:
    playbook = tmp_path / "both.yml"
    include = {"name": "sundown.hwcloud.decommission"}
    tasks = [
        {"ansible.builtin.include_role": include, "vars": {"decommission_project": PROJECT}},
        {
            "block": [{"ansible.builtin.include_role": include, "vars": {"decommission_project": "eu-de_nowhere"}}],
            "rescue": [{"name": "Look", "ansible.builtin.debug": {"var": "decommission_plan"}}],
        },
    ]
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    run = decommission.playbooks.run(decommission.variables(project=None), playbook=playbook)
    assert run.code == 0, run.output
    assert run.of("Look")[-1]["decommission_plan"] == {}
    assert four.writes() == []
