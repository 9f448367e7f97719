# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between plan and approval the environment lives on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emulator import PROJECT, CloudEmulator
from helpers.plan_factory import SERVICES

UNATTENDED = f"{PROJECT}/unattended"


def left(cloud: CloudEmulator) -> set[str]:
    """The ids that the project still holds."""
    return {item["id"] for service in SERVICES for item in cloud.records(PROJECT, service)}


def let_drift(cloud: CloudEmulator) -> None:
    """One record comes, one goes, one changes its status, one starts to run."""
    cloud.add_record(PROJECT, "cce", id="newcomer", status="Success")
    cloud.remove_record(PROJECT, "gaussdb", "a-gauss-1")
    cloud.set_status(PROJECT, "gaussdb", "a-gauss-2", "Completed")
    cloud.set_status(PROJECT, "dcs", "a-dcs-1", "RUNNING")
    cloud.clear_log()


def test_drift_is_refused_and_shown(cloud: CloudEmulator, decommission: Any) -> None:
    plan = decommission(plan_file="plan.json")
    let_drift(cloud)
    before = cloud.state()["projects"]
    for confirm in (UNATTENDED, plan.stats["decommission_confirm"]):
        run = decommission(plan_file="plan.json", confirm=confirm)
        assert (run.code, cloud.writes()) == (2, [])
        for told in (
            "1 came (cce newcomer)",
            "1 went (gaussdb a-gauss-1)",
            "2 changed",
            "a-gauss-2 Failed -> Completed",
        ):
            assert told in run.failures
    assert cloud.state()["projects"] == before


def test_a_confirmation_alone_refuses_another_plan(cloud: CloudEmulator, decommission: Any) -> None:
    plan = decommission()
    let_drift(cloud)
    run = decommission(confirm=plan.stats["decommission_confirm"])
    assert (run.code, cloud.writes()) == (2, [])
    assert "no longer the confirmed one" in run.failures


def test_intersect_deletes_no_newcomer_and_names_what_has_drifted(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path
) -> None:
    plan = decommission()
    let_drift(cloud)
    everything = left(cloud)
    run = decommission(
        planned=plan.stats["decommission_planned"],
        confirm=plan.stats["decommission_confirm"],
        on_drift="intersect",
        protect=[{"id": "a-drs-1"}],
        report_dir=str(tmp_path),
    )
    gone = {"a-drs-3", "a-dms-1", "a-dms-3", "a-dcs-3", "a-cce-1", "a-cce-3"}
    assert left(cloud) == everything - gone
    assert {entry["path"].rsplit("/", 1)[1] for entry in cloud.writes() if entry["service"] != "drs"} == gone - {
        "a-drs-3"
    }
    # What was planned and has drifted was not deleted, so the play fails.
    assert run.code == 2
    assert "a-gauss-2 (drifted" in run.failures
    assert run.fact("decommission_result")["outcomes"] == {
        "deleted": 6,
        "absent": 0,
        "kept": 7,
        "drifted": 2,
        "failed": 0,
    }


def test_a_plan_of_another_project_is_refused(cloud: CloudEmulator, decommission: Any) -> None:
    plan = decommission()
    cloud.clear_log()
    planned = {**plan.stats["decommission_planned"], "project": "eu-de_neighbour1"}
    run = decommission(planned=planned, confirm=UNATTENDED)
    assert (run.code, cloud.log) == (2, [])
    assert "it is of project 'eu-de_neighbour1'" in run.failures


def test_a_plan_of_another_region_is_refused(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    decommission(plan_file="plan.json")
    cloud.clear_log()
    file = tmp_path / "plan.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"eu-de"', '"eu-nl"'), encoding="utf-8")
    run = decommission(plan_file="plan.json", confirm=UNATTENDED)
    assert (run.code, cloud.log) == (2, [])
    assert "it is of region 'eu-nl'" in run.failures
