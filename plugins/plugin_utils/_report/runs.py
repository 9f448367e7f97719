# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The folders of runs on the controller, one for each run, and the page that lists them.

Beside the folders, ``latest`` leads to the newest. What writes raises OSError where it cannot.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .._plan.document import DIGEST_SHOWN, digest_of, document_head, document_of_report
from .._plan.outcomes import OUTCOMES, Outcome
from .._plan.records import RECORD_FIELDS
from .._plan.report import SCHEMA_VERSION
from .._plan.state import Mode
from .display import shown, time_of

REPORT = "report.json"
JOURNAL = "journal.jsonl"
LATEST = "latest"
INDEX = "index.html"

_RUN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}-[0-9]{2}-[0-9]{2}Z-[a-z].*")
# A full disk takes an empty file.
_TRIAL = "x" * 4096
# Of each record, in the report of an earlier run.
_NEEDED = {*RECORD_FIELDS, "planned", "reason", "rule"}
_UNREADABLE = "its report is missing or cannot be read"
_MODES = {Mode.APPLYING: "apply, under way or interrupted", Mode.FAILED: "no plan could be made"}

# The names of folders, each with the head of its report.
Runs = Sequence[tuple[str, Mapping[str, Any]]]


def absolute(path: str) -> Path:
    """Return a path as it is meant on the controller, ``~`` and links resolved."""
    return Path(path.strip()).expanduser().resolve()


def reason_of(error: OSError) -> str:
    """Return the system's message without the path, which the caller's message names."""
    return error.strerror or str(error)


def try_directory(directory: Path, *, create: bool) -> None:
    """Write a file to a directory and remove it; ``create`` makes the directory where it is missing."""
    if create:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile("w", dir=directory) as file:
        file.write(_TRIAL)


def try_file(path: Path) -> None:
    """Raise OSError unless the file can be written. Its directory must exist."""
    if path.is_dir():
        raise IsADirectoryError("it is a directory")
    if not path.parent.exists():
        raise FileNotFoundError(f"{path.parent} does not exist")
    try_directory(path.parent, create=False)


def new_folder(parent: Path, name: str) -> Path:
    """Make a folder for a run; where another run has this name already, a number is added."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, folder = 1, parent / name
    while True:
        try:
            folder.mkdir(mode=0o700)
            return folder
        except FileExistsError:
            number += 1
        folder = parent / f"{name}-{number}"


def write_file(path: Path, text: str) -> None:
    """Write a file, for its owner only, in one step: a reader sees the old content or all of the new one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def point_latest_to(folder: Path) -> None:
    """Make ``latest`` beside a folder a link to it, or a copy of it where links cannot be made."""
    latest = folder.parent / LATEST
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{LATEST}-"))
    try:
        made = temporary / LATEST
        try:
            made.symlink_to(folder.name, target_is_directory=True)
        except OSError:
            shutil.copytree(folder, made)
        # Only a link takes the place of another in one step.
        if latest.is_dir() and not latest.is_symlink():
            shutil.rmtree(latest)
        elif not made.is_symlink():
            latest.unlink(missing_ok=True)
        made.replace(latest)
    finally:
        shutil.rmtree(temporary)


def write_run(folder: Path, files: Mapping[str, str], index: Callable[[], str]) -> None:
    """Write the files of a run by their names, make it the newest one, and write the index, which can list it then."""
    for name, text in files.items():
        write_file(folder / name, text)
    point_latest_to(folder)
    write_file(folder.parent / INDEX, index())


def read_runs(parent: Path, read: Callable[[Path], Mapping[str, Any]], schema_version: int) -> Runs:
    """Return the folders of all runs by name, the newest first, each with what ``read`` returns for it.

    A folder that cannot be read, or holds a report of another ``schema_version``, has an empty mapping.
    """
    runs = []
    for folder in sorted(parent.iterdir(), reverse=True):
        if _RUN.fullmatch(folder.name) and folder.is_dir():
            try:
                report = read(folder)
            except (OSError, ValueError):
                report = {}
            runs.append((folder.name, report if report.get("schema_version") == schema_version else {}))
    return runs


def project_runs(reports: Path) -> Runs:
    """Return the runs of a project, the newest first, each with its report but for the records."""
    return read_runs(reports, _read_head, SCHEMA_VERSION) if reports.is_dir() else ()


def find_plan(reports: Path, digest: str) -> Mapping[str, Any] | None:
    """Return the plan that a project's newest run with this digest made; the digest's beginning is enough."""
    for report in _reports_of_plans(reports, lambda _name, head: head["digest"].startswith(digest)):
        document = document_of_report(report)
        if digest_of(document["records"]) == document["digest"]:
            return document
    return None


def previous_plan(reports: Path, folder: Path) -> Mapping[str, Any] | None:
    """Return the report of a project's newest run that made a plan, but for the run of this folder."""
    return next(_reports_of_plans(reports, lambda name, _head: name != folder.name), None)


def interrupted_run(reports: Path) -> dict[str, Any] | None:
    """Return the newest apply of a project where its report was not finished, and the batches in its journal.

    ``accepted`` are kind and id of each instance of which that run, or an interrupted one before it, had a delete
    accepted.
    """
    runs = [(name, head) for name, head in project_runs(reports) if head.get("mode") in (Mode.APPLYING, Mode.APPLY)]
    unfinished = list(takewhile(lambda run: run[1]["mode"] == Mode.APPLYING, runs))
    if not unfinished:
        return None
    journals = [list(_read_journal(reports / name / JOURNAL)) for name, _head in unfinished]
    (name, head), journal = unfinished[0], journals[0]
    ended = [line for line in journal if line["state"] == "ended"]
    return {
        "run": name,
        "started_at": head["started_at"],
        "batches": next((line["batches"] for line in journal if "batches" in line), None),
        "ended": len(ended),
        **{outcome: sum(_total(line.get(outcome)) for line in ended) for outcome in (Outcome.DELETED, Outcome.FAILED)},
        "accepted": _accepted(line for lines in journals for line in lines),
    }


def _accepted(journal: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    found = ((line["kind"], line["id"]) for line in journal if line["state"] == "accepted")
    return [list(instance) for instance in dict.fromkeys(found)]


def _reports_of_plans(reports: Path, wanted: Callable[[str, Mapping[str, Any]], bool]) -> Iterator[Mapping[str, Any]]:
    """Yield the reports of a project's runs that made a plan and are ``wanted``; damaged ones are left out.

    Reports of earlier versions do not tell what was planned.
    """
    for name, head in project_runs(reports):
        if head.get("digest") and "confirmed_by" in head and wanted(name, head):
            with suppress(OSError, ValueError):
                report = json.loads((reports / name / REPORT).read_text(encoding="utf-8"))
                if all(record.keys() >= _NEEDED for record in report["records"]):
                    yield report


def _read_head(folder: Path) -> Mapping[str, Any]:
    with (folder / REPORT).open(encoding="utf-8") as lines:
        return document_head(lines)


def _read_journal(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the whole lines of a journal; what was killed while it wrote has left a part of one."""
    lines = path.read_text(encoding="utf-8") if path.is_file() else ""
    for line in lines.splitlines():
        with suppress(ValueError):
            yield json.loads(line)


def _total(counts: Mapping[str, int] | None) -> int:
    return sum((counts or {}).values())


def project_index(project: str, runs: Runs) -> dict[str, Any]:
    """Return what the page that lists the runs of a project shows."""
    instances = any(_count(head, "planned", "instances") for _name, head in runs)
    rows = [
        _row(
            name,
            "report.html",
            head,
            started=head.get("started_at"),
            cells=[
                _MODES.get(head.get("mode", ""), head.get("mode")),
                (head.get("digest") or "none")[:DIGEST_SHOWN],
                head.get("discovered"),
                *([_count(head, "planned", "instances")] if instances else []),
                *(_count(head, "outcomes", outcome) for outcome in OUTCOMES),
            ],
            notes=head.get("problems", ()),
        )
        for name, head in runs
    ]
    return {
        "name": shown(project),
        "columns": ["Mode", "Plan", "discovered", *(["instances"] if instances else []), *OUTCOMES],
        "first_number": 2,
        "rows": rows,
    }


def fleet_index(states: Sequence[str], runs: Runs) -> dict[str, Any]:
    """Return what the page that lists the runs of a fleet shows."""
    rows = [
        _row(
            name,
            "fleet.html",
            summary,
            started=summary.get("created_at"),
            cells=[_count(summary, "environments", key) for key in ("total", *states)],
        )
        for name, summary in runs
    ]
    return {"name": "Fleet", "columns": ["environments", *states], "first_number": 0, "rows": rows}


def _row(
    folder: str,
    page: str,
    report: Mapping[str, Any],
    *,
    started: str | None,
    cells: Sequence[Any],
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    return {
        "link": f"{quote(folder)}/{page}",
        "time": time_of(started) if started else folder,
        "cells": [shown(cell) for cell in cells],
        "notes": [shown(note) for note in notes] if report else [_UNREADABLE],
    }


def _count(report: Mapping[str, Any], group: str, key: str) -> Any:
    return report.get(group, {}).get(key)
