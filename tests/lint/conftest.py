# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the collection for linters."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkout import export_collection


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source files under ansible_collections/, for this worker only: some linters write to it."""
    return export_collection(tmp_path_factory.mktemp("source"))
