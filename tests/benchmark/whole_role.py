# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole role, beside the first edition and the engine alone, and what it costs when nothing is left."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from measure import FIRST_TREE, LOGIN, PLACE, TREE, Cost, Promise, Table, calmly, command, median, playbook

from emulator.builders import PROJECT, bulk
from emulator.process import CloudProcess, cloud_process

SIZES = (1_000, 5_000, 20_000, 50_000)
COMPARED, LARGEST = 5_000, 50_000
# Promised: times of the first edition and of the engine, growth of the time of a record, MiB of controller and module.
OF_FIRST, OF_ENGINE, GROWTH, CONTROLLER, MODULE = 0.5, 1.5, 1.2, 200, 150
# DRS jobs are replication tasks, not records of them: nobody has them by the thousand.
SHARES = {"gaussdb": 0.25, "dms": 0.25, "dcs": 0.25, "cce": 0.24, "drs": 0.01}
PLAYBOOK = "sundown.hwcloud.decommission"
PINGS = 6
IDLE, IDLE_REPORTED = 0.6, 0.9
WIDTH = 32
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
    return [_growth(runs), _idle(runs)]


def _growth(runs: int) -> Table:
    table = Table(
        "The whole role: discover, plan, delete, verify, report",
        ("records, run", "seconds", "ms a record", "of the first edition", "controller MiB", "module MiB"),
        notes=[
            f"Promised at {COMPARED}: {OF_FIRST} times the first edition. At {LARGEST}:",
            f"{OF_ENGINE} times the engine alone, which lists, deletes and lists again in one process,",
            f"{GROWTH} times the time of a record at {COMPARED}, controller {CONTROLLER} MiB, module {MODULE} MiB.",
            f"Batches as large as the role's default, {WIDTH} requests at a time for each service, no latency.",
        ],
    )
    compared = table.first_edition()
    per_record: dict[int, float] = {}
    least_memory = float("inf")
    for count in SIZES:
        repeated = runs if count == COMPARED else 1
        promises = []
        first = median(lambda: _whole(count, FIRST_TREE), repeated) if compared else None  # noqa: B023
        if first:
            _add(table, f"{count}, the first edition", first, count, first)
        cost = median(lambda: _whole(count), repeated)  # noqa: B023
        per_record[count] = cost.wall / count
        least_memory = min(least_memory, cost.memory)
        engine = calmly(lambda: _engine_alone(count)) if count in (COMPARED, LARGEST) else None  # noqa: B023
        if engine:
            _add(table, f"{count}, the engine alone", engine, count, first)
        if engine and first and count == COMPARED:
            reason = f"the engine alone takes {engine.wall / first.wall:.2f}, and a module starts for each batch"
            promises.append(Promise("of the first edition", cost.wall / first.wall, OF_FIRST, reason))
        if engine and count == LARGEST:
            batches = "a module starts for each batch, and Ansible visits every record in its arguments and results"
            least = f"the role takes {least_memory:.0f} with {SIZES[0]} records"
            alone = f"the engine alone takes {engine.memory:.0f}"
            promises += [
                Promise("of the engine", cost.wall / engine.wall, OF_ENGINE, batches),
                Promise(f"of a record's time at {COMPARED}", per_record[count] / per_record[COMPARED], GROWTH),
                Promise("MiB of the controller", cost.memory, CONTROLLER, least),
                Promise("MiB of a module", cost.module_memory, MODULE, alone),
            ]
        _add(table, f"{count}, the role", cost, count, first, promises)
    return table


def _add(table: Table, name: str, cost: Cost, count: int, first: Cost | None, promises: Sequence[Promise] = ()) -> None:
    memory = (f"{cost.memory:.0f}", f"{cost.module_memory:.0f}" if cost.module_memory else "")
    ratio = cost.wall / first.wall if first else ""
    table.add(name, cost.wall, 1000 * cost.wall / count, ratio, *memory, promises=promises)


def _whole(count: int, tree: Path = TREE) -> Cost:
    """Decommission so many records with the collection in ``tree``; raise RuntimeError where one is left."""
    with cloud_process(environment(count)) as cloud:
        sizes = {"decommission_max_records": count, "decommission_concurrency": WIDTH}
        cost = _decommission(cloud, tree, **sizes, **REPORTED)
        _check_empty(cloud)
    return cost


def _engine_alone(count: int) -> Cost:
    """Do with the engine in one process what the role does; raise RuntimeError where a record is left."""
    with cloud_process(environment(count)) as cloud:
        options = {**LOGIN, "endpoints": cloud.endpoints, "concurrency": WIDTH}
        cost = command([sys.executable, __file__], given=options)
        _check_empty(cloud)
    if cost.answer != [count, 0]:
        raise RuntimeError(f"the engine listed {cost.answer}")
    return cost


def _check_empty(cloud: CloudProcess) -> None:
    left = cloud.get("state")["projects"][PROJECT]["services"]
    remaining = sum(len(left[service]) for service in SHARES)
    if remaining:
        raise RuntimeError(f"{remaining} records are left")


def _idle(runs: int) -> Table:
    table = Table(
        "Idle: a run that finds nothing to delete",
        ("playbook", "seconds", "of six pings"),
        notes=[f"Promised: {IDLE} times a playbook of six ansible.builtin.ping tasks, with a report {IDLE_REPORTED}."],
    )
    one, pings = (median(lambda: playbook(_pings(number)), max(runs, 3)) for number in (1, PINGS))  # noqa: B023
    table.add("one ping", one.wall, one.wall / pings.wall)
    table.add("six pings", pings.wall, 1.0)
    reason = f"a playbook of one ping takes {one.wall / pings.wall:.2f}"
    with cloud_process(environment(0)) as cloud:
        if table.first_edition():
            cost = median(lambda: _decommission(cloud, FIRST_TREE), max(runs, 3))
            table.add("nothing left, the first edition", cost.wall, cost.wall / pings.wall)
        for name, limit, more in (("nothing left", IDLE, {}), ("the same, with a report", IDLE_REPORTED, REPORTED)):
            cost = median(lambda: _decommission(cloud, **more), max(runs, 3))  # noqa: B023
            promise = Promise("of six pings", cost.wall / pings.wall, limit, reason)
            table.add(name, cost.wall, promise.measured, promises=[promise])
    return table


def _pings(number: int) -> Path:
    """Write a playbook of so many pings; return its path."""
    path = PLACE / f"pings_{number}.yml"
    tasks = [{"ansible.builtin.ping": {}} for _round in range(number)]
    path.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    return path


def _decommission(cloud: CloudProcess, tree: Path = TREE, **variables: Any) -> Cost:
    confirm = f"{PROJECT}/unattended"
    return playbook(PLAYBOOK, cloud, tree, decommission_project=PROJECT, decommission_confirm=confirm, **variables)


def _engine(options: dict[str, Any]) -> list[int]:
    """List the default kinds concurrently, delete what was listed, list again; return how many were listed."""
    from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection import Connection
    from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection_settings import ConnectionSettings
    from ansible_collections.sundown.hwcloud.plugins.module_utils._engine import environment as engine
    from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.record_client import RecordId
    from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS, KINDS

    def listed() -> dict[str, list[dict[str, Any]]]:
        found = engine.list_kinds(connection, [KINDS[name] for name in DEFAULT_KINDS], None)
        return {name: kind.records for name, kind in found.items()}

    def request(name: str, records: list[dict[str, Any]]) -> engine.DeleteRequest:
        by_instance = KINDS[name].by_instance
        return engine.DeleteRequest(
            [RecordId(one["id"], one["instance_id"] if by_instance else None) for one in records]
        )

    connection = Connection(ConnectionSettings.from_options(options))
    before = listed()
    requests = {name: request(name, records) for name, records in before.items()}
    engine.delete_kinds(connection, requests, check_mode=False)
    return [sum(map(len, found.values())) for found in (before, listed())]


if __name__ == "__main__":
    json.dump(_engine(json.load(sys.stdin)), sys.stdout)
