# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks and the role take hostile names as text: they evaluate nothing and print no control characters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator import PROJECT, CloudEmulator
from helpers.emulator_calls import Caller
from helpers.hostile_text import HOSTILE, TEMPLATE, control_characters, scenario
from helpers.playbooks import Playbooks


@pytest.fixture
def cloud() -> Iterator[CloudEmulator]:
    with CloudEmulator(scenario()) as running:
        yield running


def test_playbook_with_hostile_names_evaluates_nothing(
    cloud: CloudEmulator, playbooks: Playbooks, tmp_path: Path
) -> None:
    cloud.faults.add("status", service="cce", method="DELETE", status=400, error_code="CCE.1", error_msg=HOSTILE)
    tasks: list[dict[str, Any]] = [
        {"name": "list", "sundown.hwcloud.environment_info": {}, "register": "found"},
        {"name": "show", "ansible.builtin.debug": {"msg": "{{ found.records | map(attribute='name') | list }}"}},
        {"name": "keep", "ansible.builtin.set_fact": {"kept": "{{ found.records[0].name }}"}},
        {"name": "again", "ansible.builtin.debug": {"var": "kept"}},
        {"name": "loop", "ansible.builtin.debug": {"msg": "{{ item.name }}"}, "loop": "{{ found.records }}"},
        {"name": "delete", "sundown.hwcloud.cce_job": {"job_id": "a-cce-3"}, "ignore_errors": True},
    ]
    defaults = {"group/sundown.hwcloud.hwcloud": Caller(cloud).options()}
    book = [{"hosts": "localhost", "gather_facts": False, "module_defaults": defaults, "tasks": tasks}]
    path = tmp_path / "names.yml"
    path.write_text(yaml.safe_dump(book))
    run = playbooks.run({}, "-v", playbook=path)
    assert run.code == 0, run.output
    assert control_characters(run.output) == set()
    assert not list(tmp_path.rglob("EVALUATED"))
    (shown,) = run.of("show")
    assert len(shown["msg"]) == 15
    assert all(name.startswith(TEMPLATE) for name in shown["msg"])
    assert run.of("again")[0]["kept"].startswith(TEMPLATE)


def test_role_with_hostile_names_reports_plain_text(cloud: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    run = decommission("-v", confirm=f"{PROJECT}/unattended", report_dir=str(tmp_path / "reports"))
    assert run.code == 0, run.output
    assert control_characters(run.output) == set()
    assert not list(tmp_path.rglob("EVALUATED"))
    page = (tmp_path / "reports" / PROJECT / "latest" / "report.html").read_text()
    assert "lookup(" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert control_characters(page) <= {"\t"}
    assert len([event for event in cloud.writes() if event["method"] == "DELETE"]) > 0
