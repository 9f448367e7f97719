# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies that no service would send, huge, very deep or of the wrong type, are errors, and soon."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import select_kinds

from emulator import CloudEmulator, small
from helpers.emulator_calls import Caller, left

MEBIBYTE = 1 << 20
# Without a limit on size and depth some of these would take hours.
SECONDS = 120.0
LONGEST_MESSAGE = 512
BODIES: dict[str, Any] = {
    "10 MiB of one text": json.dumps("x" * 10 * MEBIBYTE),
    "10 MiB of an error": json.dumps({"error_msg": "x" * 10 * MEBIBYTE}),
    "10 MiB of numbers": "[" + "12345678," * MEBIBYTE + "1]",
    "10 MiB of blanks": {"text": " ", "repeat": 10 * MEBIBYTE},
    "deep lists": {"text": "[", "repeat": 200_000},
    "deep objects": {"text": '{"tasks":', "repeat": 200_000},
    "a long number": {"text": "9", "repeat": 10_000},
    "html": "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>",
    "text": "upstream connect error",
    "null": "null",
    "a bare text": '"tasks"',
    "a list of nulls": "[null]",
    "a list of lists": "[[[]]]",
    "objects without content": '[{"metadata": null, "status": null}]',
    "not UTF-8": {"base64": "//79/A=="},
    "half of a character": '{"tasks": "\\ud800"}',
    "NaN": '{"total_count": NaN, "tasks": Infinity}',
}
# As the response to a delete these are like the empty body or the object that the APIs document.
DOCUMENTED = ("10 MiB of blanks", "half of a character", "NaN")
each_body = pytest.mark.parametrize("name", BODIES)


@each_body
def test_list_hostile_body_fails_for_each_kind(cloud: CloudEmulator, call: Caller, name: str) -> None:
    kinds = select_kinds(["all"], Cloud.OTC)
    for service in {kind.service for kind in kinds}:
        cloud.faults.add("status", service=service, status=200, body=BODIES[name])
    started = time.monotonic()
    result = call("environment_info", kinds="all", api_version="v5")
    assert time.monotonic() - started < SECONDS
    listings = result["listings"]
    assert {kind: (one["state"], one["error_code"]) for kind, one in listings.items()} == dict.fromkeys(
        [kind.name for kind in kinds], ("failed", "MalformedReply")
    )
    assert result.failed and result["records"] == []
    assert all(f"{kind.service}: cannot list records: " in result["msg"] for kind in kinds)
    assert "exception" not in result
    assert len(result.output) < 20 * LONGEST_MESSAGE


@each_body
@pytest.mark.parametrize("status", [200, 400])
def test_delete_hostile_body_fails_unless_documented(call: Caller, name: str, status: int) -> None:
    call.cloud.faults.add("status", service="gaussdb", method="DELETE", status=status, body=BODIES[name])
    ids = ["a-gauss-1", "a-gauss-2"]
    result = call("gaussdb_job", job_ids=ids)
    if status == 200 and name in DOCUMENTED:
        assert result["deleted"] == ids
        return
    assert [failure["id"] for failure in result["failures"]] == ids
    assert all(len(failure["error_msg"]) <= LONGEST_MESSAGE for failure in result["failures"])
    assert len(result.output) < 10 * LONGEST_MESSAGE
    assert result["msg"].startswith("2 of 2 GaussDB jobs not deleted")
    assert left(call.cloud, "gaussdb") == ["a-gauss-1", "a-gauss-2", "a-gauss-3"]


@each_body
@pytest.mark.parametrize("commit", [False, True], ids=["undone", "done"])
def test_delete_of_instances_hostile_body_is_never_taken_for_success(call: Caller, name: str, commit: bool) -> None:
    call.cloud.load(small({"instance_seconds": 0.0}))
    call.cloud.faults.add("status", service="cce", method="DELETE", status=200, body=BODIES[name], commit=commit)
    ids = ["a-cluster-1", "a-cluster-2"]
    result = call("cce_cluster", cluster_ids=ids, wait_timeout=0.05)
    assert result["deleted"] == (ids if commit else [])
    assert [failure["error_code"] for failure in result["failures"]] == ([] if commit else ["WaitTimeout"] * 2)
    assert all(len(failure["error_msg"]) <= 2 * LONGEST_MESSAGE for failure in result["failures"])
    assert left(call.cloud, "cce_cluster") == ([] if commit else ids)


@each_body
def test_login_hostile_body_fails_and_deletes_nothing(cloud: CloudEmulator, call: Caller, name: str) -> None:
    cloud.faults.add("status", service="iam", status=201, body=BODIES[name], headers={"X-Subject-Token": "a-token"})
    result = call("gaussdb_job", job_ids=["a-gauss-1"])
    assert result["failures"][0]["error_code"] == "MalformedReply"
    assert [entry["service"] for entry in cloud.log] == ["iam"]
    result = call("identity_info")
    assert (result["service"], result["error_code"]) == ("iam", "MalformedReply")


@pytest.mark.parametrize("total", [1_000_000, 999_999_999, 10**30])
def test_list_total_too_high_stops(cloud: CloudEmulator, call: Caller, total: int) -> None:
    tasks = [{"job_id": "a-gauss-1", "status": "Completed"}]
    cloud.faults.add("status", service="gaussdb", status=200, body={"tasks": tasks, "total_count": total})
    result = call("gaussdb_job_info")
    if total < 10**9:
        assert result["error_code"] == "IncompleteListing"
    else:
        assert [record["id"] for record in result["records"]] == ["a-gauss-1"]
    assert len(cloud.log) < 400
