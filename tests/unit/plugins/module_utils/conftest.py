# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cloud emulator for all tests of a worker, loaded again for each."""

from __future__ import annotations

from helpers.cloud_fixtures import call, cloud, machine, metadata_server, running_cloud, short_waits

__all__ = ["call", "cloud", "machine", "metadata_server", "running_cloud", "short_waits"]
