# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo takes a whole environment down."""

from __future__ import annotations

import pytest

from commands import run, tool

# In the order in which they are printed.
SHOWN = (
    "1. Plan of the records alone",
    "To delete exactly these 54 records:",
    "2. Plan of the whole environment",
    "6 instances will be DELETED:",
    "with 6 dms_task",
    "kept, deletion protection: cce_cluster",
    "To delete exactly these 6 instances and 55 records:",
    "3. Apply",
    " instances left (",
    "3 records appeared while the run deleted",
    "4. What is left",
    "To delete exactly these 3 records:",
    "eu-de_retired: 7 instances, 60 records before, 1 instance, 8 records now",
    "eu-de_shop: 4 instances, 22 records before, 4 instances, 22 records now",
)
MOST_LINES = 140


@pytest.mark.slow
def test_demo_shows_plans_then_order_and_rest() -> None:
    printed = run([tool("python"), "tests/demo/run.py"])
    place = 0
    for text in SHOWN:
        place = printed.find(text, place)
        assert place >= 0, f"{text}\n{printed}"
    assert len(printed.splitlines()) <= MOST_LINES
