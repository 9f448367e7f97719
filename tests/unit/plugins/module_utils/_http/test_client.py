# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retries: when, after how long, and what is known afterwards."""

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
MakeClient = Callable[..., Any]


@pytest.fixture
def real_waits(monkeypatch: pytest.MonkeyPatch, short_waits: None) -> None:
    """Use the real delays; the clock is not real."""
    monkeypatch.setattr(client_module, "BACKOFF_SECONDS", BACKOFF_SECONDS)
    monkeypatch.setattr(client_module, "LONGEST_BACKOFF", LONGEST_BACKOFF)


def always(status: int) -> Callable[[Asked], Answer]:
    return lambda _unused: Answer(status)


def first(count: int, answer: Answer | None) -> Callable[[Asked], Answer | None]:
    """Give ``answer`` to the first ``count`` requests, and success to all others."""
    return lambda asked: answer if asked.number < count else Answer()


@pytest.mark.usefixtures("real_waits")
def test_back_off_grows_with_jitter(make_client: MakeClient, fake_clock: Any) -> None:
    random.seed(1)
    client, server = make_client(always(503), stall_timeout=1000)
    runs = []
    for _round in range(3):
        fake_clock.slept.clear()
        assert client.request("GET", "/one").status == 503
        runs.append(list(fake_clock.slept))
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
def test_back_off_is_capped(make_client: MakeClient, fake_clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "BACKOFF_SECONDS", 50.0)
    client, _unused = make_client(always(503), stall_timeout=1000)
    client.request("GET", "/one")
    assert max(fake_clock.slept) <= 1.5 * LONGEST_BACKOFF


@pytest.mark.parametrize(
    ("method", "idempotent", "statuses", "tries"),
    [
        *((method, True, (500, 502, 503, 504), TRIES) for method in ("GET", "POST", "DELETE")),
        ("DELETE", True, (200, 202, 204, 400, 403, 404, 405, 409, 410, 413, 418, 422, 451, 501, 505), 1),
        ("POST", False, (500, 502, 504), 1),
    ],
)
def test_request_is_repeated_only_after_inconclusive_status(
    make_client: MakeClient, fake_clock: Any, method: str, idempotent: bool, statuses: tuple[int, ...], tries: int
) -> None:
    for status in statuses:
        client, server = make_client(always(status))
        assert client.request(method, "/one", idempotent=idempotent).status == status
        assert len(server.asked) == tries and (tries > 1 or fake_clock.slept == [])


@pytest.mark.parametrize(("idempotent", "tries"), [(True, TRIES), (False, 1)])
def test_response_lost_retried_if_idempotent_then_raised(make_client: MakeClient, idempotent: bool, tries: int) -> None:
    client, server = make_client(lambda _unused: None)
    with pytest.raises(TransportError, match="broke before the response") as caught:
        client.request("DELETE", "/one", idempotent=idempotent)
    assert len(server.asked) == tries
    assert caught.value.maybe_applied and caught.value.error_code == "NoReply"


def test_connection_refused_not_applied(make_client: MakeClient) -> None:
    client, server = make_client(always(200))
    server.__exit__(None, None, None)
    with pytest.raises(TransportError, match="refused") as caught:
        client.request("DELETE", "/one")
    assert not caught.value.maybe_applied


@pytest.mark.parametrize("status", [408, 503, 429])
def test_non_idempotent_request_retried_when_not_accepted(make_client: MakeClient, status: int) -> None:
    client, server = make_client(first(1, Answer(status)))
    assert client.request("POST", "/one", idempotent=False).status == 200
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("answer", "maybe"),
    [(None, True), *((Answer(status), status in (500, 502, 504)) for status in (500, 502, 504, 408, 503, 429))],
)
@pytest.mark.parametrize("last", [200, 404])
def test_response_after_retry_says_maybe_applied(
    make_client: MakeClient, answer: Answer | None, maybe: bool, last: int
) -> None:
    client, _unused = make_client(lambda asked: answer if asked.number == 0 else Answer(last))
    reply = client.request("DELETE", "/one")
    assert (reply.status, reply.maybe_applied) == (last, maybe)


def test_retry_sends_same_body_and_headers(make_client: MakeClient) -> None:
    client, server = make_client(first(3, Answer(503)))
    client.request("DELETE", "/one", query={"b": "x y", "a": 1}, json={"jobs": ["ä"]}, headers={"X-Language": "en-us"})
    seen = {(asked.method, asked.target, asked.body, tuple(asked.headers.items())) for asked in server.asked}
    assert len(server.asked) == 4 and len(seen) == 1
    (method, target, body, headers) = seen.pop()
    assert (method, target, body) == ("DELETE", "/one?b=x%20y&a=1", b'{"jobs":["\\u00e4"]}')
    assert dict(headers)["content-type"] == "application/json" and dict(headers)["x-language"] == "en-us"


@pytest.mark.parametrize("reply", [200, 404, 409])
def test_stall_timer_reset_by_conclusive_response(make_client: MakeClient, fake_clock: Any, reply: int) -> None:
    """Ten minutes of work with a stall timeout of two."""

    def answer(asked: Asked) -> Answer:
        fake_clock.now += 60
        return Answer(503 if asked.number % 2 else reply)

    client, server = make_client(answer, stall_timeout=120)
    for _round in range(10):
        client.request("GET", "/one")
    assert len(server.asked) == 19


def test_stall_timeout_stops_retries(make_client: MakeClient, fake_clock: Any) -> None:
    def answer(asked: Asked) -> Answer:
        fake_clock.now += 50
        return Answer(503)

    client, server = make_client(answer, stall_timeout=120)
    assert client.request("GET", "/one").status == 503
    assert len(server.asked) == 3
    with pytest.raises(StalledError, match="120 seconds"):
        client.request("GET", "/two")
    assert len(server.asked) == 3


@pytest.mark.usefixtures("real_waits")
def test_stall_between_retries_keeps_cause_and_doubt(make_client: MakeClient) -> None:
    client, _unused = make_client(lambda _unused: None, stall_timeout=0.1)
    with pytest.raises(TransportError, match="broke before the response") as caught:
        client.request("DELETE", "/one")
    assert caught.value.maybe_applied


def test_stall_timer_reset_by_new_work(make_client: MakeClient, fake_clock: Any) -> None:
    client, server = make_client(always(200), stall_timeout=120)
    fake_clock.now += 500
    with pytest.raises(StalledError):
        client.request("GET", "/one")
    client.reset_stall_timer()
    assert client.request("GET", "/one").status == 200 and len(server.asked) == 1


def test_throttling_without_end_stalls(make_client: MakeClient, fake_clock: Any) -> None:
    client, _unused = make_client(always(429), stall_timeout=120)
    with pytest.raises(StalledError):
        client.request("GET", "/one")
    assert sum(fake_clock.slept) <= 120


def test_stats_count_requests_and_throttle_signals(make_client: MakeClient) -> None:
    client, server = make_client(lambda asked: {0: Answer(503), 1: Answer(429), 2: None}.get(asked.number, Answer()))
    client.request("GET", "/one")
    summary = client._stats.summary()
    assert (summary["requests"], summary["throttled"]) == (4, 1) == (len(server.asked), 1)
