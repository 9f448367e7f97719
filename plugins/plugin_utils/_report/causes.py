# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Why planned records are left, and what to do about it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .._plan.outcomes import Outcome
from .display import shown
from .table import LEFT, Record, RecordGroups

# Written by `make generate` from the table of error codes in the guide.
_ADVICE = Path(__file__).parent / "errors.json"


@dataclass(frozen=True)
class Cause:
    """Records with one outcome, error and reason: how many, the names of their kinds, and the ID of the first one."""

    outcome: str
    error: str
    reason: str
    advice: str
    count: int
    kinds: tuple[str, ...]
    first: str


def advice_of(error_code: Any) -> str:
    """Return what to do about an error code, empty where the code is not known."""
    return _advice().get(str(error_code), "")


def causes_of(groups: RecordGroups) -> list[Cause]:
    """Return the causes of what is left, the most frequent ones of each outcome first."""
    kinds: dict[tuple[str, str, str, str], Counter[str]] = defaultdict(Counter)
    first: dict[tuple[str, str, str, str], str] = {}
    for outcome in LEFT:
        for kind in groups.titles:
            for record in groups.of(outcome, kind):
                cause = (outcome, error_of(record), shown(reason_of(record)), advice_of(record.get("error_code")))
                kinds[cause][kind] += 1
                first.setdefault(cause, shown(record["id"]))
    causes = [
        Cause(*cause, count=sum(counts.values()), kinds=tuple(counts), first=first[cause])
        for cause, counts in kinds.items()
    ]
    return sorted(causes, key=lambda cause: (LEFT.index(cause.outcome), -cause.count, cause.error, cause.reason))


def error_of(record: Record) -> str:
    """Return HTTP status and error code of a failed record, empty for others."""
    return " ".join(shown(record[key]) for key in ("http_status", "error_code") if record.get(key))


def reason_of(record: Record) -> Any:
    """Return why a record has its outcome; a drifted one's rule says more than its reason."""
    return record["rule"] if record["outcome"] == Outcome.DRIFTED else record["reason"]


@cache
def _advice() -> Mapping[str, str]:
    advice: Mapping[str, str] = json.loads(_ADVICE.read_text(encoding="utf-8"))
    return advice
