# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Lists the records of one kind: all of them, or an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Callable, Optional

from .._errors import ServiceError, UnsupportedError
from .._http.client import Client
from .._http.response import ApiError, InvalidJson, Response
from .._services.model import Api, Deletions, Fields, Kind, Listing, Paging
from .pagination import Page, Pagination, fetch_all
from .records import SAFE_ID, Record, id_at, plain_text, to_record

Convert = Callable[..., Optional[Record]]


@dataclass(frozen=True)
class Lister:
    """Lists the records of one kind through ``client``, ``concurrency`` requests at a time.

    ``enterprise_project_id``: the service is asked for those of this enterprise project only, where it can be.
    ``answered``: the optional scopes that the region has turned out to know.
    """

    client: Client
    kind: Kind
    api: Api
    region: str
    project_id: str
    concurrency: int
    enterprise_project_id: str | None = None
    answered: list[Mapping[str, Any]] = field(default_factory=list, repr=False)

    def records(self, instance_ids: Sequence[str] | None = None) -> list[Record]:
        """Return every record, or those of the named instances where the service lists by instance.

        Raises `HwcloudError` wherever the list may be incomplete. Records that the service keeps although they
        are deleted are left out.
        """
        self.client.reset_stall_timer()
        return self._list(instance_ids)

    def deletions(self, deletions: Deletions) -> frozenset[str]:
        """Return the ids of the instances that are being deleted."""
        tasks = self._items(deletions.listing, partial(self.to_record, deletions.fields), {None: False})
        # A service may ignore a parameter.
        (wanted,) = deletions.listing.scopes
        return frozenset(task["instance_id"] for task in tasks if wanted.items() <= task.items())

    def to_record(self, fields: Fields, item: Any, instance_id: str | None = None) -> Record | None:
        """Return an item as a record; None where it has no id."""
        return to_record(
            self.kind, fields, item, region=self.region, project_id=self.project_id, instance_id=instance_id
        )

    def error(
        self, code: str | None, message: str, response: Response | None = None, cls: type[ServiceError] = ServiceError
    ) -> ServiceError:
        """Return an error of the kind's service; ``response`` is the one that it is about."""
        status = response.status if response else None
        request_id = response.error.request_id if response and response.error else None
        return cls(message, error_code=code, http_status=status, request_id=request_id, service=self.kind.service)

    def refusal(self, response: Response) -> ServiceError:
        """Return what the service refused."""
        error = response.error or ApiError(None, "")
        return self.error(error.code, error.message, response)

    def _list(self, instance_ids: Sequence[str] | None) -> list[Record]:
        try:
            return self._records(self.api.listing, instance_ids)
        except UnsupportedError:
            if self.api.fallback_listing is None:
                raise
        return self._records(self.api.fallback_listing, instance_ids)

    def _records(self, listing: Listing, instance_ids: Sequence[str] | None) -> list[Record]:
        instances: Mapping[str | None, bool] = {None: False}
        if listing.instances:
            instances = (
                self._instances(listing.instances) if instance_ids is None else dict.fromkeys(instance_ids, False)
            )
        records: dict[str, Record] = {}
        for record in self._items(listing, partial(self.to_record, self.api.fields), instances):
            if self.kind.status_key(record["status"]) not in self.kind.gone_statuses:
                records.setdefault(record["id"], record)
        return list(records.values())

    def _instances(self, listing: Listing) -> dict[str | None, bool]:
        """Return the instances, each with whether the region may not know the records of such instances."""

        def instance(item: Mapping[str, Any], **_unused: Any) -> Record | None:
            found = id_at(item, listing.id)
            return {"id": found} if found and SAFE_ID.fullmatch(found) else None

        lists = self._read(listing, instance, {None: False})
        has_required = bool(listing.scopes)
        return {item["id"]: one.is_optional and has_required for one in lists for item in one.items.values()}

    def _items(self, listing: Listing, convert: Convert, instances: Mapping[str | None, bool]) -> list[Record]:
        return [item for one in self._read(listing, convert, instances) for item in one.items.values()]

    def _read(self, listing: Listing, convert: Convert, instances: Mapping[str | None, bool]) -> list[Pagination]:
        """Read the list, of each instance where there are any, with the items as ``convert`` makes them.

        The value of an instance is whether the region may not know its list.
        """
        request_page = partial(self._request_page, convert)
        lists = [
            Pagination(request_page, listing, scope, one, is_optional=is_optional or scope in listing.optional_scopes)
            for one, is_optional in instances.items()
            for scope in (*listing.scopes, *listing.optional_scopes)
        ]
        try:
            fetch_all(lists, self.concurrency)
        except ServiceError as error:
            error.service = self.kind.service
            error.doing = "cannot list records"
            raise
        return lists

    def _request_page(self, convert: Convert, pagination: Pagination, paging: Paging | None, position: int) -> Page:
        listing, instance_id = pagination.listing, pagination.instance_id
        parameters = dict(pagination.scope)
        if listing.enterprise_project_filter and self.enterprise_project_id:
            parameters[listing.enterprise_project_filter] = self.enterprise_project_id
        if paging:
            parameters.update({paging.position: position, paging.size: paging.limit})
        query, body = (None, parameters) if listing.method == "POST" else (parameters, None)
        path = listing.path.format(project_id=self.project_id, instance_id=instance_id)
        response = self.client.request(listing.method, path, query=query, json=body, headers=self.api.headers)
        if response.ok:
            if pagination.scope in listing.optional_scopes and pagination.scope not in self.answered:
                self.answered.append(pagination.scope)
            return self._read_page(listing, partial(convert, instance_id=instance_id), response)
        refusal = self.refusal(response)
        if instance_id and refusal.error_code in self.kind.gone_instance_codes:
            return {}, None
        is_unpublished = refusal.error_code in self.kind.unpublished_codes or response.status == 405
        # Where no list is one that a region must know, an optional one that is not published is the whole.
        is_refused = response.status == 400 and not instance_id and refusal.error_code not in listing.other_400_codes
        is_unknown = is_refused or (is_unpublished and bool(listing.scopes))
        has_answered = pagination.page_size or pagination.scope in self.answered
        if pagination.is_optional and not has_answered and is_unknown:
            return {}, None
        if is_unpublished:
            raise self.error(refusal.error_code, "the list is not published here", response, UnsupportedError)
        raise refusal

    def _read_page(self, listing: Listing, convert: Convert, response: Response) -> Page:
        try:
            data = response.json()
        except InvalidJson:
            raise self.error("MalformedReply", "the response is not JSON", response) from None
        rows, total = data, None
        if listing.envelope is not None:
            envelope = data if isinstance(data, dict) else {}
            rows, total = envelope.get(listing.envelope), _count(envelope.get(listing.total))
        if not isinstance(rows, list):
            raise self.error("MalformedReply", "the response holds no list of items", response)
        items: dict[str, Record] = {}
        for row in rows:
            item = convert(row) if isinstance(row, Mapping) else None
            if item is None:
                raise self.error("MalformedReply", "an item has no usable ID", response)
            items.setdefault(item["id"], item)
        return items, total


def _count(value: Any) -> int | None:
    """Read a total, which some services send as a string."""
    text = (plain_text(value) or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
