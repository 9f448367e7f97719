# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The records of a report in groups by outcome and kind, and as rows of a page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .._plan.document import DIGEST_SHOWN
from .._plan.outcomes import PENDING_REASONS, Outcome
from .._plan.records import InstanceKey, Key, counted, holder_of, is_instance, key_of
from .._plan.state import Mode
from .display import age_of, seconds_between, shown

# The columns that report.csv and the page's script write alike; each is a field of a record.
CSV_COLUMNS = (
    "kind",
    "instance_id",
    "id",
    "name",
    "status",
    "created_at",
    "outcome",
    "reason",
    "rule",
    "http_status",
    "error_code",
    "request_id",
)

Report = Mapping[str, Any]
Record = Mapping[str, Any]

# Planned and not deleted, or not yet: a report counts such records as kept.
PENDING = "pending"
# Planned records that are left.
LEFT = (Outcome.FAILED, Outcome.DRIFTED)

# In the order of a reader's interest; a sign tells as much as a colour.
_SIGNS = {
    Outcome.FAILED: "✕",
    Outcome.DRIFTED: "≠",
    PENDING: "→",
    Outcome.DELETED: "✓",
    Outcome.ABSENT: "○",
    Outcome.KEPT: "•",
}
_LABELS = {
    Mode.PLAN: {PENDING: "to be deleted"},
    Mode.REFUSED: {PENDING: "planned"},
    Mode.APPLYING: {PENDING: "to be deleted"},
    Mode.CHECK: {Outcome.DELETED: "would be deleted", Outcome.FAILED: "would fail"},
}
_SHARED = ("status", "reason", "rule")
# Of a row of the data: up to the age.
_LEAST_FIELDS = 8
# Longer texts are cut; report.json holds them whole.
_LONGEST_NAME = 120
_LONGEST_REASON = 500


@dataclass(frozen=True)
class Part:
    """An outcome, or ``pending``, and how many records have it."""

    key: str
    label: str
    sign: str
    count: int


class RecordGroups:
    """The records of a report by outcome and kind.

    ``held`` counts, for each planned instance by kind and id, the records that go with it by their kind.
    """

    def __init__(self, report: Report) -> None:
        self.titles = {name: shown(title) for name, title in report["titles"].items()}
        pending = PENDING_REASONS.get(report["mode"])
        self._records: dict[tuple[str, str], list[Record]] = defaultdict(list)
        self.held = _held(report["records"])
        stops = {key_of(record) for record in report["stops"]}
        for record in report["records"]:
            waits = record["outcome"] == Outcome.KEPT and record["reason"] == pending
            listed = self._pending(record, stops) if waits else record
            self._records[PENDING if waits else record["outcome"], record["kind"]].append(listed)
        self.kept = [
            {"reason": shown(reason), "count": count}
            for reason, count in report["reasons"].get(Outcome.KEPT, {}).items()
            if reason != pending
        ]
        always = (PENDING, Outcome.KEPT) if pending else [key for key in _SIGNS if key != PENDING]
        labels = _LABELS.get(report["mode"], {})
        self.parts = [
            Part(key, labels.get(key, key), sign, self.count(key))
            for key, sign in _SIGNS.items()
            if key in always or self.count(key)
        ]

    def count(self, *keys: str) -> int:
        """Return how many records have one of these outcomes."""
        return sum(len(records) for (key, _kind), records in self._records.items() if key in keys)

    def instances(self, *keys: str) -> int:
        """Return how many instances have one of these outcomes."""
        groups = self._records.items()
        return sum(len(records) for (key, kind), records in groups if key in keys and is_instance(kind))

    def amount(self, *keys: str) -> str:
        """Return for a reader how many instances and how many other records have one of these outcomes."""
        instances = self.instances(*keys)
        return counted(self.count(*keys) - instances, instances)

    def of(self, key: str, kind: str) -> Sequence[Record]:
        """Return the records of a kind with this outcome."""
        return self._records.get((key, kind), ())

    def _pending(self, record: Record, stops: Collection[Key]) -> Record:
        """Return a record that waits, with what happens to it in its reason."""
        if key_of(record) in stops:
            return {**record, "reason": f"{record['reason']}; to be stopped first"}
        if holder_of(record["kind"], record["instance_id"]) in self.held:
            return {**record, "reason": f"{record['reason']}; goes with its instance"}
        return record


def _held(records: Sequence[Record]) -> dict[InstanceKey, Counter[str]]:
    planned = [record for record in records if record["planned"]]
    held = {(record["kind"], record["id"]): Counter[str]() for record in planned if is_instance(record["kind"])}
    for record in planned:
        holder = holder_of(record["kind"], record["instance_id"])
        if holder in held:
            held[holder][record["kind"]] += 1
    return held


class TableRow(NamedTuple):
    """A record as text that is safe to show."""

    name: str
    id: str
    instance_id: str
    status: str
    reason: str
    rule: str
    age: str
    http_status: str
    error_code: str
    request_id: str


def shared_texts(rows: Sequence[TableRow]) -> dict[str, str]:
    """Return the status, reason and rule that several rows all have, by field."""
    texts = {field: {getattr(row, field) for row in rows} for field in _SHARED if len(rows) > 1}
    return {field: found.pop() for field, found in texts.items() if len(found) == 1}


class RecordTable:
    """Collects all rows compactly: texts that many records share are held once and referred to by number.

    A row of the data is [part, kind, id, name, status, reason, rule, age, instance id, HTTP status, error code,
    request id]; empty ones after the age are left out at the end. Status, reason, rule, instance id, HTTP status and
    error code are numbers of texts; the age is in seconds at the time of the run, empty where it is unknown.
    """

    def __init__(self, groups: RecordGroups, report: Report) -> None:
        self._kinds = [{"name": name, "title": title} for name, title in groups.titles.items()]
        self._started_at = report["started_at"]
        self._file = f"{report['project']}-{(report['digest'] or 'none')[:DIGEST_SHOWN]}.csv"
        self._parts = [{"key": part.key, "label": part.label, "sign": part.sign} for part in groups.parts]
        self._texts: dict[str, int] = {"": 0}
        self._shown: dict[Any, str] = {}
        self._rows: list[list[Any]] = []

    def add(self, part: int, kind: int, record: Record) -> TableRow:
        """Add a record; return its row."""
        created_at = record.get("created_at")
        age = seconds_between(created_at, self._started_at) if created_at else None
        row = TableRow(
            name=shown(record["name"], _LONGEST_NAME),
            id=shown(record["id"]),
            instance_id=self._shared(record["instance_id"]),
            status=self._shared(record["status"]),
            reason=self._shared(record["reason"]),
            rule=self._shared(record["rule"]),
            age="" if age is None else age_of(age),
            http_status=self._shared(record.get("http_status")),
            error_code=self._shared(record.get("error_code")),
            request_id=shown(record.get("request_id")),
        )
        shared = (row.status, row.reason, row.rule, row.instance_id, row.http_status, row.error_code)
        numbers = [self._texts.setdefault(text, len(self._texts)) for text in shared]
        data = [
            part,
            kind,
            row.id,
            row.name,
            *numbers[:3],
            "" if age is None else age,
            *numbers[3:],
            row.request_id,
        ]
        while len(data) > _LEAST_FIELDS and data[-1] in ("", 0):
            data.pop()
        self._rows.append(data)
        return row

    def data(self) -> dict[str, Any]:
        """Return what the page's script reads."""
        return {
            "started_at": self._started_at,
            "file": shown(self._file),
            "columns": CSV_COLUMNS,
            "kinds": self._kinds,
            "parts": self._parts,
            "texts": list(self._texts),
            "rows": self._rows,
        }

    def _shared(self, value: Any) -> str:
        if value not in self._shown:
            self._shown[value] = shown(value, _LONGEST_REASON)
        return self._shown[value]
