# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action environment: what it hands to the module, its journal and its lines of progress."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.action import environment

RECORDS = [{"kind": "cce_job", "id": "a"}]
RESULT = {"changed": True, "deleted": RECORDS, "absent": [], "failures": [], "deleting": []}
WAIT_SECONDS = 10


class Action(environment.ActionModule):  # type: ignore[misc]
    """The action with a module that a test makes."""

    def __init__(self, arguments: dict[str, Any], *, check: bool, background: int, transport: str) -> None:
        task = SimpleNamespace(
            action="sundown.hwcloud.environment",
            args=arguments,
            async_val=background,
            check_mode=check,
            diff=False,
            environment=None,
        )
        connection = SimpleNamespace(transport=transport, _shell=SimpleNamespace(tmpdir=None))
        play = SimpleNamespace(check_mode=check, diff=False)
        super().__init__(task, connection, play, loader=None, templar=None, shared_loader_obj=None)
        self.calls: list[dict[str, Any]] = []
        self.module: Any = lambda _arguments: dict(RESULT)

    def _execute_module(self, *, module_args: dict[str, Any], task_vars: Any, wrap_async: bool = False) -> Any:
        self.calls.append({"arguments": dict(module_args), "variables": task_vars, "wrap_async": wrap_async})
        return self.module(module_args)


def make(arguments: dict[str, Any], *, check: bool = False, background: int = 0, transport: str = "local") -> Action:
    given = {"records": RECORDS, **arguments}
    return Action(given, check=check, background=background, transport=transport)


def run(action: Action) -> dict[str, Any]:
    result: dict[str, Any] = action.run(task_vars={"inventory_hostname": "eu-de_shop"})
    return result


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that were displayed; one is shown very often."""
    lines: list[str] = []
    monkeypatch.setattr(environment, "LINE_SECONDS", 0.01)
    monkeypatch.setattr(environment, "Display", lambda: SimpleNamespace(display=lines.append))
    return lines


def test_action_without_journal_runs_module(tmp_path: Path) -> None:
    action = make({"stop": True}, transport="ssh")
    assert run(action) == RESULT
    (call,) = action.calls
    assert call["arguments"] == {"records": RECORDS, "stop": True} and not call["wrap_async"]
    assert call["variables"]["inventory_hostname"] == "eu-de_shop"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("transport", ["local", "ssh"])
def test_action_writes_journal_before_and_after_module(journal: Path, transport: str) -> None:
    action = make({"journal": str(journal), "progress": {"batch": 2, "batches": 3}}, transport=transport)
    before: list[dict[str, Any]] = []

    def module(arguments: dict[str, Any]) -> dict[str, Any]:
        assert arguments.get("journal") == (str(journal) if transport == "local" else None)
        before.extend(lines_of(journal))
        return dict(RESULT)

    action.module = module
    assert run(action)["deleted"] == RECORDS
    started, ended = lines_of(journal)
    assert before == [started] and journal.stat().st_mode & 0o777 == 0o600
    assert (started["state"], started["batch"], started["batches"]) == ("started", 2, 3)
    assert started["kinds"] == ended["kinds"] == ended["deleted"] == {"cce_job": 1}
    assert (ended["state"], ended["absent"], ended["failed"], ended["deleting"]) == ("ended", {}, {}, [])


def test_action_module_failed_early_leaves_no_ended_line(journal: Path) -> None:
    action = make({"journal": str(journal)})
    action.module = lambda _arguments: {"failed": True, "msg": "kind_options: ..."}
    assert run(action)["failed"]
    assert [line["state"] for line in lines_of(journal)] == ["started"]


def test_action_interrupted_leaves_no_ended_line(journal: Path) -> None:
    action = make({"journal": str(journal)})

    def module(_arguments: dict[str, Any]) -> dict[str, Any]:
        raise KeyboardInterrupt

    action.module = module
    with pytest.raises(KeyboardInterrupt):
        run(action)
    assert [line["state"] for line in lines_of(journal)] == ["started"]


def test_action_in_check_mode_writes_no_journal(journal: Path) -> None:
    action = make({"journal": str(journal)}, check=True)
    run(action)
    assert "journal" not in action.calls[0]["arguments"] and not journal.exists()


def test_action_journal_that_cannot_be_written_fails_before_module(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "journal.jsonl"
    action = make({"journal": str(path)})
    result = run(action)
    assert result["failed"] and action.calls == []
    assert result["msg"] == (
        f"journal: {path} cannot be written: No such file or directory; the role writes it to decommission_report_dir"
    )


def test_action_journal_lost_after_module_keeps_result(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    action = make({"journal": str(journal)})
    warnings: list[str] = []
    monkeypatch.setattr(action, "_display", SimpleNamespace(warning=warnings.append))

    def module(_arguments: dict[str, Any]) -> dict[str, Any]:
        journal.unlink()
        journal.mkdir()
        return dict(RESULT)

    action.module = module
    assert run(action) == RESULT
    assert len(warnings) == 1 and str(journal) in warnings[0]


def test_action_shows_progress_while_module_runs(displayed: list[str]) -> None:
    action = make({})
    seen = threading.Event()
    paths: list[Path] = []

    def module(arguments: dict[str, Any]) -> dict[str, Any]:
        path = Path(arguments["progress_file"])
        paths.append(path)
        assert path.parent.stat().st_mode & 0o777 == 0o700
        figures = {"cce_job": {"done": 600, "total": 1000, "failed": 3, "waiting": 0}}
        path.write_text(json.dumps(figures), encoding="utf-8")
        for _attempt in range(100 * WAIT_SECONDS):
            if displayed or seen.wait(0.01):
                break
        return dict(RESULT)

    action.module = module
    run(action)
    assert displayed == ["eu-de_shop: 600 of 1,000 records done, 3 failed"]
    assert not paths[0].parent.exists()


@pytest.mark.parametrize(
    "action",
    [
        lambda: make({}, transport="ssh"),
        lambda: make({}, background=60),
        lambda: make({"progress_file": "/srv/progress.json"}),
    ],
    ids=["remote", "in background", "given"],
)
def test_action_without_readable_progress_shows_none(action: Any, displayed: list[str]) -> None:
    made = action()
    given = made._task.args.get("progress_file")
    run(made)
    assert made.calls[0]["arguments"].get("progress_file") == given
    assert made.calls[0]["wrap_async"] == bool(made._task.async_val) and displayed == []


def test_action_shows_soon_that_instances_are_waited_for(monkeypatch: pytest.MonkeyPatch, displayed: list[str]) -> None:
    monkeypatch.setattr(environment, "LINE_SECONDS", 60.0)
    monkeypatch.setattr(environment, "BEGIN_SECONDS", 0.01)
    action = make({})

    def module(arguments: dict[str, Any]) -> dict[str, Any]:
        for done in (0, 1):
            figures = {"cce_cluster": {"done": done, "total": 2, "failed": 0, "waiting": 2 - done}}
            written = Path(arguments["progress_file"]).with_suffix(".new")
            written.write_text(json.dumps(figures), encoding="utf-8")
            written.replace(arguments["progress_file"])
            for _attempt in range(100 * WAIT_SECONDS):
                if displayed or threading.Event().wait(0.01):
                    break
        threading.Event().wait(0.1)
        return dict(RESULT)

    action.module = module
    run(action)
    assert displayed == ["eu-de_shop: 2 instances left (2 cce_cluster)"]


@pytest.mark.parametrize("background", [0, 60])
def test_action_hands_whole_path_of_journal_to_module(
    journal: Path, monkeypatch: pytest.MonkeyPatch, background: int
) -> None:
    monkeypatch.chdir(journal.parent)
    action = make({"journal": journal.name}, background=background)
    run(action)
    assert action.calls[0]["arguments"]["journal"] == str(journal)


def test_action_names_instances_that_are_still_deleted_in_journal(journal: Path) -> None:
    deleting = [{"kind": "cce_cluster", "instance_id": None, "id": "c1"}]
    action = make({"journal": str(journal), "wait": False})
    action.module = lambda _arguments: {**RESULT, "deleting": deleting}
    assert run(action)["deleting"] == deleting
    assert action.calls[0]["arguments"]["wait"] is False
    assert lines_of(journal)[-1]["deleting"] == deleting


def test_action_keeps_lines_of_module_in_journal(journal: Path) -> None:
    action = make({"journal": str(journal)})
    accepted = {"state": "accepted", "time": "2026-11-24T23:12:00Z", "kind": "cce_cluster", "id": "c1"}

    def module(arguments: dict[str, Any]) -> dict[str, Any]:
        with Path(arguments["journal"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(accepted) + "\n")
        raise KeyboardInterrupt

    action.module = module
    with pytest.raises(KeyboardInterrupt):
        run(action)
    assert [line["state"] for line in lines_of(journal)] == ["started", "accepted"]
