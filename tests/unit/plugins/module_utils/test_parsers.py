# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reads responses: any input gives a value of the documented type."""

from __future__ import annotations

import contextlib
import json
from types import SimpleNamespace
from typing import Any

from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.iam import Identity, project_identity
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.records import text_at
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.client import Client, RequestStats
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.limiter import parse_rate_hint
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.response import InvalidJson, Response, parse_error
from ansible_collections.sundown.hwcloud.plugins.module_utils._text import Redactor, printable
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers.mutations import JSON, RAW
from helpers.result_checks import unprintable

quick = settings(deadline=None)
SECRETS = st.text(st.characters(exclude_categories=("Cs",)), min_size=8, max_size=300).filter(lambda text: text.strip())


@quick
@given(body=RAW | JSON.map(lambda value: json.dumps(value).encode()), status=st.integers(100, 599))
def test_api_error_any_body_has_message(body: bytes, status: int) -> None:
    error = Response(status, {}, body).api_error()
    assert error.code is None or isinstance(error.code, str)
    assert error.message


@quick
@given(body=RAW)
def test_json_any_body_is_value_or_invalid(body: bytes) -> None:
    with contextlib.suppress(InvalidJson):
        Response(200, {}, body).json()


@quick
@given(data=JSON)
def test_parse_error_any_value_has_message(data: Any) -> None:
    assert isinstance(parse_error(data).message, str)


@quick
@given(project=st.dictionaries(st.sampled_from(["id", "name", "enabled"]), JSON))
def test_project_identity_any_project_has_texts_or_none(project: dict[str, Any]) -> None:
    found = project_identity(project)
    assert isinstance(found, Identity)
    assert all(name is None or isinstance(name, str) for name in (found.project_id, found.project_name))


@quick
@given(words=st.text(max_size=60) | st.from_regex(r"limit:\d{1,12},time:\d{0,12} ?(second|minute|hour)"))
@example("limit:0,time:1 second")
@example("limit:5,time:0 second")
def test_parse_rate_hint_any_text_is_positive_or_none(words: str) -> None:
    rate = parse_rate_hint(words)
    assert rate is None or rate > 0


@quick
@given(text=st.text(), limit=st.integers(1, 50))
def test_printable_any_text_is_short_and_printable(text: str, limit: int) -> None:
    shown = printable(text, limit)
    assert len(shown) <= limit
    assert not unprintable(shown)


@quick
@given(item=JSON, paths=st.lists(st.text(max_size=5), min_size=1, max_size=3).map(tuple))
def test_text_at_any_item_is_printable_or_none(item: Any, paths: tuple[str, ...]) -> None:
    found = text_at(item if isinstance(item, dict) else {"": item}, paths)
    assert found is None or (found and not unprintable(found))


@quick
@given(
    secret=SECRETS,
    before=st.text(max_size=10) | st.integers(380, 520).map("x".__mul__),
    where=st.sampled_from(["error_msg", "error_code", "request_id"]),
)
def test_client_error_with_secret_shows_no_part_wherever_cut(secret: str, before: str, where: str) -> None:
    redactor = Redactor()
    redactor.add(secret)
    for spelling in (secret, json.dumps(secret)[1:-1]):
        for headers, document in (
            ({}, {"error_msg": "refused", where: f"{before} {spelling} after"}),
            ({"x-request-id": f"{before} {spelling}"}, {"error_msg": "refused"}),
        ):
            response = Response(400, headers, json.dumps(document).encode())
            transport: Any = SimpleNamespace(open=lambda _url: None, send=lambda *_request, answer=response: answer)
            client = Client(transport, "http://127.0.0.1:9", None, service="x", redact=redactor, stats=RequestStats())
            error = client.request("GET", "/").error
            assert error
            shown = f"{error.code} {error.message} {error.request_id}"
            parts = [spelling[at : at + 8] for at in range(len(spelling) - 7)]
            assert not [part for part in parts if part in shown and part not in f"{before} after refused None ********"]
