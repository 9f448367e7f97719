# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Totals that say too little hide nothing, and a list that does not end is a failure."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine import pagination

from helpers.emulator_calls import NO_LOGIN, Caller
from helpers.http_stub import Answer, Asked, SmallServer

LIMIT = 1000


def tasks(count: int, total: Any, *, size: int = LIMIT, told: str = "task_count") -> Callable[[Asked], Answer]:
    """DCS with ``count`` tasks, of which the total says ``total`` and a page brings at most ``size``."""

    def answer(asked: Asked) -> Answer:
        query = dict(parse_qsl(urlsplit(asked.target).query))
        first, limit = int(query["offset"]), min(int(query["limit"]), size)
        rows = [{"id": f"task-{number}", "status": "SUCCESS"} for number in range(first, min(first + limit, count))]
        return Answer(body=json.dumps({"tasks": rows, told: total}).encode())

    return answer


def offsets(server: SmallServer) -> list[int]:
    return sorted(int(dict(parse_qsl(urlsplit(asked.target).query))["offset"]) for asked in server.asked)


@pytest.mark.parametrize(
    ("count", "total", "size", "asked"),
    [
        # The last page is not full, and nothing more is asked for.
        (0, 0, LIMIT, [0]),
        (3, 3, LIMIT, [0]),
        (999, 999, LIMIT, [0]),
        (25, 25, 10, [0, 10, 20]),
        # One page that is smaller than asked for and holds all that the total says.
        (10, 10, 10, [0]),
        # It is full: one more, which brings nothing.
        (1000, 1000, LIMIT, [0, 1000]),
        (2000, 2000, LIMIT, [0, 1000, 2000]),
        (30, 30, 10, [0, 10, 20, 30]),
        # It is full, and the page after it shows that the total said too little.
        (2500, 1000, LIMIT, [0, 1000, 2000, 3000]),
        (2500, 2000, LIMIT, [0, 1000, 2000, 3000]),
        (55, 20, 10, [0, 10, 20, 30, 40, 50, 60]),
        # More rows than the total says: reading goes on after the last page, not at the second.
        (55, 25, 10, [0, 10, 20, 30, 40, 50, 60]),
        (55, 3, 10, [0, 10, 20, 30, 40, 50, 60]),
        (55, 0, 10, [0, 10, 20, 30, 40, 50, 60]),
        (55, None, 10, [0, 10, 20, 30, 40, 50, 60]),
    ],
)
def test_pages_that_are_asked_for(call: Caller, count: int, total: Any, size: int, asked: list[int]) -> None:
    with SmallServer(tasks(count, total, size=size)) as server:
        result = call("dcs_task_info", **NO_LOGIN, endpoints={"dcs": server.url})
    assert sorted(record["id"] for record in result["records"]) == sorted(f"task-{number}" for number in range(count))
    assert offsets(server) == asked


@pytest.mark.parametrize(
    ("pages", "total"),
    [(False, 100), (False, 200), (True, 100), (True, 200)],
    ids=["rows", "rows 2", "pages", "pages 2"],
)
@pytest.mark.parametrize("hidden", [0, 50, 100, 150])
def test_gaussdb_hides_nothing_however_it_counts(call: Caller, pages: bool, total: int, hidden: int) -> None:
    count = total + hidden

    def answer(asked: Asked) -> Answer:
        offset = int(dict(parse_qsl(urlsplit(asked.target).query))["offset"])
        first = max(offset - 1, 0) * 100 if pages else offset
        rows = [{"job_id": f"job-{n}", "status": "Completed"} for n in range(first, min(first + 100, count))]
        return Answer(body=json.dumps({"tasks": rows, "total_count": total}).encode())

    with SmallServer(answer) as server:
        result = call("gaussdb_job_info", **NO_LOGIN, endpoints={"gaussdb": server.url})
    assert len(result["records"]) == count


@pytest.mark.parametrize("total", [None, 7, "many"])
def test_list_without_an_end_is_a_failure(call: Caller, monkeypatch: pytest.MonkeyPatch, total: Any) -> None:
    monkeypatch.setattr(pagination, "MAX_ITEMS", 5000)
    with SmallServer(tasks(10**9, total)) as server:
        result = call("dcs_task_info", **NO_LOGIN, endpoints={"dcs": server.url})
    assert result.failed and result["error_code"] == "IncompleteListing" and "records" not in result
    assert "does not end" in result["msg"] and len(server.asked) == 6


def test_real_bound() -> None:
    assert pagination.MAX_ITEMS == 1_000_000
