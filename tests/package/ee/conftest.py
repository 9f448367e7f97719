# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as users have it: built, and installed from its tarball."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from checkout import BUILD, NAME, NAMESPACE, export_collection
from commands import run, tool


@pytest.fixture(scope="session")
def workdir() -> Path:
    """An empty directory for this worker."""
    directory = BUILD / "ee" / os.environ.get("PYTEST_XDIST_WORKER", "main")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


@pytest.fixture(scope="session")
def installed(workdir: Path) -> Path:
    """A collections path that holds the collection and nothing else."""
    source, collections = export_collection(workdir / "source"), workdir / "installed"
    run([tool("ansible-galaxy"), "collection", "build", "--output-path", workdir], cwd=source)
    (tarball,) = workdir.glob(f"{NAMESPACE}-{NAME}-*.tar.gz")
    run([tool("ansible-galaxy"), "collection", "install", "--offline", tarball, "--collections-path", collections])
    return collections
