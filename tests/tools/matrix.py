# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the version matrix and writes what came of it to docs/matrix.md."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from checkout import BUILD, ROOT
from commands import clean_environment, interpreters, tool
from supported import KINDS, SUPPORTED, Ansible

REPORTS = BUILD / "matrix"
SUMMARY = REPORTS / "sessions.json"
SANITY_RESULTS = REPORTS / "sanity.json"
PAGE = ROOT / "docs" / "matrix.md"
ALL_PYTHONS = sorted(
    {python for ansible in SUPPORTED for python in ansible.test_pythons}, key=lambda name: int(name[2:])
)
INTRODUCTION = """# Version matrix

How many tests passed on each version of ansible-core and each Python that it supports on the controller.
`make matrix` writes this page. A dash: ansible-core does not support that Python. "no Python": it does, and the machine
that wrote this page had no such Python. Sessions can be run one by one, so the cells may be of different commits.
"""
HEADINGS = {"unit": "Unit tests", "integration": "Playbooks against the cloud emulator"}
SANITY = """## Sanity

`ansible-test sanity`, without ignore files; its compile and import tests are for each Python of the machine: {pythons}.
"""


def sanity_results() -> list[list[str]]:
    """Return the rows [version of ansible-core, result] of the sanity sessions, those of earlier runs included."""
    results: dict[str, str] = {}
    if SANITY_RESULTS.exists():
        results = json.loads(SANITY_RESULTS.read_text(encoding="utf-8"))
    report = json.loads(SUMMARY.read_text(encoding="utf-8"))
    results.update({run["args"]["ansible"]: run["result"] for run in report["sessions"] if run["name"] == "sanity"})
    SANITY_RESULTS.write_text(json.dumps(results), encoding="utf-8")
    return [[ansible.version, results.get(ansible.version, "did not run")] for ansible in SUPPORTED if ansible.sanity]


def counted(kind: str, ansible: Ansible, python: str) -> str:
    """Return how many tests of a kind passed in a session, and how many did not."""
    report = REPORTS / f"{kind}-{ansible.version}-{python}.xml"
    if not report.exists():
        return "did not run"
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    total, failed, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites for name in names)
        for names in (["tests"], ["failures", "errors"], ["skipped"])
    )
    parts = {"passed": total - failed - skipped, "failed": failed, "skipped": skipped}
    return ", ".join(f"{number} {name}" for name, number in parts.items() if number)


def cell(kind: str, ansible: Ansible, python: str, found: dict[str, Path]) -> str:
    """Return what a table says about one version of ansible-core on one Python."""
    if python not in ansible.pythons:
        return "-"
    return counted(kind, ansible, python) if python in found else "no Python"


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]) + "\n"


def page(found: dict[str, Path]) -> str:
    """Return the page that shows the results."""
    header = ["ansible-core", *(f"Python {python}" for python in ALL_PYTHONS)]
    parts = [INTRODUCTION]
    for kind in KINDS:
        rows = [
            [f"{ansible.version}{'' if ansible.released else ' (candidate)'}"]
            + [cell(kind, ansible, python, found) for python in ALL_PYTHONS]
            for ansible in SUPPORTED
        ]
        parts += [f"## {HEADINGS[kind]}\n", table(header, rows)]
    parts += [SANITY.format(pythons=", ".join(found)), table(["ansible-core", "result"], sanity_results())]
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    """Run the sessions, all or those that nox's options choose; write the page with their results and the earlier ones
    of those not chosen."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    if not arguments:
        for old in (*REPORTS.glob("*.xml"), SANITY_RESULTS):
            old.unlink(missing_ok=True)
    command = [tool("nox"), "--noxfile", str(ROOT / "noxfile.py"), "--report", str(SUMMARY), *arguments]
    status = subprocess.run(command, cwd=ROOT, env=clean_environment(), check=False).returncode
    written = page(interpreters())
    print(written)
    PAGE.write_text(written, encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
