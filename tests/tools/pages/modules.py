# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's modules, each in the words of its own documentation."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import yaml

from checkout import ROOT

from .tables import markdown_table

SITE = "https://github.com/sundown-hwcloud/sundown.hwcloud/blob/main/plugins/modules"


def documentation(path: Path) -> dict[str, Any]:
    """Return what a module's DOCUMENTATION holds."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="DOCUMENTATION")], value=ast.Constant(value=str() as text)):
                found: dict[str, Any] = yaml.safe_load(text)
                return found
    raise ValueError(f"{path} has no DOCUMENTATION")


def table() -> str:
    """Return one line for each module: its name, linked, and what it does."""
    paths = sorted((ROOT / "plugins" / "modules").glob("*.py"))
    rows = [[f"[`{path.stem}`]({SITE}/{path.name})", documentation(path)["short_description"]] for path in paths]
    return markdown_table(["Module", "What it does"], rows)
