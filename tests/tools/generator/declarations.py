# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects the declarations of the kinds, and what special.yml adds to them."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS, Kind

from checkout import ROOT

PACKAGE = "ansible_collections.sundown.hwcloud.plugins.module_utils._services"
SPECIAL: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "special.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = SPECIAL["services"]


def declared() -> dict[str, dict[str, Kind]]:
    """Return the kinds that each file of ``_services`` declares, by their constants; `ValueError` for a wrong name."""
    found = {}
    for path in sorted((ROOT / "plugins" / "module_utils" / "_services").glob("*.py")):
        if path.stem not in ("__init__", "registry"):
            constants = vars(importlib.import_module(f"{PACKAGE}.{path.stem}"))
            kinds = {name: value for name, value in constants.items() if isinstance(value, Kind)}
            for name, kind in kinds.items():
                if name != kind.name.upper():
                    raise ValueError(f"{path.name}: the kind {kind.name} belongs in a constant {kind.name.upper()}")
            found |= {path.stem: kinds} if kinds else {}
    return found


def in_order(kinds: Iterable[Kind]) -> list[Kind]:
    """Return kinds in the order of `SERVICES`, each behind those that it comes after.

    Raises `ValueError` where special.yml does not have a service or a kind, and for kinds that wait for each other.
    """
    waiting = list(kinds)
    missing = [kind.service for kind in waiting if kind.service not in SERVICES]
    missing += [kind.name for kind in waiting if kind.name not in SPECIAL["kinds"]]
    if missing:
        raise ValueError(f"special.yml: nothing about {', '.join(missing)}")
    waiting.sort(key=lambda kind: list(SERVICES).index(kind.service))
    ordered: list[Kind] = []
    while waiting:
        ready = [kind for kind in waiting if not any(kind.comes_after(other) for other in waiting)]
        if not ready:
            names = sorted(kind.name for kind in waiting)
            raise ValueError(f"these kinds come after each other: {', '.join(names)}")
        ordered.append(ready[0])
        waiting.remove(ready[0])
    return ordered


def collect() -> list[Kind]:
    """Return all declared kinds in order, and make them those of `KINDS`, which the written file may not have yet."""
    ordered = in_order(kind for kinds in declared().values() for kind in kinds.values())
    KINDS.clear()
    KINDS.update({kind.name: kind for kind in ordered})
    return ordered


def texts(kind: Kind) -> dict[str, Any]:
    """Return what the documentation of a kind says in words of its own."""
    return {
        "records": f"{kind.noun}s" if kind.is_instance else f"{kind.noun} records",
        "source": SERVICES[kind.service]["product"],
        "effect": effect(kind),
        "listing": "",
        "id_note": "",
        "notes": [],
        "delete_notes": [],
        "leaves": None,
        "choices": {},
        "version_added": "1.0.0",
        **SPECIAL["kinds"][kind.name],
    }


def effect(kind: Kind) -> str:
    """Return what is deleted, and what goes with it."""
    if kind.lifecycle is None:
        return "Only the record is deleted; instances are not affected."
    consequences = [f"{clause[0].upper()}{clause[1:]}." for clause in kind.lifecycle.consequences]
    return " ".join([f"B(This deletes the {kind.noun} itself), not a record of it.", *consequences])
