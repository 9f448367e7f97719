# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What the page of a run shows of the run as a whole: who, when, under which rules, and how fast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .display import duration_of, seconds_between, shown, time_of
from .table import Report

_APPROVALS = {"none": "none", "exact": "exactly this plan", "unattended": "whatever is planned (unattended)"}
_URL = re.compile(r"https?://[^\s\"'<>]+")
# In per cent of the longest bar, so that the shortest step can be seen.
_LEAST_WIDTH = 0.5


def subtitle_of(report: Report) -> list[str]:
    """Return where, as whom and when the run took place."""
    return [shown(item) for item in (report["region"], report["user_name"], time_of(report["finished_at"])) if item]


def byline_of(report: Report) -> list[dict[str, str]]:
    """Return how long the run took, what was confirmed and why, and who launched it, each with a label."""
    given = report["confirmed_by"]
    job = given["job"] if given["job"] is not None else ("open" if given["url"] else None)
    facts = (
        ("Took", took(report), ""),
        ("Confirmed with", given["confirmation"], ""),
        ("Launched by", given["user"], ""),
        ("Approver", given["approver"], ""),
        ("Job", job, shown(given["url"], 2000) if _URL.fullmatch(str(given["url"])) else ""),
        ("Workflow", given["workflow"], ""),
        ("Note", report["note"], ""),
    )
    return [{"label": label, "value": shown(value), "link": link} for label, value, link in facts if value]


def facts_of(report: Report) -> list[dict[str, Any]]:
    """Return what is known of the run as names and values; ``mono`` are those that are read letter by letter."""
    applied = report["approved_digest"] if report["approved_digest"] != report["digest"] else None
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
        ("Approved plan", applied, True),
        ("Verified", "listed again after the run" if report["verified"] else "", False),
        ("Collection", f"{report['collection']} {report['collection_version']}", False),
    )
    return [{"name": name, "value": shown(value), "mono": mono} for name, value, mono in facts if value]


def rules_of(report: Report) -> list[dict[str, Any]]:
    """Return the rules of the role's variables and how many records each matched."""
    return [
        {"place": shown(rule["place"]), "rule": shown(rule["rule"]), "matched": rule["matched"]}
        for rule in report["rules"]
    ]


def work_of(report: Report, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return requests, time and rate of each step and kind; a bar shows the time, its end what was throttled."""
    deletes = {name: f"Deleting {title}" for name, title in titles.items()}
    names = {"discover": "Listing", "delete": "Deleting", **deletes, "verify": "Verifying"}
    longest = max((work["seconds"] for work in report["work"].values()), default=0) or 1
    return [
        {
            "name": names.get(name) or shown(name),
            "part": name in titles,
            "batches": work.get("batches"),
            "records": work.get("records"),
            "requests": work["requests"],
            "throttled": work["throttled"],
            "seconds": duration_of(work["seconds"]),
            "rate": _rate(work),
            "bar": _bar(work, work["seconds"] / longest * 100),
        }
        for name, work in report["work"].items()
    ]


def _rate(work: Mapping[str, Any]) -> str:
    """Return records, or else requests, in a second."""
    for name in ("records", "requests"):
        if work.get(name) and work["seconds"]:
            return f"{work[name] / work['seconds']:,.1f} {name}/s"
    return ""


def _bar(work: Mapping[str, Any], width: float) -> list[dict[str, Any]]:
    width = max(width, _LEAST_WIDTH)
    sent, throttled = work["requests"] or 0, work["throttled"] or 0
    end = width * throttled / (sent + throttled) if throttled else 0.0
    segments = (("step", 0.0, width - end), ("throttled", width - end, end))
    return [{"key": key, "x": round(x, 3), "width": round(size, 3)} for key, x, size in segments if size]


def took(report: Report) -> str:
    """Return the duration of a run with the listing, which is before its plan; empty for a run without a plan."""
    if not report["digest"]:
        return ""
    seconds = max(0, seconds_between(report["started_at"], report["finished_at"]))
    return duration_of(seconds + report["work"]["discover"]["seconds"])
