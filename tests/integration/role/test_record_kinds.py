# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of records that a cloud offers is decommissioned by the role."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator, small
from emulator.services import KINDS
from helpers.kind_cases import CASES, HUAWEI, OTC
from helpers.role_runs import outcomes

OF_HUAWEI = {case.kind for case in CASES}
KINDS_OF = {OTC: {kind for kind in OF_HUAWEI if KINDS[kind].otc}, HUAWEI: OF_HUAWEI}


def held(cloud: CloudEmulator, region: str) -> dict[str, list[str]]:
    """The ids of the records of each kind that are left."""
    return {kind: sorted(one["id"] for one in cloud.records(f"{region}_retired", kind)) for kind in KINDS_OF[region]}


@pytest.mark.parametrize("region", [OTC, HUAWEI])
def test_role_deletes_every_kind_of_records_of_cloud(cloud: CloudEmulator, decommission: Any, region: str) -> None:
    cloud.load(small(region=region))
    running = {case.kind: [case.running] for case in CASES if case.kind in KINDS_OF[region]}
    variables = {"project": f"{region}_retired", "kinds": "records"}
    run = decommission(confirm=f"{region}_retired/unattended", **variables)
    assert run.code == 0, run.output
    number = len(KINDS_OF[region])
    assert number == {OTC: 8, HUAWEI: 12}[region]
    assert run.fact("decommission_result")["outcomes"] == outcomes(deleted=2 * number, kept=number)
    assert held(cloud, region) == running
    cloud.clear_log()
    again = decommission(confirm=f"{region}_retired/unattended", **variables)
    assert (again.code, again.count("changed"), cloud.writes()) == (0, 0, []), again.output


def test_role_kind_of_other_cloud_is_refused_unless_accepted(cloud: CloudEmulator, decommission: Any) -> None:
    kinds = ["rds_task", "cce_job"]
    refused = decommission(kinds=kinds)
    assert refused.code != 0 and cloud.writes() == []
    assert "rds_task" in refused.output and "not offered in region eu-de" in refused.output
    accepted = decommission(kinds=kinds, accept_unavailable=["rds_task"])
    assert accepted.code == 0, accepted.output
    assert accepted.fact("decommission_plan")["counts"]["planned"] == 2
