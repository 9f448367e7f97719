# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs commands and says what they cost; collects the rows of the result."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
TREE = ROOT / ".build" / "dev"
PLACE = ROOT / ".build" / "benchmark"
# The last commit of the first edition, and the services that its modules know.
FIRST_EDITION = "3535186d0b7dbfa8393791de45d1cbf447ae6657"
FIRST_TREE = PLACE / "first_edition"
FIRST_SERVICES = ("iam", "drs", "gaussdb", "dms", "dcs", "cce")
sys.path[:0] = [str(TREE), str(ROOT / "tests"), str(ROOT / "tests" / "tools")]

from checkout import extract_commit
from commands import clean_environment, tool
from emulator.builders import DOMAIN, PASSWORD, PROJECT, REGION, USER
from emulator.process import CloudProcess

LOGIN = {
    "region": REGION,
    "username": USER,
    "password": PASSWORD,
    "domain_name": DOMAIN,
    "project_name": PROJECT,
}
MODULES = "ansible_collections.sundown.hwcloud.plugins.modules"
MIB = 1024 * 1024
CALM_SHARE = 0.05
CALM_TRIES = 2
PROBES, PAUSE = 4, 3
# Of each measurement that counts: the share of the processors that the host took away meanwhile.
disturbances: list[float] = []
T = TypeVar("T")


@dataclass(frozen=True)
class Cost:
    """What a command cost: wall time and processor time in seconds, memory in MiB, and what it answered."""

    wall: float
    cpu: float
    memory: float
    answer: Any
    module_memory: float = 0.0


@dataclass(frozen=True)
class Promise:
    """The most that a measured value may be, and the reason, where it is known, for which it may be more."""

    name: str
    measured: float
    limit: float
    reason: str = ""

    @property
    def met(self) -> bool:
        return self.measured <= self.limit

    def __str__(self) -> str:
        return f"{self.name} {self.measured:.2f} instead of {self.limit:g}; {self.reason or 'no reason is known'}"


@dataclass
class Row:
    """Cells of one measurement, and what is promised of it."""

    cells: tuple[str, ...]
    promises: tuple[Promise, ...]

    @property
    def state(self) -> str:
        """Whether the promises are kept; nothing where there is none."""
        return "" if not self.promises else "MISSED" if self.missed else "met"

    @property
    def missed(self) -> list[Promise]:
        return [promise for promise in self.promises if not promise.met]


@dataclass
class Table:
    """Rows of one measurement."""

    title: str
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: object, promises: Sequence[Promise] = ()) -> None:
        """Add a row and show it at once."""
        row = Row(tuple(cell if isinstance(cell, str) else f"{cell:.2f}" for cell in cells), tuple(promises))
        self.rows.append(row)
        print("   ", *row.cells, row.state, flush=True)

    def first_edition(self) -> bool:
        """Return whether the first edition is here to compare with; note it where it is not."""
        present = _first_edition()
        if not present:
            self.notes.append(f"Not compared with the first edition: this clone lacks its commit {FIRST_EDITION}.")
        return present


@cache
def _first_edition() -> bool:
    return extract_commit(FIRST_EDITION, FIRST_TREE)


def calmly(measure: Callable[[], T]) -> T:
    """Measure once the machine is calm, and anew where its host gave the processors to others meanwhile.

    The calmest of the tries counts, at most CALM_TRIES of them.
    """
    tries: list[tuple[float, T]] = []
    while len(tries) < CALM_TRIES:
        for _probe in range(PROBES):
            if _watched(_burn)[0] <= CALM_SHARE:
                break
            time.sleep(PAUSE)
        share, answer = _watched(measure)
        tries.append((share, answer))
        if share <= CALM_SHARE:
            break
        print(f"      disturbed: {100 * share:.0f} % of the processors were taken away", flush=True)
    share, answer = min(tries, key=lambda tried: tried[0])
    disturbances.append(share)
    return answer


def _watched(work: Callable[[], T]) -> tuple[float, T]:
    """Do the work; return the share of the processors that the host took away meanwhile, and what the work returned."""
    started, before = time.perf_counter(), _stolen()
    answer = work()
    return (_stolen() - before) / ((time.perf_counter() - started) * (os.cpu_count() or 1)), answer


def _burn() -> None:
    """Keep every processor busy for a moment, as only then it shows whether others are given them."""
    code = "import time\nend = time.perf_counter() + 0.5\nwhile time.perf_counter() < end: pass"
    busy = [subprocess.Popen([sys.executable, "-c", code]) for _processor in range(os.cpu_count() or 1)]
    for process in busy:
        process.wait()


def _stolen() -> float:
    """Seconds of processor time that the host gave to others since the start; 0 where the system does not say."""
    return float(getattr(psutil.cpu_times(), "steal", 0.0))


def median(measure: Callable[[], Cost], runs: int) -> Cost:
    """Measure several times and return the run with the median wall time."""
    costs = sorted((calmly(measure) for _round in range(runs)), key=lambda cost: cost.wall)
    return costs[len(costs) // 2]


def command(words: Sequence[str | Path], *, given: Any = None, env: dict[str, str] | None = None) -> Cost:
    """Run a command with ``given`` as JSON on its standard input; its answer is JSON, or its plain output."""
    environment = {**clean_environment(), "PYTHONPATH": str(TREE), **(env or {})}
    started, before = time.perf_counter(), os.times()
    process = subprocess.Popen(
        [str(word) for word in words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=PLACE,
        text=True,
    )
    memory = _Memory(process.pid)
    output, errors = process.communicate(json.dumps(given) if given is not None else None)
    wall, after = time.perf_counter() - started, os.times()
    memory.stop()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    try:
        answer = json.loads(output)
    except ValueError:
        answer = output
    if process.returncode and not isinstance(answer, dict):
        raise RuntimeError(f"{words[0]} ended with status {process.returncode}:\n{output[-3000:]}\n{errors[-3000:]}")
    return Cost(wall, cpu, memory.most / MIB, answer, memory.most_of_modules / MIB)


def endpoints(cloud: CloudProcess, tree: Path) -> dict[str, str]:
    """Return the endpoints that the collection in ``tree`` has a use for."""
    return {name: url for name, url in cloud.endpoints.items() if tree == TREE or name in FIRST_SERVICES}


def module(name: str, cloud: CloudProcess, tree: Path = TREE, **options: Any) -> Cost:
    """Run a module of the collection in ``tree`` as Ansible does, in a process of its own."""
    arguments = {**LOGIN, "endpoints": endpoints(cloud, tree), "_ansible_remote_tmp": str(PLACE), **options}
    words = [sys.executable, "-m", f"{MODULES}.{name}"]
    return command(words, given={"ANSIBLE_MODULE_ARGS": arguments}, env={"PYTHONPATH": str(tree)})


def playbook(
    path: str | Path,
    cloud: CloudProcess | None = None,
    tree: Path = TREE,
    recording: Path | None = None,
    **variables: Any,
) -> Cost:
    """Run a playbook with the collection in ``tree``; write its results to the file ``recording`` if one is named."""
    given = {"decommission_endpoints": endpoints(cloud, tree), **variables} if cloud else variables
    extra = PLACE / "variables.json"
    extra.write_text(json.dumps(given), encoding="utf-8")
    env = {
        "ANSIBLE_HOME": str(PLACE / "home"),
        "ANSIBLE_COLLECTIONS_PATH": str(tree),
        "PYTHONPATH": str(tree),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "OS_REGION_NAME": REGION,
        "OS_USERNAME": USER,
        "OS_PASSWORD": PASSWORD,
        "OS_USER_DOMAIN_NAME": DOMAIN,
    }
    if recording:
        recording.unlink(missing_ok=True)
        env |= {
            "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests" / "integration" / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "recorder",
            "RECORDER_FILE": str(recording),
        }
    return command([tool("ansible-playbook"), path, "--extra-vars", f"@{extra}"], env=env)


class _Memory:
    """Samples the largest resident memory of a process and, apart from it, of the Ansible modules below it."""

    def __init__(self, pid: int) -> None:
        self.most = 0
        self.most_of_modules = 0
        self._stopped = threading.Event()
        self._process = psutil.Process(pid)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stopped.wait(0.1):
            try:
                self.most = max(self.most, self._process.memory_info().rss)
                for child in self._process.children(recursive=True):
                    size = child.memory_info().rss
                    # A worker is a fork of its parent; a pipelined module's command line names nothing but Python.
                    if any("ansible-playbook" in word for word in child.cmdline()):
                        self.most = max(self.most, size)
                    else:
                        self.most_of_modules = max(self.most_of_modules, size)
            except psutil.Error:
                continue

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()
