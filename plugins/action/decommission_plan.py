# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action sundown.hwcloud.decommission_plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils._errors import OptionError
from ..plugin_utils._plan.document import document_text
from ..plugin_utils._plan.plan import build_plan
from ..plugin_utils._plan.state import Mode, unpack
from ..plugin_utils._report.runs import absolute, reason_of, write_file

ARGUMENTS = {
    "state": {"type": "str", "required": True},
    "listing": {"type": "str", "required": True},
    "identity": {"type": "dict", "required": True},
}


class ActionModule(ActionBase):
    """Builds the plan of a run, and writes it to the plan file where nothing is confirmed."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validated, arguments = self.validate_argument_spec(ARGUMENTS)
        state = unpack(arguments["state"])
        path = absolute(state.settings.plan_file)
        try:
            run = build_plan(
                state,
                (task_vars or {})[arguments["listing"]],
                arguments["identity"],
                check_mode=bool(self._task.check_mode),
                now=datetime.now(timezone.utc),
            )
            if state.settings.plan_file and run["mode"] == Mode.PLAN:
                write_file(path, document_text(unpack(run["state"]).document()))
        except OptionError as error:
            return {**result, "failed": True, "msg": str(error)}
        except OSError as error:
            message = f"decommission_plan_file: {path} cannot be written: {reason_of(error)}"
            return {**result, "failed": True, "msg": message}
        return {**result, "changed": False, **run}
