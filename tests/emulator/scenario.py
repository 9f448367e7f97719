# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a scenario (YAML file or dict) into identity, state and options. Unknown keys are errors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .declarations import InstanceMock, KindMock
from .deletions import start_changes
from .identity import AccessKey, Agency, Domain, Identity, User
from .keystone import KeystoneTokens
from .options import Options, parse_options
from .records import IdSource, ScenarioError, build_record, only
from .services import KINDS, SERVICES
from .state import CloudState, Project, Record, RecordSet
from .times import parse_time

DEFAULT_DOMAIN, DEFAULT_USER, DEFAULT_PASSWORD = "REHEARSAL", "operator", "rehearsal-password"
SCENARIO_KEYS = frozenset(
    {
        *("region", "seed", "now", "options", "projects", "faults", "log", "keystone"),
        *("domains", "users", "access_keys", "agencies"),
    }
)


@dataclass
class Loaded:
    """A scenario that was read. ``keystone`` validates tokens, if the scenario names one."""

    state: CloudState
    identity: Identity
    options: Options
    faults: list[dict[str, Any]]
    log: bool | int
    keystone: KeystoneTokens | None


def read_scenario(source: dict[str, Any] | str | Path) -> dict[str, Any]:
    """The scenario as a dict; a path is read as YAML."""
    if isinstance(source, dict):
        return source
    document = yaml.safe_load(Path(source).read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise ScenarioError(f"{source}: a scenario is a mapping")
    return document


def load_scenario(source: dict[str, Any] | str | Path, started: float) -> Loaded:
    """Read, check and build a scenario that starts at a timestamp; ScenarioError when it does not make sense."""
    scenario = read_scenario(source)
    only(scenario, SCENARIO_KEYS, "scenario")
    try:
        return _Loader(scenario, started).load()
    except ScenarioError:
        raise
    except KeyError as error:
        raise ScenarioError(f"scenario: {error.args[0]!r} is missing or unknown") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise ScenarioError(f"scenario: {error}") from error


class _Loader:
    def __init__(self, scenario: dict[str, Any], started: float) -> None:
        self.scenario, self.started = scenario, started
        self.seed = scenario.get("seed", 1)
        self.now = parse_time(scenario["now"]) if "now" in scenario else started
        self.identity = Identity()

    def load(self) -> Loaded:
        scenario = self.scenario
        options = parse_options(scenario.get("options") or {}, SERVICES.values())
        self._domains()
        projects = [self._project(spec) for spec in scenario.get("projects") or []]
        if len({(project.name, project.domain_id) for project in projects}) < len(projects):
            raise ScenarioError("two projects of one domain have the same name")
        state = CloudState(str(scenario.get("region", "eu-de")), projects)
        if len(state.projects) < len(projects):
            raise ScenarioError("two projects have the same id")
        for project in projects:
            for kind in KINDS.values():
                for record in project.records[kind.key]:
                    start_changes(state, options, project, kind, record, self.started)
        self._users(state)
        self._access_keys(state)
        self._agencies(state)
        faults = list(scenario.get("faults") or [])
        keystone = KeystoneTokens(scenario["keystone"]) if scenario.get("keystone") else None
        return Loaded(state, self.identity, options, faults, scenario.get("log", True), keystone)

    def _ids(self, *path: object) -> IdSource:
        return IdSource(self.seed, *path)

    def _domains(self) -> None:
        for spec in self.scenario.get("domains") or [DEFAULT_DOMAIN]:
            given = {"name": spec} if isinstance(spec, str) else spec
            only(given, {"id", "name"}, "domain")
            domain = Domain(given.get("id") or self._ids("domain", given["name"]).hex(), given["name"])
            self.identity.domains[domain.id] = domain

    def _domain(self, name: str | None) -> Domain:
        if name is None:
            return next(iter(self.identity.domains.values()))
        found = self.identity.find_domain({"name": name}) or self.identity.find_domain({"id": name})
        if found is None:
            raise ScenarioError(f"unknown domain {name!r}")
        return found

    def _users(self, state: CloudState) -> None:
        for spec in self.scenario.get("users") or [{"name": DEFAULT_USER}]:
            only(spec, {"id", "name", "password", "passcodes", "domain", "enabled", "projects"}, "user")
            domain = self._domain(spec.get("domain"))
            user = User(
                id=spec.get("id") or self._ids("user", domain.name, spec["name"]).hex(),
                name=spec["name"],
                password=str(spec.get("password", DEFAULT_PASSWORD)),
                domain=domain,
                projects=_project_ids(state, spec.get("projects", "all"), domain),
                enabled=bool(spec.get("enabled", True)),
                passcodes=list(spec["passcodes"]) if "passcodes" in spec else None,
            )
            self.identity.users[user.id] = user

    def _access_keys(self, state: CloudState) -> None:
        for spec in self.scenario.get("access_keys") or []:
            only(spec, {"access", "secret", "security_token", "user", "projects", "expires_in"}, "access key")
            owner = self._owner(spec.get("user"))
            self.identity.access_keys[spec["access"]] = AccessKey(
                access=spec["access"],
                secret=spec["secret"],
                user=owner,
                security_token=spec.get("security_token"),
                projects=_project_ids(state, spec["projects"], owner.domain) if "projects" in spec else None,
                expires_at=self.started + float(spec["expires_in"]) if "expires_in" in spec else None,
            )

    def _agencies(self, state: CloudState) -> None:
        for spec in self.scenario.get("agencies") or []:
            only(spec, {"name", "domain", "trusted", "projects"}, "agency")
            domain, trusted = self._domain(spec["domain"]), self._domain(spec["trusted"])
            user_id = self._ids("agency", domain.name, spec["name"]).hex()
            projects = _project_ids(state, spec.get("projects", "all"), domain)
            user = User(user_id, f"{domain.name}/{spec['name']}", "", domain, projects)
            self.identity.agencies.append(Agency(spec["name"], user, trusted))

    def _owner(self, name: str | None) -> User:
        for user in self.identity.users.values():
            if name is None or name in (user.name, user.id):
                return user
        raise ScenarioError(f"unknown user {name!r}")

    def _project(self, spec: dict[str, Any]) -> Project:
        only(spec, {"id", "name", "domain", "enabled", "services"}, "project")
        name, domain = spec["name"], self._domain(spec.get("domain"))
        project_id = spec.get("id") or self._ids("project", domain.name, name).hex()
        project = Project(
            project_id,
            name,
            domain.id,
            records={kind.key: RecordSet() for kind in KINDS.values()},
            enabled=bool(spec.get("enabled", True)),
        )
        content = spec.get("services") or {}
        holders = {service.name: service.instances for service in SERVICES.values() if service.instances}
        alone = {alias: kind for kind in KINDS.values() if not kind.instance_key for alias in (kind.name, kind.key)}
        only(content, {*alone, *holders}, f"services of project {name}")
        for key, specs in content.items():
            if key in holders and not isinstance(specs, list):
                only(specs or {}, {"instances"}, f"{key} of project {name}")
                self._records(project, holders[key], (specs or {}).get("instances") or [])
            elif key in alone and not isinstance(specs, dict):
                self._records(project, alone[key], specs or [])
            else:
                raise ScenarioError(f"{name}: {key} takes a {'list of records' if key in alone else 'mapping'}")
        return project

    def _records(self, project: Project, kind: KindMock, specs: list[Any], instance: Record | None = None) -> None:
        held, domain = project.records[kind.key], self.identity.domains[project.domain_id].name
        ids = self._ids(project.id, kind.key, instance.id) if instance else self._ids(domain, project.name, kind.key)
        for spec in specs:
            own, rest = self._own(kind, spec)
            if "count" in rest and "id" in rest:
                raise ScenarioError(f"{project.name}: a {kind.name} record has either an id or a count")
            for _round in range(int(rest.get("count", 1))):
                record = build_record(kind, rest, self.now, ids, len(held))
                record.instance_id = instance.id if instance else record.instance_id
                if held.get(record.id) is not None:
                    raise ScenarioError(f"{project.name}: two {kind.name} records with id {record.id}")
                held.add(record)
                for one, specs_of_one in own.items():
                    self._records(project, one, specs_of_one or [], record)

    def _own(self, kind: KindMock, spec: dict[str, Any]) -> tuple[dict[KindMock, Any], dict[str, Any]]:
        """What a scenario says of the records of an instance, by kind, and the rest of its keys."""
        if not isinstance(kind, InstanceMock):
            return {}, spec
        own = {one: spec[one.instance_key] for one in kind.service.kinds if one.instance_key in spec}
        keys = {one.instance_key for one in own}
        return own, {key: value for key, value in spec.items() if key not in keys}


def _project_ids(state: CloudState, wanted: str | list[str], domain: Domain) -> list[str]:
    if wanted == "all":
        return [project.id for project in state.projects.values() if project.domain_id == domain.id]
    return [state.project(name).id for name in wanted]
