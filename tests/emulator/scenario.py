# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a scenario (YAML file or dict) into identity, state and options. Unknown keys are errors."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .declarations import KindMock, ServiceMock
from .identity import AccessKey, Domain, Identity, User
from .keystone import KeystoneTokens
from .options import Options, parse_options
from .records import SPREAD_SECONDS, IdSource, ScenarioError, build_record, only, schedule_change
from .services import KINDS, SERVICES, kind_named
from .state import CloudState, Instance, Project, RecordSet
from .times import parse_time

DEFAULT_DOMAIN, DEFAULT_USER, DEFAULT_PASSWORD = "REHEARSAL", "operator", "rehearsal-password"
SCENARIO_KEYS = frozenset(
    {"region", "seed", "now", "options", "domains", "users", "access_keys", "projects", "faults", "log", "keystone"}
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
            for held in project.records.values():
                for record in held:
                    schedule_change(state, held, record, self.started)
        self._users(state)
        self._access_keys(state)
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
            only(spec, {"id", "name", "password", "domain", "enabled", "projects"}, "user")
            domain = self._domain(spec.get("domain"))
            user = User(
                id=spec.get("id") or self._ids("user", domain.name, spec["name"]).hex(),
                name=spec["name"],
                password=str(spec.get("password", DEFAULT_PASSWORD)),
                domain=domain,
                projects=_project_ids(state, spec.get("projects", "all"), domain),
                enabled=bool(spec.get("enabled", True)),
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
            instances={service: {} for service in SERVICES},
            enabled=bool(spec.get("enabled", True)),
        )
        content = spec.get("services") or {}
        holders = {service.name: service for service in SERVICES.values() if service.instances}
        alone = {alias for kind in KINDS.values() if not kind.instance_key for alias in (kind.name, kind.key)}
        only(content, alone | set(holders), f"services of project {name}")
        for key, specs in content.items():
            if key in holders and not isinstance(specs, list):
                only(specs or {}, {"instances"}, f"{key} of project {name}")
                self._instances(project, holders[key], (specs or {}).get("instances") or [])
            elif key in alone and not isinstance(specs, dict):
                kind = kind_named(key)
                self._records(project, kind, specs or [], self._ids(domain.name, name, kind.key))
            else:
                raise ScenarioError(f"{name}: {key} takes a {'list of records' if key in alone else 'mapping'}")
        return project

    def _instances(self, project: Project, service: ServiceMock, specs: list[dict[str, Any]]) -> None:
        ids = self._ids(project.id, service.name, "instances")
        held = project.instances[service.name]
        kinds = {kind.instance_key: kind for kind in service.kinds if kind.instance_key}
        known = {"id", "name", "status", "engine", "deleted", "count", *kinds}
        serial = itertools.count(1)
        for spec in specs:
            only(spec, known, f"{service.name} instance")
            for _round in range(int(spec.get("count", 1))):
                number = next(serial)
                assert service.instances is not None
                instance = Instance(
                    id=str(spec["id"]) if "id" in spec else ids.uuid(),
                    name=spec["name"] if "name" in spec and "count" not in spec else f"{service.name}-{number}",
                    status=spec.get("status", "RUNNING"),
                    engine=spec.get("engine", service.instances.engine),
                    created_at=self.now - SPREAD_SECONDS - number,
                    deleted=bool(spec.get("deleted", False)),
                )
                if instance.id in held:
                    raise ScenarioError(f"{project.name}: two {service.name} instances with id {instance.id}")
                held[instance.id] = instance
                for key, kind in kinds.items():
                    source = self._ids(project.id, kind.key, instance.id)
                    self._records(project, kind, spec.get(key) or [], source, instance.id)

    def _records(
        self,
        project: Project,
        kind: KindMock,
        specs: list[dict[str, Any]],
        ids: IdSource,
        instance_id: str | None = None,
    ) -> None:
        held = project.records[kind.key]
        for spec in specs:
            if "count" in spec and "id" in spec:
                raise ScenarioError(f"{project.name}: a {kind.name} record has either an id or a count")
            for _round in range(int(spec.get("count", 1))):
                record = build_record(kind, spec, self.now, ids, len(held))
                record.instance_id = instance_id or record.instance_id
                if held.get(record.id) is not None:
                    raise ScenarioError(f"{project.name}: two {kind.name} records with id {record.id}")
                held.add(record)


def _project_ids(state: CloudState, wanted: str | list[str], domain: Domain) -> list[str]:
    if wanted == "all":
        return [project.id for project in state.projects.values() if project.domain_id == domain.id]
    return [state.project(name).id for name in wanted]
