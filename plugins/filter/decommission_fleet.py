# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter sundown.hwcloud.decommission_fleet."""

from __future__ import annotations

DOCUMENTATION = r"""
name: decommission_fleet
author: The sundown.hwcloud authors (@sundown-hwcloud)
short_description: The decommissions of a play's hosts in one summary
version_added: 1.0.0
description:
  - Brings together what the role sundown.hwcloud.decommission left behind on the hosts of a play, as data, as lines
    to show or as a web page. The playbook sundown.hwcloud.fleet uses it.
positional: _input
options:
  _input:
    description: The variables of each host, with C(inventory_hostname) among them.
    type: list
    elements: dict
    required: true
  form:
    description: V(data) for the summary, V(json) for it as text, V(lines) for a list of lines, V(page) for HTML.
    type: str
    choices: [data, json, lines, page]
    default: data
"""

EXAMPLES = r"""
- name: Show how the environments of this play ended
  ansible.builtin.debug:
    msg: >-
      {{ ansible_play_hosts_all | map('extract', hostvars) | sundown.hwcloud.decommission_fleet(form='lines') }}
  run_once: true
"""

RETURN = r"""
_value:
  description:
    - The summary with C(created_at), C(mode), C(environments) (how many ended how), C(planned), C(outcomes) and
      C(projects), or its text, lines or page.
  type: raw
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from ansible.errors import AnsibleFilterError


def decommission_fleet(environments: Iterable[Mapping[str, Any]], form: str = "data") -> Any:
    """Return the summary of a play's hosts in a form."""
    # Each worker that uses a filter of the collection loads every file of filters: what few of them need comes late.
    from ..plugin_utils._report.fleet import fleet_lines, fleet_summary, fleet_view  # noqa: PLC0415
    from ..plugin_utils._report.page import render  # noqa: PLC0415

    forms: dict[str, Callable[[dict[str, Any]], Any]] = {
        "data": lambda summary: summary,
        # It begins with a line break: Ansible up to 2.18 parses a text that begins with a brace as if it were a dict.
        "json": lambda summary: f"\n{json.dumps(summary, indent=2)}\n",
        "lines": fleet_lines,
        "page": lambda summary: render("fleet.html.j2", fleet_view(summary)),
    }
    if form not in forms:
        raise AnsibleFilterError(f"decommission_fleet: form: {form!r} is none of: {', '.join(forms)}")
    return forms[form](fleet_summary(environments, now=datetime.now(timezone.utc)))


class FilterModule:
    """The filter by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"decommission_fleet": decommission_fleet}
