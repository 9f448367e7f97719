# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every discovered record ends in exactly one outcome, and what was planned and not deleted fails the run."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan import outcomes
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.digest import digest_of
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.tables import end_lines, failure_message, plan_lines

from helpers.plan_factory import SERVICES, UNATTENDED, ends_of, listing, record, run_of, settled, state_of

RECORDS = [
    record("a"),
    record("b"),
    record("c"),
    record("d", name="Keep"),
    record("e", status="Running", deletable=False),
    record("f", "dms", instance_id="i1"),
]
VARIABLES: dict[str, Any] = {"confirm": UNATTENDED, "protect": [{"name": "Keep"}], "batch_size": 2}
RUN = run_of(RECORDS, **VARIABLES)
REFUSAL = {"id": "c", "http_status": 403, "error_code": "DBS.200044", "error_msg": "no permission", "request_id": "r1"}


def results(*of_each: dict[str, Any]) -> list[dict[str, Any]]:
    """One result for each batch of RUN."""
    lists: dict[str, Any] = {"deleted": [], "absent": [], "failures": []}
    return [{"item": batch, **lists, **result} for batch, result in zip(RUN["batches"], of_each, strict=True)]


DONE = results({"deleted": ["a", "b"]}, {"absent": ["c"]}, {"deleted": ["f"]})


def test_batches_follow_the_services_and_the_size() -> None:
    assert [(batch["service"], batch["number"], batch["records"]) for batch in RUN["batches"]] == [
        ("gaussdb", 1, 2),
        ("gaussdb", 2, 1),
        ("dms", 1, 1),
    ]
    assert RUN["ids"] == ['["a", "b"]', '["c"]', '[{"instance_id": "i1", "task_id": "f"}]']
    assert RUN["batches"][0]["label"] == "GaussDB, batch 1 of 2, 2 records"


def test_all_is_well() -> None:
    end = settled(RUN, DONE, listing(RECORDS[3:5]))
    assert ends_of(end) == {
        "a": ("deleted", "selected"),
        "b": ("deleted", "selected"),
        "c": ("absent", "already gone"),
        "d": ("kept", "protected"),
        "e": ("kept", "running"),
        "f": ("deleted", "selected"),
    }
    assert end.outcomes() == {"deleted": 3, "absent": 1, "kept": 2, "drifted": 0, "failed": 0}
    assert end.services()["dms"] == {"deleted": 1, "absent": 0, "kept": 0, "drifted": 0, "failed": 0}
    assert (end.failures(), failure_message(end)) == ([], "")


def test_a_failure_is_told_with_what_the_service_said() -> None:
    end = settled(RUN, results({"deleted": ["a", "b"]}, {"failures": [REFUSAL], "msg": "1 of 1"}, {"deleted": ["f"]}))
    assert ends_of(end)["c"] == ("failed", "no permission")
    [failure] = end.failures()
    assert {key: failure[key] for key in REFUSAL} == REFUSAL
    assert failure_message(end) == "GaussDB: 1 planned and not deleted: c (failed: no permission [DBS.200044])"


def test_what_no_result_names_was_not_attempted() -> None:
    end = settled(RUN, results({"deleted": ["a"]}, {"msg": "MODULE FAILURE"}, {"skipped": True}))
    assert ends_of(end)["b"] == ("failed", "not attempted")
    assert ends_of(end)["c"] == ("failed", "not attempted: MODULE FAILURE")
    assert ends_of(end)["f"] == ("failed", "not attempted")


def test_each_batch_speaks_for_its_own_records() -> None:
    run = run_of([record(f"r{number}") for number in range(7)], confirm=UNATTENDED, batch_size=2)
    said = [{"item": batch, "msg": f"of batch {batch['number']}"} for batch in run["batches"]]
    assert [reason for _outcome, reason in ends_of(settled(run, said)).values()] == [
        f"not attempted: of batch {number}" for number in (1, 1, 2, 2, 3, 3, 4)
    ]


def test_a_result_without_lists_is_no_success() -> None:
    broken = [{"item": batch, "msg": "the module has crashed"} for batch in RUN["batches"]]
    assert settled(RUN, broken).outcomes() == {"deleted": 0, "absent": 0, "kept": 2, "drifted": 0, "failed": 4}


def test_without_results_all_that_was_planned_has_failed() -> None:
    assert settled(RUN).outcomes() == {"deleted": 0, "absent": 0, "kept": 2, "drifted": 0, "failed": 4}


def test_a_failure_outranks_a_success() -> None:
    both = results({"deleted": ["a", "b", "c"]}, {"failures": [REFUSAL]}, {"deleted": ["f"]})
    assert ends_of(settled(RUN, both))["c"][0] == "failed"


@pytest.mark.parametrize(("record_id", "index"), [("a", 0), ("c", 2)])
def test_what_is_still_listed_was_not_deleted(record_id: str, index: int) -> None:
    end = settled(RUN, DONE, listing([RECORDS[index], *RECORDS[3:5]]))
    assert ends_of(end)[record_id] == ("failed", "still listed after the delete")
    assert end.left() == 1
    assert record_id in failure_message(end)


@pytest.mark.parametrize("words", ["no permission", "too late"])
def test_a_failure_that_is_still_listed_keeps_what_the_service_said(words: str) -> None:
    failed = results({"deleted": ["a", "b"]}, {"failures": [{**REFUSAL, "error_msg": words}]}, {"deleted": ["f"]})
    end = settled(RUN, failed, listing(RECORDS[2:5]))
    assert ends_of(end)["c"] == ("failed", words)
    assert end.left() == 0


def test_a_record_of_the_same_id_under_another_instance_is_another() -> None:
    end = settled(RUN, DONE, listing([record("f", "dms", instance_id="i2")]))
    assert ends_of(end)["f"][0] == "deleted"


def test_what_could_not_be_listed_again_is_said() -> None:
    end = settled(RUN, DONE, listing([], dms="failed", cce="failed"))
    assert failure_message(end) == "dms: what is left could not be listed: failed"
    assert settled(RUN, DONE, {"msg": "no network"}).problems


def test_a_service_of_which_nothing_was_deleted_needs_no_second_list() -> None:
    gone = results({"deleted": ["a", "b"]}, {"absent": ["c"]}, {"absent": ["f"]})
    assert failure_message(settled(RUN, gone, listing([], dms="failed"))) == ""
    refused = results({"deleted": ["a", "b"]}, {"absent": ["c"]}, {"failures": [{**REFUSAL, "id": "f"}]})
    assert settled(RUN, refused, listing([], dms="failed")).problems == ()


def test_a_report_on_what_was_not_planned_is_a_problem() -> None:
    odd = results({"deleted": ["a", "b", "d"]}, {"absent": ["c"]}, {"deleted": ["f"]})
    end = settled(RUN, odd)
    assert ends_of(end)["d"] == ("kept", "protected")
    assert "gaussdb: d was reported on, but not planned" in failure_message(end)


def test_in_plan_mode_all_is_kept() -> None:
    end = settled(run_of(RECORDS))
    assert end.outcomes() == {"deleted": 0, "absent": 0, "kept": 6, "drifted": 0, "failed": 0}
    assert ends_of(end)["a"] == ("kept", "not confirmed")
    assert failure_message(end) == ""


def test_a_refused_plan_fails_with_its_problems() -> None:
    end = settled(run_of(RECORDS, max_records=1))
    assert end.outcomes()["kept"] == 6
    assert "decommission_max_records" in failure_message(end)


@pytest.mark.parametrize("ends", [0, 5, 7])
def test_outcomes_that_do_not_add_up_are_an_error(monkeypatch: pytest.MonkeyPatch, ends: int) -> None:
    monkeypatch.setattr(outcomes, "_ends", lambda *_arguments: [outcomes.End("kept", "protected")] * ends)
    with pytest.raises(AssertionError, match="do not add up"):
        settled(RUN, DONE)


def test_tables_stay_within_twenty_lines() -> None:
    records = [record(f"{service}{number}", service, deletable=False) for service in SERVICES for number in range(30)]
    run = run_of(listing(records, cce="failed"), accept_unavailable=["cce"], protect=[{"service": "dcs"}])
    assert len(plan_lines(state_of(run))) <= 20
    assert len(end_lines(settled(run))) <= 20


def test_many_failures_make_a_message_of_few_names() -> None:
    records = [record(f"r{number}") for number in range(5000)]
    message = failure_message(settled(run_of(records, confirm=UNATTENDED, max_records=5000)))
    assert "5000 planned and not deleted" in message
    assert len(message) < 400


JOBS = [record(f"j{number:02}", "drs", status="PAUSING", deletable=False) for number in range(12)]
TO_STOP = {"service": "drs", "instance_id": None, "name": "CreateInstance", "status": "PAUSING"}
MODES: dict[str, tuple[dict[str, Any], str]] = {
    "plan": ({}, "will be"),
    "apply": ({"confirm": UNATTENDED}, "will be"),
    "check": ({"confirm": UNATTENDED, "check_mode": True}, "would be"),
    "refused": ({"max_records": 1}, "would be"),
}


@pytest.mark.parametrize("mode", MODES)
def test_a_plan_counts_and_names_the_jobs_that_are_stopped(mode: str) -> None:
    options, verb = MODES[mode]
    run = run_of([*JOBS, record("ended", "drs"), record("a")], stop_drs=True, **options)
    assert run["mode"] == mode
    assert run["stops"] == [{**TO_STOP, "id": job["id"]} for job in JOBS]
    counts = run["counts"]
    assert (counts["planned"], counts["stops"]) == (14, 12)
    assert counts["services"]["drs"] == {"discovered": 13, "planned": 13, "kept": 0, "stops": 12}
    assert counts["services"]["gaussdb"]["stops"] == 0

    lines = run["lines"]
    assert lines[1].startswith("service  discovered  to delete  to stop and delete  protected  running")
    assert next(line.split()[:4] for line in lines if line.startswith("DRS")) == ["DRS", "13", "1", "12"]
    assert next(line.split()[:4] for line in lines if line.startswith("all")) == ["all", "14", "2", "12"]
    first = lines.index(f"12 running replications {verb} STOPPED and deleted:")
    assert lines[first + 1] == "  DRS j00 CreateInstance (PAUSING)"
    assert lines[first + 10 : first + 12] == ["  DRS j09 CreateInstance (PAUSING)", "  and 2 more"]


def test_one_job_that_is_stopped() -> None:
    lines = run_of(JOBS[:1], stop_drs=True)["lines"]
    first = lines.index("1 running replication will be STOPPED and deleted:")
    assert lines[first + 1 : first + 3] == [
        "  DRS j00 CreateInstance (PAUSING)",
        f"to delete exactly what is planned: decommission_confirm={run_of(JOBS[:1], stop_drs=True)['confirmation']}",
    ]


@pytest.mark.parametrize("variables", [{"stop_drs": False}, {"stop_drs": True, "protect": [{"service": "drs"}]}])
def test_what_is_kept_is_not_stopped(variables: dict[str, Any]) -> None:
    run = run_of([*JOBS, record("ended", "drs"), record("a", status="Running", deletable=False)], **variables)
    assert (run["stops"], run["counts"]["stops"]) == ([], 0)
    assert "STOPPED" not in "\n".join(run["lines"]) and "to stop" not in run["lines"][1]


def test_a_stop_does_not_change_the_digest() -> None:
    assert run_of(JOBS, stop_drs=True)["digest"] == digest_of(JOBS)


def test_only_batches_with_running_jobs_stop() -> None:
    run = run_of([*JOBS, record("ended", "drs")], confirm=UNATTENDED, stop_drs=True, batch_size=12)
    assert [batch["stops"] for batch in run["batches"]] == [True, False]


def test_what_was_stopped_says_so() -> None:
    run = run_of([*JOBS[:4], record("ended", "drs")], confirm=UNATTENDED, stop_drs=True)
    said = {
        "item": run["batches"][0],
        "deleted": ["j00", "j03", "ended"],
        "absent": ["j01"],
        "failures": [{"id": "j02", "error_msg": "The stop was refused."}],
    }
    assert ends_of(settled(run, [said], listing([JOBS[3]]))) == {
        "j00": ("deleted", "stopped and deleted"),
        "j01": ("absent", "already gone"),
        "j02": ("failed", "The stop was refused."),
        "j03": ("failed", "still listed after the delete"),
        "ended": ("deleted", "selected"),
    }


def test_nothing_is_stopped_unasked() -> None:
    run = run_of([record("ended", "drs")], confirm=UNATTENDED, stop_drs=True)
    assert (run["stops"], run["batches"][0]["stops"]) == ([], False)


NEW = record("new", "dms", instance_id="i2", status="EXECUTING", deletable=False)


def test_what_appears_while_the_run_deletes_is_named_and_changes_no_outcome() -> None:
    end = settled(RUN, DONE, listing([*RECORDS[3:5], NEW]))
    assert end.appeared == [
        {"service": "dms", "instance_id": "i2", "id": "new", "name": "CreateInstance", "status": "EXECUTING"}
    ]
    assert end.outcomes() == settled(RUN, DONE, listing(RECORDS[3:5])).outcomes()
    assert (end.problems, failure_message(end)) == ((), "")
    assert end_lines(end)[-1] == "1 record appeared while the run deleted; the next plan shows it"
    two = settled(RUN, DONE, listing([NEW, record("newer")]))
    assert end_lines(two)[-1] == "2 records appeared while the run deleted; the next plan shows them"


@pytest.mark.parametrize("after", [None, listing(RECORDS[3:5]), {"msg": "no network"}])
def test_nothing_appears(after: dict[str, Any] | None) -> None:
    end = settled(RUN, DONE, after)
    assert end.appeared == []
    assert end_lines(end)[-1].startswith("all")


def test_what_was_not_listed_before_has_not_appeared() -> None:
    run = run_of(listing(RECORDS[:5], dms="failed"), accept_unavailable=["dms"], **VARIABLES)
    assert settled(run, DONE[:2], listing([NEW])).appeared == []
