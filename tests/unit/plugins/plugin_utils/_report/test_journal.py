# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of the journal, and the file that they are appended to."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.journal import (
    append_line,
    ended_line,
    started_line,
)

NOW = datetime(2026, 11, 24, 23, 12, 0, 5, tzinfo=timezone.utc)
RECORDS = [{"kind": "cce_job", "id": "a"}, {"kind": "cce_job", "id": "b"}, {"kind": "drs_job", "id": "c"}]
STARTED = {
    "time": "2026-11-24T23:12:00Z",
    "state": "started",
    "batch": 2,
    "batches": 3,
    "kinds": {"cce_job": 2, "drs_job": 1},
}


def test_started_line_counts_records_by_kind() -> None:
    assert started_line(RECORDS, {"batch": 2, "batches": 3, "total": 9}, NOW) == STARTED


@pytest.mark.parametrize("records", [None, "x", [], ["x"]], ids=repr)
@pytest.mark.parametrize("progress", [None, {}, "x"], ids=repr)
def test_started_line_of_unusable_options_has_no_kinds(records: Any, progress: Any) -> None:
    line = started_line(records, progress, NOW)
    assert (line["batch"], line["batches"], line["kinds"]) == (1, 1, {})


def test_ended_line_counts_outcomes_by_kind() -> None:
    result = {"deleted": RECORDS[:1], "absent": RECORDS[2:], "failures": RECORDS[1:2], "deleting": RECORDS[2:]}
    assert ended_line(STARTED, result, NOW) == {
        **STARTED,
        "state": "ended",
        "deleted": {"cce_job": 1},
        "absent": {"drs_job": 1},
        "failed": {"cce_job": 1},
        "deleting": RECORDS[2:],
    }


@pytest.mark.parametrize("result", [{}, {"failed": True, "msg": "unreachable"}, {"ansible_job_id": "1", "started": 1}])
def test_ended_line_of_result_without_lists_is_none(result: dict[str, Any]) -> None:
    assert ended_line(STARTED, result, NOW) is None


def test_appended_lines_follow_each_other(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    old = os.umask(0)
    try:
        append_line(path, STARTED)
    finally:
        os.umask(old)
    append_line(path, {"name": "ä\n"})
    assert path.stat().st_mode & 0o777 == 0o600
    assert [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] == [STARTED, {"name": "ä\n"}]


def test_append_to_missing_folder_raises_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        append_line(tmp_path / "missing" / "journal.jsonl", STARTED)
