# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the reports that runs have written, and validates them against their schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

from checkout import ROOT

SCHEMA = ROOT / "roles" / "decommission" / "files" / "report.schema.json"


def latest_report(directory: Path, project: str) -> dict[str, Any]:
    """The report of a project's newest run, which is valid and adds up."""
    report: dict[str, Any] = json.loads((directory / project / "latest" / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert sum(report["outcomes"].values()) == len(report["records"]) == report["discovered"]
    return report


def run_folders(directory: Path) -> list[Path]:
    """The folders of the runs in a project's or a fleet's folder, oldest first."""
    return sorted(path for path in directory.iterdir() if path.is_dir() and path.name != "latest")
