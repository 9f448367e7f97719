# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes reports of any size as the role does: what the modules returned is invented, what becomes of it is not."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from checkout import ROOT

PROJECT = "eu-de_shop_staging"
IDENTITY = {
    "project_id": "5a3f8c1e9b7d4e62a0c4f1d2e3b4a596",
    "project_name": PROJECT,
    "region": "eu-de",
    "domain_name": "OTC-EU-DE-00000000001000012345",
    "user_name": "decommission-bot",
}
SHARES = {"drs": 4, "gaussdb": 30, "dms": 25, "dcs": 11, "cce": 30}
BY_INSTANCE = {"gaussdb", "dms", "dcs"}
DELETABLE = {"drs": "INCRE_TRANSFER_FAILED", "gaussdb": "Failed", "dms": "FAILED", "dcs": "FAILED", "cce": "Failed"}
RUNNING = {
    "drs": "INCRE_TRANSFER_STARTED",
    "gaussdb": "Running",
    "dms": "EXECUTING",
    "dcs": "RUNNING",
    "cce": "Running",
}
CHANGED = {
    "drs": "RELEASE_RESOURCE_COMPLETE",
    "gaussdb": "Completed",
    "dms": "SUCCESS",
    "dcs": "SUCCESS",
    "cce": "Success",
}
REFUSALS = (
    (403, "APIGW.0302", "The request is not authorized: the user has no role in the project"),
    (
        429,
        "APIGW.0308",
        "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:1 second",
    ),
    (500, "DBS.200001", "Server failure. Try again later or contact customer service."),
    (None, None, "no answer within 30 seconds: connection reset by peer"),
)
# What becomes of the records, and how many of a hundred.
EVERYTHING = {"deleted": 82, "absent": 2, "protected": 6, "running": 5, "not selected": 3, "drifted": 1, "failed": 1}
SELECT = [{"name": "task-*"}, {"name": "prod-*"}]
PROTECT = [{"name": "prod-*"}]


@dataclass(frozen=True)
class Run:
    """A run to report on. ``fates`` are shares of what becomes of the records, ``names`` those of the first records."""

    count: int
    fates: Mapping[str, float] | None = None
    mode: str = "apply"
    names: Sequence[str] = ()
    unlisted: Sequence[str] = ()
    accepted: Sequence[str] = ()
    intersect: bool = True
    refusals: Sequence[tuple[Any, Any, Any]] = REFUSALS

    def report(self) -> dict[str, Any]:
        """Return the report as the role's own filters make it."""
        from ansible_collections.sundown.hwcloud.plugins.filter import decommission as role

        dice = random.Random(self.count)
        records = [record for record in self._records(dice) if record["service"] not in self.unlisted]
        variables = self._variables()
        listing = self._listing(records)
        if self.mode in ("apply", "check"):
            then = self._listing([{**record, "status": DELETABLE[record["service"]]} for record in records])
            plan = role.decommission_plan(
                then, {**variables, "decommission_accept_unavailable": list(SHARES)}, IDENTITY
            )
            variables["decommission_confirm"] = plan["confirmation"]
            variables["decommission_planned"] = role.decommission_planned(plan["state"])
            variables["decommission_on_drift"] = "intersect" if self.intersect else "fail"
        run = role.decommission_plan(listing, variables, IDENTITY, check_mode=self.mode == "check")
        fates = {record["id"]: record["fate"] for record in records}
        results = [
            self._result(batch, json.loads(ids), fates, dice)
            for batch, ids in zip(run["batches"], run["ids"], strict=True)
        ]
        after = self._listing([]) if run["mode"] == "apply" else None
        report: dict[str, Any] = json.loads(
            role.decommission_report(run["state"], variables, results, after, text=True)
        )
        return report

    def _variables(self) -> dict[str, Any]:
        defaults = yaml.safe_load((ROOT / "roles/decommission/defaults/main.yml").read_text(encoding="utf-8"))
        return {
            **defaults,
            "decommission_project": PROJECT,
            "decommission_select": SELECT,
            "decommission_protect": PROTECT,
            "decommission_max_records": 1_000_000,
            "decommission_accept_unavailable": list(self.accepted),
        }

    def _records(self, dice: random.Random) -> Iterator[dict[str, Any]]:
        fates = self.fates or EVERYTHING
        drawn = dice.choices(list(fates), list(fates.values()), k=self.count)
        services = dice.choices(list(SHARES), list(SHARES.values()), k=self.count)
        instances = [str(uuid.UUID(int=dice.getrandbits(128))) for _each in range(8)]
        prefixes = {"protected": "prod-", "not selected": "keep-"}
        for index, (service, fate) in enumerate(zip(services, drawn, strict=True)):
            status = {"running": RUNNING, "drifted": CHANGED}.get(fate, DELETABLE)[service]
            yield {
                "service": service,
                "region": IDENTITY["region"],
                "project_id": IDENTITY["project_id"],
                "instance_id": dice.choice(instances) if service in BY_INSTANCE else None,
                "id": str(uuid.UUID(int=dice.getrandbits(128))),
                "name": prefixes.get(fate, "task-")
                + (self.names[index] if index < len(self.names) else f"{index:05d}"),
                "status": status,
                "created_at": "2026-11-01T10:00:00Z",
                "updated_at": None,
                "deletable": fate != "running",
                "fate": fate,
            }

    def _listing(self, records: Sequence[dict[str, Any]]) -> dict[str, Any]:
        whole = {"state": "complete", "error_code": None, "error_msg": None}
        broken = {"state": "failed", "error_code": "APIGW.0101", "error_msg": "The API does not exist"}
        counts = {name: sum(record["service"] == name for record in records) for name in SHARES}
        return {
            "records": records,
            "listings": {
                name: {**(broken if name in self.unlisted else whole), "listed": count}
                for name, count in counts.items()
            },
            "summary": {"listed": len(records), "requests": 12 + len(records) // 100, "throttled": 2, "seconds": 6.331},
        }

    def _result(
        self, batch: Mapping[str, Any], ids: Sequence[Any], fates: Mapping[str, str], dice: random.Random
    ) -> dict[str, Any]:
        """Return what the batch's delete module would have returned."""
        asked = [item["task_id"] if isinstance(item, dict) else item for item in ids]
        failed = [record_id for record_id in asked if fates[record_id] == "failed"]
        return {
            "ansible_loop_var": "__decommission_batch",
            "__decommission_batch": dict(batch),
            "deleted": [record_id for record_id in asked if fates[record_id] not in ("absent", "failed")],
            "absent": [record_id for record_id in asked if fates[record_id] == "absent"],
            "failures": [self._failure(record_id, dice) for record_id in failed],
            "summary": {
                "requests": len(asked),
                "throttled": len(asked) // 50,
                "seconds": round(len(asked) / 180, 3),
            },
        }

    def _failure(self, record_id: str, dice: random.Random) -> dict[str, Any]:
        status, code, message = dice.choice(self.refusals)
        request_id = f"{dice.getrandbits(128):032x}" if status else None
        return {
            "id": record_id,
            "http_status": status,
            "error_code": code,
            "error_msg": message,
            "request_id": request_id,
        }
