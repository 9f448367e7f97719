# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules are exact: whatever is not understood is refused, and names its place."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.errors import PlanError

from helpers.plan_factory import planned, reasons, record, settings

BAD_RULES: list[tuple[Any, str]] = [
    ({"servise": "drs"}, r"\[1\]: 'servise'"),
    ({"service": "ecs"}, r"\[1\]\.service: 'ecs'"),
    ({"service": "DRS"}, r"\[1\]\.service: 'DRS'"),
    ({"status": "Exploded"}, r"\[1\]\.status: 'Exploded'"),
    ({"service": "gaussdb", "status": "EXECUTING"}, r"\[1\]\.status: 'EXECUTING'"),
    ({"status": ["Failed"]}, r"\[1\]\.status: \['Failed'\]"),
    ({"name": ""}, r"\[1\]\.name: ''"),
    ({"name": None}, r"\[1\]\.name: None"),
    ({"id": 12345}, r"\[1\]\.id: 12345"),
    ({"instance_id": "  "}, r"\[1\]\.instance_id"),
    ({"older_than": 30}, r"\[1\]\.older_than: 30"),
    ({"service": True}, r"\[1\]\.service: True"),
    ({1: "drs"}, r"\[1\]: 1"),
    *(
        ({"older_than": age}, r"\[1\]\.older_than")
        for age in (
            "30",
            "d",
            "-1d",
            "0d",
            "30 d",
            "30d ",
            "1.5d",
            "30D",
            "6m",
            "1y",
            "d30",
            "40000d",
            "9999999d",
            "३d",
        )
    ),
]


@pytest.mark.parametrize("variable", ["select", "protect"])
@pytest.mark.parametrize(("rule", "place"), BAD_RULES)
def test_bad_rules_are_refused_with_their_place(variable: str, rule: Any, place: str) -> None:
    with pytest.raises(PlanError, match=f"^decommission_{variable}{place}"):
        settings(**{variable: [{"service": "drs"}, rule]})


def test_the_keys_of_a_rule_must_all_hold() -> None:
    records = [record("both", name="Backup-1", status="Failed"), record("name", name="Backup-2", status="Completed")]
    assert planned(records, select=[{"name": "Backup*", "status": "Failed"}]) == {"both"}


def test_one_rule_of_a_list_is_enough() -> None:
    records = [record("a"), record("b", service="cce"), record("c", service="dcs")]
    assert planned(records, select=[{"id": "a"}, {"service": "cce"}]) == {"a", "b"}


@pytest.mark.parametrize(
    ("rule", "selected"),
    [
        ({"service": "gaussdb"}, True),
        ({"service": "cce"}, False),
        ({"id": "a1"}, True),
        ({"id": "A1"}, False),
        ({"id": "a*"}, False),
        ({"name": "Create*"}, True),
        ({"name": "create*"}, False),
        ({"name": "Create"}, False),
        ({"name": "*[iI]nst?nce"}, True),
        ({"status": "failed"}, True),
        ({"status": "FAILED"}, True),
        ({"status": "Completed"}, False),
        ({"instance_id": "i1"}, True),
        ({"instance_id": "i2"}, False),
        ({"older_than": "20d"}, True),
        ({"older_than": "21d"}, False),
        ({"older_than": "481h"}, True),
        ({"older_than": "482h"}, False),
        ({"older_than": "2w"}, True),
    ],
)
def test_what_a_rule_selects(rule: dict[str, str], selected: bool) -> None:
    assert (planned([record("a1", instance_id="i1")], select=[rule]) == {"a1"}) is selected
    protects = reasons([record("a1", instance_id="i1")], protect=[rule])["a1"] == "protected"
    assert protects is selected


def test_a_status_is_compared_under_its_known_spellings() -> None:
    assert planned([record("a", "dcs", status="Succeeded")], select=[{"status": "success"}]) == {"a"}


@pytest.mark.parametrize("lacking", ["", None, "  "])
@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("name", {"name": "*"}),
        ("status", {"status": "Failed"}),
        ("instance_id", {"instance_id": "i1"}),
        ("created_at", {"older_than": "1h"}),
    ],
)
def test_what_a_record_lacks_never_selects_and_always_protects(field: str, rule: dict[str, str], lacking: Any) -> None:
    records = [record("a", **{field: lacking})]
    assert reasons(records, select=[rule]) == {"a": "not selected"}
    assert reasons(records, protect=[rule]) == {"a": "protected"}


@pytest.mark.parametrize("time", ["yesterday", "2026-11-01", "2026-11-01T10:00:00+02:00", "1667296800", 1667296800])
def test_a_time_that_cannot_be_read_is_lacking(time: Any) -> None:
    assert reasons([record("a", created_at=time)], select=[{"older_than": "1h"}]) == {"a": "not selected"}
    assert reasons([record("a", created_at=time)], protect=[{"older_than": "1h"}]) == {"a": "protected"}


def test_what_is_lacking_protects_even_where_another_key_does_not_hold() -> None:
    records = [record("a", name="CreateInstance", created_at=None)]
    assert reasons(records, protect=[{"name": "Delete*", "older_than": "1d"}]) == {"a": "protected"}


def test_a_rule_that_names_a_service_asks_nothing_of_others() -> None:
    records = [record("job", "cce"), record("task", "dms", instance_id="i1"), record("other", "dms", instance_id="i2")]
    assert reasons(records, protect=[{"service": "dms", "instance_id": "i1"}]) == {
        "job": "selected",
        "task": "protected",
        "other": "selected",
    }
