# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decommissions an environment in the cloud emulator: plan, approval, apply, and a second run that changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "tools")]

from checkout import export_collection
from commands import clean_environment, run, tool
from emulator.builders import DOMAIN, PASSWORD, USER
from emulator.process import CloudProcess, cloud_process

PROJECT = "eu-de_retired"
PLACE = ROOT / ".build" / "demo"
SCENARIO = ROOT / "tests" / "emulator" / "scenarios" / "demo.yml"


def say(headline: str, *lines: str) -> None:
    """Print a headline and its lines."""
    print(f"\n\033[1m{headline}\033[0m" if sys.stdout.isatty() else f"\n=== {headline}", flush=True)
    for line in lines:
        print(f"    {line}", flush=True)


def install() -> None:
    """Build the collection's tarball and install it as a user does, into a folder of the demo's own."""
    shutil.rmtree(PLACE, ignore_errors=True)
    source = export_collection(PLACE / "source")
    galaxy = tool("ansible-galaxy")
    environment = clean_environment(ANSIBLE_HOME=str(PLACE / "home"))
    run([galaxy, "collection", "build", "--output-path", PLACE], cwd=source, env=environment)
    tarball = next(PLACE.glob("*.tar.gz"))
    target = PLACE / "collections"
    run([galaxy, "collection", "install", "--offline", "-p", target, tarball], cwd=PLACE, env=environment)


def decommission(cloud: CloudProcess, **variables: Any) -> None:
    """Run the collection's playbook; stop the demo where it fails."""
    secrets = {"OS_REGION_NAME": "eu-de", "OS_USERNAME": USER, "OS_PASSWORD": PASSWORD, "OS_USER_DOMAIN_NAME": DOMAIN}
    environment = clean_environment(
        ANSIBLE_HOME=str(PLACE / "home"),
        ANSIBLE_COLLECTIONS_PATH=str(PLACE / "collections"),
        ANSIBLE_LOCALHOST_WARNING="false",
        ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
        ANSIBLE_DISPLAY_SKIPPED_HOSTS="false",
        ANSIBLE_CALLBACK_RESULT_FORMAT="yaml",
        ANSIBLE_NOCOWS="1",
        **secrets,
    )
    given = {
        "decommission_project": PROJECT,
        "decommission_endpoints": cloud.endpoints,
        "decommission_report_dir": str(PLACE / "reports"),
        **variables,
    }
    command = [tool("ansible-playbook"), "sundown.hwcloud.decommission", "--extra-vars", json.dumps(given)]
    ended = subprocess.run(command, cwd=PLACE, env={**os.environ, **environment}, check=False)
    if ended.returncode:
        sys.exit(f"the playbook ended with status {ended.returncode}")


def left(cloud: CloudProcess, project: str) -> int:
    """Return how many records a project has."""
    services = cloud.get("state")["projects"][project]["services"]
    return sum(len(records) for records in services.values())


def writes(cloud: CloudProcess) -> int:
    """Return how many deletes the cloud has received since its log was cleared."""
    return sum(entry["method"] == "DELETE" for entry in cloud.get("log"))


def main() -> None:
    say("Install", "the collection is built and installed as from Galaxy")
    install()
    plan_file = PLACE / "plan.json"
    with cloud_process(SCENARIO) as cloud:
        projects = sorted(cloud.get("state")["projects"])
        before = {project: left(cloud, project) for project in projects}
        say("The cloud emulator is up", *(f"{name}: {count} records" for name, count in before.items()))

        say("1. Plan", "nothing is deleted; the plan is shown and written to a file")
        decommission(cloud, decommission_plan_file=str(plan_file))
        confirmation = f"{PROJECT}/{json.loads(plan_file.read_text(encoding='utf-8'))['digest'][:8]}"
        if writes(cloud) or left(cloud, PROJECT) != before[PROJECT]:
            sys.exit("planning has changed something")

        say("2. Apply", f"approved with decommission_confirm={confirmation}")
        decommission(cloud, decommission_plan_file=str(plan_file), decommission_confirm=confirmation)
        after = {project: left(cloud, project) for project in projects}

        report = (PLACE / "reports" / PROJECT / "latest").resolve()

        say("3. Run it again", "a second run finds nothing to delete")
        cloud.clear_log()
        decommission(cloud, decommission_confirm=f"{PROJECT}/unattended")
        if writes(cloud):
            sys.exit("the second run has sent deletes")

        say("Done", *(f"{name}: {before[name]} records before, {after[name]} now" for name in projects))
        if (
            any(after[name] != before[name] for name in projects if name != PROJECT)
            or after[PROJECT] >= before[PROJECT]
        ):
            sys.exit("the records left are not those of the plan")
        outcomes = json.loads((report / "report.json").read_text(encoding="utf-8"))["outcomes"]
        say(
            "Report of the apply: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()),
            f"file://{report}/report.html",
            f"all runs: file://{report.parent}/index.html",
        )


if __name__ == "__main__":
    main()
