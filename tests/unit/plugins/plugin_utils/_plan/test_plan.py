# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: batches, and lists that are not complete."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.state import pack, unpack

from helpers.plan_factory import UNATTENDED, document_of, listing, planned_in, record, run_of, state_before, state_of

RECORDS = [record("a"), record("c", "cce_job")]
JOBS = [record(f"j{number:02}", "drs_job", status="PAUSING", deletable=False) for number in range(12)]


def test_batches_follow_kinds_and_size() -> None:
    records = [record("f", "dms_task", instance_id="i1"), *(record(name) for name in "abc")]
    run = run_of(records, confirm=UNATTENDED, batch_size=2)
    assert [(batch["kind"], batch["number"], batch["records"]) for batch in run["batches"]] == [
        ("gaussdb_job", 1, 2),
        ("gaussdb_job", 2, 1),
        ("dms_task", 1, 1),
    ]
    assert run["ids"] == ['["a", "b"]', '["c"]', '[{"instance_id": "i1", "task_id": "f"}]']
    assert run["batches"][0]["label"] == "gaussdb_job, batch 1 of 2, 2 records"
    assert [item.batch for item in state_of(run).records] == [1, 1, 1, 2]


def test_batches_only_those_with_running_jobs_stop() -> None:
    run = run_of([*JOBS, record("ended", "drs_job")], confirm=UNATTENDED, stop_drs=True, batch_size=12)
    assert [batch["stops"] for batch in run["batches"]] == [True, False]
    run = run_of([record("ended", "drs_job")], confirm=UNATTENDED, stop_drs=True)
    assert (run["stops"], run["batches"][0]["stops"]) == ([], False)


@pytest.mark.parametrize("state", ["failed", "unsupported", "partial", "", "Complete"])
@pytest.mark.parametrize("confirm", ["", UNATTENDED])
def test_listing_incomplete_refuses_plan(state: str, confirm: str) -> None:
    run = run_of(listing(RECORDS, cce_job=state), confirm=confirm)
    assert (run["mode"], run["batches"], run["confirmation"]) == ("refused", [], "")
    assert run["problems"][0].startswith("cce_job: cannot list records: ")


def test_listing_failed_reason_names_code_and_message() -> None:
    found = listing(RECORDS)
    found["listings"]["cce_job"] = {"state": "failed", "error_code": "CCE.01403001", "error_msg": "No permission."}
    assert run_of(found)["problems"] == ["cce_job: cannot list records: CCE.01403001: No permission."]


def test_listing_missing_refuses_plan() -> None:
    found = listing(RECORDS)
    del found["listings"]["dcs_task"]
    assert run_of(found, confirm=UNATTENDED)["problems"] == ["dcs_task: cannot list records: no answer"]


@pytest.mark.parametrize("result", [{}, {"msg": "the network is down"}, {"records": [], "listings": {}}])
def test_listing_without_result_refuses_plan(result: dict[str, object]) -> None:
    run = run_of(result, confirm=UNATTENDED)
    assert run["mode"] == "refused"
    assert run["problems"][0].startswith("nothing could be listed")


def test_listing_failed_and_accepted_is_named() -> None:
    run = run_of(listing(RECORDS, cce_job="failed"), confirm=UNATTENDED, accept_unavailable=["cce_job"])
    assert run["mode"] == "apply"
    assert planned_in(run) == {"a"}
    assert any(line.startswith("left out: cce_job (failed)") for line in run["lines"])


def test_listing_of_other_kinds_is_not_needed() -> None:
    assert run_of(listing(RECORDS[:1], cce_job="failed"), kinds=["gaussdb_job"])["mode"] == "plan"


@pytest.mark.parametrize(
    "foreign", [{"project_id": "other"}, {"region": "eu-nl"}, {"kind": "cce_job"}], ids=["project", "region", "kind"]
)
def test_listing_with_foreign_record_is_error(foreign: dict[str, str]) -> None:
    with pytest.raises(OptionError, match="not asked for"):
        run_of([record("a"), {**record("b"), **foreign}], kinds=["gaussdb_job"])


@pytest.mark.parametrize(
    ("kinds", "planned"),
    [
        ("all", {"a", "c"}),
        ("records", {"a", "c"}),
        (["records", "cce_job"], {"a", "c"}),
        (["cce_job", "gaussdb_job"], {"a", "c"}),
    ],
)
def test_kinds_groups_and_order_select_equally(kinds: Any, planned: set[str]) -> None:
    run = run_of(RECORDS, kinds=kinds)
    assert planned_in(run) == planned
    assert list(run["counts"]["kinds"]) == [
        name for name in run_of(RECORDS)["counts"]["kinds"] if name in state_of(run).kinds
    ]


def test_kinds_instances_without_such_kinds_plan_nothing() -> None:
    assert run_of({"records": [], "listings": {}}, kinds="instances")["counts"]["discovered"] == 0


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
