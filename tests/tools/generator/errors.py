# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of error codes: the codes stand in the sources, what they mean in errors.yml and special.yml."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.client import THROTTLE_CODES
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import Kind
from ansible_collections.sundown.hwcloud.plugins.module_utils._services.model import GATEWAY_CODES

from checkout import ROOT

from .declarations import SERVICES, collect
from .tables import literal, literals, rst_table

# By what they count as; the names are of the kinds that this is for, none where it is for all.
Codes = Mapping[str, Mapping[str, Sequence[str]]]

SOURCES = ROOT / "plugins" / "module_utils"
MEANINGS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "errors.yml").read_text(encoding="utf-8"))
# Calls that have an error code among their arguments, and the form of a code of this collection.
_MAKERS = {"ApiError", "Refusal", "_error", "failure"}
_CODE = re.compile(r"([A-Z][a-z]+)+")
# What a code counts as, in the order of the tables.
GONE, INSTANCE, THROTTLED, REFUSED = "gone", "instance gone", "throttled", "credentials rejected"
UNPUBLISHED, OTHER, EXPLAINED, BUSY = "not published", "inconclusive", "explained", "repeated"
ORDER = (GONE, INSTANCE, BUSY, THROTTLED, REFUSED, UNPUBLISHED, OTHER, EXPLAINED)


def own_codes() -> set[str]:
    """Return every error code that this collection itself gives, as its sources spell them."""
    return {code for path in sorted(SOURCES.rglob("*.py")) for code in _given(ast.parse(path.read_text("utf-8")))}


def _given(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            codes = [keyword.value for keyword in node.keywords if keyword.arg == "error_code"]
            codes += node.args if name in _MAKERS else []
            values = [code.value for code in codes if isinstance(code, ast.Constant)]
            yield from (value for value in values if isinstance(value, str) and _CODE.fullmatch(value))


def gateway_codes() -> Codes:
    """Return the codes that the collection knows of every service, by what they count as."""
    client = (SOURCES / "_http" / "client.py").read_text(encoding="utf-8")
    explained = {code for code in MEANINGS["gateway"] if code in client} - THROTTLE_CODES - GATEWAY_CODES
    found = {THROTTLED: THROTTLE_CODES, UNPUBLISHED: GATEWAY_CODES, EXPLAINED: explained}
    return {name: dict.fromkeys(codes, ()) for name, codes in found.items()}


def kind_codes(kind: Kind) -> dict[str, frozenset[str]]:
    """Return the codes that the collection knows of a kind, by what they count as."""
    busy = kind.lifecycle.busy_codes if kind.lifecycle else frozenset()
    return {
        GONE: kind.gone_codes,
        INSTANCE: kind.gone_instance_codes - kind.gone_codes,
        # Those without a prefix are the same in an older spelling.
        BUSY: frozenset(code for code in busy if not code.isdigit()),
        THROTTLED: kind.throttle_codes,
        REFUSED: kind.auth_codes,
        UNPUBLISHED: kind.unpublished_codes - GATEWAY_CODES,
        OTHER: kind.other_404_codes,
    }


def service_codes(kinds: Sequence[Kind]) -> Codes:
    """Return the codes that the collection knows of the kinds of one service, by what they count as."""
    found: dict[str, dict[str, list[str]]] = {}
    for kind in kinds:
        for name, codes in kind_codes(kind).items():
            for code in codes:
                found.setdefault(name, {}).setdefault(code, []).append(kind.name)
    return {
        name: {code: names if len(names) < len(kinds) else [] for code, names in codes.items()}
        for name, codes in found.items()
    }


def kinds_by_service() -> dict[str, list[Kind]]:
    """Return the kinds of each service that has some."""
    found: dict[str, list[Kind]] = {}
    for kind in collect():
        found.setdefault(kind.service, []).append(kind)
    return found


def own() -> str:
    """Return the table of this collection's own codes."""
    meanings = checked("errors.yml: own", MEANINGS["own"], own_codes())
    rows = [[literal(code), entry["means"], entry["do"]] for code, entry in sorted(meanings.items())]
    return rst_table(["error_code", "Meaning", "What to do"], rows, [18, 41, 41])


def gateway() -> str:
    """Return the table of the codes that are known of every service."""
    return _known("errors.yml: gateway", MEANINGS["gateway"], gateway_codes())


def by_service() -> str:
    """Return a section for each service: the table of the codes that are known of it alone."""
    sections = []
    for service, kinds in kinds_by_service().items():
        lines = [kinds[0].title, "^" * len(kinds[0].title)]
        unknown = [kind.name for kind in kinds if not kind.gone_codes - kind.gone_instance_codes]
        if unknown:
            lines += [
                "",
                f"No code is documented for an unknown ID of {literals(unknown)}: after a 404 the records are listed.",
            ]
        table = _known(f"special.yml: {service}", SERVICES[service].get("codes", {}), service_codes(kinds))
        sections.append("\n".join([*lines, "", table]))
    return "\n\n".join(sections)


def passed_on() -> str:
    """Return the table of frequent codes of the services that are passed on as they are."""
    known = _all(gateway_codes()).union(*(_all(service_codes(kinds)) for kinds in kinds_by_service().values()))
    for group in MEANINGS["passed_on"]:
        if known & set(group["codes"]):
            raise ValueError(f"errors.yml: passed_on has codes that are known: {known & set(group['codes'])}")
    rows = [[literals(group["codes"]), group["means"], group["do"]] for group in MEANINGS["passed_on"]]
    return rst_table(["error_code", "Meaning", "What to do"], rows, [26, 37, 37])


def advice() -> str:
    """Return what to do about each code, or else what it means, as the JSON that reports read."""
    texts = {code: entry["do"] for code, entry in MEANINGS["own"].items()}
    known = dict(MEANINGS["gateway"])
    for service in kinds_by_service():
        known |= SERVICES[service].get("codes", {})
    texts |= {code: entry["do"] if isinstance(entry, Mapping) else entry for code, entry in known.items()}
    for group in MEANINGS["passed_on"]:
        texts |= dict.fromkeys(group["codes"], group["do"])
    # "The same in an older spelling" says nothing beside a single record.
    plain = {code: text.replace("``", "") for code, text in sorted(texts.items()) if "older spelling" not in text}
    return json.dumps(plain, indent=2) + "\n"


def _known(where: str, meanings: Mapping[str, Any], codes: Codes) -> str:
    checked(where, meanings, _all(codes))
    texts = {
        code: f"{entry['means']} {entry['do']}" if isinstance(entry, Mapping) else entry
        for code, entry in meanings.items()
    }
    rows = [
        [literal(code), f"{name} for {literals(kinds)}" if kinds else name, texts[code]]
        for name in ORDER
        for code, kinds in _sorted(codes.get(name, {}))
    ]
    return rst_table(["error_code", "Counts as", "Meaning"], rows, [22, 18, 60])


def _sorted(codes: Mapping[str, Sequence[str]]) -> list[tuple[str, Sequence[str]]]:
    """Return codes in order, older spellings without a prefix last."""
    return sorted(codes.items(), key=lambda item: ("." not in item[0], item[0]))


def _all(codes: Codes) -> set[str]:
    return {code for some in codes.values() for code in some}


def checked(where: str, meanings: Mapping[str, Any], codes: Iterable[str]) -> Mapping[str, Any]:
    """Return the meanings; `ValueError` unless they are those of exactly these codes."""
    if set(meanings) != set(codes):
        raise ValueError(f"{where} and the code differ in {sorted(set(meanings) ^ set(codes))}")
    return meanings


PARTS = {
    "own codes": own,
    "gateway codes": gateway,
    "codes by service": by_service,
    "codes passed on": passed_on,
}
