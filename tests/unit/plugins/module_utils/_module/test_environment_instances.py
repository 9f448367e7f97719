# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module environment: instances of several kinds, the records that come after them, the journal and progress."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine import waiting
from ansible_collections.sundown.hwcloud.plugins.module_utils._module import environment

from emulator import PROJECT, CloudEmulator, bulk, small
from helpers.emulator_calls import Caller, left, of_service
from helpers.kind_cases import INSTANCE_KINDS
from helpers.result_checks import check_counts

# Long enough for what is waited for to happen, and for what is not to be noticed.
SOON, LATER = 0.05, 30.0


def names(kind: str, *ids: str) -> list[dict[str, Any]]:
    """Records as they are given and returned."""
    return [{"kind": kind, "instance_id": None, "id": one} for one in ids]


INSTANCES = [one for case in INSTANCE_KINDS for one in names(case.kind, *case.deletable)]
AFTER = [*names("cce_job", "a-cce-1"), *names("gaussdb_job", "a-gauss-1")]
CLUSTERS = names("cce_cluster", "a-cluster-1", "a-cluster-2")


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def codes(result: Any) -> list[tuple[str, str | None]]:
    return [(one["id"], one["error_code"]) for one in result["failures"]]


def test_environment_instances_are_gone_before_records_after_them(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small({"instance_seconds": SOON}))
    given = [AFTER[0], *INSTANCES[::-1], AFTER[1]]
    result = call("environment", records=given, diff=True)
    assert result["deleted"] == given and result["changed"] and not result.failed
    assert {kind: ids for kind, ids in result["diff"]["after"].items() if ids} == {}
    check_counts(result)
    paths = [entry["path"] for entry in cloud.log]
    first = min(index for index, path in enumerate(paths) if path.endswith(("a-cce-1", "a-gauss-1")))
    assert [entry["method"] for entry in cloud.log[first:]] == ["DELETE", "DELETE"]
    cloud.clear_log()
    again = call("environment", records=INSTANCES, diff=True)
    assert again["absent"] == INSTANCES and not again["changed"] and cloud.writes() == []
    check_counts(again)


def test_environment_without_wait_returns_deleting_and_tries_records_at_once(
    cloud: CloudEmulator, call: Caller
) -> None:
    scenario = small({"instance_seconds": LATER})
    services = scenario["projects"][0]["services"]
    for instance in (services["dms"]["instances"][1], services["cce_cluster"][0]):
        instance["prepaid"] = True
    cloud.load(scenario)
    unknown = names("dms_instance", "unknown-1")
    given = [AFTER[0], *INSTANCES[:5:-1], *unknown, AFTER[1], *INSTANCES[:6]]
    result = call("environment", records=given, wait=False, diff=True)
    refused = {"a-kafka-2", "a-cluster-1"}
    assert result["deleting"] == [one for one in given if one in INSTANCES and one["id"] not in refused]
    assert (result["deleted"], result["absent"]) == (AFTER, unknown)
    assert codes(result) == [(one["id"], "Prepaid") for one in given if one["id"] in refused]
    check_counts(result)
    kinds = result["summary"]["kinds"]
    assert {name: kinds[name]["deleting"] for name in ("dms_instance", "cce_cluster", "cce_job")} == {
        "dms_instance": 2,
        "cce_cluster": 1,
        "cce_job": 0,
    }
    kept = {
        case.kind: [one["id"] for one in given if one in INSTANCES and one["kind"] == case.kind]
        for case in INSTANCE_KINDS
    }
    assert result["diff"]["after"] == {**kept, "cce_job": [], "gaussdb_job": []}
    reads = [entry for entry in cloud.log if entry["method"] == "GET"]
    assert len(reads) == sum(len(case.lists) + bool(case.look_up) for case in INSTANCE_KINDS)


def test_environment_check_mode_counts_passing_status_as_deleted(cloud: CloudEmulator, call: Caller) -> None:
    for case in INSTANCE_KINDS:
        cloud.set_status(PROJECT, case.kind, case.deletable[0], case.passing)
    passing = [one for case in INSTANCE_KINDS for one in names(case.kind, case.deletable[0])]
    result = call("environment", records=INSTANCES, check=True)
    assert result["deleted"] == INSTANCES and result["deleting"] == []
    result = call("environment", records=INSTANCES, check=True, wait=False)
    assert codes(result) == [(one["id"], "NotDeletable") for one in passing]
    assert result["deleted"] == [one for one in INSTANCES if one not in passing] and result["deleting"] == []
    assert cloud.writes() == []


def test_environment_instance_that_stays_is_given_up_then_records_are_tried(cloud: CloudEmulator, call: Caller) -> None:
    scenario = small({"instance_seconds": SOON})
    scenario["projects"][0]["services"]["cce_cluster"][0]["delete_fails"] = True
    cloud.load(scenario)
    result = call("environment", records=[*INSTANCES, *AFTER], wait_timeout=0.5)
    assert codes(result) == [("a-cluster-1", "WaitTimeout")]
    assert result["deleted"] == [one for one in [*INSTANCES, *AFTER] if one != CLUSTERS[0]]
    check_counts(result)


def test_environment_wait_timeout_counts_for_each_phase(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(small({"release_seconds": LATER, "instance_seconds": 0.0}))
    given = [*names("drs_job", "a-drs-2"), *CLUSTERS]
    result = call("environment", records=given, stop=True, wait_timeout=0.2)
    assert codes(result) == [("a-drs-2", "StopTimeout")] and result["deleted"] == CLUSTERS


@pytest.mark.parametrize("chosen", [{}, {"delete_evs": "try", "delete_net": "skip"}], ids=["defaults", "chosen"])
def test_environment_options_of_kind_reach_query_of_own_deletes_only(
    cloud: CloudEmulator, call: Caller, chosen: dict[str, str]
) -> None:
    cloud.load(small({"instance_seconds": SOON}))
    options = {"cce_cluster": chosen} if chosen else {}
    assert not call("environment", records=INSTANCES, kind_options=options).failed
    queries = {(entry["service"], json.dumps(entry["query"], sort_keys=True)) for entry in cloud.writes()}
    assert queries == {
        (case.service, json.dumps({**case.query, **(chosen if case.service == "cce" else {})}, sort_keys=True))
        for case in INSTANCE_KINDS
    }


@pytest.mark.parametrize(
    ("options", "kind", "code"),
    [({}, "rds_task", "NotOffered"), ({"unpublished": ["dcs"]}, "dcs_instance", "APIGW.0101")],
    ids=["not offered", "not published"],
)
def test_environment_unsupported_kind_fails_alone(
    cloud: CloudEmulator, call: Caller, options: dict[str, Any], kind: str, code: str
) -> None:
    cloud.load(small({"instance_seconds": SOON, **options}))
    result = call("environment", records=[*CLUSTERS, *names(kind, "a-1", "a-2"), *AFTER])
    assert codes(result) == [("a-1", code), ("a-2", code)] and result["deleted"] == [*CLUSTERS, *AFTER]
    if code == "NotOffered":
        assert "region eu-de" in result["failures"][0]["error_msg"] and of_service(cloud, "rds") == []
    check_counts(result)


def test_journal_has_line_as_soon_as_delete_is_accepted(cloud: CloudEmulator, call: Caller, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text('{"state": "started"}\n', encoding="utf-8")
    cloud.load(small({"instance_seconds": SOON}))
    refusal = {"status": 403, "error_code": "CCE.01403001"}
    cloud.faults.add("status", service="cce", method="DELETE", path="a-cluster-2", **refusal)
    seen: list[list[dict[str, Any]]] = []

    def read(response: Any) -> Any:
        seen.append(lines_of(path))
        return response

    # The first list after the deletes.
    cloud.faults.add("transform", service="cce", method="GET", path="clusters$", after=1, times=1, function=read)
    given = [*CLUSTERS, *names("cce_cluster", "unknown-1"), *AFTER]
    result = call("environment", records=given, journal=str(path))
    assert result["deleted"] == [CLUSTERS[0], *AFTER]
    started, accepted = lines_of(path)
    assert seen == [[started, accepted]]
    assert accepted == {"time": accepted["time"], "state": "accepted", "kind": "cce_cluster", "id": "a-cluster-1"}
    assert accepted["time"].endswith("Z")


def test_journal_of_concurrent_deletes_has_whole_lines(cloud: CloudEmulator, call: Caller, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    cloud.load(bulk("cce_cluster", 60, options={"instance_seconds": LATER}))
    given = names("cce_cluster", *left(cloud, "cce_cluster"))
    result = call("environment", records=given, journal=str(path), wait=False, concurrency=32)
    assert result["deleting"] == given
    assert sorted(line["id"] for line in lines_of(path)) == [one["id"] for one in given]
    assert path.stat().st_mode & 0o777 == 0o600


def test_journal_that_cannot_be_written_fails_before_any_request(
    cloud: CloudEmulator, call: Caller, tmp_path: Path
) -> None:
    path = tmp_path / "missing" / "journal.jsonl"
    result = call("environment", records=CLUSTERS, journal=str(path))
    assert result.failed and cloud.log == []
    assert result["msg"] == f"journal: {path} cannot be written: No such file or directory"


def test_journal_lost_meanwhile_instances_are_deleted(cloud: CloudEmulator, call: Caller, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    cloud.load(small({"instance_seconds": SOON}))

    def lose(response: Any) -> Any:
        path.unlink()
        path.mkdir()
        return response

    cloud.faults.add("transform", service="cce", method="GET", path="clusters$", times=1, function=lose)
    result = call("environment", records=CLUSTERS, journal=str(path))
    assert result["deleted"] == CLUSTERS and not result.failed and path.is_dir()


def test_journal_in_check_mode_is_not_made(call: Caller, tmp_path: Path) -> None:
    result = call("environment", records=CLUSTERS, journal=str(tmp_path / "journal.jsonl"), check=True)
    assert result["deleted"] == CLUSTERS and list(tmp_path.iterdir()) == []


def test_progress_file_shows_instances_that_are_waited_for(
    cloud: CloudEmulator, call: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "WRITE_SECONDS", 0.01)
    # The figures are there before the first poll.
    monkeypatch.setattr(waiting, "FIRST_POLL_SECONDS", 0.4)
    scenario = small({"instance_seconds": SOON})
    scenario["projects"][0]["services"]["cce_cluster"][0]["prepaid"] = True
    cloud.load(scenario)
    texts: list[str] = []
    replace = os.replace

    def observed(source: str, target: str) -> None:
        texts.append(Path(source).read_text(encoding="utf-8"))
        replace(source, target)

    monkeypatch.setattr(os, "replace", observed)
    path = tmp_path / "progress.json"
    result = call("environment", records=[*CLUSTERS, *AFTER[:1]], progress_file=str(path))
    shown = {"done": 1, "total": 2, "failed": 1, "waiting": 1}
    before = {"done": 0, "total": 1, "failed": 0, "waiting": 0}
    assert {"cce_cluster": shown, "cce_job": before} in [json.loads(text) for text in texts]
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "cce_cluster": {"done": 2, "total": 2, "failed": 1, "waiting": 0},
        "cce_job": {"done": 1, "total": 1, "failed": 0, "waiting": 0},
    }
    assert (result["progress"]["done"], result["progress"]["deleted"], result["progress"]["failed"]) == (3, 2, 1)
