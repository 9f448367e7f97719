# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The supported versions of ansible-core and of Python."""

from __future__ import annotations

from dataclasses import dataclass

# Of the integration tests. Modules and their unit tests run on older versions, too.
OLDEST_TEST_PYTHON = "3.11"


@dataclass(frozen=True)
class Ansible:
    """A version of ansible-core, and the versions of Python that it supports on the controller."""

    version: str
    pythons: tuple[str, ...]
    released: bool = True
    sanity: bool = False

    @property
    def requirement(self) -> str:
        """The requirement for the newest release, or release candidate, of this version."""
        return f"ansible-core~={self.version}.0{'' if self.released else 'rc1'}"

    @property
    def test_pythons(self) -> list[str]:
        """The supported versions of Python that the integration tests run on, oldest first."""
        return [python for python in self.pythons if numbers(python) >= numbers(OLDEST_TEST_PYTHON)]


def numbers(version: str) -> tuple[int, ...]:
    """Return a dotted version as numbers for comparisons."""
    return tuple(int(part) for part in version.split("."))


SUPPORTED = (
    Ansible("2.16", ("3.10", "3.11", "3.12")),
    Ansible("2.18", ("3.11", "3.12", "3.13")),
    Ansible("2.19", ("3.11", "3.12", "3.13")),
    Ansible("2.20", ("3.12", "3.13", "3.14"), sanity=True),
    Ansible("2.21", ("3.12", "3.13", "3.14"), sanity=True),
    Ansible("2.22", ("3.13", "3.14", "3.15"), released=False),
)
