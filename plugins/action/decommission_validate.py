# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action sundown.hwcloud.decommission_validate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils._auth.clouds_yaml import file_variables
from ..module_utils._auth.environment import from_environment
from ..module_utils._errors import OptionError
from ..plugin_utils._plan.approval import approved_plan
from ..plugin_utils._plan.arguments import role_spec
from ..plugin_utils._plan.role_settings import RoleSettings, validate
from ..plugin_utils._plan.state import RunState, pack
from ..plugin_utils._report.runs import absolute, find_plan

# Where one of these is given, the project is not looked up by its name.
_PROJECT_OPTIONS = ("project_id", "project_name", "cloud")


class ActionModule(ActionBase):
    """Validates the variables of the role, with one line for each mistake."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        self.validate_argument_spec({})
        in_scope = task_vars or {}
        variables = {name: self._value(name, in_scope[name]) for name in role_spec() if name in in_scope}
        try:
            settings = validate(variables, names=in_scope)
            planned = variables.get("decommission_planned") or {}
            state = RunState(settings, approved=_approved(settings, planned))
        except OptionError as error:
            return {**result, "failed": True, "msg": str(error)}
        auth = variables.get("decommission_auth") or {}
        return {
            **result,
            "changed": False,
            "project": settings.project,
            "kinds": list(settings.kinds),
            "confirmed": settings.approval.given,
            "plan_file": settings.plan_file,
            "report_dir": settings.report_dir,
            "deadline": settings.deadline,
            "wait_timeout": 3600,
            "kind_options": {},
            "connection": _connection(settings, auth),
            "environment": self._environment(auth),
            "state": pack(state),
        }

    def _value(self, name: str, value: Any) -> Any:
        # A plan holds names of records, which are no templates.
        is_plan = name == "decommission_planned" and isinstance(value, Mapping)
        return value if is_plan else self._templar.template(value)

    def _environment(self, auth: Mapping[str, Any]) -> dict[str, str]:
        """Return where clouds.yaml is, as seen from here: a local connection runs modules in the playbook's directory.

        What the play itself sets for the role's tasks is not replaced.
        """
        if not (auth.get("cloud") or from_environment("cloud")):
            return {}
        given = {name for variables in self._task.environment or () for name in self._templar.template(variables) or ()}
        return {name: path for name, path in file_variables().items() if name not in given}


def _approved(settings: RoleSettings, planned: Mapping[str, Any]) -> Mapping[str, Any] | None:
    content = None
    if settings.approval.given and settings.plan_file:
        path = absolute(settings.plan_file)
        content = path.read_text(encoding="utf-8") if path.is_file() else None
    return approved_plan(
        settings.approval,
        plan_file=settings.plan_file,
        content=content,
        planned=planned,
        reported=_reported(settings),
        project=settings.project,
        region=settings.region,
    )


def _reported(settings: RoleSettings) -> Callable[[str], Mapping[str, Any] | None]:
    if not settings.report_dir:
        return lambda _digest: None
    return partial(find_plan, absolute(settings.report_dir) / settings.project)


def _connection(settings: RoleSettings, auth: Mapping[str, Any]) -> dict[str, Any]:
    """Return options for every module of the collection, without those for authentication."""
    named = any(auth.get(name) or from_environment(name) for name in _PROJECT_OPTIONS)
    options = {
        "region": settings.region,
        "endpoints": dict(settings.endpoints),
        "concurrency": settings.concurrency,
        "max_rps": settings.max_rps,
        "project_name": "" if named else settings.project,
    }
    return {name: value for name, value in options.items() if value}
