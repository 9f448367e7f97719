# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The journal of a run's deletes: a line before each call of the module environment and one after it."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ...module_utils._engine.records import TIME_FORMAT

_LISTS = {"deleted": "deleted", "absent": "absent", "failed": "failures"}


def started_line(records: Any, progress: Any, now: datetime) -> dict[str, Any]:
    """Return the line before a call, with what the call's options say; ``now`` is in UTC."""
    given = progress if isinstance(progress, Mapping) else {}
    batch = {name: given.get(name) or 1 for name in ("batch", "batches")}
    return {"time": now.strftime(TIME_FORMAT), "state": "started", **batch, "kinds": _by_kind(records)}


def ended_line(started: Mapping[str, Any], result: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """Return the line after a call, None where its result does not say what became of the records."""
    if not all(name in result for name in (*_LISTS.values(), "deleting")):
        return None
    counts = {name: _by_kind(result[key]) for name, key in _LISTS.items()}
    deleting = list(result["deleting"])
    return {**started, "time": now.strftime(TIME_FORMAT), "state": "ended", **counts, "deleting": deleting}


def append_line(path: Path, line: Mapping[str, Any]) -> None:
    """Append a line to a journal, which only its owner can read, and see it written to the disk; may raise OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _by_kind(records: Any) -> dict[str, int]:
    """Return the number of records by kind; what are no records is left to the module."""
    items: Sequence[Any] = records if isinstance(records, list) else []
    return dict(Counter(str(item.get("kind")) for item in items if isinstance(item, Mapping)))
