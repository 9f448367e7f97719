# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a record is gone is told by the service's own codes, or by looking once; never by a status alone."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service, requests_of
from helpers.kind_cases import BY_NAME, DIRECT, HUAWEI, OTC, SERVICES, Case

NEVER_THERE = "never-existed"
# service, status and code by which it says that there is no such record (or nothing that could hold it)
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
# 404s that say that the URL, the API or a permission is missing, and nothing about the record
NOT_GONE = [
    *((case.name, code) for case in SERVICES for code in ("APIGW.0101", "APIGW.0103")),
    ("drs-v3", "DRS.M00101"),
    ("drs-v5", "DRS.M00101"),
    ("dms", "DMS.00404001"),
    ("dms", "DMS.10240406"),
    ("dcs", "DCS.4001"),
    ("dcs", "111404001"),
]
# What the service says of an unknown record where that is its choice, set so that the code tells nothing.
UNDOCUMENTED = {
    "dms": {"dms_unknown_task_code": "DMS.00404099"},
    "dcs": {"dcs_unknown_task_code": "DCS.4404"},
    "cce": {"cce_unknown_job_code": "CCE.99404999"},
}


@pytest.mark.parametrize(("name", "status", "code"), GONE)
def test_gone_code_is_believed(cloud: CloudEmulator, call: Caller, name: str, status: int, code: str) -> None:
    case = BY_NAME[name]
    cloud.load(small(region=case.region))
    cloud.faults.add("status", service=case.service, method="DELETE", status=status, error_code=code)
    result = call.delete(case, case.deletable)
    assert result["absent"] == list(case.deletable)
    assert not result.failed and not result["changed"]
    first_delete = min(entry["at"] for entry in cloud.writes())
    assert [entry for entry in of_service(cloud, case.service, "GET") if entry["at"] > first_delete] == []


@pytest.mark.parametrize(("name", "code"), NOT_GONE)
def test_404_of_another_meaning_is_a_failure(cloud: CloudEmulator, call: Caller, name: str, code: str) -> None:
    case = BY_NAME[name]
    cloud.load(small(region=case.region))
    cloud.faults.add("status", service=case.service, method="DELETE", status=404, error_code=code)
    # A record that is really not there must not make the 404 look right; DRS is only asked for one that was seen.
    ids = case.deletable if case.looks_first else [case.deletable[0], NEVER_THERE]
    named = {} if case.service != "dms" else {"instance_id": "a-kafka-1", "task_ids": ids}
    result = call(case.module, **(named or case.options(ids)))
    assert result["absent"] == [] and result["deleted"] == []
    assert [(one["id"], one["http_status"], one["error_code"]) for one in result["failures"]] == [
        (one, 404, code) for one in ids
    ]


@pytest.mark.parametrize("case", DIRECT, ids=str)
@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("body", [b"", b"<html>Not Found</html>", b"{}", b'{"error_code": "X.1", "error_msg": "?"}'])
def test_unclear_reply_is_settled_by_looking(
    cloud: CloudEmulator, call: Caller, case: Case, status: int, body: bytes
) -> None:
    cloud.faults.add("status", service=case.service, method="DELETE", status=status, body=body)
    result = call.delete(case, [case.deletable[0], NEVER_THERE])
    assert result["absent"] == [NEVER_THERE]
    assert [(one["id"], one["http_status"]) for one in result["failures"]] == [(case.deletable[0], status)]
    assert len(cloud.writes()) == 2


@pytest.mark.parametrize(("service", "options"), UNDOCUMENTED.items(), ids=list(UNDOCUMENTED))
def test_all_that_is_unclear_is_looked_for_once(
    cloud: CloudEmulator, call: Caller, service: str, options: dict[str, Any]
) -> None:
    cloud.load(bulk(service, 30, options=options))
    held = cloud.records("eu-de_retired", service)
    ids = [record["id"] for record in held] + [f"gone-{number}" for number in range(60)]
    case = BY_NAME[service]
    result = call(case.module, **case.options(ids, instance=held[0]["instance_id"]))
    assert len(result["deleted"]) == 30 and len(result["absent"]) == 60 and not result.failed
    looks = of_service(cloud, service, "GET")
    assert len(looks) == 1
    assert looks[0]["at"] >= max(entry["at"] for entry in cloud.writes())


def test_dms_looks_into_each_instance_once(cloud: CloudEmulator, call: Caller) -> None:
    tasks = [{"instance_id": f"a-kafka-{number % 2 + 1}", "task_id": f"gone-{number}"} for number in range(20)]
    assert len(call("dms_task", tasks=tasks)["absent"]) == 20
    assert sorted(path for _unused, _unused, path in requests_of(of_service(cloud, "dms", "GET"))) == [
        f"/v2/{call.project_id}/instances/a-kafka-{number}/tasks" for number in (1, 2)
    ]


@pytest.mark.parametrize("case", DIRECT, ids=str)
@pytest.mark.parametrize("damage", ["truncated", "missing_list", "unauthorised"])
def test_look_that_fails_leaves_the_failure(cloud: CloudEmulator, call: Caller, case: Case, damage: str) -> None:
    cloud.faults.add("status", service=case.service, method="DELETE", status=404, body=b"")
    if damage == "unauthorised":
        cloud.faults.add("status", service=case.service, method="GET", status=403, error_code="X.0403")
    else:
        cloud.faults.add("page_broken", service=case.service, mode=damage)
    result = call.delete(case, [case.deletable[0], NEVER_THERE])
    assert result["absent"] == [] and len(result["failures"]) == 2
    assert {one["http_status"] for one in result["failures"]} == {404}


def test_gaussdb_looks_beyond_the_month_that_it_lists(cloud: CloudEmulator, call: Caller) -> None:
    scenario = small({"gaussdb_window_days": 31})
    scenario["projects"][0]["services"]["gaussdb"] = [{"id": "old", "status": "Completed", "age": "40d"}]
    cloud.load(scenario)
    cloud.faults.add("status", service="gaussdb", method="DELETE", status=404, body=b"")
    result = call("gaussdb_job", job_ids=["old", NEVER_THERE])
    assert [one["id"] for one in result["failures"]] == ["old"] and result["absent"] == [NEVER_THERE]


def test_dcs_looks_by_instance_where_the_list_is_not_published(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small({"dcs_project_list": False}))
    assert call("dcs_task", task_ids=["a-dcs-1", NEVER_THERE])["absent"] == [NEVER_THERE]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("gaussdb-otc", "DBS.200001"),
        ("drs-v3", "DRS.M05003"),
        ("dms", "DMS.00400070"),
        ("dcs", "DCS.4070"),
        ("cce", "CCE.01400001"),
    ],
)
def test_other_400s_are_failures(cloud: CloudEmulator, call: Caller, name: str, code: str) -> None:
    case = BY_NAME[name]
    assert case.region == OTC
    cloud.faults.add("status", service=case.service, method="DELETE", status=400, error_code=code)
    result = call.delete(case, case.deletable)
    assert [one["error_code"] for one in result["failures"]] == [code, code]
    assert left(cloud, case.service) == sorted(case.ids)


def test_ambiguous_403_is_a_failure(cloud: CloudEmulator, call: Caller) -> None:
    """GaussDB's 403 may mean that there is no such record or that one may not see it."""
    cloud.faults.add("status", service="gaussdb", method="DELETE", status=403, error_code="DBS.201003")
    assert call("gaussdb_job", job_ids=[NEVER_THERE])["failures"][0]["error_code"] == "DBS.201003"


def _only_shown(cloud: CloudEmulator, call: Caller, kind: str = "status", **reply: Any) -> Any:
    """Delete a job that the list leaves out and of which the service answers ``reply`` when asked for it."""
    cloud.load(small(region=HUAWEI))
    cloud.faults.add("status", service="drs", path="/jobs$", status=200, body={"jobs": [], "total_count": 0})
    cloud.faults.add(kind, service="drs", method="GET", path="/jobs/a-drs-1$", **reply)
    result = call("drs_job", job_ids=["a-drs-1"])
    assert result["deleted"] == [] and cloud.writes() == []
    return result


@pytest.mark.parametrize(
    "reply", [{"status": 404, "body": b""}, {"status": 404, "error_code": "DRS.10000010"}], ids=str
)
def test_job_that_is_neither_listed_nor_shown_is_absent(
    cloud: CloudEmulator, call: Caller, reply: dict[str, Any]
) -> None:
    assert _only_shown(cloud, call, **reply)["absent"] == ["a-drs-1"]


@pytest.mark.parametrize("status", [400, 403, 405, 409, 410])
def test_refused_look_is_a_failure(cloud: CloudEmulator, call: Caller, status: int) -> None:
    result = _only_shown(cloud, call, status=status, error_code="DRS.10000001")
    (failure,) = result["failures"]
    assert (failure["http_status"], failure["error_code"]) == (status, "DRS.10000001")
    assert result["absent"] == []


def test_look_without_a_reply_is_that_jobs_failure(cloud: CloudEmulator, call: Caller) -> None:
    result = _only_shown(cloud, call, "drop_before")
    assert [(one["id"], one["error_code"]) for one in result["failures"]] == [("a-drs-1", "NoReply")]
    assert result["absent"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"<html>OK</html>",
        b"",
        {},
        [],
        {"job": None},
        {"job": {"id": "a-drs-0", "status": "RELEASE_RESOURCE_COMPLETE"}},
        {"job": {"id": "a-drs-3", "status": "RELEASE_RESOURCE_COMPLETE"}},
    ],
    ids=repr,
)
def test_look_that_does_not_show_the_job_is_a_failure(cloud: CloudEmulator, call: Caller, body: Any) -> None:
    result = _only_shown(cloud, call, status=200, body=body)
    assert [failure["error_code"] for failure in result["failures"]] == ["MalformedReply"]
    assert result["absent"] == []
