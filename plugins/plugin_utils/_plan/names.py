# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Names of variables: which ones the role and its playbooks know, and which are misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from .errors import PlanError

_WORD = "decommission"
# Variables of the users' own begin with this.
OWN_PREFIX = "decommission_x_"
PLAYBOOK_NAMES = ("decommission_hosts", "decommission_serial", "decommission_max_fail_percentage")
FACTS = ("decommission_plan", "decommission_result")
# Statistics of an earlier job come back as extra variables.
STATISTICS = (
    "decommission_confirm",
    "decommission_confirmations",
    "decommission_plan_counts",
    "decommission_plan_digest",
    "decommission_plan_stops",
    "decommission_planned",
)

# Words that a first part may be, or may be a misspelling of, without being a misspelling of "decommission".
_OTHER_WORDS = ("decommissions", "decommissioned", "decommissioner", "decommissioning")
# 0.85 covers two wrong letters: decomision, but not decision or decompression.
_ALIKE = 0.85
_CLOSE = 0.6


def check_names(names: Iterable[str], variables: Sequence[str]) -> None:
    """Raise a PlanError that lists each of ``names`` which begins like a variable of the role and is not known.

    ``names`` are the names of any variables, ``variables`` the role's own ones, which are suggested in place of
    unknown ones, as are those of the playbooks.
    """
    known = {*variables, *PLAYBOOK_NAMES, *FACTS, *STATISTICS}
    unknown = [name for name in sorted({*names} - known) if _is_meant_for_role(name)]
    if unknown:
        candidates = (*variables, *PLAYBOOK_NAMES)
        found = [f"{name}: no variable of this role. {_suggestion(name, candidates)}" for name in unknown]
        raise PlanError(" ".join([*found, f"(Variables of your own may begin with {OWN_PREFIX}.)"]))


def _is_meant_for_role(name: str) -> bool:
    first, separator, _rest = name.partition("_")
    if not separator or name.startswith(OWN_PREFIX):
        return False
    word = first.lower()
    if word.startswith(_WORD):
        return word == _WORD
    alike = difflib.get_close_matches(word, (_WORD, *_OTHER_WORDS), n=1, cutoff=_ALIKE)
    return word.startswith("dec") and alike == [_WORD]


def _suggestion(name: str, candidates: Sequence[str]) -> str:
    rest = name.partition("_")[2].lower()
    corrected = f"{_WORD}_{rest}"
    if corrected.startswith(OWN_PREFIX):
        return f"Did you mean {corrected}?"
    # Without the part that all share, which would make any two names look alike.
    nearest = {candidate[len(_WORD) + 1 :]: candidate for candidate in candidates}
    for close in difflib.get_close_matches(rest, nearest, n=1, cutoff=_CLOSE):
        return f"Did you mean {nearest[close]}?"
    (far,) = difflib.get_close_matches(rest, nearest, n=1, cutoff=0)
    return f"The nearest is {nearest[far]}."
