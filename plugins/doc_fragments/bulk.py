# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say how many requests go at a time, and how fast."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  concurrency:
    description: How many requests to a service are under way at a time, V(1) to V(64).
    type: int
    default: 16
  max_rps:
    description:
      - The most requests per second that are sent to a service.
      - Without it the module goes as fast as O(concurrency) allows, and slows down by itself when the service
        throttles.
    type: float
  stall_timeout:
    description:
      - A service that has given no conclusive answer for this time, in seconds, is given up; what was not done by
        then is reported as failed.
    type: float
    default: 120
"""
