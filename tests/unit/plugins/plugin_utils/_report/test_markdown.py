# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.md: few lines, in which text from elsewhere stays text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.markdown import (
    MOST_LINES,
    MOST_OF_SUMMARY,
    code,
    markdown_of,
    summary_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from helpers.hostile_text import HOSTILE
from helpers.report_factory import EVERYTHING, IDENTITY, Run, early_report, launched

MARKDOWN = MarkdownIt("commonmark").enable("table")
FAILED = Run(300, {"deleted": 8, "failed": 2, "drifted": 1, "protected": 1})
PLANNED = Run(60, {"deleted": 3, "protected": 1, "stopped": 1}, mode="plan")
MENTIONS = "@all and @org/team, #12, https://evil.example, www.evil.example, a@evil.example `x` | y &lt;"
TEXTS = st.text(max_size=80) | st.sampled_from([HOSTILE, MENTIONS, "``", "|", "\\", "a\nb", "\ud800"])


def inline_of(text: str) -> list[Any]:
    """Return the tokens inside of all blocks."""
    return [token for block in MARKDOWN.parse(text) for token in block.children or ()]


def outside_code(text: str) -> str:
    """Return everything that stands outside of code, where markup, mentions and links would be read."""
    return "\n".join(token.content for token in inline_of(text) if token.type != "code_inline")


def hostile_report(text: str) -> dict[str, Any]:
    identity = {**IDENTITY, "user_name": text}
    run = Run(
        60,
        {"failed": 2, "deleted": 1},
        names=[text] * 60,
        refusals=[(500, text, text)],
        identity=identity,
        instances=["deleted", "failed", "prepaid"],
        facts={"engine": text, "tags": {text: text}},
    )
    confirmed_by = dict.fromkeys(("confirmation", "note", "user", "approver", "job", "workflow", "url"), text)
    rule = {"place": text, "rule": text, "matched": 1}
    report = launched(run.report(), note=text, confirmed_by=confirmed_by, rules=[rule] * 9)
    for record in report["records"]:
        record.update({"name": text, "rule": text} if "engine" in record else {})
    return {**report, "problems": [text] * 9, "project": text, "region": text}


@pytest.mark.parametrize("mode", ["plan", "check", "apply"])
def test_markdown_names_project_digest_and_outcomes_by_kind(mode: str) -> None:
    report = Run(300, mode=mode).report()
    text = markdown_of(report, None)
    assert f"`{report['project']}`" in text
    assert report["digest"][:8] in text
    for kind, outcomes in report["kinds"].items():
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `{kind}` |")]
        counts = [int(cell.replace(",", "")) for cell in row.strip("|").split("|")[1:]]
        assert sum(counts) == sum(outcomes.values())
        assert mode == "plan" or sorted(counts) == sorted(outcomes.values())


def test_markdown_of_failures_has_advice() -> None:
    text = markdown_of(FAILED.report(), None)
    assert "`403 APIGW.0302`" in text
    assert "Request the permission, or have the account unlocked." in text
    assert "its status has changed since the plan was approved" in text
    assert "\nOnce the causes are dealt with, run the same command again" in text


def test_markdown_has_note_confirmation_job_and_rules() -> None:
    report = launched(FAILED.report())
    text = markdown_of(report, None)
    launch = [value for name, value in report["confirmed_by"].items() if name != "url"]
    for part in (*launch, report["confirmation"]):
        assert f"`{part}`" in text
    assert "\n- `decommission_select[1]` `name=old-*` matched no record\n" in text
    assert "[job](https://awx.example.com/#/jobs/playbook/4711)" in text
    assert "took 3 min 1 s" in text


def test_markdown_of_plan_has_whole_command_and_stops() -> None:
    report = launched(PLANNED.report())
    text = markdown_of(report, None)
    fences = [token.content for token in MARKDOWN.parse(text) if token.type == "fence"]
    assert fences == [f"{report['command']}\n"]
    assert f"stopped first: {len(report['stops'])}" in text
    without = markdown_of({**report, "command": None}, None)
    assert f"\ndecommission_confirm: {report['confirmation']}\n" in without


@pytest.mark.parametrize(
    ("appeared", "line"),
    [
        (1, "1 record appeared while the run deleted; the next plan shows it."),
        (1200, "1,200 records appeared while the run deleted; the next plan shows them."),
    ],
)
def test_markdown_counts_records_that_appeared(appeared: int, line: str) -> None:
    assert line in markdown_of(Run(60, appeared=appeared).report(), None).splitlines()
    assert "appeared" not in markdown_of(Run(60).report(), None)


def test_markdown_counts_changes_since_last_plan() -> None:
    report = PLANNED.report()
    planned = [record for record in report["records"] if record["planned"]]
    previous = {**report, "started_at": "2026-11-20T12:00:00Z", "records": planned[5:]}
    assert "Since the plan of 2026-11-20 12:00:00 UTC: +5 -0 ~0 records." in markdown_of(report, previous)


def test_markdown_of_unlisted_kind_has_no_zeros() -> None:
    text = markdown_of(Run(60, {"deleted": 1}, mode="plan", unlisted=["cce_job"]).report(), None)
    assert "| `cce_job` | ? | ? |" in text


def test_markdown_of_run_without_plan_has_problem() -> None:
    text = markdown_of(early_report("iam: the login was refused"), None)
    assert text.startswith("# Not started: `eu-de_retired`")
    assert "- `iam: the login was refused`" in text


@pytest.mark.parametrize("mode", ["plan", "apply"])
def test_markdown_names_instances_first_and_then_rest_of_costs(mode: str) -> None:
    report = Run(40, {"deleted": 1}, mode=mode, instances=["deleted"] * 4 + ["prepaid"]).report()
    text = markdown_of(report, None)
    assert text == summary_of(report)
    lines = text.splitlines()
    for record in report["records"]:
        if record["kind"].endswith(("_instance", "_cluster")):
            (line,) = [line for line in lines if f"`{record['id']}`" in line]
            assert lines.index(line) < text[: text.index("| Kind |")].count("\n")
            label = "to be deleted" if mode == "plan" else "deleted"
            assert line.startswith(f"- **{label if record['planned'] else 'kept'}** ")
            for fact in (record["name"], record["engine"], "environment=retired, owner=shop", record["status"]):
                assert f"`{fact}`" in line
            assert record["planned"] or f"`{record['reason']}`, `{record['rule']}`" in line
    assert "4 instances and 40 records" in text
    assert any(line.startswith("- CCE cluster: its nodes are deleted with their disks; ") for line in lines)
    assert "Not covered, and may still cost: ECS servers," in text
    assert "Left behind by CCE cluster `task-cce_cluster-3`: EVS disks" in text


@pytest.mark.parametrize("count", [4, 9, 30, 300])
def test_markdown_names_as_many_instances_as_fit(count: int) -> None:
    report = launched(Run(300, EVERYTHING, instances=["deleted"] * count).report())
    for text, fits in (
        (markdown_of(report, None), lambda text: len(text.splitlines()) <= MOST_LINES),
        (summary_of(report), lambda text: len(text.encode()) <= MOST_OF_SUMMARY),
    ):
        assert fits(text)
        named = len(re.findall(r"^- \*\*", text, re.MULTILINE))
        more = re.search(r"^- and (\d+) more instances$", text, re.MULTILINE)
        assert named + (int(more[1]) if more else 0) == count
        assert named >= min(3, count)


def test_markdown_of_largest_report_is_bounded() -> None:
    report = hostile_report("x" * 5000)
    kinds = {f"kind_{number}": report["kinds"]["cce_job"] for number in range(30)}
    records = [
        {**record, "kind": f"kind_{number % 30}", "reason": f"reason {number}"}
        for number, record in enumerate(report["records"] * 2)
    ]
    huge = {**report, "titles": {name: name for name in kinds}, "kinds": kinds, "records": records}
    text = markdown_of(huge, report)
    assert len(text.splitlines()) <= MOST_LINES
    summary = summary_of({**huge, "mode": "plan", "problems": [], "command": "x" * 9000})
    assert len(summary.encode()) <= MOST_OF_SUMMARY
    assert summary.endswith("More in report.md.\n")


def test_summary_that_fits_is_whole() -> None:
    assert summary_of(PLANNED.report()) == markdown_of(PLANNED.report(), None)


@settings(deadline=None, max_examples=15)
@given(text=TEXTS)
def test_markdown_with_hostile_texts_has_only_known_markup(text: str) -> None:
    report = hostile_report(text)
    # A summary of long texts has no room for the table.
    for made, least in ((markdown_of(report, report), 1), (summary_of(report), 0)):
        assert made.encode()
        assert len(made.splitlines()) <= MOST_LINES
        types = {token.type for token in inline_of(made)}
        assert types <= {"text", "code_inline", "softbreak", "hardbreak", "strong_open", "strong_close"}
        assert not re.search(r"[@<]|://|www\.|#\d", outside_code(made))
        tables = [token for token in MARKDOWN.parse(made) if token.type == "table_open"]
        most = 2 if "| Not deleted |" in made else 1
        assert most * least <= len(tables) <= most


@given(text=TEXTS)
def test_code_is_one_span_without_markup(text: str) -> None:
    span = code(text)
    assert not re.search(r"[<>@|\n]", span)
    assert span.count("`") == 2
    tokens = inline_of(f"a {span} b")
    assert [token.type for token in tokens] == (["text", "code_inline", "text"] if span != "``" else ["text"])
