# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: batches, and lists that are not complete."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.plan import build_plan
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.state import pack, unpack

from helpers.plan_factory import (
    NOW,
    PROJECT,
    READY,
    UNATTENDED,
    document_of,
    instance,
    listing,
    planned_in,
    record,
    run_of,
    state_before,
    state_of,
    task,
)

RECORDS = [record("a"), record("c", "cce_job")]
JOBS = [record(f"j{number:02}", "drs_job", status="PAUSING", deletable=False) for number in range(12)]


def test_batches_share_kinds_and_follow_size() -> None:
    jobs = [record(name) for name in "abcdef"]
    tasks = [record(name, "dms_task", instance_id="i1") for name in "gh"]
    run = run_of([*tasks, *jobs, record("j", "drs_job")], confirm=UNATTENDED, batch_size=3)
    assert [batch["label"] for batch in run["batches"]] == [
        "batch 1 of 3 (1 drs_job, 1 dms_task, 1 gaussdb_job)",
        "batch 2 of 3 (3 gaussdb_job)",
        "batch 3 of 3 (1 dms_task, 2 gaussdb_job)",
    ]
    assert [(batch["number"], batch["records"]) for batch in run["batches"]] == [(1, 3), (2, 3), (3, 3)]
    assert {"kind": "drs_job", "instance_id": None, "id": "j"} in json.loads(run["records"][0])
    assert {"kind": "dms_task", "instance_id": "i1", "id": "h"} in json.loads(run["records"][2])


def test_batches_only_those_with_running_jobs_stop() -> None:
    run = run_of([*JOBS, record("ended")], confirm=UNATTENDED, stop_drs=True, batch_size=12)
    assert [batch["stops"] for batch in run["batches"]] == [True, False]
    run = run_of([record("ended", "drs_job")], confirm=UNATTENDED, stop_drs=True)
    assert (run["stops"], run["batches"][0]["stops"]) == ([], False)


@pytest.mark.parametrize("state", ["failed", "unsupported", "partial", "", "Complete"])
@pytest.mark.parametrize("confirm", ["", UNATTENDED])
def test_listing_incomplete_refuses_plan(state: str, confirm: str) -> None:
    run = run_of(listing(RECORDS, cce_job=state), confirm=confirm)
    assert (run["mode"], run["batches"], run["confirmation"]) == ("refused", [], "")
    assert run["problems"][0].startswith("cce_job not listed: ")


@pytest.mark.parametrize(
    ("code", "message", "reason"),
    [
        ("CCE.01403001", "No permission.", "CCE.01403001 No permission"),
        ("NotOffered", "cce_job is not offered in region eu-de", "cce_job is not offered in region eu-de"),
        ("NoReply", "", "failed"),
    ],
    ids=["service", "collection", "no message"],
)
def test_listing_failed_reason_names_code_of_service_and_message(code: str, message: str, reason: str) -> None:
    found = listing(RECORDS)
    found["listings"]["cce_job"] = {"state": "failed", "error_code": code, "error_msg": message}
    assert run_of(found)["problems"] == [f"cce_job not listed: {reason}; leave cce_job out of decommission_kinds"]


@pytest.mark.parametrize(
    ("region", "kind", "permission"),
    [
        ("eu-west-101", "cce_job", "cce:job:list"),
        ("eu-de", "cce_job", "cce:job:list"),
        ("eu-west-101", "dcs_task", "dcs:task:list"),
        ("eu-de", "dcs_task", "dcs:instance:getBackgroundTask"),
        ("eu-west-101", "gaussdb_job", "to list these records"),
    ],
)
def test_listing_forbidden_names_permission_of_region(region: str, kind: str, permission: str) -> None:
    found = listing([])
    found["identity"] = {**found["identity"], "region": region}
    found["listings"][kind] = {"state": "failed", "http_status": 403, "error_code": "X.1", "error_msg": "No."}
    advice = f"ask for the permission {permission}, or leave {kind} out of decommission_kinds"
    assert run_of(found)["problems"] == [f"{kind} not listed: 403 X.1 No; {advice}"]


def test_plan_empty_has_no_confirmation() -> None:
    run = run_of([record("a")], select=[{"name": "nomatch*"}])
    assert (run["mode"], run["confirmation"], document_of(run)["confirmation"]) == ("plan", "", "")


def test_listing_missing_refuses_plan() -> None:
    found = listing(RECORDS)
    del found["listings"]["dcs_task"]
    assert run_of(found, confirm=UNATTENDED)["problems"] == [
        "dcs_task not listed: no answer; leave dcs_task out of decommission_kinds"
    ]


@pytest.mark.parametrize(
    ("result", "problem"),
    [({}, "the records could not be listed"), ({"msg": "the network is down"}, "the network is down")],
)
def test_listing_without_result_makes_no_plan(result: dict[str, object], problem: str) -> None:
    run = run_of(result, confirm=UNATTENDED)
    assert (run["mode"], run["problems"], run["batches"], run["lines"]) == ("failed", [problem], [], [])


def test_listing_of_no_kind_refuses_plan() -> None:
    run = run_of({**listing([]), "listings": {}}, confirm=UNATTENDED)
    assert (run["mode"], len(run["problems"])) == ("refused", 5)


def test_interrupted_run_is_part_of_plan() -> None:
    started_at = "2026-11-21T11:00:00Z"
    interrupted = {"started_at": started_at, "batches": 3, "ended": 2, "deleted": 2000, "failed": 1}
    run = build_plan(state_before(), listing(RECORDS), check_mode=False, now=NOW, interrupted=interrupted)
    info = state_of(run).info
    assert info is not None
    assert info.resumes == interrupted
    ended = "2 of 3 batches ended: 2,000 deleted, 1 failed"
    assert f"The apply of {started_at} was interrupted, or is still under way. {ended}" in run["lines"]


def test_listing_failed_and_accepted_is_named() -> None:
    run = run_of(listing(RECORDS, cce_job="failed"), confirm=UNATTENDED, accept_unavailable=["cce_job"])
    assert run["mode"] == "apply"
    assert planned_in(run) == {"a"}
    assert any(
        line.startswith("cce_job ") and line.endswith("?  not listed: failed (accepted)") for line in run["lines"]
    )


def test_listing_of_other_kinds_is_not_needed() -> None:
    assert run_of(listing(RECORDS[:1], cce_job="failed"), kinds=["gaussdb_job"])["mode"] == "plan"


@pytest.mark.parametrize(
    "foreign",
    [{"project_id": "0"}, {"project_id": "zzz"}, {"region": "eu-ch2"}, {"region": "eu-nl"}, {"kind": "cce_job"}],
    ids=str,
)
def test_listing_with_foreign_record_is_error(foreign: dict[str, str]) -> None:
    found = {**record("b"), **foreign}
    home = f"{found['kind']} b of project {found['project_id']} in {found['region']}$"
    with pytest.raises(OptionError, match=f"not asked for: {home}"):
        run_of([record("a"), found], kinds=["gaussdb_job"])


@pytest.mark.parametrize(
    ("kinds", "planned"),
    [
        ("records", {"a", "c"}),
        (["records", "drs_job"], {"a", "c"}),
        (["records", "cce_job"], {"a", "c"}),
        (["cce_job", "gaussdb_job"], {"a", "c"}),
    ],
)
def test_kinds_groups_and_order_select_equally(kinds: Any, planned: set[str]) -> None:
    run = run_of(RECORDS, kinds=kinds)
    assert planned_in(run) == planned
    assert list(run["counts"]["kinds"]) == [
        name for name in run_of(RECORDS, kinds="all")["counts"]["kinds"] if name in state_of(run).kinds
    ]


@pytest.mark.parametrize(
    ("kinds", "listed"),
    [
        ("instances", list(READY)),
        ("all", [kind.name for kind in KINDS.values() if Cloud.OTC in kind.clouds]),
        (["instances", "cce_job"], [*READY, "cce_job"]),
    ],
)
def test_kinds_with_instances_are_listed_and_planned(kinds: Any, listed: list[str]) -> None:
    run = run_of([instance(f"i-{kind}", kind) for kind in READY], kinds=kinds)
    assert list(run["counts"]["kinds"]) == listed
    assert planned_in(run) == {f"i-{kind}" for kind in READY}


def test_run_names_completely_listed_kinds_and_keeps_cost_of_listing() -> None:
    found = listing(RECORDS, cce_job="failed")
    run = run_of(found, kinds=["gaussdb_job", "cce_job"], accept_unavailable=["cce_job"])
    assert run["kinds"] == ["gaussdb_job"]
    info = state_of(run).info
    assert info is not None
    assert info.discovery == found["summary"]


def test_state_packed_and_unpacked_is_equal() -> None:
    variables = {"select": [{"kind": "cce_job", "older_than": "1h"}], "protect": [{"name": "x"}], "max_rps": 2.5}
    plan = document_of(run_of(RECORDS, **variables))
    before = state_before(planned=plan, confirm=UNATTENDED, **variables)
    assert unpack(pack(before)).settings == before.settings
    assert unpack(pack(before)).approved == before.approved == plan
    run = run_of(RECORDS, planned=plan, confirm=UNATTENDED, **variables)
    state = state_of(run)
    assert unpack(pack(state)) == state
    assert state.settings == before.settings
    assert [(item["kind"], item["id"]) for item in state.planned()] == [("cce_job", "c")]


WHOLE = [
    record("early", "drs_job"),
    *(instance(f"i-{kind}", kind) for kind in READY),
    task("t1", "i-dms_instance"),
    task("t2", "i-dms_instance", status="EXECUTING", deletable=False),
    record("late"),
]


@pytest.mark.parametrize(
    "given", [{"confirm": UNATTENDED}, {"confirmations": {PROJECT: UNATTENDED}}], ids=["confirm", "confirmations"]
)
@pytest.mark.parametrize("approved", ["", "file", "variable", "both", "report"])
@pytest.mark.parametrize("on_drift", ["fail", "intersect"])
@pytest.mark.parametrize("check_mode", [False, True], ids=["apply", "check"])
@pytest.mark.parametrize("more", [[], [record("new")]], ids=["same", "drifted"])
def test_instances_unattended_are_refused_whatever_else_is_given(
    given: dict[str, Any], approved: str, on_drift: str, check_mode: bool, more: list[Any]
) -> None:
    plan = document_of(run_of(WHOLE, kinds="all"))
    variables: dict[str, Any] = {**given, "kinds": "all", "on_drift": on_drift}
    text = json.dumps(plan) if approved in ("file", "both") else None
    variables |= {"plan_file": "plan.json"} if text else {}
    variables |= {"planned": plan} if approved in ("variable", "both") else {}
    variables |= {"reported": plan} if approved == "report" else {}
    run = run_of([*WHOLE, *more], text, check_mode=check_mode, **variables)
    assert (run["mode"], run["batches"], run["records"], run["confirmation"]) == ("refused", [], [], "")
    (problem,) = [line for line in run["problems"] if "instance" in line and "unattended" in line]
    digest = plan["digest"] if text or "planned" in variables else run["digest"]
    assert f"4 instances. To apply exactly this plan: decommission_confirm={PROJECT}/{digest[:8]}" in problem


def test_one_instance_unattended_is_refused_and_records_alone_are_not() -> None:
    run = run_of([instance(), record("a")], confirm=UNATTENDED, kinds="all")
    assert "the plan holds 1 instance. To" in run["problems"][0]
    for kept in ({"select": [{"id": "a"}]}, {"protect": [{"id": "i1"}]}):
        assert run_of([instance(), record("a")], confirm=UNATTENDED, kinds="all", **kept)["mode"] == "apply"
    assert run_of([record("a")], confirm=UNATTENDED, kinds="all")["mode"] == "apply"


def test_instances_confirmed_exactly_are_applied_in_one_batch() -> None:
    plan = run_of(WHOLE, kinds="all")
    run = run_of(WHOLE, kinds="all", confirm=plan["confirmation"])
    assert run["mode"] == "apply"
    assert [batch["label"] for batch in run["batches"]] == [
        "batch 1 of 1 (1 drs_job, 1 gaussdb_instance, 1 dms_instance, 1 dcs_instance, 1 cce_cluster, 1 gaussdb_job)"
    ]
    assert {record.id: record.batch for record in state_of(run).records if not record.batch} == {"t1": 0, "t2": 0}


def kinds_of(run: dict[str, Any]) -> list[list[str]]:
    """The kinds of each batch."""
    return [sorted({item["kind"] for item in json.loads(records)}) for records in run["records"]]


@pytest.mark.parametrize(
    ("early", "instances", "size", "expected"),
    [
        (1, 3, 4, [4, 1]),
        (2, 3, 4, [2, 4]),
        (4, 3, 4, [4, 4]),
        (5, 3, 4, [4, 4, 1]),
        (6, 3, 4, [4, 2, 4]),
        (5, 4, 4, [4, 1, 4, 1]),
        (1, 5, 4, [4, 3]),
        (2, 1, 2, [2, 2]),
        (1, 3, 2, [2, 2, 1]),
    ],
)
def test_batches_are_cut_before_instances_that_fit_into_one(
    early: int, instances: int, size: int, expected: list[int]
) -> None:
    records = [
        record("late"),
        *(instance(f"i{number}", list(READY)[number % 4]) for number in range(instances)),
        *(record(f"e{number}", "drs_job") for number in range(early)),
    ]
    run = run_of(records, kinds="all", check_mode=True, batch_size=size)
    assert [batch["records"] for batch in run["batches"]] == expected
    holding = [kinds for kinds in kinds_of(run) if set(kinds) & set(READY)]
    assert len(holding) == 1 or instances > size


def test_records_beside_instances_follow_them_in_their_phase() -> None:
    records = [*(task(f"t{number}", "i9") for number in range(3)), instance("i1", "cce_cluster")]
    run = run_of(records, kinds="all", check_mode=True, batch_size=2)
    assert [item["id"] for item in json.loads(run["records"][0])] == ["t0", "i1"]
    assert kinds_of(run) == [["cce_cluster", "dms_task"], ["dms_task"]]


def test_max_records_counts_records_under_instances() -> None:
    assert run_of(WHOLE, kinds="all", max_records=len(WHOLE))["mode"] == "plan"
    (problem,) = run_of(WHOLE, kinds="all", max_records=len(WHOLE) - 1)["problems"]
    assert problem == "the plan holds 4 instances and 4 records, more than decommission_max_records allows: 7"


def test_counts_name_instances_and_records_under_them() -> None:
    counts = run_of([*WHOLE, instance("kept", prepaid=True)], kinds="all")["counts"]
    assert (counts["discovered"], counts["planned"], counts["instances"], counts["with_instance"]) == (9, 8, 4, 2)
    assert counts["kinds"]["dms_task"] == {"discovered": 2, "planned": 2, "kept": 0, "stops": 0}
    assert counts["kinds"]["dms_instance"] == {"discovered": 2, "planned": 1, "kept": 1, "stops": 0}
    assert counts["reasons"] == {"prepaid": 1}


def test_facts_of_instances_survive_packing() -> None:
    run = run_of([instance(tags={"env": "prod"}), instance("i2", tags=None, engine=None), record("a")], kinds="all")
    assert [item.facts for item in state_of(run).records] == [
        {"engine": "kafka 2.7", "tags": {"env": "prod"}},
        {"engine": None, "tags": None},
        None,
    ]
    assert unpack(pack(state_of(run))) == state_of(run)


def test_confirmed_plan_that_changed_counts_instances() -> None:
    run = run_of([instance(), record("a"), record("b")], kinds="all", confirm=f"{PROJECT}/01234567")
    assert f"the current plan is {run['digest'][:8]} (1 instance and 2 records, above)" in run["problems"][0]
