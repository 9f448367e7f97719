# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All variables are judged before the first request, and what cannot be used is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.sundown.hwcloud.plugins.filter.decommission import FACTS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.errors import PlanError
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.names import FACTS as FACTS_LEFT
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.names import PLAYBOOK_NAMES, STATISTICS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.role_settings import VARIABLES, validate

from checkout import ROOT
from helpers.plan_factory import PROJECT, ROLE, defaults, settings

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


NEAREST = {
    "decommission_protects": "decommission_protect",
    "decommission_protected_project": "decommission_protected_projects",
    "decommission_protected_names": "decommission_protected_projects",
    "decommission_keeplast": "decommission_keep_last",
    "decommission_keep": "decommission_keep_last",
    "decommission_selects": "decommission_select",
    "decommission_service": "decommission_services",
    "decommission_reportdir": "decommission_report_dir",
    "decommission_confrim": "decommission_confirm",
    "decommission_project_id": "decommission_project",
    "decommission__protect": "decommission_protect",
    "decommission_Protect": "decommission_protect",
    "decommission_max_fail_percent": "decommission_max_fail_percentage",
    "Decommission_protect": "decommission_protect",
    "DECOMMISSION_SERVICES": "decommission_services",
    "decomission_protect": "decommission_protect",
    "decommision_services": "decommission_services",
    "decomision_keep_last": "decommission_keep_last",
    "decomission_reportdir": "decommission_report_dir",
    "deccommission_protect": "decommission_protect",
    "decommisson_confirm": "decommission_confirm",
    "decomission_x_mine": "decommission_x_mine",
}


@pytest.mark.parametrize(("name", "meant"), NEAREST.items())
def test_an_unknown_variable_is_an_error_that_names_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(PlanError) as refusal:
        validate(defaults(), FACTS, [*VARIABLES, name])
    assert str(refusal.value).startswith(f"{name}: no variable of this role. Did you mean {meant}? ")
    assert "decommission_x_" in str(refusal.value)


@pytest.mark.parametrize("name", ["exclude", "older_than", "limit", "dry_run", "", "x"])
def test_what_is_near_to_nothing_is_an_error_too(name: str) -> None:
    with pytest.raises(
        PlanError, match=rf"^decommission_{name}: no variable of this role\. The nearest is decommission_"
    ):
        validate(defaults(), FACTS, [f"decommission_{name}"])


def test_all_unknown_variables_stand_in_one_message() -> None:
    with pytest.raises(PlanError) as refusal:
        validate({**defaults(), "decommission_keep_last": "some"}, FACTS, NEAREST)
    assert all(f"{name}: no variable" in str(refusal.value) for name in NEAREST)
    assert str(refusal.value).count("may begin with decommission_x_") == 1


@pytest.mark.parametrize(
    "name",
    [
        *("decommission_x_mine", "decommission_x_", "decommission", "__decommission_run", "_decommission_mine"),
        *("decommissioned_hosts", "decommissioning_window", "decommissioner_name", "decommissions_total"),
        *("decomissioned_hosts", "decommisioning_window"),
        *("recommission_date", "commission_rate", "precommission_checks", "commissioning_team"),
        *("decision_log", "decompression_level", "decomposition_depth", "decimal_places", "december_rate", "dec_unit"),
        *("demission_date", "my_decommission_note", "permission_set", "decom_project"),
    ],
)
def test_variables_that_only_look_alike_are_let_through(name: str) -> None:
    assert validate(defaults(), FACTS, [*VARIABLES, name])


def test_what_playbooks_facts_and_statistics_are_called_is_known() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "playbooks").glob("*.yml"))
    assert {*re.findall(r"(?<![\w.])decommission_\w+", written)} == {*PLAYBOOK_NAMES}

    tasks = [
        task for path in (ROLE / "tasks").glob("*.yml") for task in tasks_in(yaml.safe_load(path.read_text("utf-8")))
    ]
    facts = {name for task in tasks for name in task.get("ansible.builtin.set_fact", {}) if name != "cacheable"}
    registered = {task["register"] for task in tasks if "register" in task}
    assert {name for name in facts | registered if not name.startswith("__decommission_")} == {*FACTS_LEFT}

    given = [task["ansible.builtin.set_stats"]["data"] for task in tasks if "ansible.builtin.set_stats" in task]
    literal = {name for data in given if isinstance(data, dict) for name in data}
    templated = {name for data in given for name in re.findall(r"'(decommission_\w+)':", str(data))}
    assert literal | templated <= {*STATISTICS}
    assert validate(defaults(), FACTS, [*PLAYBOOK_NAMES, *FACTS_LEFT, *STATISTICS])


def tasks_in(tasks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each task of a file, those in blocks included."""
    for task in tasks:
        yield task
        for part in ("block", "rescue", "always"):
            yield from tasks_in(task.get(part, []))


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
