# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategies for environments: instances and records in any state, those that are requested, and random faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from emulator import neighbours
from emulator.services import KINDS

from .kind_cases import HUAWEI, INSTANCE_KINDS, OTC, InstanceCase

Spec = dict[str, Any]
# Kind and id.
Key = tuple[str, str]
State = Callable[[InstanceCase], list[Spec]]

# Seconds: soon enough to be waited for, and later than any test.
SOON, NEVER = 0.01, 3600.0
UNKNOWN = "never-existed"
RECORD_KINDS = {name: mock for name, mock in KINDS.items() if mock is not mock.service.instances}
# The keys of records that are published for an engine of DMS.
DMS_RECORDS = {
    OTC: {"kafka": ("tasks",), "rocketmq": ("scheduled_tasks",)},
    HUAWEI: dict.fromkeys(("kafka", "rabbitmq", "rocketmq"), ("tasks", "scheduled_tasks")),
}


def ready(case: InstanceCase) -> list[Spec]:
    """Instances that can be deleted, at once or soon."""
    becomes = {"status": case.passing, "becomes": {"status": case.status, "after": SOON}}
    return [{}, becomes, *({"status": status} for status in sorted(KINDS[case.kind].deletable))]


def leaving(_case: InstanceCase) -> list[Spec]:
    """Instances of which somebody else has asked for the deletion."""
    return [{"deleting": True, "delete_seconds": SOON}]


def forbidden(case: InstanceCase) -> list[Spec]:
    """Instances that must not be deleted."""
    of_cce: list[Spec] = [{"protected": True}, {"locked": True}, {"status": "Hibernation"}]
    return [{"prepaid": True}, {"status": case.blocked}, *(of_cce if case.service == "cce" else [])]


def staying(_case: InstanceCase) -> list[Spec]:
    """Instances of which a delete is accepted, and which stay."""
    return [{"delete_fails": True}, {"delete_seconds": NEVER}]


def stuck(case: InstanceCase) -> list[Spec]:
    """Instances that never allow a delete, although their status or their own deletion seems to end by itself."""
    return [{"status": case.passing}, {"deleting": True, "delete_seconds": NEVER}]


@dataclass
class Environment:
    """A project, and what is to be deleted in it.

    - ``instances`` and ``records``: what the scenario says of each; ``holders``: the instance of a record that has one.
    - ``states``: the function, such as `ready`, that an instance is of.
    - ``requested``: those to delete, unknown ones among them.
    """

    region: str
    options: dict[str, Any]
    instances: dict[Key, Spec] = field(default_factory=dict)
    records: dict[Key, Spec] = field(default_factory=dict)
    states: dict[Key, State] = field(default_factory=dict)
    holders: dict[Key, Key] = field(default_factory=dict)
    requested: list[Key] = field(default_factory=list)
    stop: bool = False

    @property
    def scenario(self) -> dict[str, Any]:
        """The project, and a neighbour with the same ids, of which everything could be deleted."""
        projects = neighbours(2, region=self.region)["projects"]
        projects[0]["services"] = self._services({**self.instances, **self.records})
        projects[1]["services"] = self._services({key: {} for key in (*self.instances, *self.records)})
        return {**neighbours(2, self.options, self.region), "projects": projects}

    def _services(self, specs: dict[Key, Spec]) -> dict[str, list[Spec]]:
        services: dict[str, list[Spec]] = {}
        built = {key: {"id": key[1], **spec} for key, spec in specs.items()}
        for key, spec in built.items():
            holder = self.holders.get(key)
            held = services if holder is None else built[holder]
            held.setdefault(key[0] if holder is None else KINDS[key[0]].instance_key, []).append(spec)
        return services


@st.composite
def environments(draw: st.DrawFn, *states: State) -> Environment:
    """Environments with instances in the ``states``, which are functions such as `ready`."""
    region = draw(st.sampled_from([OTC, HUAWEI]))
    found = Environment(region, {"release_seconds": SOON, "instance_seconds": SOON}, stop=draw(st.booleans()))
    for case in INSTANCE_KINDS:
        for number, state in enumerate(draw(st.lists(st.sampled_from(states), max_size=3)), 1):
            key = (case.kind, f"x-{number}")
            found.states[key], found.instances[key] = state, draw(st.sampled_from(state(case)))
    for (kind, instance_id), spec in found.instances.items():
        published = None
        if kind == "dms_instance":
            spec["engine"] = draw(st.sampled_from(sorted(DMS_RECORDS[region])))
            published = DMS_RECORDS[region][spec["engine"]]
        for mock in KINDS[kind].service.kinds:
            if mock.instance_key and (published is None or mock.instance_key in published):
                _add_records(draw, found, mock.name, (kind, instance_id))
    for name, mock in RECORD_KINDS.items():
        if not mock.instance_key and (mock.otc or region == HUAWEI):
            _add_records(draw, found, name)
    wanted = [*found.instances, *found.records]
    offered = sorted({kind for kind, mock in KINDS.items() if mock.otc or region == HUAWEI})
    found.requested = [key for key in wanted if draw(st.booleans())]
    found.requested += [(kind, UNKNOWN) for kind in draw(st.lists(st.sampled_from(offered), max_size=2, unique=True))]
    return found


def _add_records(draw: st.DrawFn, found: Environment, kind: str, holder: Key | None = None) -> None:
    mock = KINDS[kind]
    statuses = st.sampled_from([sample.get("status", mock.finished) for sample in mock.samples])
    for status in draw(st.lists(statuses, max_size=2)):
        key = (kind, f"x-{sum(name == kind for name, _id in found.records) + 1}")
        found.records[key] = {"status": status}
        if holder:
            found.holders[key] = holder


COMMIT = st.booleans()
LOST = st.builds(
    lambda kind, reset: {"kind": kind, "reset": reset}, st.sampled_from(["drop_before", "drop_after"]), st.booleans()
) | st.builds(lambda commit: {"kind": "hang", "seconds": SOON, "commit": commit}, COMMIT)
REFUSED = st.builds(
    lambda status, commit: {"kind": "status", "status": status, "commit": commit},
    st.sampled_from([401, 403, 408, 429, 500, 502, 503, 504]),
    COMMIT,
)
# A 400 for the list of an engine of DMS means that the region does not know the engine.
BUSY = st.sampled_from(
    [{"kind": "status", "status": one.busy[0], "error_code": one.busy[1], "method": "DELETE"} for one in INSTANCE_KINDS]
)
# No success that is documented, or a 404 that does not tell that a record is missing.
UNCLEAR = st.builds(
    lambda status, body, commit: {"kind": "status", "status": status, "body": body, "commit": commit},
    st.sampled_from([200, 202, 404]),
    st.sampled_from([b"<html></html>", b"null", {"error_code": "X.1", "error_msg": "no"}]),
    COMMIT,
)
BROKEN_PAGES = st.sampled_from(
    [
        *(
            {"kind": "page_broken", "mode": mode}
            for mode in ("invalid_json", "truncated", "wrong_type", "duplicate_items", "wrong_total", "missing_list")
        ),
        # Elsewhere, where no total tells, an empty page could not be noticed.
        *({"kind": "page_broken", "mode": "empty", "service": service} for service in ("gaussdb", "dms", "dcs", "drs")),
    ]
)
OTHERS = st.sampled_from(
    [
        *({"kind": kind} for kind in ("cut_body", "expire_token", "redirect", "echo")),
        {"kind": "rate_limit", "rate": 900, "burst": 0.001},
    ]
)


@st.composite
def faults(draw: st.DrawFn, environment: Environment) -> list[Spec]:
    """Faults of the services that are called, and of the identity service."""
    services = sorted({KINDS[kind].service.name for kind, _id in environment.requested})
    where = st.fixed_dictionaries(
        {
            "service": st.sampled_from([*services, *services, "iam", "*"]),
            "method": st.sampled_from(["GET", "DELETE", None]),
            "times": st.sampled_from([1, 4, 10, None]),
            "after": st.integers(0, 5),
            "seed": st.integers(0, 3),
        },
        optional={"probability": st.sampled_from([0.2, 0.7])},
    )
    kinds = st.one_of(LOST, REFUSED, BUSY, UNCLEAR, BROKEN_PAGES, OTHERS)
    return draw(st.lists(st.builds(lambda place, kind: {**place, **kind}, where, kinds), min_size=1, max_size=5))
