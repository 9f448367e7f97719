# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how much of plugins/ the unit tests run, and writes docs/coverage.md."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from checkout import BUILD, ROOT
from commands import clean_environment

DATA = BUILD / "coverage"
PAGE = ROOT / "docs" / "coverage.md"
ALL_TESTS = ["tests/unit"]
INTRODUCTION = """# Coverage

How many statements and branches of `plugins` the unit tests run. `make coverage` writes this page.

| part | statements | branches | covered |
| --- | --- | --- | --- |
"""


def coverage(*arguments: str) -> int:
    """Run the coverage command; return its status."""
    command = [sys.executable, "-m", "coverage", *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean_environment(), check=False).returncode


def measure(tests: list[str], jobs: str) -> dict[str, Any] | None:
    """Run the tests and return coverage's report, or None if they fail."""
    DATA.mkdir(parents=True, exist_ok=True)
    coverage("erase")
    if coverage("run", "-m", "pytest", "-q", "-n", jobs, *tests):
        return None
    coverage("combine", "--quiet")
    report = DATA / "report.json"
    coverage("json", "--quiet", "-o", str(report))
    return json.loads(report.read_text(encoding="utf-8"))


def part_of(path: str) -> str:
    """Return the folder that a file is counted in: plugins/filter, plugins/module_utils/_auth."""
    words = Path(path).parts
    depth = 3 if words[1] in {"module_utils", "plugin_utils"} else 2
    return "/".join(words[:depth])


def row(name: str, counts: Counter[str]) -> str:
    """Return a line of the table."""
    total = counts["num_statements"] + counts["num_branches"]
    covered = counts["covered_lines"] + counts["covered_branches"]
    return f"| {name} | {counts['num_statements']} | {counts['num_branches']} | {covered / total:.1%} |"


def page(report: dict[str, Any]) -> str:
    """Return the page that shows the coverage of each part and of all together."""
    parts: dict[str, Counter[str]] = {}
    for path, file in sorted(report["files"].items()):
        if file["summary"]["num_statements"]:
            counts = {name: number for name, number in file["summary"].items() if isinstance(number, int)}
            parts.setdefault(f"`{part_of(path)}`", Counter()).update(counts)
    rows = [*parts.items(), ("all", sum(parts.values(), Counter()))]
    return INTRODUCTION + "\n".join(row(name, counts) for name, counts in rows) + "\n"


def main() -> int:
    """Measure the tests, all or those named; print the page and, of a whole run, write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tests", nargs="*", help="measure these only, and do not write the page")
    parser.add_argument("--jobs", default="2", help="how many tests run at a time (default: 2)")
    arguments = parser.parse_args()
    report = measure(arguments.tests or ALL_TESTS, arguments.jobs)
    if report is None:
        return 1
    if arguments.tests:
        coverage("report")
    written = page(report)
    print(written)
    if not arguments.tests:
        PAGE.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
