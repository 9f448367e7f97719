# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All tests of ansible-test sanity, without ignore files and without silent skips."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from commands import interpreters
from run_ansible_test import sanity

PER_PYTHON = {"compile", "import"}
# Takes as long as all others together.
SLOWEST = "pylint"


@pytest.mark.package
@pytest.mark.parametrize("slowest", [False, True], ids=["others", SLOWEST])
def test_sanity_of_collection_passes(collection: Path, slowest: bool) -> None:
    wanted = set(re.findall(r"^[a-z0-9-]+$", sanity(collection, "--list-tests"), re.MULTILINE))
    assert SLOWEST in wanted
    printed = sanity(collection, "--test" if slowest else "--skip-test", SLOWEST)
    ran = set(re.findall(r'^Running sanity test "([^"]+)"', printed, re.MULTILINE))
    assert ran == ({SLOWEST} if slowest else wanted - {SLOWEST})
    assert not re.findall(r"^WARNING: Required program .*", printed, re.MULTILINE)

    skipped = re.findall(r'^WARNING: Skipping sanity test "([^"]+)"(?: on Python (\S+))? (.*)', printed, re.MULTILINE)
    for name, python, reason in skipped:
        assert name in PER_PYTHON, (name, reason)
        assert python not in interpreters(), reason
    if not slowest:
        pythons = re.findall(r'^Running sanity test "(?:compile|import)" on Python (\S+)', printed, re.MULTILINE)
        assert set(interpreters()) <= set(pythons)
