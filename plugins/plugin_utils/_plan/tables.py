# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What a run prints of its plan and of its end, in a few lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ...module_utils._regions import cloud_of
from ...module_utils._services import KINDS
from .counted_rules import rule_lines, why_nothing
from .coverage import NOT_COVERED, not_covered_line
from .decide import DELETION_PROTECTION, KEPT_REASONS, NOT_DELETABLE, PREPAID, RUNNING, UNUSABLE
from .document import DIGEST_SHOWN
from .drift import DRIFTED
from .instance_lines import kept_instances, planned_instances
from .outcomes import OUTCOMES, Outcome, RunResult
from .records import counted, describe_listing, is_complete, is_instance
from .state import Mode, PlannedRecord, RunInfo, RunState

# More kinds do not fit into twenty lines beside head and foot.
_MOST_ROWS = 10
_NAMED = 3
_NAMED_STOPS = 10
_FORBIDDEN = 403

_TO_DELETE = "to delete"
_TO_STOP = "to stop and delete"
_WITH_INSTANCE = "with instance"
# Columns that are shown where they count anything.
_RARE = (_TO_STOP, _WITH_INSTANCE, PREPAID, DELETION_PROTECTION, NOT_DELETABLE, UNUSABLE, DRIFTED)

_IN_CHECK_MODE = {
    _TO_DELETE: "would be deleted",
    _TO_STOP: "would be stopped and deleted",
    Outcome.DELETED: "would be deleted",
}


def table(
    kinds: Sequence[str],
    columns: Sequence[str],
    counts: Mapping[str, Mapping[str, int]],
    *,
    titles: Mapping[str, str] | None = None,
    unlisted: Mapping[str, str] | None = None,
) -> list[str]:
    """Return a table of kinds by columns with a line of totals; of more than ten kinds those without any are left out.

    ``titles`` are those of columns that are not called as their counts are. ``unlisted`` are the kinds of which
    nothing is known, each with the reason; they are always shown.
    """
    heads = [(titles or {}).get(column, column) for column in columns]
    unknown = unlisted or {}
    width = max(len(name) for name in ("kind", *kinds))
    shown = [
        name for name in kinds if len(kinds) <= _MOST_ROWS or name in unknown or any((counts.get(name) or {}).values())
    ]
    lines = [_line("kind", heads, heads, width)]
    for name in shown:
        cells = ["?" if name in unknown else counts[name].get(column, 0) for column in columns]
        lines.append(_line(name, cells, heads, width) + (f"  {unknown[name]}" if name in unknown else ""))
    left_out = len(kinds) - len(shown)
    if left_out:
        lines.append(f"and {left_out} {'kind' if left_out == 1 else 'kinds'} without any")
    totals = [f"{sum(row.get(column, 0) for row in counts.values())}{'+' * bool(unknown)}" for column in columns]
    return [*lines, _line("all", totals, heads, width)]


def _line(title: str, cells: Iterable[Any], columns: Sequence[str], width: int) -> str:
    return title.ljust(width) + "".join(str(cell).rjust(len(name) + 2) for cell, name in zip(cells, columns))


def plan_lines(state: RunState) -> list[str]:
    """Return what a plan shows: for each kind what is deleted, what is kept and why, and how to go on."""
    settings, info = state.settings, state.info
    if info is None:
        return []
    counts: dict[str, Counter[str]] = {name: Counter() for name in info.kinds}
    for record in state.records:
        if not record.gone:
            counts[record.kind]["discovered"] += 1
            counts[record.kind][_column(record)] += 1
    seen = {reason for count in counts.values() for reason in count}
    possible = ("discovered", _TO_DELETE, _TO_STOP, _WITH_INSTANCE, *KEPT_REASONS, DRIFTED)
    columns = [column for column in possible if column in seen or column not in _RARE]
    return [
        f"{settings.project} in {info.region}: plan {info.digest[:DIGEST_SHOWN]}",
        *planned_instances(state),
        *table(
            info.kinds,
            columns,
            counts,
            titles=_titles(state),
            unlisted=_unlisted(info, settings.accept_unavailable),
        ),
        not_covered_line(_not_covered(info)),
        *kept_instances(state),
        *_stops(state),
        *_kept_by_status(state),
        *rule_lines(info.rules),
        *_drift(info),
        *_resumption(state),
        *_next_step(state),
    ]


def describe_unlisted(kind: str, listing: Mapping[str, Any], region: str) -> str:
    """Return that a kind was not listed in ``region``, why not, and what to do about it."""
    documented = KINDS[kind].list_permission
    of_other_cloud = next(iter(documented.values()), "to list these records")
    named = f"the permission {documented.get(cloud_of(region), of_other_cloud)}"
    advice = f"ask for {named}, or leave" if listing.get("http_status") == _FORBIDDEN else "leave"
    return f"not listed: {describe_listing(listing)}; {advice} {kind} out of decommission_kinds"


def _titles(state: RunState) -> Mapping[str, str]:
    return _IN_CHECK_MODE if state.mode == Mode.CHECK else {}


def _unlisted(info: RunInfo, accepted: Sequence[str]) -> dict[str, str]:
    """Return by its name why a kind was not listed, and what to do about it where that is not accepted."""
    return {
        name: f"not listed: {describe_listing(info.listings[name])} (accepted)"
        if name in accepted
        else describe_unlisted(name, info.listings[name], info.region)
        for name in info.kinds
        if not is_complete(info.listings, name)
    }


def _column(record: PlannedRecord) -> str:
    if not record.planned:
        return record.reason
    if record.with_instance:
        return _WITH_INSTANCE
    return _TO_STOP if record.stops else _TO_DELETE


def _not_covered(info: RunInfo) -> list[str]:
    """Return what may still cost when all that was listed is gone."""
    unasked = [kind for kind in KINDS.values() if kind.is_instance and kind.name not in info.kinds]
    return [*(f"{kind.title} {kind.noun}s" for kind in unasked), *NOT_COVERED]


def _stops(state: RunState) -> list[str]:
    stops = [record for record in state.records if record.stops]
    if not stops:
        return []
    noun = "replication" if len(stops) == 1 else "replications"
    verb = "would be" if state.mode in (Mode.CHECK, Mode.REFUSED) else "will be"
    lines = [f"{len(stops)} running {noun} {verb} STOPPED and deleted:"]
    lines += [f"  {record.label}" for record in stops[:_NAMED_STOPS]]
    return lines + ([f"  and {len(stops) - _NAMED_STOPS} more"] if len(stops) > _NAMED_STOPS else [])


def _kept_by_status(state: RunState) -> list[str]:
    running = [record for record in state.records if record.reason == RUNNING]
    lines = [f"running: {record.label}" for record in running[:_NAMED]]
    lines += [f"and {len(running) - _NAMED} more running"] if len(running) > _NAMED else []
    # Why, and what to do, is the same for many records.
    blocked = Counter(
        (record.kind, record.rule)
        for record in state.records
        if record.reason == NOT_DELETABLE and not record.is_instance
    )
    lines += [f"{count} {kind} kept: {rule}" for (kind, rule), count in blocked.most_common(_NAMED)]
    return lines


def _drift(info: RunInfo) -> list[str]:
    counts = [f"{len(records)} {name}" for name, records in info.drift.items() if records]
    return [f"since the plan was approved: {', '.join(counts)}"] if counts else []


def _resumption(state: RunState) -> list[str]:
    """Return what has become of an apply that was interrupted, and of the approved plan."""
    gone = sum(record.gone for record in state.records)
    goes_on = any(record.planned for record in state.records) and not (state.info and state.info.problems)
    rest = "; the run continues with the rest" if goes_on else ""
    are = "is" if gone == 1 else "are"
    lines = [f"{counted(gone)} of the approved plan {are} gone already{rest}"] if gone else []
    interrupted = state.info and state.info.resumes
    if not interrupted:
        return lines
    batches = f" of {interrupted['batches']}" if interrupted["batches"] else ""
    counts = f"{interrupted['deleted']:,} deleted, {interrupted['failed']:,} failed"
    ended = f"{interrupted['ended']}{batches} batches ended: {counts}"
    accepted = len(interrupted.get("accepted", ()))
    going = f"; deletes of {counted(0, accepted)} had been accepted" if accepted else ""
    return [f"The apply of {interrupted['started_at']} was interrupted, or is still under way. {ended}{going}", *lines]


def _next_step(state: RunState) -> list[str]:
    settings, info = state.settings, state.info
    if info is None or info.problems:
        return []
    planned = sum(record.planned for record in state.records)
    if not planned:
        gone = any(record.gone for record in state.records)
        why = "what was approved is gone" if gone else why_nothing(info.rules, len(state.records))
        return [f"Nothing to delete: {why}."]
    if settings.approval.given:
        return []
    instances = sum(record.planned and record.is_instance for record in state.records)
    these = f"{'this' if 1 in (planned, instances) else 'these'} {counted(planned - instances, instances)}"
    these = these.replace("this 1 ", "this ")
    if not info.command:
        return [f"To delete exactly {these}: decommission_confirm={info.confirmation}"]
    more = f" (and your other variables: {', '.join(info.command_lacks)})" if info.command_lacks else ""
    return [f"To delete exactly {these}{more}:", info.command]


def end_lines(run: RunResult) -> list[str]:
    """Return what closes a run: kinds by outcome, and how many records appeared while it deleted."""
    lines = table(run.state.kinds, OUTCOMES, run.kinds(), titles=_titles(run.state))
    return [*lines, appeared_line(len(run.appeared))] if run.appeared else lines


def appeared_line(count: int) -> str:
    """Return how many records appeared while the run deleted, at least one."""
    return f"{counted(count)} appeared while the run deleted; the next plan shows {'it' if count == 1 else 'them'}"


def failure_message(run: RunResult, advice: Callable[[str], str] = lambda _code: "") -> str:
    """Return why the run has failed, empty where it has not; ``advice`` returns what to do about an error code."""
    message = "; ".join([*run.problems[:_NAMED], *_left(run, advice)])
    if not message:
        return ""
    refused = "Nothing was deleted: " if run.state.mode == Mode.REFUSED else ""
    return f"{refused}{message}"


def _left(run: RunResult, advice: Callable[[str], str]) -> list[str]:
    """Return what was planned and not deleted as one sentence: one part for each kind and error."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    failures = run.failures()
    for failure in failures:
        groups.setdefault((failure["kind"], _cause(failure)), []).append(failure)
    if not groups:
        return []
    outcomes = run.outcomes()
    done = "would be deleted" if run.state.mode == Mode.CHECK else "deleted"
    absent = f", {outcomes[Outcome.ABSENT]:,} gone already" if outcomes[Outcome.ABSENT] else ""
    total = outcomes[Outcome.DELETED] + outcomes[Outcome.ABSENT] + len(failures)
    # What became of an instance is the cause of what became of the records under it.
    ordered = sorted(groups.items(), key=lambda group: (not is_instance(group[0][0]), -len(group[1])))
    parts = []
    for (kind, _code), members in ordered[:_NAMED]:
        count = f"{len(members):,} " if len(groups) > 1 else ""
        parts.append(f"{count}{kind} {_error(members[0])} (first: {members[0]['id']})")
    more = f"; and {len(groups) - _NAMED} more causes" if len(groups) > _NAMED else ""
    codes = dict.fromkeys(str(members[0]["error_code"]) for _cause, members in ordered[:_NAMED])
    advised = "".join(f". {words}" for words in filter(None, map(advice, codes)))
    head = f"{outcomes[Outcome.DELETED]:,} of {total:,} {done}{absent}. {len(failures):,} not: "
    return [(head + "; ".join(parts) + more + advised).rstrip(".")]


def _cause(failure: Mapping[str, Any]) -> str:
    """Return what failures of one kind have in common; messages of one code may differ, as they may name the record."""
    return f"{failure['outcome']} {failure['error_code'] or failure['reason']}"


def _error(failure: Mapping[str, Any]) -> str:
    if not failure["error_code"]:
        return f"{failure['outcome']}: {failure['reason']}"
    codes = [str(failure[key]) for key in ("http_status", "error_code") if failure[key]]
    return " ".join([*codes, f'"{failure["reason"]}"'])
