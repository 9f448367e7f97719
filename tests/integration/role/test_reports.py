# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No delete without a report, and no report in place of another."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator import PROJECT, CloudEmulator
from emulator.certificates import issue
from helpers.http_stub import Answer, Asked, SmallServer
from helpers.playbooks import TIMEOUT, Play, read_events
from helpers.reports import latest_report, run_folders
from helpers.role_runs import UNATTENDED, outcomes, page_in

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("arguments", [(), ("--check",)], ids=["real", "check"])
def test_role_report_dir_unwritable_is_refused_before_first_request(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    occupied = tmp_path / "reports"
    occupied.write_text("a file", encoding="utf-8")
    run = decommission(*arguments, report_dir=str(occupied), confirm=UNATTENDED)
    assert run.code == 2
    assert f"decommission_report_dir: {occupied / PROJECT} cannot be written: Not a directory" in run.failures
    assert cloud.log == []


@pytest.mark.parametrize(
    ("path", "reason"), [("missing/plan.json", "{}/missing does not exist"), ("home", "it is a directory")]
)
def test_role_plan_file_unwritable_is_refused_before_first_request(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path, path: str, reason: str
) -> None:
    run = decommission(plan_file=path, report_dir="reports")
    assert run.code == 2
    assert f"decommission_plan_file: {tmp_path / path} cannot be written: {reason.format(tmp_path)}" in run.failures
    assert cloud.log == []


def test_role_plan_file_confirmed_is_read_and_not_written(cloud: CloudEmulator, decommission: Any) -> None:
    run = decommission(plan_file="missing/plan.json", confirmations={PROJECT: UNATTENDED})
    assert (run.code, cloud.log) == (2, [])
    assert "decommission_plan_file: missing/plan.json: does not exist or is empty" in run.failures
    assert "cannot be written" not in run.failures


def start_and_wait_for_a_delete(
    cloud: CloudEmulator, decommission: Any, reports: Path
) -> tuple[Any, Callable[[], Play]]:
    """Start a run with throttled deletes; return its process after the first delete, and what waits for its end."""
    cloud.faults.add("status", method="DELETE", status=429, headers={"Retry-After": "1"})
    variables = decommission.variables(confirm=UNATTENDED, kinds=["cce_job"], report_dir=str(reports))
    process, record = decommission.playbooks.start(variables)
    deadline = time.monotonic() + TIMEOUT
    while not cloud.writes() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)

    def end() -> Play:
        output, _nothing = process.communicate(timeout=TIMEOUT)
        return Play(process.returncode, output, read_events(record))

    return process, end


def test_role_killed_leaves_first_report(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    process, end = start_and_wait_for_a_delete(cloud, decommission, tmp_path)
    os.killpg(process.pid, signal.SIGKILL)
    end()
    report = latest_report(tmp_path, PROJECT)
    assert report["mode"] == "applying"
    assert report["reasons"]["kept"] == {"outcome not yet known": 2, "running": 1}
    assert "Under way or interrupted" in page_in(tmp_path)
    assert "under way or interrupted" in (tmp_path / PROJECT / "index.html").read_text(encoding="utf-8")


def test_role_last_report_unwritable_shows_outcomes(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    process, end = start_and_wait_for_a_delete(cloud, decommission, tmp_path)
    (folder,) = run_folders(tmp_path / PROJECT)
    shutil.rmtree(folder)
    refusal = {"status": 403, "error_code": "CCE.01403001", "error_msg": "no permission for this one"}
    cloud.faults.clear()
    cloud.faults.add("status", service="cce", method="DELETE", path="a-cce-1", **refusal)
    run = end()
    assert process.returncode == 2, run.output
    assert run.fact("decommission_result")["outcomes"] == outcomes(deleted=1, kept=1, failed=1)
    assert "kind     deleted  absent  kept  drifted  failed" in run.failures.splitlines()
    assert 'cce_job 403 CCE.01403001 "no permission for this one" (first: a-cce-1)' in run.failures
    assert "decommission_report_dir: the report cannot be written" in run.failures


def test_role_first_report_unwritable_deletes_nothing(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    # The directory can be written to, but its index cannot be replaced.
    (reports / PROJECT / "index.html").mkdir(parents=True)
    run = decommission(confirm=UNATTENDED, kinds=["cce_job"], report_dir=str(reports))
    assert run.code == 2
    assert "decommission_report_dir: the report cannot be written" in run.failures
    assert cloud.writes() == []
    assert run.fact("decommission_result")["outcomes"]["failed"] == 2


@pytest.mark.parametrize("serial", ["100%", "1"])
def test_role_hosts_with_same_project_are_refused_before_first_request(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path, serial: str
) -> None:
    inventory = tmp_path / "hosts.yml"
    hosts = {name: {"decommission_project": PROJECT} for name in ("one", "two")}
    hosts["third"] = {"decommission_project": "eu-de_other"}
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    variables = decommission.variables(
        confirm=UNATTENDED, project=None, hosts="all", report_dir=str(tmp_path), serial=serial
    )
    arguments = ("-i", str(inventory), "--limit", "one,two")
    run = decommission.playbooks.run(variables, *arguments, playbook="sundown.hwcloud.fleet")
    assert run.code == 2
    assert f"decommission_project: one, two of this play all name the project {PROJECT}" in run.failures
    assert cloud.log == []


@pytest.mark.parametrize("status", [200, 403])
def test_role_report_is_uploaded_and_url_never_shown(
    cloud: CloudEmulator, decommission: Any, tmp_path: Path, status: int
) -> None:
    made = issue(tmp_path)
    secret = "s3cret-signature"

    def answer(asked: Asked) -> Answer:
        return Answer(status, asked.target.encode())

    with SmallServer(answer, tls=(made.certificate, made.key)) as bucket:
        run = decommission(
            "-vvv",
            report_dir=str(tmp_path / "reports"),
            report_url=f"{bucket.url}/report.zip?signature={secret}",
            confirm=UNATTENDED,
            environment={"REQUESTS_CA_BUNDLE": str(made.authority)},
        )
    [asked] = bucket.asked
    with zipfile.ZipFile(io.BytesIO(asked.body)) as archive:
        names = {name.rpartition("/")[2] for name in archive.namelist()}
    assert names == {"report.json", "report.html", "report.md", "report.csv", "junit.xml", "journal.jsonl"}
    assert run.code == (0 if status == 200 else 2)
    # The report does not depend on the upload.
    assert latest_report(tmp_path / "reports", PROJECT)["outcomes"] == outcomes(deleted=10, kept=5)
    files = [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    assert secret not in run.output and not [path for path in files if secret in path.read_text(encoding="utf-8")]
    expected = "the report was uploaded" if status == 200 else "the report cannot be uploaded: HTTP 403"
    assert f"decommission_report_url: {expected}" in run.output
