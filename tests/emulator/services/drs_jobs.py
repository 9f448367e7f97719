# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both versions of the DRS API do with a job: look it up, stop it, delete it."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.call import Call
from emulator.state import Record

STOPPED = "RELEASE_RESOURCE_COMPLETE"
RELEASING = "RELEASE_RESOURCE_STARTED"
RELEASE_FAILED = "RELEASE_RESOURCE_FAILED"
DELETABLE = frozenset({"CREATE_FAILED", STOPPED, "RELEASE_CHILD_TRANSFER_COMPLETE"})
WRONG_STATE = ("DRS.M00304", "The operation is not allowed in the current job status.")
RELEASED = ("DRS.M05004", "The job has been deleted or its resources have been released.")
UNKNOWN = ("DRS.M00289", "The job does not exist.")
FAILS = "Another operation is being performed on the job or the job is abnormal. Try again later."


@dataclass(slots=True)
class Outcome:
    """What became of one job: success, or error code and message."""

    id: str
    name: str | None = None
    error: tuple[str, str] | None = None

    @property
    def status(self) -> str:
        return "failed" if self.error else "success"


def stop(call: Call, job_id: str) -> Outcome:
    """Start releasing a job's resources; the end of it comes after the scenario's ``release_seconds``."""
    record = call.records.get(job_id)
    if record is None:
        return Outcome(job_id, error=_gone(call, job_id))
    if "stop_fails" in record.details:
        return Outcome(job_id, record.name, (record.details["stop_fails"], FAILS))
    if record.status in DELETABLE:
        return Outcome(job_id, record.name, WRONG_STATE)
    if record.status != RELEASING:
        _release(call, record)
    return Outcome(job_id, record.name)


def delete(call: Call, job_id: str) -> Outcome:
    """Remove a job that is stopped."""
    record = call.records.get(job_id)
    if record is None:
        return Outcome(job_id, error=_gone(call, job_id))
    if record.status.upper() not in DELETABLE and not call.options.lenient_states:
        return Outcome(job_id, record.name, WRONG_STATE)
    if "delete_fails" in record.details:
        return Outcome(job_id, record.name, (record.details["delete_fails"], FAILS))
    call.records.remove(record)
    return Outcome(job_id, record.name)


def _release(call: Call, record: Record) -> None:
    end = RELEASE_FAILED if record.details.get("release_fails") else STOPPED
    record.status, record.updated_at = RELEASING, call.now
    call.records.changed()
    call.state.schedule(call.records, record, end, call.now + call.options.release_seconds)


def _gone(call: Call, job_id: str) -> tuple[str, str]:
    return RELEASED if job_id in call.records.removed else UNKNOWN
