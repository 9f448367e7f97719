# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how much of plugins/ the unit tests and the playbooks run, and writes docs/coverage.md."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from checkout import BUILD, ROOT, current_commit
from commands import clean_environment

DATA = BUILD / "coverage"
PAGE = ROOT / "docs" / "coverage.md"
ALL_TESTS = ["-m", "not (browser or keystone or package or vendor)", "tests/unit", "tests/integration"]
GAPS = ROOT / "tests" / "coverage_gaps.yml"
NOT_EXPLAINED = "not explained"
INTRODUCTION = """# Coverage

How many statements and branches of `plugins` the unit tests and the playbooks run. Modules that playbooks run are not
measured, as Ansible packs them into a file of its own: `plugins/modules` and `plugins/module_utils` are what unit tests
cover. `make coverage` writes this page.

All results are of commit {commit}.

| part | statements | branches | covered |
| --- | --- | --- | --- |
"""
GAPS_HEADING = """
## Not covered

Each line that no test runs, the first of several, or after which tests go one way only. Reasons are in
[this list](https://github.com/sundown-hwcloud/sundown.hwcloud/blob/main/tests/coverage_gaps.yml).

| line | code | why |
| --- | --- | --- |
"""


def coverage(*arguments: str) -> int:
    """Run a coverage command on the data of this run; return its status."""
    command = [sys.executable, "-m", "coverage", arguments[0], f"--data-file={DATA / 'data'}", *arguments[1:]]
    return subprocess.run(command, cwd=ROOT, env=clean_environment(), check=False).returncode


def measure(tests: list[str], jobs: str) -> dict[str, Any] | None:
    """Run the tests and return coverage's report, or None if they fail."""
    DATA.mkdir(parents=True, exist_ok=True)
    coverage("erase")
    # An absolute path, as playbooks run in other directories.
    if coverage("run", f"--source={ROOT / 'plugins'}", "-m", "pytest", "-q", "-n", jobs, *tests):
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


def gaps(file: dict[str, Any]) -> list[int]:
    """Return the lines of a file that are not covered: the first of each missing block, and where a way is missing."""
    missing = set(file["missing_lines"])
    lines = sorted({*file["executed_lines"], *missing})
    first = [line for before, line in pairwise([0, *lines]) if line in missing and before not in missing]
    one_way = {start for start, end in file["missing_branches"] if not {start, end} & missing}
    return sorted({*first, *one_way})


def gap_rows(report: dict[str, Any]) -> Iterator[str]:
    """Yield a line of the table for each gap, with its reason."""
    entries = yaml.safe_load(GAPS.read_text(encoding="utf-8"))
    for path, file in sorted(report["files"].items()):
        source = (ROOT / path).read_text(encoding="utf-8").splitlines()
        for number in gaps(file):
            code = source[number - 1].strip()
            reasons = (one["why"] for one in entries if one["code"] == code and fnmatch(path, one["file"]))
            shown = code.replace("|", "\\|")
            yield f"| `{path}:{number}` | `{shown}` | {next(reasons, NOT_EXPLAINED)} |"


def page(report: dict[str, Any]) -> str:
    """Return the page that shows the coverage of each part and of all together, and what is not covered."""
    parts: dict[str, Counter[str]] = {}
    for path, file in sorted(report["files"].items()):
        if file["summary"]["num_statements"]:
            counts = {name: number for name, number in file["summary"].items() if isinstance(number, int)}
            parts.setdefault(f"`{part_of(path)}`", Counter()).update(counts)
    rows = [row(name, counts) for name, counts in [*parts.items(), ("all", sum(parts.values(), Counter()))]]
    introduction = INTRODUCTION.format(commit=current_commit())
    return introduction + "\n".join([*rows, GAPS_HEADING.rstrip("\n"), *gap_rows(report)]) + "\n"


def main() -> int:
    """Measure the tests, all or those named; of a whole run write the page, and fail where a gap has no reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tests", nargs="*", help="measure these only, and do not write the page")
    parser.add_argument("--jobs", default="2", help="how many tests run at a time (default: 2)")
    arguments = parser.parse_args()
    report = measure(arguments.tests or ALL_TESTS, arguments.jobs)
    if report is None:
        return 1
    if arguments.tests:
        return coverage("report")
    written = page(report)
    print(written)
    PAGE.write_text(written, encoding="utf-8")
    return 1 if NOT_EXPLAINED in written else 0


if __name__ == "__main__":
    sys.exit(main())
