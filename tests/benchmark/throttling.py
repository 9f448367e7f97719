# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Under unknown limits: the time compared with the least possible, and the share that was throttled."""

from __future__ import annotations

from typing import Any

from measure import Promise, Table, module

from emulator.builders import bulk
from emulator.process import CloudProcess, cloud_process

LATENCY = 0.080
OF_FLOOR, THROTTLED = 1.1, 0.1
# service, its signal, records, width, limit per second (burst: one second's worth), whether the signal names the limit
CASES = (
    ("gaussdb", "429", 300, 64, 10, False),
    ("gaussdb", "429", 300, 64, 50, False),
    ("gaussdb", "429", 300, 64, 200, False),
    ("gaussdb", "429", 1_000, 32, 10, False),
    ("gaussdb", "429", 2_000, 32, 50, False),
    ("gaussdb", "429", 5_000, 32, 200, False),
    ("gaussdb", "429, naming the limit", 1_000, 32, 50, True),
    ("dms", "404 DMS.10240407", 1_000, 32, 50, False),
    ("drs", "400 DRS.M01503", 1_000, 32, 50, False),
)
DELETE = {"gaussdb": "gaussdb_job", "dms": "dms_task", "drs": "drs_job"}


def measure(runs: int) -> list[Table]:
    """Return one table; every case runs once, as most take the better part of a minute by their nature."""
    del runs
    table = Table(
        f"Throttling ({LATENCY * 1000:.0f} ms a request)",
        ("service", "signal", "records", "width", "limit a second", "seconds", "of the floor", "throttled"),
        notes=[
            "The floor is (records - burst) / limit; the burst is the limit of a second.",
            f"Promised: {OF_FLOOR} times the floor, {100 * THROTTLED:.0f} % throttled.",
        ],
    )
    for service, signal, count, width, rate, hint in CASES:
        with cloud_process(bulk(service, count, log=False)) as cloud:
            _case(table, cloud, service, signal, count, width, rate, hint)
    return [table]


def _case(
    table: Table, cloud: CloudProcess, service: str, signal: str, count: int, width: int, rate: int, hint: bool
) -> None:
    ids = _ids(cloud, service)
    cloud.add_fault(service=service, kind="latency", seconds=LATENCY)
    # Only the deletes are limited, so that the floor is that of the deletes.
    cloud.add_fault(service=service, method="DELETE", kind="rate_limit", rate=rate, burst=rate, hint=hint)
    answer = module(DELETE[service], cloud, concurrency=width, **ids).answer
    summary = answer["summary"]
    if summary["deleted"] != count:
        raise RuntimeError(str(answer.get("msg")))
    floor = (count - rate) / rate
    throttled = summary["throttled"] / summary["requests"]
    over = summary["seconds"] / floor
    slow = (
        f"{OF_FLOOR - 1:.1f} of {floor:.1f} s is less than a few round trips, in which the rate rises from one request"
    )
    unknown = f"up to {width} requests are under way, and refused, when the limit is first reached"
    table.add(
        service,
        signal,
        str(count),
        str(width),
        str(rate),
        summary["seconds"],
        over,
        f"{100 * throttled:.1f} %",
        promises=[
            Promise("of the floor", over, OF_FLOOR, slow if (OF_FLOOR - 1) * floor < 5 * LATENCY else ""),
            Promise("throttled", throttled, THROTTLED, unknown if width / (count + width) > THROTTLED else ""),
        ],
    )


def _ids(cloud: CloudProcess, service: str) -> dict[str, Any]:
    records = module(f"{DELETE[service]}_info", cloud).answer["records"]
    if service == "dms":
        return {"tasks": [{"instance_id": item["instance_id"], "task_id": item["id"]} for item in records]}
    return {"job_ids": [item["id"] for item in records]}
