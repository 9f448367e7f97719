# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The first thing a reader sees: how the run ended, what is left and how to go on."""

from __future__ import annotations

from dataclasses import dataclass

from .._plan.counted_rules import why_nothing
from .._plan.outcomes import Outcome
from .._plan.state import Mode
from .display import exact, shown
from .table import LEFT, PENDING, RecordGroups, Report

GOOD = "good"
BAD = "bad"
READY = "ready"
CALM = "calm"

_NOTHING_YET = "Nothing has been deleted yet."
_ONLY_CHECKED = "Nothing was deleted: this was check mode."


@dataclass(frozen=True)
class Headline:
    """``tone`` is one of the constants above; ``command`` is what to run or set where ``advice`` ends with a colon."""

    tone: str
    title: str
    text: str
    advice: str = ""
    command: str = ""


_NOT_STARTED = Headline(BAD, "Not started", "No plan could be made, and nothing was deleted.")


def headline_of(report: Report, groups: RecordGroups) -> Headline:
    """Return the headline of a run."""
    describe = {
        Mode.PLAN: _planned,
        Mode.CHECK: _checked,
        Mode.APPLYING: _applying,
        Mode.APPLY: _applied,
        Mode.REFUSED: _refused,
    }.get(report["mode"])
    return describe(report, groups) if describe else _NOT_STARTED


def _planned(report: Report, groups: RecordGroups) -> Headline:
    if not groups.count(PENDING):
        return Headline(CALM, "Nothing to delete", _why_nothing(report))
    planned = groups.amount(PENDING)
    text = f"{_NOTHING_YET} {planned} of {_discovered(report)} would be deleted."
    advice = f"To delete exactly {_these(groups)}"
    if report["command"]:
        return Headline(READY, "Waiting for approval", text, f"{advice}:", exact(report["command"]))
    command = f"decommission_confirm: {shown(report['confirmation'])}"
    return Headline(READY, "Waiting for approval", text, f"{advice}, run the role again with:", command)


def _these(groups: RecordGroups) -> str:
    planned = groups.amount(PENDING)
    return f"this {planned.removeprefix('1 ')}" if groups.count(PENDING) == 1 else f"these {planned}"


def _checked(report: Report, groups: RecordGroups) -> Headline:
    would_go, left = groups.count(Outcome.DELETED, Outcome.ABSENT), groups.count(*LEFT)
    if left or report["problems"]:
        text = f"{groups.amount(*LEFT)} of {would_go + left:,} planned would be left{_remainder(groups)}."
        return Headline(BAD, "Would not finish", f"{_ONLY_CHECKED} {text}")
    if not would_go:
        return Headline(CALM, "Nothing to delete", f"{_ONLY_CHECKED} {_why_nothing(report)}")
    text = f"{_ONLY_CHECKED} {groups.amount(Outcome.DELETED, Outcome.ABSENT)} would be deleted."
    return Headline(READY, "Would finish", text)


def _applying(report: Report, groups: RecordGroups) -> Headline:
    text = f"{groups.amount(PENDING)} of {_discovered(report)} are to be deleted."
    advice = (
        "This report was written before the first delete, and the one at the end of the run takes its place."
        " If the run has ended, it was interrupted: run the same command again, which deletes the rest."
    )
    return Headline(READY, "Under way or interrupted", text, advice)


def _applied(report: Report, groups: RecordGroups) -> Headline:
    gone, left = groups.count(Outcome.DELETED, Outcome.ABSENT), groups.count(*LEFT)
    if left:
        verb = "is" if left == 1 else "are"
        text = f"{groups.amount(*LEFT)} of {gone + left:,} planned {verb} left{_remainder(groups)}."
        advice = "Once the causes are dealt with, run the same command again: what is gone stays gone."
        return Headline(BAD, "Not finished", text, advice)
    if report["problems"]:
        return Headline(BAD, "Finished with problems", _gone(groups) if gone else _why_nothing(report))
    if not gone:
        return Headline(CALM, "Nothing to delete", _why_nothing(report))
    return Headline(GOOD, "Finished", _gone(groups))


def _refused(report: Report, groups: RecordGroups) -> Headline:
    text = f"Nothing was deleted. The current plan contains {groups.amount(PENDING)} of {_discovered(report)}."
    return Headline(BAD, "Refused", text)


def _discovered(report: Report) -> str:
    return f"{report['discovered']:,} discovered"


def _why_nothing(report: Report) -> str:
    why = why_nothing(report["rules"], report["discovered"])
    return f"{shown(why[0].upper() + why[1:])}."


def _gone(groups: RecordGroups) -> str:
    deleted, absent = groups.count(Outcome.DELETED), groups.count(Outcome.ABSENT)
    already = f", {absent:,} {_was(absent)} gone already" if absent else ""
    return f"Everything planned is gone: {groups.amount(Outcome.DELETED)} {_was(deleted)} deleted{already}."


def _remainder(groups: RecordGroups) -> str:
    counts = [f"{groups.count(key):,} {key}" for key in LEFT if groups.count(key)]
    return f": {' and '.join(counts)}" if counts else ""


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
