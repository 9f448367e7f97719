# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of each kind one after the other: list, check mode, delete, delete again."""

from __future__ import annotations

import pytest

from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller, left, sends_only_reads
from helpers.kind_cases import CASES, Case


@pytest.mark.parametrize("case", CASES, ids=str)
def test_kind_listed_checked_deleted_and_deleted_again(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    records = {record["id"]: record for record in call(case.info_module)["records"]}
    assert set(records) == set(case.ids)
    assert {record_id for record_id, record in records.items() if record["deletable"]} == set(case.deletable)
    assert {(record["kind"], record["service"]) for record in records.values()} == {(case.kind, case.service)}
    assert records[case.deletable[0]]["status"] == case.status
    assert call("environment_info", kinds=[case.kind])["records"] == list(records.values())

    options = case.options(case.deletable)
    checked = call(case.module, check=True, **options)
    assert checked["changed"] and checked["deleted"] == list(case.deletable)
    refused = call(case.module, check=True, **case.options([case.running]))["failures"]
    assert [failure["error_code"] for failure in refused] == ["NotDeletable"]
    assert cloud.writes() == [] and sends_only_reads(cloud.log)

    deleted = call(case.module, **options)
    assert deleted["changed"] and deleted["deleted"] == list(case.deletable)
    assert left(cloud, case.kind) == [case.running]
    again = call(case.module, **options)
    assert not again["changed"] and again["absent"] == list(case.deletable)
