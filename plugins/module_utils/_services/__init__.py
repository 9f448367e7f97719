# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The kinds of records, each one declaration; the kinds of a product stand in one file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from .._errors import OptionError
from .._regions import Cloud
from .._text import mistake_in, printable, unknown_name
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
    "check_kind",
    "kind_option_mistakes",
    "phases",
    "select_kinds",
]


def check_kind(place: str, name: Any, known: Collection[str] = tuple(KINDS)) -> None:
    """Raise `OptionError` naming ``place`` and the nearest name where ``name`` is not one of the ``known``."""
    mistake = mistake_in(name, "kind", known)
    if mistake:
        raise OptionError(f"{place}: {mistake}")


def kind_option_mistakes(option: str, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line that names ``option`` for each mistake in ``given``, the options of each kind alone by its name."""
    for name, options in given.items():
        if name not in KINDS:
            yield f"{option}: {unknown_name(name, 'a kind', KINDS)}"
        elif not isinstance(options, Mapping):
            yield f"{option}.{name}: must be a dictionary of options"
        else:
            yield from (f"{option}.{name}{mistake}" for mistake in _own_option_mistakes(KINDS[name], options))


def _own_option_mistakes(kind: Kind, options: Mapping[str, Any]) -> Iterator[str]:
    own = kind.own_options
    for name, value in options.items():
        if name not in own:
            yield f": {unknown_name(name, f'an option of {kind.name} alone', own)}"
        elif value not in own[name]:
            yield f".{name}: must be one of {', '.join(own[name])}, not {printable(repr(value))}"


def select_kinds(names: Iterable[str], cloud: Cloud) -> list[Kind]:
    """Return the kinds that ``names`` stand for, each once, in the order of `KINDS`.

    A kind that is named itself is returned even where ``cloud`` does not offer it. Raises `OptionError` where
    a name is neither that of a kind nor one of `GROUPS`.
    """
    wanted = list(names)
    for position, name in enumerate(wanted):
        check_kind(f"kinds[{position}]", name, (*GROUPS, *KINDS))

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
