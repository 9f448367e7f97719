# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Linters of Python, YAML and shell."""

from __future__ import annotations

import sys

import pytest

from checkout import ROOT, source_files
from commands import run, tool


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]], ids=lambda arguments: arguments[0])
def test_ruff_of_repository_passes(arguments: list[str]) -> None:
    run([sys.executable, "-m", "ruff", *arguments, "--no-cache", "."])


def test_mypy_of_plugins_passes() -> None:
    printed = run([sys.executable, "-m", "mypy"])
    checked = int(printed.rsplit("no issues found in ", 1)[1].split()[0])
    assert checked >= len(list((ROOT / "plugins" / "module_utils").rglob("*.py")))


def test_yamllint_of_repository_passes() -> None:
    run([sys.executable, "-m", "yamllint", "--strict", *yaml_files()])


def test_shellcheck_of_scripts_passes() -> None:
    scripts = [path for path in source_files() if is_shell(path)]
    assert ".ci/run" in scripts
    run([tool("shellcheck"), *scripts])


def yaml_files() -> list[str]:
    """Return the paths of the YAML files among the source files."""
    names = (".yml", ".yaml", ".yamllint", ".ansible-lint")
    return [path for path in source_files() if path.endswith(names)]


def is_shell(path: str) -> bool:
    """Return whether a source file is a shell script, by its first line."""
    with (ROOT / path).open("rb") as file:
        first = file.readline()
    return first.startswith(b"#!") and first.rstrip().endswith((b"sh", b"bash"))
