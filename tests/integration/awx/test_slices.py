# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices of one job run at the same time, and one environment may be in two of them."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from emulator import DOMAIN, PASSWORD, PROJECT, USER, CloudEmulator

TEMPLATE = "Decommission fleet: apply"
RECORDS = 60
KINDS = ("gaussdb_job", "cce_job")


@pytest.fixture
def cloud() -> Iterator[CloudEmulator]:
    """Three projects with many records each."""
    services = {
        "gaussdb": [{"count": RECORDS, "status": "Completed"}, {"status": "Running"}],
        "cce": [{"count": RECORDS, "status": "Success"}],
    }
    projects = [{"name": name, "services": services} for name in (PROJECT, "eu-de_first", "eu-de_second")]
    users = [{"name": USER, "password": PASSWORD, "projects": "all"}]
    with CloudEmulator({"domains": [DOMAIN], "users": users, "projects": projects}) as running:
        yield running


def slices(controller: Any, parts: Sequence[Sequence[str]], kinds: Sequence[str], **variables: Any) -> list[Any]:
    """Run the slices of a job at the same time; each writes its reports to a directory of its own.

    No record of PROJECT is deleted before all slices have listed it.
    """
    cloud = controller.cloud
    cloud.faults.add("status", project=PROJECT, method="DELETE", status=429, headers={"Retry-After": "1"})
    started = []
    for number, hosts in enumerate(parts):
        confirmations = {host: f"{host}/unattended" for host in hosts}
        reports = str(controller.directory / f"reports-{number}")
        given = {"decommission_confirmations": confirmations, "decommission_report_dir": reports, **variables}
        given["decommission_select"] = [{"kind": kind} for kind in kinds]
        started.append(controller.start(TEMPLATE, given, hosts=hosts))
    while min(listings(cloud, kind) for kind in kinds) < len(parts):
        assert all(job.process.poll() is None for job in started), [job.wait().output for job in started]
        time.sleep(0.1)
    cloud.faults.clear()
    return [running.wait() for running in started]


def listings(cloud: CloudEmulator, kind: str) -> int:
    """Return how often the records of a kind in PROJECT were listed."""
    project_id = cloud.loaded.state.project(PROJECT).id
    path = {"gaussdb_job": f"/v3/{project_id}/tasks", "cce_job": f"/api/v2/projects/{project_id}/jobs"}[kind]
    return sum(sent["status"] == 200 for sent in cloud.log if sent["path"] == path)


def outcomes(directory: Path, project: str) -> Counter[tuple[str, str]]:
    """Count the records of a report by outcome and id."""
    report = json.loads((directory / project / "latest" / "report.json").read_text(encoding="utf-8"))
    return Counter((record["outcome"], record["id"]) for record in report["records"])


def test_project_in_two_slices_deletes_each_record_once(cloud: CloudEmulator, controller: Any) -> None:
    everything = {record["id"] for kind in KINDS for record in cloud.records(PROJECT, kind)}
    jobs = slices(controller, [[PROJECT, "eu-de_first"], [PROJECT, "eu-de_second"]], KINDS)
    assert [job.status for job in jobs] == ["successful", "successful"], [job.output for job in jobs]
    for project in (PROJECT, "eu-de_first", "eu-de_second"):
        assert [len(cloud.records(project, kind)) for kind in KINDS] == [1, 0]

    found = [outcomes(controller.directory / f"reports-{number}", PROJECT) for number in (0, 1)]
    deleted = [record_id for seen in found for outcome, record_id in seen if outcome == "deleted"]
    kept = {record_id for seen in found for outcome, record_id in seen if outcome == "kept"}
    assert len(deleted) == len(set(deleted)) == 2 * RECORDS
    assert set(deleted) | kept == everything
    assert {outcome for seen in found for outcome, _unused in seen} <= {"deleted", "absent", "kept"}
    # Both planned all records; each found some already absent.
    for seen in found:
        assert len([1 for outcome, _unused in seen if outcome != "kept"]) == 2 * RECORDS


def test_slices_of_one_project_keep_max_rps_each(cloud: CloudEmulator, controller: Any) -> None:
    max_rps = 10
    jobs = slices(controller, [[PROJECT], [PROJECT]], ["cce_job"], decommission_max_rps=max_rps)
    assert [job.status for job in jobs] == ["successful", "successful"], [job.output for job in jobs]
    assert cloud.records(PROJECT, "cce") == []
    times = sorted(sent["at"] for sent in cloud.log if sent["method"] == "DELETE")
    # Two jobs with a limit each.
    assert len(times) <= 2 * (max_rps * (times[-1] - times[0]) + 2)
