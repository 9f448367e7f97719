# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the checkout importable as a collection, marks tests, keeps credentials out of them, issues certificates."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

TESTS = Path(__file__).resolve().parent
# Not in pyproject.toml: ansible-test runs pytest with a configuration of its own.
sys.path[:0] = [str(TESTS), str(TESTS / "tools")]

from checkout import link_collection
from markers import MARKERS, marker_of

if TYPE_CHECKING:
    from emulator.certificates import Certificates

CREDENTIAL_PREFIXES = ("OS_", "HW_", "HUAWEICLOUD_", "OTC_")

sys.path.insert(0, str(link_collection()))

# How many examples a property-based test tries.
settings.register_profile("dev", deadline=None, max_examples=10, print_blob=True)
settings.register_profile("ci", deadline=None, max_examples=100, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and run the tests of one worker in one process.

    ansible-test forks for each test, which takes three times as long and which these tests do not need.
    """
    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    forking = config.pluginmanager.get_plugin("ansible_forked")
    if forking:
        config.pluginmanager.unregister(forking)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not import tests that an expression such as "not (browser or slow)" deselects."""
    excluded = re.fullmatch(r"not \((.+)\)", config.option.markexpr)
    return True if excluded and marker_of(collection_path) in excluded[1].split(" or ") else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of marked folders and files their marker before pytest selects by it."""
    for item in items:
        marker = marker_of(item.path)
        if marker:
            item.add_marker(marker)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Remove the credentials and proxies of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith(CREDENTIAL_PREFIXES) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    yield


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates of a server on this machine and of the authority that has issued it."""
    from emulator.certificates import issue

    return issue(tmp_path_factory.mktemp("certificates"))
