# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: their kinds, and which requests they affect."""

from __future__ import annotations

import base64
import itertools
import random
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from .call import Call

CONTENT_MODES = ("wrong_type", "duplicate_items", "wrong_total", "repeat_previous", "empty", "missing_list")
PAGE_MODES = ("invalid_json", "truncated", *CONTENT_MODES)


@dataclass(frozen=True)
class FaultKind:
    """A kind of fault: its settings with their defaults, and its meaning in Markdown."""

    settings: dict[str, Any]
    meaning: str


FAULT_KINDS = {
    "latency": FaultKind({"seconds": 0.05, "jitter": 0.0}, "the response comes later"),
    "rate_limit": FaultKind(
        {"rate": 50.0, "burst": None, "hint": True},
        "a token bucket for each service: `rate` requests a second, `burst` (default: the rate) at once; refused in "
        "the service's own way; `hint` names the limit in the message",
    ),
    "status": FaultKind(
        {"status": 503, "headers": {}, "commit": False, **dict.fromkeys(("error_code", "error_msg", "body"))},
        "an error in the service's error body, or with a raw `body`: bytes, text, `{base64: ...}`, "
        "`{text: ..., repeat: n}`, any JSON; `commit`: the request is carried out first",
    ),
    "drop_before": FaultKind({"reset": False}, "the connection is closed before the request is carried out"),
    "drop_after": FaultKind({"reset": False}, "the connection is closed after the request was carried out"),
    "cut_body": FaultKind({}, "half of the response, then the end"),
    "hang": FaultKind(
        {"seconds": 3600.0, "commit": False}, "no response for so many seconds, then the connection is closed"
    ),
    "expire_token": FaultKind({"all": False}, "the token of this request expires, or all"),
    "page_broken": FaultKind(
        {"mode": "invalid_json"},
        "a page of a list is corrupted; `mode`: " + ", ".join(f"`{mode}`" for mode in PAGE_MODES),
    ),
    "transform": FaultKind({"function": None}, "in a test: takes the response (of Starlette) and returns another"),
    "redirect": FaultKind({"status": 307, "location": "http://127.0.0.1:9/"}, "a redirect"),
    "echo": FaultKind({"status": 500}, "the error message repeats the request's headers and body"),
}


class TokenBucket:
    """``rate`` requests a second on average, ``burst`` at once; full at first."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst, self._clock = rate, burst, clock
        self._tokens, self._filled_at = burst, clock()

    def take(self) -> bool:
        now = self._clock()
        self._tokens = min(self.burst, self._tokens + (now - self._filled_at) * self.rate)
        self._filled_at = now
        granted = self._tokens >= 1
        self._tokens -= granted
        return granted


@dataclass
class Fault:
    """One fault; ``seen`` counts the requests that it matched, ``hits`` those that it affected.

    ``service`` is a service's name or ``*``, ``path`` a regular expression searched in the path, ``project`` a
    project's name or id, ``contains`` a text in path, query or body. The first ``after`` matching requests are
    not affected, then ``times`` of them (None: all) are, each with ``probability``.
    """

    id: int
    kind: str
    service: str = "*"
    method: str | None = None
    path: str | None = None
    project: str | None = None
    contains: str | None = None
    times: int | None = None
    probability: float | None = None
    seed: int = 0
    after: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        if self.kind not in FAULT_KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; known are {', '.join(FAULT_KINDS)}")
        defaults = FAULT_KINDS[self.kind].settings
        unknown = set(self.settings) - set(defaults)
        if unknown:
            raise ValueError(f"fault {self.kind}: unknown setting {', '.join(sorted(unknown))}")
        self.settings = {**defaults, **self.settings}
        if self.kind == "page_broken" and self.settings["mode"] not in PAGE_MODES:
            raise ValueError(f"fault page_broken: mode must be one of {', '.join(PAGE_MODES)}")
        self._pattern = re.compile(self.path) if self.path else None
        self._random = random.Random(self.seed)
        self._buckets: dict[str, TokenBucket] = {}
        self.previous: dict[str, bytes] = {}

    def matches(self, call: Call) -> bool:
        """Whether the request meets the fault's conditions, however often it may strike."""
        if self.service not in ("*", call.service.name) or (self.method and self.method != call.method):
            return False
        if self._pattern and not self._pattern.search(call.path):
            return False
        if self.project and not _concerns(call, self.project):
            return False
        if self.contains and not _contains(call, self.contains):
            return False
        return self.kind != "page_broken" or _is_listing(call)

    def fires(self, call: Call) -> bool:
        """Count a matching request and decide whether the fault affects it."""
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.hits >= self.times):
            return False
        if self.probability is not None and self._random.random() >= self.probability:
            return False
        if self.kind == "rate_limit" and self._bucket(call.service.name).take():
            return False
        self.hits += 1
        return True

    def delay(self) -> float:
        """Seconds that this latency adds."""
        return float(self.settings["seconds"] + self._random.random() * self.settings["jitter"])

    def _bucket(self, service: str) -> TokenBucket:
        if service not in self._buckets:
            rate = float(self.settings["rate"])
            self._buckets[service] = TokenBucket(rate, float(self.settings["burst"] or rate))
        return self._buckets[service]

    def describe(self) -> dict[str, Any]:
        """The fault as a document for JSON."""
        shown = {key: value for key, value in self.settings.items() if not callable(value)}
        if isinstance(shown.get("body"), bytes):
            shown["body"] = {"base64": base64.b64encode(shown["body"]).decode()}
        return {**{name: getattr(self, name) for name in _FIELDS}, **shown}


_FIELDS = [one.name for one in fields(Fault) if one.name != "settings"]
_WHERE = frozenset(_FIELDS) - {"id", "kind", "seen", "hits"}


class Faults:
    """The faults in force, in the order in which they were added."""

    def __init__(self, run: Callable[[Callable[[], Any]], Any] = lambda work: work()) -> None:
        self._faults: list[Fault] = []
        self._ids = itertools.count(1)
        self._run = run

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, kind: str, **given: Any) -> Fault:
        """Add a fault, with the conditions that ``Fault`` describes and the settings of its kind.

        ValueError for an unknown kind or setting.
        """
        where = {name: value for name, value in given.items() if name in _WHERE}
        settings = {name: value for name, value in given.items() if name not in _WHERE}
        fault = Fault(next(self._ids), kind, **where, settings=settings)
        self._run(lambda: self._faults.append(fault))
        return fault

    def clear(self) -> None:
        """Remove all faults."""
        self._run(self._faults.clear)

    def replace(self, specifications: Iterable[dict[str, Any]]) -> None:
        """Remove all faults and add these."""
        self.clear()
        for specification in specifications:
            self.add(**specification)

    def describe(self) -> list[dict[str, Any]]:
        return [fault.describe() for fault in list(self._faults)]

    def select(self, call: Call) -> tuple[list[Fault], Fault | None, list[Fault]]:
        """The latencies, the one fault that decides, and the page faults that remember the response.

        Once a fault has decided, later ones do not count the request; one that no longer fires lets the next decide.
        """
        delays: list[Fault] = []
        watching: list[Fault] = []
        decisive: Fault | None = None
        for fault in self._faults:
            if not fault.matches(call):
                continue
            if fault.kind == "latency":
                if fault.fires(call):
                    delays.append(fault)
                continue
            if fault.settings.get("mode") == "repeat_previous":
                watching.append(fault)
            if decisive is None and fault.fires(call):
                decisive = fault
        return delays, decisive, watching


def _is_listing(call: Call) -> bool:
    operation = call.service.find(call.method, call.path)
    return operation is not None and operation.listing


def _concerns(call: Call, project: str) -> bool:
    try:
        return f"/{call.cloud.project(project).id}/" in call.path
    except KeyError:
        return False


def _contains(call: Call, text: str) -> bool:
    return text in call.path or text in call.query_string or text.encode() in call.payload
