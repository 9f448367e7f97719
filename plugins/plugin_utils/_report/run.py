# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What a page says of the run itself: who, where and when, on what approval, and what was asked of the cloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .ends import Report
from .text import shown

_APPROVALS = {"none": "none", "exact": "exactly this plan", "unattended": "whatever is planned (unattended)"}
_DRIFT = {"came": "planned now only", "went": "planned then only", "changed": "another status than then"}
_MOST_LISTED = 50


def subtitle_of(report: Report) -> list[str]:
    """Return where, who and when."""
    return [shown(item) for item in (report["region"], report["user_name"], time_of(report["finished_at"])) if item]


def facts_of(report: Report) -> list[dict[str, Any]]:
    """Return what is known of the run as names and values; ``mono`` are those that are read letter by letter."""
    held_to = report["approved_digest"] if report["approved_digest"] != report["digest"] else None
    facts = (
        ("Project", report["project"], False),
        ("Project id", report["project_id"], True),
        ("Region", report["region"], False),
        ("Domain", report["domain_name"], False),
        ("User", report["user_name"], False),
        ("Planned at", time_of(report["started_at"]), False),
        ("Reported at", time_of(report["finished_at"]), False),
        ("Approval", _APPROVALS.get(report["approval"], report["approval"]), False),
        ("Plan digest", report["digest"], True),
        ("Held to plan", held_to, True),
        ("Verified", "listed once more afterwards" if report["verified"] else "", False),
        ("Collection", f"{report['collection']} {report['collection_version']}", False),
    )
    return [{"name": name, "value": shown(value), "mono": mono} for name, value, mono in facts if value]


def work_of(report: Report, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what each step asked of the cloud, what was throttled and how long it took."""
    deletes = {name: f"Deleting {title}" for name, title in titles.items()}
    names = {"discover": "Listing", **deletes, "verify": "Verifying"}
    return [
        {
            "name": names.get(name) or shown(name),
            "batches": work.get("batches"),
            "requests": work["requests"],
            "throttled": work["throttled"],
            "seconds": _duration(work["seconds"]),
            "rate": round(work["requests"] / work["seconds"], 1) if work["seconds"] else None,
        }
        for name, work in report["work"].items()
    ]


def drift_of(report: Report, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return how the plan differs from the approved one."""
    return [
        {"label": label, **excerpt_of(report["drift"][key], titles)}
        for key, label in _DRIFT.items()
        if report["drift"][key]
    ]


def excerpt_of(records: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> dict[str, Any]:
    """Return how many records there are, the first of them, and how many these leave out."""
    first = [identity_of(record, titles) for record in records[:_MOST_LISTED]]
    return {"count": len(records), "more": len(records) - len(first), "first": first}


def identity_of(record: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, str]:
    """Return what names a record, its status, and under ``was`` the one that it had when it was approved."""
    return {
        "service": titles.get(record["service"]) or shown(record["service"]),
        **{key: shown(record.get(key)) for key in ("name", "id", "instance_id", "was", "status")},
    }


def time_of(text: str) -> str:
    """Return a time of a report in words."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").strftime("%Y-%m-%d %H:%M:%S UTC")


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
