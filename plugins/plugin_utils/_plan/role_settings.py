# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The role's variables, read and judged as a whole before the first request."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from . import parsers
from .approval import Approval, parse_approval
from .errors import PlanError, refuse
from .names import check_names
from .records import ServiceFacts
from .rules import Rule, parse_rules

Services = Mapping[str, ServiceFacts]

ALL = "all"
DRIFT_ANSWERS = ("fail", "intersect")

_PROJECT = re.compile(r"[^/\\\x00-\x1f\x7f.][^/\\\x00-\x1f\x7f]*")


@dataclass(frozen=True)
class RoleSettings:
    """The role's variables under their names without the prefix, each of its one type.

    ``select`` is None for all deletable records, ``max_rps`` None for no ceiling, ``planned`` None where no plan was
    handed over. ``auth`` may hold secrets.
    """

    project: str
    region: str
    auth: Mapping[str, Any]
    endpoints: Mapping[str, Any]
    concurrency: int
    max_rps: Optional[float]
    services: tuple[str, ...]
    select: Optional[tuple[Rule, ...]]
    protect: tuple[Rule, ...]
    protected_projects: tuple[str, ...]
    keep_last: int
    max_records: int
    stop_drs: bool
    accept_unavailable: tuple[str, ...]
    confirm: str
    confirmations: Mapping[str, Any]
    plan_file: str
    planned: Optional[Mapping[str, Any]]
    on_drift: str
    batch_size: int
    report_dir: str
    approval: Approval


def _select(variable: str, value: Any, services: Services) -> tuple[Rule, ...] | None:
    if isinstance(value, str) and value == ALL:
        return None
    rules = parse_rules(variable, value, services) if not isinstance(value, str) else ()
    if not rules:
        refuse(variable, value, f"is neither {ALL!r} nor a list of at least one rule")
    return rules


def _project(variable: str, value: Any, _services: Services) -> str:
    name = parsers.text(variable, value)
    if not _PROJECT.fullmatch(name):
        refuse(variable, value, "is not the name of a project")
    return name


def _plain(read: Callable[..., Any], *arguments: Any, **options: Any) -> Callable[[str, Any, Services], Any]:
    return lambda variable, value, _services: read(variable, value, *arguments, **options)


# One entry for each variable: how its value is read.
_READERS: Mapping[str, Callable[[str, Any, Services], Any]] = {
    "project": _project,
    "region": _plain(parsers.text),
    "auth": _plain(parsers.mapping, secret=True),
    "endpoints": _plain(parsers.mapping),
    "concurrency": _plain(parsers.whole, 1, 64),
    "max_rps": _plain(parsers.rate),
    "services": lambda variable, value, services: parsers.choices_of(variable, value, tuple(services), least=1),
    "select": _select,
    "protect": parse_rules,
    "protected_projects": _plain(parsers.texts),
    "keep_last": _plain(parsers.whole, 0),
    "max_records": _plain(parsers.whole, 1),
    "stop_drs": _plain(parsers.flag),
    "accept_unavailable": lambda variable, value, services: parsers.choices_of(variable, value, tuple(services)),
    "confirm": _plain(parsers.text),
    "confirmations": _plain(parsers.mapping),
    "plan_file": _plain(parsers.text),
    "planned": lambda variable, value, _services: parsers.mapping(variable, value) or None,
    "on_drift": _plain(parsers.choice, DRIFT_ANSWERS),
    "batch_size": _plain(parsers.whole, 1),
    "report_dir": _plain(parsers.text),
}
VARIABLES = tuple(f"decommission_{name}" for name in _READERS)


def validate(variables: Mapping[str, Any], services: Services, names: Iterable[str] = ()) -> RoleSettings:
    """Return the settings that the role's variables mean.

    ``variables`` holds every one of VARIABLES and no other, ``names`` are the names of all variables in sight, which
    may hold misspelt ones. Raises a PlanError that names variable and value for anything that cannot be used, for
    unknown variables, for a project that is protected and for a confirmation of another project.
    """
    for variable in sorted({*VARIABLES} ^ {*variables}):
        raise PlanError(f"{variable}: " + ("is not set" if variable in VARIABLES else "is no variable of this role"))
    check_names(names, VARIABLES)
    read = {
        name: reader(f"decommission_{name}", variables[f"decommission_{name}"], services)
        for name, reader in _READERS.items()
    }
    for glob in read["protected_projects"]:
        if fnmatch.fnmatchcase(read["project"], glob):
            refuse(
                "decommission_project", read["project"], f"is protected by {glob!r} of decommission_protected_projects"
            )
    approval = parse_approval(read["project"], read["confirm"], read["confirmations"])
    return RoleSettings(**read, approval=approval)
