# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error codes: those that the code gives or knows, found in it, and what errors.yml beside this file says of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.client import THROTTLE_CODES
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import SERVICES, Service
from ansible_collections.sundown.hwcloud.plugins.module_utils._services.model import GATEWAY_CODES

from checkout import ROOT

from .tables import literal, literals, rst_table

SOURCES = ROOT / "plugins" / "module_utils"
# Calls whose first argument is an error code.
_MAKERS = {"ApiError", "_error"}
# What the collection makes of a code, in the order in which the tables show it.
KINDS = {
    "gone": "gone",
    "instance": "instance gone",
    "throttled": "throttled",
    "refused": "credentials refused",
    "unpublished": "no such API here",
    "other": "says nothing",
    "explained": "explained",
}


def texts() -> dict[str, Any]:
    """Return what is said about each error code."""
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "errors.yml").read_text(encoding="utf-8"))
    return found


def own_codes() -> set[str]:
    """Return every error code that this collection itself gives, as its sources spell them."""
    return {code for path in sorted(SOURCES.rglob("*.py")) for code in _given(ast.parse(path.read_text("utf-8")))}


def _given(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            codes = [keyword.value for keyword in node.keywords if keyword.arg == "error_code"]
            codes += node.args[:1] if name in _MAKERS else []
            yield from (code.value for code in codes if isinstance(code, ast.Constant) and isinstance(code.value, str))


def known_codes(service: Service) -> dict[str, set[str]]:
    """Return the codes that the collection knows of a service alone, by the kind of what it makes of them."""
    kinds = {
        "gone": service.gone_codes,
        "instance": service.gone_instance_codes - service.gone_codes,
        "throttled": service.throttle_codes,
        "refused": service.auth_codes,
        "unpublished": service.unpublished_codes - GATEWAY_CODES,
        "other": service.other_404_codes,
    }
    return {kind: set(codes) for kind, codes in kinds.items() if codes}


def gateway_codes() -> dict[str, set[str]]:
    """Return the codes that the collection knows of every service."""
    explained = {code for code in texts()["gateway"] if code in _client()} - THROTTLE_CODES - GATEWAY_CODES
    return {"throttled": set(THROTTLE_CODES), "unpublished": set(GATEWAY_CODES), "explained": explained}


def _client() -> str:
    return (SOURCES / "_http" / "client.py").read_text(encoding="utf-8")


def own() -> str:
    """Return the table of this collection's own codes."""
    said = _all_said("own", own_codes())
    rows = [[literal(code), entry["means"], entry["do"]] for code, entry in sorted(said.items())]
    return rst_table(["error_code", "What it means", "What to do"], rows, [18, 41, 41])


def gateway() -> str:
    """Return the table of the codes that are known of every service."""
    codes = gateway_codes()
    return _known(_all_said("gateway", _flat(codes)), codes)


def of_service(name: str) -> str:
    """Return the table of the codes that are known of one service."""
    codes = known_codes(SERVICES[name])
    return _known(_all_said(name, _flat(codes)), codes)


def _known(said: dict[str, str], codes: dict[str, set[str]]) -> str:
    rows = [[literal(code), what, said[code]] for kind, what in KINDS.items() for code in _sorted(codes.get(kind, ()))]
    return rst_table(["error_code", "Counts as", "What the service means"], rows, [22, 18, 60])


def passed_on() -> str:
    """Return the table of codes that services document for what users meet, and that are passed on as they are."""
    known = _flat(gateway_codes()).union(*(_flat(known_codes(service)) for service in SERVICES.values()))
    said = texts()["passed_on"]
    for group in said:
        if known & set(group["codes"]):
            raise ValueError(f"known after all: {known & set(group['codes'])}")
    rows = [[literals(group["codes"]), group["means"], group["do"]] for group in said]
    return rst_table(["error_code", "What the service means", "What to do"], rows, [26, 37, 37])


def _sorted(codes: Iterable[str]) -> list[str]:
    """Return codes in order, older spellings without a prefix last."""
    return sorted(codes, key=lambda code: ("." not in code, code))


def _flat(codes: dict[str, set[str]]) -> set[str]:
    return set().union(*codes.values())


def _all_said(section: str, codes: Iterable[str]) -> dict[str, Any]:
    """Return what errors.yml says in a section; ValueError unless it is about exactly these codes."""
    said: dict[str, Any] = texts()[section]
    if set(said) != set(codes):
        raise ValueError(f"errors.yml and the code differ in section {section}: {sorted(set(said) ^ set(codes))}")
    return said


PARTS: dict[str, Callable[[], str]] = {
    "own codes": own,
    "gateway codes": gateway,
    **{f"codes of {name}": partial(of_service, name) for name in SERVICES},
    "codes passed on": passed_on,
}
