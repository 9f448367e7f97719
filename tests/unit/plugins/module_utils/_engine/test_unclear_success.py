# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A 2xx that is not the documented answer is never claimed: the record is looked for."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service
from helpers.kind_cases import CASES, Case

# Body, and the code that a failure carries; None where the body has words and no code.
UNCLEAR: list[tuple[Any, str | None]] = [
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


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize(("body", "code"), UNCLEAR, ids=repr)
@pytest.mark.parametrize("commit", [False, True], ids=["undone", "done"])
def test_record_is_looked_for(
    cloud: CloudEmulator, call: Caller, case: Case, body: Any, code: str | None, commit: bool
) -> None:
    cloud.load(small(region=case.region))
    cloud.faults.add("status", service=case.service, method="DELETE", status=200, body=body, commit=commit)
    result = call.delete(case, case.deletable)
    assert result["absent"] == []
    if commit:
        assert result["deleted"] == list(case.deletable) and not result.failed
        assert left(cloud, case.service) == [case.running]
    else:
        assert result["deleted"] == [] and not result["changed"]
        assert [(one["id"], one["http_status"], one["error_code"]) for one in result["failures"]] == [
            (one, 200, code) for one in case.deletable
        ]
        assert left(cloud, case.service) == sorted(case.ids)
    assert len(cloud.writes()) == 2


def test_one_look_is_enough_for_all(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("gaussdb", 60))
    ids = [record["id"] for record in cloud.records("eu-de_retired", "gaussdb")]
    cloud.faults.add("status", service="gaussdb", method="DELETE", status=200, body=b"null", commit=True)
    assert call("gaussdb_job", job_ids=ids)["deleted"] == ids
    # The list, and the look-up of each record that it does not hold, as it covers a month only.
    paths = [entry["path"].rpartition("/")[2] for entry in of_service(cloud, "gaussdb", "GET")]
    assert paths.count("tasks") == 1 and paths.count("jobs") == 60


@pytest.mark.parametrize("case", CASES, ids=str)
def test_documented_answers_are_believed_at_once(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    for options in ({}, {"gaussdb_delete_body": "object", "dcs_delete_body": "message"}):
        cloud.load(small(options, region=case.region))
        before = len(of_service(cloud, case.service))
        result = call.delete(case, case.deletable)
        assert result["deleted"] == list(case.deletable)
        first = min(entry["at"] for entry in cloud.writes())
        later = [entry for entry in of_service(cloud, case.service)[before:] if entry["at"] > first]
        assert [entry for entry in later if entry["method"] != "DELETE"] == []


@pytest.mark.parametrize("body", [{"error_code": None, "error_msg": ""}, {"error_ext_msg": None}, {"errors": []}])
def test_empty_keys_of_an_error_are_none(cloud: CloudEmulator, call: Caller, body: Any) -> None:
    cloud.faults.add("status", service="gaussdb", method="DELETE", status=200, body=body, commit=True)
    assert call("gaussdb_job", job_ids=["a-gauss-1"])["deleted"] == ["a-gauss-1"]
    assert of_service(cloud, "gaussdb", "GET") == []


def test_failed_result_of_a_batch_stays_a_failure(cloud: CloudEmulator, call: Caller) -> None:
    """It is the documented answer, whatever else has become of the job."""
    item = {"id": "a-drs-1", "status": "failed", "error_code": "DRS.M01504", "error_msg": "busy"}
    body = {"results": [item], "count": 1}
    cloud.faults.add("status", service="drs", method="DELETE", status=202, body=body, commit=True)
    result = call("drs_job", job_ids=["a-drs-1"])
    assert [one["error_code"] for one in result["failures"]] == ["DRS.M01504"] and result["deleted"] == []


def test_look_that_fails_leaves_the_failure(cloud: CloudEmulator, call: Caller) -> None:
    cloud.faults.add("status", service="cce", method="DELETE", status=200, body=b"null", commit=True)
    cloud.faults.add("status", service="cce", method="GET", status=403, error_code="CCE.01403001")
    result = call("cce_job", job_ids=["a-cce-1"])
    assert result["deleted"] == [] and [one["error_code"] for one in result["failures"]] == ["UnexpectedReply"]
