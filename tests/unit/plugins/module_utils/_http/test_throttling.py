# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throttle signals of all services: recognised, waited for and counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest

from emulator import CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service
from helpers.http_stub import Answer, Asked
from helpers.kind_cases import BY_NAME, SERVICES, Case

HINT = "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:1 second"
# name of the case, status and code of the throttle signal
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
def test_throttle_signal_delete_is_repeated(call: Caller, name: str, status: int, code: str) -> None:
    case = BY_NAME[name]
    call.cloud.load(small(region=case.region))
    call.cloud.faults.add(
        "status", service=case.service, method="DELETE", status=status, error_code=code, error_msg=HINT, times=2
    )
    result = call.delete(case, case.deletable)
    assert result["deleted"] == list(case.deletable) and not result.failed
    assert result["summary"]["throttled"] == 2
    assert [entry["status"] for entry in call.cloud.writes()].count(status) == 2
    assert len(call.cloud.writes()) == 4


@pytest.mark.parametrize(("name", "status", "code"), SIGNALS[::3])
def test_throttle_signal_listing_is_repeated(call: Caller, name: str, status: int, code: str) -> None:
    case = BY_NAME[name]
    call.cloud.load(small(region=case.region))
    call.cloud.faults.add("status", service=case.service, status=status, error_code=code, error_msg=HINT, times=1)
    result = call(case.info_module)
    assert len(result["records"]) == 3 and result["summary"]["throttled"] == 1


def test_throttle_signal_404_of_dms_is_not_absence(cloud: CloudEmulator, call: Caller) -> None:
    """If it counted as gone, every record would be reported as deleted or absent."""
    cloud.faults.add("status", service="dms", method="DELETE", status=404, error_code="DMS.10240407")
    result = call("dms_task", instance_id="a-kafka-1", task_ids=["a-dms-1", "never-existed"], stall_timeout=0.3)
    assert result["absent"] == [] and result["deleted"] == []
    assert {one["error_code"] for one in result["failures"]} == {"Stalled"}


def test_throttle_signal_inside_drs_202_is_repeated(cloud: CloudEmulator, call: Caller) -> None:
    item = {"id": "a-drs-1", "status": "failed", "error_code": "DRS.M01503", "error_msg": HINT}
    body = {"results": [item], "count": 1}
    cloud.faults.add("status", service="drs", method="DELETE", contains="a-drs-1", status=202, body=body, times=2)
    result = call("drs_job", job_ids=["a-drs-1", "a-drs-3"])
    assert result["deleted"] == ["a-drs-1", "a-drs-3"] and not result.failed
    assert result["summary"]["throttled"] == 2 and len(cloud.writes()) == 4


def test_throttle_signal_non_idempotent_stop_is_repeated(cloud: CloudEmulator, call: Caller) -> None:
    """A throttled request was not accepted, so even the stop of version 5 may be repeated."""
    cloud.load(small({"release_seconds": 0.05}, region="cn-north-4"))
    cloud.faults.add(
        "status", service="drs", method="POST", status=400, error_code="DRS.M01503", error_msg=HINT, times=1
    )
    assert call("drs_job", job_ids=["a-drs-2"], stop=True)["deleted"] == ["a-drs-2"]


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_throttling_at_random_loses_nothing(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(bulk(case.kind, 120))
    held = cloud.records("eu-de_retired", case.kind)
    ids = [record["id"] for record in held]
    # The service's own signal, at random.
    cloud.faults.add(
        "rate_limit", service=case.service, method="DELETE", rate=900, burst=0.001, probability=0.15, seed=5
    )
    named = case.options(ids, instance=held[0]["instance_id"])
    result = call(case.module, concurrency=16, **named)
    assert result["deleted"] == ids and not result.failed and left(cloud, case.kind) == []
    throttled = [entry for entry in cloud.writes() if entry["fault"] == "rate_limit"]
    assert 5 <= len(throttled) == result["summary"]["throttled"]
    assert result["summary"]["requests"] == len(cloud.log) == 1 + 120 + len(throttled) + listings(cloud, case)


def listings(cloud: CloudEmulator, case: Case) -> int:
    """The number of listing requests."""
    return len([entry for entry in of_service(cloud, case.service) if entry["method"] in ("GET", "POST")])


def test_retry_after_delays_next_request(cloud: CloudEmulator, call: Caller) -> None:
    headers = {"Retry-After": "1"}
    cloud.faults.add("status", service="cce", method="DELETE", status=429, headers=headers, error_msg=HINT, times=1)
    assert call("cce_job", job_ids=["a-cce-1"])["deleted"] == ["a-cce-1"]
    first, second = cloud.writes()
    assert second["at"] - first["at"] >= 0.99


def test_throttling_of_one_service_does_not_slow_others(cloud: CloudEmulator, call: Caller) -> None:
    headers = {"Retry-After": "2"}
    cloud.faults.add("status", service="cce", status=429, headers=headers, error_msg=HINT, times=1)
    result = call("environment_info")
    assert {one["state"] for one in result["listings"].values()} == {"complete"}
    late = min(entry["at"] for entry in of_service(cloud, "cce")) + 1.9
    assert max(entry["at"] for entry in cloud.log if entry["service"] != "cce") < late
    assert max(entry["at"] for entry in of_service(cloud, "cce")) > late


@pytest.mark.parametrize(("value", "seconds"), [("2", 2), *((value, 60) for value in ("60", "61", "86400", "9" * 20))])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_limited_to_one_minute(
    make_client: Callable[..., Any], fake_clock: Any, value: str, seconds: float, status: int
) -> None:
    waited, _unused = waits(make_client, fake_clock, status, value)
    # The pace adds the distance between two requests, back-off its jitter.
    assert seconds <= waited <= seconds + 5


@pytest.mark.parametrize("value", ["soon", "-5", "", "1.5.2", "\u0661"])
def test_retry_after_invalid_is_ignored(make_client: Callable[..., Any], fake_clock: Any, value: str) -> None:
    waited, requests = waits(make_client, fake_clock, 429, value.encode("ascii", "ignore").decode())
    assert waited <= 5 and requests == 2


def test_retry_after_date_is_read(make_client: Callable[..., Any], fake_clock: Any) -> None:
    in_half_a_minute = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=30), usegmt=True)
    assert 25 <= waits(make_client, fake_clock, 429, in_half_a_minute)[0] <= 35
    past = format_datetime(datetime.now(timezone.utc) - timedelta(hours=1), usegmt=True)
    assert waits(make_client, fake_clock, 429, past)[0] <= 5


def waits(make_client: Callable[..., Any], fake_clock: Any, status: int, retry_after: str) -> tuple[float, int]:
    """Throttle the first request; return the seconds waited and the number of requests."""
    body = json.dumps({"error_msg": HINT}).encode()

    def answer(asked: Asked) -> Answer:
        return Answer(status, body, {"Retry-After": retry_after}) if asked.number == 0 else Answer()

    client, server = make_client(answer)
    before = fake_clock.now
    assert client.request("GET", "/one").status == 200
    return fake_clock.now - before, len(server.asked)
