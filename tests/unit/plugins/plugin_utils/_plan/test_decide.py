# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which records are planned and which are kept, and the rule that decides."""

from __future__ import annotations

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.decide import PROTECTED

from helpers.plan_factory import (
    ENDED,
    FORBIDDEN,
    PASSING,
    READY,
    RUNNING,
    decisions,
    instance,
    planned,
    reasons,
    record,
    task,
)


@pytest.mark.parametrize("kind", ENDED)
def test_select_all_plans_all_deletable_records(kind: str) -> None:
    records = [record("ended", kind), record("running", kind, status=RUNNING[kind], deletable=False)]
    assert reasons(records) == {"ended": "selected", "running": "running"}


def test_decision_names_decisive_rule() -> None:
    records = [
        record("a", name="Keep"),
        record("b", status="Running", deletable=False),
        record("c", name="Other"),
        record("d", name="CreateOld"),
        record("e", name="CreateNew", created_at="2026-11-20T10:00:00Z"),
    ]
    decided = decisions(records, select=[{"id": "b"}, {"name": "Create*"}], protect=[{"name": "Keep"}], keep_last=1)
    assert {item["id"]: decision.rule for item, decision in zip(records, decided, strict=True)} == {
        "a": "decommission_protect[0]: name=Keep",
        "b": "Running does not allow a delete",
        "c": "no rule of decommission_select covers it",
        "d": "decommission_select[1]: name=Create*",
        "e": "decommission_keep_last: 1",
    }


@pytest.mark.parametrize(
    "variables",
    [{}, {"select": [{"id": "a"}]}, {"keep_last": 1}, {"stop_drs": True}, {"select": [{"kind": "gaussdb_job"}]}],
)
def test_protected_record_selected_is_kept(variables: dict[str, object]) -> None:
    assert reasons([record("a")], protect=[{"kind": "gaussdb_job"}], **variables) == {"a": "protected"}


def test_running_drs_job_is_planned_with_stop_drs() -> None:
    records = [record("job", "drs_job", status="INCRE_TRANSFER_STARTED", deletable=False)]
    assert reasons(records) == {"job": "running"}
    assert reasons([*records, record("ended", "drs_job")], stop_drs=True) == {
        "job": "stopped and deleted",
        "ended": "selected",
    }
    assert "decommission_stop_drs" in decisions(records)[0].rule


@pytest.mark.parametrize(
    ("kind", "status", "rule"),
    [
        ("gaussdb_job", "Archived", "Archived does not allow a delete"),
        ("gaussdb_job", None, "an unknown status does not allow a delete"),
        (
            "drs_job",
            "RELEASE_RESOURCE_FAILED",
            (
                "RELEASE_RESOURCE_FAILED does not allow a delete while decommission_stop_drs is false; an earlier stop"
                " has failed: stop the job again, and if that fails too, open a service ticket"
            ),
        ),
    ],
)
def test_status_neither_running_nor_deletable_has_own_reason(kind: str, status: str | None, rule: str) -> None:
    records = [record("a", kind, status=status, deletable=False)]
    assert [tuple(decision) for decision in decisions(records)] == [(False, "status does not allow a delete", rule)]


def test_running_record_of_another_kind_is_kept_with_stop_drs() -> None:
    assert reasons([record("a", status="Running", deletable=False)], stop_drs=True) == {"a": "running"}


@pytest.mark.parametrize("record_id", ["victim\\u0020", "victim\\u200b", "a/b", "../victim", "victim ", "ä", ""])
@pytest.mark.parametrize("kind", ENDED)
def test_unusable_id_is_never_planned(kind: str, record_id: str) -> None:
    for deletable in (True, False):
        records = [record(record_id, kind, deletable=deletable), record("victim", kind)]
        for variables in ({}, {"stop_drs": True}, {"select": [{"kind": kind}]}):
            assert reasons(records, **variables) == {record_id: "id cannot be used", "victim": "selected"}


def test_unusable_id_protected_or_not_selected_has_that_reason() -> None:
    records = [record("a/b")]
    assert reasons(records, protect=[{"id": "a/b"}]) == {"a/b": "protected"}
    assert reasons(records, select=[{"id": "other"}]) == {"a/b": "not selected"}
    assert decisions(records)[0].rule == "an ID may only contain letters, digits, '-' and '_'"


@pytest.mark.parametrize("deletable", [None, "yes", 1, False])
def test_deletable_other_than_true_is_kept(deletable: object) -> None:
    assert reasons([record("a", deletable=deletable)]) == {"a": "status does not allow a delete"}


def test_keep_last_keeps_newest_of_each_kind_and_instance() -> None:
    records = [
        record(f"{kind}-{instance}-{day}", kind, instance_id=instance, created_at=f"2026-11-0{day}T10:00:00Z")
        for kind, instance in (("dms_task", "i1"), ("dms_task", "i2"), ("cce_job", None))
        for day in (1, 2, 3)
    ]
    assert planned(records, keep_last=2) == {"dms_task-i1-1", "dms_task-i2-1", "cce_job-None-1"}
    assert planned(records, keep_last=3) == set()


def test_keep_last_counts_all_discovered_records() -> None:
    records = [
        record("old", created_at="2026-11-01T10:00:00Z"),
        record("protected", name="Keep", created_at="2026-11-02T10:00:00Z"),
        record("running", status="Running", deletable=False, created_at="2026-11-03T10:00:00Z"),
    ]
    assert planned(records, keep_last=2, protect=[{"name": "Keep"}]) == {"old"}


def test_keep_last_counts_unknown_time_as_newest() -> None:
    records = [record("unknown", created_at=None), record("new", created_at="2026-11-21T11:59:00Z")]
    assert reasons(records, keep_last=1) == {"unknown": "kept as newest", "new": "selected"}


def test_keep_last_of_equal_times_decides_by_id() -> None:
    records = [record(name) for name in ("b", "c", "a")]
    assert planned(records, keep_last=1) == planned(records[::-1], keep_last=1) == {"a", "b"}


def test_kind_not_listed_completely_is_not_planned() -> None:
    records = [record("a"), record("b", "cce_job")]
    assert [decision.reason for decision in decisions(records, listed=["cce_job"])] == ["not selected", "selected"]


def test_protected_record_of_kind_not_listed_completely_keeps_instance() -> None:
    found = decisions([instance(), task("a")], protect=[{"id": "a"}], listed=["dms_instance"])
    assert [decision.reason for decision in found] == [PROTECTED, PROTECTED]


def test_lacking_field_of_protecting_rule_is_not_planned() -> None:
    (decision,) = decisions([record("a", name=None)], protect=[{"name": "x"}])
    assert (decision.planned, decision.reason) == (False, PROTECTED)


@pytest.mark.parametrize("kind", READY)
@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({}, "selected"),
        ({"tags": None, "prepaid": None, "protected": None, "locked": None}, "selected"),
        ({"prepaid": True, "deletable": False}, "prepaid"),
        ({"protected": True, "deletable": False}, "deletion protection"),
        ({"prepaid": True, "protected": True, "deletable": False}, "prepaid"),
        ({"locked": True, "deletable": False}, "status does not allow a delete"),
        # Whatever a list says of it.
        ({"prepaid": True}, "prepaid"),
        ({"protected": True}, "deletion protection"),
        ({"locked": True}, "status does not allow a delete"),
        ({"status": "Unheard", "deletable": False}, "status does not allow a delete"),
        ({"status": None, "deletable": False}, "status does not allow a delete"),
        ({"deletable": False}, "status does not allow a delete"),
    ],
)
def test_instance_refused_is_kept_with_reason(kind: str, fields: dict[str, object], end: str) -> None:
    assert reasons([instance("i1", kind, **fields)], kinds="all") == {"i1": end}


@pytest.mark.parametrize("kind", READY)
def test_instance_of_passing_status_is_planned_and_of_forbidden_kept(kind: str) -> None:
    records = [
        instance("busy", kind, status=PASSING[kind]),
        instance("blocked", kind, status=FORBIDDEN[kind], deletable=False),
    ]
    assert reasons(records) == {"busy": "selected", "blocked": "status does not allow a delete"}


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("dms_instance", {"prepaid": True}, "unsubscribe from the instance"),
        ("cce_cluster", {"protected": True}, "switch the deletion protection off"),
        ("cce_cluster", {"status": "Hibernation"}, "its status is Hibernation: wake the cluster"),
        ("cce_cluster", {"locked": True}, "settle the bill"),
        ("dcs_instance", {"status": "CLOSED"}, "its status CLOSED does not allow a delete: start the instance first"),
    ],
)
def test_instance_refused_has_sentence_as_rule(kind: str, fields: dict[str, object], words: str) -> None:
    (decision,) = decisions([instance("i1", kind, deletable=False, **fields)])
    assert words in decision.rule


@pytest.mark.parametrize("variables", [{}, {"select": [{"kind": "dms_instance"}]}])
def test_instance_protected_by_rule_has_that_reason(variables: dict[str, object]) -> None:
    prepaid = instance(prepaid=True, deletable=False)
    assert reasons([prepaid], protect=[{"kind": "dms_instance"}], **variables) == {"i1": "protected"}
    assert reasons([prepaid], select=[{"id": "other"}]) == {"i1": "not selected"}


def test_keep_last_keeps_no_instance() -> None:
    records = [instance(), instance("i2"), record("a"), record("b")]
    assert reasons(records, keep_last=5) == {
        "i1": "selected",
        "i2": "selected",
        "a": "kept as newest",
        "b": "kept as newest",
    }


def test_prepaid_job_is_not_stopped() -> None:
    running = record("job", "drs_job", status="INCRE_TRANSFER_STARTED", deletable=False, prepaid=True)
    assert reasons([running], stop_drs=True) == {"job": "prepaid"}


def test_unusable_id_of_instance_is_kept_and_of_held_record_is_not() -> None:
    assert reasons([instance("a/b"), task("c/d", "a/b")]) == {"a/b": "id cannot be used", "c/d": "id cannot be used"}
    assert reasons([instance(), task("c/d")])["c/d"] == "deleted with its instance"


@pytest.mark.parametrize("stop_drs", [False, True])
@pytest.mark.parametrize("status", ["INCRE_TRANSFER_STARTED", "RELEASE_RESOURCE_COMPLETE"])
def test_prepaid_drs_job_is_kept(status: str, stop_drs: bool) -> None:
    job = record("job", "drs_job", status=status, prepaid=True, protected=None, deletable=False)
    assert reasons([job], stop_drs=stop_drs) == {"job": "prepaid"}


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [
        ("dms_scheduled_task", "CREATED", "running"),
        ("dms_scheduled_task", "EXECUTING", "running"),
        ("dms_scheduled_task", "FAILED", "status does not allow a delete"),
        ("gaussdb_scheduled_task", "Pending", "running"),
        ("gaussdb_scheduled_task", "Something", "status does not allow a delete"),
        ("taurusdb_task", "Pending", "running"),
        ("taurusdb_task", "Canceled", "status does not allow a delete"),
    ],
)
def test_task_still_to_come_is_kept(kind: str, status: str, reason: str) -> None:
    task_record = record("a", kind, status=status, deletable=False)
    (decision,) = decisions([task_record])
    assert (decision.planned, decision.reason) == (False, reason) and status in decision.rule
