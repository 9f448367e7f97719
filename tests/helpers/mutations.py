# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to damage a response: wrong types anywhere, other bodies, other statuses, other headers."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ansible_collections.sundown.hwcloud.plugins.module_utils._http.response import Response
from hypothesis import strategies as st

from .fake_services import Mutation, Request

HOSTILE_TEXT = (
    "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe\u2066 {{ 6 * 7 }} {% raw %} <script>x</script>\r\nfatal: \ud800"
)
HUGE_NUMBER = b"9" * 5000
MISSING = object()

Place = tuple[Any, ...]
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


def places(document: Any, place: Place = ()) -> list[Place]:
    """The keys from the root to every value in a document; those of the root itself are ()."""
    children: Iterable[tuple[Any, Any]] = ()
    if isinstance(document, (dict, list)):
        children = document.items() if isinstance(document, dict) else enumerate(document)
    return [place, *(found for key, value in children for found in places(value, (*place, key)))]


def put(document: Any, place: Place, value: Any) -> Any:
    """A copy of the document with another value at that place, or without it where the value is MISSING."""
    if not place:
        return None if value is MISSING else value
    changed = copy.deepcopy(document)
    parent = changed
    for key in place[:-1]:
        parent = parent[key]
    if value is MISSING:
        del parent[place[-1]]
    else:
        parent[place[-1]] = value
    return changed


def replacing(**fields: Any) -> Change:
    return lambda response: replace(response, **fields)


def in_document(number: int, value: Any) -> Change:
    """Put a value at one of the places of a JSON body."""

    def change(response: Response) -> Response:
        try:
            document = json.loads(response.body)
        except ValueError:
            return response
        found = places(document)
        return replace(response, body=json.dumps(put(document, found[number % len(found)], value)).encode())

    return change


def mutation(change: Change, number: int | None, method: str) -> Mutation:
    """Change the response to the request of that number, or all to that method."""

    def mutate(request: Request, response: Response) -> Response:
        matches = request.method == method if number is None else request.number == number
        return change(response) if matches else response

    return mutate


PUTS = st.builds(in_document, st.integers(0, 200), JSON)
CHANGES = st.one_of(
    PUTS,
    PUTS,
    PUTS,
    st.builds(in_document, st.integers(0, 200), st.just(MISSING)),
    st.builds(replacing, body=RAW),
    st.builds(replacing, status=STATUSES),
    HEADERS.map(lambda headers: lambda response: replace(response, headers={**response.headers, **headers})),
    st.builds(replacing, status=STATUSES, body=RAW | JSON.map(lambda value: json.dumps(value).encode())),
)
MUTATIONS = st.builds(mutation, CHANGES, st.none() | st.integers(0, 8), st.sampled_from(["GET", "POST", "DELETE"]))
