# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible and the role neither evaluate hostile names nor write their control sequences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from emulator import PROJECT, CloudEmulator
from helpers.emulator_calls import Caller
from helpers.hostile_text import HOSTILE, TEMPLATE, hostile_scenario
from helpers.result_checks import unprintable


@pytest.fixture
def hostile(cloud: CloudEmulator) -> CloudEmulator:
    cloud.load(hostile_scenario())
    return cloud


def test_playbook_with_hostile_names_evaluates_nothing(hostile: CloudEmulator, playbooks: Any, tmp_path: Path) -> None:
    hostile.faults.add("status", service="cce", method="DELETE", status=400, error_code="CCE.1", error_msg=HOSTILE)
    tasks: list[dict[str, Any]] = [
        {"name": "list", "sundown.hwcloud.environment_info": {"kinds": ["all"]}, "register": "found"},
        {"name": "show", "ansible.builtin.debug": {"msg": "{{ found.records | map(attribute='name') | list }}"}},
        {"name": "tags", "ansible.builtin.debug": {"msg": "{{ found.records | map(attribute='tags') | list }}"}},
        {"name": "keep", "ansible.builtin.set_fact": {"kept": "{{ found.records[0].name }}"}},
        {"name": "again", "ansible.builtin.debug": {"var": "kept"}},
        {"name": "loop", "ansible.builtin.debug": {"msg": "{{ item.name }}"}, "loop": "{{ found.records }}"},
        {"name": "delete", "sundown.hwcloud.cce_job": {"job_id": "a-cce-3"}, "ignore_errors": True},
    ]
    defaults = {"group/sundown.hwcloud.hwcloud": Caller(hostile).options()}
    path = tmp_path / "names.yml"
    play = {"hosts": "localhost", "gather_facts": False, "module_defaults": defaults, "tasks": tasks}
    path.write_text(yaml.safe_dump([play]))
    run = playbooks.run({}, "-v", playbook=path)
    assert run.code == 0, run.output
    assert unprintable(run.output) <= {"\n"}
    assert not list(tmp_path.rglob("EVALUATED"))
    (shown,) = run.of("show")
    held = [record for kind in KINDS for record in hostile.records(PROJECT, kind)]
    assert len(shown["msg"]) == len(held)
    assert all(name.startswith(TEMPLATE) for name in shown["msg"])
    tagged = [tags for tags in run.of("tags")[0]["msg"] if tags]
    assert len(tagged) == len([kind for kind in KINDS.values() if kind.has_tags])
    assert all(
        key.startswith(TEMPLATE) and value.startswith(TEMPLATE) for tags in tagged for key, value in tags.items()
    )
    assert run.of("again")[0]["kept"].startswith(TEMPLATE)


def test_role_with_hostile_names_evaluates_nothing(hostile: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    run = decommission("-v", confirm=f"{PROJECT}/unattended", report_dir=str(reports))
    assert run.code == 0, run.output
    assert unprintable(run.output) <= {"\n"}
    assert not list(tmp_path.rglob("EVALUATED"))
    page = (reports / PROJECT / "latest" / "report.html").read_text()
    assert "lookup(" in page
    assert "<script>alert" not in page and "<img src=x" not in page
    assert unprintable(page) <= {"\n", "\t"}
    assert len([event for event in hostile.writes() if event["method"] == "DELETE"]) > 0
