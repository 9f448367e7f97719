# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to records by themselves: changes of status, and the deletion of an instance, which takes its time."""

from __future__ import annotations

from functools import partial

from .declarations import InstanceMock, KindMock
from .options import Options
from .records import IdSource, only
from .state import CloudState, Project, Record


def start_changes(
    state: CloudState, options: Options, project: Project, kind: KindMock, record: Record, now: float
) -> None:
    """Start what a scenario says of a record: ``becomes``, and that an instance is deleted or being deleted."""
    held, becomes = project.records[kind.key], record.details.get("becomes")
    if becomes:
        only(becomes, {"status", "after"}, "becomes")
        change = partial(held.set_status, record, becomes["status"])
        state.schedule(now + float(becomes.get("after", 1)), change)
    if record.details.get("deleted"):
        held.remove(record)
    elif isinstance(kind, InstanceMock) and record.details.get("deleting"):
        start_deletion(state, options, project, kind, record, now)


def start_deletion(
    state: CloudState, options: Options, project: Project, kind: InstanceMock, record: Record, now: float
) -> Record | None:
    """Start the deletion of an instance; return the record that it leaves, if the service keeps one."""
    seconds = float(record.details.get("delete_seconds", options.instance_seconds))
    held, before, record.leaving = project.records[kind.key], record.status, True
    trace = _trace(project, kind.trace, record, now) if kind.trace else None

    def show(status: str, at: float) -> None:
        if record.leaving:
            held.set_status(record, status, at)

    def end(at: float) -> None:
        there = held.get(record.id) is record
        fails = there and bool(record.details.get("delete_fails"))
        if kind.trace and trace:
            traces = project.records[kind.trace[0].key]
            traces.set_status(trace, "Failed" if fails else kind.trace[0].finished, at)
        if fails:
            record.leaving = False
            held.set_status(record, kind.deletion_failed(options) or before, at)
        elif there:
            record.updated_at = at
            remove(options, project, kind, record)

    statuses = kind.deleting(options)
    for number, status in enumerate(statuses):
        state.schedule(now + seconds * number / len(statuses), partial(show, status))
    state.settle(now)
    state.schedule(now + seconds, end)
    return trace


def remove(options: Options, project: Project, kind: KindMock, record: Record) -> None:
    """Remove a record, and with an instance the records that cannot outlive it."""
    project.records[kind.key].remove(record)
    if isinstance(kind, InstanceMock):
        for own in kind.service.kinds:
            if own.instance_key and not own.outlives(options):
                held = project.records[own.key]
                for one in held.view_in(record.id):
                    held.remove(one)


def _trace(project: Project, trace: tuple[KindMock, str], instance: Record, now: float) -> Record:
    kind, name = trace
    details = {**kind.defaults, "instance_name": instance.name}
    record_id = kind.make_id(IdSource("deletion", project.id, instance.id, now))
    record = Record(record_id, name, "Running", now, now, instance.id, details)
    project.records[kind.key].add(record)
    return record
