# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan, approval and apply as job templates and as a workflow."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS as DECLARED

from emulator import PASSWORD, PROJECT, CloudEmulator, neighbours

KINDS = tuple(kind.name for kind in DECLARED.values() if not kind.is_instance and Cloud.OTC in kind.clouds)
INSTANCES = tuple(kind.name for kind in DECLARED.values() if kind.is_instance)
NEIGHBOUR = "eu-de_neighbour1"
# Of each kind of records all but one are deletable.
LEFT = len(KINDS)
WORKFLOW = "Decommission an environment"
ANSWERS = {"decommission_project": PROJECT}


def ids(cloud: CloudEmulator, project: str = PROJECT, kinds: tuple[str, ...] = KINDS) -> set[str]:
    """Return the ids of all records of a project, or of those of some kinds."""
    return {record["id"] for kind in kinds for record in cloud.records(project, kind)}


def test_workflow_approved_applies_planned_records_only(cloud: CloudEmulator, controller: Any) -> None:
    before, neighbour = ids(cloud), ids(cloud, NEIGHBOUR)
    planned: set[str] = set()

    def approve(plan: Any) -> bool:
        assert not cloud.writes()
        assert ids(cloud) == before
        artifacts = plan.artifacts
        planned.update(record["id"] for record in artifacts["decommission_planned"]["records"])
        assert artifacts["decommission_plan_counts"]["planned"] == len(planned) == 2 * len(KINDS)
        assert artifacts["decommission_confirm"] == f"{PROJECT}/{artifacts['decommission_plan_digest'][:8]}"
        assert artifacts["decommission_confirmations"] == {PROJECT: artifacts["decommission_confirm"]}
        assert artifacts["decommission_confirm"] in plan.output
        return True

    jobs = controller.workflow(WORKFLOW, ANSWERS, approve)
    assert [job.status for job in jobs] == ["successful", "successful"], jobs[-1].output
    assert before - ids(cloud) == planned
    assert len(ids(cloud)) == len(KINDS)
    assert ids(cloud, NEIGHBOUR) == neighbour
    assert all(f"workflow `{WORKFLOW} #1`" in job.artifacts["decommission_summary"] for job in jobs)
    assert not [job for job in jobs if PASSWORD in str(job.events)]


def test_workflow_with_instances_deletes_those_of_plan(cloud: CloudEmulator, controller: Any) -> None:
    # Longer than the time between two lines of progress.
    cloud.load(neighbours(2, {"instance_seconds": 8}))
    instances, neighbour = ids(cloud, PROJECT, INSTANCES), ids(cloud, NEIGHBOUR, (*KINDS, *INSTANCES))
    assert instances

    def approve(plan: Any) -> bool:
        assert not cloud.writes()
        artifacts = plan.artifacts
        assert instances <= {record["id"] for record in artifacts["decommission_planned"]["records"]}
        assert artifacts["decommission_plan_counts"]["planned"] == len(artifacts["decommission_planned"]["records"])
        lines = plan.output.splitlines()
        assert not [one for one in instances if not any(one in line for line in lines)]
        assert f"{len(instances)} instances" in plan.output
        return True

    jobs = controller.workflow(WORKFLOW, {**ANSWERS, "decommission_kinds": "all"}, approve)
    assert [job.status for job in jobs] == ["successful", "successful"], jobs[-1].output
    assert f"localhost: {len(instances)} instances left" in jobs[-1].output
    assert not ids(cloud, PROJECT, INSTANCES)
    assert ids(cloud, NEIGHBOUR, (*KINDS, *INSTANCES)) == neighbour


def test_notifications_of_workflow_contain_plan_and_outcome(cloud: CloudEmulator, controller: Any) -> None:
    def approve(job: Any) -> bool:
        plan, waiting = controller.sent
        assert plan.startswith("Decommission: plan #1 successful: https://awx.example.com/#/jobs/playbook/1\n\n")
        assert plan.endswith(job.artifacts["decommission_summary"])
        assert f"# Waiting for approval: `{PROJECT}`" in plan and job.artifacts["decommission_confirm"] in plan
        assert not [one for one in ids(cloud, PROJECT, INSTANCES) if one not in plan]
        assert waiting.startswith("Approve the plan: https://awx.example.com/#/jobs/workflow/1")
        cloud.faults.add("status", project=PROJECT, method="DELETE", service="cce", status=403)
        return True

    answers = {**ANSWERS, "decommission_kinds": "all", "decommission_x_approver": "alice"}
    jobs = controller.workflow(WORKFLOW, answers, approve)
    assert [job.status for job in jobs] == ["successful", "failed"], jobs[-1].output
    plan, _waiting, approved, outcome = controller.sent
    assert approved == "Approve the plan: approved: https://awx.example.com/#/jobs/workflow/1"
    assert outcome.startswith("Decommission: apply #1 failed: ")
    assert outcome.endswith(jobs[-1].artifacts["decommission_summary"])
    # Nobody has approved when the plan is sent.
    assert all("pprover `alice`" in text and "pproved by" not in text for text in (plan, outcome))
    assert "failed" in outcome.partition("\n\n")[2]


def test_workflow_denied_changes_nothing(cloud: CloudEmulator, controller: Any) -> None:
    (plan,) = controller.workflow(WORKFLOW, {**ANSWERS, "decommission_kinds": "instances"}, lambda _plan: False)
    assert plan.status == "successful", plan.output
    assert plan.artifacts["decommission_plan_counts"]["planned"] >= len(ids(cloud, PROJECT, INSTANCES)) > 0
    assert not cloud.writes()
    assert controller.sent[-1] == "Approve the plan: denied: https://awx.example.com/#/jobs/workflow/1"


@pytest.mark.parametrize("place", ["answer", "variable of template"])
def test_unattended_apply_with_instances_is_refused(cloud: CloudEmulator, controller: Any, place: str) -> None:
    unattended = f"{PROJECT}/unattended"
    given = {**ANSWERS, "decommission_kinds": "all"}
    if place == "answer":
        given["decommission_confirm"] = unattended
    else:
        controller.extra_vars["decommission_confirmations"] = {PROJECT: unattended}
    apply = controller.launch("Decommission: apply", given)
    assert apply.status == "failed", apply.output
    assert "instance" in apply.output.rpartition("Nothing was deleted: ")[2]
    assert not cloud.writes()


def test_workflow_with_empty_plan_ends_well(cloud: CloudEmulator, controller: Any) -> None:
    controller.extra_vars["decommission_select"] = [{"id": "nothing"}]
    jobs = controller.workflow(WORKFLOW, {**ANSWERS, "decommission_kinds": "all"}, lambda _plan: True)
    assert [job.status for job in jobs] == ["successful", "successful"], jobs[-1].output
    assert jobs[0].artifacts["decommission_confirm"] == ""
    assert ["Nothing to delete" in job.output for job in jobs] == [True, True]
    assert not cloud.writes()


def test_workflow_with_drift_refuses_apply(cloud: CloudEmulator, controller: Any) -> None:
    def approve(job: Any) -> bool:
        cloud.set_status(PROJECT, "cce", "a-cce-2", "Success")
        return True

    before = ids(cloud)
    plan, apply = controller.workflow(WORKFLOW, ANSWERS, approve)
    assert (plan.status, apply.status) == ("successful", "failed"), apply.output
    assert not cloud.writes()
    assert ids(cloud) == before
    assert "a-cce-2" in apply.output


def test_apply_template_needs_confirmation(cloud: CloudEmulator, controller: Any) -> None:
    unconfirmed = controller.launch("Decommission: apply", {**ANSWERS, "decommission_confirm": ""})
    assert unconfirmed.status == "successful"
    assert not cloud.writes()

    typed = {"decommission_confirm": unconfirmed.artifacts["decommission_confirm"]}
    assert controller.launch("Decommission: apply", {**ANSWERS, **typed}).status == "successful"
    assert len(ids(cloud)) == LEFT


def test_fleet_workflow_approved_applies_each_project(cloud: CloudEmulator, controller: Any) -> None:
    plan, apply = controller.workflow("Decommission a fleet", {}, lambda _plan: True, hosts=[PROJECT, NEIGHBOUR])
    assert (plan.status, apply.status) == ("successful", "successful"), apply.output
    assert set(plan.artifacts["decommission_confirmations"]) == {PROJECT, NEIGHBOUR}
    assert "decommission_planned" not in plan.artifacts
    assert [len(ids(cloud, project)) for project in (PROJECT, NEIGHBOUR)] == [LEFT, LEFT]
    assert "2 environments: 2 applied" in apply.output
    for text, end in ((controller.sent[0], "planned"), (controller.sent[-1], "applied")):
        assert f"# 2 environments: 2 {end}\n" in text
        assert all(f"- `{project}` {end}: " in text for project in (PROJECT, NEIGHBOUR))


def test_fleet_workflow_with_instances_deletes_those_of_each_plan(cloud: CloudEmulator, controller: Any) -> None:
    answers = {"decommission_kinds": "instances"}
    jobs = controller.workflow("Decommission a fleet", answers, lambda _plan: True, hosts=[PROJECT, NEIGHBOUR])
    assert [job.status for job in jobs] == ["successful", "successful"], jobs[-1].output
    assert not [ids(cloud, project, INSTANCES) for project in (PROJECT, NEIGHBOUR) if ids(cloud, project, INSTANCES)]


def test_survey_answer_with_template_is_not_evaluated(cloud: CloudEmulator, controller: Any, tmp_path: Any) -> None:
    trap = "{{ lookup('ansible.builtin.pipe', 'touch " + str(tmp_path / "evaluated") + "') }}"
    assert controller.launch("Decommission: plan", {"decommission_project": trap}).status == "failed"
    assert not (tmp_path / "evaluated").exists()
