# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Names of variables: those that the role and its playbooks know, and those that are misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from ...module_utils._regions import region_of_project
from ...module_utils._text import suggest

_WORD = "decommission"
# Users' own variables begin with this.
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
    "decommission_summary",
)

# Words that a first part may be, or may be a misspelling of, without being a misspelling of "decommission".
_OTHER_WORDS = ("decommissions", "decommissioned", "decommissioner", "decommissioning")
# Words for a variable that its own name is not near to.
_SYNONYMS = {"service": "kinds", "services": "kinds"}
# 0.85 covers two wrong letters: decomision, but not decision or decompression.
_ALIKE = 0.85


def unknown_names(names: Iterable[str], variables: Sequence[str]) -> list[str]:
    """Return a line for each of ``names`` that begins like a variable of the role and is not known.

    ``names`` are the names of any variables, ``variables`` the role's own ones. These and those of the playbooks are
    suggested in place of unknown ones.
    """
    known = {*variables, *PLAYBOOK_NAMES, *FACTS, *STATISTICS}
    unknown = [name for name in sorted({*names} - known) if _is_meant_for_role(name)]
    candidates = (*variables, *PLAYBOOK_NAMES)
    return [f"{name}: no variable of this role. {_suggestion(name, candidates)}" for name in unknown]


def region_warning(project: str, region: str) -> str | None:
    """Return a warning where a project's name begins with another region than the one in which it is."""
    named = region_of_project(project)
    if named in (None, region):
        return None
    begin = f"decommission_project: {project} begins with the region {named}"
    return f"{begin}, but is in {region}; is {region} the right region?"


def _is_meant_for_role(name: str) -> bool:
    first, separator, _rest = name.partition("_")
    word = first.lower()
    if not separator or not word.startswith("dec") or name.startswith(OWN_PREFIX):
        return False
    if word.startswith(_WORD):
        return word == _WORD
    return difflib.get_close_matches(word, (_WORD, *_OTHER_WORDS), n=1, cutoff=_ALIKE) == [_WORD]


def _suggestion(name: str, candidates: Sequence[str]) -> str:
    rest = name.partition("_")[2].lower()
    corrected = f"{_WORD}_{rest}"
    if corrected.startswith(OWN_PREFIX):
        return f"Did you mean {corrected}?"
    if rest in _SYNONYMS:
        return f"Did you mean {_WORD}_{_SYNONYMS[rest]}?"
    # Without the prefix that all share, which would make any two names similar.
    return suggest(rest, (candidate[len(_WORD) + 1 :] for candidate in candidates), prefix=f"{_WORD}_")
