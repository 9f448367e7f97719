# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The readers of what services say, each on its own: any input gives a value of the documented kind."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.iam import Identity, project_identity
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.records import (
    SAFE_ID,
    iso_time,
    text_at,
    to_record,
)
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.client import Client, RequestStats
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.limiter import parse_rate_hint
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.response import InvalidJson, Response, parse_error
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.transport import Transport
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS, Kind
from ansible_collections.sundown.hwcloud.plugins.module_utils._text import Redactor, printable
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers.mutations import HOSTILE_TEXT, JSON, RAW, places, put

from .test_random_input import is_record, presentable

ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
TRIES = settings(max_examples=200, deadline=None)
WRONG: list[Any] = [None, True, 0, -1, 1.5, 10**30, "", " ", "x" * 5000, HOSTILE_TEXT, [], [[]], {}, {"id": {}}]
ITEMS: dict[str, dict[str, Any]] = {
    "gaussdb": {
        "job_id": "one",
        "name": "CreateGaussDBV5Instance",
        "status": "Completed",
        "instance_info": {"instance_id": "in14", "instance_name": "gauss"},
        "created_at": "2022-08-05T08:15:07+0800",
        "ended_at": "2022-08-05T08:16:07+0800",
    },
    "drs": {
        "id": "one",
        "name": "DRS-1",
        "status": "CREATE_FAILED",
        "create_time": "2020-12-21 10:57:49",
        "children": [{"id": "two"}],
    },
    "dms": {
        "id": "one",
        "name": "bindEip",
        "status": "SUCCESS",
        "created_at": "2022-05-20T08:29:23.812Z",
        "updated_at": "1653035363812",
    },
    "cce": {
        "metadata": {"uid": "one", "creationTimestamp": "2025-09-02 10:23:38.987955 +0000 UTC"},
        "spec": {"type": "CreateCluster", "subJobs": [{"metadata": {"uid": "two"}}]},
        "status": {"status": "Success"},
    },
    "dcs": {
        "id": "one",
        "job_id": "other",
        "name": "EditBackup",
        "status": "SUCCESS",
        "created_at": "2023-01-01T00:00:00Z",
    },
}


def record_of(kind: Kind, item: Any) -> dict[str, Any] | None:
    api = kind.apis[0]
    held_by = "kafka-1" if kind.by_instance else None
    return to_record(kind, api.fields, item, region="eu-de", project_id="p1", instance_id=held_by)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_right_item_is_a_deletable_record(kind: Kind) -> None:
    record = record_of(kind, ITEMS[kind.service])
    assert record
    assert is_record(record)
    assert (record["id"], record["deletable"]) == ("one", True)
    assert ISO.fullmatch(record["created_at"])


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_wrong_type_in_any_field_makes_no_wrong_record(kind: Kind) -> None:
    item = ITEMS[kind.service]
    right = record_of(kind, item)
    for place in places(item):
        for wrong in WRONG:
            check_record(kind, right, record_of(kind, put(item, place, wrong)))


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@TRIES
@given(data=st.data())
def test_any_item_makes_a_right_record_or_none(kind: Kind, data: st.DataObject) -> None:
    item = ITEMS[kind.service]
    for _round in range(data.draw(st.integers(1, 3))):
        found = places(item)
        item = put(item, found[data.draw(st.integers(0, len(found) - 1))], data.draw(JSON))
    check_record(kind, record_of(kind, ITEMS[kind.service]), record_of(kind, item))


def check_record(kind: Kind, right: dict[str, Any] | None, record: dict[str, Any] | None) -> None:
    """The types hold, everything can be shown, and what is deletable is so for the status that it shows."""
    if record is None:
        return
    assert right
    assert is_record(record)
    assert all(presentable(value) for value in record.values() if isinstance(value, str))
    assert all(len(value) <= 256 for value in record.values() if isinstance(value, str))
    for name in ("created_at", "updated_at"):
        assert record[name] is None or ISO.fullmatch(record[name])
    if record["deletable"]:
        assert SAFE_ID.fullmatch(record["id"])
        assert kind.deletable(record["status"])


@TRIES
@given(value=JSON)
def test_a_time_is_a_time_or_unknown(value: Any) -> None:
    found = iso_time(value)
    assert found is None or ISO.fullmatch(found)


ZONES = st.integers(-14 * 60, 14 * 60)


@TRIES
@given(
    moment=st.datetimes(datetime(1000, 1, 3), datetime(9999, 12, 29)).map(lambda one: one.replace(microsecond=0)),
    minutes=ZONES,
    colon=st.booleans(),
)
def test_a_time_in_any_zone_is_the_same_moment(moment: datetime, minutes: int, colon: bool) -> None:
    there = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes)))
    text = there.isoformat()
    text = text if colon else text[:-3] + text[-2:]
    assert iso_time(text) == moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@TRIES
@given(body=RAW | JSON.map(lambda value: json.dumps(value).encode()), status=st.integers(100, 599))
def test_any_body_gives_a_failure(body: bytes, status: int) -> None:
    failure = Response(status, {}, body).api_error()
    assert failure.code is None or isinstance(failure.code, str)
    assert failure.message


@TRIES
@given(body=RAW)
def test_any_body_is_json_or_unreadable(body: bytes) -> None:
    try:
        Response(200, {}, body).json()
    except InvalidJson:
        return


@TRIES
@given(data=JSON)
def test_anything_may_be_an_error_object(data: Any) -> None:
    failure = parse_error(data)
    assert isinstance(failure.message, str)


@TRIES
@given(project=st.dictionaries(st.sampled_from(["id", "name", "enabled"]), JSON))
def test_a_projects_names_are_texts_or_unknown(project: dict[str, Any]) -> None:
    found = project_identity(project)
    assert isinstance(found, Identity)
    assert all(name is None or isinstance(name, str) for name in (found.project_id, found.project_name))


@TRIES
@given(words=st.text(max_size=60) | st.from_regex(r"limit:\d{1,12},time:\d{0,12} ?(second|minute|hour)"))
@example("limit:0,time:1 second")
@example("limit:5,time:0 second")
def test_a_rate_is_positive_or_unknown(words: str) -> None:
    rate = parse_rate_hint(words)
    assert rate is None or rate > 0


@TRIES
@given(text=st.text(), limit=st.integers(1, 50))
def test_printable_text_is_short_and_fit_to_be_shown(text: str, limit: int) -> None:
    shown = printable(text, limit)
    assert len(shown) <= limit
    assert presentable(shown)


@TRIES
@given(item=JSON, paths=st.lists(st.text(max_size=5), min_size=1, max_size=3).map(tuple))
def test_a_text_in_an_item_is_a_text_or_nothing(item: Any, paths: tuple[str, ...]) -> None:
    found = text_at(item if isinstance(item, dict) else {"": item}, paths)
    assert found is None or (found and presentable(found))


SECRETS = st.text(st.characters(exclude_categories=("Cs",)), min_size=8, max_size=300).filter(lambda text: text.strip())


@TRIES
@given(
    secret=SECRETS,
    before=st.text(max_size=10) | st.integers(380, 520).map("x".__mul__),
    where=st.sampled_from(["error_msg", "error_code", "request_id"]),
)
def test_no_part_of_a_secret_is_left_wherever_the_text_is_cut(secret: str, before: str, where: str) -> None:
    redactor = Redactor()
    redactor.add(secret)
    transport = Transport()
    client = Client(transport, "http://127.0.0.1:9", None, service="gaussdb", redact=redactor, stats=RequestStats())
    for spelling in (secret, json.dumps(secret)[1:-1]):
        for headers, document in (
            ({}, {"error_msg": "refused", where: f"{before} {spelling} after"}),
            ({"x-request-id": f"{before} {spelling}"}, {"error_msg": "refused"}),
        ):
            failure = client._clean(Response(400, headers, json.dumps(document).encode()).api_error())
            shown = f"{failure.code} {failure.message} {failure.request_id}"
            parts = [spelling[at : at + 8] for at in range(len(spelling) - 7)]
            assert not [part for part in parts if part in shown and part not in f"{before} after refused None ********"]
    transport.close()
