# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The module environment: deletes records of several kinds in one call."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .._auth.connection import Connection
from .._auth.connection_settings import positive
from .._engine.environment import DeleteRequest, DeleteResult, delete_kinds
from .._engine.record_client import RecordId
from .._engine.records import TIME_FORMAT, plain_text, usable_id
from .._errors import OptionError
from .._services import KINDS, check_kind, kind_option_mistakes
from .delete import LISTS, Entry, counts, return_values
from .options import auth_options
from .run import run

# Of the figures of progress, those that each call adds to.
_SUMS = ("done", "deleted", "absent", "failed", "seconds")
WRITE_SECONDS = 1.0


@dataclass(frozen=True)
class Target:
    """A record to delete; ``instance_id`` as it was given, which only some kinds need."""

    kind: str
    record_id: RecordId
    instance_id: str | None

    @property
    def names(self) -> dict[str, Any]:
        """What names the record in the lists of the result."""
        return {"kind": self.kind, "instance_id": self.instance_id, "id": self.record_id.id}


def run_environment() -> None:
    """Run environment: delete records of several kinds in one call."""
    spec = {
        **auth_options(),
        "records": {"type": "list", "elements": "dict", "required": True},
        "state": {"type": "str", "choices": ["absent"], "default": "absent"},
        "stop": {"type": "bool", "default": False},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 3600},
        "kind_options": {"type": "dict", "default": {}},
        "progress": {
            "type": "dict",
            "options": {
                **{
                    name: {"type": "int"}
                    for name in ("total", "batch", "batches", "done", "deleted", "absent", "failed")
                },
                "seconds": {"type": "float"},
                "seconds_left": {"type": "int"},
            },
        },
        "progress_file": {"type": "path"},
        "journal": {"type": "path"},
    }
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)

    def work(connection: Connection) -> dict[str, Any]:
        positive(module.params, "wait_timeout")
        _check_progress(module.params["progress"] or {})
        mistakes = list(kind_option_mistakes("kind_options", module.params["kind_options"]))
        if mistakes:
            raise OptionError("\n".join(mistakes))
        targets = read_targets(module.params["records"])
        requests = _requests(targets, module.params)
        if not module.check_mode:
            _try_journal(module.params["journal"])
        with _progress_file(module.params["progress_file"], requests):
            found = delete_kinds(connection, requests, check_mode=module.check_mode)
        return _return_values(connection, targets, found, module)

    run(module, work)


def _check_progress(figures: Mapping[str, Any]) -> None:
    for name in _SUMS:
        if not 0 <= (figures.get(name) or 0) < float("inf"):
            raise OptionError(f"progress.{name}: must be a number >= 0")


def read_targets(records: Sequence[Mapping[str, Any]]) -> list[Target]:
    """Return the records to delete, each once, in the order given; raise `OptionError` for one that cannot be used."""
    found: dict[tuple[str, str], Target] = {}
    for position, record in enumerate(records):
        option = f"records[{position}]"
        check_kind(f"{option}.kind", record.get("kind"))
        kind = KINDS[record["kind"]]
        names = ("id", "instance_id") if kind.by_instance else ("id",)
        record_id = RecordId(*(usable_id(f"{option}.{name}", record.get(name)) for name in names))
        target = Target(kind.name, record_id, plain_text(record.get("instance_id")))
        target = found.setdefault((kind.name, record_id.id), target)
        if target.record_id != record_id:
            raise OptionError(f"{option}: {kind.noun} {record_id.id} is listed under two instances")
    return list(found.values())


def _requests(targets: Sequence[Target], params: Mapping[str, Any]) -> dict[str, DeleteRequest]:
    """Return the requests by kind, in the order of `KINDS`."""
    ids: dict[str, list[RecordId]] = {}
    for target in targets:
        ids.setdefault(target.kind, []).append(target.record_id)
    requests = {}
    for name in KINDS:
        if name in ids:
            options = params["kind_options"].get(name, {})
            requests[name] = DeleteRequest(
                ids[name],
                options,
                stop=params["stop"],
                wait=params["wait"],
                wait_timeout=params["wait_timeout"],
                accepted=_accepted(name, params["journal"]),
            )
            requests[name].progress.total = len(ids[name])
    return requests


def _try_journal(path: str | None) -> None:
    """Raise `OptionError` where a journal cannot be written."""
    try:
        append_lines(path, "")
    except OSError as error:
        raise OptionError(f"journal: {path} cannot be written: {error.strerror or error}") from error


def _accepted(kind: str, journal: str | None) -> Callable[[str], None]:
    """Return what writes to a journal that the service has accepted the delete of an instance."""

    def accepted(instance_id: str) -> None:
        time = datetime.now(timezone.utc).strftime(TIME_FORMAT)
        line = {"time": time, "state": "accepted", "kind": kind, "id": instance_id}
        # The instance goes, whether or not that can be written.
        with contextlib.suppress(OSError):
            append_lines(journal, json.dumps(line) + "\n")

    return accepted


def append_lines(path: str | None, text: str) -> None:
    """Append to a file, which only its owner can read, and see the text written to the disk; may raise OSError."""
    if path:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


def _return_values(
    connection: Connection, targets: Sequence[Target], found: Mapping[str, DeleteResult], module: AnsibleModule
) -> dict[str, Any]:
    results = {(name, one.record_id): one for name, ended in found.items() for one in ended.results}
    entries: list[Entry] = [(target.names, target.names, results[target.kind, target.record_id]) for target in targets]
    values = return_values(connection, entries, LISTS, diff=module._diff)
    values["summary"]["kinds"] = {
        name: {**counts(ended.results, LISTS), "seconds": ended.seconds} for name, ended in found.items()
    }
    values["progress"] = add_progress(module.params["progress"] or {}, values["summary"])
    return values


def add_progress(before: Mapping[str, Any], summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of the calls ``before`` and of this one, and the seconds left at the rate so far."""
    this_call = {**summary, "done": summary["requested"]}
    sums = {name: (before.get(name) or 0) + this_call[name] for name in _SUMS}
    total = before.get("total") or sums["done"]
    left = max(0, total - sums["done"])
    return {
        "total": total,
        "batch": before.get("batch") or 1,
        "batches": before.get("batches") or 1,
        **sums,
        "seconds": round(sums["seconds"], 3),
        "seconds_left": round(left * sums["seconds"] / sums["done"]) if sums["done"] else None,
    }


@contextlib.contextmanager
def _progress_file(path: str | None, requests: Mapping[str, DeleteRequest]) -> Iterator[None]:
    """While the context lasts, write the figures of each kind to ``path`` whenever they have changed."""
    if not path:
        yield
        return
    ended = threading.Event()

    def write() -> None:
        written = None
        while True:
            last = ended.wait(WRITE_SECONDS if written else 0)
            figures = {name: request.progress.figures() for name, request in requests.items()}
            if figures != written:
                written = figures
                # Whoever reads it can do without it.
                with contextlib.suppress(OSError):
                    _replace(path, json.dumps(figures))
            if last:
                return

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _replace(path: str, text: str) -> None:
    """Write a file as a whole: a reader finds the old text or the new one."""
    temporary = f"{path}.{os.getpid()}"
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)
