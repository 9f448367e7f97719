# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The role's variables, validated before the first request."""

from __future__ import annotations

import fnmatch
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from ...module_utils._auth.connection_settings import LARGEST_NUMBER, MOST_WORKERS, check_endpoints
from ...module_utils._engine.rules import Rule, read_rules
from ...module_utils._errors import OptionError
from ...module_utils._regions import check_region
from ...module_utils._services import GROUPS, KINDS, kind_option_mistakes
from ...module_utils._text import printable, unknown_name
from .approval import Approval, parse_approval
from .arguments import Arguments, Spec, connection_options, role_spec
from .deadline import WANTED, deadline_of
from .names import OWN_PREFIX, unknown_names

PREFIX = "decommission_"
ALL = "all"
REPORT_URL = f"{PREFIX}report_url"
LONGEST_NOTE = 500

# What an argument spec cannot say.
_LIMITS: Mapping[str, Spec] = {
    "project": {
        "pattern": re.compile(r"[^/\\\x00-\x1f\x7f.][^/\\\x00-\x1f\x7f]*"),
        "noun": "set to the name of the project to decommission",
    },
    "concurrency": {"least": 1, "most": MOST_WORKERS},
    "max_rps": {"above": 0},
    "kinds": {"choices": (*GROUPS, *KINDS), "noun": "kind"},
    "accept_unavailable": {"choices": tuple(KINDS), "noun": "kind"},
    "keep_last": {"least": 0},
    "max_records": {"least": 1},
    "batch_size": {"least": 1},
    "wait_timeout": {"least": 1, "most": LARGEST_NUMBER},
    # YAML reads 22:15 without quotes as a number.
    "deadline": {"noun": WANTED},
    "on_drift": {"choices": ("fail", "intersect")},
}
_RULE_LISTS = ("select", "protect")
_NAME_LISTS = ("kinds", "accept_unavailable")


@dataclass(frozen=True)
class RoleSettings:
    """What a run needs of the role's variables, under their names without the prefix. Nothing in it is a secret.

    ``select`` is None for all deletable records, ``max_rps`` None for no ceiling. ``deadline`` is a POSIX time, None
    where there is none, ``wait_timeout`` is in seconds.
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
    note: str
    deadline: float | None
    kind_options: Mapping[str, Mapping[str, Any]]
    wait_timeout: int

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


def validate(
    variables: Mapping[str, Any],
    names: Iterable[str] = (),
    *,
    started: float | None = None,
    more: Callable[[Mapping[str, Any]], Iterable[str]] = lambda _read: (),
) -> RoleSettings:
    """Return the settings that the role's variables mean.

    ``variables`` holds those variables of the role's argument spec that are defined, and raises an OptionError for one
    that cannot be read. ``names`` are the names of all variables in scope, among which there may be misspelt ones.
    ``started`` is the POSIX time at which the run has begun, by default now. ``more`` returns further mistakes in the
    values, which it is given by the names without the prefix, None for a wrong one. Raises an OptionError with a line
    for each mistake.
    """
    spec = role_spec()
    unknown = unknown_names(names, tuple(spec))
    arguments = Arguments()
    arguments.mistakes += unknown
    read = {
        variable.removeprefix(PREFIX): arguments.check(_read, arguments, variables, variable, option)
        for variable, option in spec.items()
    }
    for option in read["auth"] or ():
        if option not in connection_options():
            arguments.reject(f"{PREFIX}auth", unknown_name(option, "an option", connection_options()))
    if read["region"]:
        arguments.check(check_region, read["region"], f"{PREFIX}region")
    arguments.check(check_endpoints, read["endpoints"], f"{PREFIX}endpoints")
    if read["kinds"] == ():
        arguments.reject(f"{PREFIX}kinds", "must hold at least one kind")
    for glob in read["protected_projects"] or ():
        if fnmatch.fnmatchcase(read["project"] or "", glob):
            problem = f"{read['project']!r} is protected by {glob!r} in decommission_protected_projects"
            arguments.reject(f"{PREFIX}project", problem)
    arguments.mistakes += kind_option_mistakes(f"{PREFIX}kind_options", read["kind_options"] or {})
    _check_note(arguments, read["note"] or "")
    read["deadline"] = _read_deadline(arguments, read["deadline"], time.time() if started is None else started)
    confirmed = (read["project"], read["confirm"], read["confirmations"])
    read["approval"] = None if None in confirmed else arguments.check(parse_approval, *confirmed)
    arguments.mistakes += more(read)
    if arguments.mistakes:
        hint = [f"Names of your own variables may begin with {OWN_PREFIX}."] if unknown else []
        raise OptionError("\n".join([*arguments.mistakes, *hint]))
    return RoleSettings(**{field.name: read[field.name] for field in fields(RoleSettings)})


def _read(arguments: Arguments, variables: Mapping[str, Any], variable: str, option: Spec) -> Any:
    name, value = variable.removeprefix(PREFIX), variables.get(variable, option.get("default"))
    if variable == REPORT_URL:
        return arguments.check(check_report_url, value)
    if name in _RULE_LISTS:
        return _read_rules(arguments, variable, value)
    return arguments.read(variable, value, {**option, **_LIMITS.get(name, {})})


def check_report_url(url: Any) -> str:
    """Return the URL; raise `OptionError`, without the URL, which is a secret, unless an object can be put to it."""
    if not url:
        return ""
    try:
        parts = urlsplit(url) if isinstance(url, str) and url.isascii() and url.isprintable() else None
        usable = parts and parts.scheme == "https" and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        parts = usable = None
    if not parts or not usable or parts.username or parts.password or " " in url or "#" in url:
        raise OptionError(f"{REPORT_URL}: must be an https URL without user and fragment, to which a file can be put")
    if not parts.path or parts.path.endswith("/"):
        raise OptionError(f"{REPORT_URL}: must name an object: its path must not be empty or end in a slash")
    return str(url)


def _check_note(arguments: Arguments, note: str) -> None:
    if note != printable(note, LONGEST_NOTE):
        arguments.reject(f"{PREFIX}note", f"must be one line of at most {LONGEST_NOTE} printable characters")


def _read_deadline(arguments: Arguments, value: str | None, started: float) -> float | None:
    found = deadline_of(value, started) if value else None
    if value and found is None:
        arguments.reject(f"{PREFIX}deadline", f"must be {WANTED}, not {value!r}")
    return found


def _read_rules(arguments: Arguments, variable: str, value: Any) -> tuple[Rule, ...] | None:
    selects = variable == f"{PREFIX}select"
    if selects and value == ALL:
        return None
    rules, mistakes = read_rules(variable, value, may_be_empty=not selects, alternative=f"{ALL!r} or " * selects)
    arguments.mistakes += mistakes
    return rules
