# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the job templates of the import file as AWX does: with ansible-runner on a private data directory.

The injectors of the credential type set the environment, answers and artifacts are extra variables marked unsafe, the
artifacts of a job come from its last event, the inventory is what ansible-inventory prints for its source, and what the
notification templates send is rendered.
"""

from __future__ import annotations

import copy
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from checkout import BUILD
from commands import clean_environment, run, tool
from emulator import DOMAIN, PASSWORD, USER, CloudEmulator, neighbours
from helpers.awx_credentials import AWX, inject
from helpers.awx_notifications import approval_notification, job_notification
from helpers.awx_stub import answered

IDENT = "job"
# Seconds; generous, as the machine may be busy.
TIMEOUT = 300
ADDRESS = "https://awx.example.com/#/jobs"
LOGIN = {"region": "eu-de", "domain_name": DOMAIN, "username": USER, "password": PASSWORD}


class UnsafeDumper(yaml.SafeDumper):
    """Marks every string unsafe, as AWX does with all values that are not from the template itself."""

    def represent_data(self, data: Any) -> yaml.Node:
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


@dataclass(frozen=True)
class Job:
    """A finished job; ``artifacts`` are the data of its set_stats tasks."""

    status: str
    output: str
    artifacts: dict[str, Any]
    events: list[dict[str, Any]]


@dataclass(frozen=True)
class Running:
    """A running job, and the directory that it writes its events to."""

    process: subprocess.Popen[str]
    artifacts: Path

    def wait(self) -> Job:
        """Wait for the end of the job and return it."""
        try:
            printed, _unused = self.process.communicate(timeout=TIMEOUT)
        finally:
            self.process.kill()
        files = sorted(
            (self.artifacts / "job_events").glob("*.json"), key=lambda path: int(path.name.partition("-")[0])
        )
        events = [json.loads(path.read_text(encoding="utf-8")) for path in files]
        last = [event for event in events if event["event"] == "playbook_on_stats"]
        artifacts = last[-1]["event_data"].get("artifact_data", {}) if last else {}
        status = (self.artifacts / "status").read_text(encoding="utf-8").strip()
        return Job(status, "\n".join([printed, *(event["stdout"] for event in events)]), artifacts, events)


@dataclass
class Controller:
    """Has the credential and runs jobs; ``extra_vars`` are those of every template, ``sent`` are the notifications."""

    cloud: CloudEmulator
    directory: Path
    inputs: Mapping[str, str]
    extra_vars: dict[str, Any] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.assets = yaml.safe_load((AWX / "workflow.yml").read_text(encoding="utf-8"))
        self._numbers = itertools.count(1)
        self.extra_vars = {
            "decommission_endpoints": self.cloud.endpoints,
            **self.extra_vars,
        }

    def launch(self, template: str, variables: Mapping[str, Any] | None = None, **options: Any) -> Job:
        """Run a job template to its end and return the job."""
        job = self.start(template, variables, **options).wait()
        event = "success" if job.status == "successful" else "error"
        shown = {"id": 1, "name": template, "status": job.status, "artifacts": job.artifacts}
        for notification in self._notifications("job_templates", template, event):
            self.sent.append(job_notification(notification, shown, f"{ADDRESS}/playbook/1")[1]["text"])
        return job

    def start(
        self, template: str, variables: Mapping[str, Any] | None = None, hosts: Sequence[str] = (), limit: str = ""
    ) -> Running:
        """Start a job template on some hosts of its inventory; raise `Refused` where AWX refuses the launch."""
        asset = self._asset("job_templates", template)
        number = next(self._numbers)
        place = self.directory / f"awx_{number}"
        (place / "env").mkdir(parents=True)
        shutil.copytree(AWX / "project", place / "project")
        given = variables or {}
        runtime = {**given, **answered(asset["related"]["survey_spec"], given), "awx_job_id": number}
        self._write_extra_vars(place / "env" / "extravars", runtime)
        environment = self._environment(place)
        self._write(place / "env" / "envvars", json.dumps(environment))
        variables_of = self._updated_inventory(asset["inventory"], place / "project", environment)
        self._write_inventory(place / "inventory" / "hosts", {host: variables_of[host] for host in hosts})
        if asset.get("forks"):
            self._write(place / "env" / "cmdline", f"--forks={asset['forks']}")
        limited = ["--limit", limit] if limit else []
        command = [sys.executable, "-m", "ansible_runner", "run", str(place), "--playbook", asset["playbook"]]
        process = subprocess.Popen(
            [*command, *limited, "--ident", IDENT, "--quiet"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return Running(process, place / "artifacts" / IDENT)

    def workflow(
        self,
        name: str,
        answers: Mapping[str, Any],
        approve: Callable[[Job], bool],
        hosts: Sequence[str] = (),
    ) -> list[Job]:
        """Run a workflow's nodes along success; ``approve`` sees the job before the approval. Return the jobs."""
        asset = self._asset("workflow_job_templates", name)
        asked = {question["variable"] for question in asset["related"]["survey_spec"]["spec"]}
        assert set(answers) <= asked, "a workflow accepts only the variables of its survey"
        given = answered(asset["related"]["survey_spec"], answers)
        known = {"awx_workflow_job_id": next(self._numbers), "awx_workflow_job_name": name}
        nodes = {node["identifier"]: node for node in asset["related"]["workflow_nodes"]}
        jobs: list[Job] = []
        artifacts: dict[str, Any] = {}
        for identifier in path_of(nodes):
            node = nodes[identifier]
            if "unified_job_template" not in node:
                self._notify_approval(name, node, "running")
                approved = approve(jobs[-1])
                self._notify_approval(name, node, "approved" if approved else "denied")
                if not approved:
                    break
                continue
            job = self.launch(node["unified_job_template"]["name"], {**artifacts, **given, **known}, hosts=hosts)
            jobs.append(job)
            artifacts.update(job.artifacts)
            if job.status != "successful":
                break
        return jobs

    def _notify_approval(self, workflow: str, node: Mapping[str, Any], status: str) -> None:
        title = node["related"]["create_approval_template"]["name"]
        for notification in self._notifications("workflow_job_templates", workflow, "approvals"):
            content = approval_notification(notification, status, title, f"{ADDRESS}/workflow/1")[1]
            self.sent.append(content["text"])

    def _notifications(self, resource: str, name: str, event: str) -> list[dict[str, Any]]:
        keys = self._asset(resource, name)["related"].get(f"notification_templates_{event}", [])
        return [self._asset("notification_templates", key["name"]) for key in keys]

    def _asset(self, resource: str, name: str) -> dict[str, Any]:
        (found,) = [asset for asset in self.assets[resource] if asset["name"] == name]
        return copy.deepcopy(found)

    def _environment(self, place: Path) -> dict[str, str]:
        injected, _displayed = inject(self.inputs, place)
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(place),
            "ANSIBLE_COLLECTIONS_PATH": str(BUILD / "dev"),
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "ANSIBLE_FORCE_COLOR": "False",
            "ANSIBLE_LOCALHOST_WARNING": "False",
            **injected,
        }

    def _write_extra_vars(self, path: Path, runtime: Mapping[str, Any]) -> None:
        trusted = yaml.safe_dump({name: value for name, value in self.extra_vars.items() if name not in runtime})
        self._write(path, trusted + yaml.dump(dict(runtime), Dumper=UnsafeDumper))

    def _updated_inventory(
        self, inventory: Mapping[str, Any], project: Path, environment: Mapping[str, str]
    ) -> dict[str, dict[str, Any]]:
        """Return {host: variables} of an inventory after an update of its source, if it has one.

        AWX's import of the printed JSON takes nothing but text as the name of a host.
        """
        sources = [source for source in self.assets["inventory_sources"] if source["inventory"] == inventory]
        if not sources:
            return {}
        (source,) = sources
        environment = {**clean_environment(), **environment, "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True"}
        command = [tool("ansible-inventory"), "-i", source["source_path"], "--list", "--export"]
        listed = json.loads(run(command, cwd=project, env=environment, merge=False))
        hosts = [host for group in listed.values() for host in group.get("hosts", [])]
        assert all(isinstance(host, str) for host in hosts), hosts
        return {host: listed["_meta"]["hostvars"][host] for host in hosts}

    def _write_inventory(self, path: Path, hosts: Mapping[str, Mapping[str, Any]]) -> None:
        """Write the script that prints the inventory."""
        data = {"hwcloud_projects": {"hosts": list(hosts)}, "_meta": {"hostvars": hosts}}
        path.parent.mkdir()
        self._write(path, f"#!{sys.executable}\nprint({json.dumps(data)!r})\n", 0o700)

    @staticmethod
    def _write(path: Path, text: str, mode: int = 0o600) -> None:
        path.touch(mode=mode)
        path.write_text(text, encoding="utf-8")


def path_of(nodes: Mapping[str, Any]) -> list[str]:
    """The identifiers of a workflow's nodes in the order of success."""
    after = {
        name: [target["identifier"] for target in node.get("related", {}).get("success_nodes", [])]
        for name, node in nodes.items()
    }
    (name,) = set(nodes) - set(itertools.chain.from_iterable(after.values()))
    path = [name]
    while after[path[-1]]:
        path += after[path[-1]]
    return path


@pytest.fixture
def cloud() -> Iterator[CloudEmulator]:
    """Two projects with three records of each service, one of which is running."""
    with CloudEmulator(neighbours(2)) as running:
        yield running


@pytest.fixture
def controller(cloud: CloudEmulator, tmp_path: Path) -> Controller:
    """A controller with the import file and a credential for the cloud."""
    return Controller(cloud, tmp_path, {**LOGIN, "auth_url": cloud.endpoints["iam"]})
