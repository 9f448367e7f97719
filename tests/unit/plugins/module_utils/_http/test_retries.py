# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a request is sent again, after how long, and what is known of it afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import StalledError, TransportError
from ansible_collections.sundown.hwcloud.plugins.module_utils._http import client as client_module

from helpers.http_stub import Answer, Asked

# As they are before the tests shorten them.
BACKOFF_SECONDS, LONGEST_BACKOFF = client_module.BACKOFF_SECONDS, client_module.LONGEST_BACKOFF
TRIES = 6
ClientOf = Callable[..., Any]


@pytest.fixture
def real_waits(monkeypatch: pytest.MonkeyPatch, short_waits: None) -> None:
    """Wait as long as a user has to; the clock is not real."""
    monkeypatch.setattr(client_module, "BACKOFF_SECONDS", BACKOFF_SECONDS)
    monkeypatch.setattr(client_module, "LONGEST_BACKOFF", LONGEST_BACKOFF)


def always(status: int) -> Callable[[Asked], Answer]:
    return lambda _unused: Answer(status)


def first(count: int, answer: Answer | None) -> Callable[[Asked], Answer | None]:
    """Answer the first requests in one way, and all others well."""
    return lambda asked: answer if asked.number < count else Answer()


@pytest.mark.usefixtures("real_waits")
def test_waits_grow_and_are_not_the_same_twice(client_of: ClientOf, moved: Any) -> None:
    random.seed(1)
    client, server = client_of(always(503), stall_timeout=1000)
    runs = []
    for _round in range(3):
        moved.slept.clear()
        assert client.request("GET", "/one").status == 503
        runs.append(list(moved.slept))
    assert len(server.asked) == 3 * TRIES
    for slept in runs:
        # No wait after the last try, and hardly any before the second.
        assert len(slept) == TRIES - 1
        assert slept[0] <= 1 < slept[-1]
        for number, seconds in enumerate(slept):
            assert seconds <= 1.5 * min(BACKOFF_SECONDS * 2**number, LONGEST_BACKOFF)
        assert 2 < sum(slept) < 30
    assert len({tuple(slept[1:]) for slept in runs}) == 3


@pytest.mark.usefixtures("real_waits")
def test_no_wait_is_longer_than_it_may_be(client_of: ClientOf, moved: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "BACKOFF_SECONDS", 50.0)
    client, _unused = client_of(always(503), stall_timeout=1000)
    client.request("GET", "/one")
    assert max(moved.slept) <= 1.5 * LONGEST_BACKOFF


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_error_is_repeated_and_in_the_end_returned(client_of: ClientOf, method: str, status: int) -> None:
    client, server = client_of(always(status))
    assert client.request(method, "/one").status == status
    assert len(server.asked) == TRIES


@pytest.mark.parametrize("status", [200, 202, 204, 400, 403, 404, 405, 409, 410, 413, 418, 422, 451, 501, 505])
def test_everything_else_is_an_answer(client_of: ClientOf, moved: Any, status: int) -> None:
    client, server = client_of(always(status))
    assert client.request("DELETE", "/one").status == status
    assert len(server.asked) == 1 and moved.slept == []


def test_lost_reply_is_repeated_and_in_the_end_an_error(client_of: ClientOf) -> None:
    client, server = client_of(lambda _unused: None)
    with pytest.raises(TransportError, match="broke before the response") as caught:
        client.request("DELETE", "/one")
    assert len(server.asked) == TRIES
    assert caught.value.maybe_applied and caught.value.error_code == "NoReply"


def test_server_that_is_not_there(client_of: ClientOf) -> None:
    client, server = client_of(always(200))
    server.__exit__(None, None, None)
    with pytest.raises(TransportError, match="refused") as caught:
        client.request("DELETE", "/one")
    assert not caught.value.maybe_applied


@pytest.mark.parametrize("status", [500, 502, 504])
def test_what_may_have_been_done_is_not_repeated_unless_it_may_be(client_of: ClientOf, status: int) -> None:
    client, server = client_of(always(status))
    assert client.request("POST", "/one", idempotent=False).status == status
    assert len(server.asked) == 1


def test_lost_reply_of_what_must_not_be_repeated(client_of: ClientOf) -> None:
    client, server = client_of(lambda _unused: None)
    with pytest.raises(TransportError):
        client.request("POST", "/one", idempotent=False)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 503, 429])
def test_what_was_not_taken_is_repeated_in_any_case(client_of: ClientOf, status: int) -> None:
    client, server = client_of(first(1, Answer(status)))
    assert client.request("POST", "/one", idempotent=False).status == 200
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("answer", "maybe"),
    [
        (None, True),
        (Answer(500), True),
        (Answer(502), True),
        (Answer(504), True),
        (Answer(408), False),
        (Answer(503), False),
        (Answer(429), False),
    ],
)
@pytest.mark.parametrize("last", [200, 404])
def test_reply_says_whether_an_earlier_try_may_have_done_it(
    client_of: ClientOf, answer: Answer | None, maybe: bool, last: int
) -> None:
    client, _unused = client_of(lambda asked: answer if asked.number == 0 else Answer(last))
    reply = client.request("DELETE", "/one")
    assert (reply.status, reply.maybe_applied) == (last, maybe)


def test_body_and_headers_are_the_same_each_time(client_of: ClientOf) -> None:
    client, server = client_of(first(3, Answer(503)))
    client.request("DELETE", "/one", query={"b": "x y", "a": 1}, json={"jobs": ["ä"]}, headers={"X-Language": "en-us"})
    seen = {(asked.method, asked.target, asked.body, tuple(asked.headers.items())) for asked in server.asked}
    assert len(server.asked) == 4 and len(seen) == 1
    (method, target, body, headers) = seen.pop()
    assert (method, target, body) == ("DELETE", "/one?b=x%20y&a=1", b'{"jobs":["\\u00e4"]}')
    assert dict(headers)["content-type"] == "application/json" and dict(headers)["x-language"] == "en-us"


@pytest.mark.parametrize("reply", [200, 404, 409])
def test_every_conclusive_reply_is_progress(client_of: ClientOf, moved: Any, reply: int) -> None:
    """Ten minutes of work do not run into a stall timeout of two."""

    def answer(asked: Asked) -> Answer:
        moved.now += 60
        return Answer(503 if asked.number % 2 else reply)

    client, server = client_of(answer, stall_timeout=120)
    for _round in range(10):
        client.request("GET", "/one")
    assert len(server.asked) == 19


def test_nothing_is_repeated_after_the_stall_timeout(client_of: ClientOf, moved: Any) -> None:
    def answer(asked: Asked) -> Answer:
        moved.now += 50
        return Answer(503)

    client, server = client_of(answer, stall_timeout=120)
    assert client.request("GET", "/one").status == 503
    assert len(server.asked) == 3
    with pytest.raises(StalledError, match="120 seconds"):
        client.request("GET", "/two")
    assert len(server.asked) == 3


def test_new_work_starts_the_stall_clock_anew(client_of: ClientOf, moved: Any) -> None:
    client, server = client_of(always(200), stall_timeout=120)
    moved.now += 500
    with pytest.raises(StalledError):
        client.request("GET", "/one")
    client.reset_stall_timer()
    assert client.request("GET", "/one").status == 200 and len(server.asked) == 1


def test_throttling_without_end_is_a_stall(client_of: ClientOf, moved: Any) -> None:
    client, _unused = client_of(always(429), stall_timeout=120)
    with pytest.raises(StalledError):
        client.request("GET", "/one")
    assert sum(moved.slept) <= 120


def test_requests_and_throttle_signals_are_counted(client_of: ClientOf) -> None:
    client, server = client_of(lambda asked: {0: Answer(503), 1: Answer(429), 2: None}.get(asked.number, Answer()))
    client.request("GET", "/one")
    summary = client._stats.summary()
    assert (summary["requests"], summary["throttled"]) == (4, 1) == (len(server.asked), 1)
