# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Makes the run's plan: from what was listed, what is wanted and what was approved to what will be deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .batches import make_batches
from .decide import Decision, decide, keep_shared_ids
from .digest import EMPTY_DIGEST, SHORT, confirmation_of, digest_of
from .document import check_document, check_owner, load_document
from .drift import DRIFTED, Drift, compare, restrict_to_approved
from .errors import PlanError
from .listings import is_complete, told
from .records import RECORD_FIELDS, TIME_FORMAT, Record, ServiceFacts
from .role_settings import RoleSettings
from .state import APPLY, CHECK, PLAN, REFUSED, Row, State, pack
from .tables import counts_of, plan_lines

INTERSECT = "intersect"


def approved_plan(settings: RoleSettings, plan_text: str | None) -> Mapping[str, Any] | None:
    """Return the plan that the run is held to, None where there is none.

    ``plan_text`` is the content of the plan file, empty where there is no such file. Raises a PlanError where a plan
    should be there and is not, is not this project's, or is not the one that was confirmed.
    """
    if not settings.approval.given:
        return None
    plans = {}
    if settings.plan_file:
        place = f"decommission_plan_file {settings.plan_file}"
        if not plan_text:
            raise PlanError(f"{place}: does not exist or is empty; plan first, without a confirmation")
        plans[place] = load_document(place, plan_text)
    if settings.planned is not None:
        plans["decommission_planned"] = settings.planned
    for place, plan in plans.items():
        check_document(place, plan, project=settings.project, region=settings.region)
        if not plan["digest"].startswith(settings.approval.digest):
            wanted = confirmation_of(settings.project, plan["digest"])
            raise PlanError(f"{place}: is not the confirmed plan; this one is confirmed by {wanted}")
    if len({plan["digest"] for plan in plans.values()}) > 1:
        raise PlanError("decommission_planned: is another plan than the one in decommission_plan_file")
    return next(iter(plans.values()), None)


def build_plan(
    listing: Mapping[str, Any],
    settings: RoleSettings,
    services: Mapping[str, ServiceFacts],
    *,
    identity: Mapping[str, Any],
    approved: Mapping[str, Any] | None,
    check_mode: bool,
    now: datetime,
) -> dict[str, Any]:
    """Return the run: its mode, its batches, what to show, and its packed state.

    ``listing`` is the result of environment_info, ``identity`` that of identity_info, ``approved`` that of
    `approved_plan`, ``now`` is in UTC.
    """
    records: Sequence[Record] = listing.get("records") or []
    listings = listing.get("listings") or {}
    listed = [name for name in settings.services if is_complete(listings, name)]
    project_id, region = identity["project_id"], identity["region"]
    for record in records:
        place = (record["project_id"], record["region"])
        if place != (project_id, region) or record["service"] not in settings.services:
            raise PlanError(f"a record was listed that nobody asked for: {record['service']} {record['id']} of {place}")

    decisions = decide(records, settings, services, listed=listed, now=now)
    problems = _unlisted(settings, listing)
    if approved is not None:
        check_owner("the approved plan", approved, project=settings.project, project_id=project_id, region=region)
        drift = compare(approved["records"], records, decisions, listed)
        intersect = settings.on_drift == INTERSECT
        held = restrict_to_approved(approved["records"], records, decisions, intersect=intersect)
        decisions = keep_shared_ids(records, held)
        problems += _unseen(drift) if intersect else _drifted(drift, decisions)
    else:
        drift = Drift()
    planned = _planned(records, decisions)
    digest = digest_of(planned)
    if approved is None:
        problems += _unconfirmed(settings, digest)
    problems += _too_many(settings, len(planned))

    mode = REFUSED if problems else CHECK if check_mode else APPLY if settings.approval.given else PLAN
    rows = [_row(record, decision) for record, decision in zip(records, decisions)]
    head = {
        "mode": mode,
        "project": settings.project,
        "project_id": project_id,
        "region": region,
        "domain_name": identity.get("domain_name"),
        "user_name": identity.get("user_name"),
        "titles": {name: services[name].title for name in settings.services},
        "created_at": now.strftime(TIME_FORMAT),
        "digest": digest,
        "confirmation": "" if problems else confirmation_of(settings.project, digest),
        "approval": settings.approval.kind,
        "approved_digest": approved["digest"] if approved is not None else None,
        "drift": drift.lists(),
        "listings": {name: dict(listings.get(name, {})) for name in settings.services},
        "discovery": dict(listing.get("summary") or {}),
        "accept_unavailable": settings.accept_unavailable,
        "batch_size": settings.batch_size,
        "problems": problems,
    }
    state = State(head, rows)
    batches = make_batches(planned, settings, services) if mode in (CHECK, APPLY) else []
    return {
        "mode": mode,
        "digest": digest,
        "confirmation": head["confirmation"],
        "counts": counts_of(state),
        "problems": problems,
        "lines": plan_lines(state),
        "batches": [batch.label() for batch in batches],
        "ids": [batch.ids for batch in batches],
        "stops": state.stops(),
        "state": pack(state),
    }


def _row(record: Record, decision: Decision) -> Row:
    planned, reason, rule = decision
    service, instance_id, record_id, name, status = (record[field] for field in RECORD_FIELDS)
    return Row(service, instance_id, record_id, name, status, planned, reason, rule)


def _planned(records: Sequence[Record], decisions: Sequence[Decision]) -> list[Record]:
    return [record for record, decision in zip(records, decisions) if decision.planned]


def _unlisted(settings: RoleSettings, listing: Mapping[str, Any]) -> list[str]:
    """Say which services could not be listed, those apart that may be missing."""
    listings = listing.get("listings")
    if not listings:
        return [f"nothing could be listed: {listing.get('msg') or 'the listing has no result'}"]
    return [
        f"{name}: its records could not be listed: {told(listings.get(name) or {})}"
        for name in settings.services
        if not is_complete(listings, name) and name not in settings.accept_unavailable
    ]


def _unconfirmed(settings: RoleSettings, digest: str) -> list[str]:
    """Say that another plan was confirmed; an empty plan needs no confirmation, for it changes nothing."""
    confirmed = settings.approval.digest
    if not confirmed or digest.startswith(confirmed) or digest == EMPTY_DIGEST:
        return []
    seen = f"its digest begins with {digest[:SHORT]}, confirmed was {confirmed}"
    return [f"the plan is no longer the confirmed one: {seen}; look at it anew, or hold to a plan file to see drift"]


def _drifted(drift: Drift, decisions: Sequence[Decision]) -> list[str]:
    """Say what has drifted; where all that was approved is gone and nothing is planned, there is nothing to refuse."""
    done = not drift.unseen and not any(decision.planned or decision.reason == DRIFTED for decision in decisions)
    if not drift or done:
        return []
    return [
        f"the plan has drifted since it was approved: {drift}; plan anew, or set decommission_on_drift to intersect"
    ]


def _unseen(drift: Drift) -> list[str]:
    services = sorted({record["service"] for record in drift.unseen})
    return [f"{name}: records of the approved plan were not looked for, its list is missing" for name in services]


def _too_many(settings: RoleSettings, planned: int) -> list[str]:
    if planned <= settings.max_records:
        return []
    return [f"the plan holds {planned} records, more than decommission_max_records allows: {settings.max_records}"]
