# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud of which all secrets are known."""

from __future__ import annotations

from helpers.cloud_fixtures import secrets

__all__ = ["secrets"]
