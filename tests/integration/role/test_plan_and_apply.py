# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the plan to the end of an environment, and a second run."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS, KINDS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.page import render_report

from emulator import PASSWORD, PROJECT, CloudEmulator, small
from helpers.plan_factory import SERVICES
from helpers.playbooks import Play, Playbooks
from helpers.reports import latest_report, run_folders
from helpers.role_runs import (
    ENDED,
    RUNNING,
    UNATTENDED,
    Decommission,
    ends_in,
    left,
    logins,
    outcomes,
    page_in,
    services_of_writes,
)

FILES = {"report.json", "report.html", "report.md", "report.csv", "junit.xml"}
# Names that must be shown and never evaluated; {path} is a file that an evaluation would make.
HOSTILE = (
    "{{ lookup('ansible.builtin.pipe', 'touch {path}') }}",
    "</script><script>alert(1)</script>",
    "{% if true %}😀{% endif %}",
)


@dataclass(frozen=True)
class Step:
    """A run, and what it wrote and deleted."""

    play: Play
    report: dict[str, Any]
    page: str
    folder: Path
    logins: int
    writes: list[dict[str, Any]]
    gone: set[str]


@dataclass(frozen=True)
class Story:
    """The plan of an environment, its apply, and the same apply again."""

    directory: Path
    names: list[str]
    plan: Step
    apply: Step
    again: Step


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    directory = tmp_path_factory.mktemp("story")
    reports = directory / "reports"
    scenario = small()
    names = [name.replace("{path}", str(directory / "evaluated")) for name in HOSTILE]
    for job, name in zip(scenario["projects"][0]["services"]["gaussdb"], names, strict=True):
        job["name"] = name
    with CloudEmulator(scenario) as cloud:
        decommission = Decommission(cloud, Playbooks(directory))

        def step(**variables: Any) -> Step:
            cloud.clear_log()
            before = left(cloud)
            play = decommission(report_dir=str(reports), plan_file="plans.json", **variables)
            return Step(
                play,
                latest_report(reports, PROJECT),
                page_in(reports),
                run_folders(reports / PROJECT)[-1],
                logins(cloud),
                list(cloud.writes()),
                before - left(cloud),
            )

        plan = step()
        apply = step(confirm=plan.play.stats["decommission_confirm"])
        yield Story(directory, names, plan, apply, step(confirm=plan.play.stats["decommission_confirm"]))


def test_role_plan_shows_and_exports_plan(story: Story) -> None:
    plan = story.plan.play
    assert plan.code == 0, plan.output
    assert (story.plan.writes, story.plan.gone, plan.count("changed")) == ([], set(), 0)
    fact = plan.fact("decommission_plan")
    assert {item["id"] for item in fact["records"]} == ENDED
    assert fact["confirmation"] == f"{PROJECT}/{fact['digest'][:8]}"
    assert fact["confirmation"] in plan.output
    assert fact["counts"]["kinds"]["cce_job"] == {"discovered": 3, "planned": 2, "kept": 1, "stops": 0}
    assert "a-dms-2" in plan.output or "more running" in plan.output
    file = story.directory / "plans.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text(encoding="utf-8")) == fact
    assert plan.stats.pop("decommission_summary").startswith("# Waiting for approval: `eu-de_retired`")
    assert plan.stats == {
        "decommission_plan_digest": fact["digest"],
        "decommission_confirm": fact["confirmation"],
        "decommission_confirmations": {PROJECT: fact["confirmation"]},
        "decommission_plan_counts": fact["counts"],
        "decommission_planned": fact,
    }
    assert (story.plan.report["mode"], story.plan.report["outcomes"]) == ("plan", outcomes(kept=15))


def test_role_apply_deletes_exactly_plan(story: Story) -> None:
    apply, fact = story.apply.play, story.plan.play.fact("decommission_plan")
    assert apply.code == 0, apply.output
    assert story.apply.gone == ENDED
    assert apply.count("changed") == 1
    assert story.apply.logins == 1
    assert {entry["service"] for entry in story.apply.writes} == {*SERVICES}
    result = apply.fact("decommission_result")
    assert (result["mode"], result["outcomes"]) == ("apply", outcomes(deleted=10, kept=5))
    assert (result["failures"], result["message"]) == ([], "")
    # An applied plan does not confirm itself again.
    assert apply.stats.pop("decommission_summary").startswith("# Finished: `eu-de_retired`")
    assert apply.stats == {
        "decommission_plan_digest": fact["digest"],
        "decommission_plan_counts": apply.fact("decommission_plan")["counts"],
    }
    report = story.apply.report
    assert (report["mode"], report["verified"], report["digest"]) == ("apply", True, fact["digest"])
    assert ends_in(report) == {
        **dict.fromkeys(ENDED, ("deleted", "selected")),
        **dict.fromkeys(RUNNING, ("kept", "running")),
    }


def test_role_makes_three_module_calls_and_few_tasks(story: Story) -> None:
    modules = ("environment_info", "environment", "identity_info", *KINDS)
    for step, calls, most in (
        (story.plan, ["environment_info"], 8),
        (story.apply, ["environment_info", "environment", "environment_info"], 12),
        (story.again, ["environment_info"], 8),
    ):
        actions = [event["action"].removeprefix("sundown.hwcloud.") for event in step.play.events if "action" in event]
        assert [action for action in actions if action in modules] == calls
        shown = re.findall(r"^TASK \[(.*)\]", step.play.output, re.MULTILINE)
        assert len([name for name in shown if not name.endswith("Show the plan")]) <= most, shown


def test_role_second_run_changes_nothing(story: Story) -> None:
    again = story.again.play
    assert again.code == 0, again.output
    assert (again.count("changed"), story.again.writes) == (0, [])
    assert story.again.report["outcomes"] == outcomes(absent=10, kept=5)


def test_role_every_run_has_own_report(story: Story) -> None:
    digest, empty = story.plan.report["digest"][:8], story.again.report["digest"][:8]
    steps = {f"plan-{digest}": story.plan, f"apply-{digest}": story.apply, f"apply-{empty}": story.again}
    project = story.again.folder.parent
    assert [folder.name.split("Z-")[1] for folder in run_folders(project)] == list(steps)
    assert (project / "latest").resolve() == story.again.folder
    index = (project / "index.html").read_text(encoding="utf-8")
    places = [index.index(f'href="{step.folder.name}/report.html"') for step in steps.values()]
    assert places == sorted(places, reverse=True)
    for step in steps.values():
        report, page = step.folder / "report.json", step.folder / "report.html"
        assert str(page) in step.play.output
        assert json.loads(report.read_text(encoding="utf-8")) == step.report
        assert page.read_text(encoding="utf-8") == step.page == render_report(step.report)
        assert {path.name for path in step.folder.iterdir()} == FILES | ({"journal.jsonl"} if step.writes else set())
        assert {stat.S_IMODE(path.stat().st_mode) for path in step.folder.iterdir()} == {0o600}
        assert PASSWORD not in step.page + report.read_text(encoding="utf-8")


def test_role_page_says_how_run_ended(story: Story) -> None:
    titles = ("Waiting for approval", "Finished", "Finished")
    for title, step in zip(titles, (story.plan, story.apply, story.again), strict=True):
        assert f"<title>{title}: {PROJECT}" in step.page


def test_role_hostile_names_are_shown_and_not_evaluated(story: Story) -> None:
    assert not (story.directory / "evaluated").exists()
    listed = {item["name"] for item in story.apply.report["records"] if item["kind"] == "gaussdb_job"}
    assert listed == set(story.names)
    planned = story.plan.play.stats["decommission_planned"]["records"]
    assert {*story.names[:2]} <= {item["name"] for item in planned}
    for step in (story.plan, story.apply):
        assert step.page.count("<script") == step.page.count("</script>") == 2
        assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in step.page
    assert "{% if true %}😀{% endif %}" in story.apply.page


def test_role_check_mode_shows_and_sends_no_write(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    before = cloud.state()["projects"]
    reports = tmp_path / "reports"
    run = decommission("--check", "--diff", report_dir=str(reports), plan_file="plan.json")
    assert run.code == 0, run.output
    assert cloud.writes() == []
    assert cloud.state()["projects"] == before
    (folder,) = run_folders(reports / PROJECT)
    assert "-check-" in folder.name
    assert latest_report(reports, PROJECT)["mode"] == "check"
    assert "Nothing was deleted: this was check mode." in page_in(reports)
    assert not (tmp_path / "plan.json").exists()
    kinds = ", ".join(f"2 {kind}" for kind in KINDS if kind in DEFAULT_KINDS)
    assert run.labels == [f"batch 1 of 1 ({kinds}): 10 of 10 done, 0 failed"]
    assert "would be deleted" in run.output and " deleted  " not in run.output.replace("would be deleted", "")
    shown = [line for line in run.output.splitlines() if line.startswith("-")]
    assert {name for name in ENDED for line in shown if f'"{name}"' in line} == ENDED
    result = run.fact("decommission_result")
    assert (result["mode"], result["outcomes"]["deleted"]) == ("check", 10)


@pytest.mark.slow
def test_role_check_mode_confirmed_sends_no_write(cloud: CloudEmulator, decommission: Any) -> None:
    before = left(cloud)
    run = decommission("--check", confirm=UNATTENDED)
    assert (run.code, cloud.writes(), left(cloud)) == (0, [], before), run.output
    assert run.fact("decommission_result")["mode"] == "check"


@pytest.mark.slow
def test_role_unattended_deletes_kinds_in_batches(cloud: CloudEmulator, decommission: Any) -> None:
    before, kinds = left(cloud), ["cce_job", "drs_job", "dms_task"]
    run = decommission(confirm=UNATTENDED, batch_size=1, kinds=kinds, concurrency=2, max_rps=500, max_records=6)
    assert run.code == 0, run.output
    kinds_in_order = ["drs_job", "drs_job", "dms_task", "cce_job", "dms_task", "cce_job"]
    labels = [f"batch {n} of 6 (1 {kind}): {n} of 6 done, 0 failed" for n, kind in enumerate(kinds_in_order, 1)]
    assert [label.partition(", about")[0] for label in run.labels] == labels
    assert f"item={labels[0]}" in run.output
    assert before - left(cloud) == ENDED - {"a-gauss-1", "a-gauss-2", "a-dcs-1", "a-dcs-3"}
    assert len(cloud.writes()) == 6
    assert {entry["service"] for entry in cloud.log} == {"iam", "cce", "drs", "dms"}


@pytest.mark.slow
def test_role_stop_drs_shows_stops_and_deletes_running_jobs(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path
) -> None:
    scenario = small()
    trap = "{{ lookup('ansible.builtin.pipe', 'touch " + str(tmp_path / "evaluated") + "') }}"
    scenario["projects"][0]["services"]["drs"][1]["name"] = trap
    cloud.load(scenario)
    variables = {"kinds": "drs_job", "stop_drs": "yes", "report_dir": str(tmp_path / "reports")}
    [job] = [item for item in cloud.records(PROJECT, "drs") if item["id"] == "a-drs-2"]
    identity = {"kind": "drs_job", "service": "drs", "instance_id": None, "id": "a-drs-2"}
    stops = [{**identity, "name": trap, "status": job["status"]}]

    plan = decommission(**variables)
    assert (plan.code, cloud.writes()) == (0, []), plan.output
    [shown] = plan.of("Show the plan")
    assert shown["msg"][1].startswith("kind     discovered  to delete  to stop and delete  ")
    assert shown["msg"][2].split()[:4] == ["drs_job", "3", "2", "1"]
    heading = shown["msg"].index("1 running replication will be STOPPED and deleted:")
    assert shown["msg"][heading + 1] == f"  drs_job a-drs-2 {trap} ({job['status']})"
    assert plan.stats["decommission_plan_stops"] == stops
    assert plan.stats["decommission_plan_counts"]["stops"] == 1
    assert latest_report(tmp_path / "reports", PROJECT)["stops"] == stops
    page = page_in(tmp_path / "reports")
    assert "1 running replication will be stopped and deleted" in page
    assert page.index("a-drs-2") < page.index('class="stats"')

    apply = decommission(**variables, confirm=plan.stats["decommission_confirm"])
    assert apply.code == 0, apply.output
    assert cloud.records(PROJECT, "drs") == []
    assert apply.output.index("  drs_job a-drs-2 ") < apply.output.index("item=batch 1 of 1 (3 drs_job)")
    report = latest_report(tmp_path / "reports", PROJECT)
    assert ends_in(report) == {
        "a-drs-1": ("deleted", "selected"),
        "a-drs-2": ("deleted", "stopped and deleted"),
        "a-drs-3": ("deleted", "selected"),
    }
    assert (report["stops"], report["digest"]) == (stops, plan.stats["decommission_plan_digest"])
    page = page_in(tmp_path / "reports")
    assert "stopped and deleted" in page and "1 running replication" not in page
    assert not (tmp_path / "evaluated").exists()


@pytest.mark.slow
def test_role_selects_protects_and_keeps_newest(cloud: CloudEmulator, decommission: Any) -> None:
    before = left(cloud)
    run = decommission(
        confirm=UNATTENDED,
        select=[
            {"kind": "gaussdb_job"},
            {"service": "cce", "status": "SUCCESS"},
            {"kind": "dms_task", "older_than": "1h"},
        ],
        protect=[{"kind": "dms_task", "instance_id": "a-kafka-2"}, {"name": "nothing-has-this-name"}],
        keep_last="2",
        protected_projects=["*_shop"],
    )
    assert run.code == 0, run.output
    assert before - left(cloud) == {"a-gauss-1", "a-cce-1"}
    assert run.fact("decommission_plan")["counts"]["reasons"]["protected"] == 1
    assert services_of_writes(cloud) == {"gaussdb", "cce"}
