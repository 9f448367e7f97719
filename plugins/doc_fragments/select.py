# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option that selects records by rules."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  select:
    description:
      - A list of at least one rule. Only records that one of the rules matches are returned. The default is all
        records.
      - A rule is a dictionary with at least one of the keys below, and all its keys must match. All values are strings.
        A rule does not match a record that lacks a field of the rule.
      - A rule that is about a kind or a status that is not listed is an error. All rules are validated before the first
        request.
    type: list
    elements: dict
    suboptions:
      kind:
        description: The kind of the record, which is the name of the module that deletes it.
        type: str
      service:
        description: The service of the record, such as V(gaussdb).
        type: str
      id:
        description: The ID of the record, exactly.
        type: str
      name:
        description: A glob for the name, case-sensitive.
        type: str
      status:
        description: The status, case-insensitive.
        type: str
      instance_id:
        description: The ID of the instance that the record belongs to, exactly. Matches this instance, too.
        type: str
      older_than:
        description: The record is older than this age, a number and C(h), C(d) or C(w), such as V(30d).
        type: str
      newer_than:
        description: The record is newer than this age, which is given like O(select[].older_than). Together with
          O(select[].older_than) it must be the greater age.
        type: str
      tag:
        description: A tag of the instance, its key or C(key=value). Matches no record of a kind without tags.
        type: str
      enterprise_project_id:
        description: The enterprise project, by its ID. Matches no record of a kind without one.
        type: str
"""
