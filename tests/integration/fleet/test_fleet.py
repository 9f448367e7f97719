# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many environments in one play: one that fails does not stop the others."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator import DOMAIN, PASSWORD, USER, CloudEmulator
from helpers.playbooks import Play, Playbooks
from helpers.reports import latest_report, run_folders
from helpers.role_runs import AUTH, left, outcomes

PROJECTS = [f"eu-de_env{number}" for number in range(1, 5)]
FIRST, BROKEN, THIRD, FOURTH = PROJECTS
WHOLE = [FIRST, THIRD, FOURTH]
UNATTENDED = {project: f"{project}/unattended" for project in PROJECTS}
REFUSAL: dict[str, Any] = {"status": 403, "error_code": "APIGW.0302", "error_msg": "No permission."}


def scenario() -> dict[str, Any]:
    """In each project three deletable records and a running one."""
    services = {
        "gaussdb": [{"status": "Completed"}, {"status": "Running"}],
        "cce": [{"count": 2, "status": "Success"}],
    }
    return {
        "domains": [DOMAIN],
        "users": [{"name": USER, "password": PASSWORD, "projects": "all"}],
        "projects": [{"name": name, "services": services} for name in PROJECTS],
    }


@pytest.fixture
def cloud() -> Iterator[CloudEmulator]:
    with CloudEmulator(scenario()) as running:
        yield running


@dataclass
class Fleet:
    """Runs the playbook; variables of the role are named without their prefix."""

    cloud: CloudEmulator
    playbooks: Playbooks

    @property
    def reports(self) -> Path:
        return self.playbooks.directory / "reports"

    def inventory(self) -> Path:
        """An inventory file for the cloud, with the credentials in it."""
        file = self.playbooks.directory / "fleet.hwcloud.yml"
        options = {"plugin": "sundown.hwcloud.projects", "endpoints": {"iam": self.cloud.endpoints["iam"]}, **AUTH}
        file.write_text(yaml.safe_dump(options), encoding="utf-8")
        return file

    def __call__(self, *arguments: str, limit: str = "all", **variables: Any) -> Play:
        given = {
            "auth": AUTH,
            "endpoints": self.cloud.endpoints,
            "kinds": ["gaussdb_job", "cce_job"],
            "report_dir": str(self.reports),
            **variables,
        }
        return self.playbooks.run(
            {f"decommission_{name}": value for name, value in given.items()},
            *("-i", str(self.inventory()), "--limit", limit, *arguments),
            playbook="sundown.hwcloud.fleet",
        )

    def summary(self) -> dict[str, Any]:
        """What the play has written about all of its environments."""
        return json.loads((self.reports / "fleet" / "latest" / "fleet.json").read_text(encoding="utf-8"))

    def left(self, project: str) -> int:
        """How many records and instances a project still holds."""
        return len(left(self.cloud, project))


@pytest.fixture
def fleet(cloud: CloudEmulator, playbooks: Playbooks) -> Fleet:
    """Runs fleets against the cloud."""
    return Fleet(cloud, playbooks)


def environments(**states: int) -> dict[str, int]:
    """Counts of environments by state."""
    counts = {"failed": 0, "interrupted": 0, "planned": 0, "checked": 0, "applied": 0, "not run": 0, **states}
    return {"total": sum(counts.values()), **counts}


def test_fleet_one_environment_broken_others_finish(cloud: CloudEmulator, fleet: Fleet) -> None:
    cloud.faults.add("status", project=BROKEN, **REFUSAL)
    # An extra variable, such as a fact of another run, takes the place of the fact.
    play = fleet(confirmations=UNATTENDED, result={"message": ""})
    assert play.code == 2, play.output
    assert {project: fleet.left(project) for project in PROJECTS} == {**dict.fromkeys(WHOLE, 1), BROKEN: 4}

    summary = fleet.summary()
    assert summary["environments"] == environments(failed=1, applied=3)
    assert summary["outcomes"] == outcomes(deleted=9, kept=3)
    (failed,) = [project for project in summary["projects"] if project["state"] == "failed"]
    assert failed["project"] == BROKEN
    assert "APIGW.0302" in failed["message"]
    assert "4 environments: 1 failed, 3 applied" in play.output
    assert "12 records: 9 deleted, 3 kept" in play.output

    for project in WHOLE:
        assert latest_report(fleet.reports, project)["outcomes"]["deleted"] == 3
    (folder,) = run_folders(fleet.reports / "fleet")
    assert folder.name.endswith("Z-apply")
    assert f"summary: {folder}/fleet.html" in play.output
    page = (folder / "fleet.html").read_text(encoding="utf-8")
    assert "1 of 4 environments failed" in page
    links = re.findall(r'href="([^"]+/report.html)"', page)
    assert len(links) == 4
    assert all((folder / link).is_file() for link in links)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_fleet_draft_approved_in_part_applies_that_part_and_nothing_again(cloud: CloudEmulator, fleet: Fleet) -> None:
    play = fleet()
    assert play.code == 0, play.output
    (folder,) = run_folders(fleet.reports / "fleet")
    draft = folder / "approved.yml"
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    summary = fleet.summary()
    assert summary["approval"]["file"] == str(draft)
    assert f"{summary['approval']['command']}" in play.output
    assert summary["approval"]["command"].endswith(f" -e @{draft}")

    # As it is, it approves nothing.
    play = fleet("-e", f"@{draft}")
    assert (play.code, cloud.writes()) == (0, []), play.output
    assert fleet.summary()["environments"] == environments(planned=4)

    lines = draft.read_text(encoding="utf-8").splitlines(keepends=True)
    approved = [line.removeprefix("#") if FIRST in line or THIRD in line else line for line in lines]
    draft.write_text("".join(approved), encoding="utf-8")
    play = fleet("-e", f"@{draft}")
    assert play.code == 0, play.output
    assert [fleet.left(project) for project in PROJECTS] == [1, 4, 1, 4]
    assert fleet.summary()["environments"] == environments(planned=2, applied=2)
    assert "16 records: 6 planned, 6 deleted, 4 kept" in play.output

    cloud.clear_log()
    play = fleet("-e", f"@{draft}")
    assert (play.code, play.count("changed"), cloud.writes()) == (0, 0, []), play.output
    assert fleet.summary()["outcomes"] == outcomes(absent=6, kept=4)


def test_fleet_same_command_after_failure_deletes_rest(cloud: CloudEmulator, fleet: Fleet) -> None:
    fleet()
    (folder,) = run_folders(fleet.reports / "fleet")
    draft = folder / "approved.yml"
    draft.write_text(draft.read_text(encoding="utf-8").replace("#  ", "   "), encoding="utf-8")
    cloud.faults.add("status", service="gaussdb", method="DELETE", project=BROKEN, **REFUSAL)
    play = fleet("-e", f"@{draft}")
    assert play.code == 2, play.output
    assert fleet.summary()["environments"] == environments(failed=1, applied=3)
    # The reason stands where it happened and in the summary, and nowhere a third time.
    assert play.failures.count("No permission.") == 1
    cloud.faults.clear()
    # As if the run had been interrupted there, which leaves the report that is written before the first delete.
    *_plan, interrupted = run_folders(fleet.reports / BROKEN)
    report = interrupted / "report.json"
    report.write_text(report.read_text(encoding="utf-8").replace('"mode": "apply"', '"mode": "applying"'), "utf-8")
    play = fleet("-e", f"@{draft}")
    assert play.code == 0, play.output
    assert f"{BROKEN}: Continues the interrupted run {interrupted.name}." in play.output
    summary = fleet.summary()
    assert summary["environments"] == environments(applied=4)
    assert summary["outcomes"] == outcomes(deleted=1, absent=11, kept=4)
    assert [fleet.left(project) for project in PROJECTS] == [1, 1, 1, 1]


def test_fleet_refused_plans_are_not_counted_as_planned(cloud: CloudEmulator, fleet: Fleet) -> None:
    play = fleet(limit=f"{FIRST},{THIRD}", confirmations={FIRST: f"{FIRST}/00000000"})
    assert (play.code, cloud.writes()) == (2, [])
    summary = fleet.summary()
    assert [summary[name] for name in ("discovered", "planned", "refused")] == [8, 3, 3]
    assert summary["outcomes"] == outcomes(kept=2)
    assert "8 records: 3 planned, 3 refused, 2 kept" in play.output
    (folder,) = run_folders(fleet.reports / "fleet")
    assert FIRST not in (folder / "approved.yml").read_text(encoding="utf-8")


def test_fleet_summary_keeps_environments_of_earlier_run(cloud: CloudEmulator, fleet: Fleet) -> None:
    assert fleet(limit=f"{FIRST},{THIRD}", confirmations=UNATTENDED).code == 0
    applied = fleet.summary()
    cloud.clear_log()
    play = fleet(limit=f"{THIRD},{FOURTH}")
    assert (play.code, cloud.writes()) == (0, []), play.output
    summary = fleet.summary()
    assert {project["project"]: (project["state"], project["as_of"]) for project in summary["projects"]} == {
        FIRST: ("applied", applied["created_at"]),
        THIRD: ("planned", summary["created_at"]),
        FOURTH: ("planned", summary["created_at"]),
    }
    assert summary["environments"] == environments(planned=2, applied=1)
    # Three were deleted in the first environment, none is left in the second, three are planned in the third.
    assert (summary["discovered"], summary["planned"], summary["outcomes"]) == (9, 3, outcomes(deleted=3, kept=3))
    confirmations = {project["project"]: project["confirmation"] for project in summary["projects"]}
    assert play.stats["decommission_confirmations"] == {name: confirmations[name] for name in (THIRD, FOURTH)}
    folders = run_folders(fleet.reports / "fleet")
    assert [folder.name.partition("Z-")[2] for folder in folders] == ["apply", "plan"]
    assert json.loads((folders[0] / "fleet.json").read_text(encoding="utf-8")) == applied
    index = (fleet.reports / "fleet" / "index.html").read_text(encoding="utf-8")
    assert index.index(folders[1].name) < index.index(folders[0].name)


def test_fleet_check_mode_is_summarized_as_checked(cloud: CloudEmulator, fleet: Fleet) -> None:
    play = fleet("--check", limit=FIRST, confirmations=UNATTENDED)
    assert (play.code, cloud.writes()) == (0, []), play.output
    summary = fleet.summary()
    assert summary["environments"] == environments(checked=1)
    assert (summary["planned"], summary["outcomes"]) == (3, outcomes(kept=1))
    assert "1 environment: 1 checked" in play.output
    (folder,) = run_folders(fleet.reports / "fleet")
    assert folder.name.endswith("Z-check")


def test_fleet_summary_unwritable_is_still_shown(cloud: CloudEmulator, fleet: Fleet) -> None:
    fleet.reports.mkdir()
    (fleet.reports / "fleet").write_text("a file", encoding="utf-8")
    play = fleet(limit=FIRST, confirmations=UNATTENDED)
    assert play.code == 2
    assert "1 environment: 1 applied" in play.output
    assert "decommission_report_dir: the summary cannot be written" in play.failures


def test_fleet_batches_stop_when_too_many_fail(cloud: CloudEmulator, fleet: Fleet) -> None:
    cloud.faults.add("status", project=BROKEN, **REFUSAL)
    play = fleet(serial=[1, 2], max_fail_percentage=0)
    assert play.code != 0
    assert {project["project"]: project["state"] for project in fleet.summary()["projects"]} == {
        FIRST: "planned",
        BROKEN: "failed",
        THIRD: "planned",
        FOURTH: "not run",
    }
    assert len(run_folders(fleet.reports / "fleet")) == 1


def test_fleet_summary_is_written_though_all_fail(cloud: CloudEmulator, fleet: Fleet) -> None:
    # An extra variable, such as a fact of another run, takes the place of the fact.
    play = fleet(limit=FIRST, protected_projects=["eu-de_*"], result={"message": ""})
    assert play.code == 2, play.output
    assert not [entry for entry in cloud.log if entry["service"] != "iam"]
    (only,) = fleet.summary()["projects"]
    assert (only["project"], only["state"]) == (FIRST, "failed")
    assert "is protected" in only["message"]
