# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to resuming a run, followed literally while the tests interrupt runs and let services fail."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.document import document_of_report

from emulator import PASSWORD, PROJECT, CloudEmulator
from helpers.doc_examples import DOMAIN, TIMEOUT, Block, Shell, assert_shown, demo_scenario, section
from helpers.logins import log_in
from helpers.reports import latest_report
from helpers.role_runs import outcomes

GUIDE = "docs/docsite/rst/guide_resuming.rst"
LOGIN = {"OS_USERNAME": "operator", "OS_PASSWORD": PASSWORD, "OS_USER_DOMAIN_NAME": DOMAIN}
REFUSAL = {"status": 403, "error_code": "DCS.2003", "error_msg": "No permission."}
FAILED = 2
SECTIONS = [
    "Before the first run",
    "After an interruption",
    "After failures",
    "If the environment has changed",
    "After a deadline",
    "Instances that take too long",
    "Expired credentials",
    "AWX and fleets",
]


def steps_of(title: str) -> list[list[Block]]:
    """Return the commands of a section, each with the outputs that follow."""
    steps: list[list[Block]] = []
    for block in section(GUIDE, title, SECTIONS[SECTIONS.index(title) + 1]):
        if block.language == "shell":
            steps.append([])
        if steps:
            steps[-1].append(block)
    return steps


class Operator:
    """Follows the guide in a cloud emulator with the demo's environment."""

    def __init__(self, cloud: CloudEmulator, directory: Path) -> None:
        self.cloud = cloud
        self.directory = directory
        self.shell = Shell(directory, cloud.endpoints)
        self.environment = {"OS_REGION_NAME": "eu-de", "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"}
        self.shell.files(section(GUIDE, *SECTIONS[:2]))
        (plan,) = steps_of(SECTIONS[0])
        self.follow(plan)

    def follow(self, step: list[Block], typed: str = "", *, status: int = 0) -> None:
        """Run a command as its user, and assert that it prints what the guide shows."""
        login = {} if typed else LOGIN
        printed = self.shell.run(step, typed, status=status, **self.environment, **login)
        if len(step) > 1:
            assert_shown(step, printed, self.directory)

    def interrupt(self, step: list[Block]) -> None:
        """Press Ctrl-C after the first batch of a command."""
        journal = self.directory / "reports" / PROJECT / "latest" / "journal.jsonl"
        deadline = time.monotonic() + TIMEOUT
        with self.shell.start(step, **self.environment, **LOGIN) as process:
            while not (journal.is_file() and '"ended"' in journal.read_text("utf-8")) and time.monotonic() < deadline:
                time.sleep(0.05)
            os.killpg(process.pid, signal.SIGINT)
            printed, _nothing = process.communicate(timeout=TIMEOUT)
        assert process.returncode
        assert_shown(step, printed, self.directory)

    def outcomes(self) -> dict[str, int]:
        """The outcomes of the newest run."""
        counts: dict[str, int] = latest_report(self.directory / "reports", PROJECT)["outcomes"]
        return counts

    def token(self) -> str:
        """A new token, and the key that ends the input."""
        user = {"name": "operator", "password": PASSWORD, "domain": {"name": DOMAIN}}
        response = log_in(self.cloud.endpoints["iam"], user, {"project": {"name": PROJECT}})
        return f"{response.headers['X-Subject-Token']}\n"


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    """An operator who has planned."""
    with CloudEmulator(demo_scenario()) as cloud:
        yield Operator(cloud, tmp_path)


@pytest.mark.usefixtures("interruptible")
def test_guide_after_interruption_finishes_plan(operator: Operator) -> None:
    apply, journal, again = steps_of("After an interruption")
    operator.cloud.faults.add("latency", method="DELETE", seconds=0.2)
    operator.interrupt(apply)
    operator.cloud.faults.clear()
    operator.follow(journal)
    operator.follow(again)
    counts = operator.outcomes()
    assert counts == outcomes(deleted=54 - counts["absent"], absent=counts["absent"], kept=6)
    assert 0 < counts["absent"] < 54


def test_guide_after_failures_deletes_rest(operator: Operator) -> None:
    plan = document_of_report(latest_report(operator.directory / "reports", PROJECT))
    operator.cloud.faults.add("status", service="dcs", method="DELETE", times=3, **REFUSAL)
    apply, again, last = steps_of("After failures")
    operator.follow(apply, status=FAILED)
    operator.follow(again)
    assert operator.outcomes() == outcomes(deleted=3, absent=51, kept=6)
    # As in a job of AWX, which has the plan in a variable and no reports.
    shutil.rmtree(operator.directory / "reports")
    with (operator.directory / "retired.yml").open("a", encoding="utf-8") as variables:
        print("decommission_planned:", json.dumps(plan), file=variables)
    operator.follow(last)
    assert operator.outcomes() == outcomes(absent=54, kept=6)


def test_guide_in_changed_environment_deletes_approved_records_only(operator: Operator) -> None:
    operator.cloud.faults.add("status", service="dcs", method="DELETE", times=3, **REFUSAL)
    operator.follow(steps_of("After failures")[0], status=FAILED)
    operator.cloud.add_record(PROJECT, "cce_job", id="added", status="Success")
    refused, rest = steps_of("If the environment has changed")
    operator.follow(refused, status=FAILED)
    operator.follow(rest)
    assert operator.outcomes() == outcomes(deleted=3, absent=51, kept=7)


def test_guide_after_deadline_keeps_rest_for_same_command(operator: Operator) -> None:
    (step,) = steps_of("After a deadline")
    short = [replace(block, text=block.text.replace("45m", "1s")) for block in step]
    operator.follow(short, status=FAILED)
    assert operator.outcomes() == outcomes(kept=60)
    operator.follow(step[:1])
    assert operator.outcomes() == outcomes(deleted=54, kept=6)


def test_guide_for_late_instances_sends_second_delete_to_dcs_only(operator: Operator) -> None:
    apply, again = steps_of("Instances that take too long")
    operator.cloud.set_status(PROJECT, "gaussdb_instance", archived(operator.cloud), "ACTIVE")
    short = [replace(block, text=block.text.replace("1800", "1")) for block in apply]
    operator.follow(short, status=FAILED)
    assert operator.outcomes() == outcomes(kept=1, failed=6)
    operator.cloud.clear_log()
    operator.follow(again)
    assert operator.outcomes() == outcomes(absent=6, kept=1)
    assert {entry["service"] for entry in operator.cloud.writes()} <= {"dcs"}


def archived(cloud: CloudEmulator) -> str:
    """The id of the instance that a backup keeps busy."""
    instances = cloud.records(PROJECT, "gaussdb_instance")
    return next(str(one["id"]) for one in instances if one["name"] == "gaussdb-archive")


def test_guide_with_expired_token_finishes_with_new_one(operator: Operator) -> None:
    operator.cloud.faults.add("expire_token", method="DELETE", after=15, times=1, all=True)
    expired, renewed = steps_of("Expired credentials")
    operator.follow(expired, operator.token(), status=FAILED)
    assert operator.outcomes()["failed"] > 0
    operator.follow(renewed, operator.token())
    counts = operator.outcomes()
    assert counts == outcomes(deleted=54 - counts["absent"], absent=counts["absent"], kept=6)
