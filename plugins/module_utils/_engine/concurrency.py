# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Runs many requests at the same time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_concurrently(function: Callable[[Item], Result], items: Sequence[Item], concurrency: int) -> list[Result]:
    """Call ``function`` for every item, ``concurrency`` at a time; return the results in the items' order.

    The first exception stops the start of further calls and is raised when the calls under way have ended.

    The threads are daemons and not a ThreadPoolExecutor's, for which Python waits at its exit: Ctrl-C then ends a
    module at once, even while a request waits for its response.
    """
    if len(items) <= 1 or concurrency <= 1:
        return [function(item) for item in items]
    waiting = deque(enumerate(items))
    results: list[Any] = [None] * len(items)
    errors: list[BaseException] = []

    def work() -> None:
        while not errors:
            try:
                index, item = waiting.popleft()
            except IndexError:
                return
            try:
                results[index] = function(item)
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _worker in range(min(concurrency, len(items)))]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException as interruption:
        errors.append(interruption)
        raise
    if errors:
        raise errors[0]
    return results
