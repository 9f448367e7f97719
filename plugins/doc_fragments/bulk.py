# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options for the number and the rate of requests."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  concurrency:
    description: Number of concurrent requests to a service, V(1) to V(64).
    type: int
    default: 16
  max_rps:
    description:
      - Maximum number of requests per second to a service.
      - By default the rate is limited by O(concurrency) only, and reduced automatically when the service throttles.
    type: float
  stall_timeout:
    description:
      - Time in seconds without a conclusive response after which the module gives up a service. Everything that is not
        done by then is reported as failed.
    type: float
    default: 120
"""
