# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The report of a run as Markdown of few lines, for a pull request or a chat.

Text from elsewhere stands in code spans, where it is neither markup nor a mention nor a link. What a less strict reader
of Markdown or of HTML could take for more than text is an escape sequence there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from .._plan.counted_rules import matched_text
from .._plan.document import DIGEST_SHOWN
from .._plan.tables import appeared_line
from .causes import causes_of
from .changes import Changes, changes_since
from .display import escape_sequence, shown, time_of
from .facts import took
from .headline import Headline, headline_of
from .instances import Instance, consequences_of, instances_of, left_behind, not_covered
from .table import RecordGroups, Report

MOST_LINES = 60
# In bytes, as UTF-8.
MOST_OF_SUMMARY = 4096

_MOST_PROBLEMS = 4
_MOST_CAUSES = 5
_MOST_RULES = 4
_MOST_NAMED = 5
_LEAST_INSTANCES = 3
_LONGEST_FACT = 80
_LONGEST = 160
_UNSAFE = re.compile(r"[<>`|@]|&(?=#?\w+;)")
_URL = re.compile(r"https?://[\w.:/#?=&%~+-]+", re.ASCII)

# A part is kept or left out as a whole.
Part = Sequence[str]


def markdown_of(report: Report, previous: Report | None) -> str:
    """Return the report in at most MOST_LINES lines; ``previous`` is that of the plan before, if there was any."""
    return _fitted(report, previous, lambda text: text.count("\n") <= MOST_LINES, "More in report.html.")


def summary_of(report: Report, previous: Report | None = None) -> str:
    """Return the same in at most MOST_OF_SUMMARY bytes."""
    return _fitted(report, previous, lambda text: len(text.encode()) <= MOST_OF_SUMMARY, "More in report.md.")


def _fitted(report: Report, previous: Report | None, fits: Callable[[str], bool], rest: str) -> str:
    """Return as much as fits: as many instances are named as there is room for, then parts are left out."""
    groups = RecordGroups(report)
    instances = [f"- {_instance(instance)}" for instance in instances_of(report, groups)]
    first, second, *others = _parts(report, previous, groups)
    for most in range(max(_LEAST_INSTANCES, min(len(instances), MOST_LINES)), _LEAST_INSTANCES - 1, -1):
        parts = [first, second, _limited(instances, most, "- and {} more instances"), *others]
        if fits(_joined(parts)):
            return _joined(parts)
    kept: list[Part] = []
    for part in parts:
        if fits(_joined([*kept, part, [rest]])):
            kept.append(part)
    return _joined([*kept, [rest]])


def code(value: Any, longest: int = _LONGEST) -> str:
    """Return a value as a code span that every reader of Markdown shows as text."""
    return f"`{_UNSAFE.sub(escape_sequence, shown(value, longest))}`"


def _joined(parts: Iterable[Part]) -> str:
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _parts(report: Report, previous: Report | None, groups: RecordGroups) -> list[Part]:
    """Return everything but the instances, which come after the first two parts."""
    headline = headline_of(report, groups)
    changes = changes_since(previous, report)
    parts = [
        [f"# {headline.title}: {code(report['project'])}"],
        [_place(report), headline.text],
        _command(headline),
        _limited([f"- {code(problem, 300)}" for problem in report["problems"]], _MOST_PROBLEMS, "- and {} more"),
        _stops(report),
        _kinds(report, groups),
        [f"{appeared_line(len(report['appeared']))}."] if report["appeared"] else [],
        _consequences(report, groups),
        _causes(groups),
        _coverage(report) if report["digest"] else [],
        _changes(changes) if changes else [],
        _rules(report),
        _launch(report),
    ]
    return [part for part in parts if part]


def _place(report: Report) -> str:
    digest = f"plan {code(report['digest'][:DIGEST_SHOWN])}" if report["digest"] else "no plan"
    region = code(report["region"]) if report["region"] else "unknown region"
    duration = f", took {took(report)}" if took(report) else ""
    return f"{digest}, {region}, {time_of(report['started_at'])}{duration}  "


def _command(headline: Headline) -> Part:
    """Return the advice, and what is to be run in a block.

    A fence is longer than every row of the same character inside.
    """
    if not headline.command:
        return [headline.advice] if headline.advice else []
    fence = "`" * max(3, *(len(row) + 1 for row in re.findall("`+", headline.command)), 3)
    return [headline.advice, "", fence, headline.command, fence]


def _instance(it: Instance) -> str:
    """Return what names an instance, what goes with it, and why it stays where it does."""
    facts = [
        _fact(it.engine) if it.engine else "",
        f"{it.age} old" if it.age else "",
        "tags unknown" if it.tags is None else f"tags {_fact(', '.join(it.tags))}" if it.tags else "",
        _fact(it.status or "unknown"),
        f"{it.with_it} with it" if it.held else "",
    ]
    text = f"**{it.part.label}** {it.kind} {_fact(it.name)} {code(it.id)}: {', '.join(filter(None, facts))}"
    if not it.why:
        return text
    return f"{text}: {code(it.why)}" + (f", {code(it.advice)}" if it.advice not in ("", it.why) else "")


def _fact(value: str) -> str:
    return code(value, _LONGEST_FACT)


def _consequences(report: Report, groups: RecordGroups) -> Part:
    return [f"- {one['kind']}: {'; '.join(one['clauses'])}" for one in consequences_of(report, groups)]


def _coverage(report: Report) -> Part:
    lines = [not_covered(report)]
    for left in left_behind(report, _MOST_NAMED):
        more = f" and {left['more']:,} more" if left["more"] else ""
        lines.append(f"Left behind by {left['kind']} {', '.join(map(code, left['names']))}{more}: {left['what']}.")
    return lines


def _stops(report: Report) -> Part:
    count = len(report["stops"])
    return [f"**Running replications that are stopped first: {count}.**"] if count else []


def _kinds(report: Report, groups: RecordGroups) -> Part:
    """Return outcomes by kind; kinds without records share one line."""
    labels = [part.label for part in groups.parts]
    rows = {name: [len(groups.of(part.key, name)) for part in groups.parts] for name in groups.titles}
    unlisted = {name for name in rows if report["listings"].get(name, {}).get("state") not in ("complete", None)}
    filled = [name for name in rows if any(rows[name]) or name in unlisted]
    if not filled:
        return ["No record was discovered."] if report["digest"] else []
    table = [_row(["Kind", *labels]), _row(["---", *["---:"] * len(labels)])]
    table += [
        _row([code(name), *("?" if name in unlisted else f"{count:,}" for count in rows[name])]) for name in filled
    ]
    table.append(_row(["all", *(f"{part.count:,}" for part in groups.parts)]))
    empty = [code(name) for name in rows if name not in filled]
    return [*table, *(["", f"No records: {', '.join(empty)}."] if empty else [])]


def _causes(groups: RecordGroups) -> Part:
    causes = causes_of(groups)
    if not causes:
        return []
    rows = [
        _row(
            [
                f"{cause.count:,} {cause.outcome}",
                code(cause.error) if cause.error else "none",
                code(cause.reason),
                cause.advice or "none",
                ", ".join(map(code, cause.kinds[:3])) + (" …" if len(cause.kinds) > 3 else ""),
                code(cause.first),
            ]
        )
        for cause in causes
    ]
    table = [_row(["Not deleted", "Error", "Why", "What to do", "Kinds", "First ID"]), _row(["---"] * 6)]
    more = f"| {{}} more causes in report.html {'| ' * 5}|"
    return [*table, *_limited(rows, _MOST_CAUSES, more)]


def _changes(changes: Changes) -> Part:
    counts = f"+{len(changes.added):,} -{len(changes.removed):,} ~{len(changes.changed):,}"
    return [f"Since the plan of {time_of(changes.since)}: {counts} records."]


def _rules(report: Report) -> Part:
    lines = [f"- {code(rule['place'])} {code(rule['rule'])} {matched_text(rule)}" for rule in report["rules"]]
    return _limited(lines, _MOST_RULES, "- and {} more rules")


def _launch(report: Report) -> Part:
    given = report["confirmed_by"]
    lines = [f"Note: {code(report['note'], 300)}"] if report["note"] else []
    facts = [
        ("confirmed with", given["confirmation"]),
        ("launched by", given["user"]),
        ("approver", given["approver"]),
        ("job", given["job"]),
        ("workflow", given["workflow"]),
    ]
    texts = [f"{label} {code(value)}" for label, value in facts if value not in (None, "")]
    url = str(given["url"] or "")
    if url:
        texts.append(f"[job]({url})" if _URL.fullmatch(url) else code(url))
    text = ", ".join(texts)
    return [*lines, *([text[0].upper() + text[1:]] if text else [])]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _limited(lines: Sequence[str], most: int, rest: str) -> list[str]:
    """Return the first lines, and one that says how many there are besides."""
    left = len(lines) - most
    return list(chain(lines[:most], [rest.format(f"{left:,}")] if left > 0 else []))
