# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete modules take records as info modules return them."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller, left
from helpers.kind_cases import CASES, INSTANCE_CASES, INSTANCE_KINDS, SERVICES, KindCase

TASK = {"instance_id": "a-kafka-1", "id": "a-dms-1"}
KINDS = (*SERVICES, *INSTANCE_KINDS)
each_kind = pytest.mark.parametrize("case", KINDS, ids=str)


@pytest.mark.parametrize("case", [*CASES, *INSTANCE_CASES], ids=str)
def test_records_of_info_module_are_deleted_then_absent(cloud: CloudEmulator, call: Caller, case: KindCase) -> None:
    cloud.load(small({"instance_seconds": 0.05}, region=case.region))
    records = call(case.info_module, select=[{"id": one} for one in case.deletable])["records"]
    ids = [record["id"] for record in records]
    assert sorted(ids) == sorted(case.deletable)
    options = {case.records_option: records}
    checked = call(case.module, check=True, **options)
    assert checked["changed"] and checked["deleted"] == ids
    assert call(case.module, **options)["deleted"] == ids
    again = call(case.module, **options)
    assert not again["changed"] and again["absent"] == ids
    assert left(cloud, case.kind) == sorted({*case.ids} - {*case.deletable})


@each_kind
@pytest.mark.parametrize("own", [True, False])
def test_record_with_id_or_option_as_key_is_deleted(call: Caller, case: KindCase, own: bool) -> None:
    one = case.deletable[0]
    given = {
        "instance_id": case.instance_of(one) if case.by_instance else None,
        case.id_option if own else "id": one,
        "x": [1],
    }
    assert call(case.module, **{case.records_option: [given]})["deleted"] == [one]


@each_kind
def test_id_and_record_with_same_id_count_once(call: Caller, case: KindCase) -> None:
    one = case.deletable[0]
    options = {"instance_id": case.instance_of(one)} if case.by_instance else {}
    result = call(case.module, **{case.ids_option: [one, {"id": one}, {case.id_option: one}], **options})
    assert result["deleted"] == [one] and result["summary"]["requested"] == 1


def test_ids_as_numbers_are_read_as_text(call: Caller) -> None:
    result = call("cce_job", job_ids=[4711, {"id": 4712}])
    assert result["absent"] == ["4711", "4712"]


@each_kind
@pytest.mark.parametrize("bad", [True, 1.5, ["a"]], ids=repr)
def test_id_of_another_type_is_refused(cloud: CloudEmulator, call: Caller, case: KindCase, bad: Any) -> None:
    option = case.records_option
    if not case.by_instance:
        assert call(case.module, **{option: [bad]})["msg"] == f"{option}[0]: an ID must be a string"
    given = [{"instance_id": "i" if case.by_instance else None, "id": bad}]
    assert call(case.module, **{option: given})["msg"] == f"{option}[0].id: an ID must be a string"
    assert cloud.log == []


@each_kind
def test_record_of_another_kind_is_refused(cloud: CloudEmulator, call: Caller, case: KindCase) -> None:
    other = KINDS[KINDS.index(case) - 1].kind
    task = {**TASK, "instance_id": TASK["instance_id"] if case.by_instance else None}
    records = [{**task, "kind": case.kind}, {**task, "kind": other}]
    result = call(case.module, **{case.records_option: records})
    assert result["msg"] == f"{case.records_option}[1]: a record of the kind {other}, not of {case.kind}"
    assert cloud.log == []


@each_kind
def test_record_without_id_error_names_keys(cloud: CloudEmulator, call: Caller, case: KindCase) -> None:
    option = case.records_option
    result = call(case.module, **{option: [{"region": "r", "name": "x"}]})
    assert result["msg"] == f"{option}[0]: must have {case.id_option} or id, but has region, name"
    msg = call(case.module, **{option: [{}]})["msg"]
    assert msg == f"{option}[0]: must have {case.id_option} or id, but has no keys"
    assert cloud.log == []


@each_kind
def test_record_with_two_ids_is_refused(cloud: CloudEmulator, call: Caller, case: KindCase) -> None:
    given = [{**TASK, case.id_option: "other"}]
    result = call(case.module, **{case.records_option: given})
    assert result["msg"] == f"{case.records_option}[0]: {case.id_option} and id differ"
    assert cloud.log == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tasks": [TASK, {"id": "a", "name": "x"}]}, "tasks[1]: must have instance_id, but has id, name"),
        ({"tasks": [{**TASK, "instance_id": None}]}, "tasks[0].instance_id: an ID is required"),
        ({"tasks": [{**TASK, "id": None}]}, "tasks[0].id: an ID is required"),
        (
            {"task_ids": ["a-dms-2", TASK], "instance_id": "a-kafka-2"},
            "task_ids[1]: a task of instance a-kafka-1, not of a-kafka-2; for tasks of several instances use tasks",
        ),
        ({"task_ids": [TASK]}, "instance_id: required with task_ids; for tasks of several instances use tasks"),
    ],
)
def test_dms_record_of_unclear_instance_is_refused(
    cloud: CloudEmulator, call: Caller, options: dict[str, Any], message: str
) -> None:
    assert call("dms_task", **options)["msg"] == message
    assert cloud.log == []


@pytest.mark.parametrize("record", [TASK, {"id": "a-dms-1"}, {"task_id": "a-dms-1", "instance_id": None}])
def test_dms_record_in_ids_is_deleted_under_named_instance(call: Caller, record: dict[str, Any]) -> None:
    assert call("dms_task", task_ids=[record], instance_id="a-kafka-1")["deleted"] == ["a-dms-1"]
