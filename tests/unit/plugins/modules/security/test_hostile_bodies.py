# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies that no service would send: huge, endlessly deep, of the wrong kind. Each one is an error, and soon."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import SERVICES

from emulator import CloudEmulator
from helpers.emulator_calls import Caller, left

MEBIBYTE = 1 << 20
# Generous, as the machine may be busy: without care some of these would take hours.
SECONDS = 120.0
LONGEST_MESSAGE = 600
HTML = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
BODIES: dict[str, Any] = {
    "10 MiB of one text": json.dumps("x" * 10 * MEBIBYTE),
    "10 MiB of an error": json.dumps({"error_msg": "x" * 10 * MEBIBYTE}),
    "10 MiB of numbers": "[" + "12345678," * MEBIBYTE + "1]",
    "10 MiB of nothing": {"text": " ", "repeat": 10 * MEBIBYTE},
    "deep lists": {"text": "[", "repeat": 200_000},
    "deep objects": {"text": '{"tasks":', "repeat": 200_000},
    "a long number": {"text": "9", "repeat": 10_000},
    "html": HTML,
    "text": "upstream connect error",
    "null": "null",
    "a bare text": '"tasks"',
    "a list of nulls": "[null]",
    "a list of lists": "[[[]]]",
    "objects without anything": '[{"metadata": null, "status": null}]',
    "not even UTF-8": {"base64": "//79/A=="},
    "half of a character": '{"tasks": "\\ud800"}',
    "NaN": '{"total_count": NaN, "tasks": Infinity}',
}

# After a delete blanks are like the empty body, and these like the object, that the APIs document.
LIKE_THE_API = (BODIES["half of a character"], BODIES["NaN"])


@pytest.mark.parametrize("body", list(BODIES.values()), ids=list(BODIES))
def test_a_listing_that_makes_no_sense_is_an_error_of_each_service(cloud: CloudEmulator, body: Any) -> None:
    for service in SERVICES:
        cloud.faults.add("status", service=service, status=200, body=body)
    started = time.monotonic()
    result = Caller(cloud)("environment_info", api_version="v5")
    assert time.monotonic() - started < SECONDS
    assert {name: listing["state"] for name, listing in result["listings"].items()} == dict.fromkeys(SERVICES, "failed")
    assert {listing["error_code"] for listing in result["listings"].values()} == {"MalformedReply"}
    assert result["records"] == []
    assert result.failed
    assert all(f"{service}: " in result["msg"] for service in SERVICES)
    assert "exception" not in result
    assert len(result.output) < 20 * LONGEST_MESSAGE


@pytest.mark.parametrize("body", list(BODIES.values()), ids=list(BODIES))
@pytest.mark.parametrize("status", [200, 400])
def test_a_delete_that_is_answered_with_nonsense_has_failed(cloud: CloudEmulator, body: Any, status: int) -> None:
    """A service that answers with nothing like what its API documents has not said that anything is gone."""
    cloud.faults.add("status", service="gaussdb", method="DELETE", status=status, body=body)
    result = Caller(cloud)("gaussdb_job", job_ids=["a-gauss-1", "a-gauss-2"])
    if status == 200 and body in (BODIES["10 MiB of nothing"], *LIKE_THE_API):
        assert result["deleted"] == ["a-gauss-1", "a-gauss-2"]
        return
    assert [failure["id"] for failure in result["failures"]] == ["a-gauss-1", "a-gauss-2"]
    assert all(len(failure["error_msg"]) < LONGEST_MESSAGE for failure in result["failures"])
    assert result["msg"].startswith("2 of 2 GaussDB jobs not deleted")
    assert left(cloud, "gaussdb") == ["a-gauss-1", "a-gauss-2", "a-gauss-3"]


@pytest.mark.parametrize("body", list(BODIES.values()), ids=list(BODIES))
def test_a_login_that_is_answered_with_nonsense_deletes_nothing(cloud: CloudEmulator, body: Any) -> None:
    cloud.faults.add("status", service="iam", status=201, body=body, headers={"X-Subject-Token": "a-token"})
    result = Caller(cloud)("gaussdb_job", job_ids=["a-gauss-1"])
    assert result["failures"][0]["error_code"] == "MalformedReply"
    assert [entry["service"] for entry in cloud.log] == ["iam"]
    result = Caller(cloud)("identity_info")
    assert (result["service"], result["error_code"]) == ("iam", "MalformedReply")


@pytest.mark.parametrize("total", [1_000_000, 999_999_999, 10**30])
def test_a_total_that_promises_too_much_is_soon_seen_through(cloud: CloudEmulator, total: int) -> None:
    tasks = [{"job_id": "a-gauss-1", "status": "Completed"}]
    cloud.faults.add("status", service="gaussdb", status=200, body={"tasks": tasks, "total_count": total})
    result = Caller(cloud)("gaussdb_job_info")
    if total < 10**9:
        assert result["error_code"] == "IncompleteListing"
    else:
        assert [record["id"] for record in result["records"]] == ["a-gauss-1"]
    assert len(cloud.log) < 400
