# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What a run remembers between its steps, packed into one text.

Ansible copies every variable many times, and each dict in it costs; one text of some 60 bytes a record does not.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

from .decide import STOPPED
from .records import RECORD_FIELDS

PLAN = "plan"
CHECK = "check"
APPLYING = "applying"
APPLY = "apply"
REFUSED = "refused"
FAILED = "failed"


class Row(NamedTuple):
    """A discovered record and what was decided about it."""

    service: str
    instance_id: Optional[str]
    id: str
    name: Optional[str]
    status: Optional[str]
    planned: bool
    reason: str
    rule: str


@dataclass(frozen=True)
class State:
    """``head`` holds what is true of the whole run, ``rows`` what is of each record."""

    head: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Row] = ()

    @property
    def mode(self) -> str:
        """Return PLAN, CHECK, APPLYING, APPLY or REFUSED, or FAILED where no plan was made."""
        return str(self.head.get("mode", FAILED))

    def planned(self) -> Iterator[dict[str, Any]]:
        """Yield the planned records as a plan's document holds them."""
        for row in self.rows:
            if row.planned:
                yield {
                    "service": row.service,
                    "region": self.head["region"],
                    "project_id": self.head["project_id"],
                    "instance_id": row.instance_id,
                    "id": row.id,
                    "status": row.status,
                    "name": row.name,
                }

    def stops(self) -> list[dict[str, Any]]:
        """Return the planned records that are stopped before they are deleted: what names each, and its status."""
        return [dict(zip(RECORD_FIELDS, row)) for row in self.rows if row.planned and row.reason == STOPPED]


def pack(state: State) -> str:
    """Return the state as one text of letters, digits, ``+``, ``/`` and ``=``."""
    decisions: dict[tuple[bool, str, str], int] = {}
    rows = [(*row[:5], decisions.setdefault((row.planned, row.reason, row.rule), len(decisions))) for row in state.rows]
    content = json.dumps([state.head, list(decisions), rows], separators=(",", ":"))
    return base64.b64encode(zlib.compress(content.encode(), 1)).decode()


def unpack(text: str) -> State:
    """Return the state that `pack` made a text of."""
    head, decisions, rows = json.loads(zlib.decompress(base64.b64decode(text)))
    return State(head, [Row(*row[:5], *decisions[row[5]]) for row in rows])
