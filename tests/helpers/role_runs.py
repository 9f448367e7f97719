# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the role against a cloud emulator, and what is left in it afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emulator import DOMAIN, PASSWORD, PROJECT, USER, CloudEmulator
from emulator.services import KINDS

from .playbooks import Play, Playbooks

AUTH = {"username": USER, "password": PASSWORD, "domain_name": DOMAIN}
UNATTENDED = f"{PROJECT}/unattended"
LOGIN = "/v3/auth/tokens"

# The records of the scenario ``small`` that are of the role's default kinds.
RUNNING = {"a-gauss-3", "a-drs-2", "a-dms-2", "a-cce-2", "a-dcs-2"}
ENDED = {f"a-{name}-{number}" for name in ("drs", "dms", "cce", "dcs") for number in (1, 3)} | {
    "a-gauss-1",
    "a-gauss-2",
}


class Decommission:
    """Runs the playbook; variables of the role are named without their prefix."""

    def __init__(self, cloud: CloudEmulator, playbooks: Playbooks) -> None:
        self.cloud = cloud
        self.playbooks = playbooks

    def variables(self, **variables: Any) -> dict[str, Any]:
        """The role's variables; one that is set to None is left out."""
        given = {
            "project": PROJECT,
            "region": self.cloud.loaded.state.region,
            "auth": AUTH,
            "endpoints": self.cloud.endpoints,
            **variables,
        }
        return {f"decommission_{name}": value for name, value in given.items() if value is not None}

    def __call__(self, *arguments: str, environment: dict[str, str] | None = None, **variables: Any) -> Play:
        return self.playbooks.run(self.variables(**variables), *arguments, environment=environment)


def left(cloud: CloudEmulator, project: str = PROJECT) -> set[str]:
    """The ids of the records and instances that a project still holds."""
    return {item["id"] for kind in KINDS for item in cloud.records(project, kind)}


def services_of_writes(cloud: CloudEmulator) -> set[str]:
    """The services that a write went to."""
    return {entry["service"] for entry in cloud.writes()}


def logins(cloud: CloudEmulator) -> int:
    """How many times a password was sent."""
    return len([entry for entry in cloud.log if (entry["method"], entry["path"]) == ("POST", LOGIN)])


def tokens_of(cloud: CloudEmulator) -> set[str]:
    """The tokens that were sent."""
    return {str(entry["headers"]["x-auth-token"]) for entry in cloud.log if entry["headers"].get("x-auth-token")}


def ends_in(report: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Outcome and reason of each record in a report."""
    return {item["id"]: (item["outcome"], item["reason"]) for item in report["records"]}


def outcomes(deleted: int = 0, absent: int = 0, kept: int = 0, drifted: int = 0, failed: int = 0) -> dict[str, int]:
    """Counts of outcomes."""
    return {"deleted": deleted, "absent": absent, "kept": kept, "drifted": drifted, "failed": failed}


def page_in(reports: Path) -> str:
    """The page of the project's newest run."""
    return (reports / PROJECT / "latest" / "report.html").read_text(encoding="utf-8")
