# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action sundown.hwcloud.decommission_check_paths."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._report.runs import absolute, reason_of, try_directory

ARGUMENTS = {
    "report_dir": {"type": "str"},
    "project": {"type": "str"},
    "plan_file": {"type": "str"},
}


class ActionModule(ActionBase):
    """Checks that the report and the plan file can be written on the controller."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validated, arguments = self.validate_argument_spec(ARGUMENTS, required_together=[["report_dir", "project"]])
        variable, path = "", Path()
        try:
            if arguments["report_dir"]:
                variable, path = "decommission_report_dir", absolute(arguments["report_dir"]) / arguments["project"]
                try_directory(path, create=True)
            if arguments["plan_file"]:
                variable, path = "decommission_plan_file", absolute(arguments["plan_file"])
                if path.is_dir():
                    raise IsADirectoryError("it is a directory")
                try_directory(path.parent, create=False)
        except OSError as error:
            return {**result, "failed": True, "msg": f"{variable}: {path} cannot be written: {reason_of(error)}"}
        return {**result, "changed": False}
