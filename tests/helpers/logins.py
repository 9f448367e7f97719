# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log in at Keystone's API with nothing but requests."""

from __future__ import annotations

from typing import Any

import requests

TIMEOUT = 30.0


def log_in(url: str, user: dict[str, Any], scope: dict[str, Any] | None, query: str = "") -> requests.Response:
    """The response to a login with a password; ``user`` and ``scope`` are as in the request."""
    auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": user}}}
    if scope is not None:
        auth["scope"] = scope
    with requests.Session() as session:
        session.trust_env = False
        return session.post(f"{url}/v3/auth/tokens{query}", json={"auth": auth}, timeout=TIMEOUT)
