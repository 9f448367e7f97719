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
from helpers.hostile_text import HOSTILE, TEMPLATE, deletable_instance, hostile_scenario
from helpers.result_checks import unprintable
from helpers.role_runs import page_in


@pytest.fixture
def hostile(cloud: CloudEmulator) -> CloudEmulator:
    cloud.load(hostile_scenario())
    return cloud


def ids_in(cloud: CloudEmulator) -> set[str]:
    """The records and instances of the project."""
    return {record["id"] for kind in KINDS for record in cloud.records(PROJECT, kind)}


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
    assert len(shown["msg"]) == len(ids_in(hostile))
    assert all(name.startswith(TEMPLATE) for name in shown["msg"] if name)
    tagged = [tags for tags in run.of("tags")[0]["msg"] if tags]
    assert len(tagged) == 2 * len([kind for kind in KINDS.values() if kind.has_tags])
    assert all(
        key.startswith(TEMPLATE) and value.startswith(TEMPLATE) for tags in tagged for key, value in tags.items()
    )
    assert run.of("again")[0]["kept"].startswith(TEMPLATE)


def test_role_with_hostile_names_evaluates_nothing(hostile: CloudEmulator, decommission: Any, tmp_path: Path) -> None:
    reports, before = tmp_path / "reports", ids_in(hostile)
    options = {"kinds": "all", "report_dir": str(reports)}
    digest = decommission(**options).fact("decommission_plan")["digest"]
    run = decommission("-v", confirm=f"{PROJECT}/{digest[:8]}", **options)
    assert run.code == 0, run.output
    assert unprintable(run.output) <= {"\n"}
    assert not list(tmp_path.rglob("EVALUATED"))
    page = page_in(reports)
    assert "lookup(" in page
    assert "<script>alert" not in page and "<img src=x" not in page
    assert unprintable(page) <= {"\n", "\t"}
    instances = {deletable_instance(kind.service) for kind in KINDS.values() if kind.is_instance}
    assert len(instances) == 4
    assert {"a-drs-3", *instances} <= before - ids_in(hostile)
