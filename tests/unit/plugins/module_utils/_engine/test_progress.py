# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is counted while records are deleted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.deletion import Deleter
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.progress import KindProgress
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.record_client import (
    Outcome,
    RecordClient,
    RecordId,
    RecordResult,
)


def test_deleter_counts_failed_records_of_those_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = {RecordId("a"): Outcome.DELETED, RecordId("b"): Outcome.FAILED, RecordId("c"): Outcome.ABSENT}

    def send(_client: RecordClient, _request: Any, record_id: RecordId) -> RecordResult:
        return RecordResult(record_id, outcomes[record_id])

    monkeypatch.setattr(RecordClient, "send", send)
    lister: Any = SimpleNamespace(
        kind=SimpleNamespace(check_before_delete=False),
        api=SimpleNamespace(deletion=None, stopping=None),
        client=SimpleNamespace(reset_stall_timer=lambda: None),
        concurrency=1,
    )
    progress = KindProgress(total=3)
    Deleter(lister, progress=progress).delete([*outcomes], check_mode=False)
    assert progress.figures() == {"done": 3, "total": 3, "failed": 1, "waiting": 0}
