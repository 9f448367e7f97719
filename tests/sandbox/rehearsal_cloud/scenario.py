# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a scenario (YAML file or dict) to identity, state and options. Unknown keys are errors, never ignored."""

from __future__ import annotations

import itertools
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .identity import AccessKey, Domain, Identity, User
from .options import Options
from .state import RECORD_SERVICES, Instance, Project, Record, RecordSet, State
from .times import parse_age, parse_time

DEFAULT_DOMAIN, DEFAULT_USER, DEFAULT_PASSWORD = "REHEARSAL", "operator", "rehearsal-password"
SPREAD_SECONDS = 20 * 86400.0
WITH_INSTANCES = ("dms", "dcs")
FINISHED = {"gaussdb": "Completed", "drs": "RELEASE_RESOURCE_COMPLETE", "dms": "SUCCESS", "cce": "Success", "dcs": "SUCCESS"}
NAMES = {
    "gaussdb": ("CreateGaussDBV5Instance", "BackupSnapshotGaussDBV5InInstance", "EnlargeGaussDBV5Volume"),
    "drs": ("DRS-migration",),
    "dms": ("kafkaCreateTopic", "kafkaExtend", "BindEip"),
    "cce": ("CreateNode", "CreateCluster", "DeleteNode"),
    "dcs": ("EXTEND", "AddReplica", "BindEip"),
}
SCENARIO_KEYS = {"region", "seed", "now", "options", "domains", "users", "access_keys", "projects", "faults", "log", "keystone"}
RECORD_KEYS = {
    "id", "name", "status", "created_at", "updated_at", "age", "count", "id_prefix", "raw", "becomes", "job_type",
    "engine_type", "job_id", "instance_id", "instance_name", "release_fails", "stop_fails", "spread", "fail_reason",
    "children", "net_type",
}


class ScenarioError(ValueError):
    """The scenario cannot be read; the message names the place."""


@dataclass(slots=True)
class Loaded:
    """A scenario made ready."""

    state: State
    identity: Identity
    options: Options
    faults: list[dict[str, Any]]
    log: bool | int
    keystone: dict[str, Any] | None


def read_scenario(source: dict[str, Any] | str | Path) -> dict[str, Any]:
    """The scenario as a dict; a path is read as YAML."""
    if isinstance(source, dict):
        return source
    document = yaml.safe_load(Path(source).read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise ScenarioError(f"{source}: a scenario is a mapping")
    return document


def load_scenario(source: dict[str, Any] | str | Path) -> Loaded:
    """Read, check and build a scenario; ScenarioError when it does not make sense."""
    scenario = read_scenario(source)
    _only(scenario, SCENARIO_KEYS, "scenario")
    try:
        return _Loader(scenario).load()
    except ScenarioError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ScenarioError(f"scenario: {error}") from error


def build_record(service: str, spec: dict[str, Any], now: float, names: IdSource, index: int = 0) -> Record:
    """One record of ``spec``; what the specification leaves out is made up, always alike for the same source."""
    _only(spec, RECORD_KEYS, f"{service} record")
    created = _created(spec, now, names)
    updated = parse_time(spec["updated_at"]) if "updated_at" in spec else created + 60
    return Record(
        id=str(spec["id"]) if "id" in spec else names.record_id(service, spec.get("id_prefix", "")),
        name=spec.get("name") or NAMES[service][index % len(NAMES[service])],
        status=_status(service, spec, names),
        created_at=created,
        updated_at=updated,
        instance_id=spec.get("instance_id"),
        details=_details(service, spec, names),
    )


class IdSource:
    """Reproducible ids and choices: the same seed and path give the same ones."""

    def __init__(self, *path: object) -> None:
        self._random = random.Random("/".join(map(str, path)))

    def uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def hex(self) -> str:
        return self.uuid().replace("-", "")

    def record_id(self, service: str, prefix: str) -> str:
        made = self.hex() if service in ("dms", "dcs") else self.uuid()
        if service == "drs":
            made = made[:-4] + "jb20"
        return prefix + (made[len(prefix):] if len(prefix) < 24 else made)

    def choose(self, weights: dict[str, float]) -> str:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def fraction(self) -> float:
        return self._random.random()


class _Loader:
    def __init__(self, scenario: dict[str, Any]) -> None:
        self.scenario = scenario
        self.region = str(scenario.get("region", "eu-de"))
        self.seed = scenario.get("seed", 1)
        self.now = parse_time(scenario["now"]) if "now" in scenario else time.time()

    def load(self) -> Loaded:
        options = Options.parse(self.scenario.get("options") or {})
        identity = Identity(token_seconds=options.token_seconds)
        self._domains(identity)
        first = next(iter(identity.domains.values()))
        projects = [self._project(spec, identity, first) for spec in self.scenario.get("projects") or []]
        state = State(self.region, projects)
        self._schedule(state)
        self._users(identity, state)
        return Loaded(
            state, identity, options, list(self.scenario.get("faults") or []), self.scenario.get("log", True),
            self.scenario.get("keystone"),
        )

    def _ids(self, *path: object) -> IdSource:
        return IdSource(self.seed, *path)

    def _domains(self, identity: Identity) -> None:
        for spec in self.scenario.get("domains") or [DEFAULT_DOMAIN]:
            given = {"name": spec} if isinstance(spec, str) else spec
            _only(given, {"id", "name"}, "domain")
            domain = Domain(given.get("id") or self._ids("domain", given["name"]).hex(), given["name"])
            identity.domains[domain.id] = domain

    def _users(self, identity: Identity, state: State) -> None:
        default = {"name": DEFAULT_USER, "password": DEFAULT_PASSWORD}
        for spec in self.scenario.get("users") or [default]:
            _only(spec, {"id", "name", "password", "domain", "enabled", "projects"}, "user")
            domain = _domain(identity, spec.get("domain"))
            user = User(
                id=spec.get("id") or self._ids("user", domain.name, spec["name"]).hex(),
                name=spec["name"],
                password=str(spec.get("password", DEFAULT_PASSWORD)),
                domain=domain,
                projects=_project_ids(state, spec.get("projects", "all"), domain),
                enabled=bool(spec.get("enabled", True)),
            )
            identity.users[user.id] = user
        for spec in self.scenario.get("access_keys") or []:
            _only(spec, {"access", "secret", "security_token", "user", "projects", "expires_in"}, "access key")
            owner = _owner(identity, spec.get("user"))
            allowed = _project_ids(state, spec["projects"], owner.domain) if "projects" in spec else None
            expires = self.now + float(spec["expires_in"]) if "expires_in" in spec else None
            key = AccessKey(spec["access"], spec["secret"], owner, spec.get("security_token"), allowed, expires)
            identity.access_keys[key.access] = key

    def _project(self, spec: dict[str, Any], identity: Identity, first: Domain) -> Project:
        _only(spec, {"id", "name", "domain", "enabled", "services"}, "project")
        name = spec["name"]
        domain = _domain(identity, spec["domain"]) if "domain" in spec else first
        project = Project(
            spec.get("id") or self._ids("project", domain.name, name).hex(), name, domain.id,
            enabled=bool(spec.get("enabled", True)),
        )
        services = spec.get("services") or {}
        _only(services, set(RECORD_SERVICES), f"services of project {name}")
        for service, content in services.items():
            if isinstance(content, dict):
                if service not in WITH_INSTANCES:
                    raise ScenarioError(f"{name}: {service} takes a list of records")
                _only(content, {"instances"}, f"{service} of project {name}")
                self._instances(project, service, content.get("instances") or [])
            elif service == "dms" and content:
                raise ScenarioError(f"{name}: dms takes instances with tasks")
            else:
                self._records(project, service, content or [], self._ids(name, service))
        return project

    def _instances(self, project: Project, service: str, specs: list[dict[str, Any]]) -> None:
        names = self._ids(project.name, service, "instances")
        serial = itertools.count(1)
        for spec in specs:
            _only(spec, {"id", "name", "status", "engine", "deleted", "count", "tasks"}, f"{service} instance")
            for _ in range(int(spec.get("count", 1))):
                number = next(serial)
                name = spec.get("name", f"{service}-{number}")
                instance = Instance(
                    id=str(spec.get("id") or names.uuid()),
                    name=name if "count" not in spec or "name" not in spec else f"{name}-{number}",
                    status=spec.get("status", "RUNNING"),
                    engine=spec.get("engine", "kafka" if service == "dms" else "Redis"),
                    created_at=self.now - SPREAD_SECONDS - number,
                    deleted=bool(spec.get("deleted", False)),
                )
                if instance.id in project.instances[service]:
                    raise ScenarioError(f"{project.name}: two {service} instances with id {instance.id}")
                project.instances[service][instance.id] = instance
                source = self._ids(project.name, service, instance.id)
                self._records(project, service, spec.get("tasks") or [], source, instance.id)

    def _records(
        self, project: Project, service: str, specs: list[dict[str, Any]], names: IdSource, instance_id: str | None = None
    ) -> None:
        held = project.records[service]
        for spec in self._spread_out(specs):
            record = build_record(service, spec, self.now, names, len(held))
            record.instance_id = instance_id or record.instance_id
            if held.get(record.id) is not None:
                raise ScenarioError(f"{project.name}: two {service} records with id {record.id}")
            held.add(record)

    def _spread_out(self, specs: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for spec in specs:
            if "count" in spec and "id" in spec:
                raise ScenarioError("a record has either an id or a count")
            single = {key: value for key, value in spec.items() if key != "count"}
            yield from itertools.repeat(single, int(spec.get("count", 1)))

    def _schedule(self, state: State) -> None:
        for project in state.projects.values():
            for held in project.records.values():
                for record in held:
                    schedule_change(state, held, record, self.now)


def schedule_change(state: State, held: RecordSet, record: Record, now: float) -> None:
    """Plan the change of status that a record's ``becomes`` announces."""
    becomes = record.details.get("becomes")
    if becomes:
        _only(becomes, {"status", "after"}, "becomes")
        state.schedule(held, record, becomes["status"], now + float(becomes.get("after", 1)))


def _only(given: dict[str, Any], known: set[str], where: str) -> None:
    if not isinstance(given, dict):
        raise ScenarioError(f"{where}: a mapping is needed, not {given!r}")
    unknown = set(given) - known
    if unknown:
        raise ScenarioError(f"{where}: unknown {', '.join(sorted(map(repr, unknown)))}; known are {', '.join(sorted(known))}")


def _created(spec: dict[str, Any], now: float, names: IdSource) -> float:
    if "created_at" in spec:
        return parse_time(spec["created_at"])
    if "age" in spec:
        return now - parse_age(spec["age"])
    spread = parse_age(spec["spread"]) if "spread" in spec else SPREAD_SECONDS
    return now - 3600 - names.fraction() * spread


def _status(service: str, spec: dict[str, Any], names: IdSource) -> str:
    status = spec.get("status", FINISHED[service])
    return names.choose(status) if isinstance(status, dict) else status


def _details(service: str, spec: dict[str, Any], names: IdSource) -> dict[str, Any]:
    taken = {"id", "name", "status", "created_at", "updated_at", "age", "count", "id_prefix", "instance_id", "spread"}
    details = {key: value for key, value in spec.items() if key not in taken}
    if service == "drs":
        details.setdefault("job_type", "migration")
        details.setdefault("engine_type", "mysql")
    if service == "dcs":
        details.setdefault("job_id", names.hex())
    if service == "gaussdb" and spec.get("instance_id") is None:
        details.setdefault("instance_name", "gauss-1")
    return details


def _domain(identity: Identity, name: str | None) -> Domain:
    if name is None:
        return next(iter(identity.domains.values()))
    found = identity.find_domain({"name": name}) or identity.find_domain({"id": name})
    if found is None:
        raise ScenarioError(f"unknown domain {name!r}")
    return found


def _owner(identity: Identity, name: str | None) -> User:
    for user in identity.users.values():
        if name is None or name in (user.name, user.id):
            return user
    raise ScenarioError(f"unknown user {name!r}")


def _project_ids(state: State, wanted: str | list[str], domain: Domain) -> list[str]:
    if wanted == "all":
        return [project.id for project in state.projects.values() if project.domain_id == domain.id]
    return [state.project(name).id for name in wanted]
