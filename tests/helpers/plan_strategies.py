# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategies for plans: records and instances, rules, what changes later, and what the module answers."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.records import created_at
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.records import key_of
from hypothesis import strategies as st

from .plan_factory import ENDED, FORBIDDEN, HELD_BY, PASSING, READY, RUNNING, SERVICES, Record, instance, record

NAMES = ("CreateInstance", "Backup", "Keep", None, "")
INSTANCES = (None, "i1", "i2")
TIMES = (None, "2026-10-01T10:00:00Z", "2026-11-20T10:00:00Z", "2026-11-21T11:30:00Z", "soon")


@st.composite
def an_instance(draw: st.DrawFn, instance_id: str | None = None, kind: str | None = None) -> Record:
    kind = kind or draw(st.sampled_from(tuple(READY)))
    status = draw(st.sampled_from([READY, READY, PASSING, FORBIDDEN]))[kind]
    prepaid, shielded = draw(st.integers(0, 4)) == 0, kind == "cce_cluster" and draw(st.booleans())
    return instance(
        instance_id or draw(st.sampled_from(["i1", "i2"])),
        kind,
        name=draw(st.sampled_from(NAMES)),
        status=status,
        deletable=not (prepaid or shielded or status == FORBIDDEN[kind]),
        created_at=draw(st.sampled_from(TIMES)),
        prepaid=prepaid,
        protected=shielded,
    )


@st.composite
def a_record(draw: st.DrawFn) -> Record:
    kind = draw(st.sampled_from(tuple(ENDED)))
    running = draw(st.booleans())
    return record(
        draw(st.sampled_from([f"r{number}" for number in range(12)])),
        kind,
        name=draw(st.sampled_from(NAMES)),
        instance_id=draw(st.sampled_from(INSTANCES)),
        status=RUNNING[kind] if running else ENDED[kind],
        deletable=not running,
        created_at=draw(st.sampled_from(TIMES)),
    )


record_lists = st.lists(st.one_of(a_record(), a_record(), an_instance()), max_size=14, unique_by=key_of)
# These ages ago.
LIMITS = {"1h": "2026-11-21T11:00:00Z", "1w": "2026-11-14T12:00:00Z", "30d": "2026-10-22T12:00:00Z"}
rules = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "kind": st.sampled_from((*ENDED, *READY)),
            "service": st.sampled_from(SERVICES),
            "id": st.sampled_from(["r1", "r2", "i1"]),
            "name": st.sampled_from(["*", "Create*", "Keep"]),
            "status": st.sampled_from(["FAILED", "failed"]),
            "instance_id": st.sampled_from(["i1", "i2"]),
            "older_than": st.sampled_from(["1h", "30d", "1w"]),
            "newer_than": st.sampled_from(["1h", "30d", "1w"]),
        },
    )
    .filter(bool)
    .filter(lambda rule: "status" not in rule or not {"kind", "service"} & {*rule})
    .filter(
        lambda rule: (
            not {"older_than", "newer_than"} <= {*rule} or LIMITS[rule["older_than"]] > LIMITS[rule["newer_than"]]
        )
    ),
    min_size=1,
    max_size=3,
)
RULE_KEYS = ("kind", "service", "id", "name", "status", "instance_id", "older_than", "newer_than")


def valid(rule: dict[str, str]) -> bool:
    """Whether a rule of random texts happens to be one."""
    known = {status for kind in KINDS.values() for status in kind.statuses}
    return (
        rule.get("kind", "drs_job") in KINDS
        and rule.get("service", "drs") in SERVICES
        and rule.get("status", "FAILED").strip().upper() in known
        and rule.get("older_than", "1d") in AGES
        and rule.get("newer_than", "1d") in AGES
        and not {"older_than", "newer_than"} <= {*rule}
    )


AGES = {f"{number}{unit}" for number in range(1, 1000) for unit in "hdw"}
variables = st.fixed_dictionaries(
    {"kinds": st.just("all")},
    optional={
        "select": st.one_of(st.just("all"), rules),
        "protect": st.one_of(st.just([]), rules),
        "keep_last": st.integers(0, 3),
        "stop_drs": st.booleans(),
        "batch_size": st.integers(1, 4),
    },
)


@st.composite
def drifted(draw: st.DrawFn, records: list[Record]) -> list[Record]:
    """The same cloud a while later: some records are gone, some have another status, some are new."""
    later = []
    for item in records:
        fate = draw(st.sampled_from(["stays", "stays", "goes", "changes", "runs"]))
        if fate in ("changes", "runs") and item["kind"] in READY:
            later.append(draw(an_instance(item["id"], item["kind"])))
        elif fate == "changes":
            later.append({**item, "status": ENDED[item["kind"]].upper() + "X"})
        elif fate == "runs":
            later.append({**item, "status": RUNNING[item["kind"]], "deletable": False})
        elif fate == "stays":
            later.append(item)
    known = {key_of(item) for item in records}
    return later + [item for item in draw(record_lists) if key_of(item) not in known]


@st.composite
def answers(draw: st.DrawFn, run: dict[str, Any]) -> list[dict[str, Any]]:
    """What the module environment returns: some records fail, some are in no list, some calls crash."""
    results = []
    for batch, records in zip(run["batches"], run["records"], strict=True):
        result: dict[str, Any] = {"item": batch, "deleted": [], "absent": [], "failures": [], "deleting": []}
        for item in json.loads(records):
            answer = draw(st.sampled_from(["deleted", "deleted", "absent", "failures", "deleting", "forgotten"]))
            if answer != "forgotten":
                result[answer].append({**item, "error_code": "X"} if answer == "failures" else item)
        crashed = draw(st.integers(0, 9)) == 0
        results.append({"item": batch, "msg": "crashed"} if crashed else result)
    return results


def protected(item: Record, protect: list[dict[str, str]]) -> bool:
    """Whether a rule of protect matches a record, written from the documentation."""

    def covers(rule: dict[str, str]) -> bool:
        if any(rule.get(owner, item[owner]) != item[owner] for owner in ("kind", "service")):
            return False
        facts = {**item, **dict.fromkeys(("older_than", "newer_than"), created_at(item))}
        if item["kind"] in READY:
            facts["instance_id"] = item["id"]
        if any(not facts[key] for key in rule):
            return True
        return all(
            {
                "name": lambda value: value == "*" or facts["name"].startswith(value.rstrip("*")),
                "status": lambda value: facts["status"].upper() == value.upper(),
                "older_than": lambda value: facts["older_than"] < LIMITS[value],
                "newer_than": lambda value: facts["newer_than"] > LIMITS[value],
            }.get(key, lambda value, key=key: facts[key] == value)(wanted)
            for key, wanted in rule.items()
        )

    return any(covers(rule) for rule in protect)


def holder_of(item: Any) -> tuple[str, str] | None:
    """The instance that a record is under, written from the documentation."""
    holder = HELD_BY.get(item["kind"])
    return (holder, item["instance_id"]) if holder else None


def instances_in(items: Any) -> set[tuple[str, str]]:
    return {(item["kind"], item["id"]) for item in items if item["kind"] in READY}


def sent_by(run: dict[str, Any]) -> list[dict[str, Any]]:
    """What a run asks the module to delete."""
    return [item for records in run["records"] for item in json.loads(records)]
