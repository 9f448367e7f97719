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
from .._regions import SERVICES, Cloud, check_region, cloud_of, region_of_project
from .._text import unknown_name
from .clouds_yaml import load_cloud
from .credentials import Credentials
from .credentials_file import load_credentials_file
from .environment import ENVIRONMENT, from_environment, is_insecure

MOST_WORKERS = 64
# In seconds less than sockets can wait.
LARGEST_NUMBER = 1_000_000
# Where clouds.yaml has a credential, the environment's are not used beside it.
_LOGIN = ("token", "access_key", "secret_key", "security_token", "username", "user_id", "password", "passcode")
_AGENCY = ("agency_name", "agency_domain_name")
# Options of which an ID precedes the name, but not one from another source that is preceded by that of the name.
_PAIRS = (
    ("user_id", "username"),
    ("domain_id", "domain_name"),
    ("project_domain_id", "project_domain_name"),
)


@dataclass(frozen=True)
class ConnectionSettings:
    """Validated settings. Times are in seconds; ``notes`` are what a user should know about the choice of settings."""

    region: str
    credentials: Credentials
    auth_url: str | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    verify: bool | str = True
    timeout: float = 30.0
    concurrency: int = 16
    max_rps: float | None = None
    stall_timeout: float = 120.0
    notes: tuple[str, ...] = ()

    @property
    def cloud(self) -> Cloud:
        return cloud_of(self.region)

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, fallback_region: str | None = None) -> ConnectionSettings:
        """Check ``options`` and return them as settings; raise `OptionError` naming the option that is wrong.

        ``fallback_region`` counts where neither the options nor clouds.yaml name a region, and the name of the project
        where that does not either; where ``fallback_region`` is empty, no region is needed except for an agency.
        """
        options = _with_files(options)
        credentials = Credentials.from_options(options)
        region, notes = _region(options, fallback_region)
        credentials.check()
        ca_cert = options.get("ca_cert")
        if ca_cert and not os.path.isfile(ca_cert):
            raise OptionError(f"ca_cert: must be the path of a file, not {ca_cert}")
        auth_url = options.get("auth_url")
        return cls(
            region=region,
            credentials=credentials,
            auth_url=check_url(auth_url, "auth_url") if auth_url else None,
            endpoints=check_endpoints(options.get("endpoints")),
            verify=(ca_cert or True) if _verifies(options) else False,
            timeout=positive(options, "timeout") or 30.0,
            concurrency=_workers(options.get("concurrency", 16)),
            max_rps=positive(options, "max_rps"),
            stall_timeout=positive(options, "stall_timeout") or 120.0,
            notes=notes,
        )


def _with_files(options: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in the entry of clouds.yaml, or else the vendor's credentials file.

    Options of the task override the entry, the environment does not.
    """
    merged = dict(options)
    in_environment = {
        name for name, value in merged.items() if name in ENVIRONMENT and value and value == from_environment(name)
    }
    entry = load_cloud(str(merged["cloud"]), from_environment("region")) if merged.get("cloud") else {}
    has_credential = any(name in entry for name in ("token", "access_key", "password"))
    dropped = {*_LOGIN, *_AGENCY} & in_environment if has_credential else set()
    for pair in _PAIRS:
        if any(merged.get(name) for name in pair if name not in in_environment):
            dropped |= {*pair} & in_environment
            entry = {name: value for name, value in entry.items() if name not in pair}
        elif any(name in entry for name in pair):
            dropped |= {*pair} & in_environment
    merged.update(dict.fromkeys(dropped))
    for name, value in entry.items():
        if merged.get(name) in (None, "") or name in in_environment:
            merged[name] = value
    return merged if has_credential else _with_credentials_file(merged)


def _with_credentials_file(options: dict[str, Any]) -> dict[str, Any]:
    """Fill in the vendor's credentials file where neither a token nor an access key is given."""
    if any(options.get(name) for name in ("token", "access_key", "secret_key")):
        return options
    found = load_credentials_file()
    if options.get("project_name") or options.get("project_id"):
        found.pop("project_id", None)
    if options.get("auth_url") or (options.get("endpoints") or {}).get("iam"):
        found.pop("auth_url", None)
    return {**options, **found}


def _region(options: Mapping[str, Any], fallback: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the region, and a note where only the name of the project tells which one it is."""
    region = options.get("region") or fallback
    if region:
        return check_region(region), ()
    project = str(options.get("project_name") or "")
    region = region_of_project(project)
    if region:
        return region, (f"No region is given; {region} is used, as the name of the project begins with it.",)
    # How a request names an agency depends on the cloud.
    return ("" if fallback == "" and not options.get("agency_name") else check_region(None)), ()


def _verifies(options: Mapping[str, Any]) -> bool:
    given = options.get("validate_certs")
    return not is_insecure() if given is None else bool(given)


def check_endpoints(given: Mapping[str, Any] | None, option: str = "endpoints") -> dict[str, str]:
    """Return base URLs by the names of services; raise `OptionError` naming ``option`` where they are not usable."""
    if given is None:
        return {}
    for name, url in given.items():
        if name not in SERVICES:
            raise OptionError(f"{option}: {unknown_name(name, 'a service', SERVICES)}")
        if not isinstance(url, str):
            raise OptionError(f"{option}.{name}: {MUST_BE_URL}")
    return {name: check_url(url, f"{option}.{name}") for name, url in given.items() if url}


def positive(options: Mapping[str, Any], name: str) -> float | None:
    """Return the value of an option, None where it is not given; raise `OptionError` for an unusable number."""
    value = options.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= LARGEST_NUMBER:
        raise OptionError(f"{name}: must be a number > 0 and <= {LARGEST_NUMBER}")
    return float(value)


def _workers(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_WORKERS:
        raise OptionError(f"concurrency: must be an integer from 1 to {MOST_WORKERS}")
    return value
