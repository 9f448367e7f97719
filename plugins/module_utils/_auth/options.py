# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The options by which modules connect, as an argument spec."""

from __future__ import annotations

from typing import Any

AUTH_OPTIONS: dict[str, dict[str, Any]] = {
    "region": {"type": "str", "aliases": ["region_name"]},
    "project_id": {"type": "str"},
    "project_name": {"type": "str"},
    "auth_url": {"type": "str"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "domain_name": {"type": "str", "aliases": ["user_domain_name"]},
    "user_id": {"type": "str"},
    "domain_id": {"type": "str", "aliases": ["user_domain_id"]},
    "project_domain_name": {"type": "str"},
    "project_domain_id": {"type": "str"},
    "passcode": {"type": "str", "no_log": True},
    "agency_name": {"type": "str"},
    "agency_domain_name": {"type": "str"},
    "token": {"type": "str", "no_log": True},
    "access_key": {"type": "str", "no_log": False},
    "secret_key": {"type": "str", "no_log": True},
    "security_token": {"type": "str", "no_log": True},
    "metadata": {"type": "bool", "default": False},
    "cloud": {"type": "str"},
    "endpoints": {"type": "dict"},
    "validate_certs": {"type": "bool"},
    "ca_cert": {"type": "path", "aliases": ["cacert"]},
    "timeout": {"type": "float", "default": 30},
    "stall_timeout": {"type": "float", "default": 120},
    "concurrency": {"type": "int", "default": 16},
    "max_rps": {"type": "float"},
}
