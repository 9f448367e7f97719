# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide that adds a kind is followed on a copy of the checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path

from checkout import export_collection
from commands import clean_environment, run, tool
from helpers.doc_examples import Block, blocks_of

GUIDE = "docs/docsite/rst/guide_new_kind.rst"
MOST_FILES = 5
LIFE_CYCLE = "tests/unit/plugins/module_utils/_engine/test_deletion.py::test_delete_check_mode_run_and_second_run_agree"


def edited_file(block: Block) -> str:
    """The path of the file that a block of the guide writes or changes, nothing for a command."""
    return block.text.splitlines()[1].removeprefix("+++ b/") if block.language == "diff" else block.caption


def edit(copy: Path, block: Block) -> None:
    """Make the change that a block of the guide shows in a copy of the checkout."""
    if block.language != "diff":
        assert not (copy / block.caption).exists()
        (copy / block.caption).write_text(block.text, encoding="utf-8")
        return
    # The line numbers may have changed, as long as the lines before and after are the same.
    patch = "".join(f"{line or ' '}\n" for line in block.text.splitlines())
    command = ["git", "apply", "-C1", "-"]
    applied = subprocess.run(command, cwd=copy, input=patch, text=True, capture_output=True, check=False)
    assert applied.returncode == 0, f"{block}: {applied.stderr}"


def test_guide_new_kind_in_five_files_passes_tests(tmp_path: Path) -> None:
    edits = {edited_file(block): block for block in blocks_of(GUIDE) if edited_file(block)}
    commands = [block.text for block in blocks_of(GUIDE) if block.language == "shell"]
    assert len(edits) == MOST_FILES == len([block for block in blocks_of(GUIDE) if block.text not in commands])
    copy = export_collection(tmp_path)
    for block in edits.values():
        edit(copy, block)

    assert commands[0].startswith("make generate\n")
    generate = [tool("python"), "tests/tools/generate.py"]
    written = [line.split(":")[0] for line in run(generate, copy, clean_environment()).splitlines()]
    assert {"plugins/modules/swr_job.py", "plugins/modules/swr_job_info.py", "meta/runtime.yml"} <= set(written)
    assert run(generate, copy, clean_environment()) == ""

    pytest_command = commands[1].split(maxsplit=1)[1]
    printed = run(["sh", "-ec", f"{tool('python')} {pytest_command}"], copy, clean_environment())
    assert " passed" in printed.splitlines()[-1]
    life_cycle = [tool("python"), "-m", "pytest", "-q", LIFE_CYCLE, "-k", "swr"]
    assert run(life_cycle, copy, clean_environment()).splitlines()[-1].startswith("1 passed")
    sources = [path for path in (*edits, *written) if path.endswith(".py")]
    run([tool("python"), "-m", "ruff", "check", "--no-cache", *sources], copy)
    run([tool("python"), "-m", "ruff", "format", "--check", "--no-cache", *sources], copy)
