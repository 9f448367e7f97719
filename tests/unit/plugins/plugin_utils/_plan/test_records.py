# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which instance holds a record, and numbers of both for readers."""

from __future__ import annotations

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.records import counted, holder_of


@pytest.mark.parametrize(
    ("kind", "instance_id", "expected"),
    [
        ("dms_task", "i1", ("dms_instance", "i1")),
        ("dcs_task", None, None),
        ("dcs_task", "", None),
        ("gaussdb_job", "i1", None),
        ("unknown", "i1", None),
    ],
)
def test_holder_is_instance_that_takes_record_along(
    kind: str, instance_id: str | None, expected: tuple[str, str] | None
) -> None:
    assert holder_of(kind, instance_id) == expected


@pytest.mark.parametrize(
    ("records", "instances", "expected"),
    [
        (0, 0, "0 records"),
        (1, 0, "1 record"),
        (1040, 3, "3 instances and 1,040 records"),
        (1, 1, "1 instance and 1 record"),
        (0, 1200, "1,200 instances"),
    ],
)
def test_counted_names_instances_first(records: int, instances: int, expected: str) -> None:
    assert counted(records, instances) == expected
