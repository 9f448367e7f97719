# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Deletes many records: decide, then apply, then account for every single one."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from .._errors import HwcloudError, ServiceError, TransportError
from .._http.response import ApiError, InvalidJson, Response, parse_error, says_error
from .._services.model import BatchResults, Request, Show
from .concurrency import map_concurrently
from .listing import Lister
from .records import to_record

FIRST_POLL_SECONDS = 0.5
LONGEST_POLL_SECONDS = 15.0


@dataclass(frozen=True)
class Ref:
    """What names a record; ``instance_id`` where its service needs it."""

    id: str
    instance_id: str | None = None


class State(enum.Enum):
    """What became of a record, or will (``DELETE``), or is still to be found out (``DOUBTFUL``)."""

    DELETE = "delete"
    STOP = "stop"
    DELETED = "deleted"
    ABSENT = "absent"
    FAILED = "failed"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class Outcome:
    """A record and its state; ``error`` says why it failed or is in doubt."""

    ref: Ref
    state: State
    error: HwcloudError | None = None
    status: str | None = None
    maybe_applied: bool = False


class Deleter:
    """Deletes records of one service. ``stop``: stop what runs and wait, at most ``wait_timeout`` seconds."""

    def __init__(
        self,
        lister: Lister,
        *,
        stop: bool = False,
        wait_timeout: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._lister = lister
        self._client = lister.client
        self._kind = lister.kind
        self._api = lister.api
        self._stop = stop
        self._wait_timeout = wait_timeout
        self._clock = clock
        self._sleep = sleep

    def decide(self, refs: Sequence[Ref], *, look: bool) -> list[Outcome]:
        """Return what is to be done with each record. Nothing is asked of the service unless ``look``, or
        unless the service's records must be looked at before they are deleted."""
        if not (look or self._kind.check_before_delete):
            return [Outcome(ref, State.DELETE) for ref in refs]
        found = self._look_up(refs)
        return [self._decision(ref, found[ref]) for ref in refs]

    def apply(self, decisions: Sequence[Outcome]) -> list[Outcome]:
        """Carry the decisions out; return the outcomes in the same order. Every record is tried."""
        to_stop = [decision for decision in decisions if decision.state is State.STOP]
        stopped = {outcome.ref: outcome for outcome in self._stop_all(to_stop)}
        pending = [stopped.get(decision.ref, decision) for decision in decisions]
        self._client.reset_stall_timer()
        outcomes = map_concurrently(
            lambda item: self._delete(item) if item.state is State.DELETE else item, pending, self._lister.width
        )
        settled = {outcome.ref: outcome for outcome in self._settle(outcomes)}
        return [settled.get(outcome.ref, outcome) for outcome in outcomes]

    def _decision(self, ref: Ref, found: Mapping[str, Any] | HwcloudError | None) -> Outcome:
        if isinstance(found, HwcloudError):
            return Outcome(ref, State.FAILED, found)
        if found is None:
            return Outcome(ref, State.ABSENT)
        status = found["status"]
        if found["deletable"]:
            return Outcome(ref, State.DELETE, status=status)
        if self._stop and self._api.stopping:
            return Outcome(ref, State.STOP, status=status)
        return Outcome(ref, State.FAILED, self._error("NotDeletable", f"its status {status} does not allow a delete"))

    def _look_up(self, refs: Sequence[Ref]) -> dict[Ref, Mapping[str, Any] | HwcloudError | None]:
        """Find the records by listing once; where a list may miss some, ask for each that it does not hold."""
        by_instance = sorted({ref.instance_id for ref in refs if ref.instance_id})
        try:
            listed = {record["id"]: record for record in self._lister.records(by_instance or None)}
        except HwcloudError as error:
            return dict.fromkeys(refs, error)
        found: dict[Ref, Any] = {}
        for ref in refs:
            record = listed.get(ref.id)
            same_instance = record is not None and ref.instance_id in (None, record["instance_id"])
            found[ref] = record if same_instance else None
        show = self._api.show
        if show:
            missing = [ref for ref in refs if found[ref] is None]
            found.update(zip(missing, map_concurrently(partial(self._show, show), missing, self._lister.width)))
        return found

    def _show(self, show: Show, ref: Ref) -> Mapping[str, Any] | HwcloudError | None:
        query = {name: value.format(id=ref.id) for name, value in show.query.items()}
        try:
            reply = self._client.request("GET", self._path(show.path, ref), query=query, headers=self._api.headers)
        except HwcloudError as error:
            return error
        if not reply.ok:
            refusal = self._client.service_error(reply, "look-up failed")
            # A look-up that is not published here, or a bare 404, leaves the word to the list.
            no_word = reply.status == 404 and refusal.error_code not in self._kind.other_404_codes
            return None if no_word or refusal.error_code in self._kind.gone_codes else refusal
        try:
            item = reply.json()[show.item]
            record = to_record(
                self._kind,
                show.fields,
                item,
                region=self._lister.region,
                project_id=self._lister.project_id,
            )
        except (InvalidJson, KeyError, TypeError):
            record = None
        if record is None or record["id"] != ref.id:
            return self._error("MalformedReply", "look-up failed: the reply does not hold the record", reply.status)
        return None if self._kind.status_key(record["status"]) in self._kind.gone_statuses else record

    def _delete(self, decision: Outcome) -> Outcome:
        return self._send(self._api.deletion, decision, State.DELETED)

    def _send(self, request: Request, decision: Outcome, done: State) -> Outcome:
        """Send ``request`` about a record and tell from the reply what became of it."""
        ref = decision.ref
        try:
            reply = self._client.request(
                request.method,
                self._path(request.path, ref),
                json=request.body(ref.id) if request.body else None,
                headers={**self._api.headers, **request.headers},
                idempotent=request.idempotent,
                find_error=lambda response: find_error(response, request, ref.id),
            )
        except HwcloudError as error:
            applied = isinstance(error, TransportError) and error.maybe_applied
            return Outcome(ref, State.FAILED, error, decision.status, applied)
        refused = reply.error
        if refused is None:
            return Outcome(ref, done, status=decision.status)
        refusal = self._error(refused.code, refused.message, reply.status, refused.request_id)
        if refused.code in self._kind.gone_codes:
            return Outcome(ref, State.DELETED if reply.maybe_applied else State.ABSENT)
        if not refused.conclusive and done is State.DELETED:
            return Outcome(ref, State.DOUBTFUL, refusal, decision.status, maybe_applied=True)
        inconclusive = self._kind.unpublished_codes | self._kind.other_404_codes
        doubtful = reply.status in (404, 410) and refused.code not in inconclusive
        state = State.DOUBTFUL if doubtful else State.FAILED
        return Outcome(ref, state, refusal, decision.status, reply.maybe_applied)

    def _settle(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Look once for all records of which the replies did not clearly say whether they exist."""
        doubtful = [outcome for outcome in outcomes if outcome.state is State.DOUBTFUL]
        if not doubtful:
            return []
        found = self._look_up([outcome.ref for outcome in doubtful])
        settled = []
        for outcome in doubtful:
            if found[outcome.ref] is None:
                state = State.DELETED if outcome.maybe_applied else State.ABSENT
                settled.append(Outcome(outcome.ref, state))
            else:
                settled.append(replace(outcome, state=State.FAILED))
        return settled

    def _stop_all(self, decisions: Sequence[Outcome]) -> list[Outcome]:
        """Stop what runs and wait until each job has released its resources; what did can be deleted."""
        stopping = self._api.stopping
        if not decisions or stopping is None:
            return []

        def send(decision: Outcome) -> Outcome:
            if self._kind.status_key(decision.status) in stopping.under_way:
                return decision
            outcome = self._send(stopping.request, decision, State.STOP)
            lost = outcome.maybe_applied and outcome.state is State.FAILED
            # A stop whose reply was lost may be under way, and a repeated one is told of a job that is released
            # what it is told of one that is gone: the wait will tell.
            return decision if lost or outcome.state in (State.DELETED, State.ABSENT) else outcome

        self._client.reset_stall_timer()
        sent = map_concurrently(send, decisions, self._lister.width)
        waiting = {outcome.ref: outcome for outcome in sent if outcome.state is State.STOP}
        ended = {outcome.ref: outcome for outcome in sent if outcome.state is not State.STOP}
        failed_once: set[Ref] = set()
        deadline = self._clock() + self._wait_timeout
        interval = FIRST_POLL_SECONDS
        while waiting and self._clock() < deadline:
            self._sleep(max(0.0, min(interval, deadline - self._clock())))
            interval = min(interval * 1.5, LONGEST_POLL_SECONDS)
            for ref, found in self._look_up(list(waiting)).items():
                if found is None:
                    ended[ref] = Outcome(ref, State.ABSENT)
                elif isinstance(found, HwcloudError):
                    ended[ref] = Outcome(ref, State.FAILED, found)
                elif found["deletable"]:
                    ended[ref] = Outcome(ref, State.DELETE, status=found["status"])
                elif self._kind.status_key(found["status"]) in stopping.failed:
                    # Seen twice, as a job may have stood there before the stop took hold.
                    if ref in failed_once:
                        reason = f"stopping it failed, its status is {found['status']}"
                        ended[ref] = Outcome(ref, State.FAILED, self._error("StopFailed", reason))
                    failed_once.add(ref)
                else:
                    waiting[ref] = replace(waiting[ref], status=found["status"])
            waiting = {ref: outcome for ref, outcome in waiting.items() if ref not in ended}
        for ref, outcome in waiting.items():
            limit = f"wait_timeout={self._wait_timeout:g} seconds"
            reason = f"it was not released within {limit}, its status is {outcome.status}"
            ended[ref] = Outcome(ref, State.FAILED, self._error("StopTimeout", reason))
        return [ended[decision.ref] for decision in decisions]

    def _path(self, path: str, ref: Ref) -> str:
        return path.format(project_id=self._lister.project_id, instance_id=ref.instance_id, id=ref.id)

    def _error(
        self, code: str | None, message: str, status: int | None = None, request_id: str | None = None
    ) -> ServiceError:
        return ServiceError(
            message, error_code=code, http_status=status, request_id=request_id, service=self._kind.service
        )


def find_error(response: Response, request: Request, record_id: str) -> ApiError | None:
    """Return what failed according to a 2xx response, ``None`` where nothing did.

    Success is only what looks like it: an empty body or a JSON object without an error, and in a batch the
    record's own result. An error is conclusive where it is that result.
    """
    if not response.body.strip() and request.results is None:
        return None
    try:
        data = response.json()
    except InvalidJson:
        data = None
    if not isinstance(data, dict):
        message = f"HTTP {response.status} with a body that the API does not have"
        return ApiError("UnexpectedReply", message, conclusive=False)
    batch = request.results
    result = _batch_result(data, batch, record_id) if batch else None
    if batch and result:
        error = parse_error(result)
        if str(result.get(batch.status, "")).lower() == batch.success and not error.code:
            return None
        return replace(error, message=error.message or "the result says that it failed")
    if says_error(data, request.answers):
        error = parse_error(data)
        if not error.code and not error.message:
            error = ApiError("UnexpectedReply", f"HTTP {response.status} with an error in its body")
        return replace(error, conclusive=False)
    if batch:
        return ApiError("UnexpectedReply", "the response does not name the job's result", conclusive=False)
    return None


def _batch_result(data: Mapping[str, Any], batch: BatchResults, record_id: str) -> Mapping[str, Any] | None:
    results = data.get(batch.key)
    for result in results if isinstance(results, list) else ():
        if isinstance(result, dict) and result.get(batch.id) == record_id:
            return result
    return None
