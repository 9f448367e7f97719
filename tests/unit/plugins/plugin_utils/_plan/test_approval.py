# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a confirmation confirms: nothing, exactly one plan, or whatever is planned."""

from __future__ import annotations

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.document import confirmation_of, digest_of
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.tables import failure_message

from helpers.plan_factory import PROJECT, UNATTENDED, planned_in, reconciled, record, run_of, settings

RECORDS = [record("a"), record("b", "dms_task", instance_id="i1"), record("c", "cce_job")]
CONFIRMATION = confirmation_of(PROJECT, digest_of(RECORDS))


def test_plan_unconfirmed_has_no_batches() -> None:
    run = run_of(RECORDS)
    assert (run["mode"], run["batches"]) == ("plan", [])
    assert planned_in(run) == {"a", "b", "c"}
    assert run["confirmation"] == f"{PROJECT}/{digest_of(RECORDS)[:8]}"
    assert any(run["confirmation"] in line for line in run["lines"])


@pytest.mark.parametrize("confirm", [CONFIRMATION, UNATTENDED])
def test_plan_confirmed_is_applied(confirm: str) -> None:
    run = run_of(RECORDS, confirm=confirm)
    assert (run["mode"], run["problems"]) == ("apply", [])
    assert planned_in(run) == {"a", "b", "c"}


@pytest.mark.parametrize(
    "now", [RECORDS[:2], [*RECORDS, record("d")], [*RECORDS[:2], record("c", "cce_job", status="Success")]]
)
def test_plan_changed_since_confirmation_is_refused(now: list[dict[str, object]]) -> None:
    run = run_of(now, confirm=CONFIRMATION)
    assert (run["mode"], run["batches"], run["records"], run["confirmation"]) == ("refused", [], [], "")
    digest = run["digest"][:8]
    count = f"{len(now)} records, above"
    assert failure_message(reconciled(run)) == (
        f"Nothing was deleted: plan {CONFIRMATION[-8:]} is confirmed, but the current plan is {digest} ({count})."
        " To delete these:"
        f" decommission_confirm={PROJECT}/{digest}. With decommission_plan_file the differences are named"
    )


def test_plan_empty_since_confirmation_is_not_refused() -> None:
    run = run_of([], confirm=CONFIRMATION)
    assert (run["mode"], run["problems"], run["batches"]) == ("apply", [], [])


def test_plan_over_max_records_is_refused() -> None:
    for confirm in ("", UNATTENDED):
        run = run_of(RECORDS, confirm=confirm, max_records=2)
        assert (run["mode"], run["batches"], run["confirmation"]) == ("refused", [], "")
        assert "decommission_max_records" in run["problems"][0]
    assert run_of(RECORDS, confirm=UNATTENDED, max_records=3)["mode"] == "apply"


def test_check_mode_needs_no_confirmation_and_never_applies() -> None:
    for confirm in ("", UNATTENDED):
        run = run_of(RECORDS, confirm=confirm, check_mode=True)
        assert run["mode"] == "check"
        assert [batch["records"] for batch in run["batches"]] == [3]


@pytest.mark.parametrize("variable", ["confirm", "confirmations"])
@pytest.mark.parametrize("rest", ["0123abcd", "unattended"])
def test_confirmation_of_another_project_is_error(variable: str, rest: str) -> None:
    value = f"eu-de_shop/{rest}" if variable == "confirm" else {PROJECT: f"eu-de_shop/{rest}"}
    with pytest.raises(OptionError, match=f"confirms project 'eu-de_shop', but decommission_project is '{PROJECT}'"):
        settings(**{variable: value})


@pytest.mark.parametrize("rest", ["", "0123abc", "0123ABCD", "0123abcde", "unattende", "unattended2", "zzzzzzzz"])
def test_confirmation_that_is_no_digest_is_error(rest: str) -> None:
    with pytest.raises(OptionError, match=f"^decommission_confirm: must be {PROJECT}/ and the first 8 characters of"):
        settings(confirm=f"{PROJECT}/{rest}")


def test_confirmations_of_many_projects_own_one_counts() -> None:
    approval = settings(confirmations={"eu-de_shop": "eu-de_shop/unattended", PROJECT: f"{PROJECT}/0123abcd"}).approval
    assert (approval.scope, approval.digest) == ("exact", "0123abcd")
    assert settings(confirmations={"eu-de_shop": "eu-de_shop/unattended"}).approval.scope == "none"


def test_confirm_of_another_project_beside_own_confirmation_is_ignored() -> None:
    approval = settings(confirm="eu-de_shop/0123abcd", confirmations={PROJECT: f"{PROJECT}/unattended"}).approval
    assert approval.scope == "unattended"


def test_confirm_that_differs_from_own_confirmation_is_error() -> None:
    with pytest.raises(OptionError, match=r"^decommission_confirm: "):
        settings(confirm=f"{PROJECT}/0123abcd", confirmations={PROJECT: f"{PROJECT}/unattended"})
