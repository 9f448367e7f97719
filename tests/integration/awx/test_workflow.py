# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan, approval and apply, as job templates and as a workflow."""

from __future__ import annotations

from typing import Any

from emulator import PASSWORD, PROJECT, CloudEmulator

SERVICES = ("gaussdb", "drs", "dms", "cce", "dcs")
NEIGHBOUR = "eu-de_neighbour1"
# Of each service two records may go and one is running; the templates ask for two services where that will do.
PLANNED, LEFT = 4, 11
WORKFLOW = "Decommission an environment"
ANSWERS = {"decommission_project": PROJECT}


def ids(cloud: CloudEmulator, project: str = PROJECT) -> set[str]:
    """The ids that a project holds."""
    return {record["id"] for service in SERVICES for record in cloud.records(project, service)}


def withheld(plan: Any) -> bool:
    """Nobody approves."""
    return False


def given(plan: Any) -> bool:
    """Somebody approves."""
    return True


def test_a_withheld_approval_deletes_nothing(cloud: CloudEmulator, controller: Any) -> None:
    before = ids(cloud)
    (plan,) = controller.workflow(WORKFLOW, ANSWERS, approve=withheld)
    assert plan.status == "successful", plan.output
    assert not cloud.writes()
    assert ids(cloud) == before

    artifacts = plan.artifacts
    digest = artifacts["decommission_plan_digest"]
    assert artifacts["decommission_confirm"] == f"{PROJECT}/{digest[:8]}"
    assert artifacts["decommission_confirmations"] == {PROJECT: artifacts["decommission_confirm"]}
    assert artifacts["decommission_plan_counts"]["planned"] == PLANNED
    assert len(artifacts["decommission_planned"]["records"]) == PLANNED
    assert artifacts["decommission_confirm"] in plan.output
    assert PASSWORD not in str(plan.events)


def test_an_approval_applies_exactly_what_was_shown(cloud: CloudEmulator, controller: Any) -> None:
    controller.extra_vars["decommission_services"] = list(SERVICES)
    before, neighbour = ids(cloud), ids(cloud, NEIGHBOUR)
    shown: list[set[str]] = []

    def approve(job: Any) -> bool:
        shown.append({record["id"] for record in job.artifacts["decommission_planned"]["records"]})
        return True

    plan, apply = controller.workflow(WORKFLOW, ANSWERS, approve)
    assert (plan.status, apply.status) == ("successful", "successful"), apply.output
    assert before - ids(cloud) == shown[0]
    assert len(ids(cloud)) == len(SERVICES)
    assert ids(cloud, NEIGHBOUR) == neighbour
    assert PASSWORD not in str(apply.events)


def test_drift_between_plan_and_approval_is_refused(cloud: CloudEmulator, controller: Any) -> None:
    def approve(job: Any) -> bool:
        cloud.set_status(PROJECT, "cce", "a-cce-2", "Success")
        return True

    before = ids(cloud)
    plan, apply = controller.workflow(WORKFLOW, ANSWERS, approve)
    assert (plan.status, apply.status) == ("successful", "failed"), apply.output
    assert not cloud.writes()
    assert ids(cloud) == before
    assert "a-cce-2" in apply.output


def test_the_apply_template_by_hand(cloud: CloudEmulator, controller: Any) -> None:
    unconfirmed = controller.launch("Decommission: apply", {**ANSWERS, "decommission_confirm": ""})
    assert unconfirmed.status == "successful"
    assert not cloud.writes()

    typed = {"decommission_confirm": unconfirmed.artifacts["decommission_confirm"]}
    assert controller.launch("Decommission: apply", {**ANSWERS, **typed}).status == "successful"
    assert len(ids(cloud)) == LEFT


def test_a_workflow_for_a_fleet(cloud: CloudEmulator, controller: Any) -> None:
    plan, apply = controller.workflow("Decommission a fleet", {}, given, hosts=[PROJECT, NEIGHBOUR])
    assert (plan.status, apply.status) == ("successful", "successful"), apply.output
    assert set(plan.artifacts["decommission_confirmations"]) == {PROJECT, NEIGHBOUR}
    assert "decommission_planned" not in plan.artifacts
    assert [len(ids(cloud, project)) for project in (PROJECT, NEIGHBOUR)] == [LEFT, LEFT]
    assert "2 environments: 2 applied" in apply.output


def test_answers_are_never_templates(cloud: CloudEmulator, controller: Any, tmp_path: Any) -> None:
    trap = "{{ lookup('ansible.builtin.pipe', 'touch " + str(tmp_path / "evaluated") + "') }}"
    assert controller.launch("Decommission: plan", {"decommission_project": trap}).status == "failed"
    assert not (tmp_path / "evaluated").exists()
