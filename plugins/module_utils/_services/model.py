# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""How a kind is declared: everything in which the kinds of records differ, and no behaviour.

Paths may hold ``{project_id}``, ``{instance_id}`` and ``{id}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .._regions import ALL_CLOUDS, Cloud, Endpoints

# 404s of the API gateway (API Gateway, Error Codes): no such API here, or nothing behind it.
GATEWAY_CODES = frozenset({"APIGW.0101", "APIGW.0103"})
# In `Kind.after`: the kinds of instances.
INSTANCES = "instances"


def on_both_clouds(action: str) -> Mapping[Cloud, str]:
    """Return an IAM action that both clouds document."""
    return dict.fromkeys(ALL_CLOUDS, action)


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
    """Where items are listed.

    - ``envelope``: key of the items; None where the response is a bare array. ``total``: key of the item count.
    - ``scopes``: fixed parameters; each scope is listed on its own, and together they are the whole.
      ``optional_scopes``: further ones, which a region may not know: it refuses the first request for such a scope with
      the status 400, or does not publish it. ``other_400_codes``: codes of a 400 that mean something else.
    - ``enterprise_project_filter``: parameter that asks for the items of one enterprise project.
    - ``instances``: lists the instances that hold the items, where the API has no list across instances.
    - ``id``: dotted paths of an item's id, used for a listing of instances.
    """

    path: str
    envelope: str | None
    total: str | None = None
    paging: Paging | None = None
    method: str = "GET"
    scopes: tuple[Mapping[str, Any], ...] = ({},)
    instances: Listing | None = None
    id: tuple[str, ...] = ("instance_id", "id")
    optional_scopes: tuple[Mapping[str, Any], ...] = ()
    other_400_codes: frozenset[str] = frozenset()
    enterprise_project_filter: str | None = None


@dataclass(frozen=True)
class Flag:
    """A fact that holds or not: the dotted ``path`` of a value, and the values, as text, that mean the one and the
    other. Any other value means that it is unknown."""

    path: str
    yes: str = "true"
    no: str = "false"


@dataclass(frozen=True)
class Fields:
    """Where a record's facts stand in an item: dotted paths, the first that holds something counts.

    - ``engine``: paths of the parts of an instance's engine and version.
    - ``tags``: path of a list of objects with ``key`` and ``value``. ``omits_empty_tags``: the list is missing where
      there are none.
    - ``prepaid``: whether it is paid by the year or month. ``order_id``: path of an order, which only such ones have.
    - ``protected``, ``locked``: whether the service refuses a delete until that is switched off, or paid.
    """

    id: tuple[str, ...]
    status: tuple[str, ...]
    created_at: tuple[str, ...]
    updated_at: tuple[str, ...] = ()
    name: tuple[str, ...] = ("name",)
    instance_id: tuple[str, ...] = ()
    engine: tuple[str, ...] = ()
    tags: str | None = None
    omits_empty_tags: bool = False
    enterprise_project_id: str | None = None
    prepaid: Flag | None = None
    order_id: str | None = None
    protected: Flag | None = None
    locked: Flag | None = None


@dataclass(frozen=True)
class BatchResults:
    """How the response to a batch request reports on one item: the keys of the list, of an item's id and of its
    status, and the status of a success, in lower case."""

    key: str
    id: str = "id"
    status: str = "status"
    success: str = "success"


@dataclass(frozen=True)
class Parameter:
    """A query parameter of a delete, which the module has as an option.

    - ``removes``: what a delete with it may remove besides the record, in words.
    """

    default: str
    choices: tuple[str, ...]
    removes: str


@dataclass(frozen=True)
class Request:
    """A request about one record.

    - ``query``: fixed query parameters, which may hold ``{id}``.
    - ``absent_status``: the HTTP status, although a success, that means that there was no such record.
    - ``parameters``: by their names; each is sent always.
    - ``results``: set where the request is a batch of one.
    - ``answers``: keys of an error envelope that the documented response to a success holds.
    """

    method: str
    path: str
    body: Callable[[str], Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    absent_status: int | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    results: BatchResults | None = None
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
    """How a running record is stopped.

    - ``under_way``: statuses of a record that is being stopped.
    - ``failed``: statuses of a record that could not be stopped.
    """

    request: Request
    under_way: frozenset[str]
    failed: frozenset[str]


@dataclass(frozen=True)
class Deletions:
    """Where the service lists the tasks that are deleting instances.

    The listing has one scope. Its parameters are named as the fields of a record, and a task counts only where its
    fields have the same values.
    """

    listing: Listing
    fields: Fields


@dataclass(frozen=True)
class Lifecycle:
    """How an instance is deleted: the service accepts the delete and carries it out in the background.

    - ``passing``: statuses that do not allow a delete and end by themselves.
    - ``going``: statuses of an instance that is being deleted. ``deletions``: set where no status tells that.
      ``shows_deletion``: whether the service is documented to show every deletion that is under way.
    - ``hibernated``: statuses, among the blocked ones, of an instance that must be woken first.
    - ``busy_codes``: the delete is refused for now.
    - ``consequences``: what else goes with an instance and what stays, each a clause.
    """

    passing: frozenset[str]
    busy_codes: frozenset[str]
    going: frozenset[str] = frozenset()
    deletions: Deletions | None = None
    shows_deletion: bool = True
    hibernated: frozenset[str] = frozenset()
    consequences: tuple[str, ...] = ()


class Refusal(NamedTuple):
    """Why a record is not deleted: an error code of this collection and a sentence that says what to do."""

    code: str
    message: str


@dataclass(frozen=True)
class Api:
    """One way to list and delete the records of a kind.

    - ``clouds``: where it is offered.
    - ``versions``: values of the option ``api_version`` that ask for it.
    - ``fallback_listing``: used where ``listing`` is not published.
    """

    listing: Listing
    fields: Fields
    deletion: Request
    clouds: frozenset[Cloud] = ALL_CLOUDS
    versions: tuple[str, ...] = ()
    fallback_listing: Listing | None = None
    show: Show | None = None
    stopping: Stopping | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """What one delete module deletes. Statuses are upper case here and compared without regard to case.

    - ``name``: that of the delete module: the service, as in ``endpoints``, and at the end the product's word for such
      a record, such as ``dms_task``. The info module is ``<name>_info``.
    - ``title``: the product's name in texts.
    - ``apis``: in order of preference.
    - ``lifecycle``: set where it is an instance or cluster itself, not a record about one.
    - ``after``: names of the kinds that must be deleted before this one, or `INSTANCES`.
    - ``held_by``: name of the kind of instance that takes the record with it, where the record names an instance.
    - ``gone_codes``: the record, or the instance that held it, does not exist.
    - ``gone_instance_codes``: the instance of the listing does not exist, or it can have no such records.
    - ``unpublished_codes``: the gateway does not publish the API.
    - ``other_404_codes``: further 404s that do not tell whether the record exists.
    - ``gone_statuses``: statuses of records that the service lists although they are deleted.
    - ``blocked_statuses``: statuses that do not allow a delete and do not end by themselves, each with what to do.
    - ``list_permission``, ``delete_permission``: IAM actions of roles and policies, on the clouds that document them.
    - ``status_aliases``: other spellings of a status.
    - ``check_before_delete``: a delete is only sent after the record was looked up and its status allows a delete.
    """

    name: str
    title: str
    endpoints: Endpoints
    apis: tuple[Api, ...]
    statuses: frozenset[str]
    deletable_statuses: frozenset[str]
    gone_codes: frozenset[str]
    lifecycle: Lifecycle | None = None
    held_by: str | None = None
    after: tuple[str, ...] = ()
    gone_instance_codes: frozenset[str] = frozenset()
    unpublished_codes: frozenset[str] = GATEWAY_CODES
    other_404_codes: frozenset[str] = frozenset()
    gone_statuses: frozenset[str] = frozenset()
    blocked_statuses: Mapping[str, str] = field(default_factory=dict)
    list_permission: Mapping[Cloud, str] = field(default_factory=dict)
    delete_permission: Mapping[Cloud, str] = field(default_factory=dict)
    status_aliases: Mapping[str, str] = field(default_factory=dict)
    throttle_codes: frozenset[str] = frozenset()
    auth_codes: frozenset[str] = frozenset()
    check_before_delete: bool = False

    @property
    def service(self) -> str:
        """The name of the service, such as ``dms``."""
        return self.name.split("_", 1)[0]

    @property
    def noun(self) -> str:
        """The product's word for such a record, such as ``task``."""
        return self.name.rsplit("_", 1)[1]

    @property
    def label(self) -> str:
        """What a reader calls such a record, such as ``DMS scheduled task``; no other kind has the same label."""
        words = self.name.split("_")[1:]
        return " ".join((self.title, *(word for word in words if word not in self.title.lower())))

    @property
    def clouds(self) -> frozenset[Cloud]:
        """The clouds that offer this kind."""
        return frozenset(cloud for api in self.apis for cloud in api.clouds)

    @property
    def api_versions(self) -> tuple[str, ...]:
        """The values of the option ``api_version``, in order of preference; empty where there is no choice."""
        return tuple(dict.fromkeys(version for api in self.apis for version in api.versions))

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The query parameters of the deletes, by their names."""
        return {name: one for api in self.apis for name, one in api.deletion.parameters.items()}

    @property
    def own_options(self) -> dict[str, tuple[str, ...]]:
        """The options that the kind's delete module has beyond those of every kind, and the values that each takes."""
        versions = {"api_version": self.api_versions} if self.api_versions else {}
        return {**versions, **{name: parameter.choices for name, parameter in self.parameters.items()}}

    @property
    def is_instance(self) -> bool:
        """Whether it is an instance or cluster itself, not a record about one."""
        return self.lifecycle is not None

    @property
    def has_tags(self) -> bool:
        """Whether some API tells the tags."""
        return any(api.fields.tags for api in self.apis)

    @property
    def has_enterprise_project(self) -> bool:
        """Whether some API tells the enterprise project."""
        return any(api.fields.enterprise_project_id for api in self.apis)

    @property
    def filters_enterprise_project(self) -> bool:
        """Whether some API can be asked for the records of one enterprise project."""
        return any(api.listing.enterprise_project_filter for api in self.apis)

    def comes_after(self, other: Kind) -> bool:
        """Return whether ``other`` must be deleted before this kind."""
        return other.name in self.after or (other.is_instance and INSTANCES in self.after)

    @property
    def by_instance(self) -> bool:
        """Whether a delete must name the record's instance too."""
        return any("{instance_id}" in api.deletion.path for api in self.apis)

    @property
    def stoppable(self) -> bool:
        """Whether a running record can be stopped."""
        return any(api.stopping for api in self.apis)

    @property
    def id_option(self) -> str:
        """The option that names one record, such as ``job_id``."""
        return f"{self.noun}_id"

    @property
    def ids_option(self) -> str:
        """The option that names several records, such as ``job_ids``."""
        return f"{self.noun}_ids"

    @property
    def records_option(self) -> str:
        """The option that takes any records of the kind: ``ids_option``, or pairs where a delete needs the instance."""
        return f"{self.noun}s" if self.by_instance else self.ids_option

    def api(self, version: str | None, cloud: Cloud) -> Api | None:
        """Return the preferred API on ``cloud``, or the one of ``version``; None where the cloud offers none.

        A version that is asked for is taken on a cloud where it is not known to be offered, too.
        """
        wanted = [api for api in self.apis if version is None or version in api.versions]
        offered = [api for api in wanted if cloud in api.clouds]
        return next(iter(offered or (wanted if version else [])), None)

    def status_key(self, status: str | None) -> str:
        """Return the one spelling under which ``status`` is known here."""
        key = (status or "").strip().upper().replace(" ", "_")
        return self.status_aliases.get(key, key)

    def refusal(
        self,
        status: str | None,
        *,
        prepaid: bool | None = None,
        protected: bool | None = None,
        locked: bool | None = None,
    ) -> Refusal | None:
        """Return why a record with these facts is not deleted, None where nothing forbids its delete.

        A fact that is None is unknown; an unknown status never allows a delete. No reason is given for an instance
        that is being deleted, or is busy for a while: it is waited for.
        """
        key = self.status_key(status)
        advice = self.blocked_statuses.get(key)
        lifecycle = self.lifecycle
        if prepaid:
            return Refusal("Prepaid", f"it is prepaid (yearly/monthly): unsubscribe from the {self.noun} instead")
        if protected:
            return Refusal("Protected", "its deletion protection is on: switch the deletion protection off first")
        if locked:
            return Refusal("Locked", f"it is locked: settle the bill or the order that locks the {self.noun} first")
        if lifecycle and key in lifecycle.hibernated:
            return Refusal("Hibernated", f"its status is {status}: {advice}")
        if key in self.deletable_statuses or (lifecycle and key in lifecycle.passing | lifecycle.going):
            return None
        message = f"its status {status or 'is unknown and'} does not allow a delete"
        return Refusal("NotDeletable", message + (f": {advice}" if advice else ""))

    def running(self, status: str | None) -> bool:
        """Return whether ``status`` is known to be that of work which has not ended; an unknown status never is."""
        ended = self.deletable_statuses | self.gone_statuses | self.blocked_statuses.keys()
        return self.status_key(status) in self.statuses - ended
