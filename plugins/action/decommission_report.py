# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action sundown.hwcloud.decommission_report."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.module_utils.common.validation import check_type_path
from ansible.plugins.action import ActionBase

from ..module_utils._auth.environment import from_environment
from ..module_utils._errors import HwcloudError
from ..plugin_utils._plan.arguments import RoleVariables
from ..plugin_utils._plan.document import DIGEST_SHOWN
from ..plugin_utils._plan.outcomes import RunResult, reconcile
from ..plugin_utils._plan.report import build_report
from ..plugin_utils._plan.role_settings import REPORT_URL, check_report_url
from ..plugin_utils._plan.state import MOST_EXPORTED, Mode, RunState, unpack
from ..plugin_utils._plan.tables import end_lines, failure_message
from ..plugin_utils._report.causes import advice_of
from ..plugin_utils._report.files import report_files
from ..plugin_utils._report.markdown import summary_of
from ..plugin_utils._report.page import render
from ..plugin_utils._report.runs import (
    absolute,
    new_folder,
    previous_plan,
    project_index,
    project_runs,
    reason_of,
    write_run,
)
from ..plugin_utils._report.upload import files_in, put_file, zip_of

ARGUMENTS = {
    "state": {"type": "str", "required": True},
    "done": {"type": "str"},
    "loop": {"type": "str"},
    "after": {"type": "str"},
    "problem": {"type": "str", "default": ""},
    "applying": {"type": "bool", "default": False},
    "report_dir": {"type": "str", "default": ""},
    "folder": {"type": "str", "default": ""},
}
_MODE_IN_FOLDER_NAME = {Mode.APPLYING: Mode.APPLY, Mode.FAILED: Mode.REFUSED}


class ActionModule(ActionBase):
    """Decides what became of each record, and writes the report to a folder of the run.

    ``done``, ``loop`` and ``after`` are names of variables: a value would be copied with every record in it.
    """

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validated, arguments = self.validate_argument_spec(ARGUMENTS)
        in_scope = task_vars or {}
        state = unpack(arguments["state"])
        if arguments["applying"]:
            state = state.applying()
        deletes = [*in_scope.get(arguments["done"], ()), *in_scope.get(arguments["loop"], {}).get("results", ())]
        results = [{**one, "item": one[one["ansible_loop_var"]]} for one in deletes]
        listing = in_scope.get(arguments["after"], {})
        after = listing if listing and not listing.get("skipped") else None
        run = reconcile(state, results, after, [arguments["problem"]] if arguments["problem"] else [])
        report = build_report(run, results, after, now=datetime.now(timezone.utc))
        end: dict[str, Any] = {"changed": False, "lines": _lines(run), "folder": "", "result": _result(run)}
        problems = []
        if arguments["report_dir"]:
            reports = absolute(arguments["report_dir"]) / state.settings.project
            try:
                folder = _write(report, reports, arguments["folder"])
                end["folder"] = str(folder)
                end["lines"] += [f"report: {folder}/report.html"]
            except OSError as error:
                reason = reason_of(error)
                problems.append(f"decommission_report_dir: the report cannot be written to {reports}: {reason}")
        if not arguments["applying"]:
            try:
                end["lines"] += self._upload(report, end["folder"], arguments["folder"], in_scope)
            except HwcloudError as error:
                problems.append(f"{REPORT_URL}: the report cannot be uploaded: {error}")
        if problems:
            end["failed"], end["msg"] = True, "\n".join(problems)
        end["result"]["report"] = end["folder"]
        if not arguments["applying"]:
            alone = len(in_scope.get("ansible_play_hosts_all", ())) <= 1
            data = _statistics(state, report, plan=alone)
            end["ansible_stats"] = {"data": data, "aggregate": False, "per_host": False}
        return {**result, **end}

    def _upload(self, report: Mapping[str, Any], written: str, begun: str, in_scope: Mapping[str, Any]) -> list[str]:
        """Put the report to the URL, where one is given, and return a line that says so.

        ``written`` is the folder of the report, empty where it was not written; ``begun`` that of the first report.
        """
        # Not arguments of the task, as they are secrets.
        variables = RoleVariables(self._templar.template, in_scope)
        url = check_report_url(variables.get(REPORT_URL))
        if not url:
            return []
        auth = variables.get("decommission_auth") or {}
        ca_cert = auth.get("ca_cert") or auth.get("cacert") or from_environment("ca_cert")
        place = Path(written or begun or _name(report))
        files: Mapping[str, str | bytes] = {}
        if written or begun:
            with suppress(OSError):
                files = files_in(place)
        if not (written and files):
            files = {**files, **report_files(report)}
        put_file(zip_of(place.name, files), url, ca_cert=ca_cert and check_type_path(ca_cert))
        return [f"{REPORT_URL}: the report was uploaded"]


def _lines(run: RunResult) -> list[str]:
    """Return the table of outcomes where there are any that the plan does not show."""
    return end_lines(run) if run.state.mode in (Mode.CHECK, Mode.APPLY) else []


def _result(run: RunResult) -> dict[str, Any]:
    """Return what the role leaves behind as the fact decommission_result, but for the folder of the report."""
    settings, info, counts = run.state.settings, run.state.info, run.state.counts()
    return {
        "mode": run.state.mode,
        "message": failure_message(run, advice_of),
        "project": settings.project,
        "region": info.region if info else settings.region,
        "digest": info.digest if info else "",
        "confirmation": info.confirmation if info else "",
        "discovered": len(run.results),
        **{name: counts[name] for name in ("planned", "instances", "stops")},
        "resumes": (info.resumes or {}).get("run", "") if info else "",
        "outcomes": run.outcomes(),
        "failures": run.failures(),
    }


def _statistics(state: RunState, report: Mapping[str, Any], *, plan: bool) -> dict[str, Any]:
    """Return variables for the next job, with the ``plan`` itself; of several hosts, those of the last one stay.

    A plan that is applied already, or refused, is not confirmed by the next job.
    """
    data: dict[str, Any] = {"decommission_summary": summary_of(report)}
    if state.info is None:
        return data
    counts = state.counts()
    data["decommission_plan_digest"], data["decommission_plan_counts"] = state.info.digest, counts
    if not state.settings.approval.given and not state.info.problems:
        data["decommission_confirm"] = state.info.confirmation
        if plan and counts["planned"] <= MOST_EXPORTED:
            data["decommission_planned"] = state.document()
    return data


def _write(report: Mapping[str, Any], reports: Path, folder: str) -> Path:
    """Write the report and return its folder, which is made unless the run has one already."""
    place = Path(folder) if folder else new_folder(reports, _name(report))
    previous = previous_plan(reports, place) if report["mode"] == Mode.PLAN else None
    write_run(place, report_files(report, previous), lambda: _index(reports, report["project"]))
    return place


def _index(reports: Path, project: str) -> str:
    return render("index.html.j2", project_index(project, project_runs(reports)))


def _name(report: Mapping[str, Any]) -> str:
    time = report["started_at"].replace(":", "-")
    digest = (report["digest"] or "none")[:DIGEST_SHOWN]
    return f"{time}-{_MODE_IN_FOLDER_NAME.get(report['mode'], report['mode'])}-{digest}"
