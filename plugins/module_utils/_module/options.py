# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: nothing here is a stable interface.
# Use the modules, the role and the plugins instead.
"""Options that modules share."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from datetime import datetime, timezone
from typing import Any, Callable

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.errors import AnsibleFallbackNotFound

from .._auth.clouds_yaml import yaml_import_error
from .._auth.connection import Connection
from .._auth.connection_settings import ConnectionSettings
from .._auth.environment import ENVIRONMENT, from_environment
from .._auth.options import AUTH_OPTIONS
from .._engine.rules import Record, read_rules, selection
from .._errors import OptionError
from .._http.transport import REQUESTS_IMPORT_ERROR
from .._services.model import Kind


def auth_options() -> dict[str, dict[str, Any]]:
    """Return the options of the documentation fragment ``auth`` as an argument spec."""
    spec = copy.deepcopy(AUTH_OPTIONS)
    for name in ENVIRONMENT:
        spec[name]["fallback"] = (_fallback, [name])
    return spec


def _fallback(option: str) -> str:
    """Return what the environment gives; unlike that of Ansible, this fallback takes an empty variable as not set."""
    value = from_environment(option)
    if value is None:
        raise AnsibleFallbackNotFound
    return value


def version_options(*kinds: Kind) -> dict[str, dict[str, Any]]:
    """Return the option ``api_version`` where one of the kinds has a choice of versions."""
    choices = list(dict.fromkeys(version for kind in kinds for version in kind.api_versions))
    return {"api_version": {"type": "str", "choices": choices}} if choices else {}


def select_option() -> dict[str, dict[str, Any]]:
    """Return the option of the documentation fragment ``select``. `read_rules` validates the rules in it."""
    return {"select": {"type": "list", "elements": "dict"}}


def enterprise_project_option() -> dict[str, dict[str, Any]]:
    """Return the option for the records of one enterprise project; see `selected_by`."""
    return {"enterprise_project_id": {"type": "str"}}


def selected_by(params: Mapping[str, Any], kinds: Collection[str] | None = None) -> Callable[[Record], bool]:
    """Return a function that tells whether a record is covered by ``select`` and is of ``enterprise_project_id``.

    Raises `OptionError` for wrong rules. ``kinds`` are the kinds that are listed, None where rules may be about any
    kind.
    """
    project = params.get("enterprise_project_id")
    if project is not None and not project.strip():
        raise OptionError("enterprise_project_id: must not be empty")
    of_project = None if project is None else [{"enterprise_project_id": project}]
    options = {"select": params["select"], "enterprise_project_id": of_project}
    covers = []
    for option, value in options.items():
        if value is not None:
            rules, mistakes = read_rules(option, value, kinds=kinds)
            if mistakes:
                raise OptionError("\n".join(mistakes))
            covers.append(selection(rules, datetime.now(timezone.utc)))
    return lambda record: all(covered(record) for covered in covers)


def connect(module: AnsibleModule) -> Connection:
    """Validate the options and return a connection; nothing is sent yet. Raises `OptionError`."""
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    missing = yaml_import_error() if module.params["cloud"] else None
    if missing:
        module.fail_json(msg=missing_required_lib("PyYAML"), exception=missing)
    settings = ConnectionSettings.from_options(module.params)
    for note in settings.notes:
        module.warn(note)
    return Connection(settings)
