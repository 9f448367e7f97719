# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment changes between the plan and its approval."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emulator import PROJECT, CloudEmulator, small
from helpers.playbooks import Playbooks
from helpers.reports import latest_report
from helpers.role_runs import UNATTENDED, Decommission, ends_in, left, outcomes, services_of_writes


@dataclass(frozen=True)
class Approved:
    """A plan, as it was written to a file and handed to the next job."""

    file: Path
    confirm: str
    planned: dict[str, Any]


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Approved:
    directory = tmp_path_factory.mktemp("approved")
    with CloudEmulator(small()) as cloud:
        plan = Decommission(cloud, Playbooks(directory))(plan_file="plan.json")
    return Approved(directory / "plan.json", plan.stats["decommission_confirm"], plan.stats["decommission_planned"])


@pytest.fixture
def changed_cloud(cloud: CloudEmulator) -> CloudEmulator:
    """The cloud of the plan, with a record added, one removed, and two with another status."""
    cloud.add_record(PROJECT, "cce", id="added-job", status="Success")
    cloud.remove_record(PROJECT, "gaussdb", "a-gauss-1")
    cloud.set_status(PROJECT, "gaussdb", "a-gauss-2", "Completed")
    cloud.set_status(PROJECT, "dcs", "a-dcs-1", "RUNNING")
    cloud.clear_log()
    return cloud


def test_role_drift_is_refused_and_shown(
    changed_cloud: CloudEmulator, decommission: Any, approved: Approved, tmp_path: Path
) -> None:
    before = changed_cloud.state()["projects"]
    (tmp_path / "plan.json").write_bytes(approved.file.read_bytes())
    run = decommission(plan_file="plan.json", confirm=approved.confirm)
    assert (run.code, changed_cloud.writes()) == (2, [])
    for description in (
        "1 added (cce_job added-job)",
        "2 changed",
        "a-gauss-2 Failed -> Completed",
    ):
        assert description in run.failures
    assert changed_cloud.state()["projects"] == before


def test_role_stale_confirmation_without_plan_is_refused(
    changed_cloud: CloudEmulator, decommission: Any, approved: Approved
) -> None:
    run = decommission(confirm=approved.confirm)
    assert (run.code, changed_cloud.writes()) == (2, [])
    assert f"Nothing was deleted: plan {approved.confirm[-8:]} is confirmed, but the current plan is " in run.failures


def test_role_intersect_deletes_no_added_record_and_names_drifted_ones(
    changed_cloud: CloudEmulator, decommission: Any, approved: Approved, tmp_path: Path
) -> None:
    everything = left(changed_cloud)
    run = decommission(
        planned=approved.planned,
        confirm=approved.confirm,
        on_drift="intersect",
        protect=[{"id": "a-drs-1"}],
        report_dir=str(tmp_path),
    )
    gone = {"a-drs-3", "a-dms-1", "a-dms-3", "a-dcs-3", "a-cce-1", "a-cce-3"}
    assert left(changed_cloud) == everything - gone
    deletes = [entry for entry in changed_cloud.writes() if entry["service"] != "drs"]
    assert {entry["path"].rsplit("/", 1)[1] for entry in deletes} == gone - {"a-drs-3"}
    # What was planned and has drifted was not deleted, so the play fails.
    assert run.code == 2
    assert "6 of 9 deleted, 1 gone already. 2 not: 1 gaussdb_job drifted: its status has changed" in run.failures
    assert run.fact("decommission_result")["outcomes"] == outcomes(deleted=6, absent=1, kept=7, drifted=2)
    report = latest_report(tmp_path, PROJECT)
    assert {name: len(records) for name, records in report["drift"].items()} == {"added": 1, "removed": 1, "changed": 2}
    assert ends_in(report)["a-dcs-1"] == ("drifted", "drifted")
    assert services_of_writes(changed_cloud) == {"drs", "dms", "dcs", "cce"}


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"plan_file": "missing.json"}, "decommission_plan_file: missing.json: does not exist"),
        ({"plan_file": "/bin/sh"}, "decommission_plan_file: /bin/sh: is not a plan: "),
        ({"plan_file": "/bin"}, "decommission_plan_file: /bin: cannot be read: Is a directory"),
        ({"planned": True}, "decommission_planned: is rejected: its project is 'eu-de_neighbour1'"),
    ],
    ids=["missing file", "binary file", "directory", "plan of another project"],
)
def test_role_unusable_approved_plan_is_refused_before_first_request(
    cloud: CloudEmulator, decommission: Any, approved: Approved, variables: dict[str, Any], message: str
) -> None:
    if "planned" in variables:
        variables = {"planned": {**approved.planned, "project": "eu-de_neighbour1"}}
    run = decommission(**variables, confirm=UNATTENDED)
    assert (run.code, cloud.log) == (2, [])
    assert message in run.failures
