# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds of one service that are listed or deleted at the same time share its concurrency and its pace."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth import connection
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection import Connection
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection_settings import ConnectionSettings
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.environment import (
    DeleteRequest,
    delete_kinds,
    list_kinds,
)
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.record_client import Outcome, RecordId
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.client import Client
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from emulator import CloudEmulator, bulk
from helpers.emulator_calls import NO_LOGIN, Caller, of_service
from helpers.fake_clock import FakeClock
from helpers.http_stub import Answer, Asked, SmallServer

LISTED, DELETED = ("dcs_instance", "dcs_task"), ("dcs_bigkey_task", "dcs_hotkey_task")
ITEMS, PAGE = 95, 10


@contextmanager
def connected(call: Caller, **options: Any) -> Iterator[Connection]:
    made = Connection(ConnectionSettings.from_options(call.options(**options)))
    try:
        yield made
    finally:
        made.close()


def list_all(made: Connection) -> None:
    found = list_kinds(made, [KINDS[name] for name in LISTED], None)
    assert {name: (one.state, len(one.records)) for name, one in found.items()} == dict.fromkeys(
        LISTED, ("complete", ITEMS)
    )


def delete_all(made: Connection, kinds: Mapping[str, int], outcome: Outcome = Outcome.DELETED) -> None:
    requests = {
        name: DeleteRequest([RecordId(f"x-{number}", "a-redis-1") for number in range(count)])
        for name, count in kinds.items()
    }
    found = delete_kinds(made, requests, check_mode=False)
    assert {one.outcome for result in found.values() for one in result.results} == {outcome}


def offset_of(asked: Asked) -> int:
    return int(dict(parse_qsl(urlsplit(asked.target).query))["offset"])


def page(asked: Asked) -> Answer:
    """A page of the instances or of the tasks, shorter than was asked for."""
    key, total = ("tasks", "task_count") if "/tasks?" in asked.target else ("instances", "instance_num")
    numbers = range(offset_of(asked), min(offset_of(asked) + PAGE, ITEMS))
    rows = [{"id": f"x-{number}", "instance_id": f"x-{number}", "status": "RUNNING"} for number in numbers]
    return Answer(body=json.dumps({key: rows, total: ITEMS}).encode())


@pytest.mark.parametrize("width", [2, 3])
@pytest.mark.parametrize(
    "work", [list_all, partial(delete_all, kinds=dict.fromkeys(DELETED, 10))], ids=["list", "delete"]
)
def test_concurrency_is_shared_by_kinds_of_one_service(
    call: Caller, work: Callable[[Connection], None], width: int
) -> None:
    """Each waits until ``width`` are under way, then a moment in which one more would be counted."""
    meeting = threading.Barrier(width, timeout=20)

    def meet() -> None:
        meeting.wait()
        time.sleep(0.02)

    def answer(asked: Asked) -> Answer:
        if asked.method == "DELETE":
            # The first goes alone, and those that meet are a multiple of the width.
            if asked.number >= 2:
                meet()
            return Answer()
        if offset_of(asked):
            meet()
        return page(asked)

    with (
        SmallServer(answer) as server,
        connected(call, **NO_LOGIN, endpoints={"dcs": server.url}, concurrency=width) as made,
    ):
        work(made)
    assert len(server.asked) == 20
    assert server.most_under_way == width


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> dict[str, FakeClock]:
    """A clock for each service that is called."""
    made: dict[str, FakeClock] = {}

    def client(*given: Any, service: str, **settings: Any) -> Client:
        clock = made.setdefault(service, FakeClock())
        return Client(*given, service=service, clock=clock.clock, sleep=clock.sleep, **settings)

    monkeypatch.setattr(connection, "Client", client)
    return made


def test_max_rps_of_lists_is_shared_by_kinds_of_one_service(
    cloud: CloudEmulator, call: Caller, clocks: dict[str, FakeClock]
) -> None:
    cloud.load(bulk("dcs_task", ITEMS, instances=ITEMS, options={"clamp_limit": {"dcs": PAGE}}))
    with connected(call, max_rps=2, concurrency=1) as made:
        list_all(made)
    assert len(of_service(cloud, "dcs")) == 20
    assert clocks["dcs"].slept == pytest.approx([0.5] * 19)


def test_max_rps_of_deletes_is_of_each_service(
    cloud: CloudEmulator, call: Caller, clocks: dict[str, FakeClock]
) -> None:
    with connected(call, max_rps=2, concurrency=1) as made:
        delete_all(made, {**dict.fromkeys(DELETED, 6), "dms_task": 4}, Outcome.ABSENT)
    for service, requests in {"dcs": 12, "dms": 4}.items():
        assert len(of_service(cloud, service)) == requests
        assert clocks[service].slept == pytest.approx([0.5] * (requests - 1))
