# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The delete modules: validate, decide, apply unless in check mode, report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .._auth.connection import Connection
from .._auth.connection_settings import positive
from .._engine.environment import DeleteRequest, delete_kinds
from .._engine.record_client import Outcome, RecordId, RecordResult
from .._engine.records import check_id, usable_id
from .._errors import OptionError
from .._services import KINDS
from .._services.model import Kind
from .._text import printable
from .options import auth_options, version_options
from .run import run

# What stands for a record in the lists of a result, what names it in the failures, and what became of it.
Entry = tuple[Any, Mapping[str, Any], RecordResult]
# Of the kinds that have instances among them.
LISTS = ("deleted", "absent", "deleting")


def run_delete(name: str) -> None:
    """Run the delete module of the kind ``name``."""
    kind = KINDS[name]
    spec, rules = _options(kind)
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True, **rules)

    def work(connection: Connection) -> dict[str, Any]:
        record_ids = _record_ids(module.params, kind)
        positive(module.params, "wait_timeout")
        results = _results(module, connection, kind, record_ids)
        return _return_values(kind, connection, results, diff=module._diff)

    run(module, work)


def _options(kind: Kind) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Return the argument spec of a delete module and how its options depend on each other."""
    ids, records = kind.ids_option, kind.records_option
    spec = {**auth_options(), **version_options(kind)}
    spec["state"] = {"type": "str", "choices": ["absent"], "default": "absent"}
    spec[ids] = {"type": "list", "elements": "raw", "aliases": [kind.id_option], "required": not kind.by_instance}
    if kind.stoppable:
        spec["stop"] = {"type": "bool", "default": False}
        spec["wait_timeout"] = {"type": "float", "default": 600}
    if kind.is_instance:
        spec["wait"] = {"type": "bool", "default": True}
        spec["wait_timeout"] = {"type": "float", "default": 3600}
    for name, parameter in kind.parameters.items():
        spec[name] = {"type": "str", "choices": list(parameter.choices), "default": parameter.default}
    if not kind.by_instance:
        return spec, {}
    spec["instance_id"] = {"type": "str"}
    spec[records] = {"type": "list", "elements": "dict"}
    return spec, {
        "required_one_of": [[ids, records]],
        "mutually_exclusive": [[ids, records], ["instance_id", records]],
    }


def _record_ids(params: Mapping[str, Any], kind: Kind) -> list[RecordId]:
    """Return the records to delete, each once, in the order given; raise `OptionError` for an unusable id."""
    option, instance_id = kind.ids_option, None
    if kind.by_instance and params[kind.records_option] is not None:
        option = kind.records_option
    elif kind.by_instance:
        instance_id = params["instance_id"]
        if instance_id is None:
            raise OptionError(
                f"instance_id: required with {option}; for {kind.noun}s of several instances use {kind.records_option}"
            )
        check_id("instance_id", instance_id)
    found: dict[str, RecordId] = {}
    for position, item in enumerate(params[option]):
        record_id = _record_id(f"{option}[{position}]", item, kind, instance_id)
        if found.setdefault(record_id.id, record_id) != record_id:
            raise OptionError(
                f"{option}: {kind.noun} {record_id.id} is listed under two instances; a {kind.noun} belongs to one"
            )
    return list(found.values())


def _record_id(place: str, item: Any, kind: Kind, instance_id: str | None) -> RecordId:
    """Return what names a record, which is given as its id or as info modules return it."""
    if not isinstance(item, Mapping):
        return RecordId(usable_id(place, item), instance_id)
    if item.get("kind") not in (None, kind.name):
        raise OptionError(f"{place}: a record of the kind {printable(str(item['kind']))}, not of {kind.name}")
    key = _key_in(place, item, (kind.id_option, "id"))
    record_id = usable_id(f"{place}.{key}", item[key])
    if kind.by_instance and instance_id is None:
        key = _key_in(place, item, ("instance_id",))
        instance_id = usable_id(f"{place}.{key}", item[key])
    elif kind.by_instance and item.get("instance_id") not in (None, instance_id):
        raise OptionError(
            f"{place}: a {kind.noun} of instance {printable(str(item['instance_id']))}, not of {instance_id};"
            f" for {kind.noun}s of several instances use {kind.records_option}"
        )
    return RecordId(record_id, instance_id)


def _key_in(place: str, item: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Return the one of ``keys`` that ``item`` has; raise `OptionError` where it has none, or several that differ."""
    # A record of an instance has no instance that holds it.
    given = [key for key in keys if item.get(key) is not None] or [key for key in keys if key in item]
    if not given:
        has = printable(", ".join(item)) or "no keys"
        raise OptionError(f"{place}: must have {' or '.join(keys)}, but has {has}")
    if any(item[key] != item[given[0]] for key in given):
        raise OptionError(f"{place}: {' and '.join(given)} differ")
    return given[0]


def _results(
    module: AnsibleModule, connection: Connection, kind: Kind, record_ids: Sequence[RecordId]
) -> list[RecordResult]:
    if not record_ids:
        return []
    request = DeleteRequest(
        record_ids,
        {name: module.params[name] for name in kind.own_options},
        stop=module.params.get("stop", False),
        wait=module.params.get("wait", True),
        wait_timeout=module.params.get("wait_timeout", 0),
    )
    return delete_kinds(connection, {kind.name: request}, check_mode=module.check_mode)[kind.name].results


def _return_values(
    kind: Kind, connection: Connection, results: Sequence[RecordResult], *, diff: bool
) -> dict[str, Any]:
    entries = [(result.record_id.id, _names(kind, result.record_id), result) for result in results]
    lists = LISTS if kind.is_instance else ("deleted", "absent")
    return return_values(connection, entries, lists, kind, diff=diff)


def _names(kind: Kind, record_id: RecordId) -> dict[str, Any]:
    return {"id": record_id.id, **({"instance_id": record_id.instance_id} if kind.by_instance else {})}


def return_values(
    connection: Connection,
    entries: Sequence[Entry],
    lists: Sequence[str],
    kind: Kind | None = None,
    *,
    diff: bool = False,
) -> dict[str, Any]:
    """Return what a delete module returns about records, with a ``msg`` where one of them was not deleted.

    The ``lists`` are named as the outcomes. The entries' names have the kind too, unless all are of one ``kind``.
    With ``diff`` the ids before and after are returned, too.
    """
    failed = [(names, result.error) for _entry, names, result in entries if result.outcome is Outcome.FAILED]
    values: dict[str, Any] = {
        **{name: [entry for entry, _names, result in entries if result.outcome.value == name] for name in lists},
        "failures": [{**names, **(error.facts() if error else {})} for names, error in failed],
        "credentials_refused": connection.credentials_refused,
        "token_renewed": connection.token_renewed,
        "summary": {**counts([result for *_names, result in entries], lists), **connection.stats.summary()},
    }
    has_changes = any(values[name] for name in lists if name != Outcome.ABSENT.value)
    values["changed"] = has_changes or any(result.accepted for *_names, result in entries)
    if failed:
        names, error = failed[0]
        one = (kind or KINDS[names["kind"]]).label
        several = f"{kind.label}s" if kind else "records"
        reason = error.reason if error else ""
        values["msg"] = f"{len(failed)} of {len(entries)} {several} not deleted; {one} {names['id']}: {reason}"
    if diff:
        values["diff"] = {
            "before": _ids(entries, kind, Outcome.ABSENT),
            "after": _ids(entries, kind, Outcome.ABSENT, Outcome.DELETED),
        }
    return values


def _ids(entries: Sequence[Entry], kind: Kind | None, *gone: Outcome) -> dict[str, list[str]]:
    """Return the ids of the records without those with an outcome in ``gone``, by kind unless all are of one."""
    ids: dict[str, list[str]] = {kind.ids_option: []} if kind else {}
    for _entry, names, result in entries:
        found = ids.setdefault(kind.ids_option if kind else names["kind"], [])
        if result.outcome not in gone:
            found.append(names["id"])
    return ids


def counts(results: Sequence[RecordResult], lists: Sequence[str]) -> dict[str, int]:
    """Return how many records there are, in all and by outcome; they add up."""
    found = Counter(result.outcome.value for result in results)
    by_outcome = {name: found[name] for name in (*lists, Outcome.FAILED.value)}
    if sum(by_outcome.values()) != len(results):
        raise AssertionError(f"the results do not add up: {found}")
    return {"requested": len(results), **by_outcome}
