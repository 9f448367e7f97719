# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Requests about single records, and what they say about a record."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Union

from .._errors import HwcloudError, ServiceError, TransportError
from .._http.response import ApiError, InvalidJson, Response, parse_error, says_error
from .._services.model import Request, Show
from .concurrency import map_concurrently
from .listing import Lister
from .records import Record, refusal_of


@dataclass(frozen=True)
class RecordId:
    """What names a record; ``instance_id`` where a delete must name the instance too."""

    id: str
    instance_id: str | None = None


@dataclass(frozen=True)
class Decision:
    """A record is to be deleted; with ``stop`` it must be stopped first.

    - ``status``: the last that was listed, None where the record was not looked up.
    - ``accepted``: whether the service has accepted a stop of it.
    """

    record_id: RecordId
    status: str | None = None
    stop: bool = False
    accepted: bool = False


class Outcome(enum.Enum):
    """What became of a record. ``DELETING``: the delete was accepted, and is not waited for.

    ``UNCLEAR`` (the response is a 404 that does not say what is missing) and ``UNCONFIRMED`` (it is a success, but not
    as documented) stand until the record has been looked up.
    """

    DELETED = "deleted"
    DELETING = "deleting"
    ABSENT = "absent"
    FAILED = "failed"
    UNCLEAR = "unclear"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class RecordResult:
    """What became of one record.

    - ``maybe_applied``: a request about it may have been carried out without a response.
    - ``accepted``: whether the service had accepted its stop or, of an instance that failed, its delete.
    """

    record_id: RecordId
    outcome: Outcome
    error: HwcloudError | None = None
    maybe_applied: bool = False
    accepted: bool = False


# Where nothing can be done about a record it has its result at once.
Step = Union[Decision, RecordResult]


@dataclass(frozen=True)
class RecordClient:
    """Finds records of one kind and sends requests about them; ``options`` are values of the kind's parameters."""

    lister: Lister
    options: Mapping[str, Any] = field(default_factory=dict)

    def find(self, record_ids: Sequence[RecordId]) -> dict[RecordId, Step]:
        """Decide what is to be done with each record: list once, then get each that the list may not hold."""
        instances = sorted({record_id.instance_id for record_id in record_ids if record_id.instance_id})
        try:
            listed = {record["id"]: record for record in self.lister.records(instances or None)}
        except HwcloudError as error:
            return {record_id: RecordResult(record_id, Outcome.FAILED, error) for record_id in record_ids}
        steps = {record_id: self._decide(record_id, listed.get(record_id.id)) for record_id in record_ids}
        if self.lister.api.show:
            results = [step for step in steps.values() if isinstance(step, RecordResult)]
            absent = [result.record_id for result in results if result.outcome is Outcome.ABSENT]
            get = partial(self._get, self.lister.api.show)
            steps.update(zip(absent, map_concurrently(get, absent, self.lister.concurrency)))
        return steps

    def send(self, request: Request, record_id: RecordId) -> RecordResult:
        """Send a request; return what it says about the record, ``DELETED`` where the service did what was asked."""
        kind = self.lister.kind
        try:
            response = self.lister.client.request(
                request.method,
                self._path(request.path, record_id),
                query={
                    **{name: value.format(id=record_id.id) for name, value in request.query.items()},
                    **{name: self.options.get(name) or one.default for name, one in request.parameters.items()},
                },
                json=request.body(record_id.id) if request.body else None,
                headers={**self.lister.api.headers, **request.headers},
                idempotent=request.idempotent,
                find_error=lambda response: find_error(response, request, record_id.id),
                conclusive_codes=kind.lifecycle.busy_codes if kind.lifecycle else frozenset(),
            )
        except HwcloudError as error:
            maybe_applied = isinstance(error, TransportError) and error.maybe_applied
            return RecordResult(record_id, Outcome.FAILED, error, maybe_applied)
        refused = response.error
        if refused is None:
            was_there = response.maybe_applied or response.status != request.absent_status
            return RecordResult(record_id, Outcome.DELETED if was_there else Outcome.ABSENT)
        if refused.code in kind.gone_codes:
            return RecordResult(record_id, Outcome.DELETED if response.maybe_applied else Outcome.ABSENT)
        unclear = response.status in (404, 410) and refused.code not in kind.unpublished_codes | kind.other_404_codes
        outcome = Outcome.UNCLEAR if unclear else Outcome.FAILED if refused.conclusive else Outcome.UNCONFIRMED
        return RecordResult(record_id, outcome, self.lister.refusal(response), response.maybe_applied)

    def failure(self, record_id: RecordId, code: str, message: str) -> RecordResult:
        """Return that a record is not deleted, with an error code of this collection."""
        return RecordResult(record_id, Outcome.FAILED, self.lister.error(code, message))

    def _get(self, show: Show, record_id: RecordId) -> Step:
        try:
            return self._decide(record_id, self._get_record(show, record_id))
        except HwcloudError as error:
            if isinstance(error, ServiceError):
                error.doing = "cannot look up the record"
            return RecordResult(record_id, Outcome.FAILED, error)

    def _get_record(self, show: Show, record_id: RecordId) -> Record | None:
        kind, path = self.lister.kind, self._path(show.path, record_id)
        query = {name: value.format(id=record_id.id) for name, value in show.query.items()}
        response = self.lister.client.request("GET", path, query=query, headers=self.lister.api.headers)
        if not response.ok:
            refusal = self.lister.refusal(response)
            # An API that is not published here, or a bare 404, does not contradict the list.
            not_found = response.status == 404 and refusal.error_code not in kind.other_404_codes
            if not_found or refusal.error_code in kind.gone_codes:
                return None
            raise refusal
        try:
            record = self.lister.to_record(show.fields, response.json()[show.item])
        except (InvalidJson, KeyError, TypeError):
            record = None
        if record is None or record["id"] != record_id.id:
            raise self.lister.error("MalformedReply", "the response does not hold it", response)
        return None if kind.status_key(record["status"]) in kind.gone_statuses else record

    def _path(self, path: str, record_id: RecordId) -> str:
        return path.format(project_id=self.lister.project_id, instance_id=record_id.instance_id, id=record_id.id)

    def _decide(self, record_id: RecordId, record: Record | None) -> Step:
        if record is None or record_id.instance_id not in (None, record["instance_id"]):
            return RecordResult(record_id, Outcome.ABSENT)
        refusal = refusal_of(self.lister.kind, record)
        if refusal and refusal.code == "Prepaid":
            return self.failure(record_id, *refusal)
        return Decision(record_id, record["status"], stop=not record["deletable"])


def find_error(response: Response, request: Request, record_id: str) -> ApiError | None:
    """Return what failed according to a 2xx response, ``None`` where nothing did.

    Only these are successes: an empty body, a JSON object without an error, and in a batch the record's own result.
    An error is conclusive where it is that result.
    """
    batch = request.results
    if batch is None and not response.body.strip():
        return None
    try:
        data = response.json()
    except InvalidJson:
        data = None
    if not isinstance(data, dict):
        message = f"HTTP {response.status} with an unexpected body"
        return ApiError("UnexpectedReply", message, conclusive=False)
    if batch:
        results = data.get(batch.key)
        for result in results if isinstance(results, list) else ():
            if isinstance(result, dict) and result.get(batch.id) == record_id:
                error = parse_error(result)
                if str(result.get(batch.status, "")).lower() == batch.success and not error.code:
                    return None
                return replace(error, message=error.message or "the result of the batch is a failure")
    if says_error(data, request.answers):
        error = parse_error(data)
        code = error.code or (None if error.message else "UnexpectedReply")
        message = error.message or f"HTTP {response.status} with an error in its body"
        return replace(error, code=code, message=message, conclusive=False)
    return ApiError("UnexpectedReply", "the response has no result for the record", conclusive=False) if batch else None
