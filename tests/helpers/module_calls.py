# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls a module the way Ansible does: JSON arguments in, one JSON result on standard output.

`run_module` stays in this process and is fast; `run_module_process` starts Python anew, as a target host does.
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
# From ansible-core 2.22 on a module's options are masked by the controller, which the module tells under this key
# what is secret. The controller takes the key away before anything else sees the result.
FOR_THE_CONTROLLER = "_ansible_new_secrets"
try:
    from ansible.module_utils._internal._secrets import _secret_masker as controller
except ImportError:
    controller = None


class ModuleResult(dict[str, Any]):
    """What a module returned; ``output`` is everything that it wrote, as the controller passes it on."""

    def __init__(self, output: str, errors: str = "") -> None:
        assert output.lstrip().startswith("{"), f"no result:\n{output}\n{errors}"
        super().__init__(json.loads(output))
        self.output = output + errors
        if controller:
            controller.register_secret_texts(self.pop(FOR_THE_CONTROLLER, []))
            self.output = controller.mask_string(json.dumps(self) + errors)

    @property
    def failed(self) -> bool:
        return bool(self.get("failed"))


def run_module(name: str, options: Mapping[str, Any], *, check: bool = False, diff: bool = False) -> ModuleResult:
    """Run a module in this process; AssertionError where it does not end the way a module must."""
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
    diff: bool = False,
    environment: Mapping[str, str] | None = None,
    python_path: tuple[Path | str, ...] = (),
) -> ModuleResult:
    """Run a module in a Python of its own; ``python_path`` comes before everything else that it can import."""
    # ansible-test passes its ansible-core in the variable.
    inherited = filter(None, [os.environ.get("PYTHONPATH")])
    path = os.pathsep.join(map(str, (*python_path, TREE, *inherited)))
    ended = subprocess.run(
        [sys.executable, "-m", f"{MODULES}.{name}"],
        input=_document(options, check, diff),
        env={**os.environ, **(environment or {}), "PYTHONPATH": path},
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
    # Ansible's own helper for this came later than the oldest version that is supported.
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(basic, "_ANSIBLE_ARGS", _document(options, check, diff).encode()))
        if hasattr(basic, "_ANSIBLE_PROFILE"):
            stack.enter_context(mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy"))
        yield
