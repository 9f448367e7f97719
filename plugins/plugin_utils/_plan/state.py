# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""What a run keeps between its steps, packed into one text.

Compressed and in base64, for 10,000 records it is 0.44 MB where JSON is 1.24 MB, made in 35 ms. Ansible copies it many
times; and no version of it takes this text for data, as some do with JSON, or for a template, as names in it may be.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

from ...module_utils._services import KINDS
from .decide import STOPPED, WITH_INSTANCE
from .document import build_document
from .drift import GONE
from .records import RECORD_FIELDS, InstanceKey, Key, holder_of, is_instance
from .role_settings import RoleSettings

# A plan of more records is too large for a variable of the next job.
MOST_EXPORTED = 1000


class Mode:
    """How far a run goes: FAILED ends before a plan is made, REFUSED has a plan that must not be applied.

    APPLYING is an apply that has not ended: it stays in the first report of a run that is interrupted.
    """

    PLAN = "plan"
    CHECK = "check"
    APPLYING = "applying"
    APPLY = "apply"
    REFUSED = "refused"
    FAILED = "failed"


class PlannedRecord(NamedTuple):
    """A listed or approved record and what was decided about it; ``batch`` counts from 1, 0 if it is in none.

    ``created_at`` is a time in UTC, None where it is unknown. ``facts`` are ``engine`` and ``tags`` of an instance.
    """

    kind: str
    instance_id: str | None
    id: str
    name: str | None
    status: str | None
    planned: bool
    reason: str
    rule: str
    batch: int = 0
    created_at: str | None = None
    facts: Mapping[str, Any] | None = None

    @property
    def key(self) -> Key:
        """Return what identifies the record."""
        return self.kind, self.instance_id, self.id

    @property
    def service(self) -> str:
        """Return the name of the record's service."""
        return KINDS[self.kind].service

    @property
    def holder(self) -> InstanceKey | None:
        """Return the instance that takes the record with it, None where it names none."""
        return holder_of(self.kind, self.instance_id)

    @property
    def is_instance(self) -> bool:
        """Return whether the record is an instance itself."""
        return is_instance(self.kind)

    @property
    def with_instance(self) -> bool:
        """Return whether the record goes with its instance, which is planned."""
        return self.planned and self.reason == WITH_INSTANCE

    @property
    def label(self) -> str:
        """Return kind, id, name and status for a line of text."""
        return f"{self.kind} {self.id} {self.name or ''} ({self.status})"

    @property
    def stops(self) -> bool:
        """Return whether the record is stopped before it is deleted."""
        return self.planned and self.reason == STOPPED

    @property
    def gone(self) -> bool:
        """Return whether the record was approved and does not exist any more."""
        return self.reason == GONE

    def identity(self) -> dict[str, Any]:
        """Return the fields of RECORD_FIELDS."""
        return {name: getattr(self, name) for name in RECORD_FIELDS}


@dataclass(frozen=True)
class RunInfo:
    """What is true of a planned run as a whole; times are ISO 8601 in UTC.

    ``kinds`` are those that were to be listed, ``listings`` and ``discovery`` come from environment_info. ``resumes``
    is the apply that was interrupted before this run, None where the newest run has ended. ``command`` is the whole
    command that applies the plan, None where it cannot be applied or the command is unknown; ``command_lacks`` are the
    names of variables that the command must be given besides. ``rules`` are those of the role's variables, each
    with its ``place``, its text as ``rule`` and how many records it ``matched``. ``launched_by`` holds ``user``,
    ``approver``, ``job``, ``workflow`` and ``url`` as far as they are known.
    """

    mode: str
    project_id: str
    region: str
    domain_name: str | None
    user_name: str | None
    kinds: Sequence[str]
    created_at: str
    digest: str
    confirmation: str
    approved_digest: str | None
    drift: Mapping[str, Sequence[Mapping[str, Any]]]
    listings: Mapping[str, Mapping[str, Any]]
    discovery: Mapping[str, Any]
    problems: Sequence[str]
    resumes: Mapping[str, Any] | None = None
    command: str | None = None
    command_lacks: Sequence[str] = ()
    rules: Sequence[Mapping[str, Any]] = ()
    launched_by: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RunState:
    """The settings of a run, and its plan once there is one; ``approved`` is the plan that is to be applied.

    ``info`` is None until a plan is made; ``failure`` is why none could be made.
    """

    settings: RoleSettings
    approved: Mapping[str, Any] | None = None
    info: RunInfo | None = None
    records: Sequence[PlannedRecord] = ()
    failure: str = ""

    @property
    def mode(self) -> str:
        """Return one of the constants of `Mode`."""
        return self.info.mode if self.info else Mode.FAILED

    @property
    def kinds(self) -> Sequence[str]:
        """Return the names of the kinds that were to be listed."""
        return self.info.kinds if self.info else ()

    def applying(self) -> RunState:
        """Return the state of a run just before the deletes."""
        return replace(self, info=self.info and replace(self.info, mode=Mode.APPLYING))

    def planned(self) -> Iterator[dict[str, Any]]:
        """Yield the planned records as a plan's document holds them."""
        if self.info:
            home = {"region": self.info.region, "project_id": self.info.project_id}
            yield from ({**record.identity(), **home} for record in self.records if record.planned)

    def stops(self) -> list[dict[str, Any]]:
        """Return the identities of the records that are stopped before they are deleted."""
        return [record.identity() for record in self.records if record.stops]

    def counts(self) -> dict[str, Any]:
        """Return how many records were discovered, are planned, are kept and are to be stopped, in all and by kind.

        Those to be stopped are among the planned, as are the ``instances`` and what goes with them,
        ``with_instance``; those that are gone were not discovered.
        """
        kinds = {name: {"discovered": 0, "planned": 0, "kept": 0, "stops": 0} for name in self.kinds}
        reasons: dict[str, int] = {}
        for record in self.records:
            if record.gone:
                continue
            counts = kinds[record.kind]
            counts["discovered"] += 1
            counts["planned" if record.planned else "kept"] += 1
            counts["stops"] += record.stops
            if not record.planned:
                reasons[record.reason] = reasons.get(record.reason, 0) + 1
        totals = {
            key: sum(counts[key] for counts in kinds.values()) for key in ("discovered", "planned", "kept", "stops")
        }
        totals["instances"] = sum(record.planned and record.is_instance for record in self.records)
        totals["with_instance"] = sum(record.with_instance for record in self.records)
        return {**totals, "reasons": reasons, "kinds": kinds}

    def document(self) -> dict[str, Any]:
        """Return the plan's document, empty where no plan was made."""
        info = self.info
        if info is None:
            return {}
        return build_document(
            self.planned(),
            project=self.settings.project,
            project_id=info.project_id,
            region=info.region,
            created_at=info.created_at,
            confirmation=info.confirmation,
            counts=self.counts(),
        )


def pack(state: RunState) -> str:
    """Return the state as one text of letters, digits, ``+``, ``/`` and ``=``."""
    decisions: dict[tuple[bool, str, str], int] = {}
    content = {
        "settings": state.settings.as_data(),
        "approved": state.approved,
        "info": state.info and asdict(state.info),
        "failure": state.failure,
        "records": [
            (*record[:5], decisions.setdefault(record[5:8], len(decisions)), *record[8:]) for record in state.records
        ],
        "decisions": list(decisions),
    }
    # In an approved plan that came through YAML its time is no text.
    packed = json.dumps(content, separators=(",", ":"), default=str)
    return base64.b64encode(zlib.compress(packed.encode(), 1)).decode()


def unpack(text: str) -> RunState:
    """Return the state that `pack` made a text of."""
    content = json.loads(zlib.decompress(base64.b64decode(text)))
    decisions = content["decisions"]
    return RunState(
        settings=RoleSettings.from_data(content["settings"]),
        approved=content["approved"],
        info=content["info"] and RunInfo(**content["info"]),
        failure=content["failure"],
        records=[PlannedRecord._make([*row[:5], *decisions[row[5]], *row[6:]]) for row in content["records"]],
    )
