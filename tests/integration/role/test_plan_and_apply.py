# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the plan to the end of an environment, and a second run."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from starlette.responses import Response

from emulator import PROJECT, CloudEmulator, small
from helpers.plan_factory import ROLE, SERVICES
from helpers.reports import latest_report, run_folders

RUNNING = {"a-gauss-3", "a-drs-2", "a-dms-2", "a-cce-2", "a-dcs-2"}
ENDED = {
    "a-gauss-1",
    "a-gauss-2",
    "a-drs-1",
    "a-drs-3",
    "a-dms-1",
    "a-dms-3",
    "a-cce-1",
    "a-cce-3",
    "a-dcs-1",
    "a-dcs-3",
}


def left(cloud: CloudEmulator, project: str = PROJECT) -> set[str]:
    """The ids that a project still holds."""
    return {item["id"] for service in SERVICES for item in cloud.records(project, service)}


def test_plan_then_apply_then_nothing(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    before = cloud.state()["projects"]
    plan = decommission(report_dir=str(tmp_path / "reports"), plan_file="plans.json")
    assert plan.code == 0, plan.output
    assert cloud.writes() == []
    assert cloud.state()["projects"] == before
    assert plan.count("changed") == 0

    fact = plan.fact("decommission_plan")
    assert {item["id"] for item in fact["records"]} == ENDED
    assert fact["confirmation"] == f"{PROJECT}/{fact['digest'][:8]}"
    assert fact["confirmation"] in plan.output
    assert fact["counts"]["services"]["cce"] == {"discovered": 3, "planned": 2, "kept": 1, "stops": 0}
    assert "a-dms-2" in plan.output or "more running" in plan.output

    file = tmp_path / "plans.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text(encoding="utf-8")) == fact
    assert plan.stats == {
        "decommission_plan_digest": fact["digest"],
        "decommission_confirm": fact["confirmation"],
        "decommission_confirmations": {PROJECT: fact["confirmation"]},
        "decommission_plan_counts": fact["counts"],
        "decommission_planned": fact,
    }
    planned = latest_report(tmp_path / "reports", PROJECT)
    assert (planned["mode"], planned["outcomes"]["kept"]) == ("plan", 15)

    cloud.clear_log()
    apply = decommission(
        report_dir=str(tmp_path / "reports"), plan_file="plans.json", confirm=plan.stats["decommission_confirm"]
    )
    assert apply.code == 0, apply.output
    assert left(cloud) == RUNNING
    assert apply.count("changed") == 1
    assert len([entry for entry in cloud.log if entry["path"] == "/v3/auth/tokens"]) == 1
    assert {entry["service"] for entry in cloud.writes()} == {*SERVICES}
    result = apply.fact("decommission_result")
    assert result["outcomes"] == {"deleted": 10, "absent": 0, "kept": 5, "drifted": 0, "failed": 0}
    assert result["failures"] == []
    # What is applied does not go on confirming itself.
    assert apply.stats == {
        "decommission_plan_digest": fact["digest"],
        "decommission_plan_counts": apply.fact("decommission_plan")["counts"],
    }

    report = latest_report(tmp_path / "reports", PROJECT)
    assert (report["mode"], report["verified"], report["digest"]) == ("apply", True, fact["digest"])
    assert {item["id"]: (item["outcome"], item["reason"]) for item in report["records"]} == {
        **dict.fromkeys(ENDED, ("deleted", "selected")),
        **dict.fromkeys(RUNNING, ("kept", "running")),
    }
    plan_folder, apply_folder = run_folders(tmp_path / "reports" / PROJECT)
    assert [folder.name[20:] for folder in (plan_folder, apply_folder)] == [
        f"-plan-{fact['digest'][:8]}",
        f"-apply-{fact['digest'][:8]}",
    ]
    assert json.loads((plan_folder / "report.json").read_text(encoding="utf-8")) == planned
    assert str(plan_folder / "report.html") in plan.output
    assert str(apply_folder / "report.json") in apply.output

    cloud.clear_log()
    again = decommission(report_dir=str(tmp_path / "reports"), plan_file="plans.json", confirm=fact["confirmation"])
    assert again.code == 0, again.output
    assert again.count("changed") == 0
    assert cloud.writes() == []
    assert latest_report(tmp_path / "reports", PROJECT)["outcomes"]["kept"] == 5


def test_unattended_in_batches_and_again(cloud: CloudEmulator, decommission: Any) -> None:
    run = decommission(
        confirm=f"{PROJECT}/unattended", batch_size=1, services=["cce", "drs", "dms"], concurrency=2, max_rps=500
    )
    assert run.code == 0, run.output
    assert run.labels == [
        f"{service}, batch {number} of 2, 1 record" for service in ("CCE", "DRS", "DMS") for number in (1, 2)
    ]
    assert "item=CCE, batch 1 of 2, 1 record" in run.output
    assert left(cloud) == {*RUNNING, "a-gauss-1", "a-gauss-2", "a-dcs-1", "a-dcs-3"}
    assert len(cloud.writes()) == 6
    assert {entry["service"] for entry in cloud.log} == {"iam", "cce", "drs", "dms"}

    cloud.clear_log()
    again = decommission(confirm=f"{PROJECT}/unattended", services=["cce", "drs", "dms"])
    assert (again.code, again.count("changed"), cloud.writes()) == (0, 0, [])


@pytest.mark.parametrize("confirm", ["", f"{PROJECT}/unattended"])
def test_check_mode_shows_and_sends_no_write(
    cloud: CloudEmulator, decommission: Any, confirm: str, tmp_path: Path
) -> None:
    before = cloud.state()["projects"]
    file = None if confirm else "plan.json"
    run = decommission("--check", "--diff", confirm=confirm, report_dir=str(tmp_path / "reports"), plan_file=file)
    assert run.code == 0, run.output
    assert cloud.writes() == []
    assert cloud.state()["projects"] == before
    (folder,) = run_folders(tmp_path / "reports" / PROJECT)
    assert "-check-" in folder.name
    assert latest_report(tmp_path / "reports", PROJECT)["mode"] == "check"
    assert not (tmp_path / "plan.json").exists()
    assert run.labels == [f"{title}, batch 1 of 1, 2 records" for title in ("DRS", "GaussDB", "DMS", "DCS", "CCE")]
    shown = [line for line in run.output.splitlines() if line.startswith("-")]
    assert {name for name in ENDED for line in shown if f'"{name}"' in line} == ENDED
    assert run.fact("decommission_result")["outcomes"]["deleted"] == 10


def test_running_drs_jobs_are_in_the_plan_and_then_stopped_and_deleted(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path
) -> None:
    scenario = small()
    trap = "{{ lookup('ansible.builtin.pipe', 'touch " + str(tmp_path / "evaluated") + "') }}"
    scenario["projects"][0]["services"]["drs"][1]["name"] = trap
    cloud.load(scenario)
    variables = {"services": "drs", "stop_drs": "yes", "report_dir": str(tmp_path / "reports")}
    [job] = [item for item in cloud.records(PROJECT, "drs") if item["id"] == "a-drs-2"]
    stops = [{"service": "drs", "instance_id": None, "id": "a-drs-2", "name": trap, "status": job["status"]}]

    plan = decommission(**variables)
    assert (plan.code, cloud.writes()) == (0, []), plan.output
    [shown] = plan.of("Show the plan")
    assert shown["msg"][1].startswith("service  discovered  to delete  to stop and delete  ")
    assert shown["msg"][2].split()[:4] == ["DRS", "3", "2", "1"]
    heading = shown["msg"].index("1 running replication will be STOPPED and deleted:")
    assert shown["msg"][heading + 1] == f"  DRS a-drs-2 {trap} ({job['status']})"
    assert plan.stats["decommission_plan_stops"] == stops
    assert plan.stats["decommission_plan_counts"]["stops"] == 1
    report = latest_report(tmp_path / "reports", PROJECT)
    assert report["stops"] == stops
    page = (tmp_path / "reports" / PROJECT / "latest" / "report.html").read_text(encoding="utf-8")
    assert "1 running replication will be stopped and deleted" in page
    assert page.index("a-drs-2") < page.index('class="stats"')

    check = decommission("--check", **variables, confirm=plan.stats["decommission_confirm"])
    assert (check.code, cloud.writes()) == (0, []), check.output
    assert "1 running replication would be STOPPED and deleted:" in check.of("Show the plan")[0]["msg"]
    refused = decommission(**variables, max_records=1)
    assert (refused.code, cloud.writes()) == (2, [])
    assert "1 running replication would be STOPPED and deleted:" in refused.of("Show the plan")[0]["msg"]
    assert latest_report(tmp_path / "reports", PROJECT)["stops"] == stops

    apply = decommission(**variables, confirm=plan.stats["decommission_confirm"])
    assert apply.code == 0, apply.output
    assert cloud.records(PROJECT, "drs") == []
    assert apply.output.index("  DRS a-drs-2 ") < apply.output.index("item=DRS, batch 1 of 1, 3 records")
    report = latest_report(tmp_path / "reports", PROJECT)
    assert {item["id"]: (item["outcome"], item["reason"]) for item in report["records"]} == {
        "a-drs-1": ("deleted", "selected"),
        "a-drs-2": ("deleted", "stopped and deleted"),
        "a-drs-3": ("deleted", "selected"),
    }
    assert (report["stops"], report["digest"]) == (stops, plan.stats["decommission_plan_digest"])
    page = (tmp_path / "reports" / PROJECT / "latest" / "report.html").read_text(encoding="utf-8")
    assert "stopped and deleted" in page and "1 running replication" not in page
    assert not (tmp_path / "evaluated").exists()


def test_what_appears_while_the_run_deletes_is_named(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    def appear(response: Response) -> Response:
        # The server's own thread must not wait for itself.
        Thread(target=cloud.add_record, args=(PROJECT, "cce"), kwargs={"id": "late", "status": "Success"}).start()
        return response

    cloud.faults.add("transform", service="cce", method="DELETE", times=1, function=appear)
    run = decommission(confirm=f"{PROJECT}/unattended", services="cce", report_dir=str(tmp_path))
    assert run.code == 0, run.output
    report = latest_report(tmp_path, PROJECT)
    assert [(item["service"], item["id"], item["status"]) for item in report["appeared"]] == [
        ("cce", "late", "Success")
    ]
    assert "late" not in {item["id"] for item in report["records"]}
    assert report["outcomes"] == {"deleted": 2, "absent": 0, "kept": 1, "drifted": 0, "failed": 0}
    said = "1 record appeared while the run deleted; the next plan shows it"
    assert said in run.of("Show what became of the records")[0]["msg"]
    page = (tmp_path / PROJECT / "latest" / "report.html").read_text(encoding="utf-8")
    assert "appeared while the run deleted; the next plan shows it." in page
    assert "late" in {item["id"] for item in decommission(services="cce").fact("decommission_plan")["records"]}


def test_selection_protection_and_the_newest(cloud: CloudEmulator, decommission: Any) -> None:
    run = decommission(
        confirm=f"{PROJECT}/unattended",
        select=[
            {"service": "gaussdb"},
            {"service": "cce", "status": "SUCCESS"},
            {"service": "dms", "older_than": "1h"},
        ],
        protect=[{"service": "dms", "instance_id": "a-kafka-2"}, {"name": "nothing-is-called-so"}],
        keep_last="2",
        protected_projects=["*_shop"],
    )
    assert run.code == 0, run.output
    assert left(cloud) == (RUNNING | ENDED) - {"a-gauss-1", "a-cce-1"}
    outcomes = run.fact("decommission_plan")["counts"]["reasons"]
    assert outcomes["protected"] == 1


def test_a_larger_plan_is_refused(cloud: CloudEmulator, decommission: Any) -> None:
    run = decommission(confirm=f"{PROJECT}/unattended", max_records=9)
    assert (run.code, cloud.writes()) == (2, [])
    assert "decommission_max_records" in run.failures


def test_every_service_is_reachable_from_the_playbook(cloud: CloudEmulator, decommission: Any) -> None:
    root = ROLE.parent.parent
    modules = {path.stem for path in (root / "plugins" / "modules").glob("*.py") if not path.stem.endswith("_info")}
    run = decommission(confirm=f"{PROJECT}/unattended")
    assert run.code == 0, run.output
    [deletes] = run.of("Delete what is planned, batch by batch")
    assert {item["__decommission_batch"]["module"] for item in deletes["results"]} == modules
    assert {entry["service"] for entry in cloud.writes()} == {*cloud.endpoints} - {"iam"}
