# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a report, each by its name."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.document import document_text
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.files import report_files
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.runs import (
    new_folder,
    previous_plan,
    write_run,
)

from helpers.report_factory import Run, early_report

RUN = Run(40, {"deleted": 3, "protected": 1}, mode="plan")


def test_report_files_are_written_for_owner_only(tmp_path: Path) -> None:
    report = RUN.report()
    folder = new_folder(tmp_path / "project", "2026-11-21T12-00-00Z-plan-01234567")
    write_run(folder, report_files(report), lambda: "index")
    names = ["junit.xml", "report.csv", "report.html", "report.json", "report.md"]
    assert sorted(path.name for path in folder.iterdir()) == names
    for name in names:
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
        content = (folder / name).read_bytes()
        assert report["project"].encode() in content or name == "report.csv"
        assert content.decode("utf-8") == report_files(report)[name]
    assert json.loads((folder / "report.json").read_text(encoding="utf-8")) == report


def test_report_files_before_deletes_are_report_and_page() -> None:
    assert [*report_files({**RUN.report(), "mode": "applying"})] == ["report.json", "report.html"]


def test_report_files_know_last_plan() -> None:
    report = RUN.report()
    files = report_files(report, {**report, "records": []})
    planned = sum(record["planned"] for record in report["records"])
    assert f"+{planned} added" in files["report.html"]
    assert f"+{planned} -0 ~0 records" in files["report.md"]
    assert "Since the last plan" not in report_files(report)["report.html"]


def test_previous_plan_is_newest_other_run_with_plan(tmp_path: Path) -> None:
    report = RUN.report()
    old = {key: value for key, value in report.items() if key != "confirmed_by"}
    runs = {
        "2026-11-18T12-00-00Z-plan-01234567": {**report, "discovered": 1},
        "2026-11-19T12-00-00Z-plan-01234567": {**report, "discovered": 2},
        "2026-11-20T12-00-00Z-refused-none": early_report("no login"),
        "2026-11-20T13-00-00Z-plan-76543210": old,
        "2026-11-21T12-00-00Z-plan-01234567": {**report, "discovered": 3},
    }
    *_others, current = [new_folder(tmp_path, name) for name in runs]
    assert previous_plan(tmp_path, current) is None
    for name, content in runs.items():
        (tmp_path / name / "report.json").write_text(document_text(content), encoding="utf-8")
    found = previous_plan(tmp_path, current)
    assert found and (found["discovered"], len(found["records"])) == (2, 40)
    assert previous_plan(tmp_path / "missing", current) is None
