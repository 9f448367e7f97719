# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What was confirmed: nothing, exactly one plan, or whatever is planned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .digest import SHORT
from .errors import PlanError, refuse
from .parsers import text

UNATTENDED = "unattended"

_DIGEST = re.compile(f"[0-9a-f]{{{SHORT}}}")


@dataclass(frozen=True)
class Approval:
    """``digest`` is the beginning of the confirmed plan's digest, empty where any plan is confirmed, or none."""

    given: bool = False
    digest: str = ""

    @property
    def kind(self) -> str:
        """Return ``none``, ``exact`` or ``unattended``."""
        if not self.given:
            return "none"
        return "exact" if self.digest else UNATTENDED


def parse_approval(project: str, confirm: str, confirmations: Mapping[str, Any]) -> Approval:
    """Return what ``confirm``, or else the project's own entry in ``confirmations``, confirms for the project.

    Where many projects are confirmed at once, ``confirm`` may be another's: the own entry counts then.
    """
    for name, value in confirmations.items():
        text(f"decommission_confirmations[{name!r}]", value)
    own = text("decommission_confirmations", confirmations.get(project))
    if not own:
        return _parse("decommission_confirm", project, confirm)
    approval = _parse(f"decommission_confirmations[{project!r}]", project, own)
    if confirm.rpartition("/")[0] in (project, "") and confirm not in ("", own):
        raise PlanError(
            f"decommission_confirm: {confirm!r} is not what decommission_confirmations holds for {project!r}: {own!r}"
        )
    return approval


def _parse(variable: str, project: str, value: str) -> Approval:
    if not value:
        return Approval()
    named, slash, rest = value.rpartition("/")
    if not slash or not (rest == UNATTENDED or _DIGEST.fullmatch(rest)):
        refuse(
            variable,
            value,
            f"is not a confirmation: {project}/ and the first {SHORT} characters of the plan's digest,"
            f" or {project}/{UNATTENDED}",
        )
    if named != project:
        refuse(variable, value, f"confirms project {named!r}, but this is {project!r}")
    return Approval(True, "" if rest == UNATTENDED else rest)
