# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls modules against a cloud emulator, as its operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator import DOMAIN, PASSWORD, USER, CloudEmulator

from .kind_cases import Case
from .module_calls import ModuleResult, run_module, run_module_process

Entry = dict[str, Any]
# Options that make requests to the identity service unnecessary.
NO_LOGIN: dict[str, Any] = {
    "token": "MIIabc",
    "project_id": "f00",
    "project_name": None,
    "username": None,
    "password": None,
}


class Caller:
    """Calls a module with the credentials of the operator; an option that is None is left out."""

    def __init__(self, cloud: CloudEmulator) -> None:
        self.cloud = cloud

    def options(self, **options: Any) -> dict[str, Any]:
        """The options of the operator, overridden by ``options``."""
        region = self.cloud.loaded.state.region
        merged = {
            "region": region,
            "username": USER,
            "password": PASSWORD,
            "domain_name": DOMAIN,
            "project_name": f"{region}_retired",
            "endpoints": self.cloud.endpoints,
            **options,
        }
        return {name: value for name, value in merged.items() if value is not None}

    def __call__(self, module: str, *, check: bool = False, diff: bool = False, **options: Any) -> ModuleResult:
        return run_module(module, self.options(**options), check=check, diff=diff)

    def in_process(self, module: str, *, check: bool = False, **options: Any) -> ModuleResult:
        """The same in a process of its own."""
        return run_module_process(module, self.options(**options), check=check)

    def delete(self, case: Case, ids: Sequence[str], **options: Any) -> ModuleResult:
        """Call the delete module of a case."""
        return self(case.module, **case.options(ids), **options)

    @property
    def project_id(self) -> str:
        """The id of the project to decommission."""
        return project_id(self.cloud)


def project_id(cloud: CloudEmulator, name: str | None = None) -> str:
    """The id of a project, by default of the one to decommission."""
    state = cloud.loaded.state
    return state.project(name or f"{state.region}_retired").id


def left(cloud: CloudEmulator, kind: str, project: str | None = None) -> list[str]:
    """The ids of the records of a kind that still exist, sorted; the name of a service stands for its first kind."""
    name = project or f"{cloud.loaded.state.region}_retired"
    return sorted(record["id"] for record in cloud.records(name, kind))


def requests_of(entries: Sequence[Entry]) -> list[tuple[str, str, str]]:
    """Service, method and path of log entries."""
    return [(entry["service"], entry["method"], entry["path"]) for entry in entries]


def of_service(cloud: CloudEmulator, service: str, method: str | None = None) -> list[Entry]:
    """The log entries of one service."""
    return [entry for entry in cloud.log if entry["service"] == service and method in (None, entry["method"])]


def sends_only_reads(entries: Sequence[Entry]) -> bool:
    """Whether all entries are GET requests, logins or listings of DRS v3."""
    return all(
        entry["method"] == "GET"
        or (entry["method"], entry["service"], entry["path"]) == ("POST", "iam", "/v3/auth/tokens")
        or (entry["method"] == "POST" and entry["service"] == "drs" and entry["path"].endswith("/jobs"))
        for entry in entries
    )
