# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile names, ids and messages stay plain text in results."""

from __future__ import annotations

import pytest

from emulator import PROJECT, CloudEmulator
from helpers.emulator_calls import Caller
from helpers.hostile_text import HOSTILE, MARKUP, TEMPLATE, deletable_instance, hostile_scenario
from helpers.kind_cases import INSTANCE_KINDS, SERVICES
from helpers.result_checks import texts, unprintable

NAMELESS = ("dcs_bigkey_task", "dcs_hotkey_task")


def test_records_with_hostile_texts_are_printable(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(hostile_scenario())
    result = call("environment_info", kinds="all")
    assert not result.failed, result
    deletable = {deletable_instance(case.service) for case in INSTANCE_KINDS}
    assert len(result["records"]) == sum(len(case.ids) for case in (*SERVICES, *INSTANCE_KINDS)) + len(deletable)
    assert unprintable(result.output) <= {"\n"}
    for record in result["records"]:
        assert not unprintable("".join(texts(record)))
        if record["kind"] not in NAMELESS:
            assert record["name"].startswith(TEMPLATE) and MARKUP in record["name"]
    hostile = [record for record in result["records"] if TEMPLATE in (record["status"] or "")]
    assert {record["kind"] for record in hostile} == {case.module for case in (*SERVICES, *INSTANCE_KINDS)}
    assert not [record for record in hostile if record["deletable"] or record["prepaid"] or record["created_at"]]
    assert deletable <= {record["id"] for record in result["records"] if record["deletable"]}


@pytest.mark.parametrize("service", ["iam", "gaussdb"])
@pytest.mark.parametrize(("module", "options"), [("gaussdb_job_info", {}), ("gaussdb_job", {"job_ids": ["a-gauss-1"]})])
def test_error_with_hostile_message_is_printable(
    cloud: CloudEmulator, call: Caller, service: str, module: str, options: dict[str, list[str]]
) -> None:
    cloud.faults.add("status", service=service, status=400, error_code=HOSTILE, error_msg=HOSTILE)
    result = call(module, **options)
    assert result.failed and TEMPLATE in result["msg"]
    assert unprintable(result.output) <= {"\n"}
    (error,) = result.get("failures", [result])
    assert error["error_msg"].isprintable() and error["error_code"].isprintable()
    assert not unprintable(str(result["msg"]) + str(result.get("failures")))


def test_id_with_path_characters_is_listed_and_never_sent(cloud: CloudEmulator, call: Caller) -> None:
    odd = ["../../tasks", "a/b", "a?x=1", "a#b", "..", "a%2fb", "a b", HOSTILE]
    for number, record_id in enumerate(odd):
        raw = {"job_id": record_id, "status": "Completed", "name": str(number)}
        cloud.add_record(PROJECT, "gaussdb", id=f"odd-{number}", raw=raw)
    records = call("gaussdb_job_info")["records"]
    found = [record for record in records if not record["id"].startswith("a-gauss-")]
    assert (len(records), len(found)) == (11, len(odd))
    assert not [record for record in found if record["deletable"]]
    for record in found:
        result = call("gaussdb_job", job_ids=[record["id"]])
        assert result.failed and "job_ids[0]" in result["msg"]
    assert cloud.writes() == []
