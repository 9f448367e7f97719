# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter sundown.hwcloud.decommission_page."""

from __future__ import annotations

DOCUMENTATION = r"""
name: decommission_page
author: The sundown.hwcloud authors (@sundown-hwcloud)
short_description: The report of a decommission as a web page
version_added: 1.0.0
description:
  - Makes a web page of what the role sundown.hwcloud.decommission writes to C(report.json).
  - The page needs nothing but itself. It loads nothing, can be read without its script, suits light and dark screens
    and paper, and remains readable with tens of thousands of records.
  - Names and messages in it are never evaluated, and characters that cannot be seen are shown as escape sequences.
positional: _input
options:
  _input:
    description: The report, as the text of C(report.json) or as the data that it holds.
    type: raw
    required: true
seealso:
  - plugin: ansible.builtin.copy
    plugin_type: module
    description: Writes the page to a file.
"""

EXAMPLES = r"""
- name: Make the page of a report anew
  ansible.builtin.copy:
    content: >-
      {{ lookup('ansible.builtin.file', 'reports/shop/latest/report.json') | sundown.hwcloud.decommission_page }}
    dest: reports/shop/latest/report.html
    mode: "0600"
"""

RETURN = r"""
_value:
  description: The page, in HTML.
  type: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def decommission_page(report: Mapping[str, Any] | str) -> str:
    """Return the page of a report."""
    # Each worker that uses a filter of the collection loads every file of filters: what few of them need comes late.
    from ..plugin_utils._report.page import render_report  # noqa: PLC0415

    try:
        return render_report(report)
    except (KeyError, TypeError, ValueError) as error:
        raise AnsibleFilterError(f"decommission_page: this is no report of a decommission: {error!r}") from error


class FilterModule:
    """The filter by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"decommission_page": decommission_page}
