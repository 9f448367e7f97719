# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cloud emulator as a process of its own, for tests that must not share an interpreter with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml

PACKAGES = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class CloudProcess:
    """A running cloud emulator: its process id, its base URLs and the requests of its admin port."""

    pid: int
    endpoints: dict[str, str]
    admin: str

    def get(self, what: str) -> Any:
        """Return ``state``, ``log`` or ``counters``."""
        return self._ask("GET", what)

    def load(self, scenario: dict[str, Any]) -> None:
        """Replace everything by ``scenario``."""
        self._ask("PUT", "scenario", scenario)

    def add_fault(self, **fault: Any) -> None:
        """Add a fault; the README of this package has the kinds."""
        self._ask("POST", "faults", fault)

    def clear_log(self) -> None:
        self._ask("DELETE", "log")

    def expire_tokens(self) -> None:
        self._ask("POST", "expire-tokens")

    def _ask(self, method: str, path: str, data: Any = None) -> Any:
        reply = requests.request(method, f"{self.admin}/{path}", json=data, timeout=60)
        reply.raise_for_status()
        return reply.json() if reply.content else None


@contextmanager
def cloud_process(scenario: Path | dict[str, Any]) -> Iterator[CloudProcess]:
    """Serve ``scenario`` (a file or the same as a dict) until the block is left."""
    with tempfile.TemporaryDirectory() as folder:
        path = scenario if isinstance(scenario, Path) else Path(folder) / "scenario.yml"
        if isinstance(scenario, dict):
            path.write_text(yaml.safe_dump(scenario), encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(PACKAGES)}
        command = [sys.executable, "-m", "emulator", "--scenario", str(path)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
        try:
            ready = server.stdout.readline() if server.stdout else ""
            if not ready:
                raise RuntimeError(f"the cloud emulator did not start, it ended with status {server.wait()}")
            yield CloudProcess(**json.loads(ready))
        finally:
            server.terminate()
            server.wait(timeout=10)
