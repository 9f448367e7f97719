# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of fault, and which requests it strikes."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from starlette.responses import Response

from emulator import PROJECT, CloudEmulator, bulk, neighbours
from emulator.faults import FAULT_KINDS, Faults, TokenBucket

from .expectations import RECORD_SERVICES, SERVICES, refusal

TASKS, JOB = "/v3/{p}/tasks", "/v3/{p}/jobs/a-gauss-1"


def status_of(client: Any, service: str = "gaussdb") -> int:
    return client(service, "GET", SERVICES[service].path).status_code  # type: ignore[no-any-return]


def left(client: Any) -> int:
    return len(client.cloud.records(PROJECT, "gaussdb"))


def test_fault_of_unknown_kind_or_setting_refused() -> None:
    faults = Faults()
    for wrong in ({"kind": "flood"}, {"kind": "latency", "rate": 1}, {"kind": "page_broken", "mode": "torn"}):
        with pytest.raises(ValueError, match=r"flood|rate|mode"):
            faults.add(**wrong)
    with pytest.raises(TypeError):
        faults.add("drop_after", True)  # type: ignore[call-arg]
    assert not faults


def test_fault_of_every_kind_described_as_json() -> None:
    faults = Faults()
    for kind in FAULT_KINDS:
        faults.add(kind)
    faults.add("status", body=b"\xff\x00")
    assert [fault["kind"] for fault in json.loads(json.dumps(faults.describe()))] == [*FAULT_KINDS, "status"]
    faults.clear()
    assert faults.describe() == []


def test_fault_with_conditions_strikes_matching_requests(client: Any) -> None:
    def struck(**where: Any) -> set[str]:
        client.cloud.faults.clear()
        client.cloud.faults.add("status", status=503, **where)
        return {service for service in SERVICES if status_of(client, service) == 503}

    assert struck() == set(SERVICES)
    assert struck(service="dms") == {"dms"}
    assert struck(method="DELETE") == set()
    assert struck(path=r"/tasks$") == {"gaussdb", "dms", "dcs"}
    assert struck(contains="job_type=sync") == {"drs"}
    assert struck(contains=client.project_id) == set(RECORD_SERVICES)
    assert struck(project="eu-de_nowhere") == set()


def test_fault_of_one_project_spares_others(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    cloud = start(neighbours(2))
    cloud.faults.add("status", project="eu-de_neighbour1")
    assert status_of(log_in(cloud), "cce") == 200
    assert status_of(log_in(cloud, "eu-de_neighbour1"), "cce") == 503


def test_fault_with_after_and_times_strikes_that_often(client: Any) -> None:
    fault = client.cloud.faults.add("status", status=500, after=2, times=3)
    assert [status_of(client) for _round in range(7)] == [200, 200, 500, 500, 500, 200, 200]
    assert (fault.seen, fault.hits) == (7, 3)


def test_fault_with_probability_reproducible_by_seed(client: Any) -> None:
    def run(seed: int) -> list[int]:
        client.cloud.faults.clear()
        client.cloud.faults.add("status", probability=0.3, seed=seed)
        return [status_of(client) for _round in range(60)]

    first = run(1)
    assert 5 < first.count(503) < 35
    assert run(1) == first
    assert run(2) != first


def test_faults_of_several_kinds_first_decides_and_latencies_add_up(client: Any) -> None:
    client.cloud.faults.add("latency", seconds=0.05)
    client.cloud.faults.add("latency", seconds=0.05, jitter=0.01)
    client.cloud.faults.add("status", status=502, times=1)
    second = client.cloud.faults.add("status", status=504)
    began = time.monotonic()
    assert status_of(client) == 502
    assert time.monotonic() - began >= 0.1
    assert second.hits == 0
    assert status_of(client) == 504


def test_latency_option_delays_service_only(connect: Any) -> None:
    client = connect(options={"latency": {"cce": 0.1}})

    def seconds(service: str) -> float:
        began = time.monotonic()
        status_of(client, service)
        return time.monotonic() - began

    assert seconds("cce") >= 0.1
    assert min(seconds("dcs") for _round in range(3)) < 0.1


@pytest.mark.parametrize("service", SERVICES)
def test_rate_limit_exceeded_refused_as_service_does(client: Any, service: str) -> None:
    client.cloud.faults.add("rate_limit", rate=0.001, burst=1)
    assert status_of(client, service) == 200
    response = client(service, "GET", SERVICES[service].path)
    assert refusal(response) == SERVICES[service].throttled
    assert "limit:0.001,time:1 second" in response.text


def test_rate_limit_of_one_service_without_hint(client: Any) -> None:
    client.cloud.faults.add("rate_limit", service="dms", rate=0.001, burst=1, hint=False)
    assert status_of(client, "dms") == 200
    response = client("dms", "GET", SERVICES["dms"].path)
    assert refusal(response) == SERVICES["dms"].throttled
    assert "limit:" not in response.text
    assert status_of(client, "dcs") == 200


def test_token_bucket_over_time_grants_rate_and_burst() -> None:
    now = [0.0]
    bucket = TokenBucket(rate=10, burst=5, clock=lambda: now[0])
    assert [bucket.take() for _round in range(7)] == [True] * 5 + [False] * 2
    now[0] = 0.25
    assert [bucket.take() for _round in range(3)] == [True, True, False]
    now[0] = 100.0
    assert [bucket.take() for _round in range(6)] == [True] * 5 + [False]


def test_status_sent_in_services_error_body_or_raw(client: Any) -> None:
    faults = client.cloud.faults
    faults.add("status", service="cce", status=409, error_code="CCE.01409001", error_msg="busy", headers={"X-Odd": "1"})
    response = client("cce", "GET", SERVICES["cce"].path)
    assert (response.status_code, response.headers["X-Odd"]) == (409, "1")
    assert response.json() == {"errorCode": "CCE.01409001", "errorMessage": "busy"}
    faults.add("status", service="dcs", status=200, body=b"\xff\xfe", headers={"Content-Type": "text/html"})
    response = client("dcs", "GET", SERVICES["dcs"].path)
    sent = (response.status_code, response.content, response.headers["Content-Type"])
    assert sent == (200, b"\xff\xfe", "text/html")


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("<html>", b"<html>"),
        ({"base64": base64.b64encode(b"\x00").decode()}, b"\x00"),
        ({"text": "[", "repeat": 1000}, b"[" * 1000),
        ({"tasks": None}, b'{"tasks": null}'),
    ],
)
def test_status_with_raw_body_sends(client: Any, body: Any, sent: bytes) -> None:
    client.cloud.faults.add("status", status=200, body=body)
    assert client("gaussdb", "GET", TASKS).content == sent


@pytest.mark.parametrize(("commit", "remaining"), [(False, 3), (True, 2)])
def test_status_with_commit_carries_out_request(client: Any, commit: bool, remaining: int) -> None:
    client.cloud.faults.add("status", status=504, method="DELETE", times=1, commit=commit)
    assert client("gaussdb", "DELETE", JOB).status_code == 504
    assert left(client) == remaining


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize(("kind", "remaining"), [("drop_before", 3), ("drop_after", 2)])
def test_drop_closes_connection_before_or_after_request(client: Any, kind: str, remaining: int, reset: bool) -> None:
    assert status_of(client) == 200
    client.cloud.faults.add(kind, method="DELETE", times=1, reset=reset)
    with pytest.raises(requests.ConnectionError, match=r"reset" if reset else r"without response"):
        client("gaussdb", "DELETE", JOB)
    assert left(client) == remaining
    assert client("gaussdb", "DELETE", JOB).status_code == (200 if remaining == 3 else 400)
    entry = client.cloud.writes()[0]
    assert (entry["status"], entry["fault"]) == (None, kind)


def test_cut_body_ends_response_early(client: Any) -> None:
    client.cloud.faults.add("cut_body", times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client("gaussdb", "GET", TASKS)
    assert status_of(client) == 200


@pytest.mark.parametrize(("commit", "remaining"), [(False, 3), (True, 2)])
def test_hang_sends_no_response(client: Any, commit: bool, remaining: int) -> None:
    client.cloud.faults.add("hang", method="DELETE", commit=commit)
    url = client.cloud.endpoints["gaussdb"] + JOB.replace("{p}", client.project_id)
    with pytest.raises(requests.ReadTimeout):
        requests.delete(url, headers={"X-Auth-Token": client.token}, timeout=0.2)
    assert left(client) == remaining
    client.cloud.faults.clear()
    client.cloud.faults.add("hang", method="DELETE", seconds=0.1)
    with pytest.raises(requests.ConnectionError):
        client("gaussdb", "DELETE", JOB)


def test_hang_during_stop_ends_at_once(client: Any) -> None:
    cloud = client.cloud
    cloud.faults.add("hang")
    errors: list[Exception] = []

    def ask() -> None:
        try:
            client("gaussdb", "GET", TASKS)
        except requests.ConnectionError as error:
            errors.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    while not cloud.counters().get("gaussdb") and len(cloud.log) < 2:
        time.sleep(0.01)
    began = time.monotonic()
    cloud.stop()
    asking.join(timeout=5)
    assert errors
    assert time.monotonic() - began < 2


def test_expire_token_of_request_or_of_all(client: Any) -> None:
    second = {"X-Auth-Token": client.log_in({"project": {"name": PROJECT}}).headers["X-Subject-Token"]}
    client.cloud.faults.add("expire_token", service="gaussdb", after=1, times=1)
    assert [status_of(client) for _round in range(3)] == [200, 401, 401]
    assert client("gaussdb", "GET", TASKS, headers=second).status_code == 200
    client.cloud.faults.add("expire_token", times=1, all=True)
    assert client("gaussdb", "GET", TASKS, headers={"X-Auth-Token": "other"}).status_code == 401
    assert client("gaussdb", "GET", TASKS, headers=second).status_code == 401


def test_redirect_sent_in_place_of_response(client: Any) -> None:
    client.cloud.faults.add("redirect", location="http://127.0.0.1:9/elsewhere")
    response = client("gaussdb", "DELETE", JOB, allow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (307, "http://127.0.0.1:9/elsewhere")
    assert left(client) == 3


def test_echo_repeats_headers_and_body(client: Any) -> None:
    client.cloud.faults.add("echo")
    response = client("drs", "DELETE", "/v3/{p}/jobs/batch-jobs", json={"jobs": ["a-secret"]})
    assert response.status_code == 500
    assert client.token in response.json()["error_msg"]
    assert "a-secret" in response.json()["error_msg"]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("mode", ["invalid_json", "truncated"])
def test_page_broken_mode_makes_invalid_json(client: Any, service: str, mode: str) -> None:
    client.cloud.faults.add("page_broken", mode=mode)
    response = client(service, "GET", SERVICES[service].path)
    assert response.status_code == 200
    with pytest.raises(ValueError, match=r".+"):
        response.json()


def test_page_broken_mode_changes_content(client: Any) -> None:
    def page(service: str, mode: str) -> Any:
        client.cloud.faults.clear()
        client.cloud.faults.add("page_broken", mode=mode)
        return client(service, "GET", SERVICES[service].path).json()

    assert page("gaussdb", "wrong_type")["tasks"] == "not a list"
    assert page("gaussdb", "empty") == {"tasks": [], "total_count": 3}
    assert page("gaussdb", "missing_list") == {"total_count": 3}
    assert page("gaussdb", "wrong_total")["total_count"] == 10
    doubled = page("gaussdb", "duplicate_items")
    assert (len(doubled["tasks"]), doubled["total_count"]) == (6, 3)
    assert page("cce", "wrong_type") == "not a list"
    assert page("cce", "empty") == []
    assert len(page("cce", "duplicate_items")) == 6
    assert page("dms", "wrong_total")["task_count"] == "9"


def test_page_broken_repeats_previous_page(connect: Any) -> None:
    client = connect(bulk("gaussdb", 30))
    fault = client.cloud.faults.add("page_broken", mode="repeat_previous", after=1, times=1)
    pages = [client("gaussdb", "GET", f"{TASKS}?offset={offset}&limit=10").json() for offset in (0, 10, 20)]
    assert pages[1] == pages[0]
    assert pages[2] != pages[0]
    assert fault.hits == 1


def test_page_broken_spares_everything_but_lists(client: Any) -> None:
    fault = client.cloud.faults.add("page_broken")
    assert client("gaussdb", "GET", "/v3/{p}/jobs?id=a-gauss-1").status_code == 200
    assert client("gaussdb", "DELETE", JOB).status_code == 200
    assert refusal(client("gaussdb", "GET", TASKS + "?limit=0")) == (400, "DBS.200001")
    assert client("drs", "DELETE", "/v5/{p}/jobs", json={"jobs": ["a-drs-1"]}).json()["jobs"][0]["status"] == "success"
    assert fault.seen == 1


def test_transform_changes_response(client: Any) -> None:
    def lengthen(response: Response) -> Response:
        response.body = response.body.upper() + b" "
        return response

    client.cloud.faults.add("transform", function=lengthen, service="gaussdb", times=1)
    assert client("gaussdb", "GET", TASKS).content.endswith(b'"TOTAL_COUNT":3} ')


def test_fault_of_scenario_in_force_from_start(connect: Any) -> None:
    faults = [{"kind": "status", "service": "gaussdb", "status": 500, "times": 1}]
    client = connect({**bulk("gaussdb", 3), "faults": faults})
    assert [status_of(client) for _round in range(2)] == [500, 200]
