# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Brings together what was planned and what came of it: one outcome for each discovered record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional

from .drift import DRIFTED
from .listings import is_complete, told
from .records import RECORD_FIELDS, Key, key_of
from .state import APPLY, APPLYING, CHECK, PLAN, REFUSED, Row, State

DELETED = "deleted"
ABSENT = "absent"
KEPT = "kept"
FAILED = "failed"
OUTCOMES = (DELETED, ABSENT, KEPT, DRIFTED, FAILED)

NOT_CONFIRMED = "not confirmed"
REFUSED_PLAN = "plan refused"
UNDER_WAY = "outcome not yet known"
NOT_ATTEMPTED = "not attempted"
STILL_LISTED = "still listed after the delete"
ALREADY_GONE = "already gone"

# By the mode of the run: why planned records are counted as kept where none was deleted, or none yet.
PENDING_REASONS = {PLAN: NOT_CONFIRMED, APPLYING: UNDER_WAY, REFUSED: REFUSED_PLAN}

FAILURE_KEYS = ("http_status", "error_code", "error_msg", "request_id")

Result = Mapping[str, Any]


class End(NamedTuple):
    """A record's outcome and why; ``failure`` is what the service said where it refused."""

    outcome: str
    reason: str
    failure: Optional[Mapping[str, Any]] = None


@dataclass(frozen=True)
class RunResult:
    """The end of a run: ``ends`` in the order of the state's rows, ``problems`` that are not one record's.

    ``appeared`` are the records that were listed after the deletes and not before; they have no outcome.
    """

    state: State
    ends: list[End]
    problems: tuple[str, ...]
    appeared: list[dict[str, Any]]

    def outcomes(self) -> dict[str, int]:
        """Return how many records ended in each outcome."""
        counted = Counter(end.outcome for end in self.ends)
        return {outcome: counted[outcome] for outcome in OUTCOMES}

    def services(self) -> dict[str, dict[str, int]]:
        """Return the same for each service."""
        counts = {name: dict.fromkeys(OUTCOMES, 0) for name in self.state.head.get("titles", ())}
        for row, end in zip(self.state.rows, self.ends):
            counts[row.service][end.outcome] += 1
        return counts

    def left(self) -> int:
        """Return how many records were reported gone and are still listed."""
        return sum(end.reason == STILL_LISTED for end in self.ends)

    def failures(self) -> list[dict[str, Any]]:
        """Return the records that failed or drifted, with what the service said."""
        return [
            {
                "service": row.service,
                "instance_id": row.instance_id,
                "id": row.id,
                "name": row.name,
                "outcome": end.outcome,
                "reason": row.rule if end.outcome == DRIFTED else end.reason,
                **{key: (end.failure or {}).get(key) for key in FAILURE_KEYS},
            }
            for row, end in zip(self.state.rows, self.ends)
            if end.outcome in (FAILED, DRIFTED)
        ]


def reconcile(state: State, results: Sequence[Result], after: Result | None, problems: Sequence[str] = ()) -> RunResult:
    """Return the end of a run.

    ``results`` are the results of the delete modules, one for each batch, each with its label under ``item``;
    ``after`` is what environment_info listed afterwards, None where nothing was listed again. ``problems`` are those
    that stopped the run midway.
    """
    said = _said(results)
    ends = _ends(state, said, _messages(results), _listed(after))
    found = [*state.head.get("problems", ()), *problems, *_unasked(state, said), *_unverified(state, ends, after)]
    settled = RunResult(state, ends, tuple(found), _appeared(state, after))
    total = sum(settled.outcomes().values())
    by_service = sum(count for counts in settled.services().values() for count in counts.values())
    if not total == by_service == len(state.rows):
        raise AssertionError("the outcomes do not add up to what was discovered")
    return settled


def _said(results: Iterable[Result]) -> dict[str, dict[str, End]]:
    """Return, by service and id, what the delete modules said; a failure outranks everything else."""
    said: dict[str, dict[str, End]] = {}
    for result in results:
        ends = said.setdefault(result["item"]["service"], {})
        ends.update((record_id, End(DELETED, "")) for record_id in result.get("deleted") or ())
        ends.update((record_id, End(ABSENT, ALREADY_GONE)) for record_id in result.get("absent") or ())
        for failure in result.get("failures") or ():
            ends[failure["id"]] = End(FAILED, str(failure.get("error_msg") or FAILED), failure)
    return said


def _messages(results: Iterable[Result]) -> dict[tuple[str, int], str]:
    """Return, by service and batch, what is known of records that no list of the batch names."""
    return {
        (result["item"]["service"], result["item"]["number"]): (
            NOT_ATTEMPTED if result.get("skipped") or not result.get("msg") else f"{NOT_ATTEMPTED}: {result['msg']}"
        )
        for result in results
    }


def _ends(
    state: State, said: Mapping[str, Mapping[str, End]], messages: Mapping[tuple[str, int], str], left: Collection[Key]
) -> list[End]:
    ends = []
    positions: Counter[str] = Counter()
    for row in state.rows:
        if not row.planned:
            ends.append(End(DRIFTED if row.reason == DRIFTED else KEPT, row.reason))
        elif state.mode not in (APPLY, CHECK):
            ends.append(End(KEPT, PENDING_REASONS[state.mode]))
        else:
            batch = positions[row.service] // state.head["batch_size"] + 1
            positions[row.service] += 1
            end = said.get(row.service, {}).get(row.id)
            ends.append(_end(row, end or End(FAILED, messages.get((row.service, batch), NOT_ATTEMPTED)), left))
    return ends


def _end(row: Row, end: End, left: Collection[Key]) -> End:
    if end.outcome != FAILED and (row.service, row.instance_id, row.id) in left:
        return End(FAILED, STILL_LISTED)
    return End(DELETED, row.reason) if end.outcome == DELETED else end


def _listed(after: Result | None) -> frozenset[Key]:
    return frozenset(key_of(record) for record in (after or {}).get("records") or ())


def _appeared(state: State, after: Result | None) -> list[dict[str, Any]]:
    """Return what is listed now and was not before; where no whole list was there before, nobody can tell."""
    before = {(row.service, row.instance_id, row.id) for row in state.rows} if after else ()
    listings = state.head.get("listings", {})
    return [
        {field: record[field] for field in RECORD_FIELDS}
        for record in (after or {}).get("records") or ()
        if key_of(record) not in before and is_complete(listings, record["service"])
    ]


def _unasked(state: State, said: Mapping[str, Mapping[str, End]]) -> list[str]:
    asked = {(row.service, row.id) for row in state.rows if row.planned}
    return [
        f"{service}: {record_id} was reported on, but not planned"
        for service, ends in said.items()
        for record_id in ends
        if (service, record_id) not in asked
    ]


def _unverified(state: State, ends: Iterable[End], after: Result | None) -> list[str]:
    if after is None:
        return []
    listings = after.get("listings") or {}
    touched = {row.service for row, end in zip(state.rows, ends) if end.outcome == DELETED}
    return [
        f"{name}: what is left could not be listed: {told(listings.get(name) or {})}"
        for name in state.head["titles"]
        if name in touched and not is_complete(listings, name)
    ]
