# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All variables are judged before the first request, and what cannot be used is named."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.sundown.hwcloud.plugins.filter.decommission import FACTS
from ansible_collections.sundown.hwcloud.plugins.module_utils._plan.errors import PlanError
from ansible_collections.sundown.hwcloud.plugins.module_utils._plan.settings import VARIABLES, validate

from plans import PROJECT, ROLE, defaults, settings

REFUSED: dict[str, list[Any]] = {
    "project": ["", "  ", None, 7, "a/b", "..", ".hidden", "a\nb", True],
    "region": [7, ["eu-de"], True],
    "auth": ["user", None, ["user"], {1: "user"}],
    "endpoints": ["http://127.0.0.1:1", None, [], {1: "http://127.0.0.1:1"}],
    "concurrency": [0, 65, -1, True, "many", "", "1.5", 1.5, None, "-1"],
    "max_rps": [0, -1, True, "fast", [1], float("inf"), float("nan"), "0"],
    "services": [[], "", None, ["drs", "drs"], ["ecs"], [["drs"]], ["DRS"], [""], {"drs": 1}, 5],
    "select": [[], {}, "", "everything", "ALL", None, True, 1, [{}], ["drs"], [[]], [None], {"service": "drs"}],
    "protect": [{}, "", None, "all", [{}], ["drs"], [None], 1],
    "protected_projects": [None, {}, 5, [5], [""], [None]],
    "keep_last": [-1, True, "some", "", 1.0, None, "1d", "-1"],
    "max_records": [0, -5, False, "", "all", None, 2.5],
    "stop_drs": [None, "", "maybe", 1, 0, "1", "0", [], 1.0],
    "accept_unavailable": [None, ["ecs"], ["drs", "drs"], {"drs": True}, [None], 3],
    "confirm": [True, 5, "yes", PROJECT, f"{PROJECT}/", f"{PROJECT}/12345", f"{PROJECT}/ABCDEF12", "/unattended"],
    "plan_file": [True, 5, ["plan.json"]],
    "planned": [None, "plan", [], 5],
    "confirmations": [None, [], "all", {PROJECT: 5}, {PROJECT: "yes"}, {"another": 5}, {5: "a"}],
    "on_drift": ["", None, "ignore", True, ["fail"], "Intersect"],
    "batch_size": [0, -1, True, "", None, "all", 1.5],
    "report_dir": [True, 5, ["reports"]],
}


def test_the_role_the_defaults_and_the_code_know_the_same_variables() -> None:
    specs = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    documented = specs["argument_specs"]["main"]["options"]
    passed = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))["__decommission_variables"]
    assert list(documented) == list(passed) == list(VARIABLES)
    assert {*defaults()} == {*VARIABLES}
    assert {name: option.get("default") for name, option in documented.items() if not option.get("required")} == {
        name: value for name, value in defaults().items() if name != "decommission_project"
    }


def test_every_service_is_decommissioned_by_default() -> None:
    specs = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options = specs["argument_specs"]["main"]["options"]
    assert options["decommission_services"]["default"] == list(FACTS) == list(settings().services)


def test_every_variable_is_tried_with_bad_values() -> None:
    assert {f"decommission_{name}" for name in REFUSED} == {*VARIABLES}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in REFUSED.items() for value in values])
def test_bad_values_are_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(PlanError, match=f"^decommission_{name}"):
        settings(**{name: value})


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("keep_last", "5", 5),
        ("max_records", "20000", 20000),
        ("batch_size", "10", 10),
        ("concurrency", "64", 64),
        ("max_rps", "12.5", 12.5),
        ("max_rps", 3, 3.0),
        ("max_rps", "", None),
        ("stop_drs", "yes", True),
        ("stop_drs", "False", False),
        ("stop_drs", True, True),
        ("services", "drs, cce", ("drs", "cce")),
        ("accept_unavailable", "", ()),
        ("protected_projects", "prod*,eu-de", ("prod*", "eu-de")),
        ("region", None, ""),
        ("confirm", None, ""),
        ("report_dir", " reports ", "reports"),
    ],
)
def test_values_that_surveys_deliver_as_text(name: str, value: Any, wanted: Any) -> None:
    assert getattr(settings(**{name: value}), name) == wanted


def test_services_keep_their_order() -> None:
    assert settings(services=["cce", "drs"]).services == ("cce", "drs")


def test_a_variable_that_is_missing_or_unknown_is_an_error() -> None:
    variables = defaults()
    variables.pop("decommission_protect")
    with pytest.raises(PlanError, match=r"^decommission_protect: is not set"):
        validate(variables, FACTS)
    with pytest.raises(PlanError, match=r"^decommission_protected: is no variable"):
        validate({**defaults(), "decommission_protected": []}, FACTS)


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("decommission_protects", "decommission_protect"),
        ("decommission_protected_project", "decommission_protected_projects"),
        ("decommission_keeplast", "decommission_keep_last"),
        ("decommission_selects", "decommission_select"),
    ],
)
def test_a_misspelt_guard_is_an_error(misspelt: str, meant: str) -> None:
    with pytest.raises(PlanError, match=f"^{misspelt}: .* {meant} is$"):
        validate(defaults(), FACTS, [*VARIABLES, misspelt])


def test_other_variables_of_a_play_are_nobodys_business() -> None:
    names = ["decommission_hosts", "decommission_plan", "decommission_result", "decommission_plan_digest"]
    assert validate(defaults(), FACTS, [*VARIABLES, *names, "decommission_plan_counts", "decommission_project_id"])


def test_secrets_are_not_repeated() -> None:
    with pytest.raises(PlanError) as refusal:
        settings(auth="password=hunter2")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("glob", [PROJECT, "eu-de_*", "*", "eu-de_retire?"])
def test_a_protected_project_is_refused(glob: str) -> None:
    with pytest.raises(PlanError, match=r"^decommission_project: .* is protected by"):
        settings(protected_projects=["prod-*", glob])


def test_globs_of_projects_mind_case() -> None:
    assert settings(protected_projects=["EU-DE_*"]).project == PROJECT
