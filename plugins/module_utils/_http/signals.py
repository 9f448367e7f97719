# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What a service says, beside the statuses 401 and 429, that concerns every request to it.

A module of its own: the descriptions of the services need it, and whoever only reads these needs no HTTP library.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Signals:
    """Error codes of a service by their meaning."""

    throttle_codes: frozenset[str] = frozenset()
    auth_codes: frozenset[str] = frozenset()


NO_SIGNALS = Signals()
