# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud emulator and the role run against it, by a real ansible-playbook."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import CloudEmulator, small
from helpers.playbooks import Playbooks
from helpers.role_runs import Decommission


@pytest.fixture
def cloud() -> Iterator[CloudEmulator]:
    """One project with three records of each service, one of them running."""
    with CloudEmulator(small()) as running:
        yield running


@pytest.fixture
def playbooks(tmp_path: Path) -> Playbooks:
    """Runs playbooks in a directory of the test's own."""
    return Playbooks(tmp_path)


@pytest.fixture
def decommission(cloud: CloudEmulator, playbooks: Playbooks) -> Decommission:
    """Runs the role against the cloud."""
    return Decommission(cloud, playbooks)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Receive SIGINT: what a shell runs in the background ignores it, and so would every process started here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
