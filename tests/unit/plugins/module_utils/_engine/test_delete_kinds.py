# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds that nothing orders are deleted at the same time, the others phase after phase."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine import environment
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.environment import (
    DeleteRequest,
    DeleteResult,
    delete_kinds,
)
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.progress import KindProgress
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.record_client import (
    Outcome,
    RecordId,
    RecordResult,
)
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import HwcloudError, OptionError
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS, Cloud, Kind, phases

WAIT_SECONDS = 10


class Project:
    """A connection in a region of OTC of which only the project is asked for; ``error`` is raised in its place."""

    cloud, region = Cloud.OTC, "eu-de"

    def __init__(self, error: HwcloudError | None = None) -> None:
        self._error = error

    def resolve_project(self) -> str:
        if self._error:
            raise self._error
        return "f00"


def test_delete_kinds_of_one_phase_run_concurrently(monkeypatch: pytest.MonkeyPatch) -> None:
    ordered = phases(KINDS)
    together = {name: threading.Barrier(len(phase)) for phase in ordered for name in phase[:1]}
    ended: list[str] = []

    def delete(_connection: Any, kind: Kind, request: DeleteRequest, *, check_mode: bool) -> list[RecordResult]:
        assert not check_mode
        phase = next(phase for phase in ordered if kind.name in phase)
        before = ordered[: ordered.index(phase)]
        assert {name for names in before for name in names} <= set(ended)
        together[phase[0]].wait(WAIT_SECONDS)
        ended.append(kind.name)
        return [RecordResult(record_id, Outcome.DELETED) for record_id in request.record_ids]

    monkeypatch.setattr(environment, "_delete_kind", delete)
    requests = {name: DeleteRequest([RecordId(f"{name}-1")]) for name in KINDS}
    connection: Any = Project()
    found = delete_kinds(connection, requests, check_mode=False)
    assert set(found) == set(KINDS) and len(ended) == len(KINDS)
    assert [found[name].results[0].record_id.id for name in KINDS] == [f"{name}-1" for name in KINDS]


@pytest.mark.parametrize("names", [tuple(KINDS), ("drs_job", "taurusdb_task")], ids=["all", "two"])
def test_delete_kinds_without_project_fails_and_ends_progress(names: tuple[str, ...]) -> None:
    error = HwcloudError("no such project", service="iam")
    connection: Any = Project(error)
    requests = {name: DeleteRequest([RecordId("x-1")], progress=KindProgress(total=1)) for name in names}
    found = delete_kinds(connection, requests, check_mode=False)
    for name, request in requests.items():
        assert found[name] == DeleteResult([RecordResult(RecordId("x-1"), Outcome.FAILED, error)], seconds=0)
        assert request.progress.figures() == {"done": 1, "total": 1, "failed": 1, "waiting": 0}


def test_delete_kinds_project_option_wrong_raises() -> None:
    connection: Any = Project(OptionError("project_name: must name exactly one project"))
    for names in (["drs_job"], ["drs_job", "cce_job"]):
        with pytest.raises(OptionError, match="project_name"):
            delete_kinds(connection, {name: DeleteRequest([RecordId("x-1")]) for name in names}, check_mode=False)


def test_delete_kinds_one_kind_not_offered_asks_for_no_project() -> None:
    connection: Any = Project(HwcloudError("no such project", service="iam"))
    found = delete_kinds(connection, {"taurusdb_task": DeleteRequest([RecordId("x-1")])}, check_mode=False)
    (result,) = found["taurusdb_task"].results
    assert result.error and result.error.error_code == "NotOffered"


def test_delete_kinds_seconds_are_of_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([1.0, 3.23456])
    monkeypatch.setattr(environment, "time", SimpleNamespace(monotonic=lambda: next(times)))
    monkeypatch.setattr(environment, "_delete_kind", lambda *_arguments, **_more: [])
    connection: Any = Project()
    found = delete_kinds(connection, {"drs_job": DeleteRequest([])}, check_mode=False)
    assert found == {"drs_job": DeleteResult([], seconds=2.235)}
