# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment_info lists several services side by side and says of each how its listing ended."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller, of_service, sends_only_reads
from helpers.kind_cases import HUAWEI, OTC, SERVICES, Case

ORDER = ["drs_job", "gaussdb_job", "dms_task", "dcs_task", "cce_job"]
COMPLETE = {"state": "complete", "listed": 3, "error_code": None, "error_msg": None}


def without_times(result: dict[str, Any]) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = result["records"]
    return sorted(records, key=lambda record: (record["service"], record["id"]))


@pytest.mark.parametrize("region", [OTC, HUAWEI])
def test_lists_everything_in_one_call(cloud: CloudEmulator, call: Caller, region: str) -> None:
    cloud.load(small(region=region))
    result = call("environment_info")
    assert not result.failed and not result["changed"]
    assert result["listings"] == dict.fromkeys(ORDER, COMPLETE)
    assert [record["kind"] for record in result["records"]] == [name for name in ORDER for _round in range(3)]
    assert result["summary"]["listed"] == 15
    assert set(result["summary"]) == {"listed", "requests", "throttled", "seconds"}
    assert sends_only_reads(cloud.log)
    assert len([entry for entry in of_service(cloud, "iam") if entry["method"] == "POST"]) == 1


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_records_are_those_of_the_info_module(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    alone, together = call(case.info_module), call("environment_info", kinds=[case.module])
    assert without_times(together) == without_times(alone)
    assert together["listings"] == {case.module: COMPLETE}
    assert {entry["service"] for entry in cloud.log} == {"iam", case.service}


@pytest.mark.parametrize("case", SERVICES, ids=str)
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "page_broken", "mode": "truncated"}, "MalformedReply"),
        ({"kind": "status", "status": 403, "error_code": "X.0403", "error_msg": "Not for you."}, "X.0403"),
        ({"kind": "drop_before"}, "NoReply"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["kind"],
)
def test_one_failed_listing_does_not_touch_the_others(
    cloud: CloudEmulator, call: Caller, case: Case, fault: dict[str, Any], code: str
) -> None:
    cloud.faults.add(service=case.service, **fault)
    result = call("environment_info")
    assert not result.failed
    listing = result["listings"].pop(case.module)
    assert (listing["state"], listing["error_code"], listing["listed"]) == ("failed", code, 0)
    assert listing["error_msg"]
    assert result["listings"] == {name: COMPLETE for name in ORDER if name != case.module}
    assert case.service not in {record["service"] for record in result["records"]}
    assert result["summary"]["listed"] == len(result["records"]) == 12


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_service_that_is_not_published_is_unsupported(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small({"unpublished": [case.service]}))
    listing = call("environment_info")["listings"][case.module]
    assert (listing["state"], listing["error_code"], listing["listed"]) == ("unsupported", "APIGW.0101", 0)


def test_service_without_an_endpoint_is_unsupported(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small(region="eu-ch2"))
    endpoints = {name: url for name, url in cloud.endpoints.items() if name in ("iam", "cce")}
    result = call("environment_info", endpoints=endpoints)
    assert not result.failed
    assert result["listings"].pop("cce_job") == COMPLETE
    assert {(one["state"], one["error_code"]) for one in result["listings"].values()} == {("unsupported", "NoEndpoint")}


def test_fails_where_no_service_could_be_listed(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small({"unpublished": ["cce", "dcs"]}))
    for service in ("drs", "gaussdb", "dms"):
        cloud.faults.add("status", service=service, status=403, error_code=f"X.{service}")
    result = call("environment_info")
    assert result.failed
    assert {name: one["state"] for name, one in result["listings"].items()} == {
        "drs_job": "failed",
        "gaussdb_job": "failed",
        "dms_task": "failed",
        "dcs_task": "unsupported",
        "cce_job": "unsupported",
    }
    assert result["records"] == [] and result["summary"]["listed"] == 0
    for code in ("X.drs", "X.gaussdb", "X.dms", "APIGW.0101"):
        assert code in result["msg"]


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_empty_service_is_complete(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    scenario = small()
    del scenario["projects"][0]["services"][case.service]
    cloud.load(scenario)
    result = call("environment_info", kinds=[case.module])
    assert not result.failed and result["records"] == []
    assert result["listings"] == {case.module: {**COMPLETE, "listed": 0}}


def test_services_can_be_chosen_and_count_once(cloud: CloudEmulator, call: Caller) -> None:
    result = call("environment_info", kinds=["cce_job", "gaussdb_job", "cce_job"])
    assert list(result["listings"]) == ["gaussdb_job", "cce_job"]
    assert len(result["records"]) == 6


@pytest.mark.parametrize(("region", "version"), [(OTC, "v5"), (HUAWEI, "v3")])
@pytest.mark.parametrize("module", ["environment_info", "drs_job_info"])
def test_drs_version_can_be_chosen(cloud: CloudEmulator, call: Caller, region: str, version: str, module: str) -> None:
    cloud.load(small(region=region))
    assert not call(module, api_version=version).failed
    assert {entry["path"].split("/")[1] for entry in of_service(cloud, "drs")} == {version}


def test_wrong_login_is_a_failure_of_all(cloud: CloudEmulator, call: Caller) -> None:
    result = call("environment_info", password="not-the-password")
    assert result.failed
    assert {one["state"] for one in result["listings"].values()} == {"failed"}
    assert {one["error_code"] for one in result["listings"].values()} == {"IAM.0001"}
    assert len(cloud.log) == 1
