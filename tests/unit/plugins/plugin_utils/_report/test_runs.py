# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folders of runs, the link to the newest, and the page that lists them."""

from __future__ import annotations

import itertools
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.document import (
    check_document,
    document_head,
    document_text,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.page import render
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.runs import (
    absolute,
    find_plan,
    fleet_index,
    interrupted_run,
    new_folder,
    point_latest_to,
    previous_plan,
    project_index,
    read_runs,
    try_directory,
    try_file,
    write_file,
)

from helpers.report_factory import Run

NAME = "2026-11-24T23-12-00Z-plan-01234567"
LATER = "2026-11-25T00-00-00Z-apply-01234567"


def test_absolute_resolves_blanks_home_and_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "link").symlink_to(tmp_path / "reports")
    assert absolute(" ~/link/a ") == tmp_path / "reports" / "a"


def test_try_directory_leaves_nothing_behind(tmp_path: Path) -> None:
    try_directory(tmp_path / "a" / "b", create=True)
    assert list((tmp_path / "a" / "b").iterdir()) == []
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    with pytest.raises(FileNotFoundError):
        try_directory(tmp_path / "missing", create=False)


def test_try_file_directory_or_file_in_missing_directory_fails(tmp_path: Path) -> None:
    try_file(tmp_path / "plan.yml")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(IsADirectoryError, match="it is a directory"):
        try_file(tmp_path)
    with pytest.raises(FileNotFoundError, match="missing does not exist"):
        try_file(tmp_path / "missing" / "plan.yml")


def test_new_folder_of_used_name_has_number(tmp_path: Path) -> None:
    made = [new_folder(tmp_path / "project", NAME) for _each in range(3)]
    assert [folder.name for folder in made] == [NAME, f"{NAME}-2", f"{NAME}-3"]
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="exists"):
        new_folder(tmp_path / "file", NAME)


def test_write_file_replaces_content_for_owner_only(tmp_path: Path) -> None:
    for text in ("one", "two ✓"):
        write_file(tmp_path / "report.json", text)
        assert (tmp_path / "report.json").read_text(encoding="utf-8") == text
    assert stat.S_IMODE((tmp_path / "report.json").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["report.json"]


def test_write_file_failed_leaves_old_content(tmp_path: Path) -> None:
    write_file(tmp_path / "report.json", "old")
    with pytest.raises(UnicodeEncodeError):
        write_file(tmp_path / "report.json", "new \ud800")
    assert (tmp_path / "report.json").read_text(encoding="utf-8") == "old"
    assert os.listdir(tmp_path) == ["report.json"]


@pytest.mark.parametrize("links", list(itertools.product([True, False], repeat=3)))
def test_latest_is_newest_with_links_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: tuple[bool, ...]
) -> None:
    """Whether links can be made may change from run to run, where a directory is mounted elsewhere."""

    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise OSError("no links here")

    for number, link in enumerate(links):
        folder = new_folder(tmp_path, NAME)
        write_file(folder / "report.json", str(number))
        with monkeypatch.context() as patch:
            if not link:
                patch.setattr(Path, "symlink_to", refuse)
            point_latest_to(folder)
        assert (tmp_path / "latest").is_symlink() == link
        assert (tmp_path / "latest" / "report.json").read_text(encoding="utf-8") == str(number)
        assert len(os.listdir(tmp_path)) == number + 2


def test_read_runs_returns_newest_first_and_broken_ones_empty(tmp_path: Path) -> None:
    for name in (NAME, LATER, f"{LATER}-2", f"{LATER}-3"):
        new_folder(tmp_path, name)
    new_folder(tmp_path, "notes")
    point_latest_to(tmp_path / LATER)
    write_file(tmp_path / "index.html", "")
    write_file(tmp_path / NAME / "report.json", Run(20).text())
    write_file(tmp_path / LATER / "report.json", "{")
    of_later_version = Run(20).text().replace('"schema_version": 1', '"schema_version": 2')
    write_file(tmp_path / f"{LATER}-3" / "report.json", of_later_version)

    def read(folder: Path) -> dict[str, Any]:
        with (folder / "report.json").open(encoding="utf-8") as lines:
            return document_head(lines)

    runs = read_runs(tmp_path, read, 1)
    assert [name for name, _head in runs] == [f"{LATER}-3", f"{LATER}-2", LATER, NAME]
    assert [bool(head) for _name, head in runs] == [False, False, False, True]
    assert runs[3][1]["discovered"] == 20


def test_project_index_lists_every_run() -> None:
    hostile = "<script>alert(1)</script>\u202e"
    head = {**Run(50).report(), "started_at": "2026-11-25T00:00:00Z", "problems": [hostile]}
    runs = [(LATER, head), (NAME, {})]
    page = render("index.html.j2", project_index(f"eu-de_{hostile}", runs))
    assert f'<a href="{LATER}/report.html">2026-11-25 00:00:00 UTC</a>' in page
    assert f'<a href="{NAME}/report.html">{NAME}</a>' in page
    assert "its report is missing or cannot be read" in page
    assert f'<td data-label="Plan">{head["digest"][:8]}</td>' in page
    for outcome, count in head["outcomes"].items():
        assert f'<th scope="col" class="num">{outcome}</th>' in page
        assert f'<td data-label="{outcome}" class="num">{count}</td>' in page
    assert "<script" not in page
    assert "\u202e" not in page


def test_project_index_counts_planned_instances_where_any() -> None:
    applied = Run(5, {"deleted": 1}, instances=["deleted", "deleted", "prepaid"]).report()
    plain = Run(5).report()
    view = project_index("eu-de_a", [(LATER, applied), (NAME, plain), (NAME, {})])
    column = view["columns"].index("instances")
    assert [row["cells"][column] for row in view["rows"]] == ["2", "0", ""]
    assert "instances" not in project_index("eu-de_a", [(NAME, plain), (LATER, {})])["columns"]


def test_fleet_index_counts_environments() -> None:
    summary = {"created_at": "2026-11-25T00:00:00Z", "environments": {"total": 3, "failed": 1, "applied": 2}}
    view = fleet_index(("failed", "applied"), [(LATER, summary)])
    assert view["columns"] == ["environments", "failed", "applied"]
    assert view["rows"] == [
        {"link": f"{LATER}/fleet.html", "time": "2026-11-25 00:00:00 UTC", "cells": ["3", "1", "2"], "notes": []}
    ]


def a_run(reports: Path, name: str, run: Run, **fields: Any) -> dict[str, Any]:
    """A folder with the report of a run; some of its fields are changed."""
    report = {**run.report(), **fields}
    (reports / name).mkdir(parents=True)
    write_file(reports / name / "report.json", document_text(report))
    return report


PLANNED = Run(8, {"pending": 1}, mode="plan")


def test_find_plan_returns_plan_of_newest_run_with_digest(tmp_path: Path) -> None:
    report = a_run(tmp_path, NAME, PLANNED)
    a_run(tmp_path, LATER, Run(9, {"pending": 1}, mode="plan"))
    found = find_plan(tmp_path, report["digest"][:8])
    assert found is not None
    assert (found["digest"], found["project_id"]) == (report["digest"], report["project_id"])
    assert {item["id"] for item in found["records"]} == {item["id"] for item in report["records"]}
    check_document("the report", found, project=report["project"], region=report["region"])


def test_find_plan_without_such_run_returns_none(tmp_path: Path) -> None:
    assert find_plan(tmp_path / "missing", "01234567") is None
    report = a_run(tmp_path, NAME, PLANNED)
    assert find_plan(tmp_path, "00000000") is None
    earlier = {key: value for key, value in report.items() if key != "confirmed_by"}
    old = {**earlier, "records": [{"id": "a"}], "digest": "f" * 64}
    (tmp_path / LATER).mkdir()
    write_file(tmp_path / LATER / "report.json", document_text(old))
    assert find_plan(tmp_path, "ffffffff") is None
    report["records"][0]["planned"] = False
    write_file(tmp_path / NAME / "report.json", document_text(report))
    assert find_plan(tmp_path, report["digest"][:8]) is None


@pytest.mark.parametrize(
    ("text", "damaged"), [("}", ""), ('"planned": true', '"planed": true'), ('"name": "', '"name": "\n')]
)
def test_damaged_report_is_passed_over(tmp_path: Path, text: str, damaged: str) -> None:
    report = a_run(tmp_path, NAME, PLANNED)
    a_run(tmp_path, LATER, PLANNED)
    path = tmp_path / LATER / "report.json"
    whole = path.read_text(encoding="utf-8")
    path.write_text(damaged.join(whole.rsplit(text, 1)), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != whole
    assert (find_plan(tmp_path, report["digest"]) or {})["digest"] == report["digest"]
    previous = previous_plan(tmp_path, tmp_path / "none") or {}
    assert [record["planned"] for record in previous["records"]] == [True] * len(report["records"])


def test_interrupted_run_counts_batches_that_ended(tmp_path: Path) -> None:
    assert interrupted_run(tmp_path / "missing") is None
    a_run(tmp_path, NAME, PLANNED)
    assert interrupted_run(tmp_path) is None
    report = a_run(tmp_path, LATER, PLANNED, mode="applying")
    interrupted = {"run": LATER, "started_at": report["started_at"], "batches": None, "ended": 0, "accepted": []}
    assert interrupted_run(tmp_path) == {**interrupted, "deleted": 0, "failed": 0}
    lines = [
        '{"state": "started", "batch": 1, "batches": 3}',
        '{"state": "ended", "batches": 3, "deleted": {"cce_job": 3, "drs_job": 1}, "failed": {"drs_job": 1}}',
        '{"state": "acc{"state": "started", "batch": 2, "batches": 3}',
        '{"state": "ended", "ba',
    ]
    write_file(tmp_path / LATER / "journal.jsonl", "\n".join(lines))
    assert interrupted_run(tmp_path) == {**interrupted, "batches": 3, "ended": 1, "deleted": 4, "failed": 1}
    a_run(tmp_path, "2026-11-25T01-00-00Z-plan-01234567", PLANNED)
    assert (interrupted_run(tmp_path) or {})["run"] == LATER
    a_run(tmp_path, "2026-11-25T02-00-00Z-apply-01234567", PLANNED, mode="apply")
    assert interrupted_run(tmp_path) is None


def test_interrupted_runs_tell_which_deletes_were_accepted(tmp_path: Path) -> None:
    def accepted(*instances: str) -> str:
        lines = [{"state": "accepted", "time": "t", "kind": "dms_instance", "id": name} for name in instances]
        return "".join(json.dumps(line) + "\n" for line in ({"state": "started", "batches": 1}, *lines))

    runs = [("2026-11-25T00", "applying", "ab"), ("2026-11-25T01", "apply", "c"), ("2026-11-25T02", "applying", "d")]
    for time, mode, instances in runs:
        name = f"{time}-00-00Z-apply-01234567"
        a_run(tmp_path, name, PLANNED, mode=mode)
        write_file(tmp_path / name / "journal.jsonl", accepted(*instances))
    assert (interrupted_run(tmp_path) or {})["accepted"] == [["dms_instance", "d"]]
    again = "2026-11-25T03-00-00Z-apply-01234567"
    a_run(tmp_path, again, PLANNED, mode="applying")
    write_file(tmp_path / again / "journal.jsonl", accepted("d", "e", "f") + '{"state": "accepted", "kind": "dm')
    assert (interrupted_run(tmp_path) or {})["accepted"] == [["dms_instance", name] for name in "def"]
