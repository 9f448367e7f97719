# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interim responses (1xx) are not mistaken for final ones, nor for the response of another record."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest

from helpers.emulator_calls import NO_LOGIN, Caller
from helpers.raw_server import Piece, RawServer, http_reply

INTERIM = {
    102: b"HTTP/1.1 102 Processing\r\n\r\n",
    103: b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n",
    101: b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
}
LATER_SECONDS = 0.02
IDS = [f"job-{number}" for number in range(12)]


class Jobs:
    """GaussDB's jobs: every third is refused; ``interim`` precedes the first response for each."""

    def __init__(self, interim: bytes, always: bool = False) -> None:
        self.interim = interim
        self.always = always
        self.seen: set[str] = set()
        self.lock = threading.Lock()

    def refuses(self, job_id: str) -> bool:
        return int(job_id.rpartition("-")[2]) % 3 == 0

    def __call__(self, head: str) -> Iterator[Piece]:
        job_id = head.split()[1].rpartition("/")[2]
        with self.lock:
            again = job_id in self.seen
            self.seen.add(job_id)
        if self.always or not again:
            yield self.interim
            yield LATER_SECONDS
        if self.refuses(job_id):
            yield http_reply(409, json.dumps({"error_code": "DBS.200402", "error_msg": job_id}).encode())
        elif again:
            yield http_reply(400, b'{"error_code": "DBS.200543", "error_msg": "gone"}')
        else:
            yield http_reply(200)


@pytest.mark.parametrize("width", [1, 4])
@pytest.mark.parametrize("status", INTERIM)
def test_interim_response_each_record_has_own_outcome(call: Caller, status: int, width: int) -> None:
    jobs = Jobs(INTERIM[status])
    with RawServer(jobs) as server:
        result = call("gaussdb_job", job_ids=IDS, concurrency=width, **NO_LOGIN, endpoints={"gaussdb": server.url})
    # Deleted by a request that got no response, and gone when it was repeated.
    assert result["deleted"] == [one for one in IDS if not jobs.refuses(one)] and result["absent"] == []
    assert {(one["id"], one["error_msg"]) for one in result["failures"]} == {
        (one, one) for one in IDS if jobs.refuses(one)
    }
    assert server.connections > len(IDS)


def test_interim_response_always_sent_fails(call: Caller) -> None:
    with RawServer(Jobs(INTERIM[103], always=True)) as server:
        result = call("gaussdb_job", job_ids=IDS[:2], concurrency=1, **NO_LOGIN, endpoints={"gaussdb": server.url})
    assert result["deleted"] == [] and result["absent"] == []
    assert {one["error_code"] for one in result["failures"]} == {"NoReply"}
    assert "interim response" in result["msg"]


def test_interim_response_100_is_skipped(call: Caller) -> None:
    """The standard library skips it."""
    jobs = Jobs(b"HTTP/1.1 100 Continue\r\n\r\n", always=True)
    with RawServer(jobs) as server:
        result = call("gaussdb_job", job_ids=IDS, concurrency=1, **NO_LOGIN, endpoints={"gaussdb": server.url})
    assert result["deleted"] == [one for one in IDS if not jobs.refuses(one)]
    assert server.connections == 1 and len(server.asked) == len(IDS)
