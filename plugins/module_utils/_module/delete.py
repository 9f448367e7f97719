# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The delete modules: decide, apply unless in check mode, report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .._auth.connection import Connection
from .._engine.deletion import Deleter
from .._engine.environment import lister
from .._engine.record_client import Outcome, RecordId, RecordResult
from .._engine.records import check_ids
from .._errors import HwcloudError, OptionError
from .._services import KINDS
from .._services.model import Kind
from .options import auth_options, version_options
from .run import run

_STOP: dict[str, dict[str, Any]] = {
    "stop": {"type": "bool", "default": False},
    "wait_timeout": {"type": "float", "default": 600},
}


def run_delete(name: str) -> None:
    """Run the delete module of the kind ``name``."""
    kind = KINDS[name]
    option = kind.ids_option
    spec = {**auth_options(), **version_options(kind)}
    spec["state"] = {"type": "str", "choices": ["absent"], "default": "absent"}
    spec[option] = {"type": "list", "elements": "str", "aliases": [kind.id_option]}
    rules: dict[str, Any] = {}
    if kind.by_instance:
        spec["instance_id"] = {"type": "str"}
        spec["tasks"] = {
            "type": "list",
            "elements": "dict",
            "options": {
                "instance_id": {"type": "str", "required": True},
                "task_id": {"type": "str", "required": True},
            },
        }
        rules = {
            "required_one_of": [[option, "tasks"]],
            "mutually_exclusive": [[option, "tasks"], ["instance_id", "tasks"]],
            "required_together": [["instance_id", option]],
        }
    else:
        spec[option]["required"] = True
    if kind.stoppable:
        spec.update(_STOP)
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True, **rules)
    record_ids: list[RecordId] = []

    def check(module: AnsibleModule) -> None:
        record_ids.extend(_record_ids(module.params, option))
        if kind.stoppable and not 0 < module.params["wait_timeout"] < float("inf"):
            raise OptionError("wait_timeout: a number of seconds greater than 0 is needed")

    def work(module: AnsibleModule, connection: Connection) -> dict[str, Any]:
        results = _results(module, connection, kind, record_ids)
        return _result(kind, connection, results, diff=module._diff)

    run(module, work, check)


def _record_ids(params: dict[str, Any], option: str) -> list[RecordId]:
    """Return what is to be deleted, each record once, in the order given; raise `OptionError` for a bad id."""
    if params.get("tasks") is not None:
        pairs = [(task["task_id"], task["instance_id"]) for task in params["tasks"]]
        check_ids("tasks.task_id", [pair[0] for pair in pairs])
        check_ids("tasks.instance_id", [pair[1] for pair in pairs])
    else:
        pairs = [(record_id, params.get("instance_id")) for record_id in params[option]]
        check_ids(option, params[option])
        if params.get("instance_id") is not None:
            check_ids("instance_id", [params["instance_id"]])
    record_ids: dict[str, RecordId] = {}
    for record_id, instance_id in pairs:
        if record_ids.setdefault(record_id, RecordId(record_id, instance_id)).instance_id != instance_id:
            raise OptionError(f"tasks: task {record_id} is named under two instances, but a task has one")
    return list(record_ids.values())


def _results(
    module: AnsibleModule, connection: Connection, kind: Kind, record_ids: Sequence[RecordId]
) -> list[RecordResult]:
    if not record_ids:
        return []
    try:
        deleter = Deleter(
            lister(connection, kind, module.params.get("api_version")),
            stop=module.params.get("stop", False),
            wait_timeout=module.params.get("wait_timeout", 0),
        )
    except OptionError:
        raise
    except HwcloudError as error:
        return [RecordResult(record_id, Outcome.FAILED, error) for record_id in record_ids]
    steps = deleter.decide(record_ids, check_exists=module.check_mode)
    return deleter.predict(steps) if module.check_mode else deleter.apply(steps)


def _result(kind: Kind, connection: Connection, results: Sequence[RecordResult], *, diff: bool) -> dict[str, Any]:
    deleted = [result.record_id.id for result in results if result.outcome is Outcome.DELETED]
    absent = [result.record_id.id for result in results if result.outcome is Outcome.ABSENT]
    failures = [_failure(kind, result) for result in results if result.outcome is Outcome.FAILED]
    counts = {
        "requested": len(results),
        "deleted": len(deleted),
        "absent": len(absent),
        "failed": len(failures),
    }
    if counts["requested"] != len(deleted) + len(absent) + len(failures):
        raise AssertionError(f"the results do not add up: {counts}")
    result: dict[str, Any] = {
        "changed": bool(deleted),
        "deleted": deleted,
        "absent": absent,
        "failures": failures,
        "credentials_refused": connection.credentials_refused,
        "token_renewed": connection.token_renewed,
        "summary": {**counts, **connection.stats.summary()},
    }
    if diff:
        left = [failure["id"] for failure in failures]
        key = kind.ids_option
        gone = set(absent)
        existed = [result.record_id.id for result in results if result.record_id.id not in gone]
        result["diff"] = {"before": {key: existed}, "after": {key: left}}
    if failures:
        first = failures[0]
        said = " ".join(str(first[key]) for key in ("http_status", "error_code", "error_msg") if first[key])
        noun = f"{kind.title} {kind.noun}"
        result["msg"] = f"{len(failures)} of {len(results)} {noun}s not deleted; {noun} {first['id']}: {said}"
    return result


def _failure(kind: Kind, result: RecordResult) -> dict[str, Any]:
    facts = result.error.facts() if result.error else {}
    where = {"instance_id": result.record_id.instance_id} if kind.by_instance else {}
    return {"id": result.record_id.id, **where, **facts}
