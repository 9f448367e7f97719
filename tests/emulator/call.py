# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request on its way through the cloud emulator, and the routes that lead it to a handler."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from .replies import Refusal, Reply

if TYPE_CHECKING:
    from .identity import Identity, Token, User
    from .options import Options
    from .state import Project, RecordSet, State

_NUMBER = re.compile(r"-?[0-9]{1,18}")


@dataclass(slots=True)
class Call:
    """A request with everything a handler may look at. ``headers`` has lower-case names, ``now`` is a timestamp."""

    service: str
    method: str
    path: str
    raw_path: str
    query_string: str
    headers: dict[str, str]
    body: bytes
    now: float
    request_id: str
    state: State
    identity: Identity
    options: Options
    endpoints: dict[str, str]
    params: dict[str, str] = field(default_factory=dict)
    project: Project | None = None
    user: User | None = None
    token: Token | None = None
    _query: dict[str, str] | None = None

    @property
    def base_url(self) -> str:
        """The URL that the called service is reached at."""
        return self.endpoints[self.service]

    @property
    def query(self) -> dict[str, str]:
        if self._query is None:
            self._query = dict(parse_qsl(self.query_string, keep_blank_values=True)) if self.query_string else {}
        return self._query

    @property
    def records(self) -> RecordSet:
        """The records of this service in the project of the path."""
        assert self.project is not None
        return self.project.records[self.service]

    def document(self, error: Refusal) -> dict[str, Any]:
        """The body as a JSON object; ``error`` is raised when it is none."""
        try:
            document = json.loads(self.body)
        except ValueError:
            raise error from None
        if not isinstance(document, dict):
            raise error
        return document

    def number(self, name: str, default: int, low: int, high: int | None, error: Refusal) -> int:
        """A query parameter as a number within bounds; ``error`` is raised for anything else."""
        text = self.query.get(name)
        if text is None:
            return default
        if not _NUMBER.fullmatch(text):
            raise error
        value = int(text)
        if value < low or (high is not None and value > high):
            raise error
        return value

    def limit(self, default: int, low: int, high: int | None, error: Refusal) -> int:
        """The ``limit`` parameter, cut silently where the scenario says so (option clamp_limit)."""
        value = self.number("limit", default, low, high, error)
        clamp = self.options.clamp_limit.get(self.service)
        return value if clamp is None else min(value, clamp)


Handler = Callable[[Call], Reply]


class Routes:
    """Maps method and path to a handler; a segment in braces is a parameter."""

    def __init__(self) -> None:
        self._by_length: dict[int, list[tuple[str, list[str], Handler]]] = {}

    def add(self, method: str, pattern: str) -> Callable[[Handler], Handler]:
        """Decorator that registers a handler."""
        segments = pattern.strip("/").split("/")

        def register(handler: Handler) -> Handler:
            self._by_length.setdefault(len(segments), []).append((method, segments, handler))
            return handler

        return register

    def find(self, method: str, path: str) -> tuple[Handler, dict[str, str]] | None:
        """Handler and parameters, or None when nothing is published under that method and path."""
        given = path.strip("/").split("/")
        for wanted, segments, handler in self._by_length.get(len(given), ()):
            if wanted != method:
                continue
            params: dict[str, str] = {}
            for expected, actual in zip(segments, given, strict=True):
                if expected[:1] == "{":
                    params[expected[1:-1]] = actual
                elif expected != actual:
                    break
            else:
                return handler, params
        return None
