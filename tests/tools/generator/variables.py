# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the role, out of its argument specs."""

from __future__ import annotations

import json
from typing import Any

import yaml
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.arguments import type_of

from checkout import ROOT

from .tables import markdown_table, plain_markdown

SPECS = ROOT / "roles" / "decommission" / "meta" / "argument_specs.yml"


def options() -> dict[str, Any]:
    """Return the argument spec of each variable."""
    specs: dict[str, Any] = yaml.safe_load(SPECS.read_text(encoding="utf-8"))
    found: dict[str, Any] = specs["argument_specs"]["main"]["options"]
    return found


def table() -> str:
    """Return one line for each variable: name, type, default, meaning."""
    return markdown_table(
        ["Variable", "Type", "Default", "Meaning"],
        [[f"`{name}`", type_of(spec), _default(spec), _meaning(spec)] for name, spec in options().items()],
    )


def _default(spec: dict[str, Any]) -> str:
    if spec.get("required"):
        return "**required**"
    return f"`{json.dumps(spec['default'])}`" if "default" in spec else "none"


def _meaning(spec: dict[str, Any]) -> str:
    description = spec["description"]
    return plain_markdown(description if isinstance(description, str) else " ".join(description))
