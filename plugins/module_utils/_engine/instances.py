# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Deletes instances: the service accepts a delete at once and carries it out in the background."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Union

from .._errors import AuthError, HwcloudError, ServiceError
from .._services.model import Lifecycle, Refusal
from .concurrency import map_concurrently
from .progress import KindProgress
from .record_client import Outcome, RecordClient, RecordId, RecordResult
from .records import Record, refusal_of
from .waiting import wait_for


@dataclass
class Deletion:
    """The deletion of one instance.

    - ``status``: the last that was listed. ``ready``: whether a delete can be sent; ``going``: whether the instance is
      being deleted, for whatever reason.
    - ``accepted``: whether a delete was accepted; ``maybe_applied``: whether one may have been.
    - ``refused``: the result of the last delete, unless it was accepted; ``busy``: whether the service refused it for
      now.
    """

    record_id: RecordId
    status: str | None = None
    ready: bool = False
    going: bool = False
    accepted: bool = False
    maybe_applied: bool = False
    refused: RecordResult | None = None
    busy: bool = False

    @property
    def failure(self) -> ServiceError | None:
        """The error with which the service answered the last delete, unless it passes by itself."""
        if self.refused is None or self.refused.outcome is Outcome.UNCONFIRMED or self.busy:
            return None
        return self.refused.error if isinstance(self.refused.error, ServiceError) else None

    @property
    def in_doubt(self) -> bool:
        """Whether only the list can tell what became of the last delete."""
        return self.maybe_applied or (self.refused is not None and self.refused.outcome is Outcome.UNCLEAR)


# Where nothing can be done about an instance it has its result at once.
InstanceStep = Union[Deletion, RecordResult]


class InstanceDeleter:
    """Deletes instances of one kind.

    ``wait``: until the service lists none of them any more, at most ``wait_timeout`` seconds; what the service refuses
    for now is sent again. ``progress`` is kept up to date, and ``accepted`` is called with the id of each instance
    when its delete was accepted.
    """

    def __init__(
        self,
        records: RecordClient,
        lifecycle: Lifecycle,
        *,
        wait: bool = True,
        wait_timeout: float = 3600.0,
        progress: KindProgress | None = None,
        accepted: Callable[[str], None] = lambda _id: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._records = records
        self._lister = records.lister
        self._kind = records.lister.kind
        self._lifecycle = lifecycle
        self._wait = wait
        self._wait_timeout = wait_timeout
        self._progress = progress or KindProgress()
        self._accepted = accepted
        self._clock = clock
        self._sleep = sleep
        self._results: dict[RecordId, RecordResult] = {}
        self._listing_error: HwcloudError | None = None

    def delete(self, record_ids: Sequence[RecordId], *, check_mode: bool) -> list[RecordResult]:
        """Return the results of the deletes, or with ``check_mode`` those that are to be expected."""
        steps = self.decide(record_ids)
        return self.predict(steps) if check_mode else self.apply(steps)

    def decide(self, record_ids: Sequence[RecordId]) -> list[InstanceStep]:
        """Find the instances; return what is to be done with each, or its result where nothing can be done."""
        try:
            listed = self._list()
            going = self._deletions_under_way() if any(one.id in listed for one in record_ids) else ()
        except HwcloudError as error:
            return [RecordResult(record_id, Outcome.FAILED, error) for record_id in record_ids]
        return [self._decide(record_id, listed.get(record_id.id), going) for record_id in record_ids]

    def predict(self, steps: Sequence[InstanceStep]) -> list[RecordResult]:
        """Return the results as if every delete were accepted and carried out."""

        def result(step: InstanceStep) -> RecordResult:
            if isinstance(step, RecordResult):
                return step
            return RecordResult(step.record_id, Outcome.ABSENT if step.going else Outcome.DELETED)

        return [result(step) for step in steps]

    def apply(self, steps: Sequence[InstanceStep]) -> list[RecordResult]:
        """Delete the instances; return the results in the same order. Every instance is tried."""
        for step in steps:
            if isinstance(step, RecordResult):
                self._end(step)
        self._send([step for step in steps if isinstance(step, Deletion)])
        pending = self._pending(steps)
        if self._wait:
            self._progress.set_waiting(len(pending))
            for one in wait_for(pending, self._poll, self._wait_timeout, clock=self._clock, sleep=self._sleep):
                self._end(self._timeout(one))
            self._progress.set_waiting(0)
        else:
            self._end_without_waiting(pending)
        return [self._results[step.record_id] for step in steps]

    def _decide(self, record_id: RecordId, record: Record | None, going: Collection[str]) -> InstanceStep:
        if record is None:
            return RecordResult(record_id, Outcome.ABSENT)
        one = Deletion(record_id)
        refusal = self._note(one, record, going)
        if refusal and not one.going:
            return self._records.failure(record_id, *refusal)
        if not (one.ready or one.going or self._wait):
            message = f"its status {record['status']} does not allow a delete now, and wait is false"
            return self._records.failure(record_id, "NotDeletable", message)
        return one

    def _list(self) -> Mapping[str, Record]:
        return {record["id"]: record for record in self._lister.records()}

    def _deletions_under_way(self) -> Collection[str]:
        """Return the ids of the instances that are being deleted, where their status does not tell."""
        deletions = self._lifecycle.deletions
        return self._lister.deletions(deletions) if deletions else ()

    def _note(self, one: Deletion, record: Record, going: Collection[str]) -> Refusal | None:
        """Take note of what was listed about an instance; return why it is not deleted, None where it is.

        ``going`` are the ids of the instances that are being deleted.
        """
        status = self._kind.status_key(record["status"])
        one.status = record["status"]
        one.going = one.going or one.record_id.id in going or status in self._lifecycle.going
        refusal = refusal_of(self._kind, record)
        one.ready = status in self._kind.deletable_statuses and not refusal
        return refusal

    def _pending(self, steps: Sequence[InstanceStep]) -> list[Deletion]:
        return [step for step in steps if isinstance(step, Deletion) and step.record_id not in self._results]

    def _send(self, pending: Sequence[Deletion]) -> None:
        self._lister.client.reset_stall_timer()
        ready = [one for one in pending if one.ready and not (one.accepted or one.going)]
        map_concurrently(self._send_one, ready, self._lister.concurrency)

    def _send_one(self, one: Deletion) -> None:
        result = self._records.send(self._lister.api.deletion, one.record_id)
        if result.outcome is Outcome.DELETED:
            one.accepted = True
            self._accepted(one.record_id.id)
            return
        one.refused = result
        one.maybe_applied = one.maybe_applied or result.maybe_applied or result.outcome is Outcome.UNCONFIRMED
        one.busy = result.error is not None and result.error.error_code in self._lifecycle.busy_codes
        if not (one.busy or one.in_doubt):
            self._end(result)

    def _poll(self, pending: Sequence[Deletion]) -> Sequence[Deletion]:
        """List the instances once; end those that are gone, and send the deletes that can be sent again."""
        try:
            listed = self._list()
            going = self._deletions_under_way() if any(one.failure for one in pending) else ()
        except HwcloudError as error:
            self._listing_error = error
            if isinstance(error, AuthError):
                for one in pending:
                    self._end(RecordResult(one.record_id, Outcome.FAILED, error, accepted=one.accepted))
            return self._pending(pending)
        self._listing_error = None
        for one in pending:
            self._settle(one, listed.get(one.record_id.id), going)
        self._send(self._pending(pending))
        left = self._pending(pending)
        self._progress.set_waiting(len(left))
        return left

    def _settle(self, one: Deletion, record: Record | None, going: Collection[str]) -> None:
        """Take note of what was listed about an instance, and end its deletion where that decides it."""
        if record is None:
            deleted = one.accepted or one.maybe_applied
            self._end(RecordResult(one.record_id, Outcome.DELETED if deleted else Outcome.ABSENT))
            return
        refusal = self._note(one, record, going)
        if one.accepted or one.going:
            return
        if one.ready and one.failure:
            self._end(RecordResult(one.record_id, Outcome.FAILED, one.failure))
        elif refusal and not one.maybe_applied:
            self._end(self._records.failure(one.record_id, *refusal))

    def _end_without_waiting(self, pending: Sequence[Deletion]) -> None:
        """End every deletion; list once where only the list can tell what became of the delete."""
        in_doubt = [one for one in pending if one.in_doubt]
        if in_doubt:
            # Where nothing can be listed, the response to the delete is all that is known.
            with suppress(HwcloudError):
                listed, going = self._list(), self._deletions_under_way()
                for one in in_doubt:
                    self._settle(one, listed.get(one.record_id.id), going)
        for one in self._pending(pending):
            if one.accepted or (one.maybe_applied and one.going):
                self._end(RecordResult(one.record_id, Outcome.DELETING))
            elif one.going:
                self._end(RecordResult(one.record_id, Outcome.ABSENT))
            else:
                self._end(RecordResult(one.record_id, Outcome.FAILED, one.refused.error if one.refused else None))

    def _timeout(self, one: Deletion) -> RecordResult:
        reasons = [f"still listed after wait_timeout={self._wait_timeout:g} seconds, its status is {one.status}"]
        if one.accepted:
            reasons.append(f"the service has accepted the delete and may still carry it out; {self._next_run()}")
        elif one.refused:
            reasons.append(f"the last delete failed: {one.refused.error}")
        if self._listing_error:
            reasons.append(f"the last list failed: {self._listing_error}")
        failure = self._records.failure(one.record_id, "WaitTimeout", "; ".join(reasons))
        return replace(failure, accepted=one.accepted)

    def _next_run(self) -> str:
        if self._lifecycle.shows_deletion:
            return "as long as it does, the next run only waits"
        return "the service does not show this, so the next run sends the delete again"

    def _end(self, result: RecordResult) -> None:
        self._results[result.record_id] = result
        self._progress.add(failed=result.outcome is Outcome.FAILED)
