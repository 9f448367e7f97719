# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Deletes instances: the service accepts a delete at once and carries it out in the background."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Union

from .._errors import AuthError, HwcloudError
from .._services.model import Lifecycle
from .concurrency import map_concurrently
from .progress import KindProgress
from .record_client import Outcome, RecordClient, RecordId, RecordResult
from .records import Record, refusal_of
from .waiting import wait_for


@dataclass
class Deletion:
    """The deletion of one instance.

    - ``status``: the last that was listed. ``ready``: whether a delete can be sent; ``going``: whether the instance was
      being deleted before.
    - ``accepted``: whether a delete was accepted. ``unclear``: the result of one that may have been.
    - ``busy``: the result of one that was refused for now.
    """

    record_id: RecordId
    status: str | None
    ready: bool = False
    going: bool = False
    accepted: bool = False
    unclear: RecordResult | None = None
    busy: RecordResult | None = None

    @property
    def maybe_applied(self) -> bool:
        """Whether the instance goes, or may go, because of a delete that was sent."""
        unclear = self.unclear
        return self.accepted or bool(unclear and (unclear.maybe_applied or unclear.outcome is Outcome.UNCONFIRMED))


# Where nothing can be done about an instance it has its result at once.
InstanceStep = Union[Deletion, RecordResult]


class InstanceDeleter:
    """Deletes instances of one kind.

    ``wait``: until the service lists none of them any more, at most ``wait_timeout`` seconds; what the service refuses
    for now is sent again. ``progress`` is kept up to date, and ``accepted`` is called with the id of each instance
    whose delete was accepted.
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
        """Look the instances up; return what is to be done with each, or its result where nothing can be done."""
        try:
            listed = self._list()
            candidates = [one for one in record_ids if one.id in listed and not refusal_of(self._kind, listed[one.id])]
            going = self._deletions_under_way() if candidates else ()
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
        refusal = refusal_of(self._kind, record)
        if refusal:
            return self._records.failure(record_id, *refusal)
        one = Deletion(record_id, record["status"])
        one.going = record_id.id in going or self._has_status(record, self._lifecycle.going)
        one.ready = not one.going and self._has_status(record, self._kind.deletable_statuses)
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

    def _has_status(self, record: Record, statuses: Collection[str]) -> bool:
        return self._kind.status_key(record["status"]) in statuses

    def _pending(self, steps: Sequence[InstanceStep]) -> list[Deletion]:
        return [step for step in steps if isinstance(step, Deletion) and step.record_id not in self._results]

    def _send(self, pending: Sequence[Deletion]) -> None:
        self._lister.client.reset_stall_timer()
        ready = [one for one in pending if one.ready and not (one.accepted or one.going)]
        map_concurrently(self._send_one, ready, self._lister.concurrency)

    def _send_one(self, one: Deletion) -> None:
        result = self._records.send(self._lister.api.deletion, one.record_id)
        code = result.error.error_code if result.error else None
        if result.outcome is Outcome.DELETED:
            one.accepted = True
            self._accepted(one.record_id.id)
        elif result.maybe_applied or result.outcome in (Outcome.UNCLEAR, Outcome.UNCONFIRMED):
            one.unclear = result
        elif code in self._lifecycle.busy_codes:
            one.busy = result
        elif not one.maybe_applied:
            self._end(result)

    def _poll(self, pending: Sequence[Deletion]) -> Sequence[Deletion]:
        """List the instances once; end those that are gone, and send the deletes that can be sent again."""
        try:
            listed = self._list()
        except HwcloudError as error:
            self._listing_error = error
            if isinstance(error, AuthError):
                for one in pending:
                    self._end(RecordResult(one.record_id, Outcome.FAILED, error))
            return self._pending(pending)
        self._listing_error = None
        for one in pending:
            self._look(one, listed.get(one.record_id.id))
        self._send(self._pending(pending))
        left = self._pending(pending)
        self._progress.set_waiting(len(left))
        return left

    def _look(self, one: Deletion, record: Record | None) -> None:
        """Take note of what the list says about an instance."""
        if record is None:
            self._end(RecordResult(one.record_id, Outcome.DELETED if one.maybe_applied else Outcome.ABSENT))
            return
        one.status = record["status"]
        one.ready = self._has_status(record, self._kind.deletable_statuses)
        one.going = one.going or self._has_status(record, self._lifecycle.going)
        refusal = refusal_of(self._kind, record)
        if one.unclear and not one.maybe_applied:
            self._end(RecordResult(one.record_id, Outcome.FAILED, one.unclear.error))
        elif refusal and not (one.maybe_applied or one.going):
            self._end(self._records.failure(one.record_id, *refusal))

    def _end_without_waiting(self, pending: Sequence[Deletion]) -> None:
        """End every deletion; one of which the service did not say what became of it is looked up."""
        listed: Mapping[str, Record] = {}
        if any(one.unclear for one in pending):
            try:
                listed = self._list()
            except HwcloudError as error:
                self._listing_error = error
        for one in pending:
            if one.unclear and not one.accepted and not self._listing_error:
                self._look(one, listed.get(one.record_id.id))
        for one in self._pending(pending):
            record = listed.get(one.record_id.id)
            goes = one.unclear and record and self._has_status(record, self._lifecycle.going)
            if one.accepted or goes:
                self._end(RecordResult(one.record_id, Outcome.DELETING))
            elif one.going:
                self._end(RecordResult(one.record_id, Outcome.ABSENT))
            else:
                refused = one.unclear or one.busy
                self._end(RecordResult(one.record_id, Outcome.FAILED, refused.error if refused else None))

    def _timeout(self, one: Deletion) -> RecordResult:
        reasons = [f"still listed after wait_timeout={self._wait_timeout:g} seconds, its status is {one.status}"]
        if one.accepted:
            reasons.append("the service has accepted the delete and goes on with it")
        elif one.busy and one.busy.error:
            reasons.append(f"the service refused the delete: {one.busy.error.error_msg} ({one.busy.error.error_code})")
        if self._listing_error:
            reasons.append(f"the last list failed: {self._listing_error.error_msg}")
        return self._records.failure(one.record_id, "WaitTimeout", "; ".join(reasons))

    def _end(self, result: RecordResult) -> None:
        self._results[result.record_id] = result
        self._progress.add(failed=result.outcome is Outcome.FAILED)
