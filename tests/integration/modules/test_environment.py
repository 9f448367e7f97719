# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module environment in a playbook: several hosts, check mode, twice, with a journal and lines of progress."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from emulator import DOMAIN, PASSWORD, PROJECT, REGION, USER, CloudEmulator, small
from helpers.emulator_calls import left
from helpers.playbooks import Play, Playbooks

GROUP = "group/sundown.hwcloud.hwcloud"
MODULE = "sundown.hwcloud.environment"
HOSTS = {"one": ["drs_job", "cce_job"], "two": ["gaussdb_instance", "gaussdb_job", "dms_task", "dcs_task"]}
# Long enough for one line of progress each: of jobs that are stopped, and of instances that are deleted.
RELEASE_SECONDS, INSTANCE_SECONDS = 6, 4


def play(playbooks: Playbooks, cloud: CloudEmulator, tasks: list[dict[str, Any]], **settings: str) -> Play:
    """Run tasks on two hosts; the options of every module, and the journal, are module defaults."""
    login = {"username": USER, "password": PASSWORD, "domain_name": DOMAIN, "project_name": PROJECT}
    auth = {"region": REGION, "endpoints": cloud.endpoints, **login}
    listing = {
        "name": "list",
        "sundown.hwcloud.environment_info": {
            "kinds": "{{ kinds[inventory_hostname] }}",
            "expect_project_name": PROJECT,
        },
        "register": "found",
    }
    journal = {"journal": f"{playbooks.directory}/{{{{ inventory_hostname }}}}.jsonl"}
    book = playbooks.directory / "environment.yml"
    content = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "module_defaults": {GROUP: "{{ auth }}", MODULE: journal},
        "tasks": [listing, *tasks],
    }
    book.write_text(yaml.safe_dump([content], sort_keys=False), encoding="utf-8")
    settings["ANSIBLE_ASYNC_DIR"] = str(playbooks.directory / "async")
    variables = {"auth": auth, "kinds": HOSTS}
    return playbooks.run(variables, "-i", ",".join(HOSTS), playbook=book, environment=settings)


def journal(playbooks: Playbooks, host: str) -> list[dict[str, Any]]:
    lines = (playbooks.directory / f"{host}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_environment_in_check_mode_for_real_and_again(cloud: CloudEmulator, playbooks: Playbooks) -> None:
    cloud.load(small({"release_seconds": RELEASE_SECONDS, "instance_seconds": INSTANCE_SECONDS}))
    deletable = "{{ found.records | selectattr('deletable') }}"
    some = {"records": "{{ found.records if 'drs_job' in kinds[inventory_hostname] else found.records[:2] }}"}
    tasks = [
        {"name": "check", MODULE: {"records": deletable}, "check_mode": True},
        {"name": "delete", MODULE: {**some, "stop": True}, "register": "done", "failed_when": False},
        {"name": "again", MODULE: {"records": "{{ done.deleted }}", "progress": "{{ done.progress }}"}},
    ]
    run = play(playbooks, cloud, tasks)
    assert run.code == 0, run.output

    for host, kinds in HOSTS.items():
        (checked,), (done,), (again,) = (run.of(name, host) for name in ("check", "delete", "again"))
        assert checked["changed"] and {one["kind"] for one in checked["deleted"]} == set(kinds)
        assert not again["changed"] and again["absent"] == done["deleted"] != []
        assert again["progress"]["done"] == done["summary"]["requested"] + again["summary"]["requested"]
        started, *accepted, ended, started_again, ended_again = journal(playbooks, host)
        states = [line["state"] for line in (started, ended, started_again, ended_again)]
        assert states == ["started", "ended"] * 2 and {line["state"] for line in accepted} <= {"accepted"}
        instances = {one["id"] for one in done["deleted"] if one["kind"] == "gaussdb_instance"}
        assert {line["id"] for line in accepted} == instances and len(instances) == 2 * (host == "two")
        assert sum(ended["deleted"].values()) == done["summary"]["deleted"]
        assert ended_again["deleted"] == {} and ended_again["absent"] == ended["deleted"]
        assert (playbooks.directory / f"{host}.jsonl").stat().st_mode & 0o777 == 0o600
    assert left(cloud, "drs_job") == [] and left(cloud, "cce_job") == ["a-cce-2"]
    assert "\none: 1 of 1 DRS jobs still stopping\n" in run.output
    assert "\ntwo: 2 instances left (2 gaussdb_instance)\n" in run.output
    # The temporary files are gone.
    assert not list((playbooks.directory / "home").rglob("progress.json*"))


@pytest.mark.parametrize("journal_can_be_written", [True, False])
def test_environment_in_background(cloud: CloudEmulator, playbooks: Playbooks, journal_can_be_written: bool) -> None:
    if not journal_can_be_written:
        for host in HOSTS:
            (playbooks.directory / f"{host}.jsonl").mkdir()
    records = {"records": "{{ found.records | selectattr('deletable') }}"}
    run = play(
        playbooks, cloud, [{"name": "delete", MODULE: records, "async": 60, "poll": 1}], ANSIBLE_PIPELINING="true"
    )
    results = [run.of("delete", host)[0] for host in HOSTS]
    if journal_can_be_written:
        assert run.code == 0, run.output
        assert [result["summary"]["deleted"] for result in results] == [4, 8]
        states = [[line["state"] for line in journal(playbooks, host)] for host in HOSTS]
        assert states == [["started"], ["started", "accepted", "accepted"]]
    else:
        assert run.code != 0 and cloud.writes() == []
        assert all(result["msg"].startswith("journal: ") for result in results)
