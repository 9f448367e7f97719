# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of requests and the counters, which are always kept."""

from __future__ import annotations

import json
from collections import Counter, deque
from typing import Any
from urllib.parse import parse_qs

from .call import Call

DROPPED = 0


class RequestLog:
    """Entries in order of arrival. ``keep`` is True (all), False (none) or the number of entries to keep."""

    def __init__(self, keep: bool | int = True) -> None:
        self.keep = keep
        size = None if keep is True else int(keep)
        self._entries: deque[dict[str, Any]] = deque(maxlen=size)
        self._counts: Counter[tuple[str, str, int]] = Counter()

    def arrive(self, call: Call) -> None:
        """Note a request; the entry is completed by ``finish``."""
        if self.keep is False:
            return
        call.entry = {
            "service": call.service.name,
            "method": call.method,
            "path": call.path,
            "query": _query(call.query_string) if call.query_string else {},
            "headers": call.headers,
            "body": _body(call.payload),
            "status": None,
            "project_id": None,
            "at": call.now,
            "request_id": call.request_id,
            "fault": None,
        }
        self._entries.append(call.entry)

    def finish(self, call: Call, status: int | None) -> None:
        """Complete an entry; ``status`` None means that no response was sent."""
        self._counts[call.service.name, call.method, DROPPED if status is None else status] += 1
        if call.entry is not None:
            project_id = call.project.id if call.project else call.path_params.get("project_id")
            call.entry.update(status=status, fault=call.fault, project_id=project_id)

    def entries(self) -> list[dict[str, Any]]:
        return list(self._entries)

    def clear(self) -> None:
        self._entries.clear()
        self._counts.clear()

    def counters(self) -> dict[str, dict[str, dict[str, int]]]:
        """Requests by service, method and status; status ``dropped`` means that no response was sent."""
        counted: dict[str, dict[str, dict[str, int]]] = {}
        for (service, method, status), number in sorted(self._counts.copy().items()):
            name = "dropped" if status == DROPPED else str(status)
            counted.setdefault(service, {}).setdefault(method, {})[name] = number
        return counted


def _query(query_string: str) -> dict[str, Any]:
    """Parameters by name; one that is repeated has a list of values."""
    query = parse_qs(query_string, keep_blank_values=True)
    return {name: values[0] if len(values) == 1 else values for name, values in query.items()}


def _body(body: bytes) -> Any:
    """The body as JSON where it is JSON, else as text; None when there is none."""
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
