# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action sundown.hwcloud.decommission_validate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils._auth.clouds_yaml import file_variables
from ..module_utils._auth.environment import from_environment
from ..module_utils._errors import OptionError
from ..module_utils._text import printable
from ..plugin_utils._plan.approval import approved_plan
from ..plugin_utils._plan.arguments import role_spec
from ..plugin_utils._plan.deadline import time_text
from ..plugin_utils._plan.once import once
from ..plugin_utils._plan.role_settings import RoleSettings, validate
from ..plugin_utils._plan.state import RunState, pack
from ..plugin_utils._report.runs import absolute, find_plan, reason_of, try_directory, try_file

PROJECT = "decommission_project"
# Where one of these is given, the project is not looked up by its name.
_PROJECT_OPTIONS = ("project_id", "project_name", "cloud")


class ActionModule(ActionBase):
    """Validates the variables of the role, with one line for each mistake."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        self.validate_argument_spec({})
        in_scope = task_vars or {}
        variables = Variables(self._templar.template, in_scope)
        run_directory = Path(constants.DEFAULT_LOCAL_TMP)

        def more(read: Mapping[str, Any]) -> Iterator[str]:
            yield from _unwritable(read)
            if read["project"] and len(in_scope.get("ansible_play_hosts_all", ())) > 1:
                key = f"{self._task._uuid} {in_scope['ansible_play_batch'][0]}"
                projects = once(run_directory, key, partial(_projects, self._templar, in_scope))
                yield from _same_project(read["project"], projects)

        try:
            started = once(run_directory, "started", time.time)
            settings = validate(variables, in_scope, started=started, more=more)
            planned = variables.get("decommission_planned") or {}
            state = RunState(settings, approved=_approved(settings, planned))
        except OptionError as error:
            return {**result, "failed": True, "msg": f"{error}\nNothing was requested."}
        auth = variables.get("decommission_auth") or {}
        return {
            **result,
            "changed": False,
            "project": settings.project,
            "kinds": list(settings.kinds),
            "report_dir": settings.report_dir,
            "deadline": "" if settings.deadline is None else time_text(settings.deadline),
            "wait_timeout": settings.wait_timeout,
            "kind_options": settings.kind_options,
            "connection": _connection(settings, auth),
            "environment": self._environment(auth),
            "state": pack(state),
        }

    def _environment(self, auth: Mapping[str, Any]) -> dict[str, str]:
        """Return where clouds.yaml is, as seen from here: a local connection runs modules in the playbook's directory.

        What the play itself sets for the role's tasks is not replaced.
        """
        if not (auth.get("cloud") or from_environment("cloud")):
            return {}
        given = {name for variables in self._task.environment or () for name in self._templar.template(variables) or ()}
        return {name: path for name, path in file_variables().items() if name not in given}


class Variables(Mapping[str, Any]):
    """The role's variables of a host, read when they are asked for; OptionError where a template cannot be read."""

    def __init__(self, template: Callable[[Any], Any], in_scope: Mapping[str, Any]) -> None:
        self._template = template
        self._values = {name: in_scope[name] for name in role_spec() if name in in_scope}

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        # A plan holds names of records, which are no templates.
        if name == "decommission_planned" and isinstance(value, Mapping):
            return value
        try:
            return self._template(value)
        except AnsibleError as error:
            raise OptionError(f"{name}: {printable(str(error))}") from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def _unwritable(read: Mapping[str, Any]) -> Iterator[str]:
    """Try the directory of the reports, and the plan file where the plan will be written to it."""
    if read["report_dir"]:
        place = absolute(read["report_dir"]) / (read["project"] or "")
        yield from _problem("decommission_report_dir", place, partial(try_directory, place, create=True))
    if read["plan_file"] and not (read["approval"] and read["approval"].given):
        place = absolute(read["plan_file"])
        yield from _problem("decommission_plan_file", place, partial(try_file, place))


def _problem(variable: str, place: Path, attempt: Callable[[], None]) -> Iterator[str]:
    try:
        attempt()
    except OSError as error:
        yield f"{variable}: {place} cannot be written: {reason_of(error)}"


def _projects(templar: Any, in_scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return the project of each host of the play."""
    hosts, own = in_scope["hostvars"], in_scope[PROJECT]
    mine = hosts.raw_get(in_scope["inventory_hostname"])

    def project_of(host: str) -> Any:
        variables = hosts.raw_get(host)
        # Where a role, a block or a task sets the variable, it does so for every host.
        value = variables.get(PROJECT) if PROJECT in mine and mine[PROJECT] == own else own
        try:
            return templar.copy_with_new_env(available_variables=variables).template(value)
        except AnsibleError:
            # The host itself fails because of that.
            return None

    return {host: project_of(host) for host in in_scope["ansible_play_hosts_all"]}


def _same_project(project: str, projects: Mapping[str, Any]) -> Iterator[str]:
    hosts = [host for host, other in projects.items() if isinstance(other, str) and other.strip() == project]
    if len(hosts) > 1:
        yield (
            f"{PROJECT}: {', '.join(hosts)} of this play all name the project {project}; use a play of its own for each"
            " of them"
        )


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
