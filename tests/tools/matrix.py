# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the tests on every supported ansible-core and Python of this machine, and writes docs/matrix.md."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from checkout import BUILD, ROOT
from commands import CommandFailed, clean_environment, interpreters
from environments import ansible_environment
from supported import SUPPORTED, Ansible, numbers

REPORTS = BUILD / "matrix"
PAGE = ROOT / "docs" / "matrix.md"
SUITES = {"unit": "Unit tests", "integration": "Playbooks against the emulator"}
SANITY = "sanity"
# The report in a browser and the SDKs do not depend on ansible-core.
SELECTION = "not (browser or vendor)"
ALL_PYTHONS = sorted({python for ansible in SUPPORTED for python in ansible.test_pythons}, key=numbers)
INTRODUCTION = """# Version matrix

How many tests passed on each version of ansible-core and each Python that it supports on the controller.
`make matrix` writes this page. A dash: ansible-core does not support that Python. "no Python": it does, and the machine
that wrote this page had no such Python. Sessions can be run one by one, so the cells may be of different commits.
"""
SANITY_HEADING = """## Sanity

`ansible-test sanity`, without ignore files; its compile and import tests are for each Python of the machine: {pythons}.
"""


@dataclass(frozen=True)
class Session:
    """A suite of tests on one version of ansible-core and one Python."""

    suite: str
    ansible: Ansible
    python: str

    @property
    def name(self) -> str:
        return f"{self.suite}-{self.ansible.version}-python{self.python}"

    @property
    def report(self) -> Path:
        """Where the result is kept: JUnit XML, or one word for sanity."""
        return REPORTS / (f"{SANITY}-{self.ansible.version}.txt" if self.suite == SANITY else f"{self.name}.xml")

    def run(self, interpreter: Path, more: list[str]) -> bool:
        """Run the session in an environment of its own; return whether everything passed."""
        self.report.unlink(missing_ok=True)
        try:
            environment = ansible_environment(self.ansible, self.python, interpreter).make()
        except CommandFailed as error:
            print(error)
            return False
        tests = ["-m", "pytest", "-q", "-n", "2", f"--junit-xml={self.report}", "-m", SELECTION, f"tests/{self.suite}"]
        command = ["tests/tools/run_ansible_test.py", "sanity"] if self.suite == SANITY else [*tests, *more]
        path = os.pathsep.join([str(environment.root / "bin"), os.environ.get("PATH", os.defpath)])
        done = subprocess.run(
            [environment.command("python"), *command], cwd=ROOT, env=clean_environment(PATH=path), check=False
        )
        if self.suite == SANITY:
            self.report.write_text("failed" if done.returncode else "success", encoding="utf-8")
        return done.returncode == 0


def sessions(found: dict[str, Path]) -> list[Session]:
    """Return the sessions that can run on this machine; sanity once for a version, as it uses every Python itself."""
    result = []
    for ansible in SUPPORTED:
        pythons = [python for python in ansible.test_pythons if python in found]
        result += [Session(suite, ansible, python) for python in pythons for suite in SUITES]
        result += [Session(SANITY, ansible, python) for python in pythons[-1:] if ansible.sanity]
    return result


def counted(report: Path) -> str:
    """Return how many tests of a JUnit report passed, and how many did not."""
    if not report.exists():
        return "did not run"
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    total, failed, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites for name in names)
        for names in (["tests"], ["failures", "errors"], ["skipped"])
    )
    parts = {"passed": total - failed - skipped, "failed": failed, "skipped": skipped}
    return ", ".join(f"{number} {name}" for name, number in parts.items() if number)


def cell(session: Session, found: dict[str, Path]) -> str:
    """Return the text of a cell of a table."""
    if session.python not in session.ansible.pythons:
        return "-"
    return counted(session.report) if session.python in found else "no Python"


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]) + "\n"


def page(found: dict[str, Path]) -> str:
    """Return the page that shows the results, those of earlier runs included."""
    header = ["ansible-core", *(f"Python {python}" for python in ALL_PYTHONS)]
    parts = [INTRODUCTION]
    for suite, heading in SUITES.items():
        rows = [
            [f"{ansible.version}{'' if ansible.released else ' (candidate)'}"]
            + [cell(Session(suite, ansible, python), found) for python in ALL_PYTHONS]
            for ansible in SUPPORTED
        ]
        parts += [f"## {heading}\n", table(header, rows)]
    reports = {ansible.version: Session(SANITY, ansible, "").report for ansible in SUPPORTED if ansible.sanity}
    rows = [[version, file.read_text() if file.exists() else "did not run"] for version, file in reports.items()]
    parts += [SANITY_HEADING.format(pythons=", ".join(found)), table(["ansible-core", "result"], rows)]
    return "\n".join(parts)


def main() -> int:
    """Run the sessions, all or those chosen, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD", help="run sessions with one of these in their name: 2.16")
    parser.add_argument("--list", action="store_true", help="print the names of the sessions and run none")
    parser.add_argument("--pytest", default="", metavar="OPTIONS", help="more options for pytest, in one word")
    arguments = parser.parse_args()
    found = interpreters()
    chosen = [
        session
        for session in sessions(found)
        if not arguments.words or any(word in session.name for word in arguments.words)
    ]
    if not chosen:
        parser.error(f"no session has one of these in its name: {', '.join(arguments.words)}")
    if arguments.list:
        print(*(session.name for session in chosen), sep="\n")
        return 0
    REPORTS.mkdir(parents=True, exist_ok=True)
    if not arguments.words:
        for old in REPORTS.iterdir():
            old.unlink()
    failed = []
    for session in chosen:
        print(f"session {session.name}", flush=True)
        if not session.run(found[session.python], shlex.split(arguments.pytest)):
            failed.append(session.name)
    written = page(found)
    print(written)
    PAGE.write_text(written, encoding="utf-8")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
