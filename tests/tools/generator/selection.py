# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables about rules: keys, an example, rejected values and statuses, computed by the code of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.rules import SERVICES, Match, Rule, compile_rule
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS, Kind
from ansible_collections.sundown.hwcloud.plugins.module_utils._services.model import Lifecycle

from helpers.plan_factory import NOW, decisions, record, settings

from .tables import literal, literals, rst_table
from .variables import options

_OWNED = [name for name, kind in KINDS.items() if kind.has_enterprise_project]
# An example and the meaning of each key.
KEYS = {
    "kind": ("dms_task", f"The kind of the record, one of {literals(KINDS)}."),
    "service": ("dms", f"The service of the record, one of {literals(SERVICES)}."),
    "id": ("task-4711", "The ID of the record, exactly."),
    "name": ("Backup*", "A glob for the name, case-sensitive: ``*``, ``?``, ``[ab]``, ``[!ab]``."),
    "status": ("failed", "The status, case-insensitive; a second spelling that the service uses matches too."),
    "instance_id": (
        "kafka-1",
        "The ID of the instance that the record belongs to, exactly. Matches this instance, too.",
    ),
    "older_than": ("30d", "The record was created longer ago than this: a number and ``h``, ``d`` or ``w``."),
    "newer_than": ("90d", "The record was created less long ago than this, which must exceed ``older_than``."),
    "tag": ("env=retired", "A tag of the instance: its key, or key and value. For instances only."),
    "enterprise_project_id": ("0", f"The enterprise project, exactly. For {literals(_OWNED)} only."),
}
MATCHING = {
    "kind": "dms_task",
    "service": "dms",
    "id": "task-4711",
    "name": "BackupInstance",
    "status": "FAILED",
    "instance_id": "kafka-1",
    "created_at": "2026-10-01T10:00:00Z",
}
MATCHING_INSTANCE = {"kind": "dms_instance", "tags": {"env": "retired"}, "enterprise_project_id": "0"}
FIELDS = {**dict.fromkeys(("older_than", "newer_than"), "created_at"), "tag": "tags"}
# Every record has these.
NEVER_LACKING = {"kind", "service", "id"}
REJECTED: tuple[dict[str, Any], ...] = (
    {"select": []},
    {"select": "everything"},
    {"select": [{}]},
    {"protect": {"name": "Create*"}},
    {"protect": [{"nmae": "Create*"}]},
    {"protect": [{"kind": "cce_jobs"}]},
    {"protect": [{"kind": "cce_job", "status": "Completed"}]},
    {"select": [{"older_than": 30}]},
    {"select": [{"older_than": "1m"}]},
    {"select": [{"older_than": "30d", "newer_than": "1w"}]},
    {"select": [{"id": 4711}]},
)
EXAMPLE: dict[str, Any] = {
    "select": [{"service": "gaussdb", "older_than": "30d"}, {"status": "failed"}],
    "protect": [{"name": "Backup*"}],
}
EXAMPLE_RECORDS = (
    ("gaussdb_job", "CreateInstance", "Completed", "2026-10-01T10:00:00Z"),
    ("gaussdb_job", "CreateInstance", "Completed", "2026-11-20T10:00:00Z"),
    ("gaussdb_job", "CreateInstance", "Completed", None),
    ("gaussdb_job", "BackupSnapshot", "Completed", "2026-10-01T10:00:00Z"),
    ("cce_job", "CreateNode", "Failed", "2026-11-20T10:00:00Z"),
    ("cce_job", "CreateNode", "Success", "2026-10-01T10:00:00Z"),
    ("cce_job", None, "Failed", "2026-11-20T10:00:00Z"),
)


def keys() -> str:
    """Return the keys of a rule, and how each treats a record that lacks the field."""
    rows = []
    for key in options()["decommission_select"]["options"]:
        example, meaning = KEYS[key]
        if _match(key, _matching(key)) is not Match.YES:
            raise ValueError(f"the example of {key} does not match")
        rows.append([literal(key), literal(f'{key}: "{example}"'), meaning, _lacking(key)])
    return rst_table(["Key", "Example", "Meaning", "A record without it"], rows, [12, 22, 44, 22])


def _match(key: str, fields: dict[str, Any]) -> Match:
    return compile_rule(Rule("rule", {key: KEYS[key][0]}), NOW)(fields)


def _matching(key: str) -> dict[str, Any]:
    return MATCHING if FIELDS.get(key, key) in MATCHING else MATCHING_INSTANCE


def _lacking(key: str) -> str:
    if key in NEVER_LACKING:
        return "does not exist"
    if _match(key, {**_matching(key), FIELDS.get(key, key): None}) is not Match.UNKNOWN:
        raise ValueError(f"{key}: a record that lacks it is not unknown")
    return "is not selected by it, and is protected by it"


def example() -> str:
    """Return the decisions of the guide's example about some records."""
    records = [
        record(f"r{number}", kind, name=name, status=status, created_at=created_at)
        for number, (kind, name, status, created_at) in enumerate(EXAMPLE_RECORDS)
    ]
    rows = [
        [
            literal(item["kind"]),
            literal(item["name"]) if item["name"] else "unknown",
            literal(item["status"]),
            literal(item["created_at"]) if item["created_at"] else "unknown",
            "planned" if decision.planned else f"kept: {decision.reason}",
            decision.rule.replace("*", "\\*"),
        ]
        for item, decision in zip(records, decisions(records, **EXAMPLE), strict=True)
    ]
    header = ["Kind", "Name", "Status", "Created", "Decision", "By which rule"]
    return f"On {NOW:%d %B %Y}:\n\n" + rst_table(header, rows, [14, 16, 12, 22, 14, 22])


def rejections() -> str:
    """Return values that are rejected, each with its message."""
    rows = []
    for variables in REJECTED:
        try:
            settings(**variables)
        except OptionError as error:
            ((name, value),) = variables.items()
            rows.append([literal(f"decommission_{name}: {_shown(value)}"), literal(str(error))])
        else:
            raise ValueError(f"{variables} is not rejected")
    return rst_table(["Value", "Message"], rows, [40, 60])


def _shown(value: Any) -> str:
    """Return a value as it would stand in a YAML file, on one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(item)}" for key, item in value.items()) + "}"
    return f'"{value}"' if isinstance(value, str) and "*" in value else str(value)


def statuses() -> str:
    """Return the known statuses of each kind of records, split by whether they allow a delete and why not."""
    rows = [
        [literal(kind.name), _statuses(kind.deletable_statuses), _statuses(_running(kind)), _others(kind)]
        for kind in KINDS.values()
        if not kind.is_instance
    ]
    return rst_table(["Kind", "Deletable", "Running", "Others"], rows, [14, 26, 34, 26])


def instance_statuses() -> str:
    """Return the known statuses of each kind of instances, split by what they mean for a delete."""
    rows = [
        [
            literal(kind.name),
            _statuses(kind.deletable_statuses),
            _statuses(kind.lifecycle.passing),
            _going(kind.lifecycle),
            _others(kind),
        ]
        for kind in KINDS.values()
        if kind.lifecycle
    ]
    header = ["Kind", "Deletable", "Ends by itself", "Being deleted", "Others"]
    return rst_table(header, rows, [14, 22, 30, 12, 22])


def _going(lifecycle: Lifecycle) -> str:
    if lifecycle.deletions:
        return "known from the tasks of the service"
    return _statuses(lifecycle.going) + ("" if lifecycle.shows_deletion else ", if the service shows it")


def _running(kind: Kind) -> set[str]:
    return set(filter(kind.running, kind.statuses))


def _others(kind: Kind) -> str:
    blocked = f"{_statuses(kind.blocked_statuses)}. " if kind.blocked_statuses else ""
    gone = f"Counted as gone: {_statuses(kind.gone_statuses)}." if kind.gone_statuses else ""
    return (blocked + gone).strip() or "none"


def _statuses(found: Iterable[str]) -> str:
    return literals(sorted(found))


PARTS = {
    "keys": keys,
    "example": example,
    "rejections": rejections,
    "statuses": statuses,
    "statuses of instances": instance_statuses,
}
