# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the checkout importable as a collection and keeps the environment's credentials out of every test."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TREE = ROOT / ".build" / "dev"
CREDENTIAL_PREFIXES = ("OS_", "HW_", "HUAWEICLOUD_", "OTC_")


def link_collection() -> Path:
    """Create the ansible_collections tree that points at the checkout; return its root."""
    link = TREE / "ansible_collections" / "sundown" / "hwcloud"
    if not link.is_symlink():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)
    return TREE


for _entry in (str(link_collection()), str(ROOT / "tests")):
    if _entry not in sys.path:
        sys.path.insert(0, _entry)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test reads the credentials or proxies of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(CREDENTIAL_PREFIXES) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    yield
