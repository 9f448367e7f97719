# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Waits for work that a service does in the background, by listing again until it has ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

FIRST_POLL_SECONDS = 0.5
MAX_POLL_SECONDS = 15.0
# An end is noticed late by at most a tenth of the time waited and half a second.
GROWTH = 1.1

Item = TypeVar("Item")


def wait_for(
    pending: Sequence[Item],
    poll: Callable[[Sequence[Item]], Sequence[Item]],
    timeout: float,
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Sequence[Item]:
    """Call ``poll`` at growing intervals until nothing is pending or ``timeout`` seconds have passed.

    ``poll`` takes what is pending and returns what still is. Returns what is pending at the end.
    """
    deadline = clock() + timeout
    interval = FIRST_POLL_SECONDS
    while pending and clock() < deadline:
        sleep(max(0.0, min(interval, deadline - clock())))
        interval = min(interval * GROWTH, MAX_POLL_SECONDS)
        pending = poll(pending)
    return pending
