# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules: what they match, and what is not a rule."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.rules import KEYS, age_of

from helpers.plan_factory import planned, reasons, record, settings

BAD_AGES = ("30", "d", "-1d", "0d", "0h", "30 d", "30d ", "1.5d", "30D", "6m", "1y", "d30", "३d")
TOO_OLD = ("36501d", "5215w", "40000d", "9999999d")
BAD_RULES: list[tuple[Any, str]] = [
    *((value, r"\[1\]: must be a dictionary") for value in (7, "name", ["name"], None, {})),
    ({"servise": "drs"}, r"\[1\]: 'servise' is not a key of a rule. Did you mean service\?"),
    ({1: "drs"}, r"\[1\]: 1 is not a key"),
    ({"kind": "ecs"}, r"\[1\]\.kind: 'ecs' is not a kind. The nearest is \w+_\w+\."),
    ({"kind": "gauss_job"}, r"\[1\]\.kind: 'gauss_job' is not a kind. Did you mean gaussdb_job\?"),
    ({"kind": "drs"}, r"\[1\]\.kind: 'drs' is not a kind. Did you mean drs_job\?"),
    ({"kind": "all"}, r"\[1\]\.kind: 'all'"),
    ({"service": "ecs"}, r"\[1\]\.service: 'ecs' is not a service. Did you mean dcs\?"),
    ({"service": "DRS"}, r"\[1\]\.service: 'DRS'"),
    ({"service": True}, r"\[1\]\.service: must be a string that is not empty .*, not True"),
    ({"status": "Exploded"}, r"\[1\]\.status: 'Exploded' is not a status of any kind"),
    ({"kind": "gaussdb_job", "status": "EXECUTING"}, r"\[1\]\.status: 'EXECUTING' is not a status of gaussdb_job"),
    ({"service": "gaussdb", "status": "EXECUTING"}, r"\[1\]\.status: 'EXECUTING' is not a status of gaussdb"),
    ({"kind": "dms_task", "service": "cce", "status": "FAILED"}, r"\[1\]\.status: .* known are: none"),
    ({"status": ["Failed"]}, r"\[1\]\.status: .* not \['Failed'\]"),
    ({"name": ""}, r"\[1\]\.name: "),
    ({"name": None}, r"\[1\]\.name: .* not None"),
    ({"id": 12345}, r"\[1\]\.id: .* not 12345"),
    ({"instance_id": "  "}, r"\[1\]\.instance_id"),
    ({"older_than": 30}, r"\[1\]\.older_than: .* not 30"),
    *(({"older_than": age}, r"\[1\]\.older_than: must be a positive number") for age in (*BAD_AGES, *TOO_OLD)),
]


@pytest.mark.parametrize("variable", ["select", "protect"])
@pytest.mark.parametrize(("rule", "place"), BAD_RULES)
def test_rule_with_mistake_error_has_position(variable: str, rule: Any, place: str) -> None:
    with pytest.raises(OptionError, match=f"^decommission_{variable}{place}"):
        settings(**{variable: [{"kind": "drs_job"}, rule]})


def test_rules_with_several_mistakes_are_listed_line_by_line() -> None:
    with pytest.raises(OptionError) as error:
        settings(protect=[{"nmae": "x", "kind": "cce"}, {"id": 5}, {"older_than": "1m"}, {"status": "Exploded"}])
    assert [line.partition(": ")[0] for line in str(error.value).splitlines()] == [
        "decommission_protect[0]",
        "decommission_protect[0].kind",
        "decommission_protect[1].id",
        "decommission_protect[2].older_than",
        "decommission_protect[3].status",
    ]


@pytest.mark.parametrize("value", [7, 1.5, True, {"name": "x"}, "name", b"name"])
def test_rules_not_list_is_error(value: Any) -> None:
    with pytest.raises(OptionError, match=r"^decommission_protect: must be a list of rules"):
        settings(protect=value)


@pytest.mark.parametrize("text", ["36500d", "1h", "5214w"])
def test_age_up_to_limit_is_read(text: str) -> None:
    assert 0 < age_of("older_than", text).total_seconds() <= 36500 * 24 * 3600


def test_rule_is_frozen() -> None:
    (rule,) = settings(protect=[{"name": "x"}]).protect
    with pytest.raises(FrozenInstanceError):
        rule.place = "elsewhere"  # type: ignore[misc]


def test_rule_all_keys_must_match() -> None:
    records = [record("both", name="Backup-1", status="Failed"), record("name", name="Backup-2", status="Completed")]
    assert planned(records, select=[{"name": "Backup*", "status": "Failed"}]) == {"both"}


def test_rules_one_match_is_enough() -> None:
    records = [record("a"), record("b", "cce_job"), record("c", "dcs_task")]
    assert planned(records, select=[{"id": "a"}, {"kind": "cce_job"}]) == {"a", "b"}


MATCHES = [
    ({"kind": "gaussdb_job"}, True),
    ({"kind": "cce_job"}, False),
    ({"service": "gaussdb"}, True),
    ({"service": "cce"}, False),
    ({"kind": "gaussdb_job", "service": "cce"}, False),
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
]


@pytest.mark.parametrize(("rule", "match"), MATCHES)
def test_rule_selects_and_protects_matching_records(rule: dict[str, str], match: bool) -> None:
    records = [record("a1", instance_id="i1")]
    assert (planned(records, select=[rule]) == {"a1"}) is match
    assert (reasons(records, protect=[rule])["a1"] == "protected") is match


def test_rule_keys_are_all_tried() -> None:
    assert {key for rule, _match in MATCHES for key in rule} == set(KEYS)


def test_rule_status_matches_other_spellings() -> None:
    assert planned([record("a", "dcs_task", status="Succeeded")], select=[{"status": "success"}]) == {"a"}


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
def test_rule_about_lacking_field_protects_and_never_selects(field: str, rule: dict[str, str], lacking: Any) -> None:
    records = [record("a", **{field: lacking})]
    assert reasons(records, select=[rule]) == {"a": "not selected"}
    assert reasons(records, protect=[rule]) == {"a": "protected"}


@pytest.mark.parametrize("time", ["yesterday", "2026-11-01", "2026-11-01T10:00:00+02:00", "1667296800", 1667296800])
def test_rule_about_unreadable_time_protects_and_never_selects(time: Any) -> None:
    assert reasons([record("a", created_at=time)], select=[{"older_than": "1h"}]) == {"a": "not selected"}
    assert reasons([record("a", created_at=time)], protect=[{"older_than": "1h"}]) == {"a": "protected"}


def test_rule_about_lacking_field_protects_though_another_key_does_not_match() -> None:
    records = [record("a", name="CreateInstance", created_at=None)]
    assert reasons(records, protect=[{"name": "Delete*", "older_than": "1d"}]) == {"a": "protected"}


@pytest.mark.parametrize("owner", [{"kind": "dms_task"}, {"service": "dms"}])
def test_rule_with_kind_or_service_does_not_match_others_that_lack_field(owner: dict[str, str]) -> None:
    records = [
        record("job", "cce_job"),
        record("task", "dms_task", instance_id="i1"),
        record("other", "dms_task", instance_id="i2"),
    ]
    assert reasons(records, protect=[{**owner, "instance_id": "i1"}]) == {
        "job": "selected",
        "task": "protected",
        "other": "selected",
    }
