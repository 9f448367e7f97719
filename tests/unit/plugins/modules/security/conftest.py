# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud emulator of which every secret is known, and a way to look for them in what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import CloudEmulator, small
from helpers.playbooks import Playbooks
from helpers.sample_secrets import Secrets, scenario


@pytest.fixture
def cloud() -> Iterator[CloudEmulator]:
    with CloudEmulator(small()) as running:
        yield running


@pytest.fixture
def guarded() -> Iterator[CloudEmulator]:
    """A cloud with secrets that hold no word that could stand anywhere else."""
    with CloudEmulator(scenario()) as running:
        yield running


@pytest.fixture
def secrets(guarded: CloudEmulator) -> Secrets:
    return Secrets(guarded)


@pytest.fixture
def playbooks(tmp_path: Path) -> Playbooks:
    return Playbooks(tmp_path)
