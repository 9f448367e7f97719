# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Everything of a service, page by page: complete, or an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from .._errors import ServiceError, UnsupportedError
from .._http.client import Client
from .._http.response import InvalidJson, Response
from .._services.model import Api, Kind, Listing, Paging
from .concurrency import map_concurrently
from .records import SAFE_ID, id_at, to_record

Row = dict[str, Any]

PAGES_AT_ONCE = 256
MAX_PAGES_WITHOUT_PROGRESS = 8
# Of one list that has no total to end it.
MOST_RECORDS = 1_000_000


@dataclass
class Walk:
    """One list being gone through: a listing with fixed parameters, of one instance where it has any."""

    listing: Listing
    scope: Mapping[str, Any]
    instance_id: str | None = None
    rows: dict[str, Row] = field(default_factory=dict)
    total: int | None = None
    page_rows: int = 0
    # By which further pages came; unknown while there is only one.
    reading: Paging | None = None
    barren: int = 0
    ended: bool = False

    @property
    def complete(self) -> bool:
        return self.total is None or len(self.rows) >= self.total

    @property
    def last_page_full(self) -> bool:
        """Whether the last page that the total promises is as full as a page can be: there may be more then."""
        paging = self.listing.paging
        if paging is None or not self.total or not self.page_rows:
            return False
        pages, rest = divmod(self.total, self.page_rows)
        return rest == 0 and (pages > 1 or self.page_rows >= paging.limit)

    @property
    def exhausted(self) -> bool:
        """Whether the total promises too much: an empty page has come, or more without news than there are pages."""
        return self.ended or self.barren > MAX_PAGES_WITHOUT_PROGRESS + len(self.rows) // max(self.page_rows, 1)


@dataclass(frozen=True)
class Lister:
    """Lists one service through ``client``, ``width`` requests at a time."""

    client: Client
    kind: Kind
    api: Api
    region: str
    project_id: str
    width: int

    def records(self, instance_ids: Iterable[str] | None = None) -> list[Row]:
        """Return every record, or those of the named instances where the service lists by instance.

        Raises an error wherever the list may be incomplete. Records that the service keeps although they
        are deleted are left out.
        """
        self.client.reset_stall_timer()
        try:
            return self._records(self.api.listing, instance_ids)
        except UnsupportedError:
            if self.api.fallback_listing is None:
                raise
        return self._records(self.api.fallback_listing, instance_ids)

    def _records(self, listing: Listing, instance_ids: Iterable[str] | None) -> list[Row]:
        walks = [Walk(listing, scope) for scope in listing.scopes]
        if listing.instances:
            wanted = self._instances(listing.instances) if instance_ids is None else list(instance_ids)
            walks = [Walk(listing, scope, instance) for instance in wanted for scope in listing.scopes]
        self._go_through(walks, self._record)
        records: dict[str, Row] = {}
        for walk in walks:
            for record in walk.rows.values():
                if self.kind.status_key(record["status"]) not in self.kind.gone_statuses:
                    records.setdefault(record["id"], record)
        return list(records.values())

    def _record(self, item: Mapping[str, Any], instance_id: str | None) -> Row | None:
        return to_record(
            self.kind,
            self.api.fields,
            item,
            region=self.region,
            project_id=self.project_id,
            instance_id=instance_id,
        )

    def _instances(self, listing: Listing) -> list[str]:
        def instance(item: Mapping[str, Any], _instance_id: str | None) -> Row | None:
            found = id_at(item, listing.id)
            return {"id": found} if found and SAFE_ID.fullmatch(found) else None

        walks = [Walk(listing, scope) for scope in listing.scopes]
        self._go_through(walks, instance)
        return [instance_id for walk in walks for instance_id in walk.rows]

    def _go_through(self, walks: list[Walk], convert: Callable[[Mapping[str, Any], str | None], Row | None]) -> None:
        """Fetch all first pages side by side, then all pages that the totals promise, then what is missing.

        A total is not believed where more items come than it says, also on one page more after a full last page.
        """

        def take(walk: Walk, paging: Paging | None, position: int) -> int:
            rows = self._page(walk, paging, position)
            before = len(walk.rows)
            for item in rows:
                row = convert(item, walk.instance_id) if isinstance(item, Mapping) else None
                if row is None:
                    raise self._malformed("listing failed: an item has no usable id")
                walk.rows.setdefault(row["id"], row)
            walk.page_rows = walk.page_rows or len(walk.rows)
            news = len(walk.rows) - before
            if news and paging and position != paging.first:
                walk.reading = paging
            walk.barren = 0 if news else walk.barren + 1
            walk.ended = walk.ended or not rows
            return news

        def finish(walk: Walk) -> None:
            paging = walk.listing.paging
            if paging is None:
                return
            readings = [reading for reading in (paging, paging.alternative) if reading]
            for reading in readings if walk.total is not None else ():
                walk.barren, walk.ended = 0, False
                for position in _positions(reading, walk.total or 0, walk.page_rows):
                    if walk.complete or walk.exhausted:
                        break
                    take(walk, reading, position)
            if walk.total is None or len(walk.rows) > walk.total:
                self._follow(walk, readings, take)
            elif walk.complete and walk.last_page_full:
                self._follow(walk, [walk.reading] if walk.reading else readings, take)

        def promised() -> Iterator[tuple[Walk, int]]:
            for walk in walks:
                if walk.listing.paging and walk.total is not None and walk.page_rows:
                    for position in _positions(walk.listing.paging, walk.total, walk.page_rows)[1:]:
                        if walk.exhausted:
                            break
                        yield walk, position

        map_concurrently(lambda walk: take(walk, walk.listing.paging, _first(walk.listing.paging)), walks, self.width)
        pages = promised()
        while some := list(islice(pages, PAGES_AT_ONCE)):
            map_concurrently(lambda page: take(page[0], page[0].listing.paging, page[1]), some, self.width)
        map_concurrently(finish, [walk for walk in walks if _unfinished(walk)], self.width)
        for walk in walks:
            if not walk.complete:
                raise ServiceError(
                    f"the list is incomplete: {len(walk.rows)} of {walk.total} items could be read",
                    error_code="IncompleteListing",
                    service=self.kind.service,
                )

    def _follow(self, walk: Walk, readings: Sequence[Paging], take: Callable[[Walk, Paging, int], int]) -> None:
        """Go on after the last page that the total promises until one brings nothing new."""
        total = walk.total

        def brings_news(reading: Paging, position: int) -> bool:
            try:
                return take(walk, reading, position) > 0
            except ServiceError as error:
                # A service may refuse a page after the last one that its total promises.
                if total == len(walk.rows) and error.http_status in (400, 404):
                    return False
                raise

        for reading in readings:
            promised = _positions(reading, total or 0, walk.page_rows)
            position = promised.stop
            while brings_news(reading, position):
                position += promised.step
                if len(walk.rows) > MOST_RECORDS:
                    raise ServiceError(
                        f"the list does not end: more than {MOST_RECORDS} items have come",
                        error_code="IncompleteListing",
                        service=self.kind.service,
                    )
        walk.total = total if total == len(walk.rows) else None

    def _page(self, walk: Walk, paging: Paging | None, position: int) -> Sequence[Any]:
        parameters = dict(walk.scope)
        if paging:
            parameters.update({paging.position: position, paging.size: paging.limit})
        path = walk.listing.path.format(project_id=self.project_id, instance_id=walk.instance_id)
        if walk.listing.method == "POST":
            reply = self.client.request("POST", path, json=parameters, headers=self.api.headers)
        else:
            reply = self.client.request("GET", path, query=parameters, headers=self.api.headers)
        if not reply.ok:
            error = self.client.service_error(reply, "listing failed")
            if walk.instance_id and error.error_code in self.kind.gone_instance_codes:
                walk.total = None
                return []
            if error.error_code in self.kind.unpublished_codes or reply.status == 405:
                raise UnsupportedError("the list is not published here", **_without_message(error))
            raise error
        return self._rows(walk, reply)

    def _rows(self, walk: Walk, reply: Response) -> Sequence[Any]:
        try:
            data = reply.json()
        except InvalidJson:
            raise self._malformed("listing failed: the reply is not JSON", reply) from None
        rows, total = data, None
        if walk.listing.envelope is not None:
            envelope = data if isinstance(data, dict) else {}
            rows, total = envelope.get(walk.listing.envelope), _count(envelope.get(walk.listing.total))
        if not isinstance(rows, list):
            raise self._malformed("listing failed: the reply holds no list of items", reply)
        walk.total = total
        return rows

    def _malformed(self, message: str, reply: Response | None = None) -> ServiceError:
        status = reply.status if reply else None
        return ServiceError(message, error_code="MalformedReply", http_status=status, service=self.kind.service)


def _first(paging: Paging | None) -> int:
    return paging.first if paging else 0


def _positions(paging: Paging, total: int, page_rows: int) -> range:
    rows = page_rows or paging.limit
    step = 1 if paging.counts_pages else rows
    return range(paging.first, paging.first + (-(-total // rows) or 1) * step, step)


def _unfinished(walk: Walk) -> bool:
    if walk.listing.paging is None:
        return False
    if walk.total is None:
        return walk.page_rows > 0
    return len(walk.rows) != walk.total or walk.last_page_full


def _count(value: Any) -> int | None:
    """Read a total, which some services send as a string."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _without_message(error: ServiceError) -> dict[str, Any]:
    facts = error.facts()
    del facts["error_msg"]
    return {**facts, "service": error.service}
