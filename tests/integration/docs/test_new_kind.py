# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide that adds a kind is followed on a copy of the checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from checkout import export_collection
from commands import clean_environment, run, tool
from helpers.doc_examples import blocks_of

GUIDE = "docs/docsite/rst/guide_new_kind.rst"
MOST_FILES = 5
LIFE_CYCLE = "tests/unit/plugins/module_utils/_module/test_life_cycle.py"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout with the files and changes of the guide."""
    copy = export_collection(tmp_path)
    edited = []
    for block in blocks_of(GUIDE):
        if block.language == "diff":
            edited.append(block.text.splitlines()[1].removeprefix("+++ b/"))
            # The line numbers may have changed, as long as the lines before and after are the same.
            patch = "".join(f"{line or ' '}\n" for line in block.text.splitlines())
            command = ["git", "apply", "-C1", "-"]
            applied = subprocess.run(command, cwd=copy, input=patch, text=True, capture_output=True, check=False)
            assert applied.returncode == 0, f"{block}: {applied.stderr}"
        elif block.caption:
            edited.append(block.caption)
            assert not (copy / block.caption).exists()
            (copy / block.caption).write_text(block.text, encoding="utf-8")
    assert len(edited) == len(set(edited)) <= MOST_FILES
    return copy


def test_guide_new_kind_generates_modules_that_pass_the_tests(checkout: Path) -> None:
    generate = [tool("python"), "tests/tools/generate.py"]
    written = [line.split(":")[0] for line in run(generate, checkout, clean_environment()).splitlines()]
    assert {"plugins/modules/swr_job.py", "plugins/modules/swr_job_info.py", "meta/runtime.yml"} <= set(written)
    assert run(generate, checkout, clean_environment()) == ""

    commands = [block.text for block in blocks_of(GUIDE) if block.language == "shell"]
    assert commands[0].startswith("make generate\n")
    pytest_command = commands[1].split(maxsplit=1)[1]
    printed = run(["sh", "-ec", f"{tool('python')} {pytest_command}"], checkout, clean_environment())
    assert " passed" in printed.splitlines()[-1]
    life_cycle = [tool("python"), "-m", "pytest", "-q", LIFE_CYCLE, "-k", "swr"]
    assert run(life_cycle, checkout, clean_environment()).splitlines()[-1].startswith("1 passed")
    run([tool("python"), "-m", "ruff", "check", "--no-cache", "."], checkout)
    run([tool("python"), "-m", "ruff", "format", "--check", "--no-cache", "."], checkout)
