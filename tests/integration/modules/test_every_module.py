# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module in a playbook: in check mode, for real and again; and with verbose output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import DEFAULT_KINDS

from emulator import DOMAIN, PASSWORD, PROJECT, REGION, USER, CloudEmulator
from helpers.emulator_calls import left, sends_only_reads
from helpers.kind_cases import SERVICES
from helpers.playbooks import Playbooks

GROUP = "group/sundown.hwcloud.hwcloud"
# Saves each module call the copying of its files.
QUICK = {"ANSIBLE_PIPELINING": "true"}
DELETES = {case.module: case for case in SERVICES}


def block(prefix: str, modules: Mapping[str, Any], **keywords: Any) -> dict[str, Any]:
    """Return a block that calls modules with the token; a prefix and its name are the name and the result of each."""
    tasks = [
        {"name": f"{prefix} {name}", f"sundown.hwcloud.{name}": options, "register": f"{prefix}_{name}"}
        for name, options in modules.items()
    ]
    return {"module_defaults": {GROUP: "{{ with_token }}"}, "block": tasks, **keywords}


def test_modules_in_check_mode_for_real_and_again(cloud: CloudEmulator, playbooks: Playbooks) -> None:
    login = {"username": USER, "password": PASSWORD, "domain_name": DOMAIN, "project_name": PROJECT}
    auth = {"region": REGION, "endpoints": cloud.endpoints, **login}
    deletes = {module: case.options(case.deletable) for module, case in DELETES.items()}
    lists = {case.info_module: {"select": [{"id": one} for one in case.deletable]} for case in SERVICES}
    records = {
        module: {case.records_option: f"{{{{ list_{case.info_module}.records }}}}"} for module, case in DELETES.items()
    }
    with_token = {name: f"{{{{ identity.{name} }}}}" for name in ("token", "project_id")}
    tasks = [
        {"name": "log in", "sundown.hwcloud.identity_info": {"issue_token": True}, "register": "identity"},
        block("check", deletes, check_mode=True, diff=True),
        block("list", {"environment_info": {}, **lists}),
        block("delete", records),
        block("repeat", records),
    ]
    play = {"hosts": "localhost", "gather_facts": False, "module_defaults": {GROUP: "{{ auth }}"}, "tasks": tasks}
    book = playbooks.directory / "every_module.yml"
    book.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    given = {"auth": auth, "with_token": {"region": REGION, "endpoints": cloud.endpoints, **with_token}}
    run = playbooks.run(given, playbook=book, environment=QUICK)
    assert run.code == 0, run.output

    for module, case in DELETES.items():
        (checked,), (real,), (again,) = (run.of(f"{prefix} {module}") for prefix in ("check", "delete", "repeat"))
        assert checked["changed"] and checked["deleted"] == list(case.deletable)
        assert checked["diff"]["before"] == {case.ids_option: list(case.deletable)}
        assert checked["diff"]["after"] == {case.ids_option: []}
        assert all(f'-        "{record_id}"' in run.output for record_id in case.deletable)
        (listed,) = run.of(f"list {case.info_module}")
        assert listed["summary"]["listed"] == 3
        selected = [record["id"] for record in listed["records"]]
        assert sorted(selected) == sorted(case.deletable)
        assert real["changed"] and real["deleted"] == selected
        assert not again["changed"] and again["absent"] == selected
        assert left(cloud, case.kind) == [case.running]
    assert run.of("list environment_info")[0]["summary"]["listed"] == 3 * len(DEFAULT_KINDS)
    assert run.count("changed") == 2 * len(DELETES)
    # One login serves the whole play, and check mode sends no write: the listings follow it.
    assert len([entry for entry in cloud.log if entry["path"] == "/v3/auth/tokens"]) == 1
    # The response to the repeated delete of an analysis of keys is a success, too.
    done = {(entry["path"], str(entry["body"])) for entry in cloud.writes() if entry["status"] < 300}
    assert len(done) == 2 * len(DELETES)
    paths = [entry["path"] for entry in cloud.log]
    assert sends_only_reads(cloud.log[: paths.index(cloud.writes()[0]["path"])])
