# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The plan of a run: from what was listed, selected and approved to the batches that are deleted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...module_utils._engine.records import TIME_FORMAT, created_at
from ...module_utils._errors import OptionError
from ...module_utils._regions import cloud_of
from ...module_utils._services import KINDS, phases, select_kinds
from .approval import UNATTENDED, Approval
from .command import Launch
from .counted_rules import count_rules
from .decide import WITH_INSTANCE, Decision, decide
from .document import DIGEST_SHOWN, EMPTY_DIGEST, check_owner, confirmation_of, digest_of
from .drift import GONE, Drift, compare, restrict_to_approved
from .records import Record, counted, is_complete, is_instance
from .role_settings import RoleSettings
from .settle import settle, unseen_protection
from .state import Mode, PlannedRecord, RunInfo, RunState, pack
from .tables import describe_unlisted, plan_lines

INTERSECT = "intersect"

_GONE = Decision(False, GONE, "it is part of the approved plan and is no longer listed")


def build_plan(
    state: RunState,
    listing: Mapping[str, Any],
    *,
    check_mode: bool,
    now: datetime,
    interrupted: Mapping[str, Any] | None = None,
    launch: Launch | None = None,
) -> dict[str, Any]:
    """Return the run: its mode, its batches, what to show, and its packed state.

    ``listing`` is the result of environment_info, ``now`` is in UTC, ``interrupted`` is the newest run of the project
    where it has not ended, ``launch`` is how the run was launched. Raises an OptionError for records that were not
    asked for, and for an approved plan of another project or region.
    """
    settings, approved = state.settings, state.approved
    if "listings" not in listing:
        return failed_run(state, str(listing.get("msg") or "the records could not be listed"))
    records: Sequence[Record] = listing.get("records") or []
    listings, identity = listing["listings"], listing["identity"]
    project_id, region = identity["project_id"], identity["region"]
    kinds = [kind.name for kind in select_kinds(settings.kinds, cloud_of(region))]
    listed = [name for name in kinds if is_complete(listings, name)]
    for record in records:
        if (record["project_id"], record["region"]) != (project_id, region) or record["kind"] not in kinds:
            home = f"project {record['project_id']} in {record['region']}"
            raise OptionError(f"a record was listed that was not asked for: {record['kind']} {record['id']} of {home}")

    alone = decide(records, settings, listed=listed, now=now)
    decisions = settle(records, alone)
    problems = _unlisted(settings, kinds, listings, region)
    drift = Drift()
    if approved is not None:
        check_owner("the approved plan", approved, project=settings.project, project_id=project_id, region=region)
        drift = compare(approved["records"], records, decisions, listed)
        intersect = settings.on_drift == INTERSECT
        # What goes with an instance has a decision of its own again where the instance does not go.
        pairs = zip(alone, decisions)
        own = [before if after.reason == WITH_INSTANCE else after for before, after in pairs]
        decisions = settle(records, restrict_to_approved(approved["records"], records, own, intersect=intersect))
        problems += _not_listed(drift) if intersect else _drifted(drift)
    planned = [record for record, decision in zip(records, decisions) if decision.planned]
    instances = Counter(record["kind"] for record in planned if is_instance(record["kind"]))
    amount = counted(len(planned) - instances.total(), instances.total())
    digest = digest_of(planned)
    if approved is None:
        problems += _unconfirmed(settings, digest, amount)
    problems += unseen_protection(settings, instances, listed=listed, cloud=cloud_of(region), now=now)
    problems += _unattended(settings, instances.total(), approved["digest"] if approved is not None else digest)
    problems += _too_many(settings, len(planned), amount)

    confirmation = confirmation_of(settings.project, digest) if planned and not problems else ""
    launch = launch or Launch({}, {}, {})
    command, lacking = launch.command("" if settings.approval.given else confirmation)
    info = RunInfo(
        mode=_mode(settings.approval, problems, check_mode),
        project_id=project_id,
        region=region,
        domain_name=identity.get("domain_name"),
        user_name=identity.get("user_name"),
        kinds=kinds,
        created_at=now.strftime(TIME_FORMAT),
        digest=digest,
        confirmation=confirmation,
        approved_digest=approved["digest"] if approved is not None else None,
        drift=drift.lists(),
        listings={name: dict(listings.get(name, {})) for name in kinds},
        discovery=dict(listing.get("summary") or {}),
        problems=problems,
        resumes=interrupted,
        command=command,
        command_lacks=lacking,
        rules=count_rules(records, settings, now),
        launched_by=launch.launched_by(),
    )
    batches = _batch_numbers(records, decisions, settings.batch_size)
    made = [_planned_record(*facts) for facts in zip(records, decisions, batches)]
    made += [_planned_record(record, _GONE, 0) for record in drift.gone]
    return _run(replace(state, info=info, records=made))


def failed_run(state: RunState, failure: str) -> dict[str, Any]:
    """Return a run that ends because no plan could be made, and why."""
    return _run(replace(state, failure=failure))


def _run(state: RunState) -> dict[str, Any]:
    batches = _batches(state) if state.mode in (Mode.CHECK, Mode.APPLY) else []
    return {
        "mode": state.mode,
        "digest": state.info.digest if state.info else "",
        "confirmation": state.info.confirmation if state.info else "",
        "counts": state.counts(),
        "problems": list(state.info.problems) if state.info else [state.failure],
        "lines": plan_lines(state),
        "kinds": [name for name in state.kinds if state.info and is_complete(state.info.listings, name)],
        "batches": [batch for batch, _records in batches],
        "records": [records for _batch, records in batches],
        "stops": state.stops(),
        "state": pack(state),
    }


def _mode(approval: Approval, problems: Sequence[str], check_mode: bool) -> str:
    if problems:
        return Mode.REFUSED
    if check_mode:
        return Mode.CHECK
    return Mode.APPLY if approval.given else Mode.PLAN


def _planned_record(record: Record, decision: Decision, batch: int) -> PlannedRecord:
    identity = [record["kind"], *(record[field] for field in ("instance_id", "id", "name", "status"))]
    facts = {name: record.get(name) for name in ("engine", "tags")} if is_instance(record["kind"]) else None
    return PlannedRecord._make([*identity, *decision, batch, created_at(record), facts])


def _batch_numbers(records: Sequence[Record], decisions: Sequence[Decision], batch_size: int) -> list[int]:
    """Return the number of each record's batch, 0 where it is not planned or goes with its instance.

    What must go first is in the first batches. Kinds that nothing orders are spread evenly over their batches, as the
    module deletes them concurrently. Instances are waited for, all of them at once if they fit into one batch.
    """
    planned: dict[str, list[int]] = {}
    for index, decision in enumerate(decisions):
        if decision.planned and decision.reason != WITH_INSTANCE:
            planned.setdefault(records[index]["kind"], []).append(index)
    phase_of = {name: number for number, names in enumerate(phases(planned)) for name in names}
    places = sorted(
        ((phase_of[name], not is_instance(name), (number + 0.5) / len(indexes)), index)
        for name, indexes in planned.items()
        for number, index in enumerate(indexes)
    )
    first, instances = _instances_in([records[index]["kind"] for _place, index in places])
    free = -first % batch_size
    # Batches before the instances are cut so that what is free in the last one stays free.
    gap = free if free < instances <= batch_size else 0
    batches = [0] * len(records)
    for number, (_place, index) in enumerate(places):
        batches[index] = (number + (gap if number >= first else 0)) // batch_size + 1
    return batches


def _instances_in(kinds: Sequence[str]) -> tuple[int, int]:
    """Return the position of the first instance and how many there are; as one phase, they follow each other."""
    positions = [position for position, kind in enumerate(kinds) if is_instance(kind)]
    return (positions[0] if positions else len(kinds)), len(positions)


def _batches(state: RunState) -> list[tuple[dict[str, Any], str]]:
    """Return the batches in their order: what a loop shows of each, and its records as JSON.

    The two are apart because a loop copies its item into each result.
    """
    batches: dict[int, list[PlannedRecord]] = {}
    for record in state.records:
        if record.batch:
            batches.setdefault(record.batch, []).append(record)
    return [(_describe(number, len(batches), batches[number]), _json(batches[number])) for number in sorted(batches)]


def _describe(number: int, of: int, records: Sequence[PlannedRecord]) -> dict[str, Any]:
    kinds = Counter(record.kind for record in records)
    counts = ", ".join(f"{kinds[name]} {name}" for name in KINDS if name in kinds)
    return {
        "number": number,
        "records": len(records),
        "stops": any(record.stops for record in records),
        "label": f"batch {number} of {of} ({counts})",
    }


def _json(records: Iterable[PlannedRecord]) -> str:
    return json.dumps([{"kind": record.kind, "instance_id": record.instance_id, "id": record.id} for record in records])


def _unlisted(settings: RoleSettings, kinds: Sequence[str], listings: Mapping[str, Any], region: str) -> list[str]:
    return [
        f"{name} {describe_unlisted(name, listings.get(name) or {}, region)}"
        for name in kinds
        if not is_complete(listings, name) and name not in settings.accept_unavailable
    ]


def _unconfirmed(settings: RoleSettings, digest: str, amount: str) -> list[str]:
    """Return a problem where another plan was confirmed; an empty one needs no confirmation, as it changes nothing."""
    confirmed = settings.approval.digest
    if not confirmed or digest.startswith(confirmed) or digest == EMPTY_DIGEST:
        return []
    changed = f"plan {confirmed} is confirmed, but the current plan is {digest[:DIGEST_SHOWN]} ({amount}, above)"
    advice = f"To delete these: decommission_confirm={confirmation_of(settings.project, digest)}"
    return [f"{changed}. {advice}. With decommission_plan_file the differences are named"]


def _drifted(drift: Drift) -> list[str]:
    if not drift:
        return []
    return [
        f"the plan has drifted since it was approved: {drift}; plan again, or set decommission_on_drift to intersect"
    ]


def _not_listed(drift: Drift) -> list[str]:
    names = sorted({record["kind"] for record in drift.not_listed})
    return [f"{name}: the approved plan holds records of this kind, which was not listed completely" for name in names]


def _unattended(settings: RoleSettings, instances: int, digest: str) -> list[str]:
    """Return a problem where whatever is planned was confirmed and there are instances in it, in check mode too."""
    if not instances or settings.approval.scope != UNATTENDED:
        return []
    held = f"no instance is deleted unattended, and the plan holds {counted(0, instances)}"
    advice = f"To apply exactly this plan: decommission_confirm={confirmation_of(settings.project, digest)}"
    return [f"{held}. {advice}"]


def _too_many(settings: RoleSettings, planned: int, amount: str) -> list[str]:
    if planned <= settings.max_records:
        return []
    return [f"the plan holds {amount}, more than decommission_max_records allows: {settings.max_records}"]
