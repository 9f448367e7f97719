# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of fault, and where and how often it strikes."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from emulator import PROJECT, CloudEmulator, bulk, neighbours
from emulator.faults import KINDS, Faults, TokenBucket

TASKS = "/v3/{p}/tasks"
JOB = "/v3/{p}/jobs/a-gauss-1"
LISTS = {
    "gaussdb": ("GET", TASKS, {}),
    "drs": ("GET", "/v5/{p}/jobs?job_type=sync", {}),
    "dms": ("GET", "/v2/{p}/instances/a-kafka-1/tasks", {}),
    "cce": ("GET", "/api/v2/projects/{p}/jobs", {}),
    "dcs": ("GET", "/v2/{p}/tasks", {}),
    "iam": ("GET", "/v3/auth/projects", {}),
}


def left(cloud: CloudEmulator, service: str = "gaussdb") -> int:
    return len(cloud.records(PROJECT, service))


def test_unknown_kinds_and_settings_are_refused() -> None:
    faults = Faults()
    for wrong in ({"kind": "flood"}, {"kind": "latency", "rate": 1}, {"kind": "page_broken", "mode": "torn"}):
        with pytest.raises(ValueError, match=r"flood|rate|mode"):
            faults.add(**wrong)
    with pytest.raises(TypeError):
        faults.add("drop_after", True)  # type: ignore[misc]
    assert not faults


def test_every_kind_can_be_described_as_json() -> None:
    faults = Faults()
    for kind in KINDS:
        faults.add(kind)
    faults.add("status", body=b"\xff\x00")
    assert [fault["kind"] for fault in json.loads(json.dumps(faults.describe()))] == [*KINDS, "status"]
    faults.clear()
    assert faults.describe() == []


def test_where_a_fault_strikes(client: Any) -> None:
    faults = client.cloud.faults

    def struck(**where: Any) -> list[str]:
        faults.clear()
        faults.add("status", status=503, **where)
        return [
            service
            for service, (method, path, _unused) in LISTS.items()
            if client(service, method, path).status_code == 503
        ]

    assert struck() == list(LISTS)
    assert struck(service="dms") == ["dms"]
    assert struck(method="DELETE") == []
    assert struck(path=r"/tasks$") == ["gaussdb", "dms", "dcs"]
    assert struck(contains="job_type=sync") == ["drs"]
    assert struck(contains=client.project_id) == ["gaussdb", "drs", "dms", "cce", "dcs"]
    assert struck(project="eu-de_nowhere") == []


def test_a_fault_can_be_meant_for_one_project(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    cloud = start(neighbours(2))
    cloud.faults.add("status", project="eu-de_neighbour1")
    assert log_in(cloud)("cce", *LISTS["cce"][:2]).status_code == 200
    assert log_in(cloud, "eu-de_neighbour1")("cce", *LISTS["cce"][:2]).status_code == 503


def test_how_often_a_fault_strikes(client: Any) -> None:
    fault = client.cloud.faults.add("status", status=500, after=2, times=3)
    answers = [client("gaussdb", "GET", TASKS).status_code for _round in range(7)]
    assert answers == [200, 200, 500, 500, 500, 200, 200]
    assert (fault.seen, fault.hits) == (7, 3)


def test_probability_is_reproducible(client: Any) -> None:
    def run(seed: int) -> list[int]:
        client.cloud.faults.clear()
        client.cloud.faults.add("status", probability=0.3, seed=seed)
        return [client("gaussdb", "GET", TASKS).status_code for _round in range(60)]

    first = run(1)
    assert 5 < first.count(503) < 35
    assert run(1) == first
    assert run(2) != first


def test_the_first_fault_that_strikes_decides_and_delays_add_up(client: Any) -> None:
    client.cloud.faults.add("latency", seconds=0.05)
    client.cloud.faults.add("latency", seconds=0.05, jitter=0.01)
    client.cloud.faults.add("status", status=502, times=1)
    second = client.cloud.faults.add("status", status=504)
    began = time.monotonic()
    assert client("gaussdb", "GET", TASKS).status_code == 502
    assert time.monotonic() - began >= 0.1
    assert second.hits == 0
    assert client("gaussdb", "GET", TASKS).status_code == 504


def test_base_latency(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(options={"latency": {"cce": 0.1}}))

    def seconds(service: str) -> float:
        began = time.monotonic()
        client(service, *LISTS[service][:2])
        return time.monotonic() - began

    assert seconds("cce") >= 0.1
    assert min(seconds("dcs") for _round in range(3)) < 0.1


@pytest.mark.parametrize(
    ("service", "status", "code"),
    [
        ("gaussdb", 429, "APIGW.0308"),
        ("drs", 400, "DRS.M01503"),
        ("dms", 404, "DMS.10240407"),
        ("cce", 429, "CCE.02429001"),
        ("dcs", 429, "APIGW.0308"),
        ("iam", 429, "IAM.0012"),
    ],
)
def test_rate_limit_speaks_the_services_language(client: Any, service: str, status: int, code: str) -> None:
    client.cloud.faults.add("rate_limit", rate=0.001, burst=1, retry_after=7)
    assert client(service, *LISTS[service][:2]).status_code == 200
    answer = client(service, *LISTS[service][:2])
    document = answer.json()
    assert answer.status_code == status
    assert code in document.values() or document["error"]["error_code"] == code
    assert "limit:0.001,time:1 second" in answer.text
    assert answer.headers["Retry-After"] == "7"


def test_rate_limit_as_the_gateways_429_without_a_hint(client: Any) -> None:
    client.cloud.faults.add("rate_limit", service="dms", rate=0.001, burst=1, signal="429", hint=False)
    assert client("dms", *LISTS["dms"][:2]).status_code == 200
    answer = client("dms", *LISTS["dms"][:2])
    assert (answer.status_code, answer.json()["error_code"]) == (429, "APIGW.0308")
    assert "limit:" not in answer.text
    assert "Retry-After" not in answer.headers
    assert client("dcs", *LISTS["dcs"][:2]).status_code == 200


def test_token_bucket() -> None:
    now = [0.0]
    bucket = TokenBucket(rate=10, burst=5, clock=lambda: now[0])
    assert [bucket.take() for _round in range(7)] == [True] * 5 + [False] * 2
    now[0] = 0.25
    assert [bucket.take() for _round in range(3)] == [True, True, False]
    now[0] = 100.0
    assert [bucket.take() for _round in range(6)] == [True] * 5 + [False]
    strict = TokenBucket(rate=10, burst=2, clock=lambda: now[0])
    assert [strict.take(count_refused=True) for _round in range(5)] == [True, True, False, False, False]
    now[0] = 100.25
    assert strict.take(count_refused=True) is False


def test_status_in_the_services_body_or_raw(client: Any) -> None:
    faults = client.cloud.faults
    faults.add("status", service="cce", status=409, error_code="CCE.01409001", error_msg="busy", headers={"X-Odd": "1"})
    answer = client("cce", *LISTS["cce"][:2])
    assert (answer.status_code, answer.headers["X-Odd"]) == (409, "1")
    assert answer.json() == {"errorCode": "CCE.01409001", "errorMessage": "busy"}
    faults.add("status", service="dcs", status=200, body=b"\xff\xfe", content_type="text/html")
    answer = client("dcs", *LISTS["dcs"][:2])
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, b"\xff\xfe", "text/html")


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("<html>", b"<html>"),
        ({"base64": base64.b64encode(b"\x00").decode()}, b"\x00"),
        ({"text": "[", "repeat": 1000}, b"[" * 1000),
        ({"tasks": None}, b'{"tasks": null}'),
    ],
)
def test_raw_bodies(client: Any, body: Any, sent: bytes) -> None:
    client.cloud.faults.add("status", status=200, body=body)
    assert client("gaussdb", "GET", TASKS).content == sent


def test_status_before_or_after_the_commit(client: Any) -> None:
    client.cloud.faults.add("status", status=504, method="DELETE", times=1)
    assert client("gaussdb", "DELETE", JOB).status_code == 504
    assert left(client.cloud) == 3
    client.cloud.faults.add("status", status=504, method="DELETE", times=1, commit=True)
    assert client("gaussdb", "DELETE", JOB).status_code == 504
    assert left(client.cloud) == 2


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize(("kind", "remaining"), [("drop_before", 3), ("drop_after", 2)])
def test_dropped_connections(client: Any, kind: str, remaining: int, reset: bool) -> None:
    assert client("gaussdb", "GET", TASKS).status_code == 200
    client.cloud.faults.add(kind, method="DELETE", times=1, reset=reset)
    with pytest.raises(requests.ConnectionError, match=r"reset" if reset else r"without response"):
        client("gaussdb", "DELETE", JOB)
    assert left(client.cloud) == remaining
    again = client("gaussdb", "DELETE", JOB)
    assert again.status_code == (200 if remaining == 3 else 400)
    entry = client.cloud.writes()[0]
    assert (entry["status"], entry["fault"]) == (None, kind)


def test_cut_body(client: Any) -> None:
    client.cloud.faults.add("cut_body", times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client("gaussdb", "GET", TASKS)
    assert client("gaussdb", "GET", TASKS).status_code == 200


@pytest.mark.parametrize(("commit", "remaining"), [(False, 3), (True, 2)])
def test_hang(client: Any, commit: bool, remaining: int) -> None:
    client.cloud.faults.add("hang", method="DELETE", commit=commit)
    url = client.cloud.endpoints["gaussdb"] + JOB.replace("{p}", client.project_id)
    with pytest.raises(requests.ReadTimeout):
        requests.delete(url, headers={"X-Auth-Token": client.token}, timeout=0.2)
    assert left(client.cloud) == remaining
    client.cloud.faults.clear()
    client.cloud.faults.add("hang", method="DELETE", seconds=0.1)
    with pytest.raises(requests.ConnectionError):
        client("gaussdb", "DELETE", JOB)


def test_a_hanging_request_does_not_hold_up_the_end(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    cloud = start()
    client = log_in(cloud)
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


def test_expire_token(client: Any) -> None:
    second = client.log_in({"project": {"name": PROJECT}}).headers["X-Subject-Token"]
    client.cloud.faults.add("expire_token", service="gaussdb", after=1, times=1)
    statuses = [client("gaussdb", "GET", TASKS).status_code for _round in range(3)]
    assert statuses == [200, 401, 401]
    assert client("gaussdb", "GET", TASKS, headers={"X-Auth-Token": second}).status_code == 200
    client.cloud.faults.add("expire_token", times=1, all=True)
    assert client("gaussdb", "GET", TASKS, headers={"X-Auth-Token": "other"}).status_code == 401
    assert client("gaussdb", "GET", TASKS, headers={"X-Auth-Token": second}).status_code == 401


def test_redirect(client: Any) -> None:
    client.cloud.faults.add("redirect", location="http://127.0.0.1:9/elsewhere")
    answer = client("gaussdb", "DELETE", JOB, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, "http://127.0.0.1:9/elsewhere")
    assert left(client.cloud) == 3


def test_echo_shows_the_secrets_it_was_sent(client: Any) -> None:
    client.cloud.faults.add("echo")
    answer = client("drs", "DELETE", "/v3/{p}/jobs/batch-jobs", json={"jobs": ["a-secret"]})
    assert answer.status_code == 500
    assert client.token in answer.json()["error_msg"]
    assert "a-secret" in answer.json()["error_msg"]


@pytest.mark.parametrize("service", LISTS)
@pytest.mark.parametrize("mode", ["invalid_json", "truncated"])
def test_pages_that_are_no_json(client: Any, service: str, mode: str) -> None:
    client.cloud.faults.add("page_broken", mode=mode)
    answer = client(service, *LISTS[service][:2])
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r".+"):
        answer.json()


def test_pages_with_wrong_content(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(bulk("gaussdb", 5)))

    def page(mode: str) -> Any:
        client.cloud.faults.clear()
        client.cloud.faults.add("page_broken", mode=mode)
        return client("gaussdb", "GET", TASKS).json()

    assert page("wrong_type")["tasks"] == "not a list"
    assert page("empty") == {"tasks": [], "total_count": 5}
    assert page("missing_list") == {"total_count": 5}
    assert page("wrong_total")["total_count"] == 12
    assert [len(page("duplicate_items")["tasks"]), page("duplicate_items")["total_count"]] == [10, 5]


def test_broken_arrays_and_counts_as_strings(client: Any) -> None:
    faults = client.cloud.faults

    def page(service: str, mode: str) -> Any:
        faults.clear()
        faults.add("page_broken", mode=mode)
        return client(service, *LISTS[service][:2]).json()

    assert page("cce", "wrong_type") == "not a list"
    assert page("cce", "empty") == []
    assert len(page("cce", "duplicate_items")) == 6
    assert page("dms", "wrong_total")["task_count"] == "9"


def test_a_page_that_repeats_the_one_before(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    client = log_in(start(bulk("gaussdb", 30)))
    fault = client.cloud.faults.add("page_broken", mode="repeat_previous", after=1, times=1)
    pages = [client("gaussdb", "GET", f"{TASKS}?offset={offset}&limit=10").json() for offset in (0, 10, 20)]
    assert pages[1] == pages[0]
    assert pages[2] != pages[0]
    assert fault.hits == 1


def test_page_faults_spare_everything_but_lists(client: Any) -> None:
    fault = client.cloud.faults.add("page_broken")
    assert client("gaussdb", "GET", "/v3/{p}/jobs?id=a-gauss-1").status_code == 200
    assert client("gaussdb", "DELETE", JOB).status_code == 200
    assert client("gaussdb", "GET", TASKS + "?limit=0").json()["error_code"] == "DBS.200001"
    assert client("drs", "DELETE", "/v5/{p}/jobs", json={"jobs": ["a-drs-1"]}).json()["jobs"][0]["status"] == "success"
    assert fault.seen == 1


def test_transform(client: Any) -> None:
    def shout(reply: Any) -> Any:
        reply.body = reply.body.upper()
        return reply

    client.cloud.faults.add("transform", function=shout, service="gaussdb", times=1)
    assert b"TOTAL_COUNT" in client("gaussdb", "GET", TASKS).content


def test_faults_of_the_scenario(start: Callable[..., CloudEmulator], log_in: Any) -> None:
    scenario = bulk("gaussdb", 3)
    scenario["faults"] = [{"kind": "status", "service": "gaussdb", "status": 500, "times": 1}]
    client = log_in(start(scenario))
    assert [client("gaussdb", "GET", TASKS).status_code for _round in range(2)] == [500, 200]
