# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The kinds of records, each one declaration; the kinds of a product stand in one file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from .._errors import OptionError
from .._regions import Cloud
from .._text import printable
from .model import Kind
from .registry import KINDS

DEFAULT_KINDS = ("drs_job", "gaussdb_job", "dms_task", "dcs_task", "cce_job")
# Words that stand for all such kinds that the region's cloud offers.
GROUPS = ("records", "instances", "all")

__all__ = [
    "DEFAULT_KINDS",
    "GROUPS",
    "KINDS",
    "Kind",
    "check_kind_options",
    "check_kinds",
    "check_name",
    "kind_option_mistakes",
    "phases",
    "select_kinds",
]


def check_kinds(names: Iterable[str], option: str = "kinds") -> None:
    """Raise `OptionError` naming ``option`` where one of ``names`` is neither a kind nor one of `GROUPS`."""
    for name in names:
        check_name(name, (*GROUPS, *KINDS), option, "a kind")


def check_name(name: Any, known: Collection[str], option: str, what: str) -> None:
    """Raise `OptionError` naming ``option`` and the nearest name where ``name`` is not one of the ``known``."""
    for mistake in _mistakes_in_name(name, known, option, what):
        raise OptionError(mistake)


def _mistakes_in_name(name: Any, known: Collection[str], option: str, what: str) -> list[str]:
    if isinstance(name, str) and name in known:
        return []
    nearest = get_close_matches(str(name), known, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"known are {', '.join(known) or 'none'}"
    return [f"{option}: {printable(str(name))} is not {what}; {hint}"]


def check_kind_options(given: Mapping[str, Any], option: str = "kind_options") -> None:
    """Raise `OptionError` naming ``option`` unless ``given`` holds, by kind, options of its own with their values."""
    mistakes = list(kind_option_mistakes(given, option))
    if mistakes:
        raise OptionError("\n".join(mistakes))


def kind_option_mistakes(given: Mapping[str, Any], option: str = "kind_options") -> Iterator[str]:
    """Yield a line that names ``option`` for each mistake in ``given``, which is as in `check_kind_options`."""
    for name, options in given.items():
        unknown = _mistakes_in_name(name, KINDS, option, "a kind")
        yield from unknown
        if unknown:
            continue
        if not isinstance(options, Mapping):
            yield f"{option}.{name}: a dictionary of options is needed"
            continue
        own = KINDS[name].own_options
        for key, value in options.items():
            yield from _mistakes_in_name(key, own, f"{option}.{name}", "an option of its own")
            if key in own:
                yield from _mistakes_in_name(value, own[key], f"{option}.{name}.{key}", "one of its values")


def select_kinds(names: Iterable[str], cloud: Cloud, option: str = "kinds") -> list[Kind]:
    """Return the kinds that ``names`` stand for, each once, in the order of `KINDS`.

    A kind that is named itself is returned even where ``cloud`` does not offer it. Raises `OptionError` as
    `check_kinds` does.
    """
    wanted = list(names)
    check_kinds(wanted, option)

    def selected(kind: Kind) -> bool:
        groups = {"all", "instances" if kind.is_instance else "records"}
        return kind.name in wanted or (cloud in kind.clouds and not groups.isdisjoint(wanted))

    return [kind for kind in KINDS.values() if selected(kind)]


def phases(names: Iterable[str]) -> list[list[str]]:
    """Return the kinds in the phases of their deletion: each kind comes in a later phase than those it is after.

    Instances take long to go: those of all kinds are in one phase, so that none waits for those of another kind.
    """
    waiting = [KINDS[name] for name in names]
    found: list[list[str]] = []
    while waiting:
        ready = [kind for kind in waiting if not any(kind.comes_after(other) for other in waiting)]
        if not all(kind in ready for kind in waiting if kind.is_instance):
            ready = [kind for kind in ready if not kind.is_instance] or ready
        found.append([kind.name for kind in ready])
        waiting = [kind for kind in waiting if kind not in ready]
    return found
