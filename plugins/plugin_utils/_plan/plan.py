# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The plan of a run: from what was listed, selected and approved to the batches that are deleted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ...module_utils._errors import OptionError
from ...module_utils._regions import cloud_of
from ...module_utils._services import KINDS, select_kinds
from ...module_utils._services.model import Kind
from .approval import Approval
from .decide import Decision, decide, keep_shared_ids
from .document import DIGEST_SHOWN, EMPTY_DIGEST, check_owner, confirmation_of, digest_of
from .drift import DRIFTED, Drift, compare, restrict_to_approved
from .records import TIME_FORMAT, Record, created_at, describe_listing, is_complete
from .role_settings import RoleSettings
from .state import Mode, PlannedRecord, RunInfo, RunState, pack
from .tables import plan_lines

INTERSECT = "intersect"


def build_plan(
    state: RunState, listing: Mapping[str, Any], identity: Mapping[str, Any], *, check_mode: bool, now: datetime
) -> dict[str, Any]:
    """Return the run: its mode, its batches, what to show, and its packed state.

    ``listing`` is the result of environment_info, ``identity`` that of identity_info, ``now`` is in UTC.
    """
    settings, approved = state.settings, state.approved
    records: Sequence[Record] = listing.get("records") or []
    listings = listing.get("listings") or {}
    project_id, region = identity["project_id"], identity["region"]
    kinds = [kind.name for kind in select_kinds(settings.kinds, cloud_of(region))]
    listed = [name for name in kinds if is_complete(listings, name)]
    for record in records:
        place = (record["project_id"], record["region"])
        if place != (project_id, region) or record["kind"] not in kinds:
            raise OptionError(f"a record was listed that was not asked for: {record['kind']} {record['id']} of {place}")

    decisions = decide(records, settings, listed=listed, now=now)
    problems = _unlisted(settings, kinds, listing)
    drift = Drift()
    if approved is not None:
        check_owner("the approved plan", approved, project=settings.project, project_id=project_id, region=region)
        drift = compare(approved["records"], records, decisions, listed)
        intersect = settings.on_drift == INTERSECT
        restricted = restrict_to_approved(approved["records"], records, decisions, intersect=intersect)
        decisions = keep_shared_ids(records, restricted)
        problems += _not_listed(drift) if intersect else _drifted(drift, decisions)
    planned = [record for record, decision in zip(records, decisions) if decision.planned]
    digest = digest_of(planned)
    if approved is None:
        problems += _unconfirmed(settings, digest)
    problems += _too_many(settings, len(planned))

    info = RunInfo(
        mode=_mode(settings.approval, problems, check_mode),
        project_id=project_id,
        region=region,
        domain_name=identity.get("domain_name"),
        user_name=identity.get("user_name"),
        kinds=kinds,
        created_at=now.strftime(TIME_FORMAT),
        digest=digest,
        confirmation="" if problems else confirmation_of(settings.project, digest),
        approved_digest=approved["digest"] if approved is not None else None,
        drift=drift.lists(),
        listings={name: dict(listings.get(name, {})) for name in kinds},
        discovery=dict(listing.get("summary") or {}),
        problems=problems,
    )
    made = RunState(settings, info=info, records=_in_batches(records, decisions, settings.batch_size))
    batches = _batches(made) if made.mode in (Mode.CHECK, Mode.APPLY) else []
    return {
        "mode": made.mode,
        "digest": digest,
        "confirmation": info.confirmation,
        "counts": made.counts(),
        "problems": problems,
        "lines": plan_lines(made),
        "batches": [label for label, _ids in batches],
        "ids": [ids for _label, ids in batches],
        "stops": made.stops(),
        "state": pack(made),
    }


def _mode(approval: Approval, problems: Sequence[str], check_mode: bool) -> str:
    if problems:
        return Mode.REFUSED
    if check_mode:
        return Mode.CHECK
    return Mode.APPLY if approval.given else Mode.PLAN


def _in_batches(records: Iterable[Record], decisions: Iterable[Decision], batch_size: int) -> list[PlannedRecord]:
    planned = dict.fromkeys(KINDS, 0)
    made = []
    for record, decision in zip(records, decisions):
        kind = record["kind"]
        batch = planned[kind] // batch_size + 1 if decision.planned else 0
        planned[kind] += decision.planned
        facts = [kind, *(record[field] for field in ("instance_id", "id", "name", "status"))]
        made.append(PlannedRecord._make([*facts, *decision, batch, created_at(record)]))
    return made


def _batches(state: RunState) -> list[tuple[dict[str, Any], str]]:
    """Return the batches in the order of the kinds: what a loop shows of each, and its ids as JSON.

    The two are apart because a loop copies its item into each result.
    """
    batches: dict[tuple[str, int], list[PlannedRecord]] = {}
    for record in state.records:
        if record.planned:
            batches.setdefault((record.kind, record.batch), []).append(record)
    numbers = {name: max((number for kind, number in batches if kind == name), default=0) for name in state.kinds}
    return [
        (_label(KINDS[name], number, numbers[name], batches[name, number]), _ids(KINDS[name], batches[name, number]))
        for name in state.kinds
        for number in range(1, numbers[name] + 1)
    ]


def _label(kind: Kind, number: int, of: int, records: Sequence[PlannedRecord]) -> dict[str, Any]:
    count = f"{len(records)} record" + ("" if len(records) == 1 else "s")
    return {
        "kind": kind.name,
        "option": kind.records_option,
        "number": number,
        "records": len(records),
        "stops": any(record.stops for record in records),
        "label": f"{kind.name}, batch {number} of {of}, {count}",
    }


def _ids(kind: Kind, records: Sequence[PlannedRecord]) -> str:
    if kind.by_instance:
        return json.dumps([{"instance_id": record.instance_id, kind.id_option: record.id} for record in records])
    return json.dumps([record.id for record in records])


def _unlisted(settings: RoleSettings, kinds: Sequence[str], listing: Mapping[str, Any]) -> list[str]:
    listings: Mapping[str, Any] = listing.get("listings") or {}
    if not listings and kinds:
        return [f"nothing could be listed: {listing.get('msg') or 'the listing has no result'}"]
    return [
        f"{name}: cannot list records: {describe_listing(listings.get(name) or {})}"
        for name in kinds
        if not is_complete(listings, name) and name not in settings.accept_unavailable
    ]


def _unconfirmed(settings: RoleSettings, digest: str) -> list[str]:
    """Return a problem where another plan was confirmed; an empty one needs no confirmation, as it changes nothing."""
    confirmed = settings.approval.digest
    if not confirmed or digest.startswith(confirmed) or digest == EMPTY_DIGEST:
        return []
    change = f"{confirmed} was confirmed, now it is {digest[:DIGEST_SHOWN]}"
    advice = "review the new plan, or set decommission_plan_file to see the differences"
    return [f"the plan has changed since it was confirmed: {change}; {advice}"]


def _drifted(drift: Drift, decisions: Iterable[Decision]) -> list[str]:
    """Return a problem where the plan has drifted, unless all that was approved is gone and nothing is planned."""
    done = not drift.not_listed and not any(decision.planned or decision.reason == DRIFTED for decision in decisions)
    if not drift or done:
        return []
    return [
        f"the plan has drifted since it was approved: {drift}; plan again, or set decommission_on_drift to intersect"
    ]


def _not_listed(drift: Drift) -> list[str]:
    names = sorted({record["kind"] for record in drift.not_listed})
    return [f"{name}: the approved plan holds records of this kind, which was not listed" for name in names]


def _too_many(settings: RoleSettings, planned: int) -> list[str]:
    if planned <= settings.max_records:
        return []
    return [f"the plan holds {planned} records, more than decommission_max_records allows: {settings.max_records}"]
