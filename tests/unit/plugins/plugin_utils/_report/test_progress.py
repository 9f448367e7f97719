# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of progress: what they say, and when there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.progress import ProgressLines


class Progress:
    """A file with progress, and the lines that are made of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = ProgressLines("eu-de_shop", path)

    def next(self, *, due: bool = True, **kinds: tuple[int, int, int, int]) -> str | None:
        """Write done, total, failed and waiting of each kind; return the line."""
        figures = {name: dict(zip(("done", "total", "failed", "waiting"), one)) for name, one in kinds.items()}
        self.path.write_text(json.dumps(figures), encoding="utf-8")
        return self.lines.next(due=due)


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    return Progress(tmp_path / "progress.json")


def test_line_names_jobs_that_are_still_stopping(progress: Progress) -> None:
    assert progress.next(drs_job=(0, 30, 0, 25)) == "eu-de_shop: 25 of 25 DRS jobs still stopping"
    assert progress.next(drs_job=(0, 30, 0, 12)) == "eu-de_shop: 12 of 25 DRS jobs still stopping"


def test_line_names_stopping_and_done_records(progress: Progress) -> None:
    line = progress.next(drs_job=(0, 30, 0, 25), cce_job=(7, 9, 1, 0))
    assert line == "eu-de_shop: 25 of 25 DRS jobs still stopping; 7 of 39 records done, 1 failed"


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"cce_job": (0, 9, 0, 0)}, "0 of 9 records done"),
        ({"cce_job": (600, 1000, 3, 0)}, "600 of 1,000 records done, 3 failed"),
        ({"cce_job": (1000, 1000, 0, 0), "dcs_task": (5, 2000, 1, 0)}, "1,005 of 3,000 records done, 1 failed"),
    ],
)
def test_line_adds_kinds_up(progress: Progress, figures: dict[str, Any], expected: str) -> None:
    assert progress.next(**figures) == f"eu-de_shop: {expected}"


def test_line_is_repeated_only_while_something_is_waited_for(progress: Progress) -> None:
    assert progress.next(cce_job=(1, 9, 0, 0)) and progress.next(cce_job=(1, 9, 0, 0)) is None
    assert progress.next(cce_job=(2, 9, 0, 0))
    assert progress.next(drs_job=(0, 9, 0, 3)) and progress.next(drs_job=(0, 9, 0, 3))


@pytest.mark.parametrize("text", [None, "", "{", "\xff"], ids=repr)
def test_line_without_readable_file_is_none(progress: Progress, text: str | None) -> None:
    if text is not None:
        progress.path.write_bytes(text.encode("latin-1"))
    assert progress.lines.next() is None


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ({"cce_cluster": (0, 1, 0, 1)}, "1 instance left (1 cce_cluster)"),
        (
            {"dms_instance": (0, 2, 0, 2), "dcs_instance": (0, 1, 0, 1)},
            "3 instances left (2 dms_instance, 1 dcs_instance)",
        ),
        (
            {"dms_instance": (1, 3, 1, 2), "dcs_instance": (1, 1, 0, 0)},
            "2 instances left (2 dms_instance); 2 of 4 records done, 1 failed",
        ),
        (
            {"drs_job": (0, 3, 0, 3), "cce_cluster": (0, 2, 0, 2)},
            "3 of 3 DRS jobs still stopping; 2 instances left (2 cce_cluster)",
        ),
        ({"cce_cluster": (2, 2, 0, 0)}, "2 of 2 records done"),
    ],
)
def test_line_names_instances_that_are_left(progress: Progress, kinds: dict[str, Any], expected: str) -> None:
    assert progress.next(**kinds) == f"eu-de_shop: {expected}"


def test_line_before_due_is_only_of_kinds_newly_waited_for(progress: Progress) -> None:
    assert progress.next(due=False, cce_job=(1, 9, 0, 0)) is None
    assert progress.next(due=False, cce_cluster=(0, 2, 0, 2)) == "eu-de_shop: 2 instances left (2 cce_cluster)"
    assert progress.next(due=False, cce_cluster=(1, 2, 0, 1)) is None
    assert progress.next(due=False, cce_cluster=(1, 2, 0, 1), dms_instance=(0, 1, 0, 1))
    assert progress.next(cce_cluster=(1, 2, 0, 1), dms_instance=(0, 1, 0, 1))
    assert progress.next(due=False, cce_cluster=(1, 2, 0, 1)) is None
