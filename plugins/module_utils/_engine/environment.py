# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The services of one connection, ready to be listed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from .._auth.connection import Connection
from .._errors import HwcloudError, UnsupportedError
from .._services.model import Service
from .listing import Lister


@dataclass
class ListingResult:
    """How the listing of one service ended."""

    records: list[dict[str, Any]] = field(default_factory=list)
    error: HwcloudError | None = None

    @property
    def state(self) -> str:
        if self.error is None:
            return "complete"
        return "unsupported" if isinstance(self.error, UnsupportedError) else "failed"


def lister(connection: Connection, service: Service, api_version: str | None = None) -> Lister:
    """Return what lists ``service``; the project is found out here if need be."""
    api = service.api(api_version, connection.family)
    project_id = connection.project_id
    client = connection.client(
        service.name, service.hosts, throttle_codes=service.throttle_codes, auth_codes=service.auth_codes
    )
    return Lister(client, service, api, connection.region, project_id, connection.settings.concurrency)


def list_services(
    connection: Connection, services: Sequence[Service], api_version: str | None
) -> dict[str, ListingResult]:
    """List several services side by side; an error of one does not touch the others.

    ``api_version`` is for the services that have a choice of versions.
    """
    found = {service.name: ListingResult() for service in services}

    def fill(service: Service) -> None:
        try:
            version = api_version if service.api_versions else None
            found[service.name].records = lister(connection, service, version).records()
        except HwcloudError as error:
            found[service.name].error = error

    try:
        _unused = connection.project_id
    except HwcloudError as error:
        for listed in found.values():
            listed.error = error
        return found
    with ThreadPoolExecutor(max_workers=max(len(services), 1)) as pool:
        list(pool.map(fill, services))
    return found
