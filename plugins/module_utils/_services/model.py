# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""How a service is described: everything in which the services differ, and no behaviour.

Paths may hold ``{project_id}``, ``{instance_id}`` and ``{id}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._regions import Cloud, Endpoints

# 404s of the API gateway (API Gateway, Error Codes): no such API here, or nothing behind it.
GATEWAY_CODES = frozenset({"APIGW.0101", "APIGW.0103"})


@dataclass(frozen=True)
class Paging:
    """How to ask for a page: ``position`` counts rows from ``first``, or pages where ``counts_pages``.

    ``alternative`` is another reading of the same API, tried where the first one brings too little.
    """

    position: str
    size: str
    limit: int
    first: int = 0
    counts_pages: bool = False
    alternative: Paging | None = None


@dataclass(frozen=True)
class Listing:
    """Where items are listed. ``envelope`` None: the reply is a bare array. ``total``: key of the item count.

    ``scopes`` are fixed parameters; each is listed on its own, and together they are the whole.
    ``instances`` lists the instances under which the items stand, if they do.
    """

    path: str
    envelope: str | None
    total: str | None = None
    paging: Paging | None = None
    method: str = "GET"
    scopes: tuple[Mapping[str, Any], ...] = ({},)
    instances: Listing | None = None


@dataclass(frozen=True)
class Fields:
    """Where a record's facts stand in an item: dotted paths, the first that holds something counts."""

    id: tuple[str, ...]
    status: tuple[str, ...]
    created_at: tuple[str, ...]
    updated_at: tuple[str, ...] = ()
    name: tuple[str, ...] = ("name",)
    instance_id: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """A request about one record. ``results``: key of the per-item results in a reply that is a batch's.

    ``answers``: keys of an error envelope that the documented reply to a success holds.
    """

    method: str
    path: str
    body: Callable[[str], Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    results: str | None = None
    answers: frozenset[str] = frozenset()
    idempotent: bool = True


@dataclass(frozen=True)
class Show:
    """How to look up one record that a listing may not cover; ``item`` is the key it stands under."""

    path: str
    query: Mapping[str, str]
    item: str
    fields: Fields


@dataclass(frozen=True)
class Stopping:
    """How a running record is stopped, and which statuses tell how that went."""

    request: Request
    under_way: frozenset[str]
    failed: frozenset[str]


@dataclass(frozen=True)
class Api:
    """One version of a service's API for its records."""

    listing: Listing
    fields: Fields
    deletion: Request
    fallback_listing: Listing | None = None
    show: Show | None = None
    stopping: Stopping | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Service:
    """One service. Statuses are upper case here and compared without regard to case.

    - ``gone_codes``: the record, or what held it, does not exist.
    - ``gone_instance_codes``: the instance whose records were to be listed does not exist.
    - ``unpublished_codes``: there is no such API here.
    - ``other_404_codes``: further 404s that say nothing about the record.
    - ``apis`` and ``default_api`` are by API version and by cloud.
    - ``api_versions`` are those that a user may choose between.
    - ``checked_before_delete``: a delete is only sent for a record whose status was seen to allow it.
    """

    name: str
    title: str
    record: str
    delete_module: str
    ids_option: str
    hosts: Endpoints
    apis: Mapping[str, Api]
    default_api: Mapping[Cloud, str]
    statuses: frozenset[str]
    deletable_statuses: frozenset[str]
    gone_codes: frozenset[str]
    gone_instance_codes: frozenset[str] = frozenset()
    unpublished_codes: frozenset[str] = GATEWAY_CODES
    other_404_codes: frozenset[str] = frozenset()
    gone_statuses: frozenset[str] = frozenset()
    spellings: Mapping[str, str] = field(default_factory=dict)
    throttle_codes: frozenset[str] = frozenset()
    auth_codes: frozenset[str] = frozenset()
    api_versions: tuple[str, ...] = ()
    checked_before_delete: bool = False

    @property
    def info_module(self) -> str:
        return f"{self.delete_module}_info"

    @property
    def by_instance(self) -> bool:
        """Whether a record can only be deleted by naming its instance too."""
        return any("{instance_id}" in api.deletion.path for api in self.apis.values())

    @property
    def stoppable(self) -> bool:
        return any(api.stopping for api in self.apis.values())

    def api(self, version: str | None, family: Cloud) -> Api:
        """Return the API of ``version``, or the one that is usual on the cloud."""
        wanted = version or self.default_api[family]
        return self.apis.get(f"{wanted}-{family.name.lower()}") or self.apis[wanted]

    def status_key(self, status: str | None) -> str:
        """Return the one spelling under which ``status`` is known here."""
        key = (status or "").strip().upper().replace(" ", "_")
        return self.spellings.get(key, key)

    def deletable(self, status: str | None) -> bool:
        """Tell whether a record may be deleted; an unknown status never allows it."""
        return self.status_key(status) in self.deletable_statuses


ANY_CLOUD = {Cloud.OTC: "default", Cloud.HUAWEI: "default"}
