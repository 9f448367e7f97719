# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that a test does to an answer: wrong types anywhere, other bodies, other statuses, other headers."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.sundown.hwcloud.plugins.module_utils._http.response import Response
from hypothesis import strategies as st

from .fake_services import Asked, Spoil

HOSTILE_TEXT = (
    "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe\u2066 {{ 6 * 7 }} {% raw %} <script>x</script>\r\nfatal: \ud800"
)
HUGE_NUMBER = b"9" * 5000

Change = Callable[[Response], Response]

TEXTS = st.text(max_size=20) | st.sampled_from(
    ["", " ", "..", "a/b", "a?b", "x" * 2000, HOSTILE_TEXT, "%2e%2e", "null"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)
RAW = st.binary(max_size=40) | st.sampled_from(
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b"{}",
        b'"text"',
        b"1e999",
        b"-Infinity",
        b"[NaN]",
        HUGE_NUMBER,
        b'{"total_count": ' + HUGE_NUMBER + b', "tasks": []}',
        b"<html><body>Bad gateway</body></html>",
        b"[" * 100_000,
        b'{"error":' * 50_000,
        b'{"error_msg": "' + b"x" * 100_000 + b'"}',
        '{"error_code": "DBS.200543"}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
    ]
)
STATUSES = st.sampled_from(
    [100, 200, 201, 202, 204, 301, 307, 400, 401, 403, 404, 405, 409, 410, 418, 422, 429, 500, 502, 503, 599]
)
HEADERS = st.dictionaries(
    st.sampled_from(["x-subject-token", "x-request-id", "retry-after", "location", "content-type"]),
    st.text(st.characters(max_codepoint=255), max_size=30)
    | st.sampled_from(["", "-1", "1e9", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", HOSTILE_TEXT[:30]]),
    max_size=3,
)


def places(document: Any, trail: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a document, as keys from the root; the root itself is ()."""
    found = [trail]
    if isinstance(document, dict):
        children: Sequence[tuple[Any, Any]] = list(document.items())
    else:
        children = list(enumerate(document)) if isinstance(document, list) else []
    for key, value in children:
        found += places(value, (*trail, key))
    return found


def put(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    """A copy of the document with another value at that place."""
    if not place:
        return value
    changed = copy.deepcopy(document)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return changed


def dropped(document: Any, place: tuple[Any, ...]) -> Any:
    """A copy of the document without what stands at that place."""
    if not place:
        return None
    changed = copy.deepcopy(document)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    del holder[place[-1]]
    return changed


def with_document(reply: Response, document: Any) -> Response:
    return replace(reply, body=json.dumps(document).encode())


def _in_document(change: Callable[[Any, tuple[Any, ...]], Any]) -> Callable[[int], Change]:
    def at(which: int) -> Change:
        def spoil(reply: Response) -> Response:
            try:
                document = json.loads(reply.body)
            except ValueError:
                return reply
            found = places(document)
            return with_document(reply, change(document, found[which % len(found)]))

        return spoil

    return at


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """One thing that is done to an answer."""
    kind = draw(st.sampled_from(["put", "put", "put", "drop", "raw", "status", "headers", "both"]))
    if kind == "put":
        value = draw(JSON)
        return _in_document(lambda document, place: put(document, place, value))(draw(st.integers(0, 200)))
    if kind == "drop":
        return _in_document(dropped)(draw(st.integers(0, 200)))
    if kind == "raw":
        body = draw(RAW)
        return lambda reply: replace(reply, body=body)
    if kind == "status":
        status = draw(STATUSES)
        return lambda reply: replace(reply, status=status)
    if kind == "headers":
        headers = draw(HEADERS)
        return lambda reply: replace(reply, headers={**reply.headers, **headers})
    status, body = draw(STATUSES), draw(RAW | JSON.map(lambda value: json.dumps(value).encode()))
    return lambda reply: replace(reply, status=status, body=body)


@st.composite
def spoils(draw: st.DrawFn) -> Spoil:
    """What is done to which answers of a module call: to one of them, or to all of a method."""
    change = draw(changes())
    number = draw(st.none() | st.integers(0, 8))
    method = draw(st.sampled_from(["GET", "POST", "DELETE"]))

    def spoil(asked: Asked, reply: Response) -> Response:
        struck = asked.method == method if number is None else asked.number == number
        return change(reply) if struck else reply

    return spoil
