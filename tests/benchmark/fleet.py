# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet: twenty environments in one play, one of them broken, against eight pings on as many hosts."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from measure import FIRST_TREE, PLACE, TREE, Promise, Table, calmly, endpoints

from commands import clean_environment, tool
from emulator.builders import DOMAIN, PASSWORD, USER
from emulator.process import CloudProcess, cloud_process

ENVIRONMENTS = 20
PINGS = 8
PLAYBOOK = "sundown.hwcloud.fleet"
PROJECTS = [f"eu-de_env{number:02}" for number in range(1, ENVIRONMENTS + 1)]
BROKEN = PROJECTS[6]
SERVICES: dict[str, Any] = {
    "gaussdb": [{"count": 3, "status": "Completed"}],
    "drs": [{"count": 3, "status": "RELEASE_RESOURCE_COMPLETE", "job_type": "sync"}],
    "dms": {"instances": [{"tasks": [{"count": 3, "status": "SUCCESS"}]}]},
    "cce": [{"count": 3, "status": "Success"}],
    "dcs": {"instances": [{"tasks": [{"count": 3, "status": "SUCCESS"}]}]},
}
RECORDS = 3 * len(SERVICES)
# Of each play: how many times the pings it may take, and further variables.
PLAYS: dict[str, tuple[float, dict[str, Any]]] = {
    "plan": (0.5, {}),
    "apply": (1.0, {}),
    "apply with reports": (1.2, {"decommission_report_dir": str(PLACE / "reports")}),
}


def measure(runs: int) -> list[Table]:
    """Return one table: seconds and how many times the pings each play takes."""
    promised = ", ".join(f"{name} {limit}" for name, (limit, _more) in PLAYS.items())
    table = Table(
        f"Fleet: {ENVIRONMENTS} environments in {ENVIRONMENTS} forks, one of them broken",
        ("play", "seconds", "of eight pings"),
        notes=[
            f"Promised, as times of eight ansible.builtin.ping tasks on the same hosts in as many forks: {promised}.",
            "Each environment holds three records of each of the five kinds; all but the broken one finish.",
            "The first edition is measured once, without reports.",
        ],
    )
    inventory = PLACE / "hosts.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": dict.fromkeys(PROJECTS)}}), encoding="utf-8")
    pings = PLACE / "fleet_pings.yml"
    play = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "tasks": [{"ansible.builtin.ping": {}} for _round in range(PINGS)],
    }
    pings.write_text(yaml.safe_dump([play]), encoding="utf-8")
    base = _median(lambda: _seconds(pings, inventory, {}, 0), runs)
    table.add("eight pings", base, 1.0)
    first = table.first_edition()
    with cloud_process(_scenario(SERVICES)) as cloud:
        for name, (limit, more) in PLAYS.items():
            run = partial(_fleet, cloud, name != "plan", more)
            if first and not more:
                wall = calmly(partial(run, FIRST_TREE))
                table.add(f"{name}, the first edition", wall, wall / base)
            wall = _median(run, runs)
            promise = Promise("of eight pings", wall / base, limit)
            table.add(name, wall, promise.measured, promises=[promise])
    return [table]


def _median(run: Callable[[], float], runs: int) -> float:
    return statistics.median(calmly(run) for _round in range(runs))


def _scenario(services: dict[str, Any]) -> dict[str, Any]:
    projects = [{"name": name, "services": services} for name in PROJECTS]
    users = [{"name": USER, "password": PASSWORD, "projects": "all"}]
    return {"domains": [DOMAIN], "users": users, "projects": projects, "log": False}


def _fleet(cloud: CloudProcess, confirm: bool, more: dict[str, Any], tree: Path = TREE) -> float:
    """Run the play with the collection in ``tree``; raise RuntimeError unless all environments but one end well."""
    cloud.load(_scenario(SERVICES))
    cloud.add_fault(kind="status", project=BROKEN, status=403, error_code="APIGW.0302", error_msg="No permission.")
    inventory = PLACE / "fleet.hwcloud.yml"
    login = {"username": USER, "password": PASSWORD, "domain_name": DOMAIN}
    source = {"plugin": "sundown.hwcloud.projects", "endpoints": {"iam": cloud.endpoints["iam"]}, **login}
    inventory.write_text(yaml.safe_dump(source), encoding="utf-8")
    variables = {
        "decommission_auth": login,
        "decommission_endpoints": endpoints(cloud, tree),
        "decommission_confirmations": {name: f"{name}/unattended" for name in PROJECTS} if confirm else {},
        **more,
    }
    seconds = _seconds(PLAYBOOK, inventory, variables, 2, tree)
    projects = cloud.get("state")["projects"]
    left = {name: sum(len(projects[name]["services"][service]) for service in SERVICES) for name in PROJECTS}
    wanted = {name: 0 if confirm and name != BROKEN else RECORDS for name in PROJECTS}
    if left != wanted:
        raise RuntimeError(f"records left: {left}")
    return seconds


def _seconds(play: str | Path, inventory: Path, variables: dict[str, Any], status: int, tree: Path = TREE) -> float:
    """Run a play and return how long it took; raise RuntimeError unless it ends with ``status``."""
    extra = PLACE / "fleet_variables.json"
    extra.write_text(json.dumps(variables), encoding="utf-8")
    environment = clean_environment(ANSIBLE_HOME=str(PLACE / "home"), ANSIBLE_COLLECTIONS_PATH=str(tree))
    words = [tool("ansible-playbook"), str(play), "-i", str(inventory), "-e", f"@{extra}", "-f", str(ENVIRONMENTS)]
    started = time.perf_counter()
    done = subprocess.run(words, env=environment, cwd=PLACE, check=False, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    if done.returncode != status:
        raise RuntimeError(f"{play} ended with status {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return seconds
