# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide that adds a service is followed, word for word, on a copy of the checkout."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from checkout import export_collection
from commands import clean_environment, run, tool
from helpers.doc_examples import blocks_of

GUIDE = "docs/docsite/rst/guide_new_service.rst"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout in which the guide's files are written and its changes made."""
    copy = export_collection(tmp_path)
    for block in blocks_of(GUIDE):
        if block.language == "python":
            assert not (copy / block.caption).exists()
            (copy / block.caption).write_text(block.text, encoding="utf-8")
        elif block.language == "diff":
            # A change may stand on other lines by now, as long as the line before and after it are the same.
            apply = ["git", "apply", "-C1", "-"]
            patch = "".join(f"{line or ' '}\n" for line in block.text.splitlines())
            done = subprocess.run(apply, cwd=copy, input=patch, text=True, capture_output=True, check=False)
            assert done.returncode == 0, f"{block}: {done.stderr}"
    return copy


def test_adding_a_service(checkout: Path) -> None:
    commands = [block.text for block in blocks_of(GUIDE) if block.language == "shell"]
    assert len(commands) == 2
    bash = shutil.which("bash")
    assert bash
    run([bash, "-ec", commands[0]], checkout)
    printed = run([bash, "-ec", commands[1]], checkout, clean_environment())
    assert " passed" in printed.splitlines()[-1]
    run(
        [tool("python"), "-m", "pytest", "-q", "tests/lint/test_structure.py", "-k", "not something_to_judge"],
        checkout,
    )
    for name in ("taurusdb_job", "taurusdb_job_info"):
        documentation = (checkout / "plugins" / "modules" / f"{name}.py").read_text(encoding="utf-8")
        assert "gaussdb_" not in documentation.lower().replace("taurusdb", "")
