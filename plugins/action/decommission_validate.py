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

from ..module_utils._auth.clouds_yaml import file_variables, load_cloud
from ..module_utils._auth.environment import from_environment
from ..module_utils._errors import OptionError
from ..plugin_utils._plan.approval import approved_plan
from ..plugin_utils._plan.arguments import RoleVariables
from ..plugin_utils._plan.deadline import time_text
from ..plugin_utils._plan.once import once
from ..plugin_utils._plan.role_settings import PREFIX, REPORT_URL, RoleSettings, validate
from ..plugin_utils._plan.state import RunState, pack
from ..plugin_utils._report.runs import absolute, find_plan, reason_of, try_directory, try_file

PROJECT = "decommission_project"
# What two hosts of a play must not have in common.
_ONE_EACH = {
    PROJECT: "name the project {project}; use a play of its own for each host",
    REPORT_URL: "name one object, where the last upload would replace the others; use a URL of its own for each host",
}
# Where one of these is given, the project is not looked up by its name.
_PROJECT_OPTIONS = ("project_id", "project_name")


class ActionModule(ActionBase):
    """Validates the variables of the role, with one line for each mistake."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        self.validate_argument_spec({})
        in_scope = task_vars or {}
        variables = RoleVariables(self._templar.template, in_scope)
        run_directory = Path(constants.DEFAULT_LOCAL_TMP)

        def more(read: Mapping[str, Any]) -> Iterator[str]:
            yield from _unwritable(read)
            several = len(in_scope.get("ansible_play_hosts_all", ())) > 1
            for variable, problem in _ONE_EACH.items() if several else ():
                if read[variable.removeprefix(PREFIX)]:
                    key = f"{self._task._uuid} {in_scope['ansible_play_batch'][0]} {variable}"
                    shared = once(run_directory, key, partial(_shared, self._templar, in_scope, variable))
                    for hosts in shared:
                        if in_scope["inventory_hostname"] in hosts:
                            yield f"{variable}: {', '.join(hosts)} of this play all {problem.format(**read)}"

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


def _shared(templar: Any, in_scope: Mapping[str, Any], variable: str) -> list[list[str]]:
    """Return groups of the play's hosts with the same text in a variable; of the URL its signature does not count.

    The texts are not part of the result, as it is written to a file.
    """
    hosts, own = in_scope["hostvars"], in_scope[variable]
    mine = hosts.raw_get(in_scope["inventory_hostname"])

    def text_of(host: str) -> str:
        variables = hosts.raw_get(host)
        # Where a role, a block or a task sets the variable, it does so for every host.
        value = variables.get(variable) if variable in mine and mine[variable] == own else own
        try:
            text = templar.copy_with_new_env(available_variables=variables).template(value)
        except AnsibleError:
            # The host itself fails because of that.
            return ""
        if not isinstance(text, str):
            return ""
        return (text.partition("?")[0] if variable == REPORT_URL else text).strip()

    groups: dict[str, list[str]] = {}
    for host in in_scope["ansible_play_hosts_all"]:
        groups.setdefault(text_of(host), []).append(host)
    return [found for text, found in groups.items() if text and len(found) > 1]


def _approved(settings: RoleSettings, planned: Mapping[str, Any]) -> Mapping[str, Any] | None:
    content = None
    if settings.approval.given and settings.plan_file:
        try:
            content = absolute(settings.plan_file).read_bytes()
        except FileNotFoundError:
            content = None
        except OSError as error:
            reason = reason_of(error)
            raise OptionError(f"decommission_plan_file: {settings.plan_file}: cannot be read: {reason}") from None
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
    options = {
        "region": settings.region,
        "endpoints": dict(settings.endpoints),
        "concurrency": settings.concurrency,
        "max_rps": settings.max_rps,
        "project_name": "" if _names_project(auth) else settings.project,
    }
    return {name: value for name, value in options.items() if value}


def _names_project(auth: Mapping[str, Any]) -> bool:
    if any(auth.get(name) or from_environment(name) for name in _PROJECT_OPTIONS):
        return True
    cloud = auth.get("cloud") or from_environment("cloud")
    try:
        entry = load_cloud(str(cloud)) if cloud else {}
    except OptionError:
        # The play may name another file to the modules, which report the error where it does not.
        return True
    return any(entry.get(name) for name in _PROJECT_OPTIONS)
