# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""How far the deletion of a kind's records is, while it runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class KindProgress:
    """Numbers of records: ``total`` to delete, ``done`` of them, ``failed`` of those, ``waiting`` for the service."""

    total: int = 0
    done: int = 0
    failed: int = 0
    waiting: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def add(self, *, failed: bool) -> None:
        """Count a record that was tried."""
        with self._lock:
            self.done += 1
            self.failed += failed

    def end(self, failed: int) -> None:
        """Count all records as done, ``failed`` of them without success."""
        with self._lock:
            self.done, self.failed, self.waiting = self.total, failed, 0

    def set_waiting(self, count: int) -> None:
        """Set how many records are being stopped, or instances deleted."""
        with self._lock:
            self.waiting = count

    def figures(self) -> dict[str, int]:
        """Return the numbers by their names."""
        with self._lock:
            return {"done": self.done, "total": self.total, "failed": self.failed, "waiting": self.waiting}
