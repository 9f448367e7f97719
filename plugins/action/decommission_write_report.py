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

from ..plugin_utils._plan.digest import SHORT
from ..plugin_utils._plan.document import document_head
from ..plugin_utils._plan.report import SCHEMA_VERSION
from ..plugin_utils._report.folders import absolute, new_folder, read_runs, reason_of, write_run
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
            files = {"report.json": arguments["report"].lstrip(), "report.html": render_report(report)}
            write_run(folder, files, lambda: _index(reports, report["project"]))
        except OSError as error:
            message = f"decommission_report_dir: the report cannot be written to {reports}: {reason_of(error)}"
            return {**result, "failed": True, "msg": message}
        return {**result, "changed": False, "folder": str(folder)}


def _index(reports: Path, project: str) -> str:
    return render("index.html.j2", project_index(project, read_runs(reports, _head, SCHEMA_VERSION)))


def _head(folder: Path) -> Mapping[str, Any]:
    with (folder / "report.json").open(encoding="utf-8") as lines:
        return document_head(lines)


def _name(report: Mapping[str, Any]) -> str:
    time = report["started_at"].replace(":", "-")
    digest = (report["digest"] or "none")[:SHORT]
    return f"{time}-{_MODES.get(report['mode'], report['mode'])}-{digest}"
