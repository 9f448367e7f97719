# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action sundown.hwcloud.decommission_fleet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._report.fleet import (
    SCHEMA_VERSION,
    STATES,
    fleet_lines,
    fleet_summary,
    fleet_view,
    with_earlier,
)
from ..plugin_utils._report.page import render
from ..plugin_utils._report.runs import absolute, fleet_index, new_folder, read_runs, reason_of, write_run

ARGUMENTS = {
    "results": {"type": "dict", "required": True},
    "report_dir": {"type": "str", "default": ""},
    "folder": {"type": "str", "default": ""},
}


class ActionModule(ActionBase):
    """Summarizes the results of a play's hosts, and writes the summary with those of earlier runs."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validated, arguments = self.validate_argument_spec(ARGUMENTS)
        summary = fleet_summary(arguments["results"], now=datetime.now(timezone.utc))
        end = {"changed": False, "lines": fleet_lines(summary), "folder": ""}
        if arguments["report_dir"].strip():
            fleet = absolute(arguments["report_dir"]) / "fleet"
            try:
                end["folder"] = str(_write(summary, fleet, arguments["folder"]))
            except OSError as error:
                end["failed"] = True
                end["msg"] = f"decommission_report_dir: the summary cannot be written to {fleet}: {reason_of(error)}"
        return {**result, **end}


def _write(summary: Mapping[str, Any], fleet: Path, folder: str) -> Path:
    """Write the summary and return its folder, which is made unless the run has one already."""
    name = f"{summary['created_at'].replace(':', '-')}-{summary['mode']}"
    place = Path(folder) if folder else new_folder(fleet, name)
    known = next((earlier for _name, earlier in read_runs(fleet, _read, SCHEMA_VERSION) if earlier), {})
    whole = with_earlier(summary, known)
    files = {
        "fleet.json": json.dumps(whole, indent=2) + "\n",
        "fleet.html": render("fleet.html.j2", fleet_view(whole, str(place))),
    }
    write_run(place, files, lambda: _index(fleet))
    return place


def _index(fleet: Path) -> str:
    return render("index.html.j2", fleet_index(STATES, read_runs(fleet, _read, SCHEMA_VERSION)))


def _read(folder: Path) -> Mapping[str, Any]:
    summary: Mapping[str, Any] = json.loads((folder / "fleet.json").read_text(encoding="utf-8"))
    return summary
