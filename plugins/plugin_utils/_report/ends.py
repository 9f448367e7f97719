# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What has become of the records: the report's outcomes, and apart from them what is planned and not yet deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._plan.outcomes import PENDING_REASONS
from .._plan.records import key_of
from .text import shown

Report = Mapping[str, Any]
Record = Mapping[str, Any]

FAILED = "failed"
DRIFTED = "drifted"
PENDING = "pending"
DELETED = "deleted"
ABSENT = "absent"
KEPT = "kept"

# In the order of a reader's interest; each is told by its sign as well as by its colour.
_SIGNS = {FAILED: "✕", DRIFTED: "≠", PENDING: "→", DELETED: "✓", ABSENT: "○", KEPT: "•"}
_LABELS = {
    "plan": {PENDING: "to be deleted"},
    "refused": {PENDING: "planned"},
    "applying": {PENDING: "to be deleted"},
    "check": {DELETED: "would be deleted", FAILED: "would fail"},
}

# What was planned and is still there.
LEFT = (FAILED, DRIFTED)


@dataclass(frozen=True)
class Part:
    """A kind of end, and how many records came to it: an outcome, or ``pending``."""

    key: str
    label: str
    sign: str
    count: int


class Ends:
    """The records of a report by how they ended."""

    def __init__(self, report: Report) -> None:
        self.titles = {name: shown(title) for name, title in report["titles"].items()}
        # A report counts these as kept; a reader wants them apart from what nobody wanted to delete.
        self._pending = PENDING_REASONS.get(report["mode"])
        self._records: dict[tuple[str, str], list[Record]] = defaultdict(list)
        stops = {key_of(record) for record in report["stops"]}
        for record in report["records"]:
            waits = record["outcome"] == KEPT and record["reason"] == self._pending
            listed = _stopping(record) if waits and key_of(record) in stops else record
            self._records[PENDING if waits else record["outcome"], record["service"]].append(listed)
        self.kept = [
            {"reason": shown(reason), "count": count}
            for reason, count in report["reasons"].get(KEPT, {}).items()
            if reason != self._pending
        ]
        usual = (PENDING, KEPT) if self._pending else (FAILED, DRIFTED, DELETED, ABSENT, KEPT)
        labels = _LABELS.get(report["mode"], {})
        self.parts = [
            Part(key, labels.get(key, key), sign, self.count(key))
            for key, sign in _SIGNS.items()
            if key in usual or self.count(key)
        ]

    def count(self, *keys: str) -> int:
        """Return how many records ended so."""
        return sum(len(records) for (key, _name), records in self._records.items() if key in keys)

    def of(self, key: str, service: str) -> Sequence[Record]:
        """Return the records of a service that ended so."""
        return self._records.get((key, service), ())


def _stopping(record: Record) -> Record:
    return {**record, "reason": f"{record['reason']}; to be stopped first"}
