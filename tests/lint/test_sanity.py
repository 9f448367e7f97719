# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-test sanity, whole, without ignore files and without silent skips."""

from __future__ import annotations

import re

from checkout import ROOT, source_files
from commands import interpreters
from sanity import run_sanity

OLDEST_PYTHON = (3, 9)
PER_PYTHON = {"compile", "import"}


def test_no_ignore_file() -> None:
    assert not [path for path in source_files() if path.startswith("tests/sanity/ignore")]


def test_sanity() -> None:
    printed = run_sanity([])
    ran = set(re.findall(r'^Running sanity test "([^"]+)"', printed, re.MULTILINE))
    wanted = set(re.findall(r"^[a-z0-9-]+$", run_sanity(["--list-tests"]), re.MULTILINE))
    assert ran == wanted
    assert not re.findall(r"^WARNING: Required program .*", printed, re.MULTILINE)

    pythons = set(re.findall(r'^Running sanity test "(?:compile|import)" on Python (\S+)', printed, re.MULTILINE))
    assert set(interpreters()) <= pythons
    skipped = re.findall(r'^WARNING: Skipping sanity test "([^"]+)"(?: on Python (\S+))? (.*)', printed, re.MULTILINE)
    for name, python, reason in skipped:
        assert name in PER_PYTHON, (name, reason)
        assert python not in interpreters(), reason
    print(f"sanity: {len(ran)} tests; Python {', '.join(sorted(pythons, key=version))}")


def version(text: str) -> tuple[int, ...]:
    """Return a version as numbers."""
    return tuple(int(part) for part in text.split("."))


def test_modules_promise_the_oldest_python() -> None:
    config = (ROOT / "tests" / "config.yml").read_text(encoding="utf-8")
    assert f'python_requires: ">={".".join(map(str, OLDEST_PYTHON))}"' in config
