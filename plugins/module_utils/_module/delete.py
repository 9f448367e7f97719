# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The delete modules: decide, apply unless in check mode, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def run_delete(name: str) -> None:
    """Run the delete module of the kind ``name``."""
    kind = KINDS[name]
    spec, rules = _options(kind)
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True, **rules)

    def work(connection: Connection) -> dict[str, Any]:
        refs = _refs(module.params, kind)
        if kind.stoppable and not 0 < module.params["wait_timeout"] < float("inf"):
            raise OptionError("wait_timeout: a number of seconds greater than 0 is needed")
        return _result(kind, connection, _outcomes(module, connection, kind, refs), diff=module._diff)

    run(module, work)


def _options(kind: Kind) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Return the argument spec of a delete module and how its options depend on each other."""
    ids, records = kind.ids_option, kind.records_option
    spec = {**auth_options(), **version_options(kind)}
    spec["state"] = {"type": "str", "choices": ["absent"], "default": "absent"}
    spec[ids] = {"type": "list", "elements": "str", "aliases": [kind.id_option], "required": not kind.by_instance}
    if kind.stoppable:
        spec["stop"] = {"type": "bool", "default": False}
        spec["wait_timeout"] = {"type": "float", "default": 600}
    if not kind.by_instance:
        return spec, {}
    spec["instance_id"] = {"type": "str"}
    parts = {name: {"type": "str", "required": True} for name in ("instance_id", kind.id_option)}
    spec[records] = {"type": "list", "elements": "dict", "options": parts}
    return spec, {
        "required_one_of": [[ids, records]],
        "mutually_exclusive": [[ids, records], ["instance_id", records]],
        "required_together": [["instance_id", ids]],
    }


def _refs(params: Mapping[str, Any], kind: Kind) -> list[Ref]:
    """Return the records to delete, each once, in the order given; raise `OptionError` for an unusable id."""
    records, id_key = kind.records_option, kind.id_option
    if kind.by_instance and params[records] is not None:
        pairs = [(item[id_key], item["instance_id"]) for item in params[records]]
        check_ids(f"{records}.{id_key}", [record_id for record_id, _instance in pairs])
        check_ids(f"{records}.instance_id", [instance_id for _record, instance_id in pairs])
    else:
        instance_id = params.get("instance_id")
        pairs = [(record_id, instance_id) for record_id in params[kind.ids_option]]
        check_ids(kind.ids_option, params[kind.ids_option])
        if instance_id is not None:
            check_ids("instance_id", [instance_id])
    refs: dict[str, Ref] = {}
    for record_id, instance_id in pairs:
        if refs.setdefault(record_id, Ref(record_id, instance_id)).instance_id != instance_id:
            raise OptionError(
                f"{records}: {kind.noun} {record_id} is listed under two instances; a {kind.noun} belongs to one"
            )
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
        key, remaining = kind.ids_option, [failure["id"] for failure in failures]
        before = [outcome.ref.id for outcome in outcomes if outcome.state is not State.ABSENT]
        result["diff"] = {"before": {key: before}, "after": {key: remaining}}
    if failures:
        first = failures[0]
        reason = " ".join(str(first[key]) for key in ("http_status", "error_code", "error_msg") if first[key])
        noun = f"{kind.title} {kind.noun}"
        result["msg"] = f"{len(failures)} of {len(outcomes)} {noun}s not deleted; {noun} {first['id']}: {reason}"
    return result


def _failure(kind: Kind, outcome: Outcome) -> dict[str, Any]:
    facts = outcome.error.facts() if outcome.error else {}
    where = {"instance_id": outcome.ref.instance_id} if kind.by_instance else {}
    return {"id": outcome.ref.id, **where, **facts}
