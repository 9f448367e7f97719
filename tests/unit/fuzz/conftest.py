# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One rehearsal cloud for all examples of a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rehearsal_cloud import RehearsalCloud, small

from .world import World


@pytest.fixture
def world() -> Iterator[World]:
    scenario = small({"release_seconds": 0.0})
    with RehearsalCloud(scenario) as cloud:
        yield World(cloud, scenario)
