# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.decide import (
    NOT_SELECTED,
    PROTECTED,
    SELECTED,
    Decision,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.settle import keep_shared_ids

from helpers.plan_factory import decisions, record


def test_shared_id_kept_once_is_kept_for_all() -> None:
    records = [
        record("same", "dms_task", instance_id="i1"),
        record("same", "dms_task", instance_id="i2"),
        record("same", "cce_job"),
    ]
    kept = decisions(records, protect=[{"kind": "dms_task", "instance_id": "i2"}])
    assert [decision.reason for decision in kept] == ["protected", "protected", "selected"]


def test_shared_id_has_reason_that_is_shown_first() -> None:
    planned_one = Decision(True, SELECTED, "all")
    protected = Decision(False, PROTECTED, "a rule")
    unselected = Decision(False, NOT_SELECTED, "no rule")
    records = [record("same", instance_id=str(number)) for number in range(3)]
    assert keep_shared_ids(records, [planned_one, protected, unselected]) == [protected] * 3
    assert keep_shared_ids(records, [unselected, planned_one, protected]) == [protected] * 3
    # Where all are kept anyway, each has its own.
    assert keep_shared_ids(records[:2], [unselected, protected]) == [unselected, protected]
