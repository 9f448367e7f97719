# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is computed once for all processes of a run."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.once import once


def slow_process_id() -> int:
    """Return the process that this ran in, after the others have had time to ask too."""
    time.sleep(0.3)
    return os.getpid()


def ask(directory: Path, answers: multiprocessing.SimpleQueue[int]) -> None:
    """Ask in a process of its own."""
    answers.put(once(directory, "process", slow_process_id))


def test_once_same_key_is_made_by_one_process(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    processes = [context.Process(target=ask, args=(tmp_path, answers)) for _number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    given = {answers.get() for _process in processes}
    assert len(given) == 1
    assert given < {process.pid for process in processes}


def test_once_other_key_has_own_value(tmp_path: Path) -> None:
    assert once(tmp_path, "first", lambda: {"a": [1]}) == {"a": [1]}
    assert once(tmp_path, "second", lambda: "two") == "two"
    assert once(tmp_path, "first", lambda: None) == {"a": [1]}
