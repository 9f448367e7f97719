# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which IAM actions the kinds need, as a table and as policies of each cloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from textwrap import indent, wrap

from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS, Kind

from .declarations import collect
from .tables import literal, literals, rst_table

UNDOCUMENTED = "not documented"
# Of the longest line of actions in a policy.
WIDTH = 100


def table() -> str:
    """Return the actions to list and to delete, by kind and, where they differ, by cloud."""
    rows = [
        [literal(kind.name), _cell(kind, kind.list_permission, _holder(kind)), _cell(kind, kind.delete_permission)]
        for kind in collect()
    ]
    return rst_table(["Kind", "To list", "To delete"], rows, [22, 39, 39])


def _holder(kind: Kind) -> Kind | None:
    """Return the kind of the instances that are listed first."""
    lists = any(api.listing.instances or api.fallback_listing for api in kind.apis)
    return KINDS[kind.held_by] if kind.held_by and lists else None


def _cell(kind: Kind, actions: Mapping[Cloud, str], holder: Kind | None = None) -> str:
    """Return the actions on the clouds that offer the kind, and that for the list of instances."""
    clouds = [cloud for cloud in Cloud if cloud in kind.clouds]
    found = {cloud: literal(actions[cloud]) if cloud in actions else UNDOCUMENTED for cloud in clouds}
    if len(set(found.values())) == 1:
        lines = [next(iter(found.values()))]
    else:
        lines = [f"{cloud.value}: {action}" for cloud, action in found.items()]
    if holder:
        lines.append(f"and {literals(dict.fromkeys(holder.list_permission.values()))}")
    return "\n".join(f"| {line}" for line in lines) if len(lines) > 1 else lines[0]


def policy(cloud: Cloud, *, deletes: bool) -> str:
    """Return a policy with all documented actions of a cloud, those of one service on one line."""
    services = groupby(sorted(set(_actions(cloud, deletes))), key=lambda action: action.partition(":")[0])
    found = (wrap(", ".join(f'"{action}"' for action in actions), WIDTH) for _service, actions in services)
    lines = ",\n".join("\n".join(parts) for parts in found)
    return f"""\
{{
  "Version": "1.1",
  "Statement": [
    {{
      "Effect": "Allow",
      "Action": [
{indent(lines, " " * 8)}
      ]
    }}
  ]
}}"""


def _actions(cloud: Cloud, deletes: bool) -> Iterator[str]:
    for kind in collect():
        for actions in (kind.list_permission, kind.delete_permission if deletes else {}):
            if cloud in actions:
                yield actions[cloud]


def undocumented(cloud: Cloud) -> Iterator[str]:
    """Yield the kinds of which a cloud documents no action to list or none to delete."""
    for kind in collect():
        documented = cloud in kind.list_permission and cloud in kind.delete_permission
        if cloud in kind.clouds and not documented:
            yield kind.name


def _rst_policies(deletes: bool) -> str:
    return "\n\n".join(
        f".. code-block:: json\n   :caption: {cloud.value}\n\n{indent(policy(cloud, deletes=deletes), '   ')}"
        for cloud in Cloud
    )


def to_list() -> str:
    """Return the policies that allow a plan, for the guide."""
    return _rst_policies(deletes=False)


def to_delete() -> str:
    """Return the policies that allow the deletion too, for the guide."""
    return _rst_policies(deletes=True)


def gaps() -> str:
    """Return for each cloud the kinds that its policy lacks something for."""
    return "\n".join(f"- {cloud.value}: {', '.join(literal(name) for name in undocumented(cloud))}" for cloud in Cloud)


def readme() -> str:
    """Return the policies that allow everything, for the README."""
    return "\n\n".join(f"{cloud.value}:\n\n```json\n{policy(cloud, deletes=True)}\n```" for cloud in Cloud)


PARTS = {
    "permissions": table,
    "policies to list": to_list,
    "policies to delete": to_delete,
    "undocumented permissions": gaps,
}
