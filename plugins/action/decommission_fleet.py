# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action sundown.hwcloud.decommission_fleet."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible import context
from ansible.plugins.action import ActionBase

from ..plugin_utils._plan.command import Launch
from ..plugin_utils._report.approved import approved_draft
from ..plugin_utils._report.fleet import (
    SCHEMA_VERSION,
    STATES,
    approval_lines,
    fleet_lines,
    fleet_markdown,
    fleet_summary,
    fleet_view,
    waiting_for_approval,
    with_earlier,
)
from ..plugin_utils._report.page import render
from ..plugin_utils._report.runs import absolute, fleet_index, new_folder, read_runs, reason_of, write_run

APPROVED = "approved.yml"
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
        end: dict[str, Any] = {"changed": False, "lines": fleet_lines(summary), "folder": ""}
        if arguments["report_dir"].strip():
            fleet = absolute(arguments["report_dir"]) / "fleet"
            launch = Launch(context.CLIARGS, task_vars or {}, os.environ)
            try:
                end["folder"], approval = _write(summary, fleet, arguments["folder"], launch)
                end["lines"] += [f"summary: {end['folder']}/fleet.html", *approval_lines(approval)]
            except OSError as error:
                end["failed"] = True
                end["msg"] = f"decommission_report_dir: the summary cannot be written to {fleet}: {reason_of(error)}"
        if len(summary["projects"]) > 1:
            # In place of the summary of whichever environment came last.
            data = {"decommission_summary": fleet_markdown(summary)}
            end["ansible_stats"] = {"data": data, "aggregate": False, "per_host": False}
        return {**result, **end}


def _write(
    summary: Mapping[str, Any], fleet: Path, folder: str, launch: Launch
) -> tuple[str, Mapping[str, Any] | None]:
    """Write the summary; return its folder, made unless the run has one already, and how to apply what is planned."""
    name = f"{summary['created_at'].replace(':', '-')}-{summary['mode']}"
    place = Path(folder) if folder else new_folder(fleet, name)
    known = next((earlier for _name, earlier in read_runs(fleet, _read, SCHEMA_VERSION) if earlier), {})
    files, approval = {}, None
    waiting = waiting_for_approval(summary)
    if waiting:
        files[APPROVED] = approved_draft(waiting)
        command, lacks = launch.command_with(str(place / APPROVED))
        approval = {"file": str(place / APPROVED), "command": command, "lacks": lacks}
    whole = {**with_earlier(summary, known), "approval": approval}
    files["fleet.json"] = json.dumps(whole, indent=2) + "\n"
    view = fleet_view(whole, str(place))
    files["fleet.html"] = render("fleet.html.j2", view, script=("copy.js",), style=("page.css", "fleet.css"))
    write_run(place, files, lambda: _index(fleet))
    return str(place), approval


def _index(fleet: Path) -> str:
    return render("index.html.j2", fleet_index(STATES, read_runs(fleet, _read, SCHEMA_VERSION)))


def _read(folder: Path) -> Mapping[str, Any]:
    summary: Mapping[str, Any] = json.loads((folder / "fleet.json").read_text(encoding="utf-8"))
    return summary
