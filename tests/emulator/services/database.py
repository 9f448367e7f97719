# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services of databases share, GaussDB, RDS and TaurusDB: refusals, and a job that is shown by its id."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from emulator.call import Call
from emulator.responses import JSON, AsciiJSONResponse, Refusal
from emulator.state import Record

from .common import delete, rendered, well_formed

INVALID_TOKEN = Refusal(403, "DBS.280056", "Invalid token.")
OTHER_PROJECT = Refusal(403, "DBS.201003", "The resource was not found or you have no permission to access it.")
PARAMETER = Refusal(400, "DBS.200001", "Parameter error.")
MISSING = Refusal(400, "DBS.200543", "The job does not exist.")
RUNNING = Refusal(409, "DBS.200402", "Invalid operation: the task is still running.")


def in_progress(call: Call, record: Record) -> bool:
    """Whether a job has not ended."""
    assert call.kind is not None
    return record.status.upper() not in call.kind.deletable


def instance_id(record: Record) -> str:
    """The instance that a job is about."""
    return record.instance_id or "8ea6a2c7f0a14a3d9d6f5f7c1b2a3c4din14"


def offset_page(call: Call, found: list[Record], largest: int, default: int) -> list[Record]:
    """A page by ``offset``, which counts rows from 0, and ``limit``."""
    limit = call.limit(default, 1, largest, PARAMETER)
    offset = call.number("offset", 0, 0, None, PARAMETER)
    return found[offset : offset + limit]


def show(call: Call, time: Callable[[float], str], progress: str) -> Response:
    """The job that the query names by its id; ``progress`` is the key of its progress."""
    if not call.query_params.get("id"):
        raise PARAMETER
    record = call.records.get(call.query_params["id"])
    if record is None:
        raise MISSING
    running = in_progress(call, record)
    item = {
        "id": record.id,
        "name": record.name,
        "status": record.status,
        "created": time(record.created_at),
        "ended": None if running else time(record.updated_at),
        progress: "50" if running else "",
        "instance": {"id": instance_id(record), "name": record.details.get("instance_name")},
        "fail_reason": record.details.get("fail_reason"),
    }
    return AsciiJSONResponse({"job": rendered(record, item)})


def delete_named(call: Call, job_id: str, *, returns_object: bool) -> Response:
    """Delete a job; the response is ``{}`` or has no body."""
    record = call.records.get(job_id)
    if record is None:
        raise MISSING if well_formed(job_id) else PARAMETER
    delete(call, record, RUNNING)
    return AsciiJSONResponse({}) if returns_object else Response(media_type=JSON)
