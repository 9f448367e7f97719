# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What is confirmed: nothing, exactly one plan, or whatever is planned."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...module_utils._errors import OptionError
from .document import DIGEST_SHOWN, check_document, confirmation_of, load_document

UNATTENDED = "unattended"

_DIGEST = re.compile(f"[0-9a-f]{{{DIGEST_SHOWN}}}")


@dataclass(frozen=True)
class Approval:
    """``digest`` is the beginning of the confirmed plan's digest, empty where any plan or none is confirmed."""

    given: bool = False
    digest: str = ""

    @property
    def scope(self) -> str:
        """Return ``none``, ``exact`` or ``unattended``."""
        if not self.given:
            return "none"
        return "exact" if self.digest else UNATTENDED


def parse_approval(project: str, confirm: str, confirmations: Mapping[str, Any]) -> Approval:
    """Return what ``confirm``, or else the project's own entry in ``confirmations``, confirms for the project.

    Where many projects are confirmed at once, ``confirm`` may be another's: the own entry counts then. Raises an
    OptionError for a confirmation that is malformed, of another project, or differs from the own entry.
    """
    for name, value in confirmations.items():
        if not isinstance(value, str | None):
            raise OptionError(f"decommission_confirmations[{name!r}]: must be a string, not {value!r}")
    own = (confirmations.get(project) or "").strip()
    if not own:
        return _parse("decommission_confirm", project, confirm)
    approval = _parse(f"decommission_confirmations[{project!r}]", project, own)
    if confirm.rpartition("/")[0] in (project, "") and confirm not in ("", own):
        raise OptionError(
            f"decommission_confirm: {confirm!r} differs from the entry for {project!r} in decommission_confirmations,"
            f" {own!r}"
        )
    return approval


def _parse(place: str, project: str, value: str) -> Approval:
    if not value:
        return Approval()
    named, slash, rest = value.rpartition("/")
    if not slash or not (rest == UNATTENDED or _DIGEST.fullmatch(rest)):
        raise OptionError(
            f"{place}: must be {project}/ and the first {DIGEST_SHOWN} characters of the plan's digest,"
            f" or {project}/{UNATTENDED}, not {value!r}"
        )
    if named != project:
        raise OptionError(f"{place}: {value!r} confirms project {named!r}, but decommission_project is {project!r}")
    return Approval(True, "" if rest == UNATTENDED else rest)


def approved_plan(
    approval: Approval,
    *,
    plan_file: str,
    content: bytes | None,
    planned: Mapping[str, Any],
    reported: Callable[[str], Mapping[str, Any] | None],
    **owner: str,
) -> Mapping[str, Any] | None:
    """Return the plan that is applied, None where there is none.

    ``content`` is that of the plan file, empty where there is no such file, ``planned`` the plan that was given as a
    variable, ``owner`` the ``project`` and its ``region``. ``reported`` returns the plan of an earlier run by the
    beginning of its digest; it is called where no other plan is given. Raises an OptionError where a plan should be
    there and is not, is not this project's, or is not the one that was confirmed.
    """
    if not approval.given:
        return None
    plans = {}
    if plan_file:
        place = f"decommission_plan_file: {plan_file}"
        if not content:
            raise OptionError(f"{place}: does not exist or is empty; plan first, without a confirmation")
        plans[place] = load_document(place, content)
    if planned:
        plans["decommission_planned"] = planned
    for place, plan in plans.items():
        check_document(place, plan, **owner)
        if not plan["digest"].startswith(approval.digest):
            wanted = confirmation_of(owner["project"], plan["digest"])
            raise OptionError(f"{place}: is not the confirmed plan; this one is confirmed by {wanted}")
    if len({plan["digest"] for plan in plans.values()}) > 1:
        raise OptionError("decommission_planned: is another plan than the one in decommission_plan_file")
    if not plans and approval.digest:
        return reported(approval.digest)
    return next(iter(plans.values()), None)
