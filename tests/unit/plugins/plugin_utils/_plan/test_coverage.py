# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes with an instance and what stays, from the declarations and the options in force."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.coverage import (
    consequences_of,
    leftovers_of,
    not_covered_line,
    options_in_force,
)

CLUSTER = KINDS["cce_cluster"].parameters


def test_not_covered_line_names_everything_that_may_cost() -> None:
    assert not_covered_line() == (
        "Not covered, and may still cost: ECS servers, other databases, load balancers, addresses, disks, networks,"
        " buckets, backups."
    )


def test_options_in_force_are_defaults_and_given() -> None:
    defaults = {name: parameter.default for name, parameter in CLUSTER.items()}
    assert options_in_force("cce_cluster", {}) == defaults
    given = {"cce_cluster": {"delete_evs": "block"}, "drs_job": {"api_version": "v3"}}
    assert options_in_force("cce_cluster", given) == {**defaults, "delete_evs": "block"}
    assert options_in_force("drs_job", given) == {"api_version": "v3"}
    assert options_in_force("dms_task", given) == {}


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.is_instance])
def test_every_kind_of_instances_has_consequences(kind: str) -> None:
    lifecycle = KINDS[kind].lifecycle
    assert lifecycle
    clauses = consequences_of(kind, options_in_force(kind, {}))
    assert clauses[: len(lifecycle.consequences)] == list(lifecycle.consequences)
    assert all(any(name in clause for clause in clauses) for name in KINDS[kind].parameters)


@pytest.mark.parametrize(
    ("value", "meaning", "left"),
    [
        ("skip", "stay and may cost", [parameter.removes for parameter in CLUSTER.values()]),
        ("try", "are deleted where that is possible", []),
        ("block", "are deleted, or the cluster stays", []),
    ],
)
def test_consequence_of_value_names_everything_under_that_value(value: str, meaning: str, left: list[str]) -> None:
    options: dict[str, Any] = dict.fromkeys(CLUSTER, value)
    clause = consequences_of("cce_cluster", options)[-1]
    assert clause.endswith(f"{meaning} ({', '.join(CLUSTER)}: {value})")
    assert all(parameter.removes in clause for parameter in CLUSTER.values())
    assert leftovers_of("cce_cluster", options) == left
