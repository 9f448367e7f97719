# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What rules are made of, and what they say of records: asked of the code that judges them."""

from __future__ import annotations

from typing import Any

from ansible_collections.sundown.hwcloud.plugins.filter.decommission import FACTS
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import SERVICES
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.errors import PlanError
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.rules import KEYS, compile_rule, parse_rules

from helpers.plan_factory import NOW, decisions, record, settings

from .tables import literal, literals, rst_table

# An example of each key, and what it asks.
ASKS = {
    "service": ("dms", "The service of the record, one of {services}."),
    "id": ("task-4711", "The ID of the record, exactly."),
    "name": ("Backup*", "A glob for the name, in which case matters: ``*``, ``?``, ``[ab]``, ``[!ab]``."),
    "status": ("failed", "The status. Case does not matter, nor does a second spelling that the service uses."),
    "instance_id": ("kafka-1", "The instance that the record belongs to, exactly."),
    "older_than": ("30d", "Whether the record was created longer ago than that: a number and ``h``, ``d`` or ``w``."),
}
MATCHING = {
    "service": "dms",
    "id": "task-4711",
    "name": "BackupInstance",
    "status": "FAILED",
    "instance_id": "kafka-1",
    "created_at": "2026-10-01T10:00:00Z",
}
FIELDS = {"older_than": "created_at"}
# Every record has these.
NEVER_LACKING = {"service", "id"}
REFUSED: tuple[dict[str, Any], ...] = (
    {"select": []},
    {"select": "everything"},
    {"select": [{}]},
    {"protect": {"name": "Create*"}},
    {"protect": [{"nmae": "Create*"}]},
    {"protect": [{"service": "kafka"}]},
    {"protect": [{"service": "cce", "status": "Completed"}]},
    {"select": [{"older_than": 30}]},
    {"select": [{"older_than": "1m"}]},
    {"select": [{"id": 4711}]},
)
EXAMPLE: dict[str, Any] = {
    "select": [{"service": "gaussdb", "older_than": "30d"}, {"status": "failed"}],
    "protect": [{"name": "Backup*"}],
}
EXAMPLE_RECORDS = (
    ("gaussdb", "CreateInstance", "Completed", "2026-10-01T10:00:00Z"),
    ("gaussdb", "CreateInstance", "Completed", "2026-11-20T10:00:00Z"),
    ("gaussdb", "CreateInstance", "Completed", None),
    ("gaussdb", "BackupSnapshot", "Completed", "2026-10-01T10:00:00Z"),
    ("cce", "CreateNode", "Failed", "2026-11-20T10:00:00Z"),
    ("cce", "CreateNode", "Success", "2026-10-01T10:00:00Z"),
    ("cce", None, "Failed", "2026-11-20T10:00:00Z"),
)


def keys() -> str:
    """Return the keys of a rule, and what a record that lacks the field means to each."""
    rows = []
    for key in KEYS:
        example, asks = ASKS[key]
        if _verdict(key, MATCHING) is not True:
            raise ValueError(f"the example of {key} does not hold")
        rows.append(
            [literal(key), literal(f'{key}: "{example}"'), asks.format(services=literals(FACTS)), _lacking(key)]
        )
    return rst_table(["Key", "Example", "What it asks", "A record without it"], rows, [12, 22, 44, 22])


def _verdict(key: str, fields: dict[str, Any]) -> bool | None:
    (rule,) = parse_rules("rules", [{key: ASKS[key][0]}], FACTS)
    return compile_rule(rule, FACTS, NOW)(fields)


def _lacking(key: str) -> str:
    if key in NEVER_LACKING:
        return "does not exist"
    if _verdict(key, {**MATCHING, FIELDS.get(key, key): None}) is not None:
        raise ValueError(f"{key}: a record that lacks it is not in doubt")
    return "is not selected by it, and is protected by it"


def example() -> str:
    """Return what the rules of the guide's example decide about some records."""
    records = [
        record(f"r{number}", service, name=name, status=status, created_at=created_at)
        for number, (service, name, status, created_at) in enumerate(EXAMPLE_RECORDS)
    ]
    rows = [
        [
            literal(item["service"]),
            literal(item["name"]) if item["name"] else "unknown",
            literal(item["status"]),
            literal(item["created_at"]) if item["created_at"] else "unknown",
            "planned" if decision.planned else f"kept: {decision.reason}",
            decision.rule.replace("*", "\\*"),
        ]
        for item, decision in zip(records, decisions(records, **EXAMPLE), strict=True)
    ]
    header = ["Service", "Name", "Status", "Created", "Decision", "By which rule"]
    return f"On {NOW:%d %B %Y}:\n\n" + rst_table(header, rows, [10, 16, 12, 22, 16, 24])


def refusals() -> str:
    """Return values that are refused, each with the words in which it is."""
    rows = []
    for variables in REFUSED:
        try:
            settings(**variables)
        except PlanError as error:
            ((name, value),) = variables.items()
            rows.append([literal(f"decommission_{name}: {_shown(value)}"), literal(str(error))])
        else:
            raise ValueError(f"{variables} is not refused")
    return rst_table(["Given", "Refused with"], rows, [40, 60])


def _shown(value: Any) -> str:
    """Return a value as it would stand in a YAML file, on one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(item)}" for key, item in value.items()) + "}"
    return f'"{value}"' if isinstance(value, str) and "*" in value else str(value)


def statuses() -> str:
    """Return the statuses that are known of each service, those apart that allow a delete."""
    rows = []
    for service in SERVICES.values():
        ended = sorted(service.deletable_statuses)
        others = sorted(service.statuses - service.deletable_statuses - service.gone_statuses)
        gone = f" Counted as gone: {literals(sorted(service.gone_statuses))}." if service.gone_statuses else ""
        rows.append([f"{service.title} ({literal(service.name)})", literals(ended), f"{literals(others)}.{gone}"])
    return rst_table(["Service", "Deletable", "Not deletable"], rows, [16, 34, 50])
