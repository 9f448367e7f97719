# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decommissions an environment in the cloud emulator: plans, approval, apply, and what is left."""

from __future__ import annotations

import json
import re
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
WHOLE = "decommission_kinds=all"
# The ends of the names of the kinds of instances.
INSTANCES = ("_instance", "_cluster")
# A line of a task's message in Ansible's JSON.
MESSAGE = re.compile(r'^        ("(?:.*)"),?$')


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


def decommission(*options: str, plan: bool = True) -> None:
    """Run the collection's playbook, show what its tasks print, and stop the demo where it fails.

    ``plan``: show the plan too, which an apply prints again.
    """
    secrets = {"OS_REGION_NAME": "eu-de", "OS_USERNAME": USER, "OS_PASSWORD": PASSWORD, "OS_USER_DOMAIN_NAME": DOMAIN}
    environment = clean_environment(
        ANSIBLE_HOME=str(PLACE / "home"),
        ANSIBLE_COLLECTIONS_PATH=str(PLACE / "collections"),
        ANSIBLE_LOCALHOST_WARNING="false",
        ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
        ANSIBLE_DISPLAY_SKIPPED_HOSTS="false",
        ANSIBLE_CALLBACK_RESULT_FORMAT="json",
        ANSIBLE_NOCOWS="1",
        **secrets,
    )
    command = ["ansible-playbook", "sundown.hwcloud.decommission", "-e", f"@{VARIABLES}", *options]
    print(f"$ {' '.join(command)}", flush=True)
    command[0] = tool(command[0])
    with subprocess.Popen(command, cwd=PLACE, env=environment, stdout=subprocess.PIPE, text=True) as playbook:
        task = ""
        for line in playbook.stdout or ():
            if line.startswith(("TASK [", "PLAY ")):
                task = line
            elif line.startswith("localhost: ") or (MESSAGE.match(line) and (plan or "Show the plan" not in task)):
                print(f"  {shown(line)}", flush=True)
    if playbook.returncode:
        sys.exit(f"the playbook ended with status {playbook.returncode}")


def shown(line: str) -> str:
    """Return a line of a task's message, which Ansible prints as JSON."""
    message = MESSAGE.match(line)
    return str(json.loads(message[1])) if message else line.rstrip()


def left(cloud: CloudProcess, project: str) -> dict[str, int]:
    """Return how many instances and how many records a project has."""
    kinds = cloud.get("state")["projects"][project]["services"]
    instances = sum(len(held) for kind, held in kinds.items() if kind.endswith(INSTANCES))
    return {"instances": instances, "records": sum(map(len, kinds.values())) - instances}


def writes(cloud: CloudProcess) -> int:
    """Return how many deletes the cloud has received since its log was cleared."""
    return sum(entry["method"] == "DELETE" for entry in cloud.get("log"))


def described(counts: dict[str, int]) -> str:
    """Return counts by what is counted as text."""
    return ", ".join(f"{count} {name[:-1] if count == 1 else name}" for name, count in counts.items())


def main() -> None:
    say("Install", "the collection is built and installed as from Galaxy")
    install()
    with cloud_process(SCENARIO) as cloud:
        variables = {
            "decommission_project": PROJECT,
            "decommission_endpoints": cloud.endpoints,
            "decommission_report_dir": "reports",
        }
        (PLACE / VARIABLES).write_text(json.dumps(variables), encoding="utf-8")
        projects = sorted(cloud.get("state")["projects"])
        before = {project: left(cloud, project) for project in projects}
        say("The cloud emulator is up", *(f"{name}: {described(counts)}" for name, counts in before.items()))

        say("1. Plan of the records alone", "nothing is deleted; tasks that print nothing are left out here")
        decommission()

        say("2. Plan of the whole environment", "nothing is deleted")
        decommission("-e", WHOLE)
        if writes(cloud) or left(cloud, PROJECT) != before[PROJECT]:
            sys.exit("planning has changed something")
        plan = json.loads((PLACE / "reports" / PROJECT / "latest" / "report.json").read_text(encoding="utf-8"))

        say("3. Apply", "the command that the plan ends with: replications, then instances, then the other records")
        decommission("-e", WHOLE, "-e", f"decommission_confirm={PROJECT}/{plan['digest'][:8]}", plan=False)
        after = {project: left(cloud, project) for project in projects}
        report = (PLACE / "reports" / PROJECT / "latest").resolve()

        say("4. What is left", "what the deletions left behind can be deleted; the rest is kept, with the reason")
        cloud.clear_log()
        decommission("-e", WHOLE)
        if writes(cloud):
            sys.exit("planning has sent deletes")

        say("Done", *(f"{name}: {described(before[name])} before, {described(after[name])} now" for name in projects))
        if any(after[name] != before[name] for name in projects if name != PROJECT) or after[PROJECT]["instances"] != 1:
            sys.exit("what is left is not what the plan kept")
        say("Reports", f"the apply: file://{report}/report.html", f"all runs: file://{report.parent}/index.html")


if __name__ == "__main__":
    main()
