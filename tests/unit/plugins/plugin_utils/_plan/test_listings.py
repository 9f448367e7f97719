# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list that failed is never read as nothing there."""

from __future__ import annotations

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.errors import PlanError

from helpers.plan_factory import UNATTENDED, listing, planned_in, record, run_of

RECORDS = [record("a"), record("c", "cce")]


@pytest.mark.parametrize("state", ["failed", "unsupported", "partial", "", "Complete"])
@pytest.mark.parametrize("confirm", ["", UNATTENDED])
def test_a_list_that_is_not_complete_refuses_the_plan(state: str, confirm: str) -> None:
    run = run_of(listing(RECORDS, cce=state), confirm=confirm)
    assert (run["mode"], run["batches"], run["confirmation"]) == ("refused", [], "")
    assert run["problems"][0].startswith("cce: its records could not be listed")


def test_a_list_that_is_missing_refuses_the_plan() -> None:
    found = listing(RECORDS)
    del found["listings"]["dcs"]
    assert run_of(found, confirm=UNATTENDED)["problems"] == ["dcs: its records could not be listed: no answer"]


@pytest.mark.parametrize("result", [{}, {"msg": "the network is down"}, {"records": [], "listings": {}}])
def test_no_answer_at_all_refuses_the_plan(result: dict[str, object]) -> None:
    run = run_of(result, confirm=UNATTENDED)
    assert run["mode"] == "refused"
    assert run["problems"][0].startswith("nothing could be listed")


def test_an_accepted_service_may_be_missing_and_is_named() -> None:
    run = run_of(listing(RECORDS, cce="failed"), confirm=UNATTENDED, accept_unavailable=["cce"])
    assert run["mode"] == "apply"
    assert planned_in(run) == {"a"}
    assert any(line.startswith("left out: cce (failed)") for line in run["lines"])


def test_services_that_are_not_asked_for_need_no_list() -> None:
    assert run_of(listing(RECORDS[:1], cce="failed"), services=["gaussdb"])["mode"] == "plan"


@pytest.mark.parametrize(
    "foreign", [{"project_id": "other"}, {"region": "eu-nl"}, {"service": "cce"}], ids=["project", "region", "service"]
)
def test_a_record_that_nobody_asked_for_stops_the_run(foreign: dict[str, str]) -> None:
    with pytest.raises(PlanError, match="nobody asked for"):
        run_of([record("a"), {**record("b"), **foreign}], services=["gaussdb"])
