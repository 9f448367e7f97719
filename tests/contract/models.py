# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vendor's clients expect in a response: its keys, which of them are mandatory, and their types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

# The key of a model of a bare array.
LIST = "body"
PRIMITIVES = {"str": str, "int": int, "bool": bool}


def types_of(model: Any) -> dict[str, str]:
    """The types of a model by the keys of its JSON."""
    return {model.attribute_map[attribute]: declared for attribute, declared in model.openapi_types.items()}


def mandatory_of(model: Any) -> set[str]:
    """The keys that are mandatory: the constructor sets them even where it is given nothing."""
    assigned: list[str] = []

    class Probe(model):  # type: ignore[misc]
        def __setattr__(self, name: str, value: Any) -> None:
            assigned.append(name)
            super().__setattr__(name, value)

    Probe()
    return {model.attribute_map[name] for name in assigned if name in model.attribute_map}


def disagreements(response: Any) -> set[str]:
    """Where the body of a response is not what its model says; each a place and what is wrong there."""
    body = response.to_json_object()
    if isinstance(body, list):
        body = {LIST: body}
    return set(_in_model(body, type(response), type(response).__name__)) if body is not None else set()


def type_at(model: Any, path: str) -> str | None:
    """The type of what stands at a dotted path of keys, through lists; None where the model has no such key."""
    key, _dot, rest = path.partition(".")
    declared = types_of(model).get(key)
    if declared is None or not rest:
        return declared
    child = _model_named(model, _item_type(declared) or declared)
    return type_at(child, rest) if child else None


def _in_model(body: Any, model: Any, place: str) -> Iterator[str]:
    if not isinstance(body, dict):
        yield f"{place}: {type(body).__name__} is not an object"
        return
    types = types_of(model)
    for key in body.keys() - types.keys():
        yield f"{place}.{key}: unknown"
    for key in mandatory_of(model):
        if key not in body:
            yield f"{place}.{key}: missing"
    for key in body.keys() & types.keys():
        yield from _in_value(body[key], types[key], model, f"{place}.{key}")


def _in_value(value: Any, declared: str, model: Any, place: str) -> Iterator[str]:
    if value is None or declared == "object":
        return
    item = _item_type(declared)
    if item and isinstance(value, list):
        for one in value:
            yield from _in_value(one, item, model, f"{place}[]")
    elif declared == "dict(str, str)" and isinstance(value, dict):
        for key, one in value.items():
            yield from _in_value(one, "str", model, f"{place}.{key}")
    elif item or declared.startswith("dict(") or declared in PRIMITIVES:
        if not isinstance(value, PRIMITIVES.get(declared, ())) or isinstance(value, bool) is not (declared == "bool"):
            yield f"{place}: {type(value).__name__} is not {declared}"
    else:
        yield from _in_model(value, _model_named(model, declared), place)


def _item_type(declared: str) -> str | None:
    found = re.fullmatch(r"list\[(.+)\]", declared)
    return found[1] if found else None


def _model_named(model: Any, name: str) -> Any:
    """The model of that name beside ``model``, None where that is another type."""
    return getattr(import_module(model.__module__.rpartition(".")[0]), name, None)
