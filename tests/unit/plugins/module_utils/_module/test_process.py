# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules in a process of their own, as on a target host: their output, and missing libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.basic import missing_required_lib
from ansible_collections.sundown.hwcloud.plugins.module_utils._module import options

from emulator import PASSWORD, CloudEmulator
from helpers.emulator_calls import Caller, left
from helpers.kind_cases import ALL_MODULES, BY_NAME, REQUIRED_OPTIONS
from helpers.module_calls import run_module_process


@pytest.fixture
def without(tmp_path: Path) -> Any:
    """Make a directory for the Python path in which a library cannot be imported."""

    def made(library: str) -> Path:
        text = f'raise ImportError("No module named {library}")\n'
        (tmp_path / f"{library}.py").write_text(text, encoding="utf-8")
        return tmp_path

    return made


@pytest.mark.parametrize("name", ["gaussdb-otc", "drs-v3"])
def test_module_process_prints_only_result(cloud: CloudEmulator, call: Caller, name: str) -> None:
    case = BY_NAME[name]
    checked = call.in_process(case.module, check=True, **case.options(case.ids))
    assert checked["deleted"] == list(case.deletable) and cloud.writes() == []
    result = call.in_process(case.module, **case.options(case.ids))
    assert result["deleted"] == list(case.deletable)
    assert [one["id"] for one in result["failures"]] == [case.running]
    assert left(cloud, case.kind) == [case.running]
    assert PASSWORD not in result.output and PASSWORD not in checked.output


def test_info_module_process_prints_records(call: Caller) -> None:
    assert len(call.in_process("environment_info")["records"]) == 15


@pytest.mark.parametrize("module", ["identity_info", "gaussdb_job"])
def test_module_without_requests_fails_with_message_of_ansible(call: Caller, without: Any, module: str) -> None:
    given = call.options(**({"job_ids": ["a"]} if module == "gaussdb_job" else {}))
    result = run_module_process(module, given, python_path=(without("requests"),))
    assert result.failed and result["msg"] == missing_required_lib("requests")
    assert call.cloud.log == []


@pytest.mark.parametrize("module", ALL_MODULES)
def test_every_module_reports_missing_requests(call: Caller, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setattr(options, "REQUESTS_IMPORT_ERROR", "Traceback: no requests")
    result = call(module, **REQUIRED_OPTIONS[module])
    assert result.failed and result["msg"] == missing_required_lib("requests")


def test_missing_yaml_fails_only_with_cloud_option(call: Caller, without: Any) -> None:
    blocked = (without("yaml"),)
    assert not run_module_process("identity_info", call.options(), python_path=blocked).failed
    result = run_module_process("identity_info", call.options(cloud="mine"), python_path=blocked)
    assert result.failed and result["msg"] == missing_required_lib("PyYAML")
