# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to taking a whole environment down, followed literally with the emulator that it starts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checkout import ROOT
from helpers.doc_examples import Shell, assert_shown, blocks_of, section

GUIDE = "docs/docsite/rst/guide_whole_environment.rst"
FIRST_RUN = "docs/docsite/rst/guide_first_run.rst"
PROJECT = "eu-west-101_retired"
# The reason for what became of each instance.
INSTANCES = {
    **dict.fromkeys(("gauss-orders", "kafka-orders", "rabbit-mails", "redis-sessions", "cluster-shop"), "selected"),
    "kafka-audit": "protected",
    "redis-reports": "prepaid",
    "cluster-core": "deletion protection",
    "cluster-lab": "status does not allow a delete",
}


@pytest.mark.slow
def test_guide_commands_delete_whole_environment(tmp_path: Path) -> None:
    blocks = section(GUIDE, "Start the emulator", "In the cloud")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    shell = Shell(tmp_path)
    shell.files(blocks)
    printed = shell.run(blocks)
    assert_shown(blocks, printed, tmp_path)

    paths = sorted((tmp_path / "reports" / PROJECT).glob("*Z-apply-*/report.json"))
    first, again, last = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
    assert {record["name"]: record["reason"] for record in first["records"] if "engine" in record} == INSTANCES
    assert [report["outcomes"]["deleted"] for report in (first, again, last)] == [35, 0, 2]
    assert (len(first["appeared"]), last["appeared"]) == (2, [])


def test_settings_of_guide_are_those_of_first_run() -> None:
    shown, wanted = (
        [block.text for block in blocks_of(page) if block.language == "ini"] for page in (GUIDE, FIRST_RUN)
    )
    assert shown == wanted
