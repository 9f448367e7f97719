# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions of ansible-core that the collection is for, and what tests need on each of them."""

from __future__ import annotations

from dataclasses import dataclass

# The tests' own code and libraries need this much; the modules run on older ones, which the sanity tests
# and the tests of the oldest versions prove.
OLDEST_TEST_PYTHON = "3.11"
# Tests that import no code of Ansible and run none: the cloud emulator, arithmetic, reports, pages in a browser.
WITHOUT_ANSIBLE = (
    "tests/unit/emulator",
    "tests/unit/plugins/module_utils/_http/test_limiter.py",
    "tests/unit/plugins/plugin_utils/_report",
    "tests/integration/report/test_index_in_browser.py",
    "tests/integration/report/test_page_in_browser.py",
    "tests/integration/report/test_page_large.py",
)


@dataclass(frozen=True)
class Ansible:
    """A version of ansible-core and the Pythons that it supports on the controller."""

    version: str
    pythons: tuple[str, ...]
    released: bool = True
    sanity: bool = False

    @property
    def requirement(self) -> str:
        """What pip installs: the newest release of this version, or of its candidates."""
        return f"ansible-core~={self.version}.0{'' if self.released else 'rc1'}"

    @property
    def test_pythons(self) -> list[str]:
        """The supported Pythons on which the tests themselves run, oldest first."""
        return [python for python in self.pythons if numbers(python) >= numbers(OLDEST_TEST_PYTHON)]


def numbers(version: str) -> tuple[int, ...]:
    """Return a dotted version as numbers, to compare it."""
    return tuple(int(part) for part in version.split("."))


SUPPORTED = (
    Ansible("2.16", ("3.10", "3.11", "3.12")),
    Ansible("2.18", ("3.11", "3.12", "3.13")),
    Ansible("2.19", ("3.11", "3.12", "3.13")),
    Ansible("2.20", ("3.12", "3.13", "3.14"), sanity=True),
    Ansible("2.21", ("3.12", "3.13", "3.14"), sanity=True),
    Ansible("2.22", ("3.13", "3.14", "3.15"), released=False),
)


def supported(version: str) -> Ansible:
    """Return the entry of a version of ansible-core, such as 2.16."""
    return next(ansible for ansible in SUPPORTED if ansible.version == version)


def with_ansible(*directories: str) -> list[str]:
    """Return pytest's arguments for the tests in these directories that run Ansible's code."""
    left_out = [path for path in WITHOUT_ANSIBLE if path.startswith(directories)]
    return [*directories, *(f"--ignore={path}" for path in left_out)]
