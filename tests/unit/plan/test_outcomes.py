# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every discovered record ends in exactly one outcome, and what was planned and not deleted fails the run."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._plan import outcomes
from ansible_collections.sundown.hwcloud.plugins.module_utils._plan.tables import end_lines, failure_message, plan_lines

from plans import SERVICES, UNATTENDED, ends_of, listing, record, run_of, settled, state_of

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


def test_running_jobs_that_are_stopped_are_announced() -> None:
    jobs = [record(f"j{number}", "drs", status="PAUSING", deletable=False) for number in range(12)]
    run = run_of([*jobs, record("ended", "drs")], confirm=UNATTENDED, stop_drs=True, batch_size=12)
    assert run["stops"][0].startswith("DRS: 12 records stopped, waited for")
    assert "  j0 CreateInstance (PAUSING)" in run["stops"]
    assert run["stops"][-1] == "  and 2 more"
    assert [batch["stops"] for batch in run["batches"]] == [True, False]


def test_nothing_is_stopped_unasked() -> None:
    run = run_of([record("ended", "drs")], confirm=UNATTENDED, stop_drs=True)
    assert (run["stops"], run["batches"][0]["stops"]) == ([], False)
