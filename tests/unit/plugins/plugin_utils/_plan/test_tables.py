# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run prints of its plan and of its end."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.document import digest_of
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.tables import end_lines, failure_message, plan_lines

from helpers.plan_factory import ENDED, UNATTENDED, batch_result, listing, reconciled, record, run_of, state_of

JOBS = [record(f"j{number:02}", "drs_job", status="PAUSING", deletable=False) for number in range(12)]
TO_STOP = {"kind": "drs_job", "service": "drs", "instance_id": None, "name": "CreateInstance", "status": "PAUSING"}
MODES: dict[str, tuple[dict[str, Any], str]] = {
    "plan": ({}, "will be"),
    "apply": ({"confirm": UNATTENDED}, "will be"),
    "check": ({"confirm": UNATTENDED, "check_mode": True}, "would be"),
    "refused": ({"max_records": 1}, "would be"),
}


def row_of(lines: list[str], title: str) -> list[str]:
    """The first cells of a row."""
    return next(line.split()[:4] for line in lines if line.startswith(title))


def test_plan_column_of_unusable_ids_is_shown_where_there_are_any() -> None:
    head = run_of([record("a")])["lines"][1].split("  ")
    assert "id cannot be used" not in head and "kept as newest" in head
    lines = run_of([record("a"), record("a\\u200b")])["lines"]
    assert lines[1].split("  ")[-3:] == ["id cannot be used", "not selected", "kept as newest"]
    assert lines[2 + list(ENDED).index("gaussdb_job")].split()[-3:] == ["1", "0", "0"]


@pytest.mark.parametrize("mode", MODES)
def test_plan_counts_and_names_jobs_that_are_stopped(mode: str) -> None:
    options, verb = MODES[mode]
    run = run_of([*JOBS, record("ended", "drs_job"), record("a")], stop_drs=True, **options)
    assert run["mode"] == mode
    assert run["stops"] == [{**TO_STOP, "id": job["id"]} for job in JOBS]
    counts = run["counts"]
    assert (counts["planned"], counts["stops"]) == (14, 12)
    assert counts["kinds"]["drs_job"] == {"discovered": 13, "planned": 13, "kept": 0, "stops": 12}
    assert counts["kinds"]["gaussdb_job"]["stops"] == 0

    lines = run["lines"]
    assert lines[1].startswith("kind         discovered  to delete  to stop and delete  protected  running")
    assert row_of(lines, "drs_job") == ["drs_job", "13", "1", "12"]
    assert row_of(lines, "all") == ["all", "14", "2", "12"]
    first = lines.index(f"12 running replications {verb} STOPPED and deleted:")
    assert lines[first + 1] == "  drs_job j00 CreateInstance (PAUSING)"
    assert lines[first + 10 : first + 12] == ["  drs_job j09 CreateInstance (PAUSING)", "  and 2 more"]


def test_plan_counts_records_that_neither_run_nor_may_be_deleted_with_advice() -> None:
    stuck = [record(f"s{n}", "drs_job", status="RELEASE_RESOURCE_FAILED", deletable=False) for n in range(2)]
    lines = run_of([record("a"), record("r", status="Running", deletable=False), *stuck])["lines"]
    assert lines[1].split("  ")[-4:] == ["running", "status does not allow a delete", "not selected", "kept as newest"]
    assert row_of(lines, "drs_job") == ["drs_job", "2", "0", "0"]
    assert "running: gaussdb_job r CreateInstance (Running)" in lines
    (advice,) = [line for line in lines if line.startswith("2 drs_job kept: ")]
    assert "RELEASE_RESOURCE_FAILED does not allow a delete" in advice and "open a service ticket" in advice


def test_plan_names_single_job_that_is_stopped() -> None:
    run = run_of(JOBS[:1], stop_drs=True)
    first = run["lines"].index("1 running replication will be STOPPED and deleted:")
    assert run["lines"][first + 1 : first + 3] == [
        "  drs_job j00 CreateInstance (PAUSING)",
        f"to delete exactly what is planned: decommission_confirm={run['confirmation']}",
    ]


@pytest.mark.parametrize("variables", [{"stop_drs": False}, {"stop_drs": True, "protect": [{"kind": "drs_job"}]}])
def test_plan_of_kept_jobs_stops_nothing(variables: dict[str, Any]) -> None:
    records = [*JOBS, record("ended", "drs_job"), record("a", status="Running", deletable=False)]
    run = run_of(records, **variables)
    assert (run["stops"], run["counts"]["stops"]) == ([], 0)
    assert "STOPPED" not in "\n".join(run["lines"]) and "to stop" not in run["lines"][1]


def test_plan_with_stops_has_digest_of_records() -> None:
    assert run_of(JOBS, stop_drs=True)["digest"] == digest_of(JOBS)


def test_tables_of_many_records_stay_within_twenty_lines() -> None:
    records = [record(f"{kind}{number}", kind, deletable=False) for kind in ENDED for number in range(30)]
    protect = [{"kind": "dcs_task"}]
    run = run_of(listing(records, cce_job="failed"), accept_unavailable=["cce_job"], protect=protect)
    assert len(plan_lines(state_of(run))) <= 20
    assert len(end_lines(reconciled(run))) <= 20


def test_failure_message_of_many_failures_names_some() -> None:
    records = [record(f"r{number}") for number in range(5000)]
    message = failure_message(reconciled(run_of(records, confirm=UNATTENDED, max_records=5000)))
    assert "5000 planned and not deleted" in message
    assert len(message) < 400


@pytest.mark.parametrize(
    ("count", "line"),
    [
        (0, "all"),
        (1, "1 record appeared while the run deleted; the next plan shows it"),
        (2, "2 records appeared while the run deleted; the next plan shows them"),
    ],
)
def test_end_counts_records_that_appeared(count: int, line: str) -> None:
    run = run_of([record("a")], confirm=UNATTENDED)
    end = reconciled(
        run, [batch_result(run, 1, deleted=["a"])], listing([record(f"new{number}") for number in range(count)])
    )
    assert end_lines(end)[-1].startswith(line)
