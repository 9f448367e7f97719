# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each delete module sends the request that the documentation of its service describes, and nothing else."""

from __future__ import annotations

import json

import pytest

from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller, Entry, left, of_service, requests_of
from helpers.kind_cases import BY_NAME, CASES, DIRECT, HUAWEI, OTC, Case

ONLY_WHERE_DOCUMENTED = ("x-language", "content-type")


def by_id(case: Case, entries: list[Entry]) -> list[Entry]:
    """Entries in the order of the ids in the table: workers send them in any order."""
    return sorted(entries, key=lambda entry: (entry["path"], json.dumps(entry["body"])))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_delete_sends_documented_request_for_each_record(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    result = call.delete(case, case.deletable)
    assert result["deleted"] == list(case.deletable)
    sent = by_id(case, cloud.writes())
    assert [(entry["service"], entry["method"], entry["path"], entry["status"]) for entry in sent] == [
        (case.service, "DELETE", case.path_of(one, call.project_id), case.success) for one in case.deletable
    ]
    assert [entry["body"] for entry in sent] == [case.body_of(one) for one in case.deletable]
    assert [entry["query"] for entry in sent] == [case.query_of(one) for one in case.deletable]
    assert left(cloud, case.kind) == [case.running]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_delete_sends_documented_headers(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    assert call.delete(case, case.deletable)["deleted"] == case.deletable
    for entry in cloud.writes():
        sent = entry["headers"]
        assert {name: sent[name] for name in ONLY_WHERE_DOCUMENTED if name in sent} == case.headers
        assert sent["x-auth-token"].startswith("MII")
        assert ("content-length" in sent) == case.batch


@pytest.mark.parametrize("case", DIRECT, ids=str)
def test_delete_sends_nothing_but_login_and_deletes(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    result = call.delete(case, case.deletable)
    login, *deletes = requests_of(cloud.log)
    assert login == ("iam", "POST", "/v3/auth/tokens")
    assert sorted(deletes) == [(case.service, "DELETE", case.path_of(one, call.project_id)) for one in case.deletable]
    assert result["summary"]["requests"] == 3


@pytest.mark.parametrize(("region", "version"), [(OTC, "v3"), (HUAWEI, "v5"), ("eu-nl", "v3"), ("eu-west-101", "v5")])
def test_drs_default_version_follows_region(cloud: CloudEmulator, call: Caller, region: str, version: str) -> None:
    cloud.load(small(region=region))
    assert call("drs_job", job_ids=["a-drs-1"])["deleted"] == ["a-drs-1"]
    assert {entry["path"].split("/")[1] for entry in of_service(cloud, "drs")} == {version}


@pytest.mark.parametrize(("region", "version"), [(OTC, "v5"), (HUAWEI, "v3")])
def test_drs_api_version_option_is_used(cloud: CloudEmulator, call: Caller, region: str, version: str) -> None:
    cloud.load(small(region=region))
    result = call("drs_job", job_ids=["a-drs-1"], api_version=version)
    assert result["deleted"] == ["a-drs-1"]
    expected = BY_NAME[f"drs-{version}"]
    assert requests_of(cloud.writes()) == [("drs", "DELETE", expected.path_of("a-drs-1", call.project_id))]
    assert {entry["path"].split("/")[1] for entry in of_service(cloud, "drs")} == {version}


def test_dcs_delete_takes_id_not_job_id(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small({"dcs_project_list": True}))
    (record,) = [one for one in call("dcs_task_info")["records"] if one["id"] == "a-dcs-1"]
    assert call("dcs_task", task_id=record["id"])["deleted"] == ["a-dcs-1"]


def test_delete_leaves_other_projects_unchanged(cloud: CloudEmulator, call: Caller) -> None:
    scenario = small()
    scenario["projects"].append({**scenario["projects"][0], "name": "eu-de_neighbour"})
    cloud.load(scenario)
    before = {service: left(cloud, service, "eu-de_neighbour") for service in ("gaussdb", "drs", "dms", "dcs", "cce")}
    assert all(before.values())
    for case in CASES:
        if case.region == OTC:
            assert call.delete(case, case.deletable)["deleted"] == list(case.deletable)
    assert {service: left(cloud, service, "eu-de_neighbour") for service in before} == before
