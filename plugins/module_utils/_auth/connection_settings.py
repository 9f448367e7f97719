# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The settings of a connection, from options, the environment and clouds.yaml, validated."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._errors import OptionError
from .._http.transport import MUST_BE_URL, check_url
from .._regions import SERVICES, Cloud, check_region, cloud_of
from .clouds_yaml import load_cloud
from .credentials import Credentials
from .environment import ENVIRONMENT, from_environment

MOST_WORKERS = 64
_SECRETS = ("token", "access_key", "secret_key", "security_token", "username", "password")


@dataclass(frozen=True)
class ConnectionSettings:
    """Validated settings. Times are in seconds."""

    region: str
    credentials: Credentials
    auth_url: str | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    verify: bool | str = True
    timeout: float = 30.0
    concurrency: int = 16
    max_rps: float | None = None
    stall_timeout: float = 120.0

    @property
    def cloud(self) -> Cloud:
        return cloud_of(self.region)

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, fallback_region: str | None = None) -> ConnectionSettings:
        """Check ``options`` and return them as settings; raise `OptionError` naming the option that is wrong.

        ``fallback_region`` counts where neither the options nor clouds.yaml name a region; where it is empty, no region
        is needed to find the identity service.
        """
        options = _with_cloud(options)
        credentials = Credentials.from_options(options)
        region = options.get("region") or fallback_region
        if region != "":
            region = check_region(region)
        credentials.check()
        ca_cert = options.get("ca_cert")
        if ca_cert and not os.path.isfile(ca_cert):
            raise OptionError(f"ca_cert: must be the path of a file, not {ca_cert}")
        auth_url = options.get("auth_url")
        return cls(
            region=region,
            credentials=credentials,
            auth_url=check_url(auth_url, "auth_url") if auth_url else None,
            endpoints=_endpoints(options.get("endpoints")),
            verify=(ca_cert or True) if options.get("validate_certs", True) else False,
            timeout=_positive(options, "timeout") or 30.0,
            concurrency=_workers(options.get("concurrency", 16)),
            max_rps=_positive(options, "max_rps"),
            stall_timeout=_positive(options, "stall_timeout") or 120.0,
        )


def _with_cloud(options: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in the entry of clouds.yaml: options of the task override it, the environment does not.

    Where the entry holds a credential, none of the environment is used beside it.
    """
    merged = dict(options)
    if not merged.get("cloud"):
        return merged
    entry = load_cloud(str(merged["cloud"]))
    in_environment = {
        name for name, value in merged.items() if name in ENVIRONMENT and value and value == from_environment(name)
    }
    if any(name in entry for name in ("token", "access_key", "password")):
        for name in _SECRETS:
            if name in in_environment:
                merged[name] = None
    for name, value in entry.items():
        if not merged.get(name) or name in in_environment or name == "validate_certs":
            merged[name] = value
    return merged


def _endpoints(given: Any) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise OptionError("endpoints: must be a dictionary of service names and URLs")
    for name in given:
        if name not in SERVICES:
            raise OptionError(f"endpoints: unknown service {name}; must be one of {', '.join(SERVICES)}")
    for name, url in given.items():
        if not isinstance(url, str):
            raise OptionError(f"endpoints.{name}: {MUST_BE_URL}")
    return {str(name): check_url(str(url), f"endpoints.{name}") for name, url in given.items() if url}


def _positive(options: Mapping[str, Any], name: str) -> float | None:
    value = options.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise OptionError(f"{name}: must be a number > 0")
    return float(value)


def _workers(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_WORKERS:
        raise OptionError(f"concurrency: must be an integer from 1 to {MOST_WORKERS}")
    return value
