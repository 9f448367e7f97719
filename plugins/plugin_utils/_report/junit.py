# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The planned records of a report as test cases in JUnit's XML, which CI systems show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from .._plan.outcomes import Outcome
from .causes import advice_of, error_of, reason_of
from .display import shown
from .table import LEFT, Record, Report

# So many records of each kind and outcome are test cases of their own; the others are counted in one more.
MOST_CASES = 2000

# Two of them are also the names of elements.
_FAILED, _SKIPPED, _PASSED = "failure", "skipped", "passed"
_RESULTS = (_FAILED, _SKIPPED, _PASSED)
_RUN = "run"
_LONGEST = 500


def junit_of(report: Report) -> str:
    """Return a test suite for each kind, in which a record that is left is a failure and one that was kept is skipped.

    What is not about one record is an error in a suite of its own.
    """
    records: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in report["records"]:
        records[record["kind"], _result_of(record)].append(record)
    suites = [_problems(report)] if report["problems"] else []
    suites += [
        _suite(kind, {result: records[kind, result] for result in _RESULTS}, report) for kind in report["titles"]
    ]
    whole = ElementTree.Element("testsuites", {"name": f"decommission {shown(report['project'])}", **_sums(suites)})
    whole.extend(suites)
    ElementTree.indent(whole, "")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(whole, encoding="unicode")}\n'


def _result_of(record: Record) -> str:
    """Return the result of a record's test case, empty for a record that is not part of the plan."""
    if record["outcome"] in LEFT:
        return _FAILED
    if record["outcome"] == Outcome.KEPT:
        return _SKIPPED if record["planned"] else ""
    return _PASSED


def _name_of(record: Record) -> str:
    place = f" in {shown(record['instance_id'])}" if record["instance_id"] else ""
    return f"{shown(record['name'])} {shown(record['id'])}{place}".strip()


def _suite(kind: str, records: Mapping[str, Sequence[Record]], report: Report) -> ElementTree.Element:
    suite = _new_suite(kind, report, report["work"].get(kind, {}).get("seconds", 0))
    for result, listed in records.items():
        for record in listed[:MOST_CASES]:
            case = ElementTree.SubElement(suite, "testcase", {"classname": kind, "name": _name_of(record)})
            if result != _PASSED:
                case.append(_detail(result, record))
        if len(listed) > MOST_CASES:
            name = f"{len(listed) - MOST_CASES} more records"
            case = ElementTree.SubElement(suite, "testcase", {"classname": kind, "name": name})
            if result != _PASSED:
                ElementTree.SubElement(case, result, {"message": "their names are in report.json"})
    return _counted(suite)


def _detail(result: str, record: Record) -> ElementTree.Element:
    if result == _SKIPPED:
        return ElementTree.Element(result, {"message": shown(record["reason"], _LONGEST)})
    message = shown(" ".join(filter(None, (error_of(record), str(reason_of(record))))), _LONGEST)
    kind = shown(record.get("error_code") or record["outcome"])
    detail = ElementTree.Element(result, {"message": message, "type": kind})
    detail.text = "\n".join(filter(None, (advice_of(record.get("error_code")), _request(record)))) or None
    return detail


def _request(record: Record) -> str:
    return f"request {shown(record['request_id'])}" if record.get("request_id") else ""


def _problems(report: Report) -> ElementTree.Element:
    suite = _new_suite(_RUN, report)
    case = ElementTree.SubElement(suite, "testcase", {"classname": _RUN, "name": shown(report["mode"])})
    messages = [shown(problem, _LONGEST) for problem in report["problems"]]
    ElementTree.SubElement(case, "error", {"message": messages[0], "type": _RUN}).text = "\n".join(messages)
    return _counted(suite)


def _new_suite(name: str, report: Report, seconds: float = 0) -> ElementTree.Element:
    attributes = {"name": name, "timestamp": report["started_at"].rstrip("Z"), "time": str(seconds)}
    return ElementTree.Element("testsuite", attributes)


def _counted(suite: ElementTree.Element) -> ElementTree.Element:
    results = Counter(detail.tag for case in suite for detail in case)
    counts = {
        "tests": len(suite),
        "failures": results[_FAILED],
        "errors": results["error"],
        "skipped": results[_SKIPPED],
    }
    for name, count in counts.items():
        suite.set(name, str(count))
    return suite


def _sums(suites: Sequence[ElementTree.Element]) -> dict[str, str]:
    return {name: str(sum(int(suite.get(name, "0")) for suite in suites)) for name in ("tests", "failures", "errors")}
