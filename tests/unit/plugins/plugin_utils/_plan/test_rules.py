# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules in the role: errors name the variable, and a record that lacks a field is protected and never selected."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError

from helpers.plan_factory import planned, reasons, record, settings


@pytest.mark.parametrize("variable", ["select", "protect"])
def test_rules_with_several_mistakes_are_listed_line_by_line(variable: str) -> None:
    rules = [{"nmae": "x", "kind": "cce"}, {"id": 5}, {"older_than": "1m", "status": "Exploded"}, {}]
    with pytest.raises(OptionError) as error:
        settings(**{variable: rules})
    assert [line.partition(": ")[0] for line in str(error.value).splitlines()] == [
        f"decommission_{variable}[0]",
        f"decommission_{variable}[0].kind",
        f"decommission_{variable}[1].id",
        f"decommission_{variable}[2].older_than",
        f"decommission_{variable}[2].status",
        f"decommission_{variable}[3]",
    ]


@pytest.mark.parametrize("value", [7, 1.5, True, {"name": "x"}, "name", b"name"])
def test_rules_not_list_is_error(value: Any) -> None:
    with pytest.raises(OptionError, match=r"^decommission_protect: must be a list of rules"):
        settings(protect=value)


def test_rule_is_frozen() -> None:
    (rule,) = settings(protect=[{"name": "x"}]).protect
    with pytest.raises(FrozenInstanceError):
        rule.place = "elsewhere"  # type: ignore[misc]


def test_rules_one_match_is_enough() -> None:
    records = [record("a"), record("b", "cce_job"), record("c", "dcs_task")]
    assert planned(records, select=[{"id": "a"}, {"kind": "cce_job"}]) == {"a", "b"}


@pytest.mark.parametrize("match", [True, False])
def test_rule_selects_and_protects_matching_records(match: bool) -> None:
    rules = [{"id": "a" if match else "b"}]
    assert (planned([record("a")], select=rules) == {"a"}) is match
    assert (reasons([record("a")], protect=rules)["a"] == "protected") is match


@pytest.mark.parametrize("lacking", ["", None, "  "])
@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("name", {"name": "*"}),
        ("status", {"status": "Failed"}),
        ("instance_id", {"instance_id": "i1"}),
        ("created_at", {"older_than": "1h"}),
        ("created_at", {"newer_than": "1h"}),
    ],
)
def test_rule_about_lacking_field_protects_and_never_selects(field: str, rule: dict[str, str], lacking: Any) -> None:
    records = [record("a", **{field: lacking})]
    assert reasons(records, select=[rule]) == {"a": "not selected"}
    assert reasons(records, protect=[rule]) == {"a": "protected"}


def test_rule_about_lacking_field_protects_though_another_key_does_not_match() -> None:
    records = [record("a", name="CreateInstance", created_at=None)]
    assert reasons(records, protect=[{"name": "Delete*", "older_than": "1d"}]) == {"a": "protected"}
