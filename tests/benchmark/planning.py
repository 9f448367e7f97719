# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time and memory of the plan alone: records and rules in, decisions and digest out."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from measure import Cost, Promise, Table, command, median

SIZES = (5_000, 50_000)
SECONDS, MEMORY = 2.0, 200
RULES: dict[str, dict[str, Any]] = {
    "everything": {},
    "rules and protections": {
        "select": [{"kind": "dms_task", "older_than": "30d"}, {"name": "Create*"}, {"status": "FAILED"}],
        "protect": [{"name": "*keep*"}, {"kind": "cce_job", "older_than": "3650d"}],
        "keep_last": 5,
    },
    "with an approved plan": {"on_drift": "intersect"},
}


def measure(runs: int) -> list[Table]:
    """Return one table; each run is a process of its own."""
    table = Table(
        "The plan alone",
        ("records, rules", "seconds", "MiB of the process", "MiB before"),
        notes=[f"Promised for 50,000 records: {SECONDS:g} seconds and {MEMORY} MiB, the records themselves included."],
    )
    for count in SIZES:
        without: float | None = None
        for rules in RULES:
            cost = median(lambda count=count, rules=rules: _child(count, rules), runs)
            answer = cost.answer
            without = without or answer["seconds"]
            reason = f"{without:.2f} without rules or an approved plan, which is checked, digested and compared besides"
            promises = [
                Promise("seconds", answer["seconds"], SECONDS, reason),
                Promise("MiB", answer["memory"], MEMORY),
            ]
            memory, before = f"{answer['memory']:.0f}", f"{answer['before']:.0f}"
            table.add(
                f"{count}, {rules}", answer["seconds"], memory, before, promises=promises if count == SIZES[-1] else ()
            )
    return [table]


def _child(count: int, rules: str) -> Cost:
    return command([sys.executable, __file__], given={"count": count, "rules": rules})


def _plan(count: int, rules: str) -> dict[str, Any]:
    """Make records, plan them, and return the seconds that the plan took and the memory before and after."""
    from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS

    from helpers.plan_factory import UNATTENDED, document_of, record, run_of

    before = _peak()
    records = [
        record(
            f"{number:032x}",
            DEFAULT_KINDS[number % len(DEFAULT_KINDS)],
            instance_id=f"instance-{number % 50}",
            name=f"CreateInstance{number % 7}",
            created_at=f"2026-{1 + number % 10:02}-{1 + number % 28:02}T10:00:00Z",
        )
        for number in range(count)
    ]
    variables = {"max_records": count, "confirm": UNATTENDED, **RULES[rules]}
    if rules == "with an approved plan":
        variables["planned"] = document_of(run_of(records, max_records=count))
    started = time.perf_counter()
    run = run_of(records, **variables)
    seconds = time.perf_counter() - started
    if not run["counts"]["planned"]:
        raise RuntimeError("nothing was planned")
    return {"seconds": seconds, "memory": _peak(), "before": before}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    json.dump(_plan(**json.load(sys.stdin)), sys.stdout)
