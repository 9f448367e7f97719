# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole environment, instances and records: planned, confirmed, deleted in order, and nothing left."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from emulator import PROJECT, CloudEmulator, neighbours, small
from helpers.playbooks import TIMEOUT, Play, Playbooks
from helpers.reports import latest_report
from helpers.role_runs import UNATTENDED, Decommission, ends_in, outcomes

INSTANCES = {
    "gaussdb_instance": ["a-gaussdb-1", "a-gaussdb-2"],
    "dms_instance": ["a-kafka-1", "a-kafka-2", "a-rocketmq-1"],
    "dcs_instance": ["a-redis-1"],
    "cce_cluster": ["a-cluster-1", "a-cluster-2"],
}
UNDER_INSTANCES = {
    f"a-{prefix}-{number}" for prefix in ("dms", "scheduled", "bigkey", "hotkey") for number in (1, 2, 3)
}
ALL_INSTANCES = {name for names in INSTANCES.values() for name in names}
MODULES = ("environment_info", "environment", "identity_info", *KINDS)
SECONDS = 3.0


def held(cloud: CloudEmulator) -> set[str]:
    """The ids of the instances that the project still has."""
    return {one["id"] for kind in INSTANCES for one in cloud.records(PROJECT, kind)}


def contents(cloud: CloudEmulator) -> str:
    """Everything that the neighbours hold."""
    projects = cloud.state()["projects"]
    return json.dumps({name: kept for name, kept in projects.items() if name != PROJECT}, sort_keys=True)


def deleted_ids(entries: list[dict[str, Any]]) -> list[str]:
    """The ids in the paths or bodies of deletes, in their order."""
    return [
        entry["body"]["jobs"][0]["job_id"] if entry["path"].endswith("batch-jobs") else entry["path"].rsplit("/", 1)[1]
        for entry in entries
    ]


@dataclass(frozen=True)
class Step:
    """One run, and the log and the report after it."""

    play: Play
    log: list[dict[str, Any]]
    report: dict[str, Any]


@dataclass(frozen=True)
class Story:
    """Plan, apply, the plan of what appeared, its unattended apply, and a last plan, with the neighbours before."""

    plan: Step
    apply: Step
    appeared: Step
    last: Step
    neighbours_before: str
    neighbours_after: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    directory = tmp_path_factory.mktemp("whole")
    with CloudEmulator(neighbours(3, options={"instance_seconds": SECONDS})) as cloud:
        role = Decommission(cloud, Playbooks(directory))

        def step(**variables: Any) -> Step:
            cloud.clear_log()
            play = role(report_dir=str(directory / "reports"), kinds="all", **variables)
            return Step(play, cloud.log, latest_report(directory / "reports", PROJECT))

        before = contents(cloud)
        plan = step()
        apply = step(confirm=plan.play.stats["decommission_confirm"])
        appeared = step(confirm=UNATTENDED)
        yield Story(plan, apply, appeared, step(), before, contents(cloud))


def test_whole_plan_names_each_instance_before_table(story: Story) -> None:
    assert story.plan.play.code == 0, story.plan.play.output
    assert not [entry for entry in story.plan.log if entry["method"] == "DELETE"]
    [shown] = story.plan.play.of("Show the plan")
    lines = shown["msg"]
    table = next(index for index, line in enumerate(lines) if line.startswith("kind "))
    for kind, names in INSTANCES.items():
        for name in names:
            [place] = [index for index, line in enumerate(lines) if line.startswith(f"  {kind} {name} ")]
            assert 0 < place < table
    text = "\n".join(lines)
    assert "8 instances will be DELETED:" in text and "with 2 dms_task" in text
    assert "To delete exactly these 8 instances and 20 records:" in text
    assert "backups are deleted with it" in text and "recycle bin" in text and "delete_net" in text
    assert "Not covered, and may still cost: ECS servers" in text


def test_whole_apply_ends_each_record_in_one_outcome(story: Story) -> None:
    run, report = story.apply.play, story.apply.report
    assert run.code == 0, run.output
    assert run.fact("decommission_result")["outcomes"] == report["outcomes"] == outcomes(deleted=28, kept=4)
    ends = ends_in(report)
    assert {name for name, (outcome, _reason) in ends.items() if outcome == "deleted"} >= ALL_INSTANCES
    with_instance = {name for name, end in ends.items() if end == ("deleted", "deleted with its instance")}
    assert with_instance == UNDER_INSTANCES


def test_whole_apply_deletes_in_phases(story: Story) -> None:
    deletes = [entry for entry in story.apply.log if entry["method"] == "DELETE"]
    ids = deleted_ids(deletes)
    assert len(ids) == len(set(ids)) == 16 and not UNDER_INSTANCES & set(ids)
    order = ["drs" if "-drs-" in one else "instance" if one in ALL_INSTANCES else "record" for one in ids]
    assert order == ["drs"] * 2 + ["instance"] * 8 + ["record"] * 6
    # Each list of instances is read again before the first of the other records is deleted.
    first = next(entry["at"] for entry, phase in zip(deletes, order, strict=True) if phase == "record")
    lists = [entry for entry in story.apply.log if entry["path"].endswith(("/instances", "/clusters"))]
    assert len([entry for entry in lists if entry["at"] < first]) > 2 * len(INSTANCES)
    clusters = [entry for entry in deletes if "/clusters/" in entry["path"]]
    assert [len(entry["query"]) for entry in clusters] == [6, 6]


def test_whole_apply_makes_three_module_calls_and_counts_down(story: Story) -> None:
    actions = [
        event["action"].removeprefix("sundown.hwcloud.") for event in story.apply.play.events if "action" in event
    ]
    assert [one for one in actions if one in MODULES] == ["environment_info", "environment", "environment_info"]
    assert re.search(r"^localhost: 8 instances left \(", story.apply.play.output, re.MULTILINE)


def test_whole_apply_leaves_neighbours_byte_for_byte(story: Story) -> None:
    assert story.neighbours_after == story.neighbours_before
    assert not {entry["path"].split("/")[2] for entry in story.apply.log if entry["method"] == "DELETE"} - {
        story.plan.report["project_id"],
        "v3",
        "v2",
    }


def test_whole_next_plan_has_appeared_records_and_may_go_unattended(story: Story) -> None:
    named = {(one["kind"], one["id"]) for one in story.apply.report["appeared"]}
    assert {kind for kind, _id in named} == {"gaussdb_job", "cce_job"} and len(named) == 4
    assert story.appeared.play.code == 0, story.appeared.play.output
    deleted = {(one["kind"], one["id"]) for one in story.appeared.report["records"] if one["outcome"] == "deleted"}
    assert deleted == named
    assert story.last.report["outcomes"] == outcomes(kept=4)
    assert "Nothing to delete" in story.last.play.output


@pytest.fixture
def quick(cloud: CloudEmulator) -> CloudEmulator:
    """The small scenario, with instances that go at once."""
    cloud.load(small({"instance_seconds": 0.05}))
    return cloud


def test_whole_plan_in_any_combination_is_never_unattended(
    quick: CloudEmulator, decommission: Decommission, tmp_path: Path
) -> None:
    plan = decommission(kinds="all", plan_file="plan.json", report_dir=str(tmp_path))
    before = quick.state()["projects"]
    planned = plan.stats["decommission_planned"]
    assert {one["id"] for one in planned["records"]} >= ALL_INSTANCES
    for variables in (
        {"confirm": UNATTENDED, "plan_file": "plan.json", "planned": planned},
        {"confirmations": {PROJECT: UNATTENDED}, "on_drift": "intersect", "report_dir": str(tmp_path)},
    ):
        run = decommission(kinds="all", **variables)
        assert run.code == 2 and "no instance is deleted unattended" in run.failures
    assert not [entry for entry in quick.log if entry["method"] == "DELETE"]
    assert quick.state()["projects"] == before


@pytest.mark.slow
def test_confirmation_of_records_deletes_no_instance(quick: CloudEmulator, decommission: Decommission) -> None:
    confirm = decommission().stats["decommission_confirm"]
    run = decommission(kinds="all", confirm=confirm)
    assert (run.code, [one for one in quick.log if one["method"] == "DELETE"]) == (2, [])
    assert held(quick) == ALL_INSTANCES


STANDING = {
    "gaussdb_instance": [
        {"id": "frozen", "status": "FROZEN"},
        {"id": "prepaid-1", "prepaid": True},
        {"id": "tagged", "tags": {"keep": "yes"}},
        {"id": "other", "tags": {"keep": "no"}},
    ],
    "cce_cluster": [
        {"id": "protected", "protected": True},
        {"id": "hibernated", "status": "Hibernation"},
        {"id": "locked", "locked": True},
        {"id": "prepaid-2", "prepaid": True},
        {"id": "of-project-7", "enterprise_project_id": "7"},
    ],
    "dms": {
        "instances": [
            {"id": "prepaid-3", "prepaid": True},
            {"id": "holds-protected", "tasks": [{"id": "kept-task", "status": "SUCCESS"}, {"id": "task-2"}]},
        ]
    },
    "dcs": {"instances": [{"id": "prepaid-4", "prepaid": True}, {"id": "named", "name": "keep-me"}]},
}


@pytest.mark.slow
def test_instances_that_must_stand_are_kept_with_reason(
    cloud: CloudEmulator, decommission: Decommission, tmp_path: Path
) -> None:
    scenario = small({"instance_seconds": 0.05}, region="cn-north-4")
    scenario["projects"][0]["services"] = STANDING
    cloud.load(scenario)
    project = "cn-north-4_retired"
    protect = [
        {"tag": "keep=yes"},
        {"enterprise_project_id": "7"},
        {"kind": "dcs_instance", "name": "keep-*"},
        {"id": "kept-task"},
    ]
    given = {"project": project, "kinds": "all", "protect": protect, "report_dir": str(tmp_path)}
    confirm = decommission(**given).stats["decommission_confirm"]
    run = decommission(**given, confirm=confirm)
    assert run.code == 0, run.output
    kept = {
        name: reason
        for name, (outcome, reason) in ends_in(latest_report(tmp_path, project)).items()
        if outcome == "kept"
    }
    assert kept == {
        "frozen": "status does not allow a delete",
        "hibernated": "status does not allow a delete",
        "locked": "status does not allow a delete",
        "protected": "deletion protection",
        **{f"prepaid-{number}": "prepaid" for number in (1, 2, 3, 4)},
        **dict.fromkeys(("tagged", "of-project-7", "named", "holds-protected", "kept-task"), "protected"),
    }
    # Nothing orders the two.
    assert sorted(deleted_ids([entry for entry in cloud.log if entry["method"] == "DELETE"])) == ["other", "task-2"]
    for advice in ("unsubscribe", "switch the deletion protection off", "wake the cluster", "holds protected records"):
        assert advice in run.output.replace("\n", " ").replace("    ", ""), advice


@pytest.mark.slow
def test_interrupted_while_instances_go_and_same_command_again_finishes(
    cloud: CloudEmulator, decommission: Decommission, tmp_path: Path
) -> None:
    cloud.load(small({"instance_seconds": 12.0}))
    variables = {"report_dir": str(tmp_path), "kinds": "instances"}
    variables["confirm"] = decommission(**variables).stats["decommission_confirm"]
    cloud.clear_log()
    process, _record = decommission.playbooks.start(decommission.variables(**variables))
    deadline = time.monotonic() + TIMEOUT
    while len(cloud.writes()) < len(ALL_INSTANCES) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=TIMEOUT)
    journal = (tmp_path / PROJECT / "latest" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    accepted = {line["id"] for line in map(json.loads, journal) if line["state"] == "accepted"}
    assert accepted == ALL_INSTANCES == held(cloud)

    run = decommission(**variables)
    assert run.code == 0, run.output
    assert held(cloud) == set()
    assert run.fact("decommission_result")["outcomes"] == outcomes(absent=len(ALL_INSTANCES))
    assert "was interrupted, or is still under way" in "\n".join(run.of("Show the plan")[0]["msg"])


@pytest.mark.slow
def test_instance_that_never_goes_fails_with_records_under_instance_and_others_go_on(
    cloud: CloudEmulator, decommission: Decommission, tmp_path: Path
) -> None:
    scenario = small({"instance_seconds": 0.05})
    scenario["projects"][0]["services"]["dms"]["instances"][0]["delete_fails"] = True
    cloud.load(scenario)
    variables = {"report_dir": str(tmp_path), "kinds": "all", "wait_timeout": 3}
    confirm = decommission(**variables).stats["decommission_confirm"]
    run = decommission(**variables, confirm=confirm)
    assert run.code == 2
    assert held(cloud) == {"a-kafka-1"}
    report = latest_report(tmp_path, PROJECT)
    assert report["outcomes"] == outcomes(deleted=25, kept=4, failed=3)
    ends = ends_in(report)
    assert [ends[name] for name in ("a-dms-1", "a-dms-2")] == [("failed", "its instance was not deleted")] * 2
    [failure] = [one for one in report["records"] if one["id"] == "a-kafka-1"]
    assert failure["error_code"] == "WaitTimeout" and "wait_timeout=3 seconds, its status is" in failure["reason"]


@pytest.mark.slow
def test_drift_of_instances_concerns_only_named_ones(
    quick: CloudEmulator, decommission: Decommission, tmp_path: Path
) -> None:
    variables = {"report_dir": str(tmp_path), "kinds": ["dms_instance", "dms_task", "gaussdb_instance"]}
    confirm = decommission(**variables).stats["decommission_confirm"]
    # Not drift: the status of an instance, and what is under it.
    quick.set_status(PROJECT, "gaussdb_instance", "a-gaussdb-1", "BACKING UP")
    quick.set_status(PROJECT, "dms_task", "a-dms-2", "SUCCESS")
    quick.remove_record(PROJECT, "dms_task", "a-dms-1")
    quick.add_record(PROJECT, "dms_task", id="new-task", status="EXECUTING", instance_id="a-kafka-2")
    check = decommission("--check", **variables, confirm=confirm)
    assert check.code == 0, check.output
    protected = decommission(**variables, confirm=confirm, protect=[{"kind": "dms_task", "id": "new-task"}])
    assert protected.code == 2 and "1 removed (dms_instance a-kafka-2)" in protected.failures
    quick.set_status(PROJECT, "gaussdb_instance", "a-gaussdb-1", "ACTIVE")
    quick.add_record(PROJECT, "gaussdb_instance", id="new-instance", status="ACTIVE")
    refused = decommission(**variables, confirm=confirm)
    assert refused.code == 2 and "1 added (gaussdb_instance new-instance)" in refused.failures
    assert not [entry for entry in quick.log if entry["method"] == "DELETE"]
    run = decommission(**variables, confirm=confirm, on_drift="intersect")
    assert run.code == 0, run.output
    assert held(quick) == {"new-instance", "a-redis-1", "a-cluster-1", "a-cluster-2"}


@pytest.mark.slow
def test_options_of_kinds_batches_and_limits_apply_to_instances(
    quick: CloudEmulator, decommission: Decommission
) -> None:
    variables = {"kinds": ["dms_instance", "dms_task", "cce_cluster"]}
    assert "more than decommission_max_records allows: 6" in decommission(**variables, max_records=6).failures
    given = {**variables, "kind_options": {"cce_cluster": {"delete_evs": "try"}}, "keep_last": 5, "batch_size": 3}
    plan = decommission(**given)
    assert "are deleted where that is possible (delete_evs: try)" in " ".join(plan.of("Show the plan")[0]["msg"])
    run = decommission(**given, confirm=plan.stats["decommission_confirm"])
    assert run.code == 0, run.output
    assert held(quick) == {"a-gaussdb-1", "a-gaussdb-2", "a-redis-1"} and len(run.labels) == 2
    clusters = [entry for entry in quick.writes() if "/clusters/" in entry["path"]]
    assert {entry["query"]["delete_evs"] for entry in clusters} == {"try"}
    unknown = decommission(kinds="all", kind_options={"cce_cluster": {"delete_evz": "try"}})
    mistake = "'delete_evz' is not an option of cce_cluster alone. Did you mean delete_evs?"
    assert f"decommission_kind_options.cce_cluster: {mistake}" in unknown.failures
