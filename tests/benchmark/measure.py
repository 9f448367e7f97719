# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs commands and says what they cost; collects the rows of the result."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
TREE = ROOT / ".build" / "dev"
PLACE = ROOT / ".build" / "benchmark"
sys.path[:0] = [str(TREE), str(ROOT / "tests"), str(ROOT / "tests" / "tools")]

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


@dataclass
class Table:
    """Rows of one measurement, with what must hold: a row's ``met`` is None where nothing was promised."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[tuple[str, ...], bool | None]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: object, met: bool | None = None) -> None:
        """Add a row and show it at once."""
        row = tuple(cell if isinstance(cell, str) else f"{cell:.2f}" for cell in cells)
        self.rows.append((row, met))
        print("   ", *row, met_or_missed(met), flush=True)


def met_or_missed(met: bool | None) -> str:
    return "" if met is None else ("MET" if met else "MISSED")


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


def spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


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


def module(name: str, cloud: CloudProcess, **options: Any) -> Cost:
    """Run a module as Ansible does, in a process of its own."""
    arguments = {**LOGIN, "endpoints": cloud.endpoints, "_ansible_remote_tmp": str(PLACE), **options}
    return command([sys.executable, "-m", f"{MODULES}.{name}"], given={"ANSIBLE_MODULE_ARGS": arguments})


def playbook(path: str | Path, cloud: CloudProcess | None = None, tree: Path = TREE, **variables: Any) -> Cost:
    """Run a playbook against the cloud, quietly, with the collection in ``tree``."""
    given = {"decommission_endpoints": cloud.endpoints, **variables} if cloud else variables
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
