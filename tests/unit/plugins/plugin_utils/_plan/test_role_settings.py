# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role's variables: what is read, what is an error, and how each error names the variable."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.sundown.hwcloud.plugins.doc_fragments.select import ModuleDocFragment
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.rules import KEYS
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS, KINDS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.arguments import (
    RoleVariables,
    connection_options,
    role_spec,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.names import FACTS, PLAYBOOK_NAMES, STATISTICS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.role_settings import validate
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.state import RunState, pack, unpack

from checkout import ROOT
from helpers.plan_factory import NOW, PROJECT, ROLE, defaults, settings

VARIABLES = tuple(role_spec())
WRONG: dict[str, list[Any]] = {
    "report_url": [
        "http://bucket.example/hunter2",
        "https://user:hunter2@bucket.example/",
        "https:///hunter2",
        "https://[hunter2/report.zip",
        "https://bucket.example:0/hunter2",
        "https://bucket.example/hunter2 key",
        "https://bucket.example/report.zip?signature=hunter2#part",
        "https://bucket.example/report.zip?signature=hunter2#",
        "https://bucket.example?signature=hunter2",
        "https://bucket.example/?signature=hunter2",
        "https://bucket.example/hunter2/?signature=hunter2",
        ["hunter2"],
        7,
    ],
    "project": ["", "  ", None, 7, "a/b", "..", ".hidden", "a\nb", True],
    "region": [7, ["eu-de"], True, "eu de", "eude"],
    "auth": ["user", None, ["user"], {1: "user"}, "password=hunter2"],
    "endpoints": [
        *("http://127.0.0.1:1", None, [], {1: "http://127.0.0.1:1"}),
        *({"gausdb": "https://gaussdb.example"}, {"gaussdb": 5}, {"gaussdb": "http://gaussdb.example"}),
        {"gaussdb": "https://user:hunter2@gaussdb.example"},
    ],
    "concurrency": [0, 65, -1, True, "many", "", "1.5", 1.5, None, "-1"],
    "max_rps": [0, -1, True, "fast", [1], float("inf"), float("nan"), "0"],
    "kinds": [[], "", None, ["drs_job", "drs_job"], ["ecs"], [["drs_job"]], ["DRS_JOB"], [""], {"drs_job": 1}, 5],
    "select": [[], {}, "", "everything", "ALL", None, True, 1, [{}], ["drs"], [[]], [None], {"kind": "drs_job"}],
    "protect": [{}, "", None, "all", [{}], ["drs"], [None], 1],
    "protected_projects": [None, {}, 5, [5], [""], [None]],
    "keep_last": [-1, True, "some", "", 1.0, None, "1d", "-1"],
    "max_records": [0, -5, False, "", "all", None, 2.5],
    "stop_drs": [None, "", "maybe", 2, []],
    "accept_unavailable": [None, ["ecs"], ["all"], ["drs_job", "drs_job"], {"drs_job": True}, [None], 3],
    "confirm": [True, 5, "yes", PROJECT, f"{PROJECT}/", f"{PROJECT}/12345", f"{PROJECT}/ABCDEF12", "/unattended"],
    "plan_file": [True, 5, ["plan.json"]],
    "planned": [None, "plan", [], 5],
    "confirmations": [None, [], "all", {PROJECT: 5}, {PROJECT: "yes"}, {"another": 5}, {5: "a"}],
    "on_drift": ["", None, "ignore", True, ["fail"], "Intersect"],
    "batch_size": [0, -1, True, "", None, "all", 1.5],
    "report_dir": [True, 5, ["reports"]],
    "kind_options": [None, [], "v3", {"drs": {}}, {"drs_job": "v3"}, {"drs_job": {"stop": True}}, {5: {}}],
    "wait_timeout": [0, -1, True, "", None, "1h", 1.5, 1_000_001],
    # YAML reads 22:15 as 1335.
    "deadline": [1335, True, "0m", "45", "45 m", "1d", "24:00", "5:3", "05:60", "05:30Z", "30m1h", "-5m", ["5m"]],
    "note": [12345, True, ["INC-1"], "two\nlines", "x" * 501, "bell\a", "hidden\u200btext"],
}


def test_argument_spec_and_defaults_are_equal() -> None:
    documented = {name: option.get("default") for name, option in role_spec().items()}
    assert documented == {**defaults(), "decommission_project": None}


def test_argument_spec_default_kinds_match_code() -> None:
    assert role_spec()["decommission_kinds"]["default"] == list(DEFAULT_KINDS) == list(settings().kinds)
    assert {*DEFAULT_KINDS} <= {*KINDS}


@pytest.mark.parametrize("variable", ["decommission_select", "decommission_protect"])
def test_argument_spec_documents_every_key_of_rule(variable: str) -> None:
    assert tuple(role_spec()[variable]["options"]) == KEYS


def test_documentation_of_select_has_every_key_of_rule() -> None:
    (option,) = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"].values()
    assert tuple(option["suboptions"]) == KEYS


@pytest.mark.parametrize("value", [None, True, 1.5, "x", "a=b", [], [None], {}, {"a": {}}, [{"nmae": 1}]], ids=repr)
def test_argument_spec_any_value_passes_ansible_own_validation(value: Any) -> None:
    """Its wall of text would come before the role's own message."""
    spec = {name: dict(option) for name, option in role_spec().items()}
    assert ArgumentSpecValidator(spec).validate({}).error_messages == []
    assert ArgumentSpecValidator(spec).validate(dict.fromkeys(spec, value)).error_messages == []


def test_wrong_values_are_tried_for_every_variable() -> None:
    assert {f"decommission_{name}" for name in WRONG} == {*VARIABLES}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_variable_with_wrong_value_error_names_variable(name: str, value: Any) -> None:
    with pytest.raises(OptionError, match=f"^decommission_{name}") as error:
        settings(**{name: value})
    assert len(str(error.value).splitlines()) == 1
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("project", "", "must be set to the name of the project to decommission, not ''"),
        ("project", None, "must be set to the name of the project to decommission"),
        ("keep_last", "some", "must be an integer >= 0, not 'some'"),
        ("concurrency", 65, "must be an integer from 1 to 64, not 65"),
        ("max_rps", "fast", "must be a number > 0, not 'fast'"),
        ("stop_drs", "maybe", "must be a boolean (true or false), not 'maybe'"),
        ("region", 7, "must be a string, not 7"),
        ("region", "eude", "must be the name of a region such as eu-de or cn-north-4, not 'eude'"),
        ("endpoints", {"gausdb": "https://a.example"}, "'gausdb' is not a service. Did you mean gaussdb?"),
        ("on_drift", "ignore", "must be one of fail, intersect, not 'ignore'"),
        ("auth", "user", "must be a dictionary with strings as keys"),
        ("select", [], "must be 'all' or a list of at least one rule, not []"),
    ],
)
def test_variable_with_wrong_value_error_names_requirement(name: str, value: Any, message: str) -> None:
    with pytest.raises(OptionError) as error:
        settings(**{name: value})
    assert str(error.value) == f"decommission_{name}: {message}"


@pytest.mark.parametrize(
    ("kind", "nearest"), [("gaussdb", "gaussdb_job"), ("dms_tasks", "dms_task"), ("cce-job", "cce_job"), ("al", "all")]
)
def test_unknown_kind_error_names_nearest(kind: str, nearest: str) -> None:
    with pytest.raises(OptionError) as error:
        settings(kinds=["drs_job", kind])
    assert str(error.value) == f"decommission_kinds[1]: {kind!r} is not a kind. Did you mean {nearest}?"


def test_mistakes_are_listed_line_by_line() -> None:
    with pytest.raises(OptionError) as error:
        validate({"decommission_keep_last": "some", "decommission_kinds": ["ecs", "drs"]}, ["decommission_keep"])
    assert [line.partition(":")[0] for line in str(error.value).splitlines()] == [
        "decommission_keep",
        "decommission_project",
        "decommission_kinds[0]",
        "decommission_kinds[1]",
        "decommission_keep_last",
        "Names of your own variables may begin with decommission_x_.",
    ]


def test_unknown_option_of_auth_error_names_nearest() -> None:
    with pytest.raises(OptionError) as error:
        settings(auth={"user_nam": "operator", "password": "hunter2"})
    assert str(error.value) == "decommission_auth: 'user_nam' is not an option. Did you mean username?"


def test_report_url_is_not_kept() -> None:
    assert "s3cret" not in str(settings(report_url="https://bucket.example/report.zip?signature=s3cret"))


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("decommission_report_url", "its template cannot be evaluated"),
        ("decommission_auth", "its template cannot be evaluated"),
        ("decommission_note", "unexpected end. String: s3cret{{"),
    ],
)
def test_error_in_template_of_secret_is_not_quoted(name: str, problem: str) -> None:
    def template(value: Any) -> Any:
        raise AnsibleError(f"unexpected end. String: {value}")

    with pytest.raises(OptionError) as error:
        RoleVariables(template, {name: "s3cret{{"})[name]
    assert str(error.value) == f"{name}: {problem}"
    assert error.value.__suppress_context__


def test_known_options_of_auth_are_those_of_modules() -> None:
    assert {"region", "token", "concurrency", "user_domain_name"} <= {*connection_options()}
    assert settings(auth=dict.fromkeys(connection_options(), "x"))


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
        ("kinds", "drs_job, cce_job", ("drs_job", "cce_job")),
        ("kinds", "all", ("all",)),
        ("kinds", ["records", "cce_job"], ("records", "cce_job")),
        ("accept_unavailable", "", ()),
        ("region", None, ""),
        ("report_dir", None, ""),
        ("report_dir", " reports ", "reports"),
    ],
)
def test_variable_given_as_text_is_converted(name: str, value: Any, wanted: Any) -> None:
    assert getattr(settings(**{name: value}), name) == wanted


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("45m", 45 * 60),
        ("2h", 7200),
        ("1h30m", 5400),
        (" 45m ", 45 * 60),
        ("12:01", 60),
        ("12:00", 24 * 3600),
        ("05:30", 17.5 * 3600),
        ("5:30", 17.5 * 3600),
        ("", None),
        (None, None),
    ],
)
def test_deadline_counts_from_start_of_run(text: str, seconds: float | None) -> None:
    started = NOW.timestamp()
    read = validate({**defaults(), "decommission_deadline": text}, started=started)
    assert read.deadline == (None if seconds is None else started + seconds)


def test_deadline_without_start_counts_from_now() -> None:
    before = time.time()
    assert before + 60 <= (settings(deadline="1m").deadline or 0) <= time.time() + 60


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ({"drs_job": {"api_version": "v3"}, "cce_job": {}}, []),
        (
            {"drs_jobs": {}, "drs_job": {"x": "v3"}, "cce_job": {"wait": False}},
            [
                "decommission_kind_options: 'drs_jobs' is not a kind. Did you mean drs_job?",
                "decommission_kind_options.drs_job: 'x' is not an option of drs_job alone. The nearest is api_version.",
                "decommission_kind_options.cce_job: 'wait' is not an option of cce_job alone. There is none.",
            ],
        ),
        (
            {"drs_job": {"api_version": "v4"}},
            ["decommission_kind_options.drs_job.api_version: must be one of v5, v3, not 'v4'"],
        ),
    ],
)
def test_kind_options_are_those_of_kind_alone(options: dict[str, Any], lines: list[str]) -> None:
    if not lines:
        assert settings(kind_options=options).kind_options == options
        return
    with pytest.raises(OptionError) as error:
        settings(kind_options=options)
    assert sorted(str(error.value).splitlines()) == sorted(lines)


@pytest.mark.parametrize("note", ["", "INC-4711: retired, agreed with the owner", "x" * 500, "Größe 12 m²"])
def test_note_of_one_printable_line_is_kept(note: str) -> None:
    assert settings(note=note).note == note


def test_wrong_note_is_not_repeated_in_error() -> None:
    with pytest.raises(OptionError) as error:
        settings(note="x" * 501)
    assert str(error.value) == "decommission_note: must be one line of at most 500 printable characters"


def test_mistakes_in_read_values_are_added() -> None:
    given = {**defaults(), "decommission_keep_last": "some", "decommission_report_dir": "reports"}
    with pytest.raises(OptionError) as error:
        validate(given, more=lambda read: [f"{read['report_dir']}: {read['keep_last']}"])
    assert str(error.value).splitlines() == [
        "decommission_keep_last: must be an integer >= 0, not 'some'",
        "reports: None",
    ]


def test_settings_survive_packing() -> None:
    given = settings(note="INC-1", deadline="45m", kind_options={"drs_job": {"api_version": "v3"}}, wait_timeout="60")
    state = unpack(pack(RunState(given)))
    assert state.settings == given
    assert (given.note, given.wait_timeout) == ("INC-1", 60)


# Misspelt names of each variable.
MISSPELT = {
    "protect": [
        *("decommission_protects", "decommission__protect", "decommission_Protect", "Decommission_protect"),
        *("decomission_protect", "deccommission_protect"),
    ],
    "protected_projects": ["decommission_protected_project", "decommission_protected_names"],
    "keep_last": ["decommission_keeplast", "decommission_keep", "decomision_keep_last"],
    "select": ["decommission_selects"],
    "kinds": [
        *("decommission_kind", "decommission_service", "decommission_services", "DECOMMISSION_SERVICES"),
        "decommision_services",
    ],
    "report_dir": ["decommission_reportdir", "decomission_reportdir"],
    "confirm": ["decommission_confrim", "decommisson_confirm"],
    "project": ["decommission_project_id"],
    "max_fail_percentage": ["decommission_max_fail_percent"],
    "x_mine": ["decomission_x_mine"],
}
NEAREST = {name: f"decommission_{meant}" for meant, names in MISSPELT.items() for name in names}


@pytest.mark.parametrize(("name", "meant"), NEAREST.items())
def test_unknown_variable_error_names_nearest(name: str, meant: str) -> None:
    with pytest.raises(OptionError) as error:
        validate(defaults(), [*VARIABLES, name])
    assert str(error.value).splitlines() == [
        f"{name}: no variable of this role. Did you mean {meant}?",
        "Names of your own variables may begin with decommission_x_.",
    ]


@pytest.mark.parametrize("name", ["exclude", "older_than", "limit", "dry_run", "", "x"])
def test_unknown_variable_near_none_is_error(name: str) -> None:
    message = rf"^decommission_{name}: no variable of this role\. The nearest is decommission_"
    with pytest.raises(OptionError, match=message):
        validate(defaults(), [f"decommission_{name}"])


def test_unknown_variables_are_all_reported() -> None:
    with pytest.raises(OptionError) as error:
        validate(defaults(), NEAREST)
    assert len(str(error.value).splitlines()) == len(NEAREST) + 1


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
def test_variable_with_similar_name_is_no_error(name: str) -> None:
    assert validate(defaults(), [*VARIABLES, name])


def test_names_of_playbooks_facts_and_statistics_are_known() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "playbooks").glob("*.yml"))
    assert {*re.findall(r"(?<![\w.])decommission_\w+", written)} - {*VARIABLES, *FACTS} == {*PLAYBOOK_NAMES}

    tasks = [
        task for path in (ROLE / "tasks").glob("*.yml") for task in tasks_in(yaml.safe_load(path.read_text("utf-8")))
    ]
    facts = {name for task in tasks for name in task.get("ansible.builtin.set_fact", {}) if name != "cacheable"}
    registered = {task["register"] for task in tasks if "register" in task}
    assert {name for name in facts | registered if not name.startswith("__decommission_")} == {*FACTS}

    given = [task["ansible.builtin.set_stats"]["data"] for task in tasks if "ansible.builtin.set_stats" in task]
    literal = {name for data in given if isinstance(data, dict) for name in data}
    templated = {name for data in given for name in re.findall(r"'(decommission_\w+)':", str(data))}
    assert literal | templated <= {*STATISTICS}
    assert validate(defaults(), [*PLAYBOOK_NAMES, *FACTS, *STATISTICS])


def tasks_in(tasks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each task of a file, those in blocks included."""
    for task in tasks:
        yield task
        for part in ("block", "rescue", "always"):
            yield from tasks_in(task.get(part, []))


@pytest.mark.parametrize("glob", [PROJECT, "eu-de_*", "*", "eu-de_retire?"])
def test_protected_project_is_error(glob: str) -> None:
    with pytest.raises(OptionError, match=r"^decommission_project: .* is protected by"):
        settings(protected_projects=["prod-*", glob])
    with pytest.raises(OptionError, match=r"^decommission_project: .* is protected by"):
        settings(protected_projects=f"prod-*, {glob}")


def test_protected_project_globs_are_case_sensitive() -> None:
    assert settings(protected_projects=["EU-DE_*"]).project == PROJECT
