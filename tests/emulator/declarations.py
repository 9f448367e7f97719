# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declarations of services and kinds, from which everything else is derived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from .auth import authenticate, authorize
from .call import Call
from .options import Option, Options
from .records import INSTANCE_KEYS, RECORD_KEYS, IdSource, instance_age, record_age
from .responses import THROTTLED, UNPUBLISHED, Refusal, plain_error

Handler = Callable[[Call], Response]


class Operation(Route):
    """One request of an API.

    - ``kind``: the kind of ``call.records``.
    - ``listing``: the response is a page of a list, which the fault ``page_broken`` may corrupt.
    - ``reads``: nothing is changed, although the method is neither GET nor HEAD.
    - ``secured``: a token or a signature is needed.
    - ``published``: whether the API is published with the given options; always, if None.
    - ``otc``: whether T Cloud Public publishes it; as it offers the kind, if None.
    """

    def __init__(
        self,
        method: str,
        path: str,
        handler: Handler,
        *,
        kind: KindMock | None = None,
        listing: bool = False,
        reads: bool = False,
        secured: bool = True,
        published: Callable[[Options], bool] | None = None,
        otc: bool | None = None,
    ) -> None:
        super().__init__(path, handler, methods=[method])
        self.app = self._respond
        self.method, self.handler, self.kind, self.listing = method, handler, kind, listing
        self.secured, self.published, self.otc = secured, published, otc
        self.reads = reads or method in ("GET", "HEAD")

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope["call"]
        try:
            response = self._response(call)
        except Refusal as refusal:
            response = call.refuse(refusal)
        await response(scope, receive, send)

    def _response(self, call: Call) -> Response:
        if not self._is_published(call):
            raise UNPUBLISHED
        call.kind = self.kind
        call.cloud.settle(call.now)
        if self.secured:
            authenticate(call)
            authorize(call)
        return self.handler(call)

    def _is_published(self, call: Call) -> bool:
        options = call.options
        offered = self.otc if self.otc is not None else self.kind is None or self.kind.otc
        return (
            call.service.name not in options.unpublished
            and (offered or not call.otc)
            and (self.published is None or self.published(options))
        )

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Any other method, HEAD included, is not published; Starlette would allow HEAD and answer others with 405."""
        return super().matches(scope) if scope["method"] == self.method else (Match.NONE, {})


class _Operations:
    """Collects the operations that are declared with the decorator ``operation``."""

    operations: list[Operation]

    def operation(self, method: str, path: str, **settings: Any) -> Callable[[Handler], Handler]:
        """Decorator: let a function answer a request; for ``settings`` see ``Operation``."""
        kind = self if isinstance(self, KindMock) else None

        def register(handler: Handler) -> Handler:
            self.operations.append(Operation(method, path, handler, kind=kind, **settings))
            return handler

        return register


@dataclass(eq=False)
class KindMock(_Operations):
    """A kind of records; ``name`` is that of the module that deletes them.

    - ``finished``: status of a record that a scenario gives none; ``deletable``: those that allow a delete, upper case.
    - ``names``: names of records that a scenario gives none, in turn.
    - ``instance_key``: key of the kind's records within an instance of a scenario, for records of instances.
    - ``record_keys``: further keys of a record in a scenario, with their meaning.
    - ``samples``: the records of the scenario ``small``, with ids from ``sample_prefix``; ``instance`` is the index of
      its sample instance.
    - ``defaults``: details of a record that lacks them; ``complete`` fills in those that are not always the same;
      ``make_id`` returns an id in the service's form.
    - ``outlives``: whether a record stays when its instance goes; ``age``: seconds, of a record that has no time.
    - ``otc``: whether T Cloud Public offers it; Huawei Cloud offers every kind.
    """

    name: str
    finished: str
    deletable: frozenset[str]
    names: tuple[str, ...]
    sample_prefix: str
    samples: tuple[Mapping[str, Any], ...]
    instance_key: str | None = None
    record_keys: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    complete: Callable[[dict[str, Any], IdSource], Any] | None = None
    make_id: Callable[[IdSource], str] = IdSource.uuid
    outlives: Callable[[Options], bool] = lambda _options: False
    age: Callable[[IdSource, int], float] = record_age
    otc: bool = True
    operations: list[Operation] = field(default_factory=list, repr=False)
    key: str = field(init=False)
    service: ServiceMock = field(init=False, repr=False)

    @property
    def detail_keys(self) -> frozenset[str]:
        """The keys of a record in a scenario that concern this kind."""
        return RECORD_KEYS | set(self.record_keys)


def _complete_instance(details: dict[str, Any], ids: IdSource) -> None:
    """An instance that is paid in advance was ordered."""
    details["tags"] = dict(details.get("tags") or {})
    if details.get("prepaid"):
        details.setdefault("order_id", f"CS{ids.hex()[:16].upper()}")


@dataclass(eq=False)
class InstanceMock(KindMock):
    """The instances of a service; their deletion takes its time.

    - ``refusals``: refusals by reason, each also an option ``<kind>_<reason>``: ``missing``, ``busy`` (it is being
      deleted), ``state``; any other reason is a key of an instance in a scenario.
    - ``refused``: refusals by status, upper case, that are not ``state``.
    - ``deleting``: the statuses of an instance that is being deleted, in order; ``deletion_failed``: its status if it
      stays, None for the one that it had.
    - ``trace``: the kind and the name of a record that a deletion leaves.
    """

    refusals: Mapping[str, Refusal] = field(default_factory=dict)
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    deleting: Callable[[Options], tuple[str, ...]] = lambda _options: ()
    deletion_failed: Callable[[Options], str | None] = lambda _options: None
    trace: tuple[KindMock, str] | None = None
    complete: Callable[[dict[str, Any], IdSource], Any] | None = _complete_instance
    age: Callable[[IdSource, int], float] = instance_age

    @property
    def detail_keys(self) -> frozenset[str]:
        return INSTANCE_KEYS | set(self.record_keys)

    @property
    def options(self) -> dict[str, Option]:
        return {
            f"{self.name}_{reason}": Option(refusal, _REASONS.get(reason, f"delete of an instance that is {reason}"))
            for reason, refusal in self.refusals.items()
        }

    def refusal(self, options: Options, reason: str) -> Refusal:
        """The refusal for a reason with the options in force."""
        return getattr(options, f"{self.name}_{reason}")  # type: ignore[no-any-return]


_REASONS = {
    "missing": "request for an instance that does not exist",
    "busy": "delete of an instance that is being deleted",
    "state": "delete of an instance in a state that forbids it, where no other code is known",
}


@dataclass(eq=False)
class ServiceMock(_Operations):
    """A service, which has a port of its own, and its kinds. The service's name also means its first kind.

    - ``invalid_token``, ``other_project``, ``throttled``: its own refusals, where it is not the gateway that refuses.
    - ``error_body``: the document of a refusal, from status, code and message.
    - ``options``: what scenarios can choose about its behaviour.
    """

    name: str
    other_project: Refusal
    invalid_token: Refusal | None = None
    kinds: tuple[KindMock, ...] = ()
    throttled: Refusal = THROTTLED
    error_body: Callable[[int, str, str], dict[str, Any]] = plain_error
    options: Mapping[str, Option] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        for number, kind in enumerate(self.kinds):
            kind.key, kind.service = kind.name if number else self.name, self
            if isinstance(kind, InstanceMock):
                self.options = {**self.options, **kind.options}

    @property
    def instances(self) -> InstanceMock | None:
        """The kind of its instances."""
        return next((kind for kind in self.kinds if isinstance(kind, InstanceMock)), None)

    @property
    def routes(self) -> list[Operation]:
        """The operations of the service and of its kinds."""
        return [*self.operations, *(operation for kind in self.kinds for operation in kind.operations)]

    def find(self, method: str, path: str) -> Operation | None:
        """The operation that a request would reach, were it published."""
        return next((one for one in self.routes if one.method == method and one.path_regex.match(path)), None)
