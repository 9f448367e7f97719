# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the README that follow from the declarations, as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from .faults import FAULT_KINDS
from .options import Option, declared_options
from .responses import Refusal
from .services import SERVICES


def tables() -> dict[str, str]:
    """Each table by the name of its place in the README."""
    return {"services": _services(), "kinds": _kinds(), "operations": _operations(), **_settings()}


def _table(columns: str, rows: Iterable[Iterable[str]]) -> str:
    names = columns.split(" | ")
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (names, ["---"] * len(names), *rows))


def _services() -> str:
    rows = []
    for service in SERVICES.values():
        refusals = (service.invalid_token, service.other_project, service.throttled)
        kinds = ", ".join(f"`{kind.name}`" for kind in service.kinds) or "none"
        rows.append([service.name, kinds, *map(_refusal, refusals)])
    columns = "service | kinds | bad token (`token_errors: native`) | another project | too many requests"
    return _table(columns, rows)


def _kinds() -> str:
    rows = []
    for service, kind in ((one, kind) for one in SERVICES.values() for kind in one.kinds):
        place = f"`{kind.instance_key}` of an instance of `{service.name}`" if kind.instance_key else f"`{kind.key}`"
        if kind is service.instances:
            place = f"`instances` of `{service.name}`"
        keys = "; ".join(f"`{key}`: {meaning}" for key, meaning in kind.record_keys.items()) or "none"
        rows.append([f"`{kind.name}`", place, kind.finished, ", ".join(sorted(kind.deletable)), keys])
    return _table("kind | in a scenario | default status | deleted in status | further keys of a record", rows)


def _operations() -> str:
    found = ((service.name, one) for service in SERVICES.values() for one in service.routes)
    rows = ((name, f"`{one.method} {one.path}`", one.name.replace("_", " ")) for name, one in found)
    return _table("service | request | operation", rows)


def _settings() -> dict[str, str]:
    options = [
        (f"`{name}`", _value(one.default), _values(one), one.meaning)
        for name, one in declared_options(SERVICES.values()).items()
    ]
    faults = []
    for name, kind in FAULT_KINDS.items():
        settings = ", ".join(f"`{key}` {_value(default)}" for key, default in kind.settings.items()) or "none"
        faults.append((f"`{name}`", settings, kind.meaning))
    return {
        "options": _table("option | default | values | meaning", options),
        "faults": _table("kind | settings and defaults | meaning", faults),
    }


def _refusal(refusal: Refusal | None) -> str:
    return refusal.short if refusal else "as the gateway"


def _values(option: Option) -> str:
    return "status and code" if isinstance(option.default, Refusal) else ", ".join(option.choices) or "any"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, Refusal):
        return value.short
    return value if isinstance(value, str) else json.dumps(value)
