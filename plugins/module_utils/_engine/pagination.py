# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Reads lists page by page until they are complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from .._errors import ServiceError
from .._services.model import Listing, Paging
from .concurrency import map_concurrently

PAGES_AT_ONCE = 256
MAX_PAGES_WITHOUT_PROGRESS = 8
# Of one list that has no total to end it.
MAX_ITEMS = 1_000_000


# The items of one response by their id, and the number of items of the whole list where the response has it.
Page = tuple[dict[str, Any], "int | None"]


@dataclass
class Pagination:
    """One list: a listing with fixed parameters, of one instance where it lists by instance.

    A total is not trusted: where it is too low, the list is read on until a page brings nothing new; where it is too
    high, reading stops soon, and the list is incomplete.

    - ``request_page``: requests the page at a position, counted as a paging says.
    - ``is_optional``: a region may not know the list.
    - ``page_size``: items on the first page, which may be fewer than were asked for.
    - ``proven_paging``: by which a further page came; None while the first is the only one.
    """

    request_page: Callable[[Pagination, Paging | None, int], Page]
    listing: Listing
    scope: Mapping[str, Any]
    instance_id: str | None = None
    is_optional: bool = False
    items: dict[str, Any] = field(default_factory=dict)
    total: int | None = None
    page_size: int = 0
    proven_paging: Paging | None = None
    pages_without_progress: int = 0
    saw_empty_page: bool = False

    @property
    def is_complete(self) -> bool:
        return self.total is None or len(self.items) >= self.total

    @property
    def gave_up(self) -> bool:
        """Whether the total is too high: a page was empty, or more pages brought nothing new than there can be."""
        pages = len(self.items) // max(self.page_size, 1)
        return self.saw_empty_page or self.pages_without_progress > MAX_PAGES_WITHOUT_PROGRESS + pages

    @property
    def may_have_more(self) -> bool:
        """Whether pages are missing that the total promises, or may follow after them."""
        if self.total is None:
            return self.page_size > 0
        return len(self.items) != self.total or self._last_page_is_full

    @property
    def _last_page_is_full(self) -> bool:
        if self.listing.paging is None or not self.total or not self.page_size:
            return False
        pages, rest = divmod(self.total, self.page_size)
        return rest == 0 and (pages > 1 or self.page_size >= self.listing.paging.limit)

    def fetch_first_page(self) -> None:
        self.fetch(self.listing.paging.first if self.listing.paging else 0)

    def fetch(self, position: int, paging: Paging | None = None) -> bool:
        """Add the items of a page; return whether one of them is new."""
        paging = paging or self.listing.paging
        items, self.total = self.request_page(self, paging, position)
        before = len(self.items)
        for item_id, item in items.items():
            self.items.setdefault(item_id, item)
        has_new_items = len(self.items) > before
        self.page_size = self.page_size or len(self.items)
        if has_new_items and paging and position != paging.first:
            self.proven_paging = paging
        self.pages_without_progress = 0 if has_new_items else self.pages_without_progress + 1
        self.saw_empty_page = self.saw_empty_page or not items
        return has_new_items

    def remaining_positions(self) -> Iterator[int]:
        """Yield the positions of the pages after the first that the total promises."""
        if self.listing.paging is None or self.total is None or not self.page_size:
            return
        for position in self._positions(self.listing.paging, self.total)[1:]:
            if self.gave_up:
                return
            yield position

    def fetch_missing(self) -> None:
        """Read the list again in each way in which its API can be understood, then on after its last page."""
        if self.listing.paging is None:
            return
        pagings = [paging for paging in (self.listing.paging, self.listing.paging.alternative) if paging]
        for paging in pagings if self.total is not None else ():
            self.pages_without_progress, self.saw_empty_page = 0, False
            for position in self._positions(paging, self.total):
                if self.is_complete or self.gave_up:
                    break
                self.fetch(position, paging)
        if self.total is None or len(self.items) > self.total:
            self._fetch_until_empty(pagings)
        elif self.is_complete and self._last_page_is_full:
            self._fetch_until_empty([self.proven_paging] if self.proven_paging else pagings)

    def _fetch_until_empty(self, pagings: Sequence[Paging]) -> None:
        """Read on after the last page that the total promises until a page brings nothing new."""
        total = self.total

        def brings_new_items(position: int, paging: Paging) -> bool:
            try:
                return self.fetch(position, paging)
            except ServiceError as error:
                # A service may refuse a page after the last one that its total promises.
                if total == len(self.items) and error.http_status in (400, 404):
                    return False
                raise

        for paging in pagings:
            promised = self._positions(paging, total)
            position = promised.stop
            while brings_new_items(position, paging):
                position += promised.step
                if len(self.items) > MAX_ITEMS:
                    raise _incomplete(f"the list does not end: more than {MAX_ITEMS} items were read")
        self.total = total if total == len(self.items) else None

    def _positions(self, paging: Paging, total: int | None) -> range:
        size = self.page_size or paging.limit
        step = 1 if paging.counts_pages else size
        return range(paging.first, paging.first + (-(-(total or 0) // size) or 1) * step, step)


def fetch_all(lists: Sequence[Pagination], concurrency: int) -> None:
    """Read all lists, ``concurrency`` pages at a time; raise `ServiceError` where one cannot be read completely."""
    _fetch_first_pages(lists, concurrency)
    _fetch_promised_pages(lists, concurrency)
    _fetch_missing(lists, concurrency)
    for one in lists:
        if not one.is_complete:
            raise _incomplete(f"the list is incomplete: {len(one.items)} of {one.total} items could be read")


def _fetch_first_pages(lists: Sequence[Pagination], concurrency: int) -> None:
    map_concurrently(Pagination.fetch_first_page, lists, concurrency)


def _fetch_promised_pages(lists: Sequence[Pagination], concurrency: int) -> None:
    pages = ((one, position) for one in lists for position in one.remaining_positions())
    while chunk := list(islice(pages, PAGES_AT_ONCE)):
        map_concurrently(lambda page: page[0].fetch(page[1]), chunk, concurrency)


def _fetch_missing(lists: Sequence[Pagination], concurrency: int) -> None:
    map_concurrently(Pagination.fetch_missing, [one for one in lists if one.may_have_more], concurrency)


def _incomplete(message: str) -> ServiceError:
    return ServiceError(message, error_code="IncompleteListing")
