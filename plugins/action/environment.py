# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action sundown.hwcloud.environment."""

from __future__ import annotations

import contextvars
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..plugin_utils._report.journal import append_line, ended_line, started_line
from ..plugin_utils._report.progress import ProgressLines
from ..plugin_utils._report.runs import absolute, reason_of

LINE_SECONDS = 5.0
# How soon a line says that something is waited for.
BEGIN_SECONDS = 1.0


class ActionModule(ActionBase):
    """Runs the module of the same name; keeps a journal, and shows how far the module is where that can be read."""

    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables, arguments = task_vars or {}, dict(self._task.args)
        journal = arguments.pop("journal", None)
        if not journal or self._task.check_mode:
            return {**result, **self._run_module(arguments, variables)}
        path = absolute(str(journal))
        started = started_line(arguments.get("records"), arguments.get("progress"), _now())
        try:
            append_line(path, started)
        except OSError as error:
            msg = (
                f"journal: {path} cannot be written: {reason_of(error)}; the role writes it to decommission_report_dir"
            )
            return {**result, "failed": True, "msg": msg}
        if self._connection.transport == "local":
            # The module writes to it what the services have accepted, which a run that is interrupted leaves behind.
            arguments["journal"] = str(path)
        ended = self._run_module(arguments, variables)
        line = ended_line(started, ended, _now())
        if line:
            try:
                append_line(path, line)
            except OSError as error:
                self._display.warning(f"journal: {path} cannot be written: {reason_of(error)}")
        return {**result, **ended}

    def _run_module(self, arguments: dict[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
        in_background = bool(self._task.async_val)
        host = str(variables.get("inventory_hostname"))
        result: dict[str, Any]
        if in_background or self._connection.transport != "local" or arguments.get("progress_file"):
            result = self._execute_module(module_args=arguments, task_vars=variables, wrap_async=in_background)
        else:
            with _progress_lines(host) as path:
                arguments["progress_file"] = path
                result = self._execute_module(module_args=arguments, task_vars=variables)
        return result


@contextmanager
def _progress_lines(host: str) -> Iterator[str]:
    """Return the path of a file for the module's progress, and show it in lines while the context lasts."""
    ended = threading.Event()
    with tempfile.TemporaryDirectory(dir=constants.DEFAULT_LOCAL_TMP, ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "progress.json"
        lines = ProgressLines(host, path)

        def show() -> None:
            shown_at = time.monotonic()
            while not ended.wait(min(BEGIN_SECONDS, LINE_SECONDS)):
                due = time.monotonic() - shown_at >= LINE_SECONDS
                line = lines.next(due=due)
                if line:
                    Display().display(line)
                if line or due:
                    shown_at = time.monotonic()

        thread = threading.Thread(target=contextvars.copy_context().run, args=(show,), daemon=True)
        thread.start()
        try:
            yield str(path)
        finally:
            ended.set()
            thread.join()


def _now() -> datetime:
    return datetime.now(timezone.utc)
