# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The records as lines: a few of them stand in the page's text, all of them in the data that its script reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .text import shown

# Longer ones are cut; report.json holds them whole.
_LONGEST_NAME = 120
_LONGEST_REASON = 500


class Line(NamedTuple):
    """A record as its reader sees it: every field is text that is safe to show."""

    name: str
    id: str
    instance_id: str
    status: str
    reason: str
    rule: str
    http_status: str
    error_code: str
    request_id: str


class Rows:
    """Collects all lines compactly: texts that many records share are held once and named by their number.

    A row is [part, service, id, name, status, reason, rule, instance id, HTTP status, error code, request id]; trailing
    empty ones are left out, and status, reason, rule, instance id, HTTP status and error code are numbers of texts.
    """

    def __init__(self, services: Sequence[str], parts: Sequence[Mapping[str, str]]) -> None:
        self._services = services
        self._parts = parts
        self._texts: dict[str, int] = {"": 0}
        self._shown: dict[Any, str] = {}
        self._rows: list[list[Any]] = []

    def add(self, part: int, service: int, record: Mapping[str, Any]) -> Line:
        """Take in a record; return its line."""
        line = Line(
            name=shown(record["name"], _LONGEST_NAME),
            id=shown(record["id"]),
            instance_id=self._often(record["instance_id"]),
            status=self._often(record["status"]),
            reason=self._often(record["reason"]),
            rule=self._often(record["rule"]),
            http_status=self._often(record.get("http_status")),
            error_code=self._often(record.get("error_code")),
            request_id=shown(record.get("request_id")),
        )
        shared = (line.status, line.reason, line.rule, line.instance_id, line.http_status, line.error_code)
        row = [part, service, line.id, line.name, *map(self._number, shared), line.request_id]
        while not row[-1]:
            row.pop()
        self._rows.append(row)
        return line

    def data(self) -> dict[str, Any]:
        """Return what the page's script reads."""
        return {
            "services": self._services,
            "parts": self._parts,
            "texts": list(self._texts),
            "rows": self._rows,
        }

    def _often(self, value: Any) -> str:
        if value not in self._shown:
            self._shown[value] = shown(value, _LONGEST_REASON)
        return self._shown[value]

    def _number(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))
