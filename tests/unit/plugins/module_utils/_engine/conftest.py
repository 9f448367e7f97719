# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real intervals between polls, for tests with a clock of their own."""

from __future__ import annotations

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine import waiting

# As they are before a fixture shortens them for the other tests.
INTERVALS = {name: getattr(waiting, name) for name in ("FIRST_POLL_SECONDS", "MAX_POLL_SECONDS")}


@pytest.fixture
def production_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in INTERVALS.items():
        monkeypatch.setattr(waiting, name, seconds)
