# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tool that several files pin has the same version in each of them."""

from __future__ import annotations

import re

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from checkout import ROOT, source_files

PIN = re.compile(r"^[\w.-]+(\[.+\])?~=.+$", re.MULTILINE)


def pins() -> dict[str, dict[SpecifierSet, str]]:
    """Return the pins (~=) of each tool in the files with requirements, each pin with one of its files."""
    found: dict[str, dict[SpecifierSet, str]] = {}
    for path in source_files():
        if re.fullmatch(r"tests/(.+/)?requirements[\w-]*\.txt", path):
            for match in PIN.finditer((ROOT / path).read_text(encoding="utf-8")):
                requirement = Requirement(match[0])
                found.setdefault(requirement.name, {})[requirement.specifier] = path
    return found


def test_requirements_pin_tool_to_one_version() -> None:
    assert not {tool: pinned for tool, pinned in pins().items() if len(pinned) > 1}


def test_hooks_of_pre_commit_have_pinned_versions() -> None:
    pinned = pins()
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    for repository in config["repos"]:
        tool = repository["repo"].rsplit("/", 1)[1].removesuffix("-pre-commit")
        (specifier,) = pinned[tool]
        assert repository["rev"].removeprefix("v") in specifier, f"{tool}: {repository['rev']} and {specifier}"
