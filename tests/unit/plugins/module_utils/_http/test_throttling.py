# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throttle signals: each is known for what it is, waited for, counted, and never taken for an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service
from helpers.http_stub import Answer, Asked
from helpers.kind_cases import BY_NAME, SERVICES, Case

HINT = "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:1 second"
# name of the case, status and code by which the service says: later
SIGNALS = [
    *((case.name, 429, "APIGW.0308") for case in SERVICES),
    *((case.name, 429, "X.unknown") for case in SERVICES),
    ("gaussdb-otc", 403, "APIGW.0308"),
    ("dms", 404, "DMS.10240407"),
    ("drs-v3", 400, "DRS.M01503"),
    ("drs-v5", 400, "DRS.M01503"),
    ("cce", 429, "CCE.01429002"),
    ("cce", 429, "CCE.01429003"),
    ("cce", 429, "CCE.02429001"),
    ("cce", 403, "CCE.02429001"),
]


@pytest.mark.parametrize(("name", "status", "code"), SIGNALS)
def test_signal_is_waited_for(cloud: CloudEmulator, call: Caller, name: str, status: int, code: str) -> None:
    case = BY_NAME[name]
    cloud.load(small(region=case.region))
    cloud.faults.add(
        "status", service=case.service, method="DELETE", status=status, error_code=code, error_msg=HINT, times=2
    )
    result = call.delete(case, case.deletable)
    assert result["deleted"] == list(case.deletable) and not result.failed
    assert result["summary"]["throttled"] == 2
    assert [entry["status"] for entry in cloud.writes()].count(status) == 2
    assert len(cloud.writes()) == 4


@pytest.mark.parametrize(("name", "status", "code"), SIGNALS[::3])
def test_listing_waits_too(cloud: CloudEmulator, call: Caller, name: str, status: int, code: str) -> None:
    case = BY_NAME[name]
    cloud.load(small(region=case.region))
    cloud.faults.add("status", service=case.service, status=status, error_code=code, error_msg=HINT, times=1)
    result = call(case.info_module)
    assert len(result["records"]) == 3 and result["summary"]["throttled"] == 1


def test_throttled_404_of_dms_is_never_absence(cloud: CloudEmulator, call: Caller) -> None:
    """The one 404 that says: later. Read as 'gone', every record would be reported deleted or absent."""
    cloud.faults.add("status", service="dms", method="DELETE", status=404, error_code="DMS.10240407")
    result = call("dms_task", instance_id="a-kafka-1", task_ids=["a-dms-1", "never-existed"], stall_timeout=0.3)
    assert result["absent"] == [] and result["deleted"] == []
    assert {one["error_code"] for one in result["failures"]} == {"Stalled"}


def test_drs_may_throttle_inside_a_202(cloud: CloudEmulator, call: Caller) -> None:
    item = {"id": "a-drs-1", "status": "failed", "error_code": "DRS.M01503", "error_msg": HINT}
    body = {"results": [item], "count": 1}
    cloud.faults.add("status", service="drs", method="DELETE", contains="a-drs-1", status=202, body=body, times=2)
    result = call("drs_job", job_ids=["a-drs-1", "a-drs-3"])
    assert result["deleted"] == ["a-drs-1", "a-drs-3"] and not result.failed
    assert result["summary"]["throttled"] == 2 and len(cloud.writes()) == 4


def test_stop_that_is_throttled_is_repeated(cloud: CloudEmulator, call: Caller) -> None:
    """A throttled request was not taken, so that even the stop of version 5 may be sent again."""
    cloud.load(small({"release_seconds": 0.05}, region="cn-north-4"))
    cloud.faults.add(
        "status", service="drs", method="POST", status=400, error_code="DRS.M01503", error_msg=HINT, times=1
    )
    assert call("drs_job", job_ids=["a-drs-2"], stop=True)["deleted"] == ["a-drs-2"]


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_throttling_loses_nothing(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(bulk(case.service, 120))
    held = cloud.records("eu-de_retired", case.service)
    ids = [record["id"] for record in held]
    # The service's own signal, at random.
    cloud.faults.add(
        "rate_limit", service=case.service, method="DELETE", rate=900, burst=0.001, probability=0.15, seed=5
    )
    named = case.options(ids, instance=held[0]["instance_id"])
    result = call(case.module, concurrency=16, **named)
    assert result["deleted"] == ids and not result.failed and left(cloud, case.service) == []
    throttled = [entry for entry in cloud.writes() if entry["fault"] == "rate_limit"]
    assert 5 <= len(throttled) == result["summary"]["throttled"]
    assert result["summary"]["requests"] == len(cloud.log) == 1 + 120 + len(throttled) + looks(cloud, case)


def looks(cloud: CloudEmulator, case: Case) -> int:
    """How many requests were listings."""
    return len([entry for entry in of_service(cloud, case.service) if entry["method"] in ("GET", "POST")])


def test_retry_after_is_kept(cloud: CloudEmulator, call: Caller) -> None:
    headers = {"Retry-After": "1"}
    cloud.faults.add("status", service="cce", method="DELETE", status=429, headers=headers, error_msg=HINT, times=1)
    assert call("cce_job", job_ids=["a-cce-1"])["deleted"] == ["a-cce-1"]
    first, second = cloud.writes()
    assert second["at"] - first["at"] >= 0.99


def test_throttling_of_one_service_does_not_slow_another(cloud: CloudEmulator, call: Caller) -> None:
    headers = {"Retry-After": "2"}
    cloud.faults.add("status", service="cce", status=429, headers=headers, error_msg=HINT, times=1)
    result = call("environment_info")
    assert {one["state"] for one in result["listings"].values()} == {"complete"}
    late = min(entry["at"] for entry in of_service(cloud, "cce")) + 1.9
    assert max(entry["at"] for entry in cloud.log if entry["service"] != "cce") < late
    assert max(entry["at"] for entry in of_service(cloud, "cce")) > late


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2", 2.0),
        ("60", 60.0),
        ("61", 60.0),
        ("86400", 60.0),
        ("99999999999999999999", 60.0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_clamped_to_a_minute(
    client_of: Callable[..., Any], moved: Any, value: str, seconds: float, status: int
) -> None:
    waited, _unused = waits(client_of, moved, status, value)
    # The pace adds the distance between two requests, back-off its jitter.
    assert seconds <= waited <= seconds + 5


@pytest.mark.parametrize("value", ["soon", "-5", "", "1.5.2", "\u0661"])
def test_retry_after_that_makes_no_sense_is_left(client_of: Callable[..., Any], moved: Any, value: str) -> None:
    waited, requests = waits(client_of, moved, 429, value.encode("ascii", "ignore").decode())
    assert waited <= 5 and requests == 2


def test_retry_after_may_be_a_date(client_of: Callable[..., Any], moved: Any) -> None:
    in_half_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 25 <= waits(client_of, moved, 429, in_half_a_minute)[0] <= 35
    past = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    assert waits(client_of, moved, 429, past)[0] <= 5


def waits(client_of: Callable[..., Any], moved: Any, status: int, retry_after: str) -> tuple[float, int]:
    """Let the first request be refused; return how long was waited and how many requests there were."""
    body = json.dumps({"error_msg": HINT}).encode()

    def answer(asked: Asked) -> Answer:
        return Answer(status, body, {"Retry-After": retry_after}) if asked.number == 0 else Answer()

    client, server = client_of(answer)
    before = moved.now
    assert client.request("GET", "/one").status == 200
    return moved.now - before, len(server.asked)
