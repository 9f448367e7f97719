# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where kinds differ: ids in a query, a 204 for what is not there, instances that have none of a kind, engines."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service
from helpers.kind_cases import BY_NAME, HUAWEI, OTC, Case

UNKNOWN = "never-existed"
ANALYSES = pytest.mark.parametrize("case", [BY_NAME["bigkey"], BY_NAME["hotkey"]], ids=str)
NO_ANALYSES = {"dcs_bigkey_task": "4919", "dcs_hotkey_task": "4922"}
MISSING = {"dcs_bigkey_task": "4942", "dcs_hotkey_task": "4941"}
ENGINES = {"kafka": "k", "rabbitmq": "r", "rocketmq": "m"}
UNPUBLISHED = {"status": 404, "error_code": "APIGW.0101"}


def listed(result: Any) -> list[str]:
    return sorted(record["id"] for record in result["records"])


def failure_of(result: Any) -> tuple[Any, Any]:
    return result["http_status"], result["error_code"]


def of_engines(region: str = HUAWEI, **options: Any) -> dict[str, Any]:
    """A project with an instance of each engine, which holds a background and a scheduled task."""
    scenario = small(options, region=region)
    instances = [
        {
            "id": f"i-{engine}",
            "engine": engine,
            "tasks": [{"id": f"{letter}-task"}],
            "scheduled_tasks": [{"id": f"{letter}-scheduled"}],
        }
        for engine, letter in ENGINES.items()
    ]
    scenario["projects"][0]["services"] = {"dms": {"instances": instances}}
    return scenario


def of_analyses(case: Case, *instances: dict[str, Any]) -> dict[str, Any]:
    """A project with these instances, each with one analysis: ``x-1`` and so on."""
    scenario = small(region=case.region)
    key = f"{case.kind.removeprefix('dcs_')}s"
    held = [{"id": f"i-{number}", key: [{"id": f"x-{number}"}], **one} for number, one in enumerate(instances, 1)]
    scenario["projects"][0]["services"] = {"dcs": {"instances": held}}
    return scenario


def test_rds_id_stands_in_query_alone(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small(region=HUAWEI))
    result = call("rds_task", task_ids=["a-rds-1", "a-rds-2", UNKNOWN])
    assert (result["deleted"], result["absent"]) == (["a-rds-1", "a-rds-2"], [UNKNOWN])
    sent = [(entry["path"], entry["query"], entry["body"]) for entry in cloud.writes()]
    path = f"/v3/{call.project_id}/jobs"
    assert sorted(sent, key=str) == [(path, {"id": one}, None) for one in ("a-rds-1", "a-rds-2", UNKNOWN)]
    assert left(cloud, "rds_task") == ["a-rds-3"]


@pytest.mark.parametrize("kind", ["rds_task", "taurusdb_task"])
def test_record_older_than_list_is_looked_up(cloud: CloudEmulator, call: Caller, kind: str) -> None:
    service = kind.partition("_")[0]
    scenario = small({f"{service}_listed_days": 31}, region=HUAWEI)
    old = [{"id": "old", "age": "40d"}, {"id": "old-and-running", "status": "Running", "age": "40d"}]
    scenario["projects"][0]["services"][service] = [*old, {"id": "recent", "age": "1d"}]
    cloud.load(scenario)
    assert listed(call(f"{kind}_info")) == ["recent"]
    result = call(kind, task_ids=["recent", "old", "old-and-running", UNKNOWN], check=True)
    assert (result["deleted"], result["absent"]) == (["recent", "old"], [UNKNOWN])
    assert [one["id"] for one in result["failures"]] == ["old-and-running"]


@pytest.mark.parametrize("offset", ["record", "first_is_1", "page"])
@pytest.mark.parametrize("limit", ["10, 20 or 50", "1 to 100"])
def test_taurusdb_list_is_complete_whatever_offset_counts(
    cloud: CloudEmulator, call: Caller, offset: str, limit: str
) -> None:
    cloud.load(bulk("taurusdb", 170, region=HUAWEI, options={"taurusdb_offset": offset, "taurusdb_limit": limit}))
    assert listed(call("taurusdb_task_info")) == left(cloud, "taurusdb")


@ANALYSES
@pytest.mark.parametrize("answer", ["204", "400"])
def test_analysis_unknown_is_absent_without_look_up(
    cloud: CloudEmulator, call: Caller, case: Case, answer: str
) -> None:
    cloud.load(small({"dcs_missing_analysis": answer}, region=case.region))
    result = call.delete(case, [case.deletable[0], UNKNOWN])
    assert (result["deleted"], result["absent"]) == ([case.deletable[0]], [UNKNOWN]) and not result.failed
    assert sorted(entry["status"] for entry in cloud.writes()) == sorted([200, int(answer)])
    assert of_service(cloud, "dcs", "GET") == []
    again = call.delete(case, [case.deletable[0], UNKNOWN])
    assert again["absent"] == [case.deletable[0], UNKNOWN] and not again["changed"]


@ANALYSES
@pytest.mark.parametrize("form", ["DCS.{}", "111400{}"])
def test_analysis_code_for_missing_one_has_two_spellings(
    cloud: CloudEmulator, call: Caller, case: Case, form: str
) -> None:
    code = form.format(MISSING[case.kind] if "." in form else MISSING[case.kind][1:])
    cloud.faults.add("status", service="dcs", method="DELETE", status=400, error_code=code)
    assert call.delete(case, case.deletable)["absent"] == case.deletable


@pytest.mark.parametrize("name", ["dms", "dms-scheduled", "dcs", "cce", "gaussdb-otc"])
def test_204_of_other_kinds_is_deleted(cloud: CloudEmulator, call: Caller, name: str) -> None:
    case = BY_NAME[name]
    cloud.faults.add("status", service=case.service, method="DELETE", status=204, body=b"", commit=True)
    assert call.delete(case, case.deletable)["deleted"] == case.deletable


@ANALYSES
def test_analysis_deleted_by_repeated_request_is_deleted(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.faults.add("drop_after", service="dcs", method="DELETE", times=1)
    assert call.delete(case, case.deletable[:1])["deleted"] == case.deletable[:1]
    assert [entry["status"] for entry in cloud.writes()] == [None, 204]


@ANALYSES
def test_list_instance_without_analyses_counts_as_empty(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(of_analyses(case, {}, {"analyses": False}, {}))
    assert listed(call(case.info_module)) == ["x-1", "x-3"]
    cloud.load(of_analyses(case, {"analyses": False}))
    result = call(case.info_module)
    assert not result.failed and result["records"] == []
    states = call("environment_info", kinds=[case.kind])["listings"]
    assert states[case.kind]["state"] == "complete"


@ANALYSES
@pytest.mark.parametrize("form", ["DCS.{}", "111400{}"])
def test_list_code_for_no_analyses_is_that_of_kind(cloud: CloudEmulator, call: Caller, case: Case, form: str) -> None:
    for kind, number in NO_ANALYSES.items():
        cloud.load(small(region=case.region))
        code = form.format(number if "." in form else number[1:])
        cloud.faults.add("status", service="dcs", path="key-tasks$", status=400, error_code=code)
        result = call(case.info_module)
        assert result.failed == (kind != case.kind)
        assert result.get("records", []) == [] and (not result.failed or failure_of(result) == (400, code))


@pytest.mark.parametrize(("kind", "suffix"), [("dms_task", "task"), ("dms_scheduled_task", "scheduled")])
def test_engines_are_all_listed_and_deleted_on_huawei_cloud(
    cloud: CloudEmulator, call: Caller, kind: str, suffix: str
) -> None:
    cloud.load(of_engines())
    records = call(f"{kind}_info")["records"]
    assert {record["id"]: record["instance_id"] for record in records} == {
        f"{letter}-{suffix}": f"i-{engine}" for engine, letter in ENGINES.items()
    }
    assert sorted(call(kind, tasks=records)["deleted"]) == sorted(record["id"] for record in records)
    assert left(cloud, kind) == []


@pytest.mark.parametrize(
    ("kind", "engines"), [("dms_task", ["kafka"]), ("dms_scheduled_task", ["rocketmq"])], ids=["tasks", "scheduled"]
)
def test_engines_listed_on_otc_are_documented_ones(
    cloud: CloudEmulator, call: Caller, kind: str, engines: list[str]
) -> None:
    cloud.load(of_engines(OTC))
    assert [record["instance_id"] for record in call(f"{kind}_info")["records"]] == [f"i-{one}" for one in engines]
    asked = {entry["query"]["engine"] for entry in cloud.log if entry["path"].endswith("/instances")}
    assert asked == {*engines}


@pytest.mark.parametrize("unpublished", [["rabbitmq"], ["rocketmq"], ["rabbitmq", "rocketmq"]], ids="+".join)
@pytest.mark.parametrize("kind", ["dms_task", "dms_scheduled_task"])
def test_engine_without_published_tasks_is_empty_alone(
    cloud: CloudEmulator, call: Caller, unpublished: list[str], kind: str
) -> None:
    cloud.load(of_engines(dms_unpublished_engines={kind: unpublished}))
    found = {record["instance_id"] for record in call(f"{kind}_info")["records"]}
    assert found == {f"i-{engine}" for engine in ENGINES if engine not in unpublished}


def test_engine_without_published_tasks_refuses_their_delete(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(of_engines(dms_unpublished_engines={"dms_task": ["rabbitmq"]}))
    pairs = [{"instance_id": "i-kafka", "task_id": "k-task"}, {"instance_id": "i-rabbitmq", "task_id": "r-task"}]
    result = call("dms_task", tasks=pairs)
    assert result["deleted"] == ["k-task"] and result["absent"] == []
    assert [(one["id"], one["http_status"], one["error_code"]) for one in result["failures"]] == [
        ("r-task", 404, "APIGW.0101")
    ]


@pytest.mark.parametrize(
    ("kind", "region", "engine"), [("dms_task", HUAWEI, "kafka"), ("dms_scheduled_task", OTC, "rocketmq")]
)
def test_engine_that_must_be_published_is_unsupported(
    cloud: CloudEmulator, call: Caller, kind: str, region: str, engine: str
) -> None:
    cloud.load(of_engines(region, dms_unpublished_engines={kind: [engine]}))
    listing = call("environment_info", kinds=[kind, "cce_job"])["listings"][kind]
    assert (listing["state"], listing["error_code"]) == ("unsupported", "APIGW.0101")


@pytest.mark.parametrize(
    ("kind", "region", "known", "found"),
    [
        ("dms_task", HUAWEI, ["kafka"], {"i-kafka"}),
        ("dms_task", HUAWEI, ["kafka", "rocketmq"], {"i-kafka", "i-rocketmq"}),
        ("dms_scheduled_task", HUAWEI, ["kafka", "rabbitmq"], {"i-kafka", "i-rabbitmq"}),
        ("dms_scheduled_task", OTC, ["kafka"], set()),
    ],
)
def test_engine_unknown_to_region_is_empty(
    cloud: CloudEmulator, call: Caller, kind: str, region: str, known: list[str], found: set[str]
) -> None:
    cloud.load(of_engines(region, dms_engines=known))
    listing = call("environment_info", kinds=[kind])
    assert listing["listings"][kind]["state"] == "complete"
    assert {record["instance_id"] for record in listing["records"]} == found


@pytest.mark.parametrize(
    ("contains", "state"),
    [("engine=kafka", "unsupported"), ("engine=rabbitmq", "complete"), ("engine=", "unsupported")],
)
def test_engine_with_unpublished_instances(cloud: CloudEmulator, call: Caller, contains: str, state: str) -> None:
    cloud.load(of_engines())
    cloud.faults.add("status", service="dms", path="/instances$", contains=contains, **UNPUBLISHED)
    listing = call("environment_info", kinds=["dms_task", "cce_job"])["listings"]["dms_task"]
    assert (listing["state"], listing["listed"]) == (state, 2 if state == "complete" else 0)


@pytest.mark.parametrize("place", ["/instances$", "i-rocketmq/tasks$"])
@pytest.mark.parametrize("status", [403, 409, 500])
def test_engine_refused_otherwise_fails_list(cloud: CloudEmulator, call: Caller, place: str, status: int) -> None:
    cloud.load(of_engines())
    contains = "rocketmq"
    cloud.faults.add("status", service="dms", path=place, contains=contains, status=status, error_code="X.1")
    assert failure_of(call("dms_task_info")) == (status, "X.1")


def test_engine_400_for_tasks_of_one_instance_fails_list(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(of_engines())
    cloud.faults.add("status", service="dms", path="i-rocketmq/tasks$", status=400, error_code="X.0400")
    assert failure_of(call("dms_task_info")) == (400, "X.0400")


@pytest.mark.parametrize("page", [0, 1])
def test_engine_page_refused_later_fails_list(cloud: CloudEmulator, call: Caller, page: int) -> None:
    scenario = of_engines()
    instances = scenario["projects"][0]["services"]["dms"]["instances"]
    instances.append({"engine": "rabbitmq", "count": 60})
    cloud.load(scenario)
    fault = {"path": "/instances$", "contains": "engine=rabbitmq", "after": page}
    cloud.faults.add("status", service="dms", status=400, error_code="X.0400", **fault)
    assert call("dms_task_info").failed is bool(page)


@pytest.mark.parametrize("form", ["string", "int"])
def test_dms_number_of_scheduled_tasks_is_read_in_either_form(cloud: CloudEmulator, call: Caller, form: str) -> None:
    cloud.load(bulk("dms_scheduled_task", 230, instances=2, options={"dms_job_count": form}))
    assert listed(call("dms_scheduled_task_info")) == left(cloud, "dms_scheduled_task")
    starts = {entry["query"]["start"] for entry in of_service(cloud, "dms") if "start" in entry["query"]}
    assert starts == {"1", "101"}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        *(("dms-scheduled", status) for status in ("CREATED", "EXECUTING", "FAILED", "SOMETHING")),
        *(("gaussdb-scheduled", status) for status in ("Pending", "Running", "Something")),
    ],
)
@pytest.mark.parametrize("check", [False, True], ids=["run", "check mode"])
def test_scheduled_task_still_to_come_is_refused(
    cloud: CloudEmulator, call: Caller, name: str, status: str, check: bool
) -> None:
    case = BY_NAME[name]
    cloud.load(small(region=case.region))
    cloud.set_status(f"{case.region}_retired", case.kind, case.deletable[0], status)
    result = call.delete(case, case.deletable[:1], check=check)
    (failure,) = result["failures"]
    assert (failure["error_code"], failure["http_status"], result["changed"]) == ("NotDeletable", None, False)
    assert status in failure["error_msg"]
    assert cloud.writes() == [] and case.deletable[0] in left(cloud, case.kind)


@pytest.mark.parametrize("name", ["rds", "taurusdb", "autopilot", "gaussdb-scheduled"])
def test_kind_of_other_cloud_is_not_offered(cloud: CloudEmulator, call: Caller, name: str) -> None:
    case = BY_NAME[name]
    message = f"{case.kind} is not offered in region eu-de"
    result = call(case.info_module)
    assert result.failed and result["error_code"] == "NotOffered" and message in result["msg"]
    found = call("environment_info", kinds=[case.kind, "cce_job"])
    listing = found["listings"][case.kind]
    assert (listing["state"], listing["error_code"], listing["error_msg"]) == ("unsupported", "NotOffered", message)
    assert not found.failed and len(found["records"]) == 3
    for check in (False, True):
        deletion = call.delete(case, case.deletable, check=check)
        assert [one["error_code"] for one in deletion["failures"]] == ["NotOffered"] * 2
        assert message in deletion["msg"]
    assert of_service(cloud, case.service) == [] or case.service in ("cce", "gaussdb")
    assert cloud.writes() == []
