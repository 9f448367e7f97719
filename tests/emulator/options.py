# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scenario can choose about the behaviour of the services."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from .responses import Refusal

if TYPE_CHECKING:
    from .declarations import ServiceMock

OTC_REGIONS = frozenset({"eu-de", "eu-nl", "eu-ch2"})


@dataclass(frozen=True)
class Option:
    """A key of a scenario's ``options``: its default, its meaning in Markdown, and its values where they are few.

    Where the default is a refusal, the scenario may name another status and code: ``400 DMS.00400026``.
    """

    default: Any
    meaning: str
    choices: tuple[str, ...] = ()


# What concerns every service, or more than one; the services declare their own.
COMMON_OPTIONS = {
    "token_errors": Option(
        "gateway", "`native`: the services themselves refuse bad tokens, some with 403", ("gateway", "native")
    ),
    "latency": Option({}, "seconds before each response: a number, or by service (`*`: all others)"),
    "unpublished": Option([], "services that answer 404 APIGW.0101 throughout"),
    "clamp_limit": Option({}, "service: largest page, cut silently"),
    "task_count": Option("string", "how DMS and DCS send the number of tasks", ("string", "int")),
    "instance_seconds": Option(0.3, "how long the deletion of an instance takes"),
}


class Options(SimpleNamespace):
    """The options in force, each an attribute."""


def declared_options(services: Iterable[ServiceMock]) -> dict[str, Option]:
    """All options by name."""
    declared = dict(COMMON_OPTIONS)
    for service in services:
        declared.update(service.options)
    return declared


def parse_options(given: dict[str, Any], services: Iterable[ServiceMock]) -> Options:
    """Options from a scenario; ValueError names an unknown option or value."""
    services = list(services)
    declared = declared_options(services)
    _check("option", given, declared)
    values = {name: given.get(name, option.default) for name, option in declared.items()}
    for name, option in declared.items():
        if option.choices:
            chosen = values[name] if isinstance(values[name], list) else [values[name]]
            _check(f"value of option {name}", chosen, option.choices)
        if isinstance(option.default, Refusal):
            values[name] = _refusal(name, values[name], option.default)
    if isinstance(values["latency"], (int, float)):
        values["latency"] = {"*": float(values["latency"])}
    names = [service.name for service in services]
    _check("service in option latency", values["latency"], [*names, "*"])
    _check("service in option clamp_limit", values["clamp_limit"], names)
    _check("service in option unpublished", values["unpublished"], names)
    return Options(**values)


def _refusal(name: str, value: Any, default: Refusal) -> Refusal:
    if isinstance(value, Refusal):
        return value
    status, _space, code = str(value).partition(" ")
    if not (re.fullmatch("[45][0-9]{2}", status) and code):
        raise ValueError(f"option {name} takes status and code, such as {default.short!r}, not {value!r}")
    return Refusal(int(status), code, default.message)


def _check(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ValueError(f"unknown {what} {unknown[0]!r}; known are {', '.join(sorted(known))}")
