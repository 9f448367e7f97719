# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the vendor's clients from looking for credentials or proxies of whoever runs the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.cloud_fixtures import call, machine, metadata_server, short_waits

__all__ = ["call", "machine", "metadata_server", "short_waits"]


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
