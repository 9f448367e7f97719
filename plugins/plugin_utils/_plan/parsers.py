# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Reads single values of the role's variables, which surveys and extra variables deliver as text."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .errors import refuse

_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def whole(variable: str, value: Any, least: int, most: int | None = None) -> int:
    """Return a whole number between ``least`` and ``most``; its digits as a text will do, true and false will not."""
    number = value
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
        number = int(value)
    if not isinstance(number, int) or isinstance(number, bool) or number < least or (most and number > most):
        refuse(variable, value, f"is not a whole number from {least}" + (f" to {most}" if most else " up"))
    return int(number)


def rate(variable: str, value: Any) -> float | None:
    """Return requests per second, None where no ceiling is set."""
    if value is None or value == "":
        return None
    number = value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
        number = float(value)
    if not isinstance(number, (int, float)) or isinstance(number, bool) or not 0 < number < float("inf"):
        refuse(variable, value, "is not a number of requests per second above 0")
    return float(number)


def flag(variable: str, value: Any) -> bool:
    """Return a truth value; true, yes, on, false, no and off as a text will do."""
    if isinstance(value, bool):
        return value
    word = value.lower() if isinstance(value, str) else ""
    if word not in _WORDS:
        refuse(variable, value, "is neither true nor false")
    return _WORDS[word]


def text(variable: str, value: Any) -> str:
    """Return a text without the blanks around it, empty where nothing is set."""
    if value is None:
        return ""
    if not isinstance(value, str):
        refuse(variable, value, "is not a text")
    return str(value).strip()


def choice(variable: str, value: Any, choices: Collection[str]) -> str:
    """Return one of ``choices``."""
    if not isinstance(value, str) or value not in choices:
        refuse(variable, value, f"is none of: {', '.join(choices)}")
    return str(value)


def texts(variable: str, value: Any) -> tuple[str, ...]:
    """Return a list of texts; one text with commas between will do."""
    items = value
    if isinstance(value, str):
        items = [item.strip() for item in value.split(",")] if value.strip() else []
    if not isinstance(items, Sequence):
        refuse(variable, value, "is not a list")
    for index, item in enumerate(items):
        if not isinstance(item, str) or not item.strip():
            refuse(f"{variable}[{index}]", item, "is not a text")
    return tuple(items)


def choices_of(variable: str, value: Any, choices: Collection[str], least: int = 0) -> tuple[str, ...]:
    """Return a list of some of ``choices``, ``least`` at least, each at most once."""
    items = texts(variable, value)
    for index, item in enumerate(items):
        if item not in choices or item in items[:index]:
            wrong = "stands there twice" if item in choices else f"is none of: {', '.join(choices)}"
            refuse(f"{variable}[{index}]", item, wrong)
    if len(items) < least:
        refuse(variable, value, f"needs at least {least} of: {', '.join(choices)}")
    return items


def mapping(variable: str, value: Any, *, secret: bool = False) -> Mapping[str, Any]:
    """Return a dict whose keys are texts. A value that may be ``secret`` is never repeated in the refusal."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        refuse(variable, "what was given" if secret else value, "is not a dict")
    return value
