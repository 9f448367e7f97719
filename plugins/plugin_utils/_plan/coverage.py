# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What goes with an instance, what it leaves behind, and what the collection does not delete at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._services import KINDS

NOT_COVERED = (
    "ECS servers",
    "other databases",
    "load balancers",
    "addresses",
    "disks",
    "networks",
    "buckets",
    "backups",
)
_SKIP = "skip"
# What a value of a parameter means for what it is about.
_MEANINGS = {
    _SKIP: "stay and may cost",
    "try": "are deleted where that is possible",
    "block": "are deleted, or the {noun} stays",
}


def not_covered_line(what: Iterable[str] = NOT_COVERED) -> str:
    """Return what is not covered and may still cost."""
    return f"Not covered, and may still cost: {', '.join(what)}."


def options_in_force(kind: str, given: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the options of a kind: the defaults, and what was ``given`` by kind."""
    defaults = {name: parameter.default for name, parameter in KINDS[kind].parameters.items()}
    return {**defaults, **given.get(kind, {})}


def consequences_of(kind: str, options: Mapping[str, Any]) -> list[str]:
    """Return what else goes with an instance of a kind and what stays, each a clause; ``options`` are in force."""
    declared = KINDS[kind]
    clauses = list(declared.lifecycle.consequences) if declared.lifecycle else []
    for value, meaning in _MEANINGS.items():
        removed = _with_value(kind, options, value)
        if removed:
            text = meaning.format(noun=declared.noun)
            clauses.append(f"{_enumerated(removed.values())} {text} ({', '.join(removed)}: {value})")
    return clauses


def leftovers_of(kind: str, options: Mapping[str, Any]) -> list[str]:
    """Return what an instance of a kind leaves behind under these options."""
    return list(_with_value(kind, options, _SKIP).values())


def _with_value(kind: str, options: Mapping[str, Any], value: str) -> dict[str, str]:
    """Return, by parameter, what those with this value are about."""
    return {name: one.removes for name, one in KINDS[kind].parameters.items() if options.get(name) == value}


def _enumerated(texts: Iterable[str]) -> str:
    *most, last = texts
    return f"{', '.join(most)} and {last}" if most else last
