# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every discovered record ends in exactly one outcome, and a planned record that is left fails the run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan import outcomes
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.outcomes import (
    RecordResult,
    reconcile,
    still_listed,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.plan import build_plan
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.tables import failure_message

from helpers.plan_factory import (
    NOW,
    UNATTENDED,
    batch_result,
    document_of,
    ends_of,
    instance,
    listing,
    reconciled,
    record,
    run_of,
    state_before,
    state_of,
    task,
)

RECORDS = [
    record("a"),
    record("b"),
    record("c"),
    record("d", name="Keep"),
    record("e", status="Running", deletable=False),
    record("f", "dms_task", instance_id="i1"),
]
VARIABLES: dict[str, Any] = {"confirm": UNATTENDED, "protect": [{"name": "Keep"}], "batch_size": 2}
RUN = run_of(RECORDS, **VARIABLES)
REFUSAL = {"id": "c", "http_status": 403, "error_code": "DBS.200044", "error_msg": "no permission", "request_id": "r1"}
JOBS = [record(f"j{number:02}", "drs_job", status="PAUSING", deletable=False) for number in range(4)]


def results(*of_each: dict[str, Any]) -> list[dict[str, Any]]:
    """One result for each batch of RUN."""
    return [batch_result(RUN, number, **result) for number, result in enumerate(of_each, 1)]


DONE = results({"deleted": ["a", "b"]}, {"absent": ["c"], "deleted": ["f"]})


def test_records_deleted_absent_and_kept_are_no_failure() -> None:
    end = reconciled(RUN, DONE, listing(RECORDS[3:5]))
    assert ends_of(end) == {
        "a": ("deleted", "selected"),
        "b": ("deleted", "selected"),
        "c": ("absent", "already gone"),
        "d": ("kept", "protected"),
        "e": ("kept", "running"),
        "f": ("deleted", "selected"),
    }
    assert end.outcomes() == {"deleted": 3, "absent": 1, "kept": 2, "drifted": 0, "failed": 0}
    assert end.kinds()["dms_task"] == {"deleted": 1, "absent": 0, "kept": 0, "drifted": 0, "failed": 0}
    assert (end.failures(), failure_message(end)) == ([], "")


def test_failure_has_facts_of_module() -> None:
    end = reconciled(RUN, results({"deleted": ["a", "b"]}, {"failures": [REFUSAL], "deleted": ["f"], "msg": "1 of 2"}))
    assert ends_of(end)["c"] == ("failed", "no permission")
    [failure] = end.failures()
    assert {key: failure[key] for key in REFUSAL} == REFUSAL
    assert failure_message(end) == '3 of 4 deleted. 1 not: gaussdb_job 403 DBS.200044 "no permission" (first: c)'


def test_record_in_no_result_is_not_attempted() -> None:
    end = reconciled(RUN, results({"deleted": ["a"], "msg": "MODULE FAILURE"}, {"skipped": True}))
    assert ends_of(end)["b"] == ("failed", "not attempted: MODULE FAILURE")
    assert ends_of(end)["c"] == ends_of(end)["f"] == ("failed", "not attempted")


def test_record_not_attempted_has_message_of_batch() -> None:
    run = run_of([record(f"r{number}") for number in range(7)], confirm=UNATTENDED, batch_size=2)
    reported = [{"item": batch, "msg": f"of batch {batch['number']}"} for batch in run["batches"]]
    assert [reason for _outcome, reason in ends_of(reconciled(run, reported)).values()] == [
        f"not attempted: of batch {number}" for number in (1, 1, 2, 2, 3, 3, 4)
    ]


def test_results_without_lists_or_missing_fail_every_planned_record() -> None:
    broken = [{"item": batch, "msg": "the module has crashed"} for batch in RUN["batches"]]
    failed = {"deleted": 0, "absent": 0, "kept": 2, "drifted": 0, "failed": 4}
    assert reconciled(RUN, broken).outcomes() == reconciled(RUN).outcomes() == failed


def test_failure_outranks_success_of_same_record() -> None:
    both = results({"deleted": ["a", "b", "c"]}, {"failures": [REFUSAL], "deleted": ["f"]})
    assert ends_of(reconciled(RUN, both))["c"][0] == "failed"


@pytest.mark.parametrize(("record_id", "index"), [("a", 0), ("c", 2)])
def test_record_still_listed_has_failed(record_id: str, index: int) -> None:
    after = listing([RECORDS[index], *RECORDS[3:5]])
    end = reconciled(RUN, DONE, after)
    assert ends_of(end)[record_id] == ("failed", "still listed after the delete")
    assert still_listed(after, DONE) == 1
    assert record_id in failure_message(end)


@pytest.mark.parametrize("message", ["no permission", "too late"])
def test_failure_still_listed_keeps_message_of_service(message: str) -> None:
    failed = results({"deleted": ["a", "b"]}, {"failures": [{**REFUSAL, "error_msg": message}], "deleted": ["f"]})
    after = listing(RECORDS[2:5])
    assert ends_of(reconciled(RUN, failed, after))["c"] == ("failed", message)
    assert still_listed(after, failed) == 0


def test_record_listed_under_another_instance_is_another() -> None:
    end = reconciled(RUN, DONE, listing([record("f", "dms_task", instance_id="i2")]))
    assert ends_of(end)["f"][0] == "deleted"


def test_second_listing_failed_is_problem() -> None:
    end = reconciled(RUN, DONE, listing([], dms_task="failed", cce_job="failed"))
    assert failure_message(end) == "dms_task: remaining records could not be listed: failed"
    assert reconciled(RUN, DONE, {"msg": "no network"}).problems
    assert still_listed({"msg": "no network"}, DONE) == 0


def test_second_listing_failed_of_kind_without_deletes_is_no_problem() -> None:
    gone = results({"deleted": ["a", "b"]}, {"absent": ["c", "f"]})
    assert failure_message(reconciled(RUN, gone, listing([], dms_task="failed"))) == ""
    refused = results({"deleted": ["a", "b"]}, {"absent": ["c"], "failures": [{**REFUSAL, "id": "f"}]})
    assert reconciled(RUN, refused, listing([], dms_task="failed")).problems == []


def test_reported_record_not_in_plan_is_problem() -> None:
    odd = results({"deleted": ["a", "b", "d"]}, {"absent": ["c"], "deleted": ["f"]})
    end = reconciled(RUN, odd)
    assert ends_of(end)["d"] == ("kept", "protected")
    assert "gaussdb_job: d was reported by the module but is not in the plan" in failure_message(end)


DEADLINE = 1795263000.0


@pytest.mark.parametrize(
    ("deadline", "refused", "end"),
    [
        (DEADLINE, False, ("kept", "deadline")),
        (DEADLINE, True, ("failed", "not attempted")),
        (None, False, ("failed", "not attempted")),
    ],
)
def test_skipped_batch_ends_with_deadline_or_fails(deadline: float | None, refused: bool, end: tuple[str, str]) -> None:
    state = state_of(RUN)
    late = replace(state, settings=replace(state.settings, deadline=deadline))
    skipped = results({"deleted": ["a", "b"], "credentials_refused": refused}, {"skipped": True})
    result = reconcile(late, skipped, listing(RECORDS[2:]))
    assert ends_of(result)["c"] == ends_of(result)["f"] == end
    message = "decommission_deadline: no batch starts after 2026-11-21T12:10:00Z; kept: 2 records"
    assert (message in failure_message(result)) is (end[0] == "kept")


def test_deadline_that_kept_nothing_is_no_problem() -> None:
    state = state_of(RUN)
    in_time = replace(state, settings=replace(state.settings, deadline=DEADLINE))
    deleted = {"deleted": sorted(one["id"] for one in RECORDS)}
    assert "deadline" not in failure_message(reconcile(in_time, results(deleted), listing([])))


@pytest.mark.parametrize(
    ("deleted", "refused", "problems"),
    [
        (["a"], True, ["the deletion of 1 record was not verified, as the credentials are refused"]),
        (["a", "b"], True, ["the deletion of 2 records was not verified, as the credentials are refused"]),
        ([], True, []),
        (["a", "b"], False, []),
    ],
)
def test_deleted_records_not_listed_again_after_refusal_are_named(
    deleted: list[str], refused: bool, problems: list[str]
) -> None:
    ended = results({"deleted": deleted, "credentials_refused": refused}, {"skipped": True})
    assert reconciled(RUN, ended).problems == problems


def test_records_of_check_mode_need_no_verification() -> None:
    run = run_of(RECORDS, check_mode=True)
    assert reconciled(run, [batch_result(run, 1, deleted=["a"], credentials_refused=True)]).problems == []


def test_approved_record_gone_is_absent_and_not_discovered() -> None:
    approved = document_of(run_of(RECORDS, **{**VARIABLES, "confirm": ""}))
    run = run_of(RECORDS[1:], planned=approved, **VARIABLES)
    end = reconciled(run, [batch_result(run, 1, deleted=["b", "c"]), batch_result(run, 2, deleted=["f"])])
    assert ends_of(end)["a"] == ("absent", "already gone")
    assert (run["counts"]["discovered"], sum(end.outcomes().values())) == (5, 6)
    assert failure_message(end) == ""


def test_instance_with_deletion_protection_is_kept_and_no_failure() -> None:
    end = reconciled(run_of([instance(protected=True)], kinds="all"))
    assert (ends_of(end), end.failures()) == ({"i1": ("kept", "deletion protection")}, [])


def test_plan_mode_keeps_every_record() -> None:
    end = reconciled(run_of(RECORDS))
    assert end.outcomes() == {"deleted": 0, "absent": 0, "kept": 6, "drifted": 0, "failed": 0}
    assert ends_of(end)["a"] == ("kept", "not confirmed")
    assert failure_message(end) == ""


def test_refused_plan_fails_with_problems() -> None:
    end = reconciled(run_of(RECORDS, max_records=1))
    assert end.outcomes()["kept"] == 6
    assert "decommission_max_records" in failure_message(end)


@pytest.mark.parametrize("ends", [0, 5, 7])
def test_outcomes_with_wrong_sum_are_error(monkeypatch: pytest.MonkeyPatch, ends: int) -> None:
    monkeypatch.setattr(outcomes, "_record_results", lambda *_arguments: [RecordResult("kept", "protected")] * ends)
    with pytest.raises(AssertionError, match="do not add up"):
        reconciled(RUN, DONE)


def test_stopped_records_have_own_reason() -> None:
    run = run_of([*JOBS, record("ended", "drs_job")], confirm=UNATTENDED, stop_drs=True)
    failure = {"id": "j02", "error_msg": "The stop was refused."}
    reported = batch_result(run, 1, deleted=["j00", "j03", "ended"], absent=["j01"], failures=[failure])
    assert ends_of(reconciled(run, [reported], listing([JOBS[3]]))) == {
        "j00": ("deleted", "stopped and deleted"),
        "j01": ("absent", "already gone"),
        "j02": ("failed", "The stop was refused."),
        "j03": ("failed", "still listed after the delete"),
        "ended": ("deleted", "selected"),
    }


NEW = record("new", "dms_task", instance_id="i2", status="EXECUTING", deletable=False)


def test_appeared_record_is_named_and_changes_no_outcome() -> None:
    end = reconciled(RUN, DONE, listing([*RECORDS[3:5], NEW]))
    identity = {"kind": "dms_task", "service": "dms", "instance_id": "i2", "id": "new"}
    assert end.appeared == [{**identity, "name": "CreateInstance", "status": "EXECUTING"}]
    assert end.outcomes() == reconciled(RUN, DONE, listing(RECORDS[3:5])).outcomes()
    assert (end.problems, failure_message(end)) == ([], "")


@pytest.mark.parametrize("after", [None, listing(RECORDS[3:5]), {"msg": "no network"}])
def test_appeared_without_new_records_is_empty(after: dict[str, Any] | None) -> None:
    assert reconciled(RUN, DONE, after).appeared == []


def test_appeared_of_kind_not_listed_before_is_empty() -> None:
    run = run_of(listing(RECORDS[:5], dms_task="failed"), accept_unavailable=["dms_task"], **VARIABLES)
    assert reconciled(run, DONE, listing([NEW])).appeared == []


WHOLE = [instance(), task("t1"), task("t2", status="EXECUTING", deletable=False), instance("i2"), task("t3", "i2")]
PLAN = document_of(run_of(WHOLE, kinds="all"))
APPLY: dict[str, Any] = {"kinds": "all", "confirm": PLAN["confirmation"], "planned": PLAN}
REFUSED = {"id": "i1", "error_code": "Prepaid", "error_msg": "it is prepaid"}


@pytest.mark.parametrize(
    ("result", "of_instance", "of_records"),
    [
        ({"deleted": ["i1"]}, ("deleted", "selected"), ("deleted", "deleted with its instance")),
        ({"absent": ["i1"]}, ("absent", "already gone"), ("absent", "already gone")),
        ({"failures": [REFUSED]}, ("failed", "it is prepaid"), ("failed", "its instance was not deleted")),
        (
            {"deleted": ["i1"], "failures": [REFUSED]},
            ("failed", "it is prepaid"),
            ("failed", "its instance was not deleted"),
        ),
        ({"deleting": ["i1"]}, ("failed", "its deletion has not ended"), ("failed", "its instance was not deleted")),
        ({}, ("failed", "not attempted"), ("failed", "its instance was not deleted")),
        ({"msg": "crashed"}, ("failed", "not attempted: crashed"), ("failed", "its instance was not deleted")),
    ],
    ids=["deleted", "absent", "failed", "failed too", "deleting", "in no list", "crashed"],
)
def test_record_under_instance_ends_as_instance(
    result: dict[str, Any], of_instance: tuple[str, str], of_records: tuple[str, str]
) -> None:
    run = run_of(WHOLE, **APPLY)
    lists = {"deleted": [], "absent": [], **result}
    lists["deleted"] = [*lists["deleted"], "i2"]
    deleting = [{"kind": "dms_instance", "instance_id": None, "id": name} for name in lists.pop("deleting", ())]
    end = reconciled(run, [batch_result(run, 1, deleting=deleting, **lists)])
    assert ends_of(end) == {
        "i1": of_instance,
        "t1": of_records,
        "t2": of_records,
        "i2": ("deleted", "selected"),
        "t3": ("deleted", "deleted with its instance"),
    }
    assert sum(end.outcomes().values()) == 5


def test_record_under_instance_kept_by_deadline_is_kept() -> None:
    state = state_of(run_of(WHOLE, **APPLY))
    late = replace(state, settings=replace(state.settings, deadline=DEADLINE))
    skipped = [{"item": {"number": 1}, "skipped": True}]
    end = reconcile(late, skipped, None)
    assert set(ends_of(end).values()) == {("kept", "deadline")}
    assert end.problems[0].endswith("; kept: 2 instances and 3 records")


def test_instances_not_listed_again_after_refusal_are_counted_apart() -> None:
    run = run_of(WHOLE, **APPLY)
    end = reconciled(run, [batch_result(run, 1, deleted=["i1"], credentials_refused=True)])
    assert end.problems == ["the deletion of 1 instance was not verified, as the credentials are refused"]


@pytest.mark.parametrize("mode", ["plan", "check"])
def test_record_under_instance_in_other_modes(mode: str) -> None:
    run = run_of(WHOLE, kinds="all", check_mode=mode == "check")
    end = reconciled(run, [batch_result(run, 1, deleted=["i1", "i2"])] if mode == "check" else [])
    ends = {
        "plan": {("kept", "not confirmed")},
        "check": {("deleted", "selected"), ("deleted", "deleted with its instance")},
    }
    assert set(ends_of(end).values()) == ends[mode]


@pytest.mark.parametrize(
    ("listed", "ends"),
    [
        (["i1"], {"i1": "still listed after the delete", "t1": "its instance was not deleted"}),
        (["t1"], {"i1": "selected", "t1": "still listed after the delete", "t2": "deleted with its instance"}),
        ([], {"i1": "selected", "t1": "deleted with its instance"}),
    ],
)
def test_instance_or_held_record_still_listed_has_failed(listed: list[str], ends: dict[str, str]) -> None:
    run = run_of(WHOLE, **APPLY)
    results = [batch_result(run, 1, deleted=["i1"], absent=["i2"])]
    after = listing([item for item in WHOLE if item["id"] in listed])
    found = ends_of(reconciled(run, results, after))
    assert {name: found[name][1] for name in ends} == ends
    assert {name for name, (outcome, _reason) in found.items() if outcome == "failed"} == {
        name for name, reason in ends.items() if "listed" in reason or "was not" in reason
    } | ({"t2"} if "i1" in listed else set())
    assert still_listed(after, results) == len(listed)


def test_task_records_of_deletions_appear_and_change_no_outcome() -> None:
    run = run_of(WHOLE, **APPLY)
    after = listing([record("left-behind", "gaussdb_job", name="DeleteGaussDBV5Instance")])
    end = reconciled(run, [batch_result(run, 1, deleted=["i1", "i2"])], after)
    assert [item["id"] for item in end.appeared] == ["left-behind"]
    assert (end.outcomes()["deleted"], failure_message(end)) == (5, "")


def test_failure_message_names_instance_before_records_under_instance() -> None:
    run = run_of([instance(), *(task(f"t{number}") for number in range(4))], kinds="all")
    run = run_of([instance(), *(task(f"t{number}") for number in range(4))], kinds="all", confirm=run["confirmation"])
    message = failure_message(reconciled(run, [batch_result(run, 1, failures=[REFUSED])]))
    assert message == (
        '0 of 5 deleted. 5 not: 1 dms_instance Prepaid "it is prepaid" (first: i1);'
        " 4 dms_task failed: its instance was not deleted (first: t0)"
    )


ACCEPTED = ("absent", "its delete was accepted in the interrupted run")


@pytest.mark.parametrize(
    ("now", "result", "end"),
    [
        (WHOLE, {"deleted": ["i1", "i2"]}, ACCEPTED),
        (WHOLE, {"absent": ["i1"], "deleted": ["i2"]}, ACCEPTED),
        (WHOLE, {"failures": [REFUSED], "deleted": ["i2"]}, ("failed", "it is prepaid")),
        (WHOLE, {"deleted": ["i2"]}, ("failed", "not attempted")),
        (WHOLE[3:], {"deleted": ["i2"]}, ACCEPTED),
    ],
    ids=["deleted", "absent", "failed", "in no list", "gone"],
)
def test_instance_that_interrupted_run_had_accepted_is_absent(
    now: list[Any], result: dict[str, Any], end: tuple[str, str]
) -> None:
    before = {"run": "r", "started_at": "2026-11-21T11:00:00Z", "batches": 1, "ended": 0, "deleted": 0, "failed": 0}
    interrupted = {**before, "accepted": [["dms_instance", "i1"], ["dcs_instance", "i2"]]}
    run = build_plan(state_before(**APPLY), listing(now), check_mode=False, now=NOW, interrupted=interrupted)
    assert (run["mode"], run["problems"]) == ("apply", [])
    assert "; deletes of 2 instances had been accepted" in "\n".join(run["lines"])
    ends = ends_of(reconciled(run, [batch_result(run, 1, **result)]))
    assert (ends["i1"], ends["i2"]) == (end, ("deleted", "selected"))
    expected = {"absent": ("absent", "already gone"), "failed": ("failed", "its instance was not deleted")}
    assert ends["t1"] == expected[end[0]]
    listed = ends_of(reconciled(run, [batch_result(run, 1, **result)], listing([instance()])))["i1"]
    assert listed[0] == "failed"
