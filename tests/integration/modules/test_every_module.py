# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module that T Cloud Public offers in a playbook: in check mode, for real and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS, KINDS

from emulator import DOMAIN, PASSWORD, PROJECT, REGION, USER, CloudEmulator, small
from helpers.emulator_calls import left, sends_only_reads
from helpers.kind_cases import INSTANCE_KINDS, SERVICES, InstanceCase, KindCase
from helpers.playbooks import Playbooks

GROUP = "group/sundown.hwcloud.hwcloud"
# Saves each module call the copying of its files.
QUICK = {"ANSIBLE_PIPELINING": "true"}


def other_options(module: str) -> dict[str, str]:
    """The options of a module beyond those of every kind, none with its default."""
    parameters = KINDS[module].parameters
    return {
        name: next(value for value in values if value != parameters[name].default)
        for name, values in KINDS[module].own_options.items()
    }


def block(prefix: str, modules: Mapping[str, Any], **keywords: Any) -> dict[str, Any]:
    """Return a block that calls modules with the token; a prefix and its name are the name and the result of each."""
    tasks = [
        {"name": f"{prefix} {name}", f"sundown.hwcloud.{name}": options, "register": f"{prefix}_{name}"}
        for name, options in modules.items()
    ]
    return {"module_defaults": {GROUP: "{{ with_token }}"}, "block": tasks, **keywords}


def test_playbook_has_every_delete_module() -> None:
    offered = {name for name, kind in KINDS.items() if Cloud.OTC in kind.clouds}
    assert {case.module for case in (*SERVICES, *INSTANCE_KINDS)} == offered


@pytest.mark.parametrize("cases", [SERVICES, INSTANCE_KINDS], ids=["records", "instances"])
def test_modules_in_check_mode_for_real_and_again(
    cloud: CloudEmulator, playbooks: Playbooks, cases: Sequence[KindCase]
) -> None:
    deletes = {case.module: case for case in cases}
    # One more instance of each kind, which is deleted with every option of its module.
    instances = [case for case in cases if isinstance(case, InstanceCase)]
    more = {case.module: f"more-{case.service}" for case in instances}
    cloud.load(small({"instance_seconds": 0.05}))
    for module, instance_id in more.items():
        cloud.add_record(PROJECT, module, id=instance_id)
    login = {"username": USER, "password": PASSWORD, "domain_name": DOMAIN, "project_name": PROJECT}
    auth = {"region": REGION, "endpoints": cloud.endpoints, **login}
    checks = {module: case.options(case.deletable) for module, case in deletes.items()}
    lists = {case.info_module: {"select": [{"id": one} for one in case.deletable]} for case in cases}
    records = {
        module: {case.records_option: f"{{{{ list_{case.info_module}.records }}}}"} for module, case in deletes.items()
    }
    begin = {
        module: {"wait": False, "wait_timeout": 60, **other_options(module), **deletes[module].options([instance_id])}
        for module, instance_id in more.items()
    }
    with_token = {name: f"{{{{ identity.{name} }}}}" for name in ("token", "project_id")}
    tasks = [
        {"name": "log in", "sundown.hwcloud.identity_info": {"issue_token": True}, "register": "identity"},
        block("check", checks, check_mode=True, diff=True),
        block("list", {"environment_info": {}, **lists}),
        block("delete", records),
        block("begin", begin),
        block("repeat", records),
    ]
    play = {"hosts": "localhost", "gather_facts": False, "module_defaults": {GROUP: "{{ auth }}"}, "tasks": tasks}
    book = playbooks.directory / "every_module.yml"
    book.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    given = {"auth": auth, "with_token": {"region": REGION, "endpoints": cloud.endpoints, **with_token}}
    run = playbooks.run(given, playbook=book, environment=QUICK)
    assert run.code == 0, run.output

    for module, case in deletes.items():
        (checked,), (real,), (again,) = (run.of(f"{prefix} {module}") for prefix in ("check", "delete", "repeat"))
        assert checked["changed"] and checked["deleted"] == list(case.deletable)
        assert checked["diff"]["before"] == {case.ids_option: list(case.deletable)}
        assert checked["diff"]["after"] == {case.ids_option: []}
        assert all(f'-        "{record_id}"' in run.output for record_id in case.deletable)
        (listed,) = run.of(f"list {case.info_module}")
        assert listed["summary"]["listed"] == len(case.ids) + (module in more)
        selected = [record["id"] for record in listed["records"]]
        assert sorted(selected) == sorted(case.deletable)
        assert real["changed"] and real["deleted"] == selected
        assert not again["changed"] and again["absent"] == selected
        assert left(cloud, case.kind) == sorted({*case.ids} - {*case.deletable})
    for module, instance_id in more.items():
        (begun,) = run.of(f"begin {module}")
        assert begun["changed"] and begun["deleting"] == [instance_id] and begun["summary"]["deleting"] == 1
    assert run.of("list environment_info")[0]["summary"]["listed"] == 3 * len(DEFAULT_KINDS)
    assert run.count("changed") == 2 * len(deletes) + len(more)
    # One login serves the whole play, and check mode sends no write: the listings follow it.
    assert len([entry for entry in cloud.log if entry["path"] == "/v3/auth/tokens"]) == 1
    paths = [entry["path"] for entry in cloud.log]
    assert sends_only_reads(cloud.log[: paths.index(cloud.writes()[0]["path"])])
    # The response to the repeated delete of an analysis of keys is a success, too.
    done = {(entry["path"], str(entry["body"])) for entry in cloud.writes() if entry["status"] < 300}
    assert len(done) == sum(len(case.deletable) for case in cases) + len(more)
    # An instance that is gone is not sent a delete again.
    project_id = cloud.loaded.state.project(PROJECT).id
    queries = {case.path_of(one, project_id): case.query for case in instances for one in case.deletable}
    for module, instance_id in more.items():
        queries[deletes[module].path_of(instance_id, project_id)] = other_options(module)
    sent = [(entry["path"], entry["query"]) for entry in cloud.writes() if entry["path"] in queries]
    assert dict(sent) == queries and len(sent) == len(queries)
