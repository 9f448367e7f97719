# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The report of a run as data, which report.json holds; its schema is in the role's files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ...module_utils._engine.records import TIME_FORMAT
from ...module_utils._services import KINDS
from ...module_utils._version import COLLECTION, COLLECTION_VERSION
from .approval import UNATTENDED
from .coverage import NOT_COVERED, consequences_of, options_in_force
from .drift import Drift
from .outcomes import FAILURE_KEYS, OUTCOMES, Result, RunResult
from .records import is_instance
from .role_settings import RoleSettings
from .state import PlannedRecord, RunInfo, RunState

SCHEMA_VERSION = 1

_INSTANCE_FACTS = ("engine", "tags")
_WORK = ("requests", "throttled", "seconds")
_INFO = ("project_id", "domain_name", "user_name", "digest", "approved_digest", "confirmation", "command")
_LAUNCH = ("user", "approver", "job", "workflow", "url")


def build_report(run: RunResult, results: Sequence[Result], after: Result | None, *, now: datetime) -> dict[str, Any]:
    """Return the report of a run; ``now`` is its end in UTC. A run that failed before its plan has no records."""
    settings, info, kinds = run.state.settings, run.state.info, run.state.kinds
    options = {name: options_in_force(name, settings.kind_options) for name in kinds}
    reasons: dict[str, Counter[str]] = {outcome: Counter() for outcome in OUTCOMES}
    for result in run.results:
        reasons[result.outcome][result.reason] += 1
    finished_at = now.strftime(TIME_FORMAT)
    return {
        "schema_version": SCHEMA_VERSION,
        "collection": COLLECTION,
        "collection_version": COLLECTION_VERSION,
        "mode": run.state.mode,
        "project": settings.project,
        "region": info.region if info else settings.region or None,
        "started_at": info.created_at if info else finished_at,
        "finished_at": finished_at,
        "approval": settings.approval.scope,
        "confirmed_by": _confirmed_by(settings, info.launched_by if info else {}),
        "note": settings.note,
        **{name: getattr(info, name, None) for name in _INFO},
        "titles": {name: f"{KINDS[name].label}s" for name in kinds},
        "kind_options": {name: chosen for name, chosen in options.items() if chosen},
        "consequences": {name: consequences_of(name, options[name]) for name in kinds if is_instance(name)},
        "not_covered": [
            *(f"{kind.label}s" for kind in KINDS.values() if kind.is_instance and kind.name not in kinds),
            *NOT_COVERED,
        ],
        "discovered": len(run.results),
        "planned": _planned(run.state),
        "outcomes": run.outcomes(),
        "reasons": {outcome: dict(counts.most_common()) for outcome, counts in reasons.items()},
        "kinds": run.kinds(),
        "listings": info.listings if info else {},
        "accept_unavailable": list(settings.accept_unavailable),
        "rules": [dict(rule) for rule in info.rules] if info else [],
        "work": _work(info, results, after) if info else {},
        "drift": info.drift if info else Drift().lists(),
        "verified": run.verified,
        "stops": run.state.stops(),
        "appeared": list(run.appeared),
        "problems": list(run.problems),
        "records": list(_records(run)),
    }


def _planned(state: RunState) -> dict[str, int]:
    """Return how many instances and how many other records are planned."""
    counts = state.counts()
    return {"instances": counts["instances"], "records": counts["planned"] - counts["instances"]}


def _confirmed_by(settings: RoleSettings, launched_by: Mapping[str, Any]) -> dict[str, Any]:
    approval = settings.approval
    confirmation = f"{settings.project}/{approval.digest or UNATTENDED}" if approval.given else None
    return {
        "confirmation": confirmation,
        "note": settings.note,
        **{key: launched_by.get(key) for key in _LAUNCH},
    }


def _work(info: RunInfo, results: Sequence[Result], after: Result | None) -> dict[str, dict[str, Any]]:
    """Return, for each step and for each kind's deletes, requests sent, throttled ones and seconds."""
    work: dict[str, dict[str, Any]] = {"discover": _sum([info.discovery])}
    summaries = [result["summary"] for result in results if result.get("summary")]
    if summaries:
        work["delete"] = {"batches": len(summaries), **_sum(summaries)}
    for name in info.kinds:
        of_kind = [summary for summary in summaries if name in (summary.get("kinds") or ())]
        if of_kind:
            work[name] = _work_of_kind(name, of_kind)
    if after is not None:
        work["verify"] = _sum([after.get("summary") or {}])
    return work


def _work_of_kind(name: str, summaries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the work of a kind; a call for several kinds does not tell which of its requests were for one of them."""
    own = _sum([summary["kinds"][name] for summary in summaries])
    alone = all(len(summary["kinds"]) == 1 for summary in summaries)
    requests = _sum(summaries) if alone else {"requests": None, "throttled": None}
    records = sum(summary["kinds"][name].get("requested") or 0 for summary in summaries)
    return {"batches": len(summaries), "records": records, **requests, "seconds": own["seconds"]}


def _sum(summaries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {key: round(sum(summary.get(key) or 0 for summary in summaries), 3) for key in _WORK}


def _records(run: RunResult) -> Iterator[dict[str, Any]]:
    for record, result in zip(run.state.records, run.results):
        entry = {
            **record.identity(),
            "created_at": record.created_at,
            **_facts(record),
            "planned": record.planned,
            "outcome": result.outcome,
            "reason": result.reason,
            "rule": record.rule,
        }
        if result.failure:
            entry.update((key, result.failure.get(key)) for key in FAILURE_KEYS if key != "error_msg")
        yield entry


def _facts(record: PlannedRecord) -> dict[str, Any]:
    """Return what only the entries of instances have."""
    facts = record.facts or {}
    return {name: facts.get(name) for name in _INSTANCE_FACTS} if is_instance(record.kind) else {}
