# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes reports of any size as the role does, from invented results of modules."""

from __future__ import annotations

import json
import random
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.document import document_text
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.outcomes import reconcile
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.plan import build_plan
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.report import build_report

from .plan_factory import ENDED, HELD_BY, NOW, PROJECT, RUNNING, UNATTENDED, document_of, record, state_before, state_of
from .plan_factory import IDENTITY as WHO

IDENTITY = {**WHO, "project_name": PROJECT, "domain_name": "OTC-EU-DE-00000000001000012345"}
SHARES = {"drs_job": 4, "gaussdb_job": 30, "dms_task": 25, "dcs_task": 11, "cce_job": 30}
BY_INSTANCE = {"gaussdb_job", "dms_task", "dcs_task"}
CHANGED = {
    "drs_job": "RELEASE_RESOURCE_COMPLETE",
    "gaussdb_job": "Completed",
    "dms_task": "SUCCESS",
    "dcs_task": "SUCCESS",
    "cce_job": "Success",
}
# HTTP status, error code and message of failed deletes.
REFUSALS = (
    (403, "APIGW.0302", "The request is not authorized: the user has no role in the project"),
    (
        429,
        "APIGW.0308",
        "The throttling threshold has been reached: policy user over ratelimit,limit:200",
    ),
    (500, "DBS.200001", "Server failure. Try again later or contact customer service."),
    (None, None, "no answer within 30 seconds: connection reset by peer"),
)
EVERYTHING = {"deleted": 82, "absent": 2, "protected": 6, "running": 5, "not selected": 3, "drifted": 1, "failed": 1}
# A status of an instance of each kind that allows a delete, and an engine.
INSTANCES = {
    "gaussdb_instance": ("ACTIVE", "GaussDB 8.102"),
    "dms_instance": ("RUNNING", "kafka 2.7"),
    "dcs_instance": ("RUNNING", "Redis 6.0"),
    "cce_cluster": ("Available", "CCE v1.29"),
}
# What keeps an instance.
KEEPING: dict[str, dict[str, Any]] = {
    "prepaid": {"prepaid": True},
    "deletion protection": {"protected": True},
    "hibernated": {"status": "Hibernation"},
}
TAGS = {"environment": "retired", "owner": "shop"}
PREFIXES = {"protected": "prod-", "not selected": "other-"}


@dataclass(frozen=True)
class Run:
    """A run to report on.

    ``instances`` are the fates of instances; their kinds take turns, but only clusters hibernate. ``facts`` are fields
    that all of them have. Half of the records of tasks are under them.

    ``fates`` are the shares of the records; those that are ``stopped`` are running DRS jobs. ``appeared``
    is how many records appear while it deletes. ``names`` are those of the first records, ``unlisted`` are kinds that
    cannot be listed, ``refusals`` are what deletes fail with.
    """

    count: int
    fates: Mapping[str, float] = field(default_factory=lambda: EVERYTHING)
    mode: str = "apply"
    names: Sequence[str] = ()
    unlisted: Sequence[str] = ()
    accepted: Sequence[str] = ()
    on_drift: str = "intersect"
    appeared: int = 0
    refusals: Sequence[tuple[Any, Any, Any]] = REFUSALS
    identity: Mapping[str, Any] = field(default_factory=lambda: IDENTITY)
    instances: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    kind_options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that are listed."""
        return (*SHARES, *(INSTANCES if self.instances else ()))

    def report(self) -> dict[str, Any]:
        """Return the report as the role makes it."""
        return dict(json.loads(self.text()))

    def text(self) -> str:
        """Return the text of report.json."""
        dice = random.Random(self.count)
        fates = dice.choices(list(self.fates), list(self.fates.values()), k=self.count)
        instances = list(self._instances(dice))
        records = [*self._records(fates, dice, instances), *instances]
        fate_of = {item["id"]: fate for item, fate in zip(records, [*fates, *self.instances], strict=True)}
        variables = self._variables(records)
        listed = [item for item in records if item["kind"] not in self.unlisted]
        run = self._plan(listed, variables, check_mode=self.mode == "check")
        results = [
            self._result(batch, json.loads(items), fate_of, dice)
            for batch, items in zip(run["batches"], run["records"], strict=True)
        ]
        new = [record(f"new-{number}", name=f"task-new-{number}") for number in range(self.appeared)]
        after = self._listing(new) if run["mode"] == "apply" else None
        end = reconcile(state_of(run), results, after)
        return document_text(build_report(end, results, after, now=NOW))

    def _variables(self, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the role's variables; where something is to be applied, a plan is approved that has drifted since."""
        variables: dict[str, Any] = {
            "select": [{"name": "task-*"}, {"name": "prod-*"}],
            "protect": [{"name": "prod-*"}],
            "max_records": 1_000_000,
            "accept_unavailable": list(self.accepted),
            "on_drift": self.on_drift,
            "stop_drs": "stopped" in self.fates,
            "kinds": list(self.kinds),
            "kind_options": self.kind_options,
        }
        if self.mode in ("apply", "check"):
            then = [
                {**item, "status": ENDED[item["kind"]]} if item["status"] == CHANGED.get(item["kind"]) else item
                for item in records
            ]
            plan = self._plan(then, {**variables, "accept_unavailable": list(self.kinds)})
            variables["confirm"] = plan["confirmation"] or UNATTENDED
            variables["planned"] = document_of(plan)
        return variables

    def _plan(
        self, records: Sequence[Mapping[str, Any]], variables: Mapping[str, Any], *, check_mode: bool = False
    ) -> dict[str, Any]:
        return build_plan(state_before(**variables), self._listing(records), check_mode=check_mode, now=NOW)

    def _instances(self, dice: random.Random) -> Iterator[dict[str, Any]]:
        for index, fate in enumerate(self.instances):
            kind = "cce_cluster" if fate == "hibernated" else list(INSTANCES)[index % len(INSTANCES)]
            status, engine = INSTANCES[kind]
            facts = {"engine": engine, "tags": TAGS, "prepaid": False, "protected": False, "locked": None}
            yield {
                **record(identifier(dice), name=f"{PREFIXES.get(fate, 'task-')}{kind}-{index}", status=status),
                "kind": kind,
                "service": KINDS[kind].service,
                "enterprise_project_id": None,
                "deletable": fate not in KEEPING,
                **facts,
                **self.facts,
                **KEEPING.get(fate, {}),
            }

    def _records(
        self, fates: Sequence[str], dice: random.Random, holders: Sequence[Mapping[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        chosen = dice.choices(list(SHARES), list(SHARES.values()), k=len(fates))
        kinds = ["drs_job" if fate == "stopped" else kind for kind, fate in zip(chosen, fates, strict=True)]
        instances = [identifier(dice) for _each in range(8)]
        for index, (kind, fate) in enumerate(zip(kinds, fates, strict=True)):
            held_by = [item["id"] for item in holders if item["kind"] == HELD_BY.get(kind)]
            name = self.names[index] if index < len(self.names) else f"{index:05d}"
            yield record(
                identifier(dice),
                kind,
                instance_id=dice.choice(held_by if held_by and index % 2 else instances)
                if kind in BY_INSTANCE
                else None,
                name=PREFIXES.get(fate, "task-") + name,
                status={"running": RUNNING, "stopped": RUNNING, "drifted": CHANGED}.get(fate, ENDED)[kind],
                deletable=fate not in ("running", "stopped"),
                created_at=(NOW - timedelta(hours=index)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            )

    def _listing(self, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        whole = {"state": "complete", "http_status": None, "error_code": None, "error_msg": None}
        broken = {"state": "failed", "error_code": "APIGW.0101", "error_msg": "The API does not exist"}
        return {
            "records": records,
            "identity": self.identity,
            "listings": {name: {**(broken if name in self.unlisted else whole), "listed": 0} for name in self.kinds},
            "summary": {"listed": len(records), "requests": 12 + len(records) // 100, "throttled": 2, "seconds": 6.331},
        }

    def _result(
        self,
        batch: Mapping[str, Any],
        asked: Sequence[Mapping[str, Any]],
        fates: Mapping[str, str],
        dice: random.Random,
    ) -> dict[str, Any]:
        """Return what the module environment would have returned for a batch."""
        kinds = {
            kind: {"requested": count, "seconds": round(count / 180, 3)}
            for kind, count in Counter(item["kind"] for item in asked).items()
        }
        work = {"requests": len(asked), "throttled": len(asked) // 50, "seconds": round(len(asked) / 180, 3)}
        return {
            "item": batch,
            "deleted": [item for item in asked if fates[item["id"]] not in ("absent", "failed")],
            "absent": [item for item in asked if fates[item["id"]] == "absent"],
            "deleting": [],
            "failures": [self._failure(item, dice) for item in asked if fates[item["id"]] == "failed"],
            "summary": {**work, "kinds": kinds},
        }

    def _failure(self, item: Mapping[str, Any], dice: random.Random) -> dict[str, Any]:
        status, code, message = dice.choice(self.refusals)
        request_id = f"{dice.getrandbits(128):032x}" if status else None
        return {
            **item,
            "http_status": status,
            "error_code": code,
            "error_msg": message,
            "request_id": request_id,
        }


def identifier(dice: random.Random) -> str:
    """Return a random id."""
    return str(uuid.UUID(int=dice.getrandbits(128)))


def launched(report: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a report of a run that a job of the automation controller launched, under rules and with a note."""
    confirmation = None if report["mode"] == "plan" else report["confirmation"]
    note = "CHG-4711: the shop is retired"
    job = {
        "user": "anna",
        "approver": "bert",
        "job": "Decommission: apply #4711",
        "workflow": "Decommission an environment #4709",
        "url": "https://awx.example.com/#/jobs/playbook/4711",
    }
    return {
        **report,
        "finished_at": "2026-11-21T12:02:55Z",
        "note": note,
        "confirmed_by": {"confirmation": confirmation, "note": note, **job},
        "command": f"ansible-playbook sundown.hwcloud.decommission -e decommission_confirm={report['confirmation']}",
        "rules": [
            {"place": "decommission_select[0]", "rule": "name=task-*", "matched": 900},
            {"place": "decommission_select[1]", "rule": "name=old-*", "matched": 0},
        ],
        **changes,
    }


def early_report(problem: str) -> dict[str, Any]:
    """Return the report of a run that failed before its plan."""
    return build_report(reconcile(state_before(), [], None, [problem]), [], None, now=NOW)
