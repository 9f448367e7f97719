# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of the collection for the judges to look at."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from checkout import BUILD, NAME, NAMESPACE, ROOT, export_collection
from commands import run, tool


@pytest.fixture(scope="session")
def workdir() -> Path:
    """An empty directory for this worker."""
    directory = BUILD / "judges" / os.environ.get("PYTEST_XDIST_WORKER", "main")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


@pytest.fixture(scope="session")
def collection(workdir: Path) -> Path:
    """A copy of the source files under ansible_collections/."""
    return export_collection(workdir / "source")


@pytest.fixture(scope="session")
def tarball(workdir: Path) -> Path:
    """The collection as `make build` builds it, out of the checkout with all that lies about in it."""
    run([tool("ansible-galaxy"), "collection", "build", "--output-path", workdir], cwd=ROOT)
    (built,) = workdir.glob(f"{NAMESPACE}-{NAME}-*.tar.gz")
    return built


@pytest.fixture(scope="session")
def installed(workdir: Path, tarball: Path) -> Path:
    """The collections path of a home in which the collection is installed."""
    collections = workdir / "home" / ".ansible" / "collections"
    run([tool("ansible-galaxy"), "collection", "install", "--offline", tarball, "--collections-path", collections])
    return collections
