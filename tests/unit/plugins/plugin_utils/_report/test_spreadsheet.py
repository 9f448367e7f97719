# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.csv: one line for each record, and nothing that a spreadsheet executes."""

from __future__ import annotations

import csv
import io

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.spreadsheet import COLUMNS, csv_of, defused
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.hostile_text import HOSTILE
from helpers.report_factory import Run

FORMULAS = (
    '=cmd|"/c calc"!A1',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\uff1d1",
    "a;=1",
    'b,"=1',
    "'=1",
    ";;=1",
)
TEXTS = st.text(max_size=60) | st.sampled_from([HOSTILE, *FORMULAS])


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_engine_and_tags_of_instances() -> None:
    report = Run(3, {"deleted": 1}, mode="plan", instances=["deleted", "deleted"]).report()
    rows = rows_of(csv_of(report))
    assert [(row["engine"], row["tags"]) for row in rows] == [
        *[("", "")] * 3,
        ("GaussDB 8.102", "environment=retired; owner=shop"),
        ("kafka 2.7", "environment=retired; owner=shop"),
    ]


def test_csv_has_every_record_with_advice() -> None:
    report = Run(300, {"deleted": 3, "failed": 1, "protected": 1}).report()
    text = csv_of(report)
    rows = rows_of(text)
    assert tuple(rows[0]) == COLUMNS
    assert text.count("\r\n") == len(rows) + 1 == 301
    for row, record in zip(rows, report["records"], strict=True):
        assert [row[key] for key in ("kind", "id", "outcome")] == [record[key] for key in ("kind", "id", "outcome")]
        assert row["created_at"] == record["created_at"]
        assert row["planned"] == ("true" if record["planned"] else "false")
        assert row["error_code"] == (record.get("error_code") or "")
        assert bool(row["advice"]) == (record.get("error_code") in ("APIGW.0302", "APIGW.0308"))


@settings(deadline=None, max_examples=20)
@given(texts=st.lists(TEXTS, min_size=1, max_size=8))
def test_csv_with_hostile_texts_has_no_formula(texts: list[str]) -> None:
    refusals = [(500, text, text) for text in texts]
    report = Run(16, {"failed": 1, "deleted": 1}, refusals=refusals, instances=["deleted"] * 4).report()
    for number, record in enumerate(report["records"]):
        record["name"] = record["status"] = text = texts[number % len(texts)]
        record.update({"engine": text, "tags": {text: text}} if "engine" in record else {})
    text = csv_of(report)
    assert text.encode()
    assert len(text.split("\r\n")) == 22
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            assert not [field for field in row if field.strip(" \t\"'\r\n")[:1] in tuple("=+-@") and field[:1] != "'"]


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_is_defused_once(text: str) -> None:
    assert "'" in defused(text)
    assert defused(text).replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("text", ["", "task-1", "a=b", "2026-11-01T10:00:00Z", "name=task-*"])
def test_harmless_text_is_unchanged(text: str) -> None:
    assert defused(text) == text
