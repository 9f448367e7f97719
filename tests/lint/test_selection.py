# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make test` and `make check` together run every test, and only property-based tests run in both."""

from __future__ import annotations

import re

import pytest

from checkout import ROOT
from commands import run
from markers import MARKED, MARKERS, marker_of


def expression(target: str) -> str:
    """Return the expression of markers that a target gives to pytest."""
    return re.findall(r' -m pytest .* -m "([^"]+)"', run(["make", "-n", target]))[0]


def test_expressions_of_make_test_and_check_are_complementary() -> None:
    names = expression("test").removeprefix("not (").removesuffix(")")
    assert expression("test") == expression("unit") == expression("lint") == f"not ({names})"
    assert expression("check") == f"hypothesis or {names}"
    assert set(names.split(" or ")) == set(MARKERS)


@pytest.mark.parametrize("place", MARKED)
def test_marked_place_exists_with_known_marker(place: str) -> None:
    assert (ROOT / "tests" / place).exists()
    assert marker_of(ROOT / "tests" / place) == MARKED[place]
    assert MARKED[place] in MARKERS


def test_ci_runs_make_test_and_check_only() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^make .*", script, re.MULTILINE) == ["make test", "make check"]
