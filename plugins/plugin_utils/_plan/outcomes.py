# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""One outcome for each discovered record, from the plan and from the results of the modules.

What became of one delete is decided by the module (module_utils/_engine/deletion.py). What that means for the plan is
decided here: a planned record that no module reported, or that is still listed, has failed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .deadline import time_text
from .drift import DRIFTED, GONE
from .records import (
    RECORD_FIELDS,
    InstanceKey,
    Key,
    counted,
    describe_listing,
    holder_of,
    is_complete,
    is_instance,
    key_of,
)
from .state import Mode, PlannedRecord, RunState


class Outcome:
    """What a record can end as."""

    DELETED = "deleted"
    ABSENT = "absent"
    KEPT = "kept"
    DRIFTED = DRIFTED
    FAILED = "failed"


OUTCOMES = (Outcome.DELETED, Outcome.ABSENT, Outcome.KEPT, Outcome.DRIFTED, Outcome.FAILED)

NOT_ATTEMPTED = "not attempted"
STILL_LISTED = "still listed after the delete"
STILL_GOING = "its deletion has not ended"
INSTANCE_LEFT = "its instance was not deleted"
# As the journal of that run tells.
ACCEPTED_BEFORE = "its delete was accepted in the interrupted run"
DEADLINE = "deadline"

# By the mode of the run: why planned records are counted as kept where none was deleted, or none yet.
PENDING_REASONS = {
    Mode.PLAN: "not confirmed",
    Mode.APPLYING: "outcome not yet known",
    Mode.REFUSED: "plan refused",
}

FAILURE_KEYS = ("http_status", "error_code", "error_msg", "request_id")

# A module's result; that of environment has its batch under "item".
Result = Mapping[str, Any]


class RecordResult(NamedTuple):
    """A record's outcome and why; ``failure`` is what a module reported where a delete failed."""

    outcome: str
    reason: str
    failure: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class RunResult:
    """The end of a run: ``results`` in the order of the state's records, ``problems`` that are not one record's.

    ``appeared`` are the records that were listed after the deletes and not before; they have no outcome.
    ``verified``: every kind of which records were deleted was listed completely afterwards.
    """

    state: RunState
    results: Sequence[RecordResult]
    problems: Sequence[str]
    appeared: Sequence[Mapping[str, Any]]
    verified: bool

    def outcomes(self) -> dict[str, int]:
        """Return how many records ended in each outcome."""
        counts = Counter(result.outcome for result in self.results)
        return {outcome: counts[outcome] for outcome in OUTCOMES}

    def kinds(self) -> dict[str, dict[str, int]]:
        """Return how many records of each kind ended in each outcome."""
        counts = {name: dict.fromkeys(OUTCOMES, 0) for name in self.state.kinds}
        for record, result in zip(self.state.records, self.results):
            counts[record.kind][result.outcome] += 1
        return counts

    def failures(self) -> list[dict[str, Any]]:
        """Return the records that failed or drifted, with what the module reported."""
        return [
            {
                **record.identity(),
                "outcome": result.outcome,
                "reason": record.rule if result.outcome == Outcome.DRIFTED else result.reason,
                **{key: (result.failure or {}).get(key) for key in FAILURE_KEYS},
            }
            for record, result in zip(self.state.records, self.results)
            if result.outcome in (Outcome.FAILED, Outcome.DRIFTED)
        ]


def reconcile(
    state: RunState, results: Sequence[Result], after: Result | None, problems: Sequence[str] = ()
) -> RunResult:
    """Return the end of a run.

    ``results`` are those of the module environment, one for each batch; ``after`` is what environment_info listed
    afterwards, None where nothing was listed again. ``problems`` are those that stopped the run midway.
    """
    reported = _reported(results)
    late = state.settings.deadline is not None and not problems and not _credentials_refused(results)
    unreported = _unreported(results, skipped_by_deadline=late)
    ends = _record_results(state, reported, unreported, {key_of(record) for record in _records_of(after)})
    found = [*(state.info.problems if state.info else ()), *([state.failure] if state.failure else ()), *problems]
    unverified = _unlisted(state, ends, after) if after is not None else _unverified(state, results)
    found += _unexpected(state, reported) + unverified + _too_late(state, ends)
    run = RunResult(state, ends, found, _appeared(state, after), after is not None and not unverified)
    total = sum(run.outcomes().values())
    by_kind = sum(count for counts in run.kinds().values() for count in counts.values())
    if not total == by_kind == len(state.records):
        raise AssertionError("the outcomes do not add up to the records")
    return run


def still_listed(after: Result, results: Iterable[Result]) -> int:
    """Return how many records are listed ``after`` the module environment has reported them as gone.

    What is under an instance is gone with it.
    """
    gone = {
        (item["kind"], item["id"])
        for result in results
        for outcome in (Outcome.DELETED, Outcome.ABSENT)
        for item in result.get(outcome) or ()
    }
    return sum(
        (record["kind"], record["id"]) in gone or holder_of(record["kind"], record["instance_id"]) in gone
        for record in _records_of(after)
    )


def _records_of(after: Result | None) -> Sequence[Mapping[str, Any]]:
    return (after or {}).get("records") or ()


def _reported(results: Iterable[Result]) -> dict[tuple[str, str], RecordResult]:
    """Return, by kind and id, what the module reported; a failure outranks everything else."""
    reported: dict[tuple[str, str], RecordResult] = {}
    for result in results:
        for item in result.get("deleted") or ():
            reported[item["kind"], item["id"]] = RecordResult(Outcome.DELETED, "")
        for item in result.get("absent") or ():
            reported[item["kind"], item["id"]] = RecordResult(Outcome.ABSENT, GONE)
        for item in result.get("deleting") or ():
            reported[item["kind"], item["id"]] = RecordResult(Outcome.FAILED, STILL_GOING)
        for failure in result.get("failures") or ():
            reason = str(failure.get("error_msg") or Outcome.FAILED)
            reported[failure["kind"], failure["id"]] = RecordResult(Outcome.FAILED, reason, failure)
    return reported


def _unreported(results: Sequence[Result], *, skipped_by_deadline: bool) -> dict[int, RecordResult]:
    """Return, by batch, what became of records that the module does not name.

    ``skipped_by_deadline``: a batch that was skipped was so because of the deadline.
    """

    def result_of(result: Result) -> RecordResult:
        if result.get("skipped") and skipped_by_deadline:
            return RecordResult(Outcome.KEPT, DEADLINE)
        message = "" if result.get("skipped") else result.get("msg")
        return RecordResult(Outcome.FAILED, f"{NOT_ATTEMPTED}: {message}" if message else NOT_ATTEMPTED)

    return {result["item"]["number"]: result_of(result) for result in results}


def _credentials_refused(results: Iterable[Result]) -> bool:
    return any(result.get("credentials_refused") for result in results)


def _record_results(
    state: RunState,
    reported: Mapping[tuple[str, str], RecordResult],
    unreported: Mapping[int, RecordResult],
    listed: Collection[Key],
) -> list[RecordResult]:
    not_attempted, still_there = (RecordResult(Outcome.FAILED, why) for why in (NOT_ATTEMPTED, STILL_LISTED))
    accepted = set(map(tuple, ((state.info and state.info.resumes) or {}).get("accepted", ())))

    def result_of(record: PlannedRecord) -> RecordResult:
        absent = RecordResult(Outcome.ABSENT, ACCEPTED_BEFORE if (record.kind, record.id) in accepted else GONE)
        if record.gone:
            return still_there if record.key in listed else absent
        if not record.planned:
            return RecordResult(Outcome.DRIFTED if record.reason == DRIFTED else Outcome.KEPT, record.reason)
        if state.mode in PENDING_REASONS:
            return RecordResult(Outcome.KEPT, PENDING_REASONS[state.mode])
        if record.with_instance:
            result = _with_instance(of_instances[record.holder])
        else:
            result = reported.get((record.kind, record.id)) or unreported.get(record.batch, not_attempted)
        if result.outcome not in (Outcome.DELETED, Outcome.ABSENT):
            return result
        if record.key in listed:
            return still_there
        if result.outcome == Outcome.ABSENT or (record.kind, record.id) in accepted:
            return absent
        return result._replace(reason=record.reason)

    of_instances: dict[InstanceKey | None, RecordResult] = {}
    for record in state.records:
        if record.is_instance:
            of_instances[record.kind, record.id] = result_of(record)
    return [
        of_instances[record.kind, record.id] if record.is_instance else result_of(record) for record in state.records
    ]


def _with_instance(of_instance: RecordResult) -> RecordResult:
    """Return what became of a record that was to go with its instance."""
    return RecordResult(Outcome.FAILED, INSTANCE_LEFT) if of_instance.outcome == Outcome.FAILED else of_instance


def _appeared(state: RunState, after: Result | None) -> list[dict[str, Any]]:
    """Return what is listed now and was not before, of the kinds that were listed completely before."""
    before = {record.key for record in state.records} if after else ()
    listings = state.info.listings if state.info else {}
    return [
        {field: record[field] for field in RECORD_FIELDS}
        for record in _records_of(after)
        if key_of(record) not in before and is_complete(listings, record["kind"])
    ]


def _unexpected(state: RunState, reported: Iterable[tuple[str, str]]) -> list[str]:
    planned = {(record.kind, record.id) for record in state.records if record.planned}
    return [
        f"{kind}: {record_id} was reported by the module but is not in the plan"
        for kind, record_id in reported
        if (kind, record_id) not in planned
    ]


def _unverified(state: RunState, results: Sequence[Result]) -> list[str]:
    """Return that deletes were not verified, where nothing was listed again because of the credentials."""
    deleted = [is_instance(item["kind"]) for result in results for item in result.get("deleted") or ()]
    if state.mode == Mode.CHECK or not deleted or not _credentials_refused(results):
        return []
    amount = counted(deleted.count(False), deleted.count(True))
    return [f"the deletion of {amount} was not verified, as the credentials are refused"]


def _unlisted(state: RunState, results: Iterable[RecordResult], after: Result) -> list[str]:
    listings = after.get("listings") or {}
    deleted = {record.kind for record, result in zip(state.records, results) if result.outcome == Outcome.DELETED}
    return [
        f"{name}: remaining records could not be listed: {describe_listing(listings.get(name) or {})}"
        for name in state.kinds
        if name in deleted and not is_complete(listings, name)
    ]


def _too_late(state: RunState, results: Iterable[RecordResult]) -> list[str]:
    kept = [
        record.is_instance
        for record, result in zip(state.records, results)
        if (result.outcome, result.reason) == (Outcome.KEPT, DEADLINE)
    ]
    deadline = state.settings.deadline
    if deadline is None or not kept:
        return []
    amount = counted(kept.count(False), kept.count(True))
    return [f"decommission_deadline: no batch starts after {time_text(deadline)}; kept: {amount}"]
