# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a record's lines in a scenario to the record. What they leave out is made up, always alike."""

from __future__ import annotations

import random
import uuid
from typing import Any

from .state import Record, RecordSet, State
from .times import parse_age, parse_time

SPREAD_SECONDS = 20 * 86400.0
FINISHED = {
    "gaussdb": "Completed",
    "drs": "RELEASE_RESOURCE_COMPLETE",
    "dms": "SUCCESS",
    "cce": "Success",
    "dcs": "SUCCESS",
}
NAMES = {
    "gaussdb": ("CreateGaussDBV5Instance", "BackupSnapshotGaussDBV5InInstance", "EnlargeGaussDBV5Volume"),
    "drs": ("DRS-orders", "DRS-billing", "DRS-archive"),
    "dms": ("kafkaCreateTopic", "kafkaExtend", "BindEip"),
    "cce": ("CreateNode", "CreateCluster", "DeleteNode"),
    "dcs": ("EXTEND", "AddReplica", "BindEip"),
}
MADE_INTO_FIELDS = frozenset(
    {
        "id",
        "name",
        "status",
        "created_at",
        "updated_at",
        "age",
        "spread",
        "count",
        "id_prefix",
        "instance_id",
    }
)
PLAIN_KEYS = MADE_INTO_FIELDS | {"instance_name", "fail_reason", "raw", "becomes", "children"}
SERVICE_KEYS = {
    "drs": frozenset({"job_type", "engine_type", "net_type", "stop_fails", "release_fails", "delete_fails"}),
    "dcs": frozenset({"job_id"}),
}


class ScenarioError(ValueError):
    """The scenario cannot be read; the message names the place."""


class IdSource:
    """Reproducible ids and choices: the same path gives the same ones."""

    def __init__(self, *path: object) -> None:
        self._random = random.Random("/".join(map(str, path)))

    def uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def hex(self) -> str:
        return self.uuid().replace("-", "")

    def record_id(self, service: str, prefix: str) -> str:
        """An id of the length that the service uses, its beginning replaced by ``prefix``."""
        made = self.hex() if service in ("dms", "dcs") else self.uuid()
        if service == "drs":
            made = made[:-4] + "jb20"
        return prefix + made[min(len(prefix), 12) :]

    def choose(self, weights: dict[str, float]) -> str:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def fraction(self) -> float:
        return self._random.random()


def only(given: Any, known: frozenset[str] | set[str], where: str) -> None:
    """ScenarioError unless ``given`` is a mapping with none but known keys."""
    if not isinstance(given, dict):
        raise ScenarioError(f"{where}: a mapping is needed, not {given!r}")
    unknown = sorted(repr(key) for key in set(given) - known)
    if unknown:
        raise ScenarioError(f"{where}: unknown {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def build_record(service: str, spec: dict[str, Any], now: float, ids: IdSource, index: int = 0) -> Record:
    """The record that ``spec`` describes; ages count back from the timestamp ``now``."""
    only(spec, PLAIN_KEYS | SERVICE_KEYS.get(service, frozenset()), f"{service} record")
    created = _created(spec, now, ids)
    return Record(
        id=str(spec["id"]) if "id" in spec else ids.record_id(service, str(spec.get("id_prefix", ""))),
        name=spec.get("name") or NAMES[service][index % len(NAMES[service])],
        status=_status(service, spec, ids),
        created_at=created,
        updated_at=parse_time(spec["updated_at"]) if "updated_at" in spec else created + 60,
        instance_id=spec.get("instance_id"),
        details=_details(service, spec, ids),
    )


def schedule_change(state: State, held: RecordSet, record: Record, now: float) -> None:
    """Plan the change of status that a record's ``becomes`` announces."""
    becomes = record.details.get("becomes")
    if becomes:
        only(becomes, {"status", "after"}, "becomes")
        state.schedule(held, record, becomes["status"], now + float(becomes.get("after", 1)))


def _created(spec: dict[str, Any], now: float, ids: IdSource) -> float:
    if "created_at" in spec:
        return parse_time(spec["created_at"])
    if "age" in spec:
        return now - parse_age(spec["age"])
    spread = parse_age(spec["spread"]) if "spread" in spec else SPREAD_SECONDS
    return now - 3600 - ids.fraction() * spread


def _status(service: str, spec: dict[str, Any], ids: IdSource) -> str:
    status = spec.get("status", FINISHED[service])
    return ids.choose(status) if isinstance(status, dict) else status


def _details(service: str, spec: dict[str, Any], ids: IdSource) -> dict[str, Any]:
    details = {key: value for key, value in spec.items() if key not in MADE_INTO_FIELDS}
    if service == "drs":
        disaster_recovery = details.setdefault("job_type", "migration") == "cloudDataGuard"
        details.setdefault("engine_type", "cloudDataGuard-mysql" if disaster_recovery else "mysql")
    if service == "dcs":
        details.setdefault("job_id", ids.hex())
    if service == "gaussdb":
        details.setdefault("instance_name", "gauss-1")
    return details
