# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What a reader wants to know first: whether it is finished, and if not, why not and what next."""

from __future__ import annotations

from dataclasses import dataclass

from .ends import ABSENT, DELETED, DRIFTED, FAILED, LEFT, PENDING, Ends, Report
from .text import shown

GOOD = "good"
BAD = "bad"
READY = "ready"
CALM = "calm"

_NOTHING_YET = "Nothing was deleted yet."
_ONLY_CHECKED = "Nothing was deleted: this was check mode."
_NONE_SELECTED = "No record is selected that may be deleted."


@dataclass(frozen=True)
class Verdict:
    """``tone`` is one of the constants above; ``command`` is what to set where ``advice`` ends with a colon."""

    tone: str
    title: str
    text: str
    advice: str = ""
    command: str = ""


_NOT_STARTED = Verdict(BAD, "Not started", "No plan could be made, and nothing was deleted.")


def verdict_on(report: Report, ends: Ends) -> Verdict:
    """Return the verdict on a run."""
    describe = {
        "plan": _planned,
        "check": _checked,
        "applying": _applying,
        "apply": _applied,
        "refused": _refused,
    }.get(report["mode"])
    return describe(report, ends) if describe else _NOT_STARTED


def _planned(report: Report, ends: Ends) -> Verdict:
    planned = ends.count(PENDING)
    if report["problems"]:
        return Verdict(BAD, "Stopped", _NOTHING_YET)
    if not planned:
        return Verdict(CALM, "Nothing to delete", _NONE_SELECTED)
    text = f"{_NOTHING_YET} {_records(planned)} of {report['discovered']:,} would be."
    if not report["confirmation"]:
        return Verdict(READY, "Waiting for approval", text)
    command = f"decommission_confirm: {shown(report['confirmation'])}"
    return Verdict(READY, "Waiting for approval", text, "To delete exactly these, run the role again with:", command)


def _checked(report: Report, ends: Ends) -> Verdict:
    would_go, left = ends.count(DELETED, ABSENT), ends.count(*LEFT)
    if left or report["problems"]:
        text = f"{_records(left)} of {would_go + left:,} planned would be left{_remainder(ends)}."
        return Verdict(BAD, "Would not finish", f"{_ONLY_CHECKED} {text}")
    if not would_go:
        return Verdict(CALM, "Nothing to delete", f"{_ONLY_CHECKED} {_NONE_SELECTED}")
    return Verdict(READY, "Would finish", f"{_ONLY_CHECKED} {_records(would_go)} would be.")


def _applying(report: Report, ends: Ends) -> Verdict:
    text = f"{_records(ends.count(PENDING))} of {report['discovered']:,} are to be deleted."
    advice = (
        "This report was written before the first delete, and the one at the end of the run takes its place."
        " If the run has ended, it was interrupted: which of these records are gone is not known. Plan again to see."
    )
    return Verdict(READY, "Under way or interrupted", text, advice)


def _applied(report: Report, ends: Ends) -> Verdict:
    gone, left = ends.count(DELETED, ABSENT), ends.count(*LEFT)
    if left:
        text = f"{_records(left)} of {gone + left:,} planned {'is' if left == 1 else 'are'} left{_remainder(ends)}."
        advice = "Once the causes are dealt with, plan again: what is gone stays gone."
        return Verdict(BAD, "Not finished", text, advice)
    if report["problems"]:
        return Verdict(BAD, "Finished with problems", _gone(ends) if gone else _NONE_SELECTED)
    if not gone:
        return Verdict(CALM, "Nothing to delete", _NONE_SELECTED)
    return Verdict(GOOD, "Finished", _gone(ends))


def _refused(report: Report, ends: Ends) -> Verdict:
    text = f"Nothing was deleted. The plan of now holds {_records(ends.count(PENDING))} of {report['discovered']:,}."
    return Verdict(BAD, "Refused", text)


def _gone(ends: Ends) -> str:
    deleted, absent = ends.count(DELETED), ends.count(ABSENT)
    already = f", {absent:,} {_was(absent)} gone already" if absent else ""
    return f"Everything planned is gone: {deleted:,} {_was(deleted)} deleted{already}."


def _remainder(ends: Ends) -> str:
    counts = [f"{ends.count(key):,} {key}" for key in (FAILED, DRIFTED) if ends.count(key)]
    return f": {' and '.join(counts)}" if counts else ""


def _records(count: int) -> str:
    return f"{count:,} record" if count == 1 else f"{count:,} records"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
