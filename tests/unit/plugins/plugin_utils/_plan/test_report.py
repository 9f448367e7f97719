# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.json and its schema: every report is valid, and every key is described."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.outcomes import OUTCOMES, reconcile
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.report import SCHEMA_VERSION, build_report
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.state import pack, unpack
from jsonschema import Draft202012Validator

from helpers.plan_factory import NOW, ROLE, RUNNING, UNATTENDED, batch_result, listing, record, run_of, state_of
from helpers.report_factory import INSTANCES, TAGS, Run, early_report

SCHEMA = json.loads((ROLE / "files" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
# The keys that the documentation promises.
PROMISED = {"schema_version", "project", "region", "digest", "outcomes", "kinds", "records"}
PROMISED_OF_RECORDS = {"kind", "service", "instance_id", "id", "name", "status", "outcome", "reason"}

RUNS = {
    "plan": Run(120, mode="plan"),
    "check": Run(120, mode="check"),
    "apply": Run(120),
    "all failed": Run(60, {"failed": 1}),
    "drifted": Run(60, {"deleted": 1, "drifted": 1}, on_drift="fail"),
    "unlisted": Run(60, unlisted=["cce_job"]),
    "accepted": Run(60, unlisted=["cce_job"], accepted=["cce_job"]),
    "plan that stops": Run(60, {"deleted": 3, "stopped": 1}, mode="plan"),
    "apply that stopped": Run(60, {"deleted": 3, "stopped": 1}, appeared=2),
    "instances planned": Run(60, {"deleted": 1}, mode="plan", instances=["deleted"] * 4 + ["prepaid", "hibernated"]),
    "instances deleted": Run(60, instances=["deleted"] * 4 + ["failed", "absent", "protected"]),
    "instances without facts": Run(9, instances=["deleted"], facts={"engine": None, "tags": None}),
    "nothing": Run(0),
}


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a part of the schema with what it refers to."""
    merged = dict(schema)
    while "$ref" in merged:
        target: Any = SCHEMA
        for step in merged.pop("$ref").removeprefix("#/").split("/"):
            target = target[step]
        properties = {**target.get("properties", {}), **merged.get("properties", {})}
        merged = {**target, **merged, **({"properties": properties} if properties else {})}
    return merged


def undescribed(value: Any, schema: dict[str, Any], path: str = "report") -> Iterator[str]:
    """Yield the path of each key in a document that the schema does not describe."""
    schema = resolve(schema)
    if isinstance(value, dict):
        for key, inner in value.items():
            described = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
            if not described:
                yield f"{path}.{key}"
            else:
                yield from undescribed(inner, described, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from undescribed(inner, schema["items"], f"{path}[]")


def properties_of(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property that a schema names."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for inner in schema.values():
            yield from properties_of(inner)


def test_schema_is_valid_and_has_version_of_code() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["schema_version"]["const"] == SCHEMA_VERSION
    assert SCHEMA["$id"].endswith(f":{SCHEMA_VERSION}")


def test_schema_requires_documented_keys() -> None:
    assert set(SCHEMA["required"]) >= PROMISED
    record = SCHEMA["$defs"]["record"]["required"] + SCHEMA["$defs"]["identity"]["required"]
    assert set(record) >= PROMISED_OF_RECORDS
    assert SCHEMA["$defs"]["outcome"]["enum"] == list(OUTCOMES)


def test_schema_describes_every_property() -> None:
    assert not {
        name
        for name, schema in properties_of(SCHEMA)
        if not (schema.get("description") or resolve(schema)["description"])
    }


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_report_is_valid_and_described_entirely(run: Run) -> None:
    report = run.report()
    VALIDATOR.validate(report)
    assert not set(undescribed(report, SCHEMA))
    assert sum(report["outcomes"].values()) == report["discovered"] == len(report["records"])


def test_report_names_stopped_and_appeared_records() -> None:
    for name in ("plan that stops", "apply that stopped"):
        report = RUNS[name].report()
        jobs = {record["id"] for record in report["records"] if record["status"] == RUNNING["drs_job"]}
        assert jobs == {record["id"] for record in report["stops"]} != set()
    assert {record["reason"] for record in report["records"] if record["id"] in jobs} == {"stopped and deleted"}
    assert [record["id"] for record in report["appeared"]] == ["new-0", "new-1"]
    assert not jobs & {record["id"] for record in report["appeared"]}
    assert RUNS["apply"].report()["stops"] == RUNS["apply"].report()["appeared"] == []


def test_report_has_facts_of_instances_alone() -> None:
    report = RUNS["instances planned"].report()
    instances = [record for record in report["records"] if "engine" in record or "tags" in record]
    assert {record["kind"] for record in instances} == {*INSTANCES}
    assert {(record["kind"], record["engine"]) for record in instances} == {
        (kind, engine) for kind, (_status, engine) in INSTANCES.items()
    }
    assert all(record["tags"] == TAGS for record in instances)
    planned = [record for record in report["records"] if record["planned"]]
    count = sum("engine" in record for record in planned)
    assert report["planned"] == {"instances": count, "records": len(planned) - count} == {"instances": 4, "records": 60}
    assert early_report("no login")["planned"] == {"instances": 0, "records": 0}


def test_report_has_options_in_force_and_their_consequences() -> None:
    run = Run(9, mode="plan", instances=["deleted"] * 4, kind_options={"cce_cluster": {"delete_evs": "block"}})
    report = run.report()
    assert report["kind_options"]["cce_cluster"]["delete_evs"] == "block"
    assert report["kind_options"]["cce_cluster"]["delete_net"] == "block"
    assert set(report["consequences"]) == {*INSTANCES}
    assert any("EVS disks" in clause and "delete_evs" in clause for clause in report["consequences"]["cce_cluster"])
    records = RUNS["plan"].report()
    assert (records["kind_options"], records["consequences"]) == ({}, {})
    assert records["not_covered"][-len(report["not_covered"]) :] == report["not_covered"]
    assert len(records["not_covered"]) == len(report["not_covered"]) + len(INSTANCES)


def test_report_of_run_without_plan_is_valid() -> None:
    report = early_report("Identify: the password is wrong")
    VALIDATOR.validate(report)
    assert not set(undescribed(report, SCHEMA))
    assert report["problems"] == ["Identify: the password is wrong"]


def test_report_records_have_time_of_creation_and_plan() -> None:
    report = Run(60, {"deleted": 2, "protected": 1}, mode="plan").report()
    assert [record["created_at"] for record in report["records"][:2]] == [
        "2026-11-21T12:00:00Z",
        "2026-11-21T11:00:00Z",
    ]
    assert {(record["planned"], record["reason"]) for record in report["records"]} == {
        (True, "not confirmed"),
        (False, "protected"),
    }


def test_report_names_confirmation_launch_rules_and_command() -> None:
    state = state_of(run_of([record()], confirm=UNATTENDED))
    launch = {
        "user": "anna",
        "approver": "bert",
        "job": "Decommission: apply #4711",
        "workflow": "Decommission an environment #4709",
        "url": "https://awx.example.com/#/jobs/playbook/4711",
    }
    rules = [{"place": "decommission_select[0]", "rule": "name=Create*", "matched": 1}]
    info = replace(state.info, command="ansible-playbook -e a=b", rules=rules, launched_by=launch)
    kept = unpack(pack(replace(state, info=info)))
    report = build_report(reconcile(kept, [], None), [], None, now=NOW)
    VALIDATOR.validate(report)
    assert report["confirmed_by"] == {"confirmation": UNATTENDED, "note": "", **launch}
    assert (report["command"], report["rules"]) == ("ansible-playbook -e a=b", rules)
    assert early_report("no login")["confirmed_by"] == {
        "confirmation": None,
        "note": "",
        "user": None,
        "approver": None,
        "job": None,
        "workflow": None,
        "url": None,
    }


def test_report_work_of_shared_call_has_time_and_no_requests_by_kind() -> None:
    kinds = {"gaussdb_job": {"requested": 3, "seconds": 1.5}, "cce_job": {"requested": 1, "seconds": 0.5}}
    shared = {"summary": {"requests": 4, "throttled": 1, "seconds": 2.0, "kinds": kinds}}
    alone = {"summary": {"requests": 2, "throttled": 0, "seconds": 1.0, "kinds": {"cce_job": {"requested": 2}}}}
    state = state_of(run_of([record()], confirm=UNATTENDED))
    run = reconcile(state, [], None)
    work = build_report(run, [shared, alone, {"skipped": True}], None, now=NOW)["work"]
    unknown = {"requests": None, "throttled": None}
    assert work["delete"] == {"batches": 2, "requests": 6, "throttled": 1, "seconds": 3.0}
    assert work["gaussdb_job"] == {"batches": 1, "records": 3, **unknown, "seconds": 1.5}
    assert work["cce_job"] == {"batches": 2, "records": 3, **unknown, "seconds": 0.5}
    alone_only = build_report(run, [alone], None, now=NOW)["work"]["cce_job"]
    assert alone_only == {"batches": 1, "records": 2, "requests": 2, "throttled": 0, "seconds": 0}


@pytest.mark.parametrize(
    ("after", "verified"),
    [
        (None, False),
        (listing([]), True),
        (listing([], cce_job="failed"), True),
        (listing([], gaussdb_job="failed"), False),
    ],
)
def test_report_verified_only_by_list_of_deleted_kind(after: dict[str, Any] | None, verified: bool) -> None:
    run = run_of([record()], confirm=UNATTENDED)
    end = reconcile(state_of(run), [batch_result(run, 1, deleted=["a1"])], after)
    assert build_report(end, [], after, now=NOW)["verified"] is verified


def without(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda report: report.pop(key)


def with_record(**fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda report: report["records"][0].update(fields)


@pytest.mark.parametrize(
    "corrupt",
    [
        *[pytest.param(without(key), id=f"without {key}") for key in SCHEMA["required"]],
        pytest.param(lambda report: report.update(schema_version=2), id="another version"),
        pytest.param(lambda report: report.update(mode="maybe"), id="unknown mode"),
        pytest.param(lambda report: report.update(digest="9f1c4d5a"), id="part of a digest"),
        pytest.param(lambda report: report.update(started_at="2026-11-21 22:57:03"), id="time without zone"),
        pytest.param(lambda report: report["outcomes"].update(lost=1), id="unknown outcome"),
        pytest.param(lambda report: report["outcomes"].pop("failed"), id="missing outcome"),
        pytest.param(lambda report: report["outcomes"].update(failed=-1), id="negative count"),
        pytest.param(lambda report: report["kinds"]["drs_job"].pop("kept"), id="missing outcome of a kind"),
        pytest.param(lambda report: report["work"]["discover"].update(seconds="6"), id="time as text"),
        pytest.param(lambda report: report["appeared"][0].pop("status"), id="appeared without status"),
        pytest.param(lambda report: report["stops"][0].pop("id"), id="stopped without id"),
        pytest.param(with_record(outcome="lost"), id="record with unknown outcome"),
        pytest.param(with_record(id=None), id="record without id"),
        pytest.param(with_record(reason=""), id="record without reason"),
        pytest.param(with_record(http_status="403"), id="HTTP status as text"),
        pytest.param(with_record(tags=["a"]), id="tags as list"),
        pytest.param(lambda report: report.update(not_covered=[]), id="everything covered"),
    ],
)
def test_report_corrupted_is_not_valid(corrupt: Callable[[dict[str, Any]], None]) -> None:
    report = copy.deepcopy(RUNS["apply that stopped"].report())
    corrupt(report)
    assert not VALIDATOR.is_valid(report)


def test_report_with_new_key_is_valid() -> None:
    VALIDATOR.validate({**RUNS["apply"].report(), "added_later": 1})


def test_no_two_kinds_have_one_title() -> None:
    run = run_of([], kinds=[*KINDS])
    titles = build_report(reconcile(state_of(run), [], None), [], None, now=NOW)["titles"]
    assert len({*titles.values()}) == len(KINDS)
    assert (titles["dms_scheduled_task"], titles["cce_autopilot_job"]) == ("DMS scheduled tasks", "CCE Autopilot jobs")
