# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the tests on every supported ansible-core, Python and HTTP library, and writes docs/matrix.md."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from checkout import BUILD, ROOT, current_commit, export_collection
from commands import CommandFailed, clean_environment, interpreters
from environments import Environment, ansible_environment, units_environment
from run_ansible_test import units
from supported import HTTP_STACKS, SUPPORTED, Ansible, HttpStack, numbers

REPORTS = BUILD / "matrix"
PAGE = ROOT / "docs" / "matrix.md"
LAYERS_WITHOUT_ANSIBLE = ("_http", "_auth", "_services", "_engine")
# These layers do not depend on ansible-core: their tests run on each Python, with the HTTP libraries.
WITHOUT_ANSIBLE = tuple(f"tests/unit/plugins/module_utils/{layer}/" for layer in LAYERS_WITHOUT_ANSIBLE)
HTTP_TESTS = (*WITHOUT_ANSIBLE, "tests/unit/plugins/modules/")
# Nor do the report in a browser and the guide that lints a new kind.
PLAYBOOK_TESTS = (
    "--ignore=tests/integration/report",
    "--ignore=tests/integration/docs/test_new_kind.py",
    "tests/integration",
)
UNIT, INTEGRATION, SLOW, SANITY, HTTP = "unit", "integration", "slow", "sanity", "http"
# What pytest runs in each suite.
SUITES = {
    UNIT: (*(f"--ignore={path}" for path in WITHOUT_ANSIBLE), "tests/unit/plugins"),
    INTEGRATION: ("-m", "not (slow)", *PLAYBOOK_TESTS),
    SLOW: ("-m", "slow", *PLAYBOOK_TESTS),
}
# The interfaces of AWX cannot be installed on an older Python.
AWX_PYTHON, WITHOUT_AWX = "3.11", "--ignore=tests/integration/awx"
ALL_PYTHONS = sorted({python for ansible in SUPPORTED for python in ansible.pythons}, key=numbers)
INTRODUCTION = f"""# Version matrix

How many tests passed on each version of ansible-core and each Python that it supports on the controller.
`make matrix` writes this page. A dash: ansible-core does not support that Python. "no Python": it does, and the machine
that wrote this page had no such Python. Playbooks of AWX run on Python {AWX_PYTHON} and later.

All results are of commit {{commit}}; what ran on another commit counts as "did not run".
"""
HEADINGS = {
    UNIT: """## Unit tests

Those of the plugins and modules, of their options, of plans and of reports. Everything else imports nothing of
ansible-core; see HTTP libraries.
""",
    INTEGRATION: """## Playbooks against the emulator

Every module and the role: plan, approval, deletion and report.
""",
    SLOW: """## Other playbooks against the emulator

Failures, drift, reports, fleets, secrets, the guides and AWX, on the newest Python of the machine.
""",
    SANITY: """## Sanity

`ansible-test sanity`, without ignore files; its compile and import tests are for each Python of the machine: {pythons}.
""",
    HTTP: """## HTTP libraries

The unit tests of the modules and of what sends requests, with versions of requests and urllib3.
""",
}


@dataclass(frozen=True)
class Session:
    """A suite of tests on a version of ansible-core or of the HTTP libraries, and on one Python."""

    suite: str
    subject: Ansible | HttpStack
    python: str

    @property
    def name(self) -> str:
        return f"{self.suite}-{self.subject.version}-python{self.python}"

    @property
    def result(self) -> Path:
        """The file that keeps the text of the cell, and the commit that it is of."""
        return REPORTS / f"{self.name}.json"

    def run(self, interpreter: Path, more: list[str]) -> bool:
        """Run the session in an environment of its own and keep its result; return whether everything passed.

        With ``more`` options of pytest, which may select tests, no result is kept.
        """
        self.result.unlink(missing_ok=True)
        commit = current_commit()
        try:
            if isinstance(self.subject, HttpStack):
                text, passed = self._http(units_environment(self.python, interpreter, self.subject))
            else:
                text, passed = self._ansible(ansible_environment(self.subject, self.python, interpreter).make(), more)
        except CommandFailed as error:
            print(error)
            return False
        if not more:
            self.result.write_text(json.dumps({"commit": commit, "text": text}), encoding="utf-8")
        return passed

    def _ansible(self, environment: Environment, more: list[str]) -> tuple[str, bool]:
        """Run the suite with the ansible-core of an environment; return the text of the cell, and whether it passed."""
        report = REPORTS / f"{self.name}.xml"
        report.unlink(missing_ok=True)
        command = ["tests/tools/run_ansible_test.py", "sanity"]
        if self.suite in SUITES:
            without = [WITHOUT_AWX] if numbers(self.python) < numbers(AWX_PYTHON) else []
            command = ["-m", "pytest", "-q", "-n", "2", f"--junit-xml={report}", *without, *more, *SUITES[self.suite]]
        path = os.pathsep.join([str(environment.root / "bin"), os.environ.get("PATH", os.defpath)])
        words = [environment.command("python"), *command]
        passed = subprocess.run(words, cwd=ROOT, env=clean_environment(PATH=path), check=False).returncode == 0
        text = counted([report]) if self.suite in SUITES else "success" if passed else "failed"
        return text, passed

    def _http(self, environment: Environment) -> tuple[str, bool]:
        """Run the unit tests with the HTTP libraries of an environment; return as `_ansible` does."""
        collection = export_collection(BUILD / HTTP)
        passed = True
        try:
            print(units(collection, self.python, *HTTP_TESTS, environment=environment.make()))
        except CommandFailed as error:
            print(error)
            passed = False
        return counted((collection / "tests" / "output" / "junit").glob("*.xml")), passed


def sessions(found: Collection[str]) -> list[Session]:
    """Return all sessions, those for which a Python is missing, too."""
    result = []
    for ansible in SUPPORTED:
        newest = [python for python in ansible.pythons if python in found] or ansible.pythons
        result += [Session(suite, ansible, python) for python in ansible.pythons for suite in (UNIT, INTEGRATION)]
        once = (SLOW, SANITY) if ansible.sanity else (SLOW,)
        result += [Session(suite, ansible, newest[-1]) for suite in once]
    return [*result, *(Session(HTTP, stack, stack.python) for stack in HTTP_STACKS)]


def counted(reports: Iterable[Path]) -> str:
    """Return how many tests of JUnit reports passed, and how many did not."""
    suites = [suite for report in reports if report.exists() for suite in ElementTree.parse(report).iter("testsuite")]
    total, failed, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites for name in names)
        for names in (["tests"], ["failures", "errors"], ["skipped"])
    )
    parts = {"passed": total - failed - skipped, "failed": failed, "skipped": skipped}
    return ", ".join(f"{number} {name}" for name, number in parts.items() if number) or "failed"


def cell(session: Session, found: Collection[str], commit: str) -> str:
    """Return the text of a cell of a table."""
    if session.python not in found:
        return "no Python"
    result = json.loads(session.result.read_text(encoding="utf-8")) if session.result.exists() else {}
    return result["text"] if result.get("commit") == commit else "did not run"


def named(subject: Ansible | HttpStack) -> str:
    """Return how a table names the subject of a session."""
    if isinstance(subject, HttpStack):
        return f"requests {subject.requests or '(newest)'}, urllib3 {subject.urllib3 or '(newest)'}"
    return subject.version if subject.released else f"{subject.version} (candidate)"


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]) + "\n"


def page(found: Collection[str], commit: str) -> str:
    """Return the page that shows the results of a commit, those of earlier runs included."""
    texts = {session: cell(session, found, commit) for session in sessions(found)}
    parts = [INTRODUCTION.format(commit=commit)]
    for suite, heading in HEADINGS.items():
        own = {session: text for session, text in texts.items() if session.suite == suite}
        if suite in (UNIT, INTEGRATION):
            header = ["ansible-core", *(f"Python {python}" for python in ALL_PYTHONS)]
            rows = [
                [named(ansible), *(own.get(Session(suite, ansible, python), "-") for python in ALL_PYTHONS)]
                for ansible in SUPPORTED
            ]
        else:
            header = ["HTTP libraries" if suite == HTTP else "ansible-core", "Python", "result"]
            rows = [[named(session.subject), session.python, text] for session, text in own.items()]
        parts += [heading.format(pythons=", ".join(found)), table(header, rows)]
    return "\n".join(parts)


def main() -> int:
    """Run the sessions, all or those chosen, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD", help="run sessions with one of these in their name: 2.16")
    parser.add_argument("--list", action="store_true", help="print the names of the sessions and run none")
    parser.add_argument(
        "--pytest",
        default="",
        metavar="OPTIONS",
        help="more options for pytest, in one word, to try tests: no result is kept",
    )
    arguments = parser.parse_args()
    found = interpreters()
    chosen = [
        session
        for session in sessions(found)
        if session.python in found and (not arguments.words or any(word in session.name for word in arguments.words))
    ]
    if not chosen:
        parser.error(f"no session has one of these in its name: {', '.join(arguments.words)}")
    if arguments.list:
        print(*(session.name for session in chosen), sep="\n")
        return 0
    REPORTS.mkdir(parents=True, exist_ok=True)
    failed = []
    for session in chosen:
        print(f"session {session.name}", flush=True)
        if not session.run(found[session.python], shlex.split(arguments.pytest)):
            failed.append(session.name)
    if not arguments.pytest:
        written = page(found, current_commit())
        print(written)
        PAGE.write_text(written, encoding="utf-8")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
