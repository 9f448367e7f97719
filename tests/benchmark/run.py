# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make bench``: measures everything on one machine against the cloud emulator and writes results.md."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from measure import CALM_SHARE, FIRST_EDITION, PLACE, Table, disturbances

from checkout import current_commit

SECTIONS = ("deletes", "planning", "listing", "faults", "whole_role", "whole_environment", "fleet", "throttling")
RESULTS = HERE / "results.md"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the collection on the cloud emulator.")
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], help="what to measure, everything by default")
    parser.add_argument("--runs", type=int, default=3, help="how often to measure, the median counts")
    arguments = parser.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    tables: list[Table] = []
    for section in arguments.sections or SECTIONS:
        print(f"{section} …", flush=True)
        tables += importlib.import_module(section).measure(arguments.runs)
    text = render(tables, arguments.runs)
    print(text)
    if not arguments.sections:
        RESULTS.write_text(text, encoding="utf-8")
        print(f"written to {RESULTS}")


def render(tables: list[Table], runs: int) -> str:
    """Return the tables as Markdown, with the machine and the versions they were measured on."""
    packages = ("ansible-core", "requests", "urllib3", "uvicorn")
    lines = [
        "# Benchmark",
        "",
        "Written by `make bench`; everything ran on one machine, against the cloud emulator.",
        f"Medians of {runs} runs where a section repeats itself.",
        "",
        f"- commit {current_commit()}; the first edition is commit {FIRST_EDITION[:7]}",
        f"- machine: {os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}",
        _calm(),
        f"- Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages),
    ]
    for table in tables:
        lines += ["", f"## {table.title}", "", _row([*table.columns, "promise"])]
        lines.append(_row(["---"] * (len(table.columns) + 1)))
        lines += [_row([*row.cells, row.state]) for row in table.rows]
        lines += ["", *(note for note in table.notes)] if table.notes else []
    missed = [
        f"- {table.title}: {row.cells[0]}: {promise}"
        for table in tables
        for row in table.rows
        for promise in row.missed
    ]
    lines += ["", "## Missed", "", *(missed or ["- nothing"])]
    return "\n".join(lines) + "\n"


def _calm() -> str:
    """Return how much of the processors the host gave to other guests during the measurements."""
    disturbed = [share for share in disturbances if share > CALM_SHARE]
    text = f"- measured again where the host took more than {100 * CALM_SHARE:.0f} % of the processors away meanwhile; "
    if not disturbed:
        return text + "every measurement that counts was calmer than that"
    worst = f"{100 * max(disturbed):.0f} % at most"
    return text + f"of {len(disturbances)} that count {len(disturbed)} remained disturbed, by {worst}"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
