# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run prints of its plan and of its end."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.document import digest_of
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.tables import (
    end_lines,
    failure_message,
    plan_lines,
    table,
)

from helpers.plan_factory import (
    UNATTENDED,
    batch_result,
    instance,
    listing,
    reconciled,
    record,
    run_of,
    state_of,
    task,
)

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
    (row,) = (line for line in lines if line.startswith("gaussdb_job"))
    assert row.split()[-3:] == ["1", "0", "0"]


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
    if mode != "check":
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
        f"To delete exactly this record: decommission_confirm={run['confirmation']}",
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
    records = [record(f"{kind}{number}", kind, deletable=False) for kind in DEFAULT_KINDS for number in range(30)]
    protect = [{"kind": "dcs_task"}]
    run = run_of(listing(records, cce_job="failed"), accept_unavailable=["cce_job"], protect=protect)
    assert len(plan_lines(state_of(run))) <= 20
    assert len(end_lines(reconciled(run))) <= 20


def test_failure_message_of_many_failures_names_some() -> None:
    records = [record(f"r{number}") for number in range(5000)]
    message = failure_message(reconciled(run_of(records, confirm=UNATTENDED, max_records=5000)))
    assert message == "0 of 5,000 deleted. 5,000 not: gaussdb_job failed: not attempted (first: r0)"


def test_failure_message_groups_by_kind_and_code_with_advice() -> None:
    records = [*(record(f"r{number}") for number in range(5)), record("c1", "cce_job"), record("c2", "cce_job")]
    run = run_of(records, confirm=UNATTENDED)
    busy = {"http_status": 409, "error_code": "DBS.200402", "error_msg": "the task is still running"}
    failures = [{"id": f"r{number}", **busy, "error_msg": f"r{number} is running"} for number in range(1, 5)]
    end = reconciled(run, [batch_result(run, 1, deleted=["r0", "c1"], failures=failures)], listing([records[-1]]))
    advice = {"DBS.200402": "Wait until the work has ended, then run again."}
    assert failure_message(end, lambda code: advice.get(code, "")) == (
        '2 of 7 deleted. 5 not: 4 gaussdb_job 409 DBS.200402 "r1 is running" (first: r1);'
        " 1 cce_job failed: not attempted (first: c2)."
        " Wait until the work has ended, then run again"
    )


def test_failure_message_of_many_causes_names_three() -> None:
    run = run_of([record(f"r{number}") for number in range(5)], confirm=UNATTENDED)
    failures = [{"id": f"r{number}", "http_status": 500, "error_code": f"X.{number}"} for number in range(5)]
    message = failure_message(reconciled(run, [batch_result(run, 1, failures=failures)]))
    assert message.count("(first: ") == 3 and message.endswith("; and 2 more causes")


def test_check_mode_says_would_be_deleted() -> None:
    run = run_of([record("a"), record("b"), *JOBS[:1]], check_mode=True, stop_drs=True)
    assert run["lines"][1].startswith("kind         discovered  would be deleted  would be stopped and deleted  ")
    end = reconciled(run, [batch_result(run, 1, deleted=["a", "j00"])])
    assert end_lines(end)[0].split("  ")[1:] == ["", "", "", " would be deleted", "absent", "kept", "drifted", "failed"]
    assert failure_message(end).startswith("2 of 3 would be deleted. 1 not: ")


@pytest.mark.parametrize("accepted", [[], ["cce_job"]])
def test_plan_of_unlisted_kind_shows_no_number(accepted: list[str]) -> None:
    found = listing([record("a"), record("b")])
    found["listings"]["cce_job"] = {
        "state": "failed",
        "http_status": 403,
        "error_code": "CCE.01403001",
        "error_msg": "No permission.",
    }
    lines = run_of(found, accept_unavailable=accepted)["lines"]
    (row,) = [line for line in lines if line.startswith("cce_job")]
    cells, _separator, reason = row.partition("  not listed: ")
    assert set(cells.split()[1:]) == {"?"} and len(cells) == len(lines[1])
    advice = "; ask for the permission cce:job:list, or leave cce_job out of decommission_kinds"
    assert reason == "403 CCE.01403001 No permission" + (" (accepted)" if accepted else advice)
    assert row_of(lines, "all") == ["all", "2+", "2+", "0+"]


def test_table_of_many_kinds_shows_unlisted_ones_and_those_with_records() -> None:
    kinds = [f"kind{number:02}" for number in range(14)]
    counts = {name: {"discovered": int(name == "kind13")} for name in kinds}
    lines = table(kinds, ["discovered"], counts, unlisted={"kind12": "not listed"})
    assert lines[1:] == [
        "kind12           ?  not listed",
        "kind13           1",
        "and 12 kinds without any",
        "all             1+",
    ]
    counts = {name: {"discovered": int(name != "kind13")} for name in kinds}
    assert table(kinds, ["discovered"], counts)[-2:] == ["and 1 kind without any", "all             13"]


def test_plan_counts_matches_of_each_rule_and_names_those_without_first() -> None:
    records = [record("a"), record("b", name="Keep"), record("c", name=None)]
    select = [{"id": "a"}, {"name": "nomatch*"}, {"kind": "gaussdb_job", "status": "Failed"}]
    run = run_of(records, select=select, protect=[{"name": "Keep"}])
    assert state_of(run).info.rules == [
        {"place": "decommission_select[0]", "rule": "id=a", "matched": 1},
        {"place": "decommission_select[1]", "rule": "name=nomatch*", "matched": 0},
        {"place": "decommission_select[2]", "rule": "kind=gaussdb_job, status=Failed", "matched": 3},
        {"place": "decommission_protect[0]", "rule": "name=Keep", "matched": 2},
    ]
    first = run["lines"].index("decommission_select[1] (name=nomatch*) matched no record")
    assert run["lines"][first + 1 : first + 4] == [
        "decommission_select[0] (id=a) matched 1 record",
        "decommission_select[2] (kind=gaussdb_job, status=Failed) matched 3 records",
        "decommission_protect[0] (name=Keep) matched 2 records",
    ]


def test_plan_of_many_rules_shows_ten() -> None:
    lines = run_of([record("a")], protect=[{"id": f"p{number}"} for number in range(12)])["lines"]
    assert sum("matched no record" in line for line in lines) == 10 and "and 2 more rules" in lines


@pytest.mark.parametrize(
    ("records", "variables", "line"),
    [
        (3, {"select": [{"name": "nomatch*"}]}, "no record of 3 matches decommission_select[0] (name=nomatch*)"),
        (3, {"select": [{"id": "x"}, {"id": "y"}]}, "no record of 3 matches any rule of decommission_select"),
        (3, {"protect": [{"kind": "gaussdb_job"}]}, "all 3 records are kept"),
        (1, {"keep_last": 1}, "the only record is kept"),
        (0, {}, "no record was found"),
    ],
)
def test_plan_of_nothing_says_why_and_asks_for_no_confirmation(
    records: int, variables: dict[str, Any], line: str
) -> None:
    lines = run_of([record(f"r{number}") for number in range(records)], **variables)["lines"]
    assert lines[-1] == f"Nothing to delete: {line}."
    assert "decommission_confirm=" not in "\n".join(lines)


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


CLUSTER = instance(
    "c1",
    "cce_cluster",
    name="shop",
    engine="Turbo v1.29",
    created_at="2025-10-05T13:00:00Z",
    tags={"env": "prod", "team": "shop", "old": ""},
)
WHOLE = [
    instance("i1", created_at="2026-11-20T12:00:00Z"),
    *(task(f"t{number}") for number in range(3)),
    task("t4", "i2"),
    instance("r1", "dcs_instance", name=None, engine=None, tags=None, created_at=None),
    task("d1", "r1", "dcs_task"),
    CLUSTER,
    record("a"),
]


@pytest.mark.parametrize("mode", ["plan", "check", "apply", "refused"])
def test_plan_names_every_instance_before_table(mode: str) -> None:
    confirmation = run_of(WHOLE, kinds="all")["confirmation"]
    options: dict[str, dict[str, Any]] = {
        "check": {"check_mode": True},
        "apply": {"confirm": confirmation},
        "refused": {"max_records": 1},
    }
    run = run_of(WHOLE, kinds="all", **options.get(mode, {}))
    assert run["mode"] == mode
    verb = "will be" if mode in ("plan", "apply") else "would be"
    assert run["lines"][1:5] == [
        f"3 instances {verb} DELETED:",
        "  dms_instance i1 orders, kafka 2.7, 1 day old, no tags, with 3 dms_task",
        "  dcs_instance r1, of unknown age, with 1 dcs_task",
        "  cce_cluster c1 shop, Turbo v1.29, 411 days old, tags env=prod team=shop old",
    ]
    head = next(index for index, line in enumerate(run["lines"]) if line.startswith("kind "))
    assert all(line.startswith(("dms_instance: ", "dcs_instance: ", "cce_cluster: ")) for line in run["lines"][5:head])
    assert "dcs_instance: all its backups are deleted with it" in run["lines"][5:head]


def test_plan_names_things_that_options_of_clusters_delete_and_leave() -> None:
    options = {"cce_cluster": {"delete_evs": "block", "delete_obs": "try", "delete_net": "skip"}}
    lines = run_of([CLUSTER], kinds="all", kind_options=options)["lines"]
    (stays,) = [line for line in lines if "stay and may cost" in line]
    (tried,) = [line for line in lines if "where that is possible" in line]
    (deleted,) = [line for line in lines if "or the cluster stays" in line]
    assert "OBS buckets" in tried and "EVS disks" in deleted and "network interfaces" in deleted
    assert "load balancers" in stays and "SFS Turbo" in stays and "EVS" not in stays
    assert not any("stay and may cost" in line for line in run_of([instance()], kinds="all")["lines"])


def test_plan_names_recycle_bin_and_backups_of_gaussdb() -> None:
    lines = run_of([instance("g1", "gaussdb_instance")], kinds="all")["lines"]
    (recycle_bin, backups) = [line for line in lines if line.startswith("gaussdb_instance: ")]
    assert "recycle bin" in recycle_bin and "for 1 to 7 days, 7 unless that was changed" in recycle_bin
    assert "automated backups are deleted, manual backups stay and cost" in backups


def test_plan_names_every_one_of_many_instances() -> None:
    lines = run_of([instance(f"i{number}") for number in range(200)], kinds="all")["lines"]
    assert lines[1] == "200 instances will be DELETED:"
    assert [line.split(",")[0] for line in lines[2:202]] == [
        f"  dms_instance i{number} orders" for number in range(200)
    ]


@pytest.mark.parametrize(
    ("instances", "records", "these"),
    [
        (0, 1, "this record"),
        (0, 1040, "these 1,040 records"),
        (1, 0, "this instance"),
        (1, 1, "this instance and 1 record"),
        (1, 2, "this instance and 2 records"),
        (3, 0, "these 3 instances"),
        (3, 1, "these 3 instances and 1 record"),
        (3, 1040, "these 3 instances and 1,040 records"),
    ],
)
def test_confirmation_counts_instances_and_records(instances: int, records: int, these: str) -> None:
    found = [
        *(instance(f"i{number}") for number in range(instances)),
        *(task(f"t{number}", "i0") for number in range(records)),
    ]
    run = run_of(found, kinds="all", max_records=2000)
    assert run["lines"][-1] == f"To delete exactly {these}: decommission_confirm={run['confirmation']}"


def test_table_has_column_of_records_under_instances() -> None:
    lines = run_of(WHOLE, kinds="all")["lines"]
    head = next(index for index, line in enumerate(lines) if line.startswith("kind "))
    assert "  to delete  with instance  protected  running  " in lines[head]
    row = next(line.split() for line in lines if line.startswith("dms_task"))
    assert row[:4] == ["dms_task", "4", "1", "3"]
    assert "with instance" not in "".join(run_of(WHOLE[:4], kinds="all", select=[{"id": "t1"}])["lines"][:3])


def test_plan_names_kept_instances_with_advice() -> None:
    records = [
        instance("i1", prepaid=True),
        instance("c1", "cce_cluster", protected=True),
        instance("c2", "cce_cluster", status="Hibernation", deletable=False),
        instance("r1", "dcs_instance"),
        task("d1", "r1", "dcs_task"),
        instance("unselected"),
    ]
    select = [{"id": item["id"]} for item in records[:-1]]
    lines = run_of(records, kinds="all", select=select, protect=[{"id": "d1"}])["lines"]
    kept = (
        ("prepaid: dms_instance i1 orders (RUNNING)", "it is prepaid (yearly/monthly): unsubscribe"),
        ("deletion protection: cce_cluster c1 orders (Available)", "its deletion protection is on: switch the"),
        ("status does not allow a delete: cce_cluster c2 orders (Hibernation)", "its status is Hibernation: wake"),
        ("protected: dcs_instance r1 orders (RUNNING)", "it holds protected records"),
    )
    named = [line for line in lines if line.startswith("kept, ")]
    assert len(named) == len(kept)
    assert all(line.startswith(f"kept, {what}: {why}") for line, (what, why) in zip(named, kept, strict=True))
    assert not any("DELETED:" in line or line.startswith("1 cce_cluster kept") for line in lines)


@pytest.mark.parametrize(
    ("count", "last"), [(10, None), (11, "and 1 more instance kept"), (13, "and 3 more instances kept")]
)
def test_plan_names_ten_kept_instances(count: int, last: str | None) -> None:
    lines = run_of([instance(f"i{number}", prepaid=True) for number in range(count)], kinds="all")["lines"]
    assert sum(line.startswith("kept, ") for line in lines) == 10
    assert next((line for line in lines if "more instance" in line), None) == last


@pytest.mark.parametrize(
    ("kinds", "first"),
    [
        ("all", "ECS servers"),
        ("records", "GaussDB instances, DMS instances, DCS instances, CCE clusters, ECS servers"),
        (["records", "cce_cluster"], "GaussDB instances, DMS instances, DCS instances, ECS servers"),
    ],
)
def test_plan_names_services_not_covered(kinds: Any, first: str) -> None:
    (line,) = [line for line in run_of([record("a")], kinds=kinds)["lines"] if line.startswith("Not covered")]
    assert line.startswith(f"Not covered, and may still cost: {first}, other databases, ")
