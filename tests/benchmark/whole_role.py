# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole role: how it grows with the records, and what it costs when nothing is left."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from ansible_collections.sundown.hwcloud.plugins.module_utils._services.model import Kind
from measure import PLACE, Cost, Table, calmly, median, module, playbook

from emulator.builders import PROJECT, bulk
from emulator.process import CloudProcess, cloud_process

SIZES = (1_000, 5_000, 20_000, 50_000)
# DRS jobs are replication tasks, not records of them: nobody has them by the thousand.
SHARES = {"gaussdb": 0.25, "dms": 0.25, "dcs": 0.25, "cce": 0.24, "drs": 0.01}
PLAYBOOK = "sundown.hwcloud.decommission"
PINGS = 6
OVERLAPPED = 5_000
REPORTED = {"decommission_report_dir": str(PLACE / "reports")}


def environment(count: int) -> dict[str, Any]:
    """One project with ``count`` records of all five services; nothing is logged."""
    scenario = bulk("gaussdb", 1, log=False)
    services: dict[str, Any] = {}
    left = count
    for service, share in SHARES.items():
        number = min(left, round(count * share))
        left -= number
        services.update(bulk(service, number, instances=5)["projects"][0]["services"])
    scenario["projects"][0]["services"] = services
    return scenario


def measure(runs: int) -> list[Table]:
    return [_growth(), _idle(runs), _overlap()]


def _growth() -> Table:
    table = Table(
        "Growth: discover, plan, delete, verify, report",
        ("records", "seconds", "ms a record", "of that at 5,000", "controller MiB", "module MiB"),
        notes=["Promised: 1.2 times the time a record takes at 5,000, 250 MiB for the controller, 200 for a module."],
    )
    per_record: dict[int, float] = {}
    for count in SIZES:
        cost = calmly(lambda: _whole(count))  # noqa: B023
        per_record[count] = 1000 * cost.wall / count
        ratio = per_record[count] / per_record[5_000] if 5_000 in per_record else None
        met = None
        if count == SIZES[-1] and ratio is not None:
            met = ratio <= 1.2 and cost.memory <= 250 and cost.module_memory <= 200
        table.add(
            str(count),
            cost.wall,
            per_record[count],
            f"{ratio:.2f}" if ratio else "",
            f"{cost.memory:.0f}",
            f"{cost.module_memory:.0f}",
            met=met,
        )
    return table


def _whole(count: int) -> Cost:
    """Decommission so many records; raise RuntimeError where one is left."""
    with cloud_process(environment(count)) as cloud:
        sizes = {"decommission_max_records": count, "decommission_concurrency": 32}
        cost = _decommission(cloud, **sizes, **REPORTED)
        left = cloud.get("state")["projects"][PROJECT]["services"]
    remaining = sum(len(records) for records in left.values())
    if remaining:
        raise RuntimeError(f"{remaining} of {count} records are left")
    return cost


def _idle(runs: int) -> Table:
    table = Table(
        "Idle: a run that finds nothing to delete",
        ("playbook", "seconds", "of six pings"),
        notes=["Promised: 1.2 times a playbook of six ansible.builtin.ping tasks."],
    )
    path = PLACE / "pings.yml"
    tasks = [{"ansible.builtin.ping": {}} for _round in range(PINGS)]
    path.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    pings = median(lambda: playbook(path), max(runs, 3))
    with cloud_process(environment(0)) as cloud:
        idle = median(lambda: _decommission(cloud), max(runs, 3))
        reported = median(lambda: _decommission(cloud, **REPORTED), max(runs, 3))
    table.add("six pings", pings.wall, 1.0)
    table.add("decommission, nothing left", idle.wall, idle.wall / pings.wall, met=idle.wall <= 1.2 * pings.wall)
    table.add("the same, with a report", reported.wall, reported.wall / pings.wall)
    return table


def _overlap() -> Table:
    """The five services' deletes one after the other, as the role does them, and all at once."""
    table = Table(
        f"Overlap: {OVERLAPPED} records, 30 ms a request, 16 at a time",
        ("the five services", "seconds", "of one after the other"),
        notes=[
            "Decision: one after the other, although overlap pays where the latency is what limits. No loop of Ansible",
            "overlaps without async, which keeps results in files of the user and shows a batch once all have begun,",
            "not as it ends. So each batch stays a task result of its own, in the order of the services, and refused",
            "credentials stop those after it. Where a service takes more at a time, decommission_concurrency says so.",
        ],
    )
    walls: dict[str, float] = {}
    for order, width in (("one after the other", 1), ("at once", len(SHARES))):
        with cloud_process(environment(OVERLAPPED)) as cloud:
            cloud.add_fault(kind="latency", seconds=0.03)
            records = module("environment_info", cloud).answer["records"]
            started = time.perf_counter()
            with ThreadPoolExecutor(width) as pool:
                answers = list(pool.map(lambda kind: _delete(cloud, kind, records), KINDS.values()))  # noqa: B023
            walls[order] = time.perf_counter() - started
        if sum(answers) != OVERLAPPED:
            raise RuntimeError(f"{sum(answers)} of {OVERLAPPED} records were deleted")
        table.add(order, walls[order], walls[order] / walls["one after the other"])
    return table


def _delete(cloud: CloudProcess, kind: Kind, records: list[dict[str, Any]]) -> int:
    found = [record for record in records if record["kind"] == kind.name]
    ids: list[Any] = [record["id"] for record in found]
    if kind.by_instance:
        ids = [{"instance_id": record["instance_id"], kind.id_option: record["id"]} for record in found]
    return int(module(kind.name, cloud, **{kind.records_option: ids}).answer["summary"]["deleted"])


def _decommission(cloud: CloudProcess, **variables: Any) -> Cost:
    confirm = f"{PROJECT}/unattended"
    return playbook(PLAYBOOK, cloud, decommission_project=PROJECT, decommission_confirm=confirm, **variables)
