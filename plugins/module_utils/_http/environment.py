# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Environment variables for connections: proxies and certificate bundles."""

from __future__ import annotations

import base64
import os
import re
from urllib.parse import unquote
from urllib.request import getproxies_environment

from .._errors import OptionError

BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# Libraries end the host at the first of the characters / ? # \, and would take a password for a host and a port.
_PROXY = re.compile(
    r"([a-z][a-z0-9+.-]*://)?([^/?#\\\s]*@)?(\[[0-9a-f:.]+\]|[^/?#\\\s@:\[\]]+)(:[0-9]{1,5})?/?", re.IGNORECASE
)


def ca_bundle() -> str | None:
    """Return the path of the certificate bundle in the environment; raise `OptionError` where it does not exist."""
    for variable in BUNDLE_VARIABLES:
        path = os.environ.get(variable)
        if path:
            if not os.path.exists(path):
                raise OptionError(f"{variable}: {path} does not exist")
            return path
    return None


def proxy_variable(scheme: str) -> str:
    """Return the environment variable with the proxy for URLs of ``scheme``."""
    for wanted in (f"{scheme}_proxy", "all_proxy"):
        names = [name for name, value in os.environ.items() if name.lower() == wanted and value]
        if names:
            return wanted if wanted in names else names[0]
    return "proxy"


def check_proxy(url: str, variable: str) -> None:
    """Raise `OptionError` naming ``variable``, without its value, where ``url`` is not the URL of a proxy."""
    if not _PROXY.fullmatch(url):
        raise OptionError(
            f"{variable}: must be a URL of the form http://[user:password@]host[:port]; in user and password, the"
            " characters / ? # \\ and blanks must be percent-encoded"
        )


def proxy_secrets() -> tuple[str, ...]:
    """Return the credentials in the environment's proxy URLs, also as encoded in a request header."""
    found: list[str] = []
    for url in getproxies_environment().values():
        credentials, at, _unused = url.split("://", 1)[-1].rpartition("@")
        if at:
            user, _unused, password = credentials.partition(":")
            basic = f"{unquote(user)}:{unquote(password)}".encode("latin-1", "replace")
            found += [credentials, password, unquote(password), base64.b64encode(basic).decode()]
    return tuple(found)
