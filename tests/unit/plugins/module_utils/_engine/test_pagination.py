# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page is read, however a service counts, and totals that are wrong hide nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine import pagination
from starlette.responses import Response

from emulator import CloudEmulator, bulk
from helpers.emulator_calls import NO_LOGIN, Caller, left
from helpers.http_stub import Answer, Asked, SmallServer
from helpers.kind_cases import BY_NAME, CASES, Case

LIMIT = 1000
PAGED = pytest.mark.parametrize("case", [case for case in CASES if case.first_page], ids=str)
# Selects the requests for a DRS list that has records.
MIGRATIONS = {"drs-v3": '"db_use_type":"migration","engine_type":"mysql"', "drs-v5": "job_type=migration"}


def ids(result: dict[str, Any]) -> list[str]:
    return sorted(record["id"] for record in result["records"])


def offset_of(request: Asked) -> int:
    return int(dict(parse_qsl(urlsplit(request.target).query))["offset"])


def dcs(count: int, total: Any, *, size: int = LIMIT) -> Callable[[Asked], Answer]:
    """DCS with ``count`` tasks, a total, and at most ``size`` tasks on a page."""

    def respond(request: Asked) -> Answer:
        first = offset_of(request)
        rows = [{"id": f"task-{number}", "status": "SUCCESS"} for number in range(first, min(first + size, count))]
        return Answer(body=json.dumps({"tasks": rows, "task_count": total}).encode())

    return respond


def gaussdb(numbers: range, total: Any) -> Answer:
    rows = [{"job_id": f"job-{number}", "status": "Completed"} for number in numbers]
    return Answer(body=json.dumps({"tasks": rows, "total_count": total}).encode())


def list_gaussdb(call: Caller, server: SmallServer, **options: Any) -> Any:
    return call("gaussdb_job_info", **NO_LOGIN, **options, endpoints={"gaussdb": server.url})


@PAGED
@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 253])
def test_pagination_any_count_lists_every_record(cloud: CloudEmulator, call: Caller, case: Case, count: int) -> None:
    cloud.load(bulk(case.kind, count, region=case.region))
    assert ids(call(case.info_module)) == left(cloud, case.kind)


@pytest.mark.parametrize("name", ["gaussdb-otc", "drs-v5", "dms", "dcs"])
@pytest.mark.parametrize("size", [1, 7, 10, 50])
@pytest.mark.parametrize("total", ["string", "int"])
def test_pagination_pages_smaller_than_requested_lists_every_record(
    cloud: CloudEmulator, call: Caller, name: str, size: int, total: str
) -> None:
    case = BY_NAME[name]
    options = {"clamp_limit": {case.service: size}, "task_count": total}
    cloud.load(bulk(case.kind, 53, options=options, region=case.region))
    assert ids(call(case.info_module)) == left(cloud, case.kind)


@pytest.mark.parametrize("meaning", ["record", "page"])
@pytest.mark.parametrize(("count", "size"), [(101, 100), (300, 100), (301, 100), (57, 10)])
def test_pagination_gaussdb_offset_counts_records_or_pages(call: Caller, meaning: str, count: int, size: int) -> None:
    call.cloud.load(bulk("gaussdb", count, options={"gaussdb_offset": meaning, "clamp_limit": {"gaussdb": size}}))
    result = call("gaussdb_job_info")
    assert ids(result) == left(call.cloud, "gaussdb") and len(result["records"]) == count


@PAGED
@pytest.mark.parametrize("total", [None, "many", -1, 0, True, 3, "3"], ids=repr)
def test_pagination_total_missing_or_too_low_lists_every_record(call: Caller, case: Case, total: Any) -> None:
    options = {"clamp_limit": {case.service: 10}}
    call.cloud.load(bulk(case.kind, 235 if case.batch else 35, options=options, region=case.region))

    def with_total(response: Response) -> Response:
        document = json.loads(response.body)
        document.update({key: total for key in document if key.startswith("total_") or key == "task_count"})
        return Response(json.dumps(document), response.status_code)

    everything = left(call.cloud, case.kind)
    call.cloud.faults.add("transform", service=case.service, contains=MIGRATIONS.get(case.name), function=with_total)
    assert ids(call(case.info_module)) == everything


@pytest.mark.parametrize(
    ("count", "total", "size", "offsets"),
    [
        # The last page is not full: no more is requested.
        (0, 0, LIMIT, [0]),
        (3, 3, LIMIT, [0]),
        (999, 999, LIMIT, [0]),
        (25, 25, 10, [0, 10, 20]),
        # One page that is smaller than requested and has everything.
        (10, 10, 10, [0]),
        # The last page is full: one more, which is empty.
        (1000, 1000, LIMIT, [0, 1000]),
        (2000, 2000, LIMIT, [0, 1000, 2000]),
        (30, 30, 10, [0, 10, 20, 30]),
        # It is full, and the page after it shows that the total is too low.
        (2500, 1000, LIMIT, [0, 1000, 2000, 3000]),
        (2500, 2000, LIMIT, [0, 1000, 2000, 3000]),
        (55, 20, 10, [0, 10, 20, 30, 40, 50, 60]),
        # More items than the total: reading goes on after the last page, not at the second.
        (55, 25, 10, [0, 10, 20, 30, 40, 50, 60]),
        (55, 3, 10, [0, 10, 20, 30, 40, 50, 60]),
        (55, 0, 10, [0, 10, 20, 30, 40, 50, 60]),
        (55, None, 10, [0, 10, 20, 30, 40, 50, 60]),
    ],
)
def test_pagination_requests_no_page_twice(call: Caller, count: int, total: Any, size: int, offsets: list[int]) -> None:
    with SmallServer(dcs(count, total, size=size)) as server:
        result = call("dcs_task_info", **NO_LOGIN, endpoints={"dcs": server.url})
    assert ids(result) == sorted(f"task-{number}" for number in range(count))
    assert sorted(map(offset_of, server.asked)) == offsets


@pytest.mark.parametrize("counts_pages", [False, True], ids=["rows", "pages"])
@pytest.mark.parametrize("total", [100, 200])
@pytest.mark.parametrize("hidden", [0, 50, 100, 150])
def test_pagination_gaussdb_total_too_low_lists_every_record(
    call: Caller, counts_pages: bool, total: int, hidden: int
) -> None:
    count = total + hidden

    def respond(request: Asked) -> Answer:
        offset = offset_of(request)
        first = max(offset - 1, 0) * 100 if counts_pages else offset
        return gaussdb(range(first, min(first + 100, count)), total)

    with SmallServer(respond) as server:
        assert len(list_gaussdb(call, server)["records"]) == count


@pytest.mark.parametrize("total", [None, 7, "many"])
def test_pagination_list_without_end_fails(call: Caller, monkeypatch: pytest.MonkeyPatch, total: Any) -> None:
    monkeypatch.setattr(pagination, "MAX_ITEMS", 5000)
    with SmallServer(dcs(10**9, total)) as server:
        result = call("dcs_task_info", **NO_LOGIN, endpoints={"dcs": server.url})
    assert result.failed and result["error_code"] == "IncompleteListing" and "records" not in result
    assert "does not end" in result["msg"] and len(server.asked) == 6


def test_pagination_max_items_is_one_million() -> None:
    assert pagination.MAX_ITEMS == 1_000_000


@pytest.mark.parametrize("concurrency", [1, 4])
def test_pagination_requests_pages_at_full_concurrency(call: Caller, concurrency: int) -> None:
    """After the first page, which has the total, each waits until as many are requested as may be."""
    meeting = threading.Barrier(concurrency, timeout=20)

    def respond(request: Asked) -> Answer:
        offset = offset_of(request)
        if 0 < offset < 50:
            meeting.wait()
        return gaussdb(range(offset, min(offset + 10, 50)), 50)

    with SmallServer(respond) as server:
        result = list_gaussdb(call, server, concurrency=concurrency)
    # The last page is full, so that one more is requested.
    assert len(result["records"]) == 50 and len(server.asked) == 6
    assert server.most_under_way == concurrency


@pytest.mark.parametrize(
    ("status", "total", "failed"), [(400, 20, False), (404, 20, False), (403, 20, True), (400, None, True)]
)
def test_pagination_page_after_last_promised_may_be_refused(
    call: Caller, status: int, total: int | None, failed: bool
) -> None:
    def respond(request: Asked) -> Answer:
        offset = offset_of(request)
        if offset >= 20:
            return Answer(status=status, body=b'{"error_code": "X.0400", "error_msg": "no such page"}')
        return gaussdb(range(offset, offset + 10), total)

    with SmallServer(respond) as server:
        result = list_gaussdb(call, server)
    assert result.failed is failed
    assert failed or len(result["records"]) == 20
