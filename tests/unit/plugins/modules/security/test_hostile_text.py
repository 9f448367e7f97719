# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and messages that would like to be more than text: templates, markup, commands to the terminal."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator import PROJECT, REGION, CloudEmulator, small
from helpers.emulator_calls import Caller
from helpers.playbooks import Playbooks

TEMPLATE = "{{ lookup('ansible.builtin.pipe', 'touch EVALUATED') }}{% for x in [1] %}{# #}"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><!--"
TERMINAL = "\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b2J\x08\x7f\r\nfatal: [localhost]: FAILED\x00"
DIRECTION = "\u202egnp.exe\u2066\u200b\u2028\u061c\ufeff\U000e0041"
HOSTILE = f"{TEMPLATE} {MARKUP} {TERMINAL} {DIRECTION}"
STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")


def steering(text: str) -> set[str]:
    """Characters that steer a terminal, turn the direction of writing or cannot be seen; a line may end."""
    return {ch for ch in text if unicodedata.category(ch) in STEERING and ch != "\n"}


def hostile_scenario() -> dict[str, Any]:
    """The small scenario with every name hostile, and one record of each service hostile in whatever it has."""
    scenario = small()
    scenario["projects"][0]["name"] = PROJECT
    services = scenario["projects"][0]["services"]
    for service, content in services.items():
        lists = (
            [instance["tasks"] for instance in content["instances"]]
            if "instances" in content_of(content)
            else [content]
        )
        for records in lists:
            for record in records:
                record["name"] = HOSTILE
        lists[0][0]["raw"] = raw(service)
    return scenario


def content_of(content: Any) -> Any:
    return content if isinstance(content, dict) else {}


def raw(service: str) -> dict[str, Any]:
    """Fields of a service's item that replace the right ones: every text that is no id is hostile."""
    if service == "cce":
        return {
            "metadata": {"uid": "a-cce-1", "name": HOSTILE, "creationTimestamp": HOSTILE, "updateTimestamp": HOSTILE},
            "spec": {"type": HOSTILE, "clusterUID": HOSTILE},
            "status": {"status": HOSTILE},
        }
    times = dict.fromkeys(("created_at", "updated_at", "create_time", "ended_at"), HOSTILE)
    instance = {"instance_info": {"instance_id": HOSTILE, "instance_name": HOSTILE}}
    return {"name": HOSTILE, "status": HOSTILE, **times, **instance}


@pytest.fixture
def hostile() -> Any:
    with CloudEmulator(hostile_scenario()) as running:
        yield running


def test_names_come_through_as_plain_text(hostile: CloudEmulator) -> None:
    result = Caller(hostile)("environment_info")
    assert not result.failed, result
    assert len(result["records"]) == 15
    assert steering(result.output) == set()
    for record in result["records"]:
        assert not steering("".join(str(value) for value in record.values()))
        assert record["name"].startswith(TEMPLATE)
        assert MARKUP in record["name"]
    unsure = [record for record in result["records"] if TEMPLATE in (record["status"] or "")]
    assert {record["service"] for record in unsure} == {"drs", "gaussdb", "dms", "dcs", "cce"}
    assert not [record for record in unsure if record["deletable"] or record["created_at"]]


@pytest.mark.parametrize("service", ["iam", "gaussdb"])
def test_messages_come_through_as_plain_text(cloud: CloudEmulator, service: str) -> None:
    cloud.faults.add("status", service=service, status=400, error_code=HOSTILE, error_msg=HOSTILE)
    for module, options in (("gaussdb_job_info", {}), ("gaussdb_job", {"job_ids": ["a-gauss-1"]})):
        result = Caller(cloud)(module, **options)
        assert result.failed
        assert TEMPLATE in result["msg"]
        assert steering(result.output) == set()
        assert not steering(str(result["msg"]) + str(result.get("failures")))


def test_an_id_that_could_lead_elsewhere_is_never_put_into_a_path(cloud: CloudEmulator) -> None:
    for number, odd in enumerate(["../../tasks", "a/b", "a?x=1", "a#b", "..", "a%2fb", "a b", HOSTILE]):
        status = {"status": "Completed", "name": str(number)}
        cloud.add_record(PROJECT, "gaussdb", id=f"odd-{number}", raw={"job_id": odd, **status})
    result = Caller(cloud)("gaussdb_job_info")
    assert len(result["records"]) == 11
    odd_ones = [record for record in result["records"] if not record["id"].startswith("a-gauss-")]
    assert len(odd_ones) == 8
    assert not [record for record in odd_ones if record["deletable"]]
    for record in odd_ones:
        refused = Caller(cloud)("gaussdb_job", job_ids=[record["id"]])
        assert refused.failed
        assert "job_ids[0]" in refused["msg"]
    assert cloud.writes() == []


def test_a_playbook_evaluates_no_name_and_writes_no_escape(
    hostile: CloudEmulator, playbooks: Playbooks, tmp_path: Path
) -> None:
    options = Caller(hostile).options()
    hostile.faults.add("status", service="cce", method="DELETE", status=400, error_code="CCE.1", error_msg=HOSTILE)
    tasks: list[dict[str, Any]] = [
        {"name": "list", "sundown.hwcloud.environment_info": {}, "register": "found"},
        {"name": "show", "ansible.builtin.debug": {"msg": "{{ found.records | map(attribute='name') | list }}"}},
        {"name": "keep", "ansible.builtin.set_fact": {"kept": "{{ found.records[0].name }}"}},
        {"name": "again", "ansible.builtin.debug": {"var": "kept"}},
        {"name": "loop", "ansible.builtin.debug": {"msg": "{{ item.name }}"}, "loop": "{{ found.records }}"},
        {"name": "delete", "sundown.hwcloud.cce_job": {"job_id": "a-cce-3"}, "ignore_errors": True},
    ]
    defaults = {"group/sundown.hwcloud.hwcloud": options}
    book = [{"hosts": "localhost", "gather_facts": False, "module_defaults": defaults, "tasks": tasks}]
    path = tmp_path / "names.yml"
    path.write_text(yaml.safe_dump(book))
    run = playbooks.run({}, "-v", playbook=path)
    assert run.code == 0, run.output
    assert steering(run.output) == set()
    assert not list(tmp_path.rglob("EVALUATED"))
    (shown,) = run.of("show")
    assert len(shown["msg"]) == 15
    assert all(name.startswith(TEMPLATE) for name in shown["msg"])
    assert run.of("again")[0]["kept"].startswith(TEMPLATE)


def test_the_role_and_its_report_take_names_for_text(
    hostile: CloudEmulator, playbooks: Playbooks, tmp_path: Path
) -> None:
    options = Caller(hostile).options()
    reports = tmp_path / "reports"
    variables = {
        "project": PROJECT,
        "region": REGION,
        "auth": {name: options[name] for name in ("username", "password", "domain_name")},
        "endpoints": hostile.endpoints,
        "confirm": f"{PROJECT}/unattended",
        "report_dir": str(reports),
    }
    run = playbooks.run({f"decommission_{name}": value for name, value in variables.items()}, "-v")
    assert run.code == 0, run.output
    assert steering(run.output) == set()
    assert not list(tmp_path.rglob("EVALUATED"))
    page = (reports / PROJECT / "latest" / "report.html").read_text()
    assert "lookup(" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert steering(page) <= {"\t"}
    assert len([event for event in hostile.writes() if event["method"] == "DELETE"]) > 0
