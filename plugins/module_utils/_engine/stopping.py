# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Stops running records and waits until their resources are released."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .._services.model import Stopping
from .concurrency import map_concurrently
from .record_client import Decision, Outcome, RecordClient, RecordId, Step
from .waiting import wait_for


@dataclass(frozen=True)
class Stopper:
    """Stops records of one kind and waits for them, at most ``timeout`` seconds.

    ``set_waiting`` is called with the number of records that are still waited for, whenever it may have changed.
    """

    records: RecordClient
    stopping: Stopping
    timeout: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    set_waiting: Callable[[int], None] = lambda _count: None

    def stop(self, decisions: Sequence[Decision]) -> dict[RecordId, Step]:
        """Stop the records and wait; decide about each anew."""
        self.records.lister.client.reset_stall_timer()
        sent = map_concurrently(self.send, decisions, self.records.lister.concurrency)
        waited = self.wait([step for step in sent if isinstance(step, Decision)])
        return {step.record_id: replace(waited.get(step.record_id, step), accepted=step.accepted) for step in sent}

    def send(self, decision: Decision) -> Step:
        """Ask the service to stop a record; return the decision where the stop may be under way."""
        if self.records.lister.kind.status_key(decision.status) in self.stopping.under_way:
            return decision
        result = self.records.send(self.stopping.request, decision.record_id)
        # The response to a repeated stop of a released record may be that there is no such record.
        if result.outcome in (Outcome.DELETED, Outcome.ABSENT):
            return replace(decision, accepted=result.outcome is Outcome.DELETED)
        if result.outcome is Outcome.UNCLEAR:
            return result
        return decision if result.maybe_applied else replace(result, outcome=Outcome.FAILED)

    def wait(self, decisions: Sequence[Decision]) -> dict[RecordId, Step]:
        """Wait until each record can be deleted, or cannot."""
        steps: dict[RecordId, Step] = {}
        statuses = {decision.record_id: decision.status for decision in decisions}
        failed_once: set[RecordId] = set()

        def poll(pending: Sequence[RecordId]) -> list[RecordId]:
            for record_id, step in self.records.find(pending).items():
                if not isinstance(step, Decision) or not step.stop:
                    steps[record_id] = step
                    continue
                statuses[record_id] = step.status
                if self.records.lister.kind.status_key(step.status) in self.stopping.failed:
                    # Checked twice, as the record may have had this status before it was stopped.
                    if record_id in failed_once:
                        message = f"it was still in {step.status} after two checks"
                        steps[record_id] = self.records.failure(record_id, "StopFailed", message)
                    failed_once.add(record_id)
            left = [record_id for record_id in pending if record_id not in steps]
            self.set_waiting(len(left))
            return left

        self.set_waiting(len(statuses))
        for record_id in wait_for(list(statuses), poll, self.timeout, clock=self.clock, sleep=self.sleep):
            message = f"not released within wait_timeout={self.timeout:g} seconds, its status is {statuses[record_id]}"
            steps[record_id] = self.records.failure(record_id, "StopTimeout", message)
        self.set_waiting(0)
        return steps
