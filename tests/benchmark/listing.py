# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing many records of many instances, one page at a time and several at a time."""

from __future__ import annotations

from measure import Table, median, module

from emulator.builders import bulk
from emulator.process import cloud_process

RECORDS, INSTANCES, LATENCY, WIDTH = 20_000, 50, 0.030, 16


def measure(runs: int) -> list[Table]:
    table = Table(
        f"Listing {RECORDS} records ({LATENCY * 1000:.0f} ms a request)",
        ("service", "requests", "one at a time, seconds", f"{WIDTH} at a time, seconds", "ratio", "module MiB"),
    )
    for service, name, options in (
        ("dms", "dms_task_info", {}),
        ("dcs", "dcs_task_info", {"dcs_project_list": False}),
        ("gaussdb", "gaussdb_job_info", {}),
    ):
        scenario = bulk(service, RECORDS, instances=INSTANCES, options=options, log=False)
        with cloud_process(scenario) as cloud:
            cloud.add_fault(service=service, kind="latency", seconds=LATENCY)
            serial = module(name, cloud, concurrency=1)
            wide = median(lambda cloud=cloud, name=name: module(name, cloud, concurrency=WIDTH), runs)
        for cost in (serial, wide):
            if cost.answer["summary"]["listed"] != RECORDS:
                raise RuntimeError(str(cost.answer.get("msg")))
        requests = str(wide.answer["summary"]["requests"])
        table.add(service, requests, serial.wall, wide.wall, wide.wall / serial.wall, f"{wide.memory:.0f}")
    return [table]
