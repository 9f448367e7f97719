# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""The modules that list records or identify the credentials."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .._auth.connection import Connection
from .._auth.iam import Identity
from .._engine.environment import ListingResult, list_kinds, lister
from .._engine.records import check_ids
from .._errors import OptionError
from .._services import DEFAULT_KINDS, GROUPS, KINDS, select_kinds
from .._text import printable
from .options import auth_options, enterprise_project_option, select_option, selected_by, version_options
from .run import run

_ISSUE_TOKEN = {"type": "bool", "default": False, "no_log": False}


def run_info(name: str) -> None:
    """Run the info module of the kind ``name``."""
    kind = KINDS[name]
    spec = {**auth_options(), **version_options(kind), **select_option()}
    if kind.by_instance:
        spec["instance_ids"] = {"type": "list", "elements": "str", "aliases": ["instance_id"]}
    if kind.has_enterprise_project:
        spec.update(enterprise_project_option())
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)

    def work(connection: Connection) -> dict[str, Any]:
        selected = selected_by(module.params, [kind.name])
        enterprise_project = module.params.get("enterprise_project_id")
        instances = module.params.get("instance_ids")
        if instances is not None:
            check_ids("instance_ids", instances)
            instances = list(dict.fromkeys(instances))
        version = module.params.get("api_version")
        records = lister(connection, kind, version, enterprise_project).records(instances)
        summary = _summary(connection, len(records))
        return {"changed": False, "records": list(filter(selected, records)), "summary": summary}

    run(module, work)


def run_environment_info() -> None:
    """Run environment_info: several kinds in one call."""
    spec = {**auth_options(), **version_options(*KINDS.values()), **select_option(), **enterprise_project_option()}
    spec["kinds"] = {"type": "list", "elements": "str", "default": list(DEFAULT_KINDS)}
    spec["expect_project_name"] = {"type": "str"}
    spec["issue_token"] = _ISSUE_TOKEN
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)

    def work(connection: Connection) -> dict[str, Any]:
        kinds = select_kinds(module.params["kinds"], connection.cloud)
        # With a group, rules about kinds that only another cloud offers are no mistakes.
        exact = not {*GROUPS} & {*module.params["kinds"]}
        selected = selected_by(module.params, [kind.name for kind in kinds] if exact else None)
        expected = module.params["expect_project_name"]
        if expected is not None:
            refusal = _check_project_name(connection, expected)
            if refusal:
                return refusal
        enterprise_project = module.params["enterprise_project_id"]
        found = list_kinds(connection, kinds, module.params["api_version"], enterprise_project)
        records = [record for listed in found.values() for record in listed.records]
        result = {
            "changed": False,
            "records": list(filter(selected, records)),
            "listings": {name: _listing(listed) for name, listed in found.items()},
            "identity": _identity(connection, connection.known_identity()),
            "summary": _summary(connection, len(records)),
            **_token(module, connection),
        }
        errors = [listed.error for listed in found.values() if listed.error]
        if errors and len(errors) == len(found):
            result["msg"] = "no kind could be listed: " + "; ".join(dict.fromkeys(map(str, errors)))
        return result

    run(module, work)


def run_identity_info() -> None:
    """Run identity_info: the project and the user of the credentials."""
    spec = auth_options()
    spec["issue_token"] = _ISSUE_TOKEN
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)

    def work(connection: Connection) -> dict[str, Any]:
        identity = _identity(connection, connection.identity())
        summary = connection.stats.summary()
        return {"changed": False, **identity, "summary": summary, **_token(module, connection)}

    run(module, work)


def _check_project_name(connection: Connection, expected: str) -> dict[str, Any] | None:
    """Return a failure where the credentials belong to another project than the ``expected`` one."""
    if not expected.strip():
        raise OptionError("expect_project_name: must not be empty")
    try:
        name = connection.identity().project_name
    except OptionError:
        # The options name another project than the credentials; that is the more telling message where it fits.
        name = connection.known_identity().project_name
        if name in (None, expected):
            raise
    if name == expected:
        return None
    found = _identity(connection, connection.known_identity())
    owner = f"project {found['project_name']}" if found["project_name"] else "no project"
    msg = f"the credentials belong to {owner}, not to {printable(expected)}"
    return {"changed": False, "msg": msg, "identity": found, "summary": _summary(connection, 0)}


def _identity(connection: Connection, identity: Identity) -> dict[str, Any]:
    return {
        "project_id": identity.project_id,
        "project_name": printable(identity.project_name or "") or None,
        "domain_name": printable(identity.domain_name or "") or None,
        "user_name": printable(identity.user_name or "") or None,
        "region": connection.region,
    }


def _token(module: AnsibleModule, connection: Connection) -> dict[str, Any]:
    return {"token": connection.issued_token()} if module.params["issue_token"] else {}


def _listing(listed: ListingResult) -> dict[str, Any]:
    error = listed.error
    return {
        "state": listed.state,
        "listed": len(listed.records),
        "http_status": error.http_status if error else None,
        "error_code": error.error_code if error else None,
        "error_msg": error.error_msg if error else None,
    }


def _summary(connection: Connection, listed: int) -> dict[str, Any]:
    return {"listed": listed, **connection.stats.summary()}
