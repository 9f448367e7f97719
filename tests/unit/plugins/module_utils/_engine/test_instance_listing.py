# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of instances: the facts that each cloud tells, every page, and the engines of DMS."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service, sends_only_reads
from helpers.kind_cases import HUAWEI, INSTANCE_CASES, INSTANCE_KINDS, OTC, InstanceCase
from helpers.result_checks import is_record

BY_NAME = {case.name: case for case in INSTANCE_CASES}
RECORD_KEYS = {
    *("kind", "service", "region", "project_id", "instance_id", "id", "name", "status", "created_at", "updated_at"),
    *("deletable", "tags", "enterprise_project_id", "prepaid", "protected", "engine", "locked"),
}
ENGINES = {"gaussdb": "GaussDB 8.1", "dms": "kafka 2.7", "dcs": "Redis 6.0", "cce": "CCE v1.28"}
# On T Cloud Public neither list shows the tags.
WITHOUT_TAGS = {"gaussdb-instance-otc", "cce-cluster-otc"}
DMS_ENGINES = ("kafka", "rabbitmq", "rocketmq")
BEYOND = "DMS.40050010"
ON_HUAWEI_TOO = replace(BY_NAME["dcs-instance"], name="dcs-instance-huawei", region=HUAWEI)
each_case = pytest.mark.parametrize("case", [*INSTANCE_CASES, ON_HUAWEI_TOO], ids=str)
each_kind = pytest.mark.parametrize("case", INSTANCE_KINDS, ids=str)


def ids(result: Any) -> list[str]:
    return sorted(record["id"] for record in result["records"])


def facts(record: dict[str, Any]) -> dict[str, Any]:
    names = ("tags", "enterprise_project_id", "prepaid", "protected", "locked", "deletable")
    return {name: record[name] for name in names}


@each_case
def test_list_sends_documented_requests(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    cloud.load(case.scenario({}, {"deleted": True}, {"status": "CREATEFAILED"}))
    result = call(case.info_module, concurrency=1)
    assert ids(result) == ["i-1", "i-3"]
    sent = [(one["method"], one["path"], one["query"]) for one in of_service(cloud, case.service)]
    assert sent == case.listing(call.project_id) and sends_only_reads(cloud.log)


@each_case
def test_list_instance_has_facts_that_cloud_tells(cloud: CloudEmulator, call: Caller, case: InstanceCase) -> None:
    cce = case.service == "cce"
    shields = {"protected": True, "locked": True} if cce else {}
    marked = {"tags": {"env": "old"}, "enterprise_project_id": "e-1", "prepaid": True, **shields}
    cloud.load(case.scenario(marked, {"name": "shop", "created_at": "2026-11-01T10:00:00Z"}))
    first, second = sorted(call(case.info_module)["records"], key=lambda record: record["id"])
    tells = case.name not in WITHOUT_TAGS
    shielded, free = (True, False) if cce and case.region == HUAWEI else (None, None)
    assert facts(first) == {
        "tags": {"env": "old"} if tells else None,
        "enterprise_project_id": "e-1",
        "prepaid": True,
        "protected": shielded,
        "locked": shielded,
        "deletable": False,
    }
    assert facts(second) == {
        "tags": {} if tells else None,
        "enterprise_project_id": "0",
        "prepaid": False,
        "protected": free,
        "locked": free,
        "deletable": True,
    }
    assert set(second) == RECORD_KEYS and is_record(second)
    assert (second["kind"], second["region"], second["project_id"]) == (case.kind, case.region, call.project_id)
    assert (second["name"], second["status"], second["engine"]) == ("shop", case.status, ENGINES[case.service])
    assert (second["instance_id"], second["created_at"]) == (None, "2026-11-01T10:00:00Z")


@pytest.mark.parametrize(
    ("region", "shows", "protected"), [(OTC, "always", True), (HUAWEI, "never", None), (HUAWEI, "always", True)]
)
def test_list_cluster_protection_is_null_where_not_shown(
    cloud: CloudEmulator, call: Caller, region: str, shows: str, protected: bool | None
) -> None:
    case = next(one for one in INSTANCE_CASES if (one.kind, one.region) == ("cce_cluster", region))
    cloud.load(case.scenario({"protected": True}, cce_shows_protection=shows))
    (record,) = call(case.info_module)["records"]
    assert (record["protected"], record["deletable"]) == (protected, not protected)


@pytest.mark.parametrize("engine", [*DMS_ENGINES, "reliability"])
def test_list_dms_prepaid_is_known_for_each_engine(cloud: CloudEmulator, call: Caller, engine: str) -> None:
    cloud.load(BY_NAME["dms-instance-huawei"].scenario({"engine": engine, "prepaid": True}, {"engine": engine}))
    records = {record["id"]: record for record in call("dms_instance_info")["records"]}
    assert {name: record["prepaid"] for name, record in records.items()} == {"i-1": True, "i-2": False}
    assert records["i-2"]["engine"] == f"{engine} 2.7"


@each_kind
@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 100, 101, 200])
def test_list_any_count_has_every_instance(cloud: CloudEmulator, call: Caller, case: InstanceCase, count: int) -> None:
    cloud.load(bulk(case.kind, count))
    result = call(case.info_module)
    assert ids(result) == left(cloud, case.kind) and len(result["records"]) == count


@pytest.mark.parametrize("case", [case for case in INSTANCE_KINDS if case.service != "cce"], ids=str)
@pytest.mark.parametrize("size", [1, 7, 10])
def test_list_pages_smaller_than_requested_have_every_instance(
    cloud: CloudEmulator, call: Caller, case: InstanceCase, size: int
) -> None:
    cloud.load(bulk(case.kind, 30, options={"clamp_limit": {case.service: size}}))
    assert ids(call(case.info_module)) == left(cloud, case.kind)


def test_list_dms_offset_at_end_is_refused_and_ends_list(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("dms_instance", 100))
    assert len(call("dms_instance_info")["records"]) == 100
    pages = {
        int(one["query"]["offset"]): one["status"]
        for one in of_service(cloud, "dms")
        if one["query"]["engine"] == "kafka"
    }
    assert pages == {0: 200, 50: 200, 100: 400}


@pytest.mark.parametrize("engine", DMS_ENGINES)
def test_list_dms_offset_refused_before_end_fails(cloud: CloudEmulator, call: Caller, engine: str) -> None:
    cloud.load(BY_NAME["dms-instance-huawei"].scenario(*[{"engine": engine}] * 120))
    cloud.faults.add("status", service="dms", contains=f"engine={engine}", after=1, status=400, error_code=BEYOND)
    result = call("dms_instance_info")
    assert result.failed and "records" not in result
    assert (result["http_status"], result["error_code"]) == (400, BEYOND)


def engines_of(call: Caller, region: str = HUAWEI, **options: Any) -> tuple[str, set[str]]:
    """The state of the list of a project with one instance of each engine, and the engines that were found."""
    case = BY_NAME["dms-instance-huawei" if region == HUAWEI else "dms-instance-otc"]
    call.cloud.load(case.scenario(*({"engine": engine} for engine in DMS_ENGINES), **options))
    return listed(call)


def listed(call: Caller) -> tuple[str, set[str]]:
    found = call("environment_info", kinds=["dms_instance", "cce_job"])
    state = found["listings"]["dms_instance"]["state"]
    return state, {record["engine"].split()[0] for record in found["records"]}


@pytest.mark.parametrize("answer", ["400 DMS.00400004", "404 APIGW.0101", "404 DMS.10240406"])
@pytest.mark.parametrize(
    ("region", "known", "found"),
    [
        (HUAWEI, None, {"kafka", "rabbitmq", "rocketmq"}),
        (OTC, None, {"kafka", "rocketmq"}),
        (HUAWEI, ["kafka"], {"kafka"}),
        (HUAWEI, ["kafka", "rabbitmq"], {"kafka", "rabbitmq"}),
    ],
)
def test_list_dms_engine_unknown_to_region_is_empty(
    call: Caller, region: str, known: list[str] | None, found: set[str], answer: str
) -> None:
    assert engines_of(call, region, dms_engines=known, dms_unknown_engine=answer) == ("complete", found)


@pytest.mark.parametrize(
    ("answer", "state"), [("400 DMS.00400004", "failed"), ("403 X.1", "failed"), ("404 APIGW.0101", "unsupported")]
)
def test_list_dms_without_kafka_is_not_complete(call: Caller, answer: str, state: str) -> None:
    assert engines_of(call, dms_engines=["rabbitmq", "rocketmq"], dms_unknown_engine=answer) == (state, set())


@pytest.mark.parametrize("kind", ["dms_instance", "dms_task", "dms_scheduled_task"])
@pytest.mark.parametrize("code", ["DMS.00400045", "00400045"])
def test_list_dms_refused_as_frozen_is_no_unknown_engine(call: Caller, kind: str, code: str) -> None:
    engines_of(call)
    call.cloud.faults.add("status", service="dms", contains="engine=r", status=400, error_code=code)
    listing = call("environment_info", kinds=[kind, "cce_job"])["listings"][kind]
    assert (listing["state"], listing["error_code"]) == ("failed", code)


@pytest.mark.parametrize("engine", DMS_ENGINES)
@pytest.mark.parametrize("status", [403, 409, 500])
def test_list_dms_engine_refused_otherwise_fails(call: Caller, engine: str, status: int) -> None:
    assert engines_of(call)[0] == "complete"
    call.cloud.faults.add("status", service="dms", contains=f"engine={engine}", status=status, error_code="X.1")
    assert listed(call) == ("failed", set())


@each_case
@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        ({"status": 404, "error_code": "APIGW.0101"}, "unsupported", "APIGW.0101"),
        ({"status": 403, "error_code": "X.0403"}, "failed", "X.0403"),
        ({"status": 200, "body": b"null"}, "failed", "MalformedReply"),
    ],
    ids=["unpublished", "refused", "malformed"],
)
def test_list_of_instances_refused_is_never_empty(
    cloud: CloudEmulator, call: Caller, case: InstanceCase, fault: dict[str, Any], state: str, code: str
) -> None:
    cloud.load(small(region=case.region))
    cloud.faults.add("status", service=case.service, path="/(instances|clusters)$", **fault)
    found = call("environment_info", kinds=[case.kind, "drs_job"])
    listing = found["listings"][case.kind]
    assert (listing["state"], listing["error_code"], listing["listed"]) == (state, code, 0)
    alone = call(case.info_module)
    assert alone.failed and alone["error_code"] == code and "records" not in alone


@pytest.mark.parametrize("region", [OTC, HUAWEI])
def test_list_of_all_kinds_of_instances(cloud: CloudEmulator, call: Caller, region: str) -> None:
    cloud.load(small(region=region))
    result = call("environment_info", kinds="instances")
    kinds = {case.kind for case in INSTANCE_CASES}
    assert {kind: one["state"] for kind, one in result["listings"].items()} == dict.fromkeys(kinds, "complete")
    assert {kind: one["listed"] for kind, one in result["listings"].items()} == {
        kind: len(left(cloud, kind)) for kind in kinds
    }
