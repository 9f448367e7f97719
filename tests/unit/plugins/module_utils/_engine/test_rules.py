# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules: what they match, and what is not a rule."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.rules import (
    KEYS,
    Match,
    age_of,
    compile_rule,
    read_rules,
    selection,
)
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

NOW = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
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
    ({"status": "complete"}, r"\[1\]\.status: 'complete' is not a status of any kind\. Did you mean COMPLETED\?$"),
    ({"kind": "gaussdb_job", "status": "EXECUTING"}, r"\[1\]\.status: 'EXECUTING' is not a status of gaussdb_job"),
    ({"service": "gaussdb", "status": "EXECUTING"}, r"\[1\]\.status: 'EXECUTING' is not a status of gaussdb"),
    (
        {"tag": "env", "status": "Exploded"},
        r"\[1\]\.status: 'Exploded' is not a status of any kind with tag\.",
    ),
    ({"kind": "dms_task", "service": "cce", "status": "FAILED"}, r"\[1\]\.status: .* known are: none"),
    ({"status": ["Failed"]}, r"\[1\]\.status: .* not \['Failed'\]"),
    ({"name": ""}, r"\[1\]\.name: "),
    ({"name": None}, r"\[1\]\.name: .* not None"),
    ({"id": 12345}, r"\[1\]\.id: .* not 12345"),
    ({"instance_id": "  "}, r"\[1\]\.instance_id"),
    ({"older_than": 30}, r"\[1\]\.older_than: .* not 30"),
    *(
        ({key: age}, rf"\[1\]\.{key}: must be a positive number")
        for key in ("older_than", "newer_than")
        for age in (*BAD_AGES, *TOO_OLD)
    ),
    *(
        (
            {"older_than": older, "newer_than": newer},
            rf"\[1\]: older_than {older} and newer_than {newer} match no record; newer_than must be the greater age$",
        )
        for older, newer in (("30d", "1d"), ("7d", "1w"), ("24h", "1d"))
    ),
    ({"older_than": "1d", "newer_than": "x"}, r"\[1\]\.newer_than: must be a positive number"),
]


def record(kind: str = "gaussdb_job", **fields: Any) -> dict[str, Any]:
    """A record of 1 November 2026, 10:00, but for what the fields say."""
    common = {"id": "a1", "name": "CreateInstance", "status": "Failed", "created_at": "2026-11-01T10:00:00Z"}
    return {"kind": kind, "service": KINDS[kind].service, "instance_id": "i1", **common, **fields}


def match(rule: dict[str, str], item: dict[str, Any]) -> Match:
    """How a rule compares with a record on 21 November 2026, 12:00."""
    (read,), mistakes = read_rules("select", [rule])
    assert mistakes == []
    return compile_rule(read, NOW)(item)


@pytest.mark.parametrize(("rule", "message"), BAD_RULES)
def test_rule_with_mistake_error_has_position(rule: Any, message: str) -> None:
    rules, mistakes = read_rules("select", [{"kind": "drs_job"}, rule])
    assert rules == ()
    assert all(mistake.startswith("select[1]") for mistake in mistakes)
    assert re.match("select" + message, mistakes[0])


def test_rules_mistakes_are_one_line_each() -> None:
    _rules, mistakes = read_rules("select", [{"nmae": "x", "kind": "cce"}, {"older_than": "1m", "status": "Exploded"}])
    assert [mistake.partition(": ")[0] for mistake in mistakes] == [
        "select[0]",
        "select[0].kind",
        "select[1].older_than",
        "select[1].status",
    ]


@pytest.mark.parametrize("value", [7, {"name": "x"}, "name", None])
def test_rules_not_list_is_mistake(value: Any) -> None:
    expected = [f"select: must be a list of at least one rule, not {value!r}"]
    assert read_rules("select", value) == ((), expected)


def test_rules_empty_list_is_mistake_unless_allowed() -> None:
    assert read_rules("select", [], alternative="'all' or ")[1] == [
        "select: must be 'all' or a list of at least one rule, not []"
    ]
    assert read_rules("protect", [], may_be_empty=True) == ((), [])


@pytest.mark.parametrize("text", ["36500d", "1h", "5214w"])
def test_age_up_to_limit_is_read(text: str) -> None:
    assert 0 < age_of(text).total_seconds() <= 36500 * 24 * 3600


@pytest.mark.parametrize("name", ["Backup-1", "Backup-2"])
@pytest.mark.parametrize("status", ["Failed", "Completed"])
def test_rule_all_keys_must_match(name: str, status: str) -> None:
    both = (name, status) == ("Backup-1", "Failed")
    rule = {"name": "*-1", "status": "Failed"}
    assert match(rule, record(name=name, status=status)) is (Match.YES if both else Match.NO)


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
    ({"newer_than": "20d"}, False),
    ({"newer_than": "21d"}, True),
    ({"newer_than": "482h"}, False),
    ({"newer_than": "483h"}, True),
    ({"newer_than": "3w", "older_than": "20d"}, True),
    ({"newer_than": "22d", "older_than": "21d"}, False),
    ({"newer_than": "20d", "older_than": "19d"}, False),
    ({"tag": "env"}, False),
    ({"enterprise_project_id": "0"}, False),
]
INSTANCE = {"tags": {"env": "retired", "empty": ""}, "enterprise_project_id": "0", "instance_id": None}
INSTANCE_MATCHES = [
    ({"tag": "env"}, Match.YES),
    ({"tag": "env=retired"}, Match.YES),
    ({"tag": "env=prod"}, Match.NO),
    ({"tag": "env=staging"}, Match.NO),
    ({"tag": "ENV"}, Match.NO),
    ({"tag": "retired"}, Match.NO),
    ({"tag": "empty="}, Match.YES),
    ({"tag": "env="}, Match.NO),
    ({"enterprise_project_id": "0"}, Match.YES),
    ({"enterprise_project_id": "1"}, Match.NO),
    ({"instance_id": "a1"}, Match.YES),
    ({"instance_id": "i1"}, Match.NO),
]


@pytest.mark.parametrize(("rule", "expected"), MATCHES)
def test_rule_matches_record_as_documented(rule: dict[str, str], expected: bool) -> None:
    assert match(rule, record()) is (Match.YES if expected else Match.NO)


@pytest.mark.parametrize(("rule", "expected"), INSTANCE_MATCHES)
def test_rule_matches_instance_as_documented(rule: dict[str, str], expected: Match) -> None:
    assert match(rule, record("dms_instance", status="RUNNING", **INSTANCE)) is expected


@pytest.mark.parametrize("rule", [{"tag": "env"}, {"tag": "env=prod"}, {"enterprise_project_id": "1"}], ids=repr)
def test_rule_about_fact_that_api_does_not_tell_is_unknown(rule: dict[str, str]) -> None:
    unknown = {"tags": None, "enterprise_project_id": None, "status": "RUNNING"}
    assert match(rule, record("dms_instance", **unknown)) is Match.UNKNOWN
    assert match(rule, record("dms_task", **unknown)) is Match.NO


def test_selection_unknown_match_selects_nothing() -> None:
    given = [{"id": "a1"}, {"id": "a2"}, {"kind": "gaussdb_job", "name": "Backup*"}]
    rules, _mistakes = read_rules("select", given)
    selects = selection(rules, NOW)
    records = [
        record(id="a1"),
        record(id="a2"),
        record(id="a3"),
        record(id="a3", name="Backup-1"),
        record(id="a3", name=None),
    ]
    assert [selects(one) for one in records] == [True, True, False, True, False]


def test_rule_keys_are_all_tried() -> None:
    assert {key for rule, _match in MATCHES for key in rule} == set(KEYS)


def test_rule_as_text_has_keys_in_one_order() -> None:
    (rule,), _mistakes = read_rules("select", [{"older_than": "1d", "kind": "drs_job"}])
    assert str(rule) == "select[0]: kind=drs_job, older_than=1d"


def test_rule_mistakes_in_both_ages_are_named() -> None:
    _rules, mistakes = read_rules("select", [{"newer_than": "x", "older_than": "y"}])
    assert [mistake.partition(": ")[0] for mistake in mistakes] == ["select[0].older_than", "select[0].newer_than"]


LISTED = ("cce_job", "dcs_task")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"kind": "drs_job"}, "a rule about drs_job matches no record, as only cce_job or dcs_task is listed"),
        ({"service": "drs"}, "a rule about drs matches no record, as only cce_job or dcs_task is listed"),
        ({"tag": "env"}, "a rule about tag matches no record, as only cce_job or dcs_task is listed"),
        ({"kind": "cce_job", "tag": "env"}, "a rule about cce_job with tag matches no record, as only "),
        (
            {"enterprise_project_id": "0", "tag": "env"},
            "a rule about tag and enterprise_project_id matches no record, as only cce_job or dcs_task is listed",
        ),
        ({"service": "cce", "kind": "dcs_task"}, "a rule about dcs_task matches no record, as only "),
        ({"status": "Completed"}, "'Completed' is not a status of cce_job or dcs_task; known are: CREATED, "),
        ({"kind": "cce_job", "status": "EXECUTING"}, "'EXECUTING' is not a status of cce_job; known are: FAILED, "),
    ],
)
def test_rule_about_unlisted_kind_is_mistake(rule: dict[str, str], message: str) -> None:
    rules, (mistake,) = read_rules("select", [{"kind": "cce_job", "status": "success"}, rule], kinds=LISTED)
    assert rules == ()
    assert mistake.startswith(("select[1]: " + message, "select[1].status: " + message))


def test_rule_status_matches_other_spellings() -> None:
    assert match({"status": "success"}, record("dcs_task", status="Succeeded")) is Match.YES


@pytest.mark.parametrize("lacking", ["", None, "  ", 7])
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
def test_rule_about_lacking_field_is_unknown(field: str, rule: dict[str, str], lacking: Any) -> None:
    assert match(rule, record(**{field: lacking})) is Match.UNKNOWN
    assert match({**rule, "id": "other"}, record(**{field: lacking})) is Match.UNKNOWN


@pytest.mark.parametrize("time", ["yesterday", "2026-11-01", "2026-11-01T10:00:00+02:00", "1667296800", 1667296800])
def test_rule_about_unreadable_time_is_unknown(time: Any) -> None:
    assert match({"older_than": "1h"}, record(created_at=time)) is Match.UNKNOWN
    assert match({"newer_than": "1h"}, record(created_at=time)) is Match.UNKNOWN


@pytest.mark.parametrize("owner", [{"kind": "dms_task"}, {"service": "dms"}])
def test_rule_with_kind_or_service_does_not_match_others_that_lack_field(owner: dict[str, str]) -> None:
    rule = {**owner, "instance_id": "i1"}
    assert match(rule, record("cce_job", instance_id=None)) is Match.NO
    assert match(rule, record("dms_task")) is Match.YES
    assert match(rule, record("dms_task", instance_id="i2")) is Match.NO
