# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""junit.xml: valid, and a failure for each record that is left."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.junit import MOST_CASES, junit_of
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.hostile_text import HOSTILE
from helpers.report_factory import Run, early_report, launched

# The elements of the schema that Jenkins uses: attributes that must be there, others that may, and what is inside.
SCHEMA: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "tests", "failures", "errors", "disabled", "time"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests"},
        {"failures", "errors", "skipped", "disabled", "time", "timestamp", "hostname", "id", "package"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name", "classname"},
        {"time", "status", "assertions"},
        {"skipped", "failure", "error", "system-out", "system-err"},
    ),
    "skipped": (set(), {"message", "type"}, set()),
    "failure": (set(), {"message", "type"}, set()),
    "error": (set(), {"message", "type"}, set()),
}
NUMBERS = {"tests", "failures", "errors", "skipped"}
RESULTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def check_element(element: ElementTree.Element) -> None:
    required, optional, inside = SCHEMA[element.tag]
    names = set(element.attrib)
    assert required <= names <= required | optional
    assert all(element.attrib[name].isdigit() for name in NUMBERS & names)
    if "timestamp" in names:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", element.attrib["timestamp"])
    if "time" in names:
        assert float(element.attrib["time"]) >= 0
    assert {child.tag for child in element} <= inside
    if element.tag == "testcase":
        assert element.attrib["name"] and len(element) <= 1
    for child in element:
        check_element(child)


def parsed(report: dict[str, Any]) -> ElementTree.Element:
    """Return the root of a report's file, which is valid and adds up."""
    text = junit_of(report)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ')
    root = ElementTree.fromstring(text.encode())
    check_element(root)
    for suite in root:
        found = Counter(detail.tag for case in suite for detail in case)
        assert int(suite.attrib["tests"]) == len(suite)
        assert {name: int(suite.attrib[name]) for name in RESULTS} == {
            name: found[tag] for name, tag in RESULTS.items()
        }
    for name in ("tests", "failures", "errors"):
        assert int(root.attrib[name]) == sum(int(suite.attrib[name]) for suite in root)
    return root


@pytest.mark.parametrize("mode", ["plan", "check", "apply"])
def test_junit_has_case_for_each_planned_record(mode: str) -> None:
    fates = {"deleted": 6, "failed": 1, "drifted": 1, "protected": 1}
    report = Run(300, fates, mode=mode, instances=["deleted", "failed", "prepaid"]).report()
    root = parsed(report)
    left = [record for record in report["records"] if record["outcome"] in ("failed", "drifted")]
    planned = [record for record in report["records"] if record["planned"] or record in left]
    names = [case.attrib["name"] for case in root.iter("testcase")]
    assert len(names) == len(planned) > 100
    assert all(any(record["id"] in name for name in names) for record in planned)
    assert len(list(root.iter("failure"))) == len(left)
    pending = [record for record in planned if record["outcome"] == "kept"]
    assert len(list(root.iter("skipped"))) == len(pending)
    assert bool(pending) == (mode == "plan")


def test_junit_failure_has_code_reason_and_advice() -> None:
    report = Run(40, {"failed": 1}, refusals=[(403, "APIGW.0302", "no role")]).report()
    failure = next(parsed(report).iter("failure"))
    assert failure.attrib == {"message": "403 APIGW.0302 no role", "type": "APIGW.0302"}
    assert str(failure.text).startswith("Request the permission, or have the account unlocked.\nrequest ")


def test_junit_of_problems_has_error() -> None:
    root = parsed(early_report("iam: the login was refused"))
    (error,) = root.iter("error")
    assert error.attrib["message"] == "iam: the login was refused"
    refused = Run(60, {"deleted": 1}, unlisted=["cce_job"]).report()
    assert [suite.attrib["name"] for suite in parsed(refused)] == ["run", *refused["titles"]]


@pytest.mark.slow
@pytest.mark.parametrize("fate", ["deleted", "failed"])
def test_junit_of_thousands_is_small_and_counts_rest(fate: str) -> None:
    report = Run(20_000, {fate: 1}).report()
    root = parsed(report)
    more = [case.attrib["name"] for case in root.iter("testcase") if case.attrib["name"].endswith(" more records")]
    counted = sum(int(name.split()[0]) for name in more)
    assert counted + len(list(root.iter("testcase"))) - len(more) == 20_000
    assert len(more) == sum(sum(outcomes.values()) > MOST_CASES for outcomes in report["kinds"].values())
    assert len(junit_of(report)) < 5e6


@settings(deadline=None, max_examples=20)
@given(text=st.text(max_size=80) | st.sampled_from([HOSTILE, "]]>", "\ud800", "\ufffe", "x" * 5000]))
def test_junit_with_hostile_texts_is_valid(text: str) -> None:
    run = Run(30, {"failed": 1, "deleted": 1}, names=[text] * 30, refusals=[(500, text, text)])
    report = launched(run.report(), project=text, problems=[text, "second"])
    root = parsed(report)
    assert len(list(root.iter("testcase"))) == 31
