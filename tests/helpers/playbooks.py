# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-playbook with the checkout's collection and reads the results of its tasks."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checkout import BUILD, ROOT

PLAYBOOK = "sundown.hwcloud.decommission"
CALLBACKS = ROOT / "tests" / "integration" / "callback_plugins"
# Variables of the machine that count for a run; with that of coverage its processes are measured.
KEPT = ("LANG", "LC_ALL", "TMPDIR", "COVERAGE_PROCESS_CONFIG")
# Seconds; generous, as the machine may be busy.
TIMEOUT = 900


@dataclass(frozen=True)
class Play:
    """One run of ansible-playbook: the exit code, the output and the results of the tasks."""

    code: int
    output: str
    events: list[dict[str, Any]]

    def of(self, task: str, host: str | None = None) -> list[dict[str, Any]]:
        """Return the results of a task, by its name."""
        return [
            event["result"] for event in self.events if event.get("task") == task and host in (None, event.get("host"))
        ]

    def fact(self, name: str) -> Any:
        """Return the last value of a fact."""
        given = [
            event["result"]["ansible_facts"][name]
            for event in self.events
            if name in ((event.get("result") or {}).get("ansible_facts") or {})
        ]
        return given[-1] if given else None

    @property
    def failures(self) -> str:
        """The messages of the tasks that failed, one a line."""
        return "\n".join(str(event["result"].get("msg")) for event in self.events if event["event"] == "failed")

    @property
    def stats(self) -> dict[str, Any]:
        """The statistics that the play sets for the next job."""
        return next((event["custom"] for event in self.events if event["event"] == "stats"), {})

    def count(self, what: str) -> int:
        """Return a number of the recap, summed over the hosts."""
        hosts = next((event["hosts"] for event in self.events if event["event"] == "stats"), {})
        return sum(figures[what] for figures in hosts.values())

    @property
    def labels(self) -> list[str]:
        """The labels of the batches, in order."""
        return [
            item["_ansible_item_label"] for result in self.of("Delete planned records") for item in result["results"]
        ]


class Playbooks:
    """Runs playbooks with a home directory of their own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._runs = 0

    def environment(self, record: Path, extra: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a run, without the machine's own Ansible settings."""
        home = self.directory / "home"
        home.mkdir(exist_ok=True)
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {
            **kept,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_HOME": str(home / ".ansible"),
            "ANSIBLE_COLLECTIONS_PATH": str(BUILD / "dev"),
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "recorder",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "1",
            "RECORDER_FILE": str(record),
            **extra,
        }

    def start(
        self,
        variables: Mapping[str, Any],
        *arguments: str,
        playbook: str | Path = PLAYBOOK,
        environment: Mapping[str, str] | None = None,
    ) -> tuple[subprocess.Popen[str], Path]:
        """Start a run; return its process and the file with its events."""
        self._runs += 1
        record = self.directory / f"record-{self._runs}.jsonl"
        given = self.directory / f"variables-{self._runs}.json"
        given.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
        given.write_text(json.dumps(dict(variables)), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "ansible", "playbook", str(playbook), "-e", f"@{given}", *arguments],
            cwd=self.directory,
            env=self.environment(record, environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        return process, record

    def run(self, variables: Mapping[str, Any], *arguments: str, **options: Any) -> Play:
        """Run a playbook to its end."""
        process, record = self.start(variables, *arguments, **options)
        try:
            output, _nothing = process.communicate(timeout=TIMEOUT)
        finally:
            process.kill()
        return Play(process.returncode, output, read_events(record))


def read_events(record: Path) -> list[dict[str, Any]]:
    """Return the events that a run has recorded so far."""
    if not record.exists():
        return []
    lines: Iterable[str] = record.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
