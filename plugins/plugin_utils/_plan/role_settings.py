# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The role's variables, validated before the first request."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from ...module_utils._engine.rules import Rule, read_rules
from ...module_utils._errors import OptionError
from ...module_utils._services import GROUPS, KINDS
from ...module_utils._text import suggest
from .approval import Approval, parse_approval
from .arguments import Arguments, Spec, connection_options, role_spec
from .names import OWN_PREFIX, unknown_names

PREFIX = "decommission_"
ALL = "all"

# What an argument spec cannot say.
_LIMITS: Mapping[str, Spec] = {
    "project": {
        "pattern": re.compile(r"[^/\\\x00-\x1f\x7f.][^/\\\x00-\x1f\x7f]*"),
        "noun": "the name of the project to decommission",
    },
    "concurrency": {"least": 1, "most": 64},
    "max_rps": {"above": 0},
    "kinds": {"choices": (*GROUPS, *KINDS), "noun": "kind"},
    "accept_unavailable": {"choices": tuple(KINDS), "noun": "kind"},
    "keep_last": {"least": 0},
    "max_records": {"least": 1},
    "batch_size": {"least": 1},
    "on_drift": {"choices": ("fail", "intersect")},
}
_RULE_LISTS = ("select", "protect")
_NAME_LISTS = ("kinds", "accept_unavailable")


@dataclass(frozen=True)
class RoleSettings:
    """What a run needs of the role's variables, under their names without the prefix. Nothing in it is a secret.

    ``select`` is None for all deletable records, ``max_rps`` None for no ceiling.
    """

    project: str
    region: str
    endpoints: Mapping[str, Any]
    concurrency: int
    max_rps: float | None
    kinds: tuple[str, ...]
    select: tuple[Rule, ...] | None
    protect: tuple[Rule, ...]
    keep_last: int
    max_records: int
    stop_drs: bool
    accept_unavailable: tuple[str, ...]
    plan_file: str
    on_drift: str
    batch_size: int
    report_dir: str
    approval: Approval
    deadline: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return the settings as plain data, for `from_data`."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> RoleSettings:
        """Return the settings that `as_data` made plain data of."""
        lists = {
            name: None if data[name] is None else tuple(Rule(**rule) for rule in data[name]) for name in _RULE_LISTS
        }
        names = {name: tuple(data[name]) for name in _NAME_LISTS}
        return cls(**{**data, **lists, **names, "approval": Approval(**data["approval"])})


def validate(variables: Mapping[str, Any], names: Iterable[str] = ()) -> RoleSettings:
    """Return the settings that the role's variables mean.

    ``variables`` holds those variables of the role's argument spec that are defined, ``names`` the names of all
    variables in scope, among which there may be misspelt ones. Raises an OptionError with a line for each mistake.
    """
    spec = role_spec()
    unknown = unknown_names(names, tuple(spec))
    arguments = Arguments()
    arguments.mistakes += unknown
    read: dict[str, Any] = {}
    for variable, option in spec.items():
        name, value = variable.removeprefix(PREFIX), variables.get(variable, option.get("default"))
        if name in _RULE_LISTS:
            read[name] = _read_rules(arguments, variable, value)
        else:
            read[name] = arguments.read(variable, value, {**option, **_LIMITS.get(name, {})})
    for option in read["auth"] or ():
        if option not in connection_options():
            arguments.reject(f"{PREFIX}auth", f"{option!r} is not an option. {suggest(option, connection_options())}")
    if read["kinds"] == ():
        arguments.reject(f"{PREFIX}kinds", "must hold at least one kind")
    for glob in read["protected_projects"] or ():
        if fnmatch.fnmatchcase(read["project"] or "", glob):
            problem = f"{read['project']!r} is protected by {glob!r} in decommission_protected_projects"
            arguments.reject(f"{PREFIX}project", problem)
    if not arguments.mistakes:
        read["approval"] = arguments.check(parse_approval, read["project"], read["confirm"], read["confirmations"])
    if arguments.mistakes:
        hint = [f"Names of your own variables may begin with {OWN_PREFIX}."] if unknown else []
        raise OptionError("\n".join([*arguments.mistakes, *hint]))
    return RoleSettings(**{field.name: read[field.name] for field in fields(RoleSettings) if field.name in read})


def _read_rules(arguments: Arguments, variable: str, value: Any) -> tuple[Rule, ...] | None:
    selects = variable == f"{PREFIX}select"
    if selects and value == ALL:
        return None
    rules, mistakes = read_rules(variable, value, may_be_empty=not selects, alternative=f"{ALL!r} or " * selects)
    arguments.mistakes += mistakes
    return rules
