# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what follows from the declarations of the kinds."""

from __future__ import annotations

from .declarations import collect

# Before anything else is imported that has tables of all kinds.
collect()
