# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as users have it: built and installed once for all workers of a test run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from checkout import BUILD, NAME, NAMESPACE, ROOT
from commands import locked, run, tool


@pytest.fixture(scope="session")
def packages(testrun_uid: str) -> Path:
    """The directory with the tarball, and with the collections path that it is installed in."""
    directory = BUILD / "packages" / testrun_uid
    with locked("packages"):
        if not (directory / "installed").is_dir():
            shutil.rmtree(directory.parent, ignore_errors=True)
            run([tool("ansible-galaxy"), "collection", "build", "--output-path", directory], cwd=ROOT)
            (built,) = directory.glob("*.tar.gz")
            collections = ["--collections-path", directory / "installed"]
            run([tool("ansible-galaxy"), "collection", "install", "--offline", built, *collections])
    return directory


@pytest.fixture(scope="session")
def tarball(packages: Path) -> Path:
    """The collection as `make build` builds it, out of the checkout with everything that lies in it."""
    (built,) = packages.glob(f"{NAMESPACE}-{NAME}-*.tar.gz")
    return built


@pytest.fixture(scope="session")
def installed(packages: Path) -> Path:
    """A collections path that holds the collection and nothing else."""
    return packages / "installed"
