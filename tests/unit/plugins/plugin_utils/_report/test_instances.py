# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The instances of a report: each is named, with what goes with it, what stays and why."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.coverage import NOT_COVERED
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.instances import (
    consequences_of,
    instances_of,
    left_behind,
    not_covered,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.table import RecordGroups
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.view import (
    FIRST_INSTANCES,
    MORE_INSTANCES,
    view_of,
)

from helpers.plan_factory import HELD_BY
from helpers.report_factory import INSTANCES, KEEPING, TAGS, Run

GOING = ("deleted",) * 4
RUN = Run(200, {"deleted": 1}, mode="plan", instances=(*GOING, *KEEPING, "protected"))


def instances(report: dict[str, Any]) -> list[Any]:
    return instances_of(report, RecordGroups(report))


def of_kind(report: dict[str, Any], *kinds: str) -> list[dict[str, Any]]:
    return [record for record in report["records"] if record["kind"] in kinds]


@pytest.mark.parametrize("mode", ["plan", "check", "apply"])
def test_instances_are_all_named_with_facts(mode: str) -> None:
    report = Run(50, {"deleted": 1}, mode=mode, instances=RUN.instances).report()
    found = {one.id: one for one in instances(report)}
    assert found.keys() == {record["id"] for record in of_kind(report, *INSTANCES)}
    for record in of_kind(report, *INSTANCES):
        one = found[record["id"]]
        assert (one.name, one.engine, one.status) == (record["name"], record["engine"], record["status"])
        assert (one.age, one.tags) == ("20 d", [f"{key}={value}" for key, value in TAGS.items()])
        stays = record["outcome"] == "kept" and not record["planned"]
        assert bool(one.why) == bool(one.advice) == stays
        if stays:
            assert (one.part.key, one.why, one.advice) == ("kept", record["reason"], record["rule"])


def test_instances_that_are_left_come_first_with_error_and_advice() -> None:
    fates = ("deleted", "prepaid", "failed", "absent")
    run = Run(20, {"deleted": 1}, instances=fates, refusals=[(403, "APIGW.0302", "no role")])
    found = instances(run.report())
    assert [one.part.key for one in found] == ["failed", "deleted", "absent", "kept"]
    assert found[0].why == "403 APIGW.0302 no role"
    assert found[0].advice == "Request the permission, or have the account unlocked."
    assert not found[1].why


def test_instance_counts_records_that_go_along() -> None:
    report = RUN.report()
    going = {record["id"]: record for record in of_kind(report, *INSTANCES) if record["planned"]}
    held = {
        record["id"]: [
            other["kind"]
            for other in report["records"]
            if HELD_BY.get(other["kind"]) == record["kind"] and other["instance_id"] == record["id"]
        ]
        for record in going.values()
    }
    assert sum(map(len, held.values())) > 10
    for one in instances(report):
        assert sum(one.held.values()) == len(held.get(one.id, ()))
        assert set(one.held) == {report["titles"][kind] for kind in held.get(one.id, ())}
    reasons = {
        record.reason: record.instance_id in going for group in view_of(report)["others"] for record in group["first"]
    }
    assert reasons["not confirmed; goes with its instance"] is True
    assert reasons["not confirmed"] is False


@pytest.mark.parametrize(
    ("tags", "shown"),
    [
        (None, None),
        ({}, []),
        ({"a": "1", "b": ""}, ["a=1", "b"]),
        ({str(number): "x" for number in range(20)}, [*(f"{number}=x" for number in range(8)), "and 12 more"]),
    ],
    ids=["unknown", "none", "without value", "many"],
)
def test_instance_tags_are_known_or_not(tags: dict[str, str] | None, shown: list[str] | None) -> None:
    (one,) = instances(Run(0, mode="plan", instances=["deleted"], facts={"tags": tags, "engine": None}).report())
    assert (one.tags, one.engine) == (shown, "")


@pytest.mark.parametrize(
    ("options", "clause", "left"),
    [
        ({}, "stay and may cost (delete_evs, delete_efs, delete_obs, delete_sfs: skip)", 4),
        ({"delete_evs": "block"}, "(delete_evs, delete_net, delete_eni: block)", 3),
        (dict.fromkeys(("delete_evs", "delete_efs", "delete_obs", "delete_sfs"), "try"), "where that is possible", 0),
    ],
    ids=["defaults", "with disks", "nothing skipped"],
)
def test_consequences_follow_options_in_force(options: dict[str, str], clause: str, left: int) -> None:
    report = Run(0, mode="plan", instances=GOING, kind_options={"cce_cluster": options}).report()
    assert report["kind_options"]["cce_cluster"].items() >= options.items()
    kinds = {one["kind"]: one["clauses"] for one in consequences_of(report, RecordGroups(report))}
    assert set(kinds) == {"GaussDB instance", "DMS instance", "DCS instance", "CCE cluster"}
    assert any(clause in text for text in kinds["CCE cluster"])
    (cluster,) = of_kind(report, "cce_cluster")
    found = left_behind(report, 5)
    assert [(one["names"], one["what"].count(", ") + 1) for one in found] == [([cluster["name"]], left)] * bool(left)


def test_consequences_are_those_of_planned_kinds() -> None:
    report = Run(0, mode="plan", instances=["deleted", "prepaid", "prepaid", "prepaid"]).report()
    (one,) = consequences_of(report, RecordGroups(report))
    assert one["kind"] == "GaussDB instance"
    assert left_behind(report, 5) == []


def test_clusters_that_leave_something_are_named_up_to_limit() -> None:
    (left,) = left_behind(Run(0, instances=GOING * 7).report(), 5)
    assert (len(left["names"]), left["more"]) == (5, 2)
    assert left_behind(Run(0, instances=["deleted"] * 3 + ["failed"]).report(), 5) == []


@pytest.mark.parametrize("instances", [(), GOING], ids=["records", "all"])
def test_not_covered_names_instances_that_were_left_out(instances: tuple[str, ...]) -> None:
    line = not_covered(Run(5, mode="plan", instances=instances).report())
    assert line.endswith(f"{', '.join(NOT_COVERED)}.")
    assert ("GaussDB instances, DMS instances, DCS instances, CCE clusters" in line) == (not instances)


def test_view_of_many_instances_is_bounded() -> None:
    count = FIRST_INSTANCES + MORE_INSTANCES + 30
    shown = view_of(Run(0, mode="plan", instances=["deleted"] * count).report())["instances"]
    assert (shown["count"], len(shown["first"]), len(shown["rest"])) == (count, FIRST_INSTANCES, MORE_INSTANCES)
    assert shown["hidden"] == 30
    assert [(part.label, number) for part, number in shown["parts"]] == [("to be deleted", count)]
    assert view_of(Run(20).report())["instances"] is None


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"mode": "plan"},
            "Nothing has been deleted yet. 4 instances and 30 records of 34 discovered would be deleted.",
        ),
        ({"mode": "check"}, "Nothing was deleted: this was check mode. 4 instances and 30 records would be deleted."),
        ({}, "Everything planned is gone: 4 instances and 30 records were deleted."),
        (
            {"mode": "plan", "unlisted": ["cce_job"]},
            "Nothing was deleted. The current plan contains 4 instances and {} records of {} discovered.",
        ),
    ],
    ids=["plan", "check", "apply", "refused"],
)
def test_headline_counts_instances_and_records(options: dict[str, Any], text: str) -> None:
    report = Run(30, {"deleted": 1}, instances=GOING, **options).report()
    records, discovered = report["planned"]["records"], report["discovered"]
    assert view_of(report)["headline"].text == text.format(records, discovered)


@pytest.mark.parametrize(
    ("count", "going", "these"),
    [
        (30, GOING, "these 4 instances and 30 records"),
        (0, GOING, "these 4 instances"),
        (0, GOING[:1], "this instance"),
        (1, (), "this record"),
    ],
)
def test_confirmation_counts_instances_and_records(count: int, going: tuple[str, ...], these: str) -> None:
    report = Run(count, {"deleted": 1}, mode="plan", instances=going).report()
    advice = f"To delete exactly {these}"
    assert view_of(report)["headline"].advice == f"{advice}, run the role again with:"
    assert view_of({**report, "command": "ansible-playbook x"})["headline"].advice == f"{advice}:"
