# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role sundown.hwcloud.decommission does without a request, as filters; their documentation stands beside."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.clouds_yaml import file_variables
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.environment import from_environment
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import SERVICES
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.document import build_document, document_text
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.errors import PlanError
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.outcomes import RunResult, reconcile
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.plan import approved_plan, build_plan
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.records import ServiceFacts
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.report import build_report
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.role_settings import RoleSettings, validate
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.state import APPLYING, State, unpack
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.tables import counts_of, end_lines, failure_message

Result = Mapping[str, Any]

# Where one of these is given, the project is not asked for by its name.
_PROJECT_OPTIONS = ("project_id", "project_name", "cloud")

FACTS = {
    service.name: ServiceFacts(
        name=service.name,
        title=service.title,
        delete_module=service.delete_module,
        ids_option=service.ids_option,
        statuses=service.statuses,
        status_key=service.status_key,
        stoppable=service.stoppable,
    )
    for service in SERVICES.values()
}


def _now() -> datetime:
    return datetime.now(timezone.utc)


def decommission_settings(
    variables: Mapping[str, Any],
    plan_text: str | None = None,
    names: Iterable[str] = (),
    environment: Iterable[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Judge the role's variables; return what the role's tasks need of them."""
    settings = validate(variables, FACTS, names)
    approved_plan(settings, plan_text)
    named = any(settings.auth.get(name) or from_environment(name) for name in _PROJECT_OPTIONS)
    connection = {
        "region": settings.region,
        "endpoints": dict(settings.endpoints),
        "concurrency": settings.concurrency,
        "max_rps": settings.max_rps,
        "project_name": "" if named else settings.project,
    }
    return {
        "project": settings.project,
        "services": list(settings.services),
        "confirmed": settings.approval.given,
        "plan_file": settings.plan_file,
        "report_dir": settings.report_dir,
        "connection": {name: value for name, value in connection.items() if value},
        "environment": _environment(settings, environment),
    }


def _environment(settings: RoleSettings, given: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return where clouds.yaml is, as seen from here: a local connection runs modules in the playbook's directory.

    ``given`` is what the play itself sets for the role's tasks, which is left alone.
    """
    if not (settings.auth.get("cloud") or from_environment("cloud")):
        return {}
    kept = {name for variables in given for name in variables}
    return {name: path for name, path in file_variables().items() if name not in kept}


def decommission_plan(
    listing: Result,
    variables: Mapping[str, Any],
    identity: Result,
    plan_text: str | None = None,
    check_mode: bool = False,
) -> dict[str, Any]:
    """Return the run: its mode, what to show, its batches and its packed state."""
    settings = validate(variables, FACTS)
    approved = approved_plan(settings, plan_text)
    return build_plan(listing, settings, FACTS, identity=identity, approved=approved, check_mode=check_mode, now=_now())


def decommission_planned(packed: str, text: bool = False) -> dict[str, Any] | str:
    """Return the plan's document, or the text of a plan file."""
    state = unpack(packed)
    document = build_document(state.planned(), head=state.head, counts=counts_of(state))
    return document_text(document) if text else document


def decommission_outcome(
    packed: str, results: Sequence[Result] = (), after: Result | None = None, problem: str = ""
) -> dict[str, Any]:
    """Return the end of the run: outcomes, failures, what to show and why it failed."""
    settled = _settle(packed, results, after, problem)
    return {
        "outcomes": settled.outcomes(),
        "services": settled.services(),
        "failures": settled.failures(),
        "left": settled.left(),
        "lines": end_lines(settled),
        "message": failure_message(settled),
    }


def decommission_report(
    packed: str,
    variables: Mapping[str, Any],
    results: Sequence[Result] = (),
    after: Result | None = None,
    problem: str = "",
    text: bool = False,
    applying: bool = False,
) -> dict[str, Any] | str:
    """Return the run's report as data or as the text of report.json."""
    settled = _settle(packed, results, after, problem, applying)
    settings = validate(variables, FACTS)
    report = build_report(settled, settings, _labelled(results), after or None, now=_now())
    return document_text(report) if text else report


def _settle(
    packed: str, results: Sequence[Result], after: Result | None, problem: str, applying: bool = False
) -> RunResult:
    """Settle a run; one that failed before its plan was made has an empty state."""
    state = unpack(packed) if packed else State()
    if applying:
        state = replace(state, head={**state.head, "mode": APPLYING})
    return reconcile(state, _labelled(results), after or None, [problem] if problem else [])


def _labelled(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return the results of a loop, each with what it was looping over under ``item``."""
    return [{**result, "item": result[result["ansible_loop_var"]]} for result in results]


def _speaking(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a refusal reach the user as a message without a traceback."""

    @functools.wraps(function)
    def speak(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except PlanError as error:
            raise AnsibleFilterError(str(error)) from error

    return speak


class FilterModule:
    """The filters by their names."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        functions = (
            decommission_settings,
            decommission_plan,
            decommission_planned,
            decommission_outcome,
            decommission_report,
        )
        return {function.__name__: _speaking(function) for function in functions}
