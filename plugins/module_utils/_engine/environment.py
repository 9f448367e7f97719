# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Lists the records of several kinds in the project of a connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .._auth.connection import Connection
from .._errors import HwcloudError, UnsupportedError
from .._services.model import Kind
from .concurrency import map_concurrently
from .listing import Lister
from .records import Record


@dataclass
class ListingResult:
    """How the listing of one kind ended."""

    records: list[Record] = field(default_factory=list)
    error: HwcloudError | None = None

    @property
    def state(self) -> str:
        if self.error is None:
            return "complete"
        return "unsupported" if isinstance(self.error, UnsupportedError) else "failed"


def lister(connection: Connection, kind: Kind, api_version: str | None = None) -> Lister:
    """Return what lists ``kind``; raise `UnsupportedError` where the region's cloud does not offer it."""
    api = kind.api(api_version, connection.cloud)
    if api is None:
        raise UnsupportedError(
            f"{kind.name} is not offered in region {connection.region}", error_code="NotOffered", service=kind.service
        )
    project_id = connection.resolve_project()
    client = connection.client(
        kind.service, kind.endpoints, throttle_codes=kind.throttle_codes, auth_codes=kind.auth_codes
    )
    return Lister(client, kind, api, connection.region, project_id, connection.settings.concurrency)


def list_kinds(connection: Connection, kinds: Sequence[Kind], api_version: str | None) -> dict[str, ListingResult]:
    """List several kinds concurrently; an error of one does not affect the others.

    ``api_version`` is for the kinds that have a choice of versions.
    """

    def list_kind(kind: Kind) -> ListingResult:
        try:
            return ListingResult(lister(connection, kind, api_version if kind.api_versions else None).records())
        except HwcloudError as error:
            return ListingResult(error=error)

    try:
        connection.resolve_project()
    except HwcloudError as error:
        return {kind.name: ListingResult(error=error) for kind in kinds}
    return dict(zip((kind.name for kind in kinds), map_concurrently(list_kind, kinds, len(kinds))))
