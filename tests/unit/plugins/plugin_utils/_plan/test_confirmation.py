# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a confirmation confirms: nothing, exactly one plan, or whatever is planned."""

from __future__ import annotations

import hashlib
import json
import random

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.digest import confirmation_of, digest_of
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.errors import PlanError

from helpers.plan_factory import IDENTITY, PROJECT, UNATTENDED, planned_in, record, run_of, settings

RECORDS = [record("a"), record("b", "dms", instance_id="i1"), record("c", "cce")]


def test_the_digest_is_that_of_the_canonical_json() -> None:
    items = [
        {"id": "a", "instance_id": None, "service": "gaussdb", "status": "Failed"},
        {"id": "b", "instance_id": "i1", "service": "dms", "status": "FAILED"},
        {"id": "c", "instance_id": None, "service": "cce", "status": "Failed"},
    ]
    content = [{**item, "region": "eu-de", "project_id": IDENTITY["project_id"]} for item in items]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    assert digest_of(RECORDS) == hashlib.sha256(canonical.encode()).hexdigest()


def test_the_digest_does_not_mind_the_order() -> None:
    shuffled = random.Random(1).sample(RECORDS, 3)
    assert digest_of(shuffled) == digest_of(RECORDS)


@pytest.mark.parametrize("field", ["service", "region", "project_id", "instance_id", "id", "status"])
def test_the_digest_minds_each_of_its_fields(field: str) -> None:
    assert digest_of([{**RECORDS[0], field: "other"}]) != digest_of(RECORDS[:1])


@pytest.mark.parametrize("field", ["name", "created_at", "updated_at", "deletable"])
def test_the_digest_does_not_mind_other_fields(field: str) -> None:
    assert digest_of([{**RECORDS[0], field: "other"}]) == digest_of(RECORDS[:1])


def test_without_a_confirmation_there_is_only_a_plan() -> None:
    run = run_of(RECORDS)
    assert (run["mode"], run["batches"]) == ("plan", [])
    assert planned_in(run) == {"a", "b", "c"}
    assert run["confirmation"] == f"{PROJECT}/{digest_of(RECORDS)[:8]}"
    assert any(run["confirmation"] in line for line in run["lines"])


def test_exactly_the_confirmed_plan_is_applied() -> None:
    confirmation = confirmation_of(PROJECT, digest_of(RECORDS))
    run = run_of(RECORDS, confirm=confirmation)
    assert (run["mode"], run["problems"]) == ("apply", [])
    assert planned_in(run) == {"a", "b", "c"}


@pytest.mark.parametrize(
    "now", [RECORDS[:2], [*RECORDS, record("d")], [*RECORDS[:2], record("c", "cce", status="Success")]]
)
def test_any_other_plan_is_refused(now: list[dict[str, object]]) -> None:
    run = run_of(now, confirm=confirmation_of(PROJECT, digest_of(RECORDS)))
    assert (run["mode"], run["batches"], run["ids"], run["confirmation"]) == ("refused", [], [], "")
    assert "no longer the confirmed one" in run["problems"][0]


def test_nothing_left_to_delete_needs_no_refusal() -> None:
    run = run_of([], confirm=confirmation_of(PROJECT, digest_of(RECORDS)))
    assert (run["mode"], run["problems"], run["batches"]) == ("apply", [], [])


def test_unattended_applies_whatever_is_planned() -> None:
    run = run_of(RECORDS, confirm=UNATTENDED)
    assert run["mode"] == "apply"
    assert planned_in(run) == {"a", "b", "c"}


@pytest.mark.parametrize("variable", ["confirm", "confirmations"])
@pytest.mark.parametrize("rest", ["0123abcd", "unattended"])
def test_a_confirmation_of_another_project_is_refused(variable: str, rest: str) -> None:
    value = f"eu-de_shop/{rest}" if variable == "confirm" else {PROJECT: f"eu-de_shop/{rest}"}
    with pytest.raises(PlanError, match=f"confirms project 'eu-de_shop', but this is '{PROJECT}'"):
        settings(**{variable: value})


def test_a_project_picks_its_own_of_many_confirmations() -> None:
    approval = settings(confirmations={"eu-de_shop": "eu-de_shop/unattended", PROJECT: f"{PROJECT}/0123abcd"}).approval
    assert (approval.kind, approval.digest) == ("exact", "0123abcd")
    assert settings(confirmations={"eu-de_shop": "eu-de_shop/unattended"}).approval.kind == "none"


def test_of_many_hosts_the_last_ones_confirmation_does_not_hide_the_own() -> None:
    approval = settings(confirm="eu-de_shop/0123abcd", confirmations={PROJECT: f"{PROJECT}/unattended"}).approval
    assert approval.kind == "unattended"


def test_two_confirmations_that_disagree_are_refused() -> None:
    with pytest.raises(PlanError, match=r"^decommission_confirm: "):
        settings(confirm=f"{PROJECT}/0123abcd", confirmations={PROJECT: f"{PROJECT}/unattended"})


def test_a_plan_that_is_too_large_is_refused() -> None:
    for confirm in ("", UNATTENDED):
        run = run_of(RECORDS, confirm=confirm, max_records=2)
        assert (run["mode"], run["batches"], run["confirmation"]) == ("refused", [], "")
        assert "decommission_max_records" in run["problems"][0]
    assert run_of(RECORDS, confirm=UNATTENDED, max_records=3)["mode"] == "apply"


def test_check_mode_needs_no_confirmation_and_never_applies() -> None:
    for confirm in ("", UNATTENDED):
        run = run_of(RECORDS, confirm=confirm, check_mode=True)
        assert run["mode"] == "check"
        assert [batch["service"] for batch in run["batches"]] == ["gaussdb", "dms", "cce"]
