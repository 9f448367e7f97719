# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option select of the modules that list records."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import PROJECT, CloudEmulator, small
from helpers.emulator_calls import Caller
from helpers.kind_cases import CASES, INSTANCE_KINDS, SERVICES, Case, KindCase

AGES = {"week": "7d", "month": "31d", "year": "366d"}
KINDS = (*SERVICES, *INSTANCE_KINDS)
OTHER = {case.kind: {"kind": KINDS[number - 1].kind} for number, case in enumerate(KINDS)}
# Rules that no module takes, and how their messages begin.
BAD: list[tuple[Any, str]] = [
    ([], "select: must be a list of at least one rule, not []"),
    ([{}], "select[0]: must be a dictionary with at least one of kind, service, id, name, "),
    ([{"id": "a"}, {"servise": "cce"}], "select[1]: 'servise' is not a key of a rule. Did you mean service?"),
    ([{"kind": "cce"}], "select[0].kind: 'cce' is not a kind. Did you mean cce_job?"),
    ([{"service": "ecs"}], "select[0].service: 'ecs' is not a service. Did you mean dcs?"),
    ([{"status": "Exploded"}], "select[0].status: 'Exploded' is not a status of "),
    ([{"id": 7}], "select[0].id: must be a string that is not empty (a number must be quoted), not 7"),
    ([{"older_than": "1m"}], "select[0].older_than: must be a positive number and h, d or w"),
    ([{"newer_than": "soon"}], "select[0].newer_than: must be a positive number and h, d or w"),
    (
        [{"older_than": "30d", "newer_than": "7d"}],
        "select[0]: older_than 30d and newer_than 7d match no record; newer_than must be the greater age",
    ),
    ("all", "Elements value for option 'select' is of type "),
    ([7], "Elements value for option 'select' is of type "),
]
each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_kind = pytest.mark.parametrize("case", KINDS, ids=str)


def ids_of(result: dict[str, Any]) -> set[str]:
    return {record["id"] for record in result["records"]}


@each_case
def test_select_returns_matching_records_and_counts_all(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    cloud.load(small(region=case.region))
    everything = call(case.info_module)["records"]
    result = call(case.info_module, select=[{"status": case.status.lower()}, {"id": case.running}])
    expected = [record for record in everything if record["status"] == case.status or record["id"] == case.running]
    assert result["records"] == expected
    assert len(expected) >= 2
    assert result["summary"]["listed"] == 3


@each_kind
@pytest.mark.parametrize("owner", ["kind", "service"])
def test_select_by_own_kind_or_service_returns_all(call: Caller, case: KindCase, owner: str) -> None:
    assert len(call(case.info_module, select=[{owner: getattr(case, owner)}])["records"]) == len(case.ids)


@each_kind
def test_select_without_match_returns_nothing(call: Caller, case: KindCase) -> None:
    result = call(case.info_module, select=[{"name": "no such name"}])
    assert not result.failed and result["records"] == []
    assert result["summary"]["listed"] == len(case.ids)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"older_than": "30d"}, {"month", "year"}),
        ({"newer_than": "30d"}, {"week"}),
        ({"older_than": "6d", "newer_than": "52w"}, {"week", "month"}),
        ({"older_than": "400d"}, set()),
    ],
)
def test_select_by_age_returns_older_or_newer_records(
    cloud: CloudEmulator, call: Caller, rule: dict[str, str], expected: set[str]
) -> None:
    records = [{"id": name, "age": age} for name, age in AGES.items()]
    cloud.load({**small(), "projects": [{"name": PROJECT, "services": {"cce": records}}]})
    assert ids_of(call("cce_job_info", select=[rule])) == expected


@each_kind
@pytest.mark.parametrize(("select", "message"), BAD)
def test_select_with_mistake_is_refused_before_any_request(
    cloud: CloudEmulator, call: Caller, case: KindCase, select: Any, message: str
) -> None:
    for module in (case.info_module, "environment_info"):
        result = call(module, select=select)
        assert result.failed and result["msg"].startswith(message)
        assert "\n" not in result["msg"]
    assert cloud.log == []


@each_kind
def test_select_with_several_mistakes_has_line_for_each(cloud: CloudEmulator, call: Caller, case: KindCase) -> None:
    result = call(case.info_module, select=[{"nmae": "x"}, {"id": "a"}, {"older_than": "x", "id": ""}])
    assert [line.partition(": ")[0] for line in result["msg"].splitlines()] == [
        "select[0]",
        "select[2].id",
        "select[2].older_than",
    ]
    assert cloud.log == []


@each_kind
def test_select_about_another_kind_is_refused(cloud: CloudEmulator, call: Caller, case: KindCase) -> None:
    rule = OTHER[case.kind]
    message = f"select[0]: a rule about {rule['kind']} matches no record, as only {case.kind} is listed"
    assert call(case.info_module, select=[rule])["msg"] == message
    assert call("environment_info", kinds=[case.kind], select=[rule])["msg"] == message
    assert cloud.log == []


def test_select_by_status_of_another_kind_is_refused(cloud: CloudEmulator, call: Caller) -> None:
    result = call("cce_job_info", select=[{"status": "Completed"}])
    known = "FAILED, INITIALIZING, RUNNING, SUCCESS"
    assert result["msg"] == f"select[0].status: 'Completed' is not a status of cce_job; known are: {known}"
    assert cloud.log == []


@pytest.mark.parametrize("kinds", [None, "records", ["all", "cce_job"]])
def test_select_in_environment_info_keeps_figures_of_listings(call: Caller, kinds: Any) -> None:
    select = [{"kind": "cce_job", "status": "failed"}, {"service": "dms"}]
    result = call("environment_info", kinds=kinds, select=select)
    everything = call("environment_info", kinds=kinds)
    expected = [
        record
        for record in everything["records"]
        if record["service"] == "dms" or (record["kind"], record["status"]) == ("cce_job", "Failed")
    ]
    further = {"dms_scheduled_task"} if kinds else set()
    further |= {"dms_instance"} if kinds and "all" in kinds else set()
    assert result["records"] == expected
    assert {record["kind"] for record in expected} == {"dms_task", "cce_job", *further}
    assert result["listings"] == everything["listings"]
    assert result["summary"]["listed"] == len(everything["records"])
