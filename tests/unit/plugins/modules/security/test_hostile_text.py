# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and messages with templates, markup and control characters come out of modules as plain text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator import PROJECT, CloudEmulator
from helpers.emulator_calls import Caller
from helpers.hostile_text import HOSTILE, MARKUP, TEMPLATE, control_characters, scenario


@pytest.fixture
def hostile() -> Iterator[CloudEmulator]:
    with CloudEmulator(scenario()) as running:
        yield running


def test_records_with_hostile_names_are_plain_text(hostile: CloudEmulator) -> None:
    result = Caller(hostile)("environment_info")
    assert not result.failed, result
    assert len(result["records"]) == 15
    assert control_characters(result.output) == set()
    for record in result["records"]:
        assert not control_characters("".join(str(value) for value in record.values()))
        assert record["name"].startswith(TEMPLATE)
        assert MARKUP in record["name"]
    unsure = [record for record in result["records"] if TEMPLATE in (record["status"] or "")]
    assert {record["service"] for record in unsure} == {"drs", "gaussdb", "dms", "dcs", "cce"}
    assert not [record for record in unsure if record["deletable"] or record["created_at"]]


@pytest.mark.parametrize("service", ["iam", "gaussdb"])
def test_failure_with_hostile_message_is_plain_text(cloud: CloudEmulator, service: str) -> None:
    cloud.faults.add("status", service=service, status=400, error_code=HOSTILE, error_msg=HOSTILE)
    for module, options in (("gaussdb_job_info", {}), ("gaussdb_job", {"job_ids": ["a-gauss-1"]})):
        result = Caller(cloud)(module, **options)
        assert result.failed
        assert TEMPLATE in result["msg"]
        assert control_characters(result.output) == set()
        assert not control_characters(str(result["msg"]) + str(result.get("failures")))


def test_delete_of_id_with_path_characters_is_rejected(cloud: CloudEmulator) -> None:
    for number, odd in enumerate(["../../tasks", "a/b", "a?x=1", "a#b", "..", "a%2fb", "a b", HOSTILE]):
        status = {"status": "Completed", "name": str(number)}
        cloud.add_record(PROJECT, "gaussdb", id=f"odd-{number}", raw={"job_id": odd, **status})
    result = Caller(cloud)("gaussdb_job_info")
    assert len(result["records"]) == 11
    odd_ones = [record for record in result["records"] if not record["id"].startswith("a-gauss-")]
    assert len(odd_ones) == 8
    assert not [record for record in odd_ones if record["deletable"]]
    for record in odd_ones:
        refused = Caller(cloud)("gaussdb_job", job_ids=[record["id"]])
        assert refused.failed
        assert "job_ids[0]" in refused["msg"]
    assert cloud.writes() == []
