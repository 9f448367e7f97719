# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Deletes many records: decides about each, carries the decisions out and returns a result for every record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .concurrency import map_concurrently
from .listing import Lister
from .progress import KindProgress
from .record_client import Decision, Outcome, RecordClient, RecordId, RecordResult, Step
from .stopping import Stopper


class Deleter:
    """Deletes records of one kind. ``stop``: stop those that run and wait, at most ``wait_timeout`` seconds.

    ``progress`` is kept up to date while records are stopped and deleted.
    """

    def __init__(
        self,
        lister: Lister,
        *,
        stop: bool = False,
        wait_timeout: float = 600.0,
        progress: KindProgress | None = None,
    ) -> None:
        self._lister = lister
        self._records = RecordClient(lister)
        self._progress = progress or KindProgress()
        stopping = lister.api.stopping if stop else None
        self._stopper = (
            Stopper(self._records, stopping, wait_timeout, set_waiting=self._progress.set_waiting) if stopping else None
        )

    def delete(self, record_ids: Sequence[RecordId], *, check_mode: bool) -> list[RecordResult]:
        """Return the results of the deletes, or with ``check_mode`` those that are to be expected."""
        steps = self.decide(record_ids, check_exists=check_mode)
        return self.predict(steps) if check_mode else self.apply(steps)

    def decide(self, record_ids: Sequence[RecordId], *, check_exists: bool) -> list[Step]:
        """Return what is to be done with each record, or its result where nothing can be done.

        Nothing is requested unless ``check_exists`` or the kind's records must be checked before they are deleted.
        """
        if not (check_exists or self._lister.kind.check_before_delete):
            return [Decision(record_id) for record_id in record_ids]
        return [self._refuse_running(step) for step in self._records.find(record_ids).values()]

    def predict(self, steps: Sequence[Step]) -> list[RecordResult]:
        """Return the results as if every decision were carried out without an error."""
        return [RecordResult(step.record_id, Outcome.DELETED) if isinstance(step, Decision) else step for step in steps]

    def apply(self, steps: Sequence[Step]) -> list[RecordResult]:
        """Carry the decisions out; return the results in the same order. Every record is tried."""
        if self._stopper:
            stopped = self._stopper.stop([step for step in steps if isinstance(step, Decision) and step.stop])
            steps = [stopped.get(step.record_id, step) for step in steps]
        self._lister.client.reset_stall_timer()
        return self._resolve_unclear(map_concurrently(self._delete, steps, self._lister.concurrency))

    def _refuse_running(self, step: Step) -> Step:
        if isinstance(step, RecordResult) or not step.stop or self._stopper:
            return step
        refusal = self._lister.kind.refusal(step.status)
        return self._records.failure(step.record_id, *refusal) if refusal else step

    def _delete(self, step: Step) -> RecordResult:
        if not isinstance(step, RecordResult):
            step = replace(self._records.send(self._lister.api.deletion, step.record_id), accepted=step.accepted)
        self._progress.add(failed=step.outcome is Outcome.FAILED)
        return step

    def _resolve_unclear(self, results: Sequence[RecordResult]) -> list[RecordResult]:
        """Find once all records of which the responses did not say whether they exist."""
        unclear = [one.record_id for one in results if one.outcome in (Outcome.UNCLEAR, Outcome.UNCONFIRMED)]
        found = self._records.find(unclear) if unclear else {}

        def resolve(result: RecordResult) -> RecordResult:
            step = found.get(result.record_id)
            if step is None:
                return result
            if isinstance(step, Decision) or step.outcome is not Outcome.ABSENT:
                return replace(result, outcome=Outcome.FAILED)
            deleted = result.maybe_applied or result.outcome is Outcome.UNCONFIRMED
            return replace(step, outcome=Outcome.DELETED if deleted else Outcome.ABSENT, accepted=result.accepted)

        return [resolve(result) for result in results]
