# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first authenticated request is sent alone, as failed authentications lock an access key."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator
from helpers.emulator_calls import Caller
from helpers.http_stub import Answer, Asked, SmallServer

HELD_SECONDS = 0.15
TOGETHER = 6
PROJECT_ID = "0483b6b16e954cb88930a360d2c4e663"
IDS = [f"job-{number}" for number in range(13)]
CREDENTIALS: dict[str, dict[str, Any]] = {
    "token": {"token": "MIIabc", "username": None, "password": None},
    "access key": {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "username": None, "password": None},
    "password": {},
}


class Service:
    """Gives the ``first`` responses one by one, each after a delay, and the others only to six requests at once."""

    def __init__(self, *first: Answer | None) -> None:
        self.first = first
        self.too_early: list[Asked] = []
        self._meeting = threading.Barrier(TOGETHER, timeout=20)
        self._answered = 0

    def __call__(self, asked: Asked) -> Answer | None:
        if asked.number >= len(self.first):
            if self._answered < len(self.first):
                self.too_early.append(asked)
            self._meeting.wait()
            return Answer()
        if asked.number != self._answered:
            self.too_early.append(asked)
        time.sleep(HELD_SECONDS)
        self._answered += 1
        return self.first[asked.number]


def refusal(status: int, code: str) -> Answer:
    return Answer(status, json.dumps({"error_code": code, "error_msg": "No."}).encode())


@pytest.fixture
def run(cloud: CloudEmulator, call: Caller) -> Callable[..., tuple[dict[str, Any], Service]]:
    """Delete thirteen jobs of a `Service`; return the result and the service."""

    def running(*first: Answer | None, credentials: str = "access key") -> tuple[dict[str, Any], Service]:
        service = Service(*first)
        project_id = call.project_id if credentials == "password" else PROJECT_ID
        project = {"project_id": project_id, "project_name": None}
        with SmallServer(service) as server:
            endpoints = {"iam": cloud.endpoints["iam"], "gaussdb": server.url}
            options = {**CREDENTIALS[credentials], **project, "endpoints": endpoints}
            # One job for each request that is sent alone, and two rounds of six.
            ids = IDS[: 2 * TOGETHER] + [f"first-{number}" for number in range(len(first)) if settles(first[number])]
            result = call("gaussdb_job", job_ids=ids, concurrency=TOGETHER, **options)
        return result, service

    return running


def settles(answer: Answer | None) -> bool:
    """Whether a job needs no further request after this response."""
    return answer is not None and answer.status < 429


@pytest.mark.parametrize("credentials", CREDENTIALS)
def test_first_request_others_wait_for_response(run: Callable[..., Any], credentials: str) -> None:
    result, service = run(Answer(), credentials=credentials)
    assert service.too_early == []
    assert len(result["deleted"]) == 2 * TOGETHER + 1 and not result["failures"]


@pytest.mark.parametrize("nothing", [None, refusal(503, "X.1"), refusal(502, "X.1")], ids=["lost", "503", "502"])
def test_first_request_inconclusive_next_goes_alone(run: Callable[..., Any], nothing: Any) -> None:
    result, service = run(nothing, nothing, Answer())
    assert service.too_early == []
    assert len(result["deleted"]) == 2 * TOGETHER + 1


def test_first_request_throttled_next_goes_alone(run: Callable[..., Any]) -> None:
    result, service = run(Answer(429, b'{"error_msg": "limit:900,time:1 second"}'), Answer())
    assert service.too_early == [] and result["summary"]["throttled"] == 1
    assert len(result["deleted"]) == 2 * TOGETHER + 1


@pytest.mark.parametrize("status", [400, 403, 409])
def test_first_request_service_error_proves_credentials(run: Callable[..., Any], status: int) -> None:
    result, service = run(refusal(status, "X.1"))
    assert service.too_early == []
    assert [one["http_status"] for one in result["failures"]] == [status]
    assert len(result["deleted"]) == 2 * TOGETHER


def test_first_request_to_each_service_goes_alone(cloud: CloudEmulator, call: Caller) -> None:
    service = Service(Answer())
    with SmallServer(service) as server:
        endpoints = {"iam": cloud.endpoints["iam"], "gaussdb": server.url}
        options = {**CREDENTIALS["access key"], "endpoints": endpoints, "concurrency": TOGETHER}
        result = call("gaussdb_job", job_ids=IDS, **options)
    # The identity service has accepted the key before.
    assert len(cloud.log) == 1 and service.too_early == []
    assert len(result["deleted"]) == 2 * TOGETHER + 1


def test_first_request_of_several_kinds_goes_alone(call: Caller) -> None:
    empty: dict[str, Any] = {
        "gaussdb_job": {"tasks": [], "total_count": 0},
        "dcs_task": {"tasks": [], "task_count": "0"},
        "cce_job": [],
    }
    meeting = threading.Barrier(len(empty) - 1, timeout=20)
    too_early: list[Asked] = []
    answered = threading.Event()

    def answer(asked: Asked) -> Answer:
        if asked.number:
            too_early.extend([] if answered.is_set() else [asked])
            meeting.wait()
        else:
            time.sleep(HELD_SECONDS)
            answered.set()
        return Answer(body=json.dumps(empty[asked.target.split("/")[1]]).encode())

    with SmallServer(answer) as server:
        endpoints = {kind.split("_")[0]: f"{server.url}/{kind}" for kind in empty}
        project = {"project_id": PROJECT_ID, "project_name": None}
        options = {**CREDENTIALS["access key"], **project, "endpoints": endpoints}
        result = call("environment_info", kinds=list(empty), **options)
    assert {listing["state"] for listing in result["listings"].values()} == {"complete"}
    assert too_early == [] and len(server.asked) == len(empty)
