# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All faults of connections and services at once, while many records are deleted."""

from __future__ import annotations

import threading
import time

from measure import Promise, Table, module

from emulator.builders import bulk
from emulator.process import cloud_process

RECORDS, WIDTH = 5_000, 32


def measure(runs: int) -> list[Table]:
    """Resets, lost replies, 503, throttling and an expired token, while 5,000 records are deleted."""
    del runs
    table = Table(
        f"Faults at speed: {RECORDS} deletes, {WIDTH} wide",
        ("run", "seconds", "deleted", "absent", "failed", "requests", "throttled", "logins"),
        notes=[
            "2 % of the connections break before, 2 % after the delete was done, 2 % are answered with 503,",
            "400 requests a second are let through, and all tokens expire once.",
        ],
    )
    for faulty in (False, True):
        with cloud_process(bulk("gaussdb", RECORDS, log=False)) as cloud:
            ids = [item["id"] for item in module("gaussdb_job_info", cloud).answer["records"]]
            cloud.add_fault(service="gaussdb", kind="latency", seconds=0.03)
            logins_before = _logins(cloud.get("counters"))
            if faulty:
                fault = {"service": "gaussdb", "method": "DELETE", "probability": 0.02}
                cloud.add_fault(kind="drop_before", seed=1, **fault)
                cloud.add_fault(kind="drop_after", seed=2, **fault)
                cloud.add_fault(kind="status", status=503, seed=3, **fault)
                cloud.add_fault(service="gaussdb", method="DELETE", kind="rate_limit", rate=400, burst=400)
                threading.Timer(3.0, cloud.expire_tokens).start()
            started = time.perf_counter()
            summary = module("gaussdb_job", cloud, job_ids=ids, concurrency=WIDTH).answer["summary"]
            seconds = time.perf_counter() - started
            logins = _logins(cloud.get("counters")) - logins_before
        table.add(
            "all faults" if faulty else "no faults",
            seconds,
            *(str(summary[key]) for key in ("deleted", "absent", "failed", "requests", "throttled")),
            str(logins),
            promises=[
                Promise("records not counted as deleted", RECORDS - summary["deleted"], 0),
                Promise("logins", logins, 2 if faulty else 1),
            ],
        )
    return [table]


def _logins(counters: dict[str, dict[str, dict[str, int]]]) -> int:
    """Return how many logins the counters tell of."""
    return sum(counters["iam"].get("POST", {}).values())
