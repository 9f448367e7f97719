# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The run's report as data; its schema is roles/decommission/files/report.schema.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ...module_utils._version import COLLECTION, COLLECTION_VERSION
from .drift import Drift
from .outcomes import FAILURE_KEYS, OUTCOMES, Result, RunResult
from .records import RECORD_FIELDS, TIME_FORMAT
from .role_settings import RoleSettings

SCHEMA_VERSION = 1

_WORK = ("requests", "throttled", "seconds")


def build_report(
    settled: RunResult, settings: RoleSettings, results: Sequence[Result], after: Result | None, *, now: datetime
) -> dict[str, Any]:
    """Return the report of a run; ``now`` is its end in UTC. A run that failed before its plan has no records."""
    head = settled.state.head
    reasons: dict[str, Counter[str]] = {outcome: Counter() for outcome in OUTCOMES}
    for end in settled.ends:
        reasons[end.outcome][end.reason] += 1
    finished_at = now.strftime(TIME_FORMAT)
    return {
        "schema_version": SCHEMA_VERSION,
        "collection": COLLECTION,
        "collection_version": COLLECTION_VERSION,
        "mode": settled.state.mode,
        "project": settings.project,
        "region": head.get("region") or settings.region or None,
        **{key: head.get(key) for key in ("project_id", "domain_name", "user_name")},
        "started_at": head.get("created_at", finished_at),
        "finished_at": finished_at,
        "approval": settings.approval.kind,
        **{key: head.get(key) for key in ("digest", "approved_digest", "confirmation")},
        "titles": head.get("titles", {}),
        "discovered": len(settled.ends),
        "outcomes": settled.outcomes(),
        "reasons": {outcome: dict(counts.most_common()) for outcome, counts in reasons.items()},
        "services": settled.services(),
        "listings": head.get("listings", {}),
        "accept_unavailable": list(settings.accept_unavailable),
        "work": _work(head, results, after) if head else {},
        "drift": head.get("drift", Drift().lists()),
        "verified": after is not None,
        "stops": settled.state.stops(),
        "appeared": settled.appeared,
        "problems": list(settled.problems),
        "records": list(_records(settled)),
    }


def _work(head: Mapping[str, Any], results: Sequence[Result], after: Result | None) -> dict[str, dict[str, Any]]:
    """Return, for the listing and for each service's deletes, requests sent, throttled ones and seconds."""
    work: dict[str, dict[str, Any]] = {"discover": _sum([head["discovery"]])}
    for name in head["titles"]:
        summaries = [
            result["summary"] for result in results if result["item"]["service"] == name and "summary" in result
        ]
        if summaries:
            work[name] = {"batches": len(summaries), **_sum(summaries)}
    if after is not None:
        work["verify"] = _sum([after.get("summary") or {}])
    return work


def _sum(summaries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {key: round(sum(summary.get(key) or 0 for summary in summaries), 3) for key in _WORK}


def _records(settled: RunResult) -> Iterator[dict[str, Any]]:
    for row, end in zip(settled.state.rows, settled.ends):
        record = {**dict(zip(RECORD_FIELDS, row)), "outcome": end.outcome, "reason": end.reason, "rule": row.rule}
        if end.failure:
            record.update((key, end.failure.get(key)) for key in FAILURE_KEYS if key != "error_msg")
        yield record
