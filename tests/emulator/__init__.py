# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud emulator: the APIs that the collection calls, on loopback, with faults on request."""

from __future__ import annotations

from .builders import (
    ACCESS_KEY,
    DOMAIN,
    PASSWORD,
    PROJECT,
    REGION,
    SECRET_KEY,
    TEMPORARY_KEY,
    USER,
    bulk,
    neighbours,
    small,
)
from .cloud import CloudEmulator
from .records import ScenarioError

__all__ = [
    "ACCESS_KEY",
    "DOMAIN",
    "PASSWORD",
    "PROJECT",
    "REGION",
    "SECRET_KEY",
    "TEMPORARY_KEY",
    "USER",
    "CloudEmulator",
    "ScenarioError",
    "bulk",
    "neighbours",
    "small",
]
