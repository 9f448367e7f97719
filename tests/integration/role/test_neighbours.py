# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other projects are not touched, and several projects can be decommissioned in one play."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator import ACCESS_KEY, PROJECT, SECRET_KEY, CloudEmulator, neighbours
from helpers.role_runs import ENDED, UNATTENDED, left, logins

NEIGHBOURS = ["eu-de_neighbour1", "eu-de_neighbour2"]
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
    """Everything that the other projects hold."""
    projects = cloud.state()["projects"]
    return json.dumps({name: held for name, held in projects.items() if name not in without}, sort_keys=True)


def test_role_with_access_key_leaves_three_neighbours_intact(four: CloudEmulator, decommission: Any) -> None:
    before, held = contents(four, without={PROJECT}), left(four)
    auth = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
    run = decommission(auth=auth, confirm=UNATTENDED, stop_drs=True)
    assert run.code == 0, run.output
    assert contents(four, without={PROJECT}) == before
    assert held - left(four) == ENDED | {"a-drs-2"}
    own = four.loaded.state.project(PROJECT).id
    assert all(f"/{own}/" in entry["path"] for entry in four.log if entry["service"] != "iam")
    assert logins(four) == 0


def test_role_on_several_hosts_confirms_each_project_by_itself(
    four: CloudEmulator, decommission: Any, tmp_path: Path
) -> None:
    fleet = [PROJECT, *NEIGHBOURS]
    inventory = tmp_path / "fleet.ini"
    inventory.write_text(FLEET.format(hosts="\n".join(fleet)), encoding="utf-8")
    variables = decommission.variables(project=None, hosts="projects")
    plan = decommission.playbooks.run(variables, "-i", str(inventory))
    assert (plan.code, four.writes()) == (0, []), plan.output
    confirmations = plan.stats["decommission_confirmations"]
    assert {*confirmations} == {*fleet}
    assert all(value.startswith(f"{name}/") for name, value in confirmations.items())
    assert "decommission_planned" not in plan.stats

    before, held = contents(four, without={*fleet[:2]}), [left(four, name) for name in fleet]
    # As the next job receives them, without one project's confirmation.
    handed = {
        **plan.stats,
        "decommission_confirm": "",
        "decommission_confirmations": {name: confirmations[name] for name in fleet[:2]},
    }
    apply = decommission.playbooks.run({**variables, **handed}, "-i", str(inventory))
    assert apply.code == 0, apply.output
    assert contents(four, without={*fleet[:2]}) == before
    gone = [ids - left(four, name) for name, ids in zip(fleet, held, strict=True)]
    assert gone == [ENDED, {f"b{one[1:]}" for one in ENDED}, set()]


def test_role_consecutive_runs_in_one_play_are_independent(
    four: CloudEmulator, decommission: Any, tmp_path: Path
) -> None:
    def include(project: str, **variables: Any) -> dict[str, Any]:
        given = {"decommission_project": project, **variables}
        return {"ansible.builtin.include_role": {"name": "sundown.hwcloud.decommission"}, "vars": given}

    both = (PROJECT, NEIGHBOURS[0])
    tasks = [
        *(include(name, decommission_confirm=f"{name}/unattended") for name in both),
        {
            "block": [include("eu-de_nowhere")],
            "rescue": [{"name": "Show the plan", "ansible.builtin.debug": {"var": "decommission_plan"}}],
        },
    ]
    playbook = tmp_path / "several.yml"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    before, held = contents(four, without={*both}), [left(four, name) for name in both]
    run = decommission.playbooks.run(decommission.variables(project=None, stop_drs=True), playbook=playbook)
    assert run.code == 0, run.output
    stopped = [job["id"] for job in run.stats["decommission_plan_stops"]]
    assert len(stopped) == len({*stopped}) == 2
    assert contents(four, without={*both}) == before
    gone = [ids - left(four, name) for name, ids in zip(both, held, strict=True)]
    assert gone == [ENDED | {"a-drs-2"}, {f"b{one[1:]}" for one in (*ENDED, "a-drs-2")}]
    # The facts of an earlier run do not outlive a failed one.
    assert run.of("Show the plan")[-1]["decommission_plan"] == {}
