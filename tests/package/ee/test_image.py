# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-builder reads the installed collection and the definition of an execution environment."""

from __future__ import annotations

from pathlib import Path

import yaml

from checkout import ROOT
from commands import run, tool

DEFINITION = ROOT / "extensions" / "ee" / "execution-environment.yml"


def test_builder_introspect_finds_requirements(installed: Path) -> None:
    found = yaml.safe_load(run([tool("ansible-builder"), "introspect", installed]))
    assert [requirement.split() for requirement in found["python"]] == [
        ["requests", "#", "from", "collection", "sundown.hwcloud"]
    ]
    assert not found["system"]


def test_builder_create_writes_build_context(tmp_path: Path) -> None:
    context = tmp_path / "context"
    files = ["--file", DEFINITION, "--context", context, "--output-filename", "Containerfile"]
    run([tool("ansible-builder"), "create", *files])
    containerfile = (context / "Containerfile").read_text(encoding="utf-8")
    assert "ansible-core>=2.16" in containerfile
    assert 'EE_BASE_IMAGE="fedora:43"' in containerfile
    assert "introspect.py introspect" in containerfile
    wanted = yaml.safe_load((context / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert [collection["name"] for collection in wanted["collections"]] == ["sundown.hwcloud"]
