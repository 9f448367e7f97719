# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many environments in one play: what one of them does wrong is not the others' concern."""

from __future__ import annotations

import json
import re
import stat
from typing import Any

from emulator import CloudEmulator
from helpers.reports import latest_report, run_folders

PROJECTS = [f"eu-de_env{number:02}" for number in range(1, 21)]
BROKEN = PROJECTS[6]
WHOLE = [project for project in PROJECTS if project != BROKEN]
UNATTENDED = {project: f"{project}/unattended" for project in PROJECTS}


def test_one_of_twenty_is_broken_and_nineteen_finish(cloud: CloudEmulator, fleet: Any) -> None:
    cloud.faults.add("status", project=BROKEN, status=403, error_code="APIGW.0302", error_msg="No permission.")
    play = fleet(confirmations=UNATTENDED)
    assert play.code == 2, play.output
    assert {project: fleet.left(project) for project in PROJECTS} == {
        **dict.fromkeys(WHOLE, 1),
        BROKEN: 4,
    }

    summary = fleet.summary()
    assert summary["environments"] == {
        "total": 20,
        "failed": 1,
        "planned": 0,
        "checked": 0,
        "applied": 19,
        "not run": 0,
    }
    assert summary["outcomes"] == {"deleted": 57, "absent": 0, "kept": 19, "drifted": 0, "failed": 0}
    (failed,) = [project for project in summary["projects"] if project["state"] == "failed"]
    assert failed["project"] == BROKEN
    assert "APIGW.0302" in failed["message"]
    assert "20 environments: 1 failed, 19 applied" in play.output

    for project in WHOLE:
        assert latest_report(fleet.reports, project)["outcomes"]["deleted"] == 3
    (folder,) = run_folders(fleet.reports / "fleet")
    assert folder.name.endswith("Z-apply")
    assert f"summary: {folder}/fleet.html" in play.output
    page = (folder / "fleet.html").read_text(encoding="utf-8")
    assert "1 of 20 environments failed" in page
    links = re.findall(r'href="([^"]+/report.html)"', page)
    assert len(links) == 20
    assert all((folder / link).is_file() for link in links)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_limit_and_a_plan(cloud: CloudEmulator, fleet: Any) -> None:
    play = fleet("--limit", ",".join(PROJECTS[:2]))
    assert play.code == 0, play.output
    assert not cloud.writes()
    summary = fleet.summary()
    assert summary["environments"] == {"total": 2, "failed": 0, "planned": 2, "checked": 0, "applied": 0, "not run": 0}
    assert summary["planned"] == 6
    confirmations = {project["project"]: project["confirmation"] for project in summary["projects"]}
    assert play.stats["decommission_confirmations"] == confirmations
    assert sorted(confirmations) == PROJECTS[:2]


def test_summary_keeps_what_is_known_of_environments_that_the_run_was_not_about(
    cloud: CloudEmulator, fleet: Any
) -> None:
    first, second, third = PROJECTS[:3]
    assert fleet("--limit", f"{first},{second}", confirmations=UNATTENDED).code == 0
    applied = fleet.summary()
    assert fleet("--limit", f"{second},{third}").code == 0
    summary = fleet.summary()
    assert {project["project"]: (project["state"], project["as_of"]) for project in summary["projects"]} == {
        first: ("applied", applied["created_at"]),
        second: ("planned", summary["created_at"]),
        third: ("planned", summary["created_at"]),
    }
    assert summary["environments"]["total"] == 3
    assert summary["outcomes"]["deleted"] == 3
    folders = run_folders(fleet.reports / "fleet")
    assert [folder.name.partition("Z-")[2] for folder in folders] == ["apply", "plan"]
    assert json.loads((folders[0] / "fleet.json").read_text(encoding="utf-8")) == applied
    index = (fleet.reports / "fleet" / "index.html").read_text(encoding="utf-8")
    assert index.index(folders[1].name) < index.index(folders[0].name)


def test_check_mode_is_not_summarised_as_applied(cloud: CloudEmulator, fleet: Any) -> None:
    play = fleet("--check", "--limit", PROJECTS[0], confirmations=UNATTENDED)
    assert play.code == 0, play.output
    assert not cloud.writes()
    summary = fleet.summary()
    assert summary["environments"] == {"total": 1, "failed": 0, "planned": 0, "checked": 1, "applied": 0, "not run": 0}
    assert summary["outcomes"] == {"deleted": 0, "absent": 0, "kept": 4, "drifted": 0, "failed": 0}
    assert "1 environments: 1 checked" in play.output
    (folder,) = run_folders(fleet.reports / "fleet")
    assert folder.name.endswith("Z-check")


def test_summary_that_cannot_be_written_is_shown_all_the_same(cloud: CloudEmulator, fleet: Any) -> None:
    fleet.reports.mkdir()
    (fleet.reports / "fleet").write_text("a file", encoding="utf-8")
    play = fleet("--limit", PROJECTS[0], confirmations=UNATTENDED)
    assert play.code == 2
    assert "1 environments: 1 applied" in play.output
    assert "decommission_report_dir: the summary cannot be written" in play.failures


def test_batches_stop_when_too_many_fail(cloud: CloudEmulator, fleet: Any) -> None:
    cloud.faults.add("status", project=BROKEN, status=403, error_code="APIGW.0302", error_msg="No permission.")
    play = fleet("--limit", ",".join(PROJECTS[4:9]), serial=2, max_fail_percentage=0)
    assert play.code != 0
    states = {project["project"]: project["state"] for project in fleet.summary()["projects"]}
    assert states == {
        "eu-de_env05": "planned",
        "eu-de_env06": "planned",
        BROKEN: "failed",
        "eu-de_env08": "planned",
        "eu-de_env09": "not run",
    }
    assert len(run_folders(fleet.reports / "fleet")) == 1


def test_the_summary_is_written_even_if_all_fail(cloud: CloudEmulator, fleet: Any) -> None:
    play = fleet("--limit", PROJECTS[0], protected_projects=["eu-de_*"])
    assert play.code == 2, play.output
    assert not [sent for sent in cloud.log if sent["service"] != "iam"]
    (only,) = fleet.summary()["projects"]
    assert only["state"] == "failed"
    assert "is protected" in only["message"]
