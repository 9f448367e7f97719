# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole environment: 200 instances of four kinds and 5,000 records in one apply, beside the services' own times."""

from __future__ import annotations

import json
from typing import Any

from measure import PLACE, ROOT, Promise, Table, playbook

from emulator.builders import PROJECT, bulk
from emulator.process import CloudProcess, cloud_process

PLAYBOOK = "sundown.hwcloud.decommission"
RECORDS, JOBS, EACH = 5_000, 20, 50
# Seconds that the emulator's services take to delete an instance, and to stop a replication.
SECONDS = {"gaussdb_instance": 120.0, "dms_instance": 30.0, "dcs_instance": 60.0, "cce_cluster": 90.0}
RELEASE = 20.0
OF_CHAIN = 1.2
MODULE_CALLS = 3
REPORTS = PLACE / "whole_environment"
RECORDING = PLACE / "whole_environment.jsonl"


def measure(_runs: int) -> list[Table]:
    """Return one table, of one run, as a run takes minutes."""
    chain = RELEASE + max(SECONDS.values())
    one_by_one = JOBS * RELEASE + sum(EACH * seconds for seconds in SECONDS.values())
    takes = ", ".join(f"{name} {seconds:g} s" for name, seconds in SECONDS.items())
    table = Table(
        f"A whole environment: {EACH * len(SECONDS)} instances, {RECORDS} records",
        ("what", "seconds", "of the longest chain"),
        notes=[
            f"Promised: {OF_CHAIN} times the longest chain (a replication stops, then the slowest instance goes),",
            f"and {MODULE_CALLS} module calls for everything: list, delete, list again.",
            f"{JOBS} replications take {RELEASE:g} s each to stop, {EACH} instances of each kind take: {takes}.",
            "The records under instances go with them.",
        ],
    )
    table.add("one after the other", one_by_one, one_by_one / chain)
    table.add("the longest chain", chain, 1.0)
    with cloud_process(_scenario()) as cloud:
        variables = {
            "decommission_project": PROJECT,
            "decommission_kinds": "all",
            "decommission_stop_drs": True,
            "decommission_max_records": 2 * RECORDS,
            "decommission_batch_size": 2 * RECORDS,
            "decommission_concurrency": 32,
            "decommission_report_dir": str(REPORTS),
        }
        playbook(PLAYBOOK, cloud, **variables)
        plan = json.loads((REPORTS / PROJECT / "latest" / "report.json").read_text(encoding="utf-8"))
        confirm = f"{PROJECT}/{plan['digest'][:8]}"
        cost = playbook(PLAYBOOK, cloud, recording=RECORDING, decommission_confirm=confirm, **variables)
        _check_gone(cloud)
    calls = _module_calls()
    table.add(
        f"the apply, {calls} module calls",
        cost.wall,
        cost.wall / chain,
        promises=[
            Promise("of the longest chain", cost.wall / chain, OF_CHAIN),
            Promise("module calls", calls, MODULE_CALLS),
        ],
    )
    return [table]


def _module_calls() -> int:
    """Return how many tasks of the recorded run called a module of the collection."""
    modules = {f"sundown.hwcloud.{path.stem}" for path in (ROOT / "plugins" / "modules").glob("*.py")}
    events = [json.loads(line) for line in RECORDING.read_text(encoding="utf-8").splitlines()]
    return sum(event.get("action") in modules for event in events)


def _scenario() -> dict[str, Any]:
    scenario = bulk("gaussdb", 1, options={"release_seconds": RELEASE}, log=False)
    tasks = RECORDS // 4 // EACH

    def instances(kind: str, **more: Any) -> list[dict[str, Any]]:
        return [{"count": EACH, "delete_seconds": SECONDS[kind], **more}]

    scenario["projects"][0]["services"] = {
        "gaussdb": [{"count": RECORDS // 4, "status": "Completed"}],
        "gaussdb_instance": instances("gaussdb_instance"),
        "dms": {"instances": instances("dms_instance", tasks=[{"count": tasks, "status": "SUCCESS"}])},
        "dcs": {"instances": instances("dcs_instance", tasks=[{"count": tasks, "status": "SUCCESS"}])},
        "cce": [{"count": RECORDS // 4 - JOBS, "status": "Success"}],
        "cce_cluster": instances("cce_cluster"),
        "drs": [{"count": JOBS, "status": "INCRE_TRANSFER_STARTED"}],
    }
    return scenario


def _check_gone(cloud: CloudProcess) -> None:
    """Raise RuntimeError where an instance or a replication is left."""
    kinds = cloud.get("state")["projects"][PROJECT]["services"]
    left = {name: len(kinds[name]) for name in (*SECONDS, "drs") if kinds[name]}
    if left:
        raise RuntimeError(f"left: {left}")
