# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls a module as Ansible does: JSON arguments in, one JSON result on standard output.

`run_module` runs in this process and is fast; `run_module_process` starts another Python, as on a target host.
Both work with every supported version of ansible-core.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from ansible.module_utils import basic

from checkout import BUILD

MODULES = "ansible_collections.sundown.hwcloud.plugins.modules"
TREE = BUILD / "dev"
PROCESS_SECONDS = 60
# From ansible-core 2.22 on the controller masks secrets: modules return them under this key, which it removes.
SECRETS_KEY = "_ansible_new_secrets"
try:
    from ansible.module_utils._internal._secrets import _secret_masker as controller
except ImportError:
    controller = None


class ModuleResult(dict[str, Any]):
    """The result of a module; ``output`` is everything that it wrote, as the controller displays it."""

    def __init__(self, output: str, errors: str = "") -> None:
        assert output.lstrip().startswith("{"), f"no result:\n{output}\n{errors}"
        super().__init__(json.loads(output))
        self.output = output + errors
        if controller:
            controller.register_secret_texts(self.pop(SECRETS_KEY, []))
            self.output = controller.mask_string(json.dumps(self) + errors)

    @property
    def failed(self) -> bool:
        return bool(self.get("failed"))


def run_module(name: str, options: Mapping[str, Any], *, check: bool = False, diff: bool = False) -> ModuleResult:
    """Run a module in this process; raise AssertionError if its exit status does not match its result."""
    module = importlib.import_module(f"{MODULES}.{name}")
    output, errors = io.StringIO(), io.StringIO()
    status: Any = "returned instead of exiting"
    with _arguments(options, check, diff), contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            module.main()
        except SystemExit as end:
            status = end.code or 0
    return _checked(ModuleResult(output.getvalue(), errors.getvalue()), status)


def run_module_process(
    name: str,
    options: Mapping[str, Any],
    *,
    check: bool = False,
    python_path: tuple[Path | str, ...] = (),
) -> ModuleResult:
    """Run a module in another process; ``python_path`` comes first in its import path."""
    # ansible-test passes its ansible-core in the variable.
    inherited = filter(None, [os.environ.get("PYTHONPATH")])
    path = os.pathsep.join(map(str, (*python_path, TREE, *inherited)))
    ended = subprocess.run(
        [sys.executable, "-m", f"{MODULES}.{name}"],
        input=_document(options, check, diff=False),
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=PROCESS_SECONDS,
        check=False,
    )
    return _checked(ModuleResult(ended.stdout, ended.stderr), ended.returncode)


def _checked(result: ModuleResult, status: Any) -> ModuleResult:
    assert status == (1 if result.failed else 0), f"exit status {status} with {result}"
    return result


def _document(options: Mapping[str, Any], check: bool, diff: bool) -> str:
    return json.dumps({"ANSIBLE_MODULE_ARGS": {**options, "_ansible_check_mode": check, "_ansible_diff": diff}})


@contextlib.contextmanager
def _arguments(options: Mapping[str, Any], check: bool, diff: bool) -> Iterator[None]:
    # The oldest supported ansible-core has no helper for this.
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(basic, "_ANSIBLE_ARGS", _document(options, check, diff).encode()))
        if hasattr(basic, "_ANSIBLE_PROFILE"):
            stack.enter_context(mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy"))
        yield
