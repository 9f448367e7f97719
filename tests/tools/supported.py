# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The supported versions of ansible-core, of Python and of the HTTP libraries."""

from __future__ import annotations

from dataclasses import dataclass


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


@dataclass(frozen=True)
class HttpStack:
    """Versions of requests and urllib3, empty for the newest, and the Python that modules are tested on with them."""

    requests: str
    urllib3: str
    python: str

    @property
    def version(self) -> str:
        """Both versions in one word."""
        return f"requests-{self.requests or 'newest'}-urllib3-{self.urllib3 or 'newest'}"

    @property
    def requirements(self) -> tuple[str, ...]:
        wanted = {"requests": self.requests, "urllib3": self.urllib3}
        return tuple(f"{name}=={version}" if version else name for name, version in wanted.items())


def numbers(version: str) -> tuple[int, ...]:
    """Return a dotted version as numbers for comparisons."""
    return tuple(int(part) for part in version.split("."))


SUPPORTED = (
    Ansible("2.16", ("3.10", "3.11", "3.12")),
    Ansible("2.17", ("3.10", "3.11", "3.12")),
    Ansible("2.18", ("3.11", "3.12", "3.13")),
    Ansible("2.19", ("3.11", "3.12", "3.13")),
    Ansible("2.20", ("3.12", "3.13", "3.14"), sanity=True),
    Ansible("2.21", ("3.12", "3.13", "3.14"), sanity=True),
    Ansible("2.22", ("3.13", "3.14", "3.15"), released=False),
)

HTTP_STACKS = (
    HttpStack("2.25.1", "1.26.5", "3.9"),
    HttpStack("2.31.0", "1.26.18", "3.10"),
    HttpStack("", "", "3.11"),
    HttpStack("2.31.0", "2.0.7", "3.12"),
    HttpStack("", "", "3.13"),
)
