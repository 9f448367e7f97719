# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decommissions an environment in the cloud emulator: plan, approval, apply, and a second run that changes nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "tools")]

from checkout import export_collection
from commands import clean_environment, run, tool
from emulator.builders import DOMAIN, PASSWORD, USER
from emulator.process import CloudProcess, cloud_process

PROJECT = "eu-de_retired"
PLACE = ROOT / ".build" / "demo"
VARIABLES = "demo.yml"
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


def decommission(*options: str) -> None:
    """Run the collection's playbook, show the tasks that print something, and stop the demo where it fails."""
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
    command = ["ansible-playbook", "sundown.hwcloud.decommission", "-e", f"@{VARIABLES}", *options]
    print(f"$ {' '.join(command)}", flush=True)
    command[0] = tool(command[0])
    with subprocess.Popen(command, cwd=PLACE, env=environment, stdout=subprocess.PIPE, text=True) as playbook:
        header, shown = "", False
        for line in playbook.stdout or ():
            if line.startswith(("TASK [", "PLAY ")):
                header, shown = f"\n{line}", False
            elif line.strip():
                shown = shown or " => " in line
                print(header + line if shown else "", end="", flush=True)
                header = "" if shown else header
    if playbook.returncode:
        sys.exit(f"the playbook ended with status {playbook.returncode}")


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
    with cloud_process(SCENARIO) as cloud:
        variables = {
            "decommission_project": PROJECT,
            "decommission_endpoints": cloud.endpoints,
            "decommission_report_dir": "reports",
            "decommission_batch_size": 20,
        }
        (PLACE / VARIABLES).write_text(json.dumps(variables), encoding="utf-8")
        projects = sorted(cloud.get("state")["projects"])
        before = {project: left(cloud, project) for project in projects}
        say("The cloud emulator is up", *(f"{name}: {count} records" for name, count in before.items()))

        say("1. Plan", "nothing is deleted; tasks that print nothing are left out here")
        decommission()
        if writes(cloud) or left(cloud, PROJECT) != before[PROJECT]:
            sys.exit("planning has changed something")
        plan = json.loads((PLACE / "reports" / PROJECT / "latest" / "report.json").read_text(encoding="utf-8"))
        approval = f"decommission_confirm={PROJECT}/{plan['digest'][:8]}"

        say("2. Apply", "the command that the plan ends with")
        decommission("-e", approval)
        after = {project: left(cloud, project) for project in projects}
        report = (PLACE / "reports" / PROJECT / "latest").resolve()

        say("3. Run it again", "the same command again deletes nothing")
        cloud.clear_log()
        decommission("-e", approval)
        if writes(cloud):
            sys.exit("the second run has sent deletes")

        say("Done", *(f"{name}: {before[name]} records before, {after[name]} now" for name in projects))
        if (
            any(after[name] != before[name] for name in projects if name != PROJECT)
            or after[PROJECT] >= before[PROJECT]
        ):
            sys.exit("the records left are not those of the plan")
        say("Reports", f"the apply: file://{report}/report.html", f"all runs: file://{report.parent}/index.html")


if __name__ == "__main__":
    main()
