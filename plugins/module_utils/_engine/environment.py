# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Lists and deletes the records of several kinds in the project of a connection."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._auth.connection import Connection
from .._errors import HwcloudError, OptionError, UnsupportedError
from .._services import KINDS, phases
from .._services.model import Kind
from .concurrency import map_concurrently
from .deletion import Deleter
from .instances import InstanceDeleter
from .listing import Lister
from .progress import KindProgress
from .record_client import Outcome, RecordClient, RecordId, RecordResult
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


def lister(
    connection: Connection, kind: Kind, api_version: str | None = None, enterprise_project_id: str | None = None
) -> Lister:
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
    concurrency = connection.settings.concurrency
    return Lister(client, kind, api, connection.region, project_id, concurrency, enterprise_project_id)


def list_kinds(
    connection: Connection, kinds: Sequence[Kind], api_version: str | None, enterprise_project_id: str | None = None
) -> dict[str, ListingResult]:
    """List several kinds concurrently; an error of one does not affect the others.

    ``api_version`` is for the kinds that have a choice of versions; for ``enterprise_project_id`` see `Lister`.
    """

    def list_kind(kind: Kind) -> ListingResult:
        version = api_version if kind.api_versions else None
        try:
            return ListingResult(lister(connection, kind, version, enterprise_project_id).records())
        except HwcloudError as error:
            return ListingResult(error=error)

    try:
        connection.resolve_project()
    except HwcloudError as error:
        return {kind.name: ListingResult(error=error) for kind in kinds}
    return dict(zip((kind.name for kind in kinds), map_concurrently(list_kind, kinds, len(kinds))))


@dataclass(frozen=True)
class DeleteRequest:
    """Which records of one kind to delete, and how; see `Deleter` and `InstanceDeleter`.

    ``options`` are the kind's own. ``accepted`` is called with the id of each instance when its delete was accepted.
    """

    record_ids: Sequence[RecordId]
    options: Mapping[str, Any] = field(default_factory=dict)
    stop: bool = False
    wait: bool = True
    wait_timeout: float = 600.0
    progress: KindProgress = field(default_factory=KindProgress)
    accepted: Callable[[str], None] = lambda _id: None


@dataclass(frozen=True)
class DeleteResult:
    """What became of the records of one kind, in the order of the request; ``seconds``: how long that took."""

    results: list[RecordResult]
    seconds: float


def delete_kinds(
    connection: Connection, requests: Mapping[str, DeleteRequest], *, check_mode: bool
) -> dict[str, DeleteResult]:
    """Delete records of several kinds, by their names; return a result for every record.

    Kinds of one phase, see `phases`, are deleted concurrently. With ``check_mode`` the results are those that are to
    be expected, and nothing but reads is sent. Raises `OptionError`.
    """

    def end(name: str, results: list[RecordResult], seconds: float = 0.0) -> DeleteResult:
        requests[name].progress.end(sum(result.outcome is Outcome.FAILED for result in results))
        return DeleteResult(results, round(seconds, 3))

    def delete(name: str) -> DeleteResult:
        started = time.monotonic()
        results = _delete_kind(connection, KINDS[name], requests[name], check_mode=check_mode)
        return end(name, results, time.monotonic() - started)

    if len(requests) > 1:
        try:
            connection.resolve_project()
        except OptionError:
            raise
        except HwcloudError as error:
            return {name: end(name, _all_failed(request, error)) for name, request in requests.items()}
    found: dict[str, DeleteResult] = {}
    for phase in phases(requests):
        found.update(zip(phase, map_concurrently(delete, phase, len(phase))))
    return found


def _delete_kind(connection: Connection, kind: Kind, request: DeleteRequest, *, check_mode: bool) -> list[RecordResult]:
    try:
        deleter = _deleter(lister(connection, kind, request.options.get("api_version")), request)
    except OptionError:
        raise
    except HwcloudError as error:
        return _all_failed(request, error)
    return deleter.delete(request.record_ids, check_mode=check_mode)


def _deleter(lister: Lister, request: DeleteRequest) -> Deleter | InstanceDeleter:
    if lister.kind.lifecycle:
        return InstanceDeleter(
            RecordClient(lister, request.options),
            lister.kind.lifecycle,
            wait=request.wait,
            wait_timeout=request.wait_timeout,
            progress=request.progress,
            accepted=request.accepted,
        )
    return Deleter(lister, stop=request.stop, wait_timeout=request.wait_timeout, progress=request.progress)


def _all_failed(request: DeleteRequest, error: HwcloudError) -> list[RecordResult]:
    return [RecordResult(record_id, Outcome.FAILED, error) for record_id in request.record_ids]
