# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the README that follow from the declarations, as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from .faults import FAULT_KINDS
from .options import declared_options
from .responses import Refusal
from .services import SERVICES


def tables() -> dict[str, str]:
    """Each table by the name of its place in the README."""
    return {
        "services": _services(),
        "kinds": _kinds(),
        "operations": _operations(),
        "options": _options(),
        "faults": _faults(),
    }


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(columns)
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _services() -> str:
    columns = ("service", "kinds", "bad token (`token_errors: native`)", "another project", "too many requests")
    return _table(
        columns,
        (
            (
                service.name,
                ", ".join(f"`{kind.name}`" for kind in service.kinds) or "none",
                _refusal(service.invalid_token),
                _refusal(service.other_project),
                _refusal(service.throttled),
            )
            for service in SERVICES.values()
        ),
    )


def _kinds() -> str:
    columns = ("kind", "in a scenario", "default status", "deleted in status", "further keys of a record")
    return _table(
        columns,
        (
            (
                f"`{kind.name}`",
                f"`{kind.instance_key}` of an instance of `{service.name}`" if kind.instance_key else f"`{kind.key}`",
                kind.finished,
                ", ".join(sorted(kind.deletable)),
                "; ".join(f"`{key}`: {meaning}" for key, meaning in kind.record_keys.items()) or "none",
            )
            for service in SERVICES.values()
            for kind in service.kinds
        ),
    )


def _operations() -> str:
    columns = ("service", "request", "operation")
    return _table(
        columns,
        (
            (service.name, f"`{operation.method} {operation.path}`", operation.name.replace("_", " "))
            for service in SERVICES.values()
            for operation in service.routes
        ),
    )


def _options() -> str:
    declared = declared_options(SERVICES.values())
    return _table(
        ("option", "default", "values", "meaning"),
        (
            (f"`{name}`", _value(one.default), ", ".join(one.choices) or "any", one.meaning)
            for name, one in declared.items()
        ),
    )


def _faults() -> str:
    return _table(
        ("kind", "settings and defaults", "meaning"),
        (
            (
                f"`{name}`",
                ", ".join(f"`{key}` {_value(default)}" for key, default in kind.settings.items()) or "none",
                kind.meaning,
            )
            for name, kind in FAULT_KINDS.items()
        ),
    )


def _refusal(refusal: Refusal | None) -> str:
    return f"{refusal.status} {refusal.code}" if refusal else "as the gateway"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else json.dumps(value)
