# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Lines of progress while the module environment runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any

from ...module_utils._services import KINDS


class ProgressLines:
    """Makes lines for a host out of the figures of each kind that the module writes to a file."""

    def __init__(self, host: str, path: Path) -> None:
        self._host = host
        self._path = path
        self._shown: Any = None
        self._waiting: Set[str] = frozenset()
        self._stopped: dict[str, int] = {}

    def next(self, *, due: bool = True) -> str | None:
        """Return a line, None where nothing has changed since the one before and nothing is waited for.

        Until the next one is ``due``, there is only a line where something is waited for that was not before.
        """
        try:
            kinds: dict[str, dict[str, int]] = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        waiting = {name: figures["waiting"] for name, figures in kinds.items() if figures["waiting"]}
        if not (due or waiting.keys() - self._waiting) or (kinds == self._shown and not waiting):
            return None
        self._shown, self._waiting = kinds, waiting.keys()
        parts = [*self._stopping(waiting), *_going(waiting)]
        done, total, failed = (sum(figures[name] for figures in kinds.values()) for name in ("done", "total", "failed"))
        if done or not parts:
            parts.append(f"{done:,} of {total:,} records done" + (f", {failed:,} failed" if failed else ""))
        return f"{self._host}: {'; '.join(parts)}"

    def _stopping(self, waiting: Mapping[str, int]) -> Iterator[str]:
        for name, count in waiting.items():
            kind = KINDS[name]
            if not kind.is_instance:
                most = self._stopped[name] = max(count, self._stopped.get(name, 0))
                yield f"{count:,} of {most:,} {kind.label}s still stopping"


def _going(waiting: Mapping[str, int]) -> Iterator[str]:
    """Yield how many instances are still listed, and of which kinds."""
    instances = {name: count for name, count in waiting.items() if KINDS[name].is_instance}
    left = sum(instances.values())
    if left:
        kinds = ", ".join(f"{count:,} {name}" for name, count in instances.items())
        yield f"{left:,} {'instance' if left == 1 else 'instances'} left ({kinds})"
