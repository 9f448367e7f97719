# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the record services share: the id check and the merge of a record's raw fields."""

from __future__ import annotations

import re
from typing import Any

from emulator.call import Call
from emulator.replies import Refusal
from emulator.state import Record

_WELL_FORMED = re.compile(r"^[A-Za-z0-9_-]{1,64}$")


def well_formed(record_id: str) -> bool:
    return _WELL_FORMED.match(record_id) is not None


def rendered(record: Record, item: dict[str, Any]) -> dict[str, Any]:
    """The item with the record's ``raw`` fields laid over it: hostile or unusual values, set by the scenario."""
    raw = record.details.get("raw")
    return {**item, **raw} if raw else item


def refuse_unless_deletable(call: Call, record: Record, deletable: frozenset[str], refusal: Refusal) -> None:
    """Raise ``refusal`` for a record in a state that forbids deleting, unless the scenario is lenient."""
    if record.status.upper() not in deletable and not call.options.lenient_states:
        raise refusal
