# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cloud emulator as tests and the command use it."""

from __future__ import annotations

import functools
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from .admin import admin_app
from .app import Emulation, service_app
from .deletions import remove, start_changes
from .faults import Faults
from .log import RequestLog
from .records import IdSource, build_record
from .scenario import Loaded, load_scenario
from .server import BACKLOG, HOST, ServerThread
from .services import SERVICES, kind_named
from .state import Record, RecordSet

Result = TypeVar("Result")
Method = TypeVar("Method", bound=Callable[..., Any])


def _between_requests(method: Method) -> Method:
    """Let a method run between two requests, so that it sees and leaves a consistent state."""

    @functools.wraps(method)
    def run(self: CloudEmulator, *arguments: Any, **options: Any) -> Any:
        return self._run(lambda: method(self, *arguments, **options))

    return run  # type: ignore[return-value]


class CloudEmulator:
    """The services' APIs on loopback ports, alive between ``start`` and ``stop`` or within a ``with`` block.

    ``scenario`` is a dict or the path of a YAML file; ``tls`` is a pair of certificate and key file and makes every
    endpoint https. ``clock`` returns the time as a timestamp: with a clock that a test moves forward, tokens expire and
    jobs stop without waiting.
    """

    def __init__(
        self,
        scenario: dict[str, Any] | str | Path,
        tls: tuple[str | Path, str | Path] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        loaded = load_scenario(scenario, clock())
        self._tls = tls
        self._thread: ServerThread | None = None
        self._made = 0
        self.stopping = threading.Event()
        self.endpoints: dict[str, str] = {}
        self.admin = ""
        self.faults = Faults(self._run)
        self.faults.replace(loaded.faults)
        self._emulation = Emulation(loaded, self.faults, RequestLog(loaded.log), clock)

    def __enter__(self) -> CloudEmulator:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Open the ports and fill in ``endpoints`` and ``admin``."""
        sockets = {name: socket.create_server((HOST, 0), backlog=BACKLOG) for name in (*SERVICES, "admin")}
        scheme = "https" if self._tls else "http"
        urls = {name: f"{scheme}://{HOST}:{held.getsockname()[1]}" for name, held in sockets.items()}
        self.admin = urls.pop("admin")
        self.endpoints = urls
        self._emulation.endpoints = urls
        apps: dict[str, Any] = {name: service_app(one, self._emulation) for name, one in SERVICES.items()}
        apps["admin"] = admin_app(self)
        tls = {"ssl_certfile": str(self._tls[0]), "ssl_keyfile": str(self._tls[1])} if self._tls else {}
        self._thread = ServerThread(apps, sockets, self._emulation.connections, tls)
        self._thread.start()

    def stop(self) -> None:
        """Close everything; state and log stay readable."""
        if self._thread is not None:
            self._thread.stop()
            self._thread = None

    @_between_requests
    def load(self, scenario: dict[str, Any] | str | Path) -> None:
        """Replace everything by a new scenario: records, users, tokens, options, faults, log. Ports stay."""
        loaded = load_scenario(scenario, self._clock())
        self._emulation.loaded, self._emulation.log = loaded, RequestLog(loaded.log)
        self.faults.replace(loaded.faults)

    @property
    def loaded(self) -> Loaded:
        """The state, identity and options in force; read them only while nothing is under way."""
        return self._emulation.loaded

    @property
    def log(self) -> list[dict[str, Any]]:
        """Every request so far, in order of arrival."""
        return self._run(self._emulation.log.entries)

    def clear_log(self) -> None:
        """Forget the log and the counters."""
        self._run(self._emulation.log.clear)

    def writes(self) -> list[dict[str, Any]]:
        """The logged requests that ask for a change."""
        return [entry for entry in self.log if _is_write(entry)]

    def counters(self) -> dict[str, dict[str, dict[str, int]]]:
        """Requests by service, method and status, kept even when the log is off."""
        return self._run(self._emulation.log.counters)

    @_between_requests
    def records(self, project: str, service: str) -> list[dict[str, Any]]:
        """The records of a kind in a project (name or id), newest first; a service's name means its first kind."""
        self.loaded.state.settle(self._clock())
        return [record.summary() for record in self._held(project, service)]

    @_between_requests
    def state(self) -> dict[str, Any]:
        """Region, projects with their records, and counts of sign-ins."""
        now, state = self._clock(), self.loaded.state
        state.settle(now)
        return {
            "region": state.region,
            "projects": {project.name: project.summary() for project in state.projects.values()},
            "auth": self.loaded.identity.summary(now),
        }

    def expire_tokens(self) -> int:
        """Let all tokens expire now; returns how many."""
        return self._run(self.loaded.identity.expire)

    @_between_requests
    def add_record(self, project: str, service: str, **spec: Any) -> dict[str, Any]:
        """Add a record while the emulator runs; keys as in a scenario, and ``instance_id`` for records of instances."""
        self._made += 1
        kind, held, now = kind_named(service), self._held(project, service), self._clock()
        record = build_record(kind, spec, now, IdSource("added", project, kind.key, self._made))
        held.add(record)
        start_changes(self.loaded.state, self.loaded.options, self.loaded.state.project(project), kind, record, now)
        return record.summary()

    @_between_requests
    def set_status(self, project: str, service: str, record_id: str, status: str) -> None:
        """Change a record's status; KeyError when there is no such record."""
        record = self._record(project, service, record_id)
        self._held(project, service).set_status(record, status, self._clock())

    @_between_requests
    def remove_record(self, project: str, service: str, record_id: str) -> None:
        """Remove a record, as if someone else had deleted it; KeyError when there is none."""
        record = self._record(project, service, record_id)
        remove(self.loaded.options, self.loaded.state.project(project), kind_named(service), record)

    def _held(self, project: str, service: str) -> RecordSet:
        return self.loaded.state.project(project).records[kind_named(service).key]

    def _record(self, project: str, service: str, record_id: str) -> Record:
        record = self._held(project, service).get(record_id)
        if record is None:
            raise KeyError(f"no {service} record {record_id!r}")
        return record

    def _run(self, work: Callable[[], Result]) -> Result:
        return work() if self._thread is None else self._thread.run(work)


def _is_write(entry: dict[str, Any]) -> bool:
    """Whether a log entry asks for a change; logins and the POSTs with which DRS v3 lists and shows do not."""
    operation = SERVICES[entry["service"]].find(entry["method"], entry["path"])
    return entry["method"] not in ("GET", "HEAD") and not (operation and operation.reads)
