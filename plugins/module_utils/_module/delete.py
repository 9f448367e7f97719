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
from .._engine.deletion import Deleter, Outcome, Ref, State
from .._engine.environment import lister
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
    refs: list[Ref] = []

    def check(module: AnsibleModule) -> None:
        refs.extend(_refs(module.params, option))
        if kind.stoppable and not 0 < module.params["wait_timeout"] < float("inf"):
            raise OptionError("wait_timeout: a number of seconds greater than 0 is needed")

    def work(module: AnsibleModule, connection: Connection) -> dict[str, Any]:
        outcomes = _outcomes(module, connection, kind, refs)
        return _result(kind, connection, outcomes, diff=module._diff)

    run(module, work, check)


def _refs(params: dict[str, Any], option: str) -> list[Ref]:
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
    refs: dict[str, Ref] = {}
    for record_id, instance_id in pairs:
        if refs.setdefault(record_id, Ref(record_id, instance_id)).instance_id != instance_id:
            raise OptionError(f"tasks: task {record_id} is named under two instances, but a task has one")
    return list(refs.values())


def _outcomes(module: AnsibleModule, connection: Connection, kind: Kind, refs: Sequence[Ref]) -> list[Outcome]:
    if not refs:
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
        return [Outcome(ref, State.FAILED, error) for ref in refs]
    decisions = deleter.decide(refs, look=module.check_mode)
    return decisions if module.check_mode else deleter.apply(decisions)


def _result(kind: Kind, connection: Connection, outcomes: Sequence[Outcome], *, diff: bool) -> dict[str, Any]:
    would_be = (State.DELETED, State.DELETE, State.STOP)
    deleted = [outcome.ref.id for outcome in outcomes if outcome.state in would_be]
    absent = [outcome.ref.id for outcome in outcomes if outcome.state is State.ABSENT]
    failures = [_failure(kind, outcome) for outcome in outcomes if outcome.state is State.FAILED]
    counts = {
        "requested": len(outcomes),
        "deleted": len(deleted),
        "absent": len(absent),
        "failed": len(failures),
    }
    if counts["requested"] != len(deleted) + len(absent) + len(failures):
        raise AssertionError(f"the outcomes do not add up: {counts}")
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
        existed = [outcome.ref.id for outcome in outcomes if outcome.ref.id not in gone]
        result["diff"] = {"before": {key: existed}, "after": {key: left}}
    if failures:
        first = failures[0]
        said = " ".join(str(first[key]) for key in ("http_status", "error_code", "error_msg") if first[key])
        noun = f"{kind.title} {kind.noun}"
        result["msg"] = f"{len(failures)} of {len(outcomes)} {noun}s not deleted; {noun} {first['id']}: {said}"
    return result


def _failure(kind: Kind, outcome: Outcome) -> dict[str, Any]:
    facts = outcome.error.facts() if outcome.error else {}
    where = {"instance_id": outcome.ref.instance_id} if kind.by_instance else {}
    return {"id": outcome.ref.id, **where, **facts}
