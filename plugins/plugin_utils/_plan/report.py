# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The report of a run as data, which report.json holds; its schema is in the role's files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ...module_utils._services import KINDS
from ...module_utils._version import COLLECTION, COLLECTION_VERSION
from .drift import Drift
from .outcomes import FAILURE_KEYS, OUTCOMES, Result, RunResult
from .records import TIME_FORMAT
from .state import RunInfo

SCHEMA_VERSION = 1

_WORK = ("requests", "throttled", "seconds")
_INFO = ("project_id", "domain_name", "user_name", "digest", "approved_digest", "confirmation")


def build_report(run: RunResult, results: Sequence[Result], after: Result | None, *, now: datetime) -> dict[str, Any]:
    """Return the report of a run; ``now`` is its end in UTC. A run that failed before its plan has no records."""
    settings, info = run.state.settings, run.state.info
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
        **{name: getattr(info, name, None) for name in _INFO},
        "titles": {name: f"{KINDS[name].title} {KINDS[name].noun}s" for name in run.state.kinds},
        "discovered": len(run.results),
        "outcomes": run.outcomes(),
        "reasons": {outcome: dict(counts.most_common()) for outcome, counts in reasons.items()},
        "kinds": run.kinds(),
        "listings": info.listings if info else {},
        "accept_unavailable": list(settings.accept_unavailable),
        "work": _work(info, results, after) if info else {},
        "drift": info.drift if info else Drift().lists(),
        "verified": after is not None,
        "stops": run.state.stops(),
        "appeared": list(run.appeared),
        "problems": list(run.problems),
        "records": list(_records(run)),
    }


def _work(info: RunInfo, results: Sequence[Result], after: Result | None) -> dict[str, dict[str, Any]]:
    """Return, for the listing and for each kind's deletes, requests sent, throttled ones and seconds."""
    work: dict[str, dict[str, Any]] = {"discover": _sum([info.discovery])}
    for name in info.kinds:
        summaries = [result["summary"] for result in results if result["item"]["kind"] == name and "summary" in result]
        if summaries:
            work[name] = {"batches": len(summaries), **_sum(summaries)}
    if after is not None:
        work["verify"] = _sum([after.get("summary") or {}])
    return work


def _sum(summaries: Sequence[Result]) -> dict[str, Any]:
    return {key: round(sum(summary.get(key) or 0 for summary in summaries), 3) for key in _WORK}


def _records(run: RunResult) -> Iterator[dict[str, Any]]:
    for record, result in zip(run.state.records, run.results):
        entry = {**record.identity(), "outcome": result.outcome, "reason": result.reason, "rule": record.rule}
        if result.failure:
            entry.update((key, result.failure.get(key)) for key in FAILURE_KEYS if key != "error_msg")
        yield entry
