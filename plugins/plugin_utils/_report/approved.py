# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The draft of a file of variables that approves plans of several projects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from .._plan.records import counted
from .display import shown

# In braces an empty mapping is one too, and the indentation of its lines does not matter.
_HEAD = "decommission_confirmations: {  # remove the # before each environment that is approved"
# What Ansible would take for a template or the beginning of one.
_TEMPLATES = ("{{", "{%", "{#")


def approved_draft(projects: Iterable[Mapping[str, Any]]) -> str:
    """Return YAML with the confirmation of each planned project of a fleet's summary in a comment.

    As it is, it approves nothing. Without the ``#`` at the beginnings of lines it approves all of them.
    """
    return "\n".join(["---", _HEAD, *map(_line, projects), "  }", ""])


def _line(project: Mapping[str, Any]) -> str:
    confirmation = project["confirmation"]
    tag = "!unsafe " if any(template in confirmation for template in _TEMPLATES) else ""
    facts = [counted(project["planned"] - project["instances"], project["instances"])]
    if project["stops"]:
        facts.append(stop_count(project["stops"]))
    if project["region"]:
        facts.append(shown(project["region"]))
    return f"#  {_quoted(project['project'])}: {tag}{_quoted(confirmation)},  # {', '.join(facts)}"


def _quoted(text: str) -> str:
    """Return a text as YAML in double quotes, on one line and in ASCII."""
    # PyYAML knows no subclass of str, such as the one that ansible-core 2.18 and earlier have for the names of hosts.
    plain = "".join(text)
    return yaml.safe_dump(plain, default_style='"', width=float("inf")).strip()


def stop_count(count: int) -> str:
    """Return a number of replications that are to be stopped for a reader."""
    return f"{count:,} {'replication' if count == 1 else 'replications'} to be stopped"
