# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action sundown.hwcloud.decommission_write_report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils._plan.digest import SHORT
from ..module_utils._plan.document import document_head
from ..plugin_utils._report.folders import (
    INDEX,
    absolute,
    new_folder,
    point_latest_to,
    read_runs,
    reason_of,
    write_file,
)
from ..plugin_utils._report.index import project_index
from ..plugin_utils._report.page import render, render_report

ARGUMENTS = {
    "report_dir": {"type": "str", "required": True},
    "report": {"type": "str", "required": True},
    "folder": {"type": "str", "default": ""},
}
# A report's mode as the name of its folder has it, where they differ.
_MODES = {"applying": "apply", "failed": "refused"}


class ActionModule(ActionBase):
    """Writes a run's report to its folder on the controller, and lists the run among those of its project."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validated, arguments = self.validate_argument_spec(ARGUMENTS)
        report = json.loads(arguments["report"])
        reports = absolute(arguments["report_dir"]) / report["project"]
        try:
            folder = Path(arguments["folder"]) if arguments["folder"] else new_folder(reports, _name(report))
            write_file(folder / "report.json", arguments["report"].lstrip())
            write_file(folder / "report.html", render_report(report))
            point_latest_to(folder)
            write_file(reports / INDEX, render("index.html.j2", project_index(report["project"], runs_of(reports))))
        except OSError as error:
            message = f"decommission_report_dir: the report cannot be written to {reports}: {reason_of(error)}"
            return {**result, "failed": True, "msg": message}
        return {**result, "changed": False, "folder": str(folder)}


def runs_of(reports: Path) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the runs of a project, the newest first, each with its report but for the records."""

    def read(folder: Path) -> Mapping[str, Any]:
        with (folder / "report.json").open(encoding="utf-8") as lines:
            return document_head(lines)

    return read_runs(reports, read)


def _name(report: Mapping[str, Any]) -> str:
    time = report["started_at"].replace(":", "-")
    digest = (report["digest"] or "none")[:SHORT]
    return f"{time}-{_MODES.get(report['mode'], report['mode'])}-{digest}"
