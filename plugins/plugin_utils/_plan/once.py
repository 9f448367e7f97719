# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What is computed once for all hosts of a run of Ansible, which runs each task of a host in a process of its own."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def once(directory: Path, key: str, make: Callable[[], Any]) -> Any:
    """Return what ``make`` has returned to the first process that asked for ``key``.

    ``directory`` is one that the processes of the run share; the result must be plain data.
    """
    with (directory / "sundown.hwcloud.json").open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        known: dict[str, Any] = json.loads(file.read() or "{}")
        if key not in known:
            known[key] = make()
            file.truncate(0)
            json.dump(known, file)
        return known[key]
