# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Values checked against the role's argument spec; every mistake is found, and each is one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.yaml import yaml_load

from ...module_utils._auth.options import AUTH_OPTIONS
from ...module_utils._errors import OptionError
from ...module_utils._text import mistake_in, printable

Spec = Mapping[str, Any]

_SPECS = Path(__file__).parents[3] / "roles" / "decommission" / "meta" / "argument_specs.yml"
# Where Ansible's own validation could fail, which comes first and shows the whole spec, the type is "raw" there.
# The variable's type is that of its default then.
_TYPE_OF = {bool: "bool", int: "int", str: "str", list: "list", dict: "dict", type(None): "float"}
# Before 2.19 ansible-core quotes the text of a template that it cannot evaluate.
SECRETS = ("decommission_auth", "decommission_report_url")
_NOUNS = {"bool": "a boolean (true or false)", "int": "an integer", "float": "a number", "str": "a string"}


@lru_cache(maxsize=1)
def role_spec() -> Spec:
    """Return the specs of the role's variables by their names."""
    spec: Spec = yaml_load(_SPECS.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    return spec


@lru_cache(maxsize=1)
def connection_options() -> tuple[str, ...]:
    """Return the names of the options by which modules connect."""
    return tuple(name for option, spec in AUTH_OPTIONS.items() for name in (option, *spec.get("aliases", ())))


def type_of(option: Spec) -> str:
    """Return the type of a variable."""
    declared = option.get("type", "str")
    return _TYPE_OF[type(option.get("default"))] if declared == "raw" else str(declared)


class RoleVariables(Mapping[str, Any]):
    """The role's variables of a host, read when they are asked for; OptionError where a template cannot be read."""

    def __init__(self, template: Callable[[Any], Any], in_scope: Mapping[str, Any]) -> None:
        self._template = template
        self._values = {name: in_scope[name] for name in role_spec() if name in in_scope}

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        # A plan holds names of records, which are no templates.
        if name == "decommission_planned" and isinstance(value, Mapping):
            return value
        try:
            return self._template(value)
        except AnsibleError as error:
            problem = "its template cannot be evaluated" if name in SECRETS else printable(str(error))
            raise OptionError(f"{name}: {problem}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Arguments:
    """Reads values and collects the ``mistakes`` in them.

    Beside what Ansible knows, an option may have ``least``, ``most`` and ``above`` for its range, ``pattern`` for its
    text and ``noun`` for what its value, or each of its items, is called.
    """

    def __init__(self) -> None:
        self.mistakes: list[str] = []

    def reject(self, place: str, problem: str) -> None:
        """Add a mistake."""
        self.mistakes.append(f"{place}: {problem}")

    def check(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a function returns, None where it raises an OptionError, which is a mistake then."""
        try:
            return function(*arguments)
        except OptionError as error:
            self.mistakes.append(str(error))
            return None

    def read(self, place: str, value: Any, option: Spec) -> Any:
        """Return a value in its type, None after a mistake; a number, a boolean and a list may be given as text."""
        wanted = type_of(option)
        if wanted == "dict":
            # The value is not repeated, as it may hold secrets.
            correct = isinstance(value, Mapping) and all(isinstance(key, str) for key in value)
            return value if correct else self.reject(place, "must be a dictionary with strings as keys")
        if wanted == "list":
            return self._items(place, value, option)
        if value in (None, "") and wanted in ("str", "float") and not {"choices", "pattern"} & {*option}:
            return option.get("default")
        return self._scalar(place, value, wanted, option)

    def _items(self, place: str, value: Any, option: Spec) -> tuple[str, ...] | None:
        items = value
        if isinstance(value, str):
            items = [item.strip() for item in value.split(",")] if value.strip() else []
        if not isinstance(items, list | tuple):
            self.reject(place, f"must be a list, not {value!r}")
            return None
        for index, item in enumerate(items):
            if item in items[:index]:
                self.reject(f"{place}[{index}]", f"{item!r} is listed more than once")
        return tuple(self._text(f"{place}[{index}]", item, option) for index, item in enumerate(items))

    def _text(self, place: str, value: Any, option: Spec) -> str:
        mistake = mistake_in(value, option.get("noun", ""), option.get("choices", ()))
        if mistake:
            self.reject(place, mistake)
        return value if isinstance(value, str) else ""

    def _scalar(self, place: str, value: Any, wanted: str, option: Spec) -> Any:
        choices = option.get("choices")
        spec = {"type": wanted, **({"choices": choices} if choices else {})}
        result = ArgumentSpecValidator({place: spec}).validate({place: value})
        read = result.validated_parameters[place]
        if _converted_silently(value, wanted) or result.error_messages or not _allowed(read, option):
            noun = f"one of {', '.join(choices)}" if choices else option.get("noun", _NOUNS[wanted]) + _range_of(option)
            return self.reject(place, f"must be {noun}" + ("" if value is None else f", not {value!r}"))
        return read.strip() if isinstance(read, str) else read


def _converted_silently(value: Any, wanted: str) -> bool:
    """Return whether Ansible's validator takes a value that is more likely a mistake."""
    if wanted == "str":
        return not isinstance(value, str)
    return value is None or (isinstance(value, bool) and wanted != "bool") or (wanted, type(value)) == ("int", float)


def _allowed(value: Any, option: Spec) -> bool:
    if "pattern" in option:
        return option["pattern"].fullmatch(value.strip()) is not None
    if "above" in option:
        return bool(option["above"] < value < float("inf"))
    return "least" not in option or bool(option["least"] <= value <= option.get("most", value))


def _range_of(option: Spec) -> str:
    if "above" in option:
        return f" > {option['above']}"
    if "most" in option:
        return f" from {option['least']} to {option['most']}"
    return f" >= {option['least']}" if "least" in option else ""
