# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deletes in bulk: the least possible, a loop of ``uri`` tasks, plain sessions, the vendor's SDK, both editions."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from measure import FIRST_TREE, PLACE, TREE, Promise, Table, calmly, command, module, playbook

from emulator.builders import ACCESS_KEY, SECRET_KEY, bulk
from emulator.process import CloudProcess, cloud_process

CLIENTS = Path(__file__).parent / "clients.py"
# records, width, latency, and what is promised: at most these shares of the limit and of a plain pool's time
CASES: tuple[tuple[int, int, float, float | None, float | None], ...] = (
    (2_000, 32, 0.030, None, 1.25),
    (10_000, 64, 0.030, 1.25, None),
    (10_000, 64, 0.005, None, 0.6),
)
LOOPED = 30


def measure(runs: int) -> list[Table]:
    """Return the tables of all cases. The server answers after the latency; everything runs on this machine."""
    table = Table(
        "Deletes in bulk",
        ("records, width, latency", "client", "seconds", "of a plain pool", "of the limit", "CPU ms a request"),
        notes=[
            "The limit is records x latency / width. The start of the module or the interpreter is taken off.",
            f"The uri loop is measured with {LOOPED} records and multiplied; its start is taken off, too.",
            "The vendor's SDK and the loop are measured once.",
            "Server and client share the machine's cores.",
            "The first edition called private functions of urllib3, which take less time than the public ones.",
            "Promised: "
            + "; ".join(
                f"{_name(*case)}: {of_limit or of_plain} of {'the limit' if of_limit else 'a plain pool'}"
                for *case, of_limit, of_plain in CASES
            )
            + ".",
        ],
    )
    first = table.first_edition()
    for case in CASES:
        _case(table, *case, runs, first)
    return [table]


def _name(count: int, width: int, latency: float) -> str:
    return f"{count}, {width}, {latency * 1000:.0f} ms"


def _case(
    table: Table,
    count: int,
    width: int,
    latency: float,
    promised_of_limit: float | None,
    promised_of_plain: float | None,
    runs: int,
    first: bool,
) -> None:
    case, limit = _name(count, width, latency), count * latency / width
    scenario = bulk("gaussdb", count, log=False)
    editions = {**({"first edition": FIRST_TREE} if first else {}), "this collection": TREE}
    times: dict[str, list[tuple[float, float]]] = {
        "plain session": [],
        "vendor SDK": [],
        **{one: [] for one in editions},
    }
    with cloud_process(scenario) as cloud:
        identity = module("identity_info", cloud, issue_token=True).answer

        def filled(work: Callable[[list[str]], tuple[float, float]]) -> tuple[float, float]:
            cloud.load(scenario)
            cloud.add_fault(service="gaussdb", kind="latency", seconds=latency)
            ids = [record["id"] for record in module("gaussdb_job_info", cloud).answer["records"]]
            if len(ids) != count:
                raise RuntimeError(f"{len(ids)} records where there should be {count}")
            return work(ids)

        def other(client: str) -> Callable[[list[str]], tuple[float, float]]:
            def run(ids: list[str]) -> tuple[float, float]:
                token = module("identity_info", cloud, issue_token=True).answer["token"]
                answer = command(
                    [sys.executable, CLIENTS], given=_task(client, cloud, identity, token, ids, width)
                ).answer
                return answer["seconds"], answer["cpu"]

            return run

        def ours(tree: Path) -> Callable[[list[str]], tuple[float, float]]:
            starts = [module("gaussdb_job", cloud, tree, job_ids=[]) for _round in range(5)]
            start = statistics.median(cost.wall for cost in starts)
            start_cpu = statistics.median(cost.cpu for cost in starts)

            def run(ids: list[str]) -> tuple[float, float]:
                cost = module("gaussdb_job", cloud, tree, job_ids=ids, concurrency=width)
                if cost.answer["summary"]["deleted"] != count:
                    raise RuntimeError(str(cost.answer.get("msg")))
                return cost.wall - start, cost.cpu - start_cpu

            return run

        clients = {"plain session": other("plain session"), **{name: ours(tree) for name, tree in editions.items()}}
        for _round in range(runs):
            for name, client in clients.items():
                times[name].append(calmly(lambda: filled(client)))  # noqa: B023
        times["vendor SDK"].append(calmly(lambda: filled(other("vendor SDK"))))
        loop = calmly(lambda: _uri_loop(cloud, identity, latency)) * count if count == CASES[0][0] else None
    plain = statistics.median(wall for wall, _cpu in times["plain session"])
    table.add(case, "the limit", limit, limit / plain, 1.0, "")
    if loop:
        table.add(case, "uri loop", loop, loop / plain, loop / limit, "")
    for client, measured in times.items():
        wall = statistics.median(wall for wall, _cpu in measured)
        cpu = 1000 * statistics.median(cpu for _wall, cpu in measured) / count
        promises = []
        if client == "this collection":
            share = 1000 * latency / width
            reason = f"a request takes {cpu:.2f} ms of a processor, and at the limit there is one every {share:.2f} ms"
            if promised_of_limit:
                promises.append(Promise("of the limit", wall / limit, promised_of_limit, reason))
            if promised_of_plain:
                promises.append(Promise("of a plain pool", wall / plain, promised_of_plain))
        table.add(case, client, wall, wall / plain, wall / limit, cpu, promises=promises)


def _task(
    client: str, cloud: CloudProcess, identity: dict[str, Any], token: str, ids: list[str], width: int
) -> dict[str, Any]:
    return {
        "client": client,
        "base": cloud.endpoints["gaussdb"],
        "project_id": identity["project_id"],
        "token": token,
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "ids": ids,
        "width": width,
    }


def _uri_loop(cloud: CloudProcess, identity: dict[str, Any], latency: float) -> float:
    """Return the seconds that one record takes in a loop of ansible.builtin.uri."""
    scenario = bulk("gaussdb", LOOPED, log=False)
    walls = []
    for count in (0, LOOPED):
        cloud.load(scenario)
        cloud.add_fault(service="gaussdb", kind="latency", seconds=latency)
        token = module("identity_info", cloud, issue_token=True).answer["token"]
        ids = [record["id"] for record in module("gaussdb_job_info", cloud).answer["records"]][:count]
        task = {
            "ansible.builtin.uri": {
                "url": f"{cloud.endpoints['gaussdb']}/v3/{identity['project_id']}/jobs/{{{{ item }}}}",
                "method": "DELETE",
                "headers": {"X-Auth-Token": token},
            },
            "loop": ids,
        }
        path = PLACE / "uri_loop.yml"
        path.write_text(
            yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]), encoding="utf-8"
        )
        walls.append(playbook(path).wall)
    return (walls[1] - walls[0]) / LOOPED
