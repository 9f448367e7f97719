# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only the service's own codes or a look-up show that a record is gone; an unclear response is no success."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service, requests_of
from helpers.kind_cases import BY_NAME, CASES, DIRECT, HUAWEI, SERVICES, Case

UNKNOWN = "never-existed"
# Status and code by which a service says that there is no such record, or nothing that could contain it.
GONE = [
    ("gaussdb-otc", 400, "DBS.200543"),
    ("gaussdb-huawei", 400, "DBS.200543"),
    ("drs-v3", 400, "DRS.M00289"),
    ("drs-v3", 400, "DRS.M05004"),
    ("drs-v5", 400, "DRS.10000010"),
    ("dms", 404, "DMS.00404022"),
    ("cce", 404, "CCE.01404001"),
    ("cce", 404, "CCE.02404001"),
    ("cce", 404, "CCE.03404001"),
]
# Those by which it says that the URL, the API or a permission is missing, or something else about the request.
NOT_GONE = [
    *((case.name, 404, code) for case in SERVICES for code in ("APIGW.0101", "APIGW.0103")),
    ("drs-v3", 404, "DRS.M00101"),
    ("drs-v5", 404, "DRS.M00101"),
    ("dms", 404, "DMS.00404001"),
    ("dms", 404, "DMS.10240406"),
    ("dcs", 404, "DCS.4001"),
    ("dcs", 404, "111404001"),
    ("gaussdb-otc", 400, "DBS.200001"),
    # It may mean that there is no such record or that the user may not see it.
    ("gaussdb-otc", 403, "DBS.201003"),
    ("drs-v3", 400, "DRS.M05003"),
    ("dms", 400, "DMS.00400070"),
    ("dcs", 400, "DCS.4070"),
    ("cce", 400, "CCE.01400001"),
]
# Options of the emulator by which the code for an unknown record says nothing.
UNDOCUMENTED = [
    ("dms", {"dms_unknown_task_code": "DMS.00404099"}),
    ("dcs", {"dcs_unknown_task_code": "DCS.4404"}),
    ("cce", {"cce_unknown_job_code": "CCE.99404999"}),
]
# Body of a success that is not as documented, and the code of the failure; None where the body has a message only.
UNCONFIRMED: list[tuple[Any, str | None]] = [
    (b"<html>OK</html>", "UnexpectedReply"),
    (b"null", "UnexpectedReply"),
    (b"[]", "UnexpectedReply"),
    (b'"deleted"', "UnexpectedReply"),
    (b'{"cut', "UnexpectedReply"),
    ({"code": "X.1", "message": "no"}, "X.1"),
    ({"errorCode": "X.2", "errorMessage": "no"}, "X.2"),
    ({"error_code": "X.3", "error_msg": "no"}, "X.3"),
    ({"error": {"code": "X.4", "message": "no"}}, "X.4"),
    ({"error": "no"}, "UnexpectedReply"),
    ({"error_message": "no"}, None),
    ({"title": "no"}, None),
]
REFUSED = {"error_code": "DRS.10000001", "error_msg": "No."}
RELEASED = {"status": "RELEASE_RESOURCE_COMPLETE"}
each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_direct = pytest.mark.parametrize("case", DIRECT, ids=str)


def facts(result: Any) -> list[tuple[str, int | None, str | None]]:
    return [(one["id"], one["http_status"], one["error_code"]) for one in result["failures"]]


@pytest.mark.parametrize(("name", "status", "code"), GONE)
def test_delete_gone_code_is_absent_without_look_up(call: Caller, name: str, status: int, code: str) -> None:
    case = BY_NAME[name]
    call.cloud.load(small(region=case.region))
    call.cloud.faults.add("status", service=case.service, method="DELETE", status=status, error_code=code)
    result = call.delete(case, case.deletable)
    assert result["absent"] == list(case.deletable)
    assert not result.failed and not result["changed"]
    first_delete = min(entry["at"] for entry in call.cloud.writes())
    assert [entry for entry in of_service(call.cloud, case.service, "GET") if entry["at"] > first_delete] == []


@pytest.mark.parametrize(("name", "status", "code"), NOT_GONE)
def test_delete_other_code_fails_even_if_record_is_missing(call: Caller, name: str, status: int, code: str) -> None:
    case = BY_NAME[name]
    call.cloud.load(small(region=case.region))
    call.cloud.faults.add("status", service=case.service, method="DELETE", status=status, error_code=code)
    # DRS sends a delete only for a record that was seen.
    ids = [case.deletable[0], case.deletable[1] if case.checks_first else UNKNOWN]
    result = call.delete(case, ids)
    assert result["absent"] == [] and result["deleted"] == []
    assert facts(result) == [(one, status, code) for one in ids]
    assert left(call.cloud, case.kind) == sorted(case.ids)


@each_direct
@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("body", [b"", b"<html>Not Found</html>", b"{}", b'{"error_code": "X.1", "error_msg": "?"}'])
def test_delete_unclear_404_is_resolved_by_list(call: Caller, case: Case, status: int, body: bytes) -> None:
    call.cloud.faults.add("status", service=case.service, method="DELETE", status=status, body=body)
    result = call.delete(case, [case.deletable[0], UNKNOWN])
    assert result["absent"] == [UNKNOWN]
    assert [one[:2] for one in facts(result)] == [(case.deletable[0], status)]
    assert len(call.cloud.writes()) == 2


@pytest.mark.parametrize(("service", "options"), UNDOCUMENTED)
def test_delete_many_unclear_are_resolved_by_one_list(call: Caller, service: str, options: dict[str, Any]) -> None:
    call.cloud.load(bulk(service, 30, options=options))
    held = call.cloud.records("eu-de_retired", service)
    ids = [record["id"] for record in held] + [f"gone-{number}" for number in range(60)]
    case = BY_NAME[service]
    result = call(case.module, **case.options(ids, instance=held[0]["instance_id"]))
    assert len(result["deleted"]) == 30 and len(result["absent"]) == 60 and not result.failed
    (listing,) = of_service(call.cloud, service, "GET")
    assert listing["at"] >= max(entry["at"] for entry in call.cloud.writes())


def test_delete_unclear_dms_tasks_lists_each_instance_once(cloud: CloudEmulator, call: Caller) -> None:
    tasks = [{"instance_id": f"a-kafka-{number % 2 + 1}", "task_id": f"gone-{number}"} for number in range(20)]
    assert len(call("dms_task", tasks=tasks)["absent"]) == 20
    assert sorted(path for _service, _method, path in requests_of(of_service(cloud, "dms", "GET"))) == [
        f"/v2/{call.project_id}/instances/a-kafka-{number}/tasks" for number in (1, 2)
    ]


@each_direct
@pytest.mark.parametrize("damage", ["truncated", "missing_list", "unauthorised"])
@pytest.mark.parametrize(("status", "body"), [(404, b""), (200, b"null")])
def test_delete_unclear_and_list_fails_keeps_failure(
    cloud: CloudEmulator, call: Caller, case: Case, damage: str, status: int, body: bytes
) -> None:
    cloud.faults.add("status", service=case.service, method="DELETE", status=status, body=body, commit=status == 200)
    if damage == "unauthorised":
        cloud.faults.add("status", service=case.service, method="GET", status=403, error_code="X.0403")
    else:
        cloud.faults.add("page_broken", service=case.service, mode=damage)
    result = call.delete(case, [case.deletable[0], UNKNOWN])
    assert result["absent"] == [] and result["deleted"] == []
    assert {one["http_status"] for one in result["failures"]} == {status} and len(result["failures"]) == 2
    assert status != 200 or {one["error_code"] for one in result["failures"]} == {"UnexpectedReply"}


def test_delete_unclear_gaussdb_record_older_than_list_is_looked_up(cloud: CloudEmulator, call: Caller) -> None:
    scenario = small({"gaussdb_window_days": 31})
    scenario["projects"][0]["services"]["gaussdb"] = [{"id": "old", "status": "Completed", "age": "40d"}]
    cloud.load(scenario)
    cloud.faults.add("status", service="gaussdb", method="DELETE", status=404, body=b"")
    result = call("gaussdb_job", job_ids=["old", UNKNOWN])
    assert [one["id"] for one in result["failures"]] == ["old"] and result["absent"] == [UNKNOWN]


def test_delete_unclear_dcs_without_project_list_is_resolved_by_instance(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small({"dcs_project_list": False}))
    assert call("dcs_task", task_ids=["a-dcs-1", UNKNOWN])["absent"] == [UNKNOWN]


@each_case
@pytest.mark.parametrize(("body", "code"), UNCONFIRMED, ids=repr)
@pytest.mark.parametrize("commit", [False, True], ids=["undone", "done"])
def test_delete_success_not_as_documented_is_resolved_by_list(
    cloud: CloudEmulator, call: Caller, case: Case, body: Any, code: str | None, commit: bool
) -> None:
    cloud.load(small(region=case.region))
    cloud.faults.add("status", service=case.service, method="DELETE", status=200, body=body, commit=commit)
    result = call.delete(case, case.deletable)
    assert result["absent"] == [] and result["changed"] is commit
    assert result["deleted"] == (list(case.deletable) if commit else [])
    assert facts(result) == ([] if commit else [(one, 200, code) for one in case.deletable])
    assert left(cloud, case.kind) == ([case.running] if commit else sorted(case.ids))
    assert len(cloud.writes()) == 2


def test_delete_many_successes_not_as_documented_are_resolved_by_one_list(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("gaussdb", 60))
    ids = [record["id"] for record in cloud.records("eu-de_retired", "gaussdb")]
    cloud.faults.add("status", service="gaussdb", method="DELETE", status=200, body=b"null", commit=True)
    assert call("gaussdb_job", job_ids=ids)["deleted"] == ids
    # The list covers a month only, so that each record that it does not have is looked up.
    paths = [entry["path"].rpartition("/")[2] for entry in of_service(cloud, "gaussdb", "GET")]
    assert paths.count("tasks") == 1 and paths.count("jobs") == 60


BODIES = {"gaussdb_delete_body": "object", "dcs_delete_body": "message", "rds_delete_body": "object"}


@each_case
@pytest.mark.parametrize("options", [{}, BODIES], ids=["default", "with body"])
def test_delete_documented_success_is_not_looked_up(call: Caller, case: Case, options: dict[str, str]) -> None:
    call.cloud.load(small(options, region=case.region))
    assert call.delete(case, case.deletable)["deleted"] == list(case.deletable)
    first = min(entry["at"] for entry in call.cloud.writes())
    later = [entry["method"] for entry in of_service(call.cloud, case.service) if entry["at"] > first]
    assert set(later) <= {"DELETE"}


@pytest.mark.parametrize("body", [{"error_code": None, "error_msg": ""}, {"error_ext_msg": None}, {"errors": []}])
def test_delete_success_with_empty_error_keys_is_deleted(cloud: CloudEmulator, call: Caller, body: Any) -> None:
    cloud.faults.add("status", service="gaussdb", method="DELETE", status=200, body=body, commit=True)
    assert call("gaussdb_job", job_ids=["a-gauss-1"])["deleted"] == ["a-gauss-1"]
    assert of_service(cloud, "gaussdb", "GET") == []


def test_delete_failed_result_of_batch_is_not_looked_up(cloud: CloudEmulator, call: Caller) -> None:
    """It is the documented response, whatever else has become of the job."""
    item = {"id": "a-drs-1", "status": "failed", "error_code": "DRS.M01504", "error_msg": "busy"}
    body = {"results": [item], "count": 1}
    cloud.faults.add("status", service="drs", method="DELETE", status=202, body=body, commit=True)
    result = call("drs_job", job_ids=["a-drs-1"])
    assert [one["error_code"] for one in result["failures"]] == ["DRS.M01504"] and result["deleted"] == []


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ({"status": 404, "body": b""}, None),
        ({"status": 404, "error_code": "DRS.10000010"}, None),
        *(({"status": status, **REFUSED}, (status, "DRS.10000001")) for status in (400, 403, 405, 409, 410)),
        ({"kind": "drop_before"}, (None, "NoReply")),
        *(
            ({"status": 200, "body": body}, (200, "MalformedReply"))
            for body in (b"<html>OK</html>", b"", {}, [], {"job": None})
        ),
        *(
            ({"status": 200, "body": {"job": {"id": one, **RELEASED}}}, (200, "MalformedReply"))
            for one in ("a-drs-0", "a-drs-3")
        ),
    ],
    ids=repr,
)
def test_record_absent_only_where_response_says_so(
    cloud: CloudEmulator, call: Caller, response: dict[str, Any], expected: tuple[int | None, str] | None
) -> None:
    """The list leaves the job out, so that it is looked up."""
    cloud.load(small(region=HUAWEI))
    cloud.faults.add("status", service="drs", path="/jobs$", status=200, body={"jobs": [], "total_count": 0})
    cloud.faults.add(**{"kind": "status", "service": "drs", "method": "GET", "path": "/jobs/a-drs-1$", **response})
    result = call("drs_job", job_ids=["a-drs-1"])
    assert result["deleted"] == [] and cloud.writes() == []
    assert result["absent"] == ([] if expected else ["a-drs-1"])
    assert facts(result) == ([("a-drs-1", *expected)] if expected else [])
    if "error_msg" in response:
        assert result["failures"][0]["error_msg"] == "cannot look up the record: No."
