# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first authenticated request goes alone: sixteen workers must not find out together that a key is wrong."""

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


class Gatekeeper:
    """Answers the first requests as it is told, each after a while, and the others only when six are there at once."""

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
def run(cloud: CloudEmulator, call: Caller) -> Callable[..., tuple[dict[str, Any], Gatekeeper]]:
    """Delete thirteen jobs of a service that is a gatekeeper; return the result and the gatekeeper."""

    def running(*first: Answer | None, credentials: str = "access key") -> tuple[dict[str, Any], Gatekeeper]:
        gatekeeper = Gatekeeper(*first)
        project_id = call.project_id if credentials == "password" else PROJECT_ID
        project = {"project_id": project_id, "project_name": None}
        with SmallServer(gatekeeper) as server:
            endpoints = {"iam": cloud.endpoints["iam"], "gaussdb": server.url}
            options = {**CREDENTIALS[credentials], **project, "endpoints": endpoints}
            # One job for each request that goes alone, and two rounds of six.
            ids = IDS[: 2 * TOGETHER] + [f"first-{number}" for number in range(len(first)) if settles(first[number])]
            result = call("gaussdb_job", job_ids=ids, concurrency=TOGETHER, **options)
        return result, gatekeeper

    return running


def settles(answer: Answer | None) -> bool:
    """Whether a job needs no further request after this answer."""
    return answer is not None and answer.status < 429


@pytest.mark.parametrize("credentials", CREDENTIALS)
def test_others_wait_for_the_first_reply(run: Callable[..., Any], credentials: str) -> None:
    result, gatekeeper = run(Answer(), credentials=credentials)
    assert gatekeeper.too_early == []
    assert len(result["deleted"]) == 2 * TOGETHER + 1 and not result["failures"]


@pytest.mark.parametrize("nothing", [None, refusal(503, "X.1"), refusal(502, "X.1")], ids=["lost", "503", "502"])
def test_reply_that_tells_nothing_leaves_the_next_request_alone(run: Callable[..., Any], nothing: Any) -> None:
    result, gatekeeper = run(nothing, nothing, Answer())
    assert gatekeeper.too_early == []
    assert len(result["deleted"]) == 2 * TOGETHER + 1


def test_throttled_reply_leaves_the_next_request_alone(run: Callable[..., Any]) -> None:
    result, gatekeeper = run(Answer(429, b'{"error_msg": "limit:900,time:1 second"}'), Answer())
    assert gatekeeper.too_early == [] and result["summary"]["throttled"] == 1
    assert len(result["deleted"]) == 2 * TOGETHER + 1


@pytest.mark.parametrize("status", [400, 403, 409])
def test_ordinary_refusal_proves_the_key(run: Callable[..., Any], status: int) -> None:
    result, gatekeeper = run(refusal(status, "X.1"))
    assert gatekeeper.too_early == []
    assert [one["http_status"] for one in result["failures"]] == [status]
    assert len(result["deleted"]) == 2 * TOGETHER


def test_looking_up_the_project_is_a_first_request(cloud: CloudEmulator, call: Caller) -> None:
    """It proves the key, so that the first request to the service need not go alone."""
    meeting = threading.Barrier(TOGETHER, timeout=20)

    def answer(_asked: Asked) -> Answer:
        meeting.wait()
        return Answer()

    with SmallServer(answer) as server:
        endpoints = {"iam": cloud.endpoints["iam"], "gaussdb": server.url}
        options = {**CREDENTIALS["access key"], "endpoints": endpoints, "concurrency": TOGETHER}
        result = call("gaussdb_job", job_ids=IDS[: 2 * TOGETHER], **options)
    assert len(result["deleted"]) == 2 * TOGETHER


def test_several_services_begin_with_one_request(call: Caller) -> None:
    """All services share the credentials; after the first reply they are listed side by side."""
    services = {"gaussdb": {"tasks": [], "total_count": 0}, "dcs": {"tasks": [], "task_count": "0"}, "cce": []}
    meeting = threading.Barrier(len(services) - 1, timeout=20)
    too_early: list[Asked] = []
    answered = threading.Event()

    def answer(asked: Asked) -> Answer:
        if asked.number:
            too_early.extend([] if answered.is_set() else [asked])
            meeting.wait()
        else:
            time.sleep(HELD_SECONDS)
            answered.set()
        return Answer(body=json.dumps(services[asked.target.split("/")[1]]).encode())

    with SmallServer(answer) as server:
        endpoints = {name: f"{server.url}/{name}" for name in services}
        project = {"project_id": PROJECT_ID, "project_name": None}
        options = {**CREDENTIALS["access key"], **project, "endpoints": endpoints}
        result = call("environment_info", services=list(services), **options)
    assert {listing["state"] for listing in result["listings"].values()} == {"complete"}
    assert too_early == [] and len(server.asked) == len(services)
