# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action sundown.hwcloud.decommission_plan."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ansible import context
from ansible.plugins.action import ActionBase

from ..module_utils._errors import OptionError
from ..plugin_utils._plan.command import Launch
from ..plugin_utils._plan.document import document_text
from ..plugin_utils._plan.names import region_warning
from ..plugin_utils._plan.plan import build_plan, failed_run
from ..plugin_utils._plan.role_settings import RoleSettings
from ..plugin_utils._plan.state import MOST_EXPORTED, Mode, unpack
from ..plugin_utils._report.runs import absolute, interrupted_run, reason_of, write_file

ARGUMENTS = {
    "state": {"type": "str", "required": True},
    "listing": {"type": "str", "required": True},
}


class ActionModule(ActionBase):
    """Builds the plan of a run, and writes it to the plan file where nothing is confirmed.

    ``listing`` is the name of the variable that holds the result of environment_info.
    """

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validated, arguments = self.validate_argument_spec(ARGUMENTS)
        state = unpack(arguments["state"])
        settings, listing = state.settings, (task_vars or {})[arguments["listing"]]
        path = absolute(settings.plan_file)
        try:
            run = build_plan(
                state,
                listing,
                check_mode=bool(self._task.check_mode),
                now=datetime.now(timezone.utc),
                launch=Launch(context.CLIARGS, task_vars or {}, os.environ),
                interrupted=interrupted_run(absolute(settings.report_dir) / settings.project)
                if settings.report_dir
                else None,
            )
            if settings.plan_file and run["mode"] == Mode.PLAN:
                write_file(path, document_text(unpack(run["state"]).document()))
        except OptionError as error:
            run = failed_run(state, str(error))
        except OSError as error:
            run = failed_run(state, f"decommission_plan_file: {path} cannot be written: {reason_of(error)}")
        warning = region_warning(settings.project, listing["identity"]["region"]) if "identity" in listing else None
        if warning:
            # The task hides its result, and warnings in it.
            self._display.warning(warning)
        # The identity and the token are kept; the rest of the listing is large and is not needed any more.
        kept = {name: listing[name] for name in ("identity", "token") if name in listing}
        return {**result, "changed": False, **run, **kept, "ansible_stats": _statistics(settings, run)}


def _statistics(settings: RoleSettings, run: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every host of a play adds to the variables of the next job.

    A plan that is applied already, or refused, is not confirmed by the next job.
    """
    data: dict[str, Any] = {}
    if run["stops"]:
        data["decommission_plan_stops"] = run["stops"][:MOST_EXPORTED]
    if not settings.approval.given and not run["problems"]:
        data["decommission_confirmations"] = {settings.project: run["confirmation"]}
    return {"data": data, "aggregate": True, "per_host": False}
