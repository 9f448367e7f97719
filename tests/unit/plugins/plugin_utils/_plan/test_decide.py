# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a record, and the rule that decided."""

from __future__ import annotations

import pytest

from helpers.plan_factory import ENDED, RUNNING, decisions, planned, reasons, record, run_of


@pytest.mark.parametrize("service", ENDED)
def test_all_means_all_that_may_be_deleted(service: str) -> None:
    records = [record("ended", service), record("running", service, status=RUNNING[service], deletable=False)]
    assert reasons(records) == {"ended": "selected", "running": "running"}


def test_a_decision_names_its_rule() -> None:
    records = [
        record("a", name="Keep"),
        record("b", status="Running", deletable=False),
        record("c", name="Other"),
        record("d", name="CreateOld"),
        record("e", name="CreateNew", created_at="2026-11-20T10:00:00Z"),
    ]
    rules = {
        item["id"]: decision.rule
        for item, decision in zip(
            records,
            decisions(records, select=[{"id": "b"}, {"name": "Create*"}], protect=[{"name": "Keep"}], keep_last=1),
            strict=True,
        )
    }
    assert rules == {
        "a": "decommission_protect[0]: name=Keep",
        "b": "Running does not allow a delete",
        "c": "no rule of decommission_select covers it",
        "d": "decommission_select[1]: name=Create*",
        "e": "decommission_keep_last: 1",
    }


@pytest.mark.parametrize(
    "variables",
    [{}, {"select": [{"id": "a"}]}, {"keep_last": 1}, {"stop_drs": True}, {"select": [{"service": "gaussdb"}]}],
)
def test_protection_always_wins(variables: dict[str, object]) -> None:
    assert reasons([record("a")], protect=[{"service": "gaussdb"}], **variables) == {"a": "protected"}


def test_running_drs_jobs_are_planned_where_they_may_be_stopped() -> None:
    records = [record("job", "drs", status="INCRE_TRANSFER_STARTED", deletable=False)]
    assert reasons(records) == {"job": "running"}
    assert reasons([*records, record("ended", "drs")], stop_drs=True) == {
        "job": "stopped and deleted",
        "ended": "selected",
    }
    assert "decommission_stop_drs" in decisions(records)[0].rule


UNUSABLE_IDS = ["victim\\u0020", "victim\\u200b", "a/b", "../victim", "victim ", "ä", ""]


@pytest.mark.parametrize("record_id", UNUSABLE_IDS)
@pytest.mark.parametrize("service", ENDED)
def test_id_that_cannot_be_used_is_never_planned(service: str, record_id: str) -> None:
    for deletable in (True, False):
        records = [record(record_id, service, deletable=deletable), record("victim", service)]
        for variables in ({}, {"stop_drs": True}, {"select": [{"service": service}]}):
            assert reasons(records, **variables) == {record_id: "id cannot be used", "victim": "selected"}


def test_id_that_cannot_be_used_is_protected_or_not_selected_first() -> None:
    records = [record("a/b")]
    assert reasons(records, protect=[{"id": "a/b"}]) == {"a/b": "protected"}
    assert reasons(records, select=[{"id": "other"}]) == {"a/b": "not selected"}


def test_stopping_is_for_drs_alone() -> None:
    records = [record("a", status="Running", deletable=False)]
    assert reasons(records, stop_drs=True) == {"a": "running"}


@pytest.mark.parametrize("deletable", [None, "yes", 1, False])
def test_only_true_is_deletable(deletable: object) -> None:
    assert reasons([record("a", deletable=deletable)]) == {"a": "running"}


def test_the_newest_are_kept_for_each_service_and_instance() -> None:
    records = [
        record(f"{service}-{instance}-{day}", service, instance_id=instance, created_at=f"2026-11-0{day}T10:00:00Z")
        for service, instance in (("dms", "i1"), ("dms", "i2"), ("cce", None))
        for day in (1, 2, 3)
    ]
    assert planned(records, keep_last=2) == {"dms-i1-1", "dms-i2-1", "cce-None-1"}
    assert planned(records, keep_last=3) == set()


def test_the_newest_are_counted_among_all_discovered() -> None:
    records = [
        record("old", created_at="2026-11-01T10:00:00Z"),
        record("protected", name="Keep", created_at="2026-11-02T10:00:00Z"),
        record("running", status="Running", deletable=False, created_at="2026-11-03T10:00:00Z"),
    ]
    assert planned(records, keep_last=2, protect=[{"name": "Keep"}]) == {"old"}


def test_an_unknown_time_counts_as_newest() -> None:
    records = [record("unknown", created_at=None), record("new", created_at="2026-11-21T11:59:00Z")]
    assert reasons(records, keep_last=1) == {"unknown": "kept as newest", "new": "selected"}


def test_ties_are_broken_by_id_whatever_the_order() -> None:
    records = [record(name) for name in ("b", "c", "a")]
    assert planned(records, keep_last=1) == planned(records[::-1], keep_last=1) == {"a", "b"}


def test_nothing_of_a_service_that_was_not_listed_whole() -> None:
    records = [record("a"), record("b", "cce")]
    assert [decision.reason for decision in decisions(records, listed=["cce"])] == ["not selected", "selected"]


def test_where_two_share_an_id_the_kept_one_saves_both() -> None:
    records = [record("same", "dms", instance_id="i1"), record("same", "dms", instance_id="i2"), record("same", "cce")]
    kept = decisions(records, protect=[{"service": "dms", "instance_id": "i2"}])
    assert [decision.reason for decision in kept] == ["protected", "protected", "selected"]


def test_ids_that_cannot_be_used_have_a_column_where_there_are_any() -> None:
    head = run_of([record("a")])["lines"][1].split("  ")
    assert "id cannot be used" not in head and "kept as newest" in head
    lines = run_of([record("a"), record("a\\u200b")])["lines"]
    assert lines[1].split("  ")[-3:] == ["id cannot be used", "not selected", "kept as newest"]
    assert lines[2 + list(ENDED).index("gaussdb")].split()[-3:] == ["1", "0", "0"]
