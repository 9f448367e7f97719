# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action sundown.hwcloud.decommission_write_fleet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._report.fleet import SCHEMA_VERSION, STATES, fleet_view, with_earlier
from ..plugin_utils._report.folders import absolute, new_folder, read_runs, reason_of, write_run
from ..plugin_utils._report.index import fleet_index
from ..plugin_utils._report.page import render

ARGUMENTS = {
    "report_dir": {"type": "str", "required": True},
    "summary": {"type": "str", "required": True},
    "folder": {"type": "str", "default": ""},
}


class ActionModule(ActionBase):
    """Writes the summary of a fleet to a folder of its run on the controller, with what is known of earlier runs."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validated, arguments = self.validate_argument_spec(ARGUMENTS)
        fleet = absolute(arguments["report_dir"]) / "fleet"
        summary = json.loads(arguments["summary"])
        try:
            name = f"{summary['created_at'].replace(':', '-')}-{summary['mode']}"
            folder = Path(arguments["folder"]) if arguments["folder"] else new_folder(fleet, name)
            known = next((earlier for _name, earlier in read_runs(fleet, _read, SCHEMA_VERSION) if earlier), {})
            summary = with_earlier(summary, known)
            files = {
                "fleet.json": json.dumps(summary, indent=2) + "\n",
                "fleet.html": render("fleet.html.j2", fleet_view(summary, str(folder))),
            }
            write_run(folder, files, lambda: _index(fleet))
        except OSError as error:
            message = f"decommission_report_dir: the summary cannot be written to {fleet}: {reason_of(error)}"
            return {**result, "failed": True, "msg": message}
        return {**result, "changed": False, "folder": str(folder)}


def _index(fleet: Path) -> str:
    return render("index.html.j2", fleet_index(STATES, read_runs(fleet, _read, SCHEMA_VERSION)))


def _read(folder: Path) -> Mapping[str, Any]:
    summary: Mapping[str, Any] = json.loads((folder / "fleet.json").read_text(encoding="utf-8"))
    return summary
