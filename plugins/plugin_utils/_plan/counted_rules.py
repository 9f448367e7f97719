# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""How many of the discovered records each rule matches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ...module_utils._engine.rules import Match, compile_rule
from .records import Record
from .role_settings import RoleSettings

# ``place``, the rule's text as ``rule``, and how many records it ``matched``.
CountedRule = Mapping[str, Any]

_SELECT = "decommission_select"
_SELECTS = frozenset({Match.YES})
# A rule also protects what lacks a field that the rule is about.
_PROTECTS = frozenset({Match.YES, Match.UNKNOWN})
_SHOWN = 10


def count_rules(records: Sequence[Record], settings: RoleSettings, now: datetime) -> list[dict[str, Any]]:
    """Return each rule with the number of records that it selects or protects by itself, whatever other rules do."""
    rules = [(rule, _SELECTS) for rule in settings.select or ()] + [(rule, _PROTECTS) for rule in settings.protect]
    counted = []
    for rule, wanted in rules:
        matches = compile_rule(rule, now)
        matched = sum(matches(record) in wanted for record in records)
        counted.append({"place": rule.place, "rule": rule.text, "matched": matched})
    return counted


def rule_lines(rules: Sequence[CountedRule]) -> list[str]:
    """Return a line for each rule, for ten at most; first come the rules that matched nothing."""
    ordered = sorted(rules, key=lambda rule: rule["matched"] > 0)
    lines = [f"{_named(rule)} {matched_text(rule)}" for rule in ordered[:_SHOWN]]
    return lines + ([f"and {len(rules) - _SHOWN} more rules"] if len(rules) > _SHOWN else [])


def matched_text(rule: CountedRule) -> str:
    """Return how many records a rule matched, for a reader."""
    count = rule["matched"]
    return "matched " + {0: "no record", 1: "1 record"}.get(count, f"{count:,} records")


def why_nothing(rules: Sequence[CountedRule], discovered: int) -> str:
    """Return why a plan is empty."""
    select = [rule for rule in rules if rule["place"].startswith(_SELECT)]
    if not discovered:
        return "no record was found"
    if select and not any(rule["matched"] for rule in select):
        wanted = _named(select[0]) if len(select) == 1 else f"any rule of {_SELECT}"
        return f"no record of {discovered:,} matches {wanted}"
    return "the only record is kept" if discovered == 1 else f"all {discovered:,} records are kept"


def _named(rule: CountedRule) -> str:
    return f"{rule['place']} ({rule['rule']})"
