# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the AWX API that `awx import` uses: resources with fields, foreign keys and relations."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .awx_notifications import JOB_EVENTS, notification_errors
from .http_stub import Answer, Asked, SmallServer

PREFIX = "/api/v2/"
# Resource -> the fields that a POST accepts; after -> the resource that a field refers to.
FIELDS: dict[str, str] = {
    "organizations": "name description",
    "labels": "name organization->organizations",
    "credential_types": "name description kind inputs injectors",
    "credentials": "name description organization->organizations credential_type->credential_types inputs",
    "execution_environments": "name description image pull organization->organizations credential->credentials",
    "projects": "name description organization->organizations scm_type scm_url scm_branch scm_update_on_launch "
    "credential->credentials default_environment->execution_environments",
    "inventories": "name description organization->organizations kind variables",
    "inventory_sources": "name description source source_path source_vars overwrite overwrite_vars update_on_launch "
    "source_project->projects inventory->inventories credential->credentials "
    "execution_environment->execution_environments",
    "job_templates": "name description job_type inventory->inventories project->projects playbook forks limit "
    "extra_vars verbosity survey_enabled ask_limit_on_launch ask_variables_on_launch job_slice_count "
    "ask_credential_on_launch ask_inventory_on_launch execution_environment->execution_environments",
    "workflow_job_templates": "name description organization->organizations survey_enabled ask_limit_on_launch "
    "ask_variables_on_launch extra_vars limit inventory->inventories",
    "workflow_job_template_nodes": "identifier workflow_job_template->workflow_job_templates "
    "unified_job_template->job_templates extra_data all_parents_must_converge",
    "workflow_approval_templates": "name description timeout",
    "notification_templates": "name description organization->organizations notification_type "
    "notification_configuration messages",
}
# The client lists these, too; the import file has none.
OTHERS = ("users", "teams", "applications", "schedules", "system_job_templates")
NOTIFICATIONS = tuple(f"notification_templates_{event}" for event in JOB_EVENTS)
RELATIONS: dict[str, tuple[str, ...]] = {
    "job_templates": ("credentials", "survey_spec", *NOTIFICATIONS),
    "workflow_job_templates": (
        "survey_spec",
        "workflow_nodes",
        *NOTIFICATIONS,
        "notification_templates_approvals",
    ),
    "workflow_job_template_nodes": ("success_nodes", "failure_nodes", "always_nodes", "create_approval_template"),
}
NODES = "workflow_job_template_nodes"
# What a POST to a relation creates; to the others it attaches something with an id.
CREATED = {"survey_spec": "", "workflow_nodes": NODES, "create_approval_template": "workflow_approval_templates"}
# Resource -> the fields that a POST needs, where that is more than a name.
REQUIRED = {
    "labels": ("name", "organization"),
    "credential_types": ("name", "kind"),
    "credentials": ("name", "credential_type"),
    "execution_environments": ("name", "image"),
    "inventories": ("name", "organization"),
    "inventory_sources": ("name", "inventory"),
    NODES: ("workflow_job_template",),
    "notification_templates": ("name", "organization", "notification_type"),
}
# Resource -> the fields that are unique together; approval templates have none.
UNIQUE = {
    "organizations": ("name",),
    "credential_types": ("name", "kind"),
    "credentials": ("organization", "name", "credential_type"),
    "execution_environments": ("name",),
    "inventory_sources": ("name", "inventory"),
    NODES: ("identifier", "workflow_job_template"),
    "workflow_approval_templates": (),
}
SURVEY_DEFAULTS = {"text": str, "multiplechoice": str, "integer": int}


class Refused(Exception):
    """The response has status 400; the argument is its body, or the detail in it."""


@dataclass
class Item:
    """A resource that was posted; ``related`` holds ids, or the survey."""

    id: int
    resource: str
    values: dict[str, Any]
    related: dict[str, Any] = field(default_factory=dict)


class ControllerStub(SmallServer):
    """A server with the API, as a context manager; ``items`` are its resources."""

    def __init__(self) -> None:
        super().__init__(self._respond)
        self.items: list[Item] = []

    def _respond(self, request: Asked) -> Answer:
        try:
            status, body = self.response_to(request.method, request.target, json.loads(request.body or "null"))
        except Refused as refusal:
            (reason,) = refusal.args
            status, body = 400, reason if isinstance(reason, dict) else {"detail": reason}
        headers = {"Allow": "GET, POST, PUT, PATCH, OPTIONS", "Content-Type": "application/json"}
        return Answer(status, json.dumps(body).encode(), headers)

    def add(self, resource: str, values: dict[str, Any]) -> Item:
        """Add a resource; raise `Refused` where a field is unknown, missing or invalid, or a name is in use."""
        item = Item(len(self.items) + 1, resource, dict(values))
        self._check(item, values)
        self.items.append(item)
        return item

    def _check(self, item: Item, given: dict[str, Any]) -> None:
        """Raise `Refused` for an item that a request with all its fields in ``given`` may not make."""
        resource = item.resource
        unknown = set(given) - set(field_types(resource))
        if unknown:
            raise Refused(f"{resource}: unknown {', '.join(sorted(unknown))}")
        missing = [name for name in REQUIRED.get(resource, ("name",)) if given.get(name) in (None, "")]
        if missing:
            raise Refused({name: ["This field is required."] for name in missing})
        for name, target in foreign_keys(resource).items():
            if given.get(name) is not None and not self.find(given[name], target, "workflow_approval_templates"):
                raise Refused(f"{resource}: {name} {given[name]} is nothing of {target}")
        if resource == "notification_templates" and (errors := notification_errors(item.values)):
            raise Refused({"__all__": errors})
        self._check_unique(item)

    def _check_unique(self, item: Item) -> None:
        fields = UNIQUE.get(item.resource, ("name", "organization"))
        taken = [
            [self._value(other, name) for name in fields] for other in self.of(item.resource) if other.id != item.id
        ]
        if fields and [self._value(item, name) for name in fields] in taken:
            kind = kind_of(item.resource).replace("_", " ").title().replace(" ", "")
            raise Refused({"__all__": [f"{kind} with this ({', '.join(fields)}) combination already exists."]})

    def _value(self, item: Item, name: str) -> Any:
        """Return the value of a field; the organization of a job template is that of its project."""
        if name == "organization" and item.resource == "job_templates":
            project = self.find(item.values.get("project", 0), "projects")
            return project and project.values["organization"]
        return item.values.get(name)

    def named(self, resource: str, name: str) -> Item:
        """Return the resource with this name or identifier."""
        (found,) = [i for i in self.of(resource) if name in (i.values.get("name"), i.values.get("identifier"))]
        return found

    def of(self, resource: str) -> list[Item]:
        return [item for item in self.items if item.resource == resource]

    def find(self, number: int, *resources: str) -> Item | None:
        return next((item for item in self.items if item.id == number and item.resource in resources), None)

    def launched(self, template: Item, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the variables that a job gets of those given at its launch; raise `Refused` as a launch is refused.

        What no survey asks for is ignored.
        """
        if not template.values.get("survey_enabled"):
            return {}
        return answered(template.related["survey_spec"], given)

    def response_to(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        """Return status and body of a response."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        if parts.path == "/api/":
            return 200, {"available_versions": {"v2": PREFIX}, "current_version": PREFIX}
        found = re.fullmatch(rf"{PREFIX}(?:(\w+)/(?:(\d+)/(?:(\w+)/)?)?)?", parts.path)
        if not found:
            return 404, {"detail": "Not found."}
        resource, number, relation = found.groups()
        if resource is None:
            names = {"inventories": "inventory"}
            return 200, {names.get(name, name): f"{PREFIX}{name}/" for name in [*FIELDS, *OTHERS]}
        if number is None:
            return self._listing(resource, method, query, body)
        item = self.find(int(number), resource)
        if item is None:
            return 404, {"detail": "Not found."}
        return self._relation(item, relation, method, query, body) if relation else self._detail(item, method, body)

    def _listing(
        self, resource: str, method: str, query: dict[str, str], body: Any, held: list[Item] | None = None
    ) -> tuple[int, Any]:
        if method == "OPTIONS":
            return 200, {"name": resource, "actions": {"POST": field_types(resource)}}
        if method == "POST":
            return 201, self.shown(self.add(resource, body))
        wanted = {name: value for name, value in query.items() if name in ("name", "identifier", "kind", "id")}
        held = self.of(resource) if held is None else held
        results = [self.shown(item) for item in held]
        results = [one for one in results if all(str(one.get(name)) == value for name, value in wanted.items())]
        return 200, {"count": len(results), "next": None, "previous": None, "results": results}

    def _detail(self, item: Item, method: str, body: Any) -> tuple[int, Any]:
        if method in ("PUT", "PATCH"):
            changed = item.values | body
            self._check(Item(item.id, item.resource, changed), body if method == "PUT" else changed)
            item.values = changed
        return 200, self.shown(item)

    def _relation(self, item: Item, relation: str, method: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        target = target_of(relation)
        if method == "OPTIONS":
            attached = {} if relation in CREATED else {"id": {"type": "integer"}}
            return 200, {"name": relation, "actions": {"POST": {**field_types(target), **attached}}}
        if relation == "survey_spec":
            if method == "POST":
                item.related[relation] = check_survey(body)
            return 200, item.related.get(relation, {})
        if relation == "create_approval_template":
            approval = self.add("workflow_approval_templates", body)
            item.values["unified_job_template"] = approval.id
            return 201, self.shown(approval)
        if relation == "workflow_nodes":
            nodes = [node for node in self.of(NODES) if node.values["workflow_job_template"] == item.id]
            return self._listing(NODES, method, query, body, nodes)
        held = item.related.setdefault(relation, [])
        if method == "POST":
            if not self.find(body["id"], target):
                raise Refused(f"{relation}: nothing of {target}")
            held += [body["id"]] if body["id"] not in held else []
            return 204, None
        return self._listing(target, method, query, body, [one for one in self.of(target) if one.id in held])

    def shown(self, item: Item) -> dict[str, Any]:
        """Return a resource as the API shows it."""
        url = f"{PREFIX}{item.resource}/{item.id}/"
        values = dict(item.values)
        keys = dict(foreign_keys(item.resource))
        if organization := self._value(item, "organization"):
            values["organization"], keys["organization"] = organization, "organizations"
        related = {name: f"{PREFIX}{keys[name]}/{values[name]}/" for name in keys if values.get(name)}
        if approval := self.find(values.get("unified_job_template") or 0, "workflow_approval_templates"):
            related["unified_job_template"] = f"{PREFIX}{approval.resource}/{approval.id}/"
        related.update({name: f"{url}{name}/" for name in RELATIONS.get(item.resource, ())})
        return {
            "id": item.id,
            "type": kind_of(item.resource),
            "url": url,
            "related": related,
            "status": "successful",
            **values,
        }


def kind_of(resource: str) -> str:
    """Return the API's name for one item of a resource."""
    return "inventory" if resource == "inventories" else resource.removesuffix("s")


def target_of(relation: str) -> str:
    """Return the resource of the items of a relation."""
    if relation in CREATED:
        return CREATED[relation]
    return NODES if relation.endswith("_nodes") else re.sub("(?<=templates)_.*", "", relation)


def field_types(resource: str) -> dict[str, dict[str, str]]:
    """Return the fields that a POST accepts, as OPTIONS does."""
    words = FIELDS.get(resource, "").split()
    return {word.split("->")[0]: {"type": "id" if "->" in word else "field"} for word in words}


def foreign_keys(resource: str) -> dict[str, str]:
    """Return {field: the resource that it refers to}."""
    return dict(word.split("->") for word in FIELDS.get(resource, "").split() if "->" in word)


def check_survey(survey: dict[str, Any]) -> dict[str, Any]:
    """Return a survey that is valid in AWX; raise `Refused` otherwise."""
    if not isinstance(survey.get("name"), str) or not isinstance(survey.get("description"), str):
        raise Refused("survey: name and description are needed")
    if not survey["spec"] or len({question["variable"] for question in survey["spec"]}) < len(survey["spec"]):
        raise Refused("survey: no question, or two for one variable")
    for question in survey["spec"]:
        missing = {"type", "question_name", "variable", "required"} - set(question)
        default = question.get("default", "")
        if missing or not isinstance(question["required"], bool):
            raise Refused(f"survey: {question} lacks {missing}")
        if default != "" and not isinstance(default, SURVEY_DEFAULTS[question["type"]]):
            raise Refused(f"survey: the default of {question['variable']} is of another type")
        if question["type"] == "multiplechoice" and default not in ["", *question["choices"]]:
            raise Refused(f"survey: {default} is no choice of {question['variable']}")
    return survey


def answered(survey: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers among what is given, and the defaults of questions that need no answer; raise `Refused` where
    an answer is missing or not valid."""
    answers: dict[str, Any] = {}
    for question in survey["spec"]:
        name = question["variable"]
        if name in given:
            answers[name] = check_answer(question, given[name])
        elif question["required"]:
            raise Refused({"variables_needed_to_start": [f"'{name}' value missing"]})
        elif "default" in question:
            answers[name] = question["default"]
    return answers


def check_answer(question: Mapping[str, Any], value: Any) -> Any:
    """Return an answer that fits its question; raise `Refused` otherwise."""
    name = question["variable"]
    if isinstance(value, bool) or not isinstance(value, SURVEY_DEFAULTS[question["type"]]):
        raise Refused({"variables_needed_to_start": [f"value {value} for '{name}' is of another type"]})
    if question["type"] == "multiplechoice":
        if value not in question["choices"]:
            raise Refused({"variables_needed_to_start": [f"value {value} for '{name}' is no choice"]})
        return value
    size = len(value) if isinstance(value, str) else value
    if size < question.get("min", size) or size > question.get("max", size):
        raise Refused({"variables_needed_to_start": [f"'{name}' value {value} is too small or too large"]})
    return value
