# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: projects
short_description: Projects as hosts
version_added: 1.0.0
author:
  - The sundown.hwcloud authors (@sundown-hwcloud)
description:
  - Returns each enabled project that the credentials can see as a host, so that one play can process many environments.
  - A host has the name of its project and the variables C(decommission_project), C(decommission_region) (the name of
    the project up to the first C(_)) and C(hwcloud_project_id). All hosts are in the group C(hwcloud_projects).
  - The name of the inventory file must end in V(hwcloud.yml) or V(hwcloud.yaml).
  - Unknown options are errors. Two projects with the same name are an error.
  - With ansible-core before 2.19 a project with C({) in its name or ID is an error, since these versions evaluate
    templates in the names and variables of hosts. Use O(exclude) for such a project.
notes:
  - Ansible only prints a warning if an inventory source cannot be read, and continues. Set C(any_unparsed_is_failed) in
    the section C([inventory]) of C(ansible.cfg), or E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED), so that a rejected
    login ends the run.
extends_documentation_fragment:
  - sundown.hwcloud.auth
  - sundown.hwcloud.auth.plugin
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of the plugin, which must be V(sundown.hwcloud.projects).
    type: str
    required: true
    choices: [sundown.hwcloud.projects]
  region:
    description:
      - The region of the identity service. Use O(regions) to restrict the projects.
      - If not set, E(OS_REGION_NAME) or E(HW_REGION_NAME) is used, else the first of O(regions).
      - Not needed with O(auth_url) or C(iam) in O(endpoints), except with O(agency_name).
    type: str
    aliases: [region_name]
    env:
      - name: HW_REGION_NAME
      - name: OS_REGION_NAME
  regions:
    description: Only projects of these regions. The region is the name of the project up to the first C(_).
    type: list
    elements: str
    default: []
  include:
    description: Globs for the names of projects to include, case-sensitive.
    type: list
    elements: str
    default: ['*']
  exclude:
    description: Globs for the names of projects to exclude, case-sensitive. They take precedence over O(include).
    type: list
    elements: str
    default: []
seealso:
  - module: sundown.hwcloud.identity_info
"""

EXAMPLES = r"""
---
# fleet.hwcloud.yml: all projects of two regions, except the object storage project of IAM;
# the credentials come from environment variables
plugin: sundown.hwcloud.projects
regions: [eu-de, eu-nl]
exclude: [MOS]

---
# retired.hwcloud.yml: the projects with a matching name, in groups by region and by team
plugin: sundown.hwcloud.projects
region: eu-de
include: ['*_retired_*']
keyed_groups:
  - key: decommission_region
    prefix: region
groups:
  shop: decommission_project.endswith('_shop')
compose:
  decommission_report_dir: "'/var/reports/' ~ decommission_region"
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: .cache
cache_timeout: 600
"""

import hashlib
import json
from fnmatch import fnmatchcase
from typing import Any

from ansible import template
from ansible.errors import AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ..module_utils._auth.clouds_yaml import yaml_import_error
from ..module_utils._auth.connection import Connection
from ..module_utils._auth.connection_settings import ConnectionSettings
from ..module_utils._auth.environment import ENVIRONMENT, from_environment
from ..module_utils._auth.options import AUTH_OPTIONS
from ..module_utils._errors import HwcloudError
from ..module_utils._http.transport import REQUESTS_IMPORT_ERROR
from ..module_utils._text import printable, unknown_name

ENDINGS = ("hwcloud.yml", "hwcloud.yaml")
GROUP = "hwcloud_projects"
# Secrets are no part of the cache's key, except a token, which alone tells to whom the projects are visible.
_SECRETS = {name for name, option in AUTH_OPTIONS.items() if option.get("no_log")} - {"token"}
# ansible-core 2.19 and later evaluate only text that is marked as a template; earlier ones evaluate any text.
_ONLY_MARKED_TEXT_IS_A_TEMPLATE = hasattr(template, "trust_as_template")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Lists the projects of an account."""

    NAME = "sundown.hwcloud.projects"

    def verify_file(self, path: str) -> bool:
        """Tell whether the name of the file is one that this plugin reads."""
        return bool(super().verify_file(path)) and path.endswith(ENDINGS)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add the projects to ``inventory``; raise `AnsibleParserError` where they cannot be listed."""
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        self._check_names(config)
        self._check_booleans(config)
        self._pass_over_empty_variables(config)
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))
        if self.get_option("cloud") and yaml_import_error():
            raise AnsibleParserError(missing_required_lib("PyYAML"))
        try:
            projects = self._wanted(self._projects(path, cache))
        except HwcloudError as error:
            raise AnsibleParserError(f"{self.NAME}: {error}") from None
        self.inventory.add_group(GROUP)
        for project in projects:
            self._add(project)

    def _check_names(self, config: dict[str, Any]) -> None:
        """Refuse what is not an option: a misspelt ``exclude`` would add hosts to a play that deletes."""
        aliases = [alias for option in self.option_definitions.values() for alias in option.get("aliases") or []]
        known = (*self.option_definitions, *aliases)
        for name in config:
            if name not in known:
                raise AnsibleParserError(f"{self.NAME}: {unknown_name(name, 'an option', known)}")

    def _check_booleans(self, config: dict[str, Any]) -> None:
        """Refuse what Ansible would take for false: a mistake would switch off ``validate_certs``."""
        for name, value in config.items():
            if self.option_definitions.get(name, {}).get("type") == "bool" and value is not None:
                try:
                    boolean(value)
                except TypeError:
                    message = f"{self.NAME}: {name}: must be true or false, not {printable(repr(value))}"
                    raise AnsibleParserError(message) from None

    def _pass_over_empty_variables(self, config: dict[str, Any]) -> None:
        """Use the next variable where the preferred one is empty, as AWX sets those of empty fields."""
        for name in ENVIRONMENT:
            if self.get_option(name) == "" and name not in config:
                self.set_option(name, from_environment(name))

    def _projects(self, path: str, cache: bool) -> list[dict[str, Any]]:
        use_cache = self.get_option("cache")
        key = self._key(path) if use_cache else ""
        if use_cache and cache:
            try:
                return list(self._cache[key])
            except KeyError:
                pass
        projects = self._listed()
        if use_cache:
            self._cache[key] = projects
        return projects

    def _key(self, path: str) -> str:
        """Return the cache's key: of this file and, since they may come from the environment, these credentials."""
        self.load_cache_plugin()
        names = sorted(name for name in self.option_definitions if name not in _SECRETS)
        given = json.dumps([self.get_option(name) for name in names], default=str)
        return f"{self.get_cache_key(path)}_{hashlib.sha256(given.encode()).hexdigest()[:12]}"

    def _listed(self) -> list[dict[str, Any]]:
        options = {name: self.get_option(name) for name in self.option_definitions}
        settings = ConnectionSettings.from_options(options, fallback_region=(options["regions"] or [""])[0])
        for note in settings.notes:
            self.display.warning(f"{self.NAME}: {note}")
        connection = Connection(settings)
        try:
            found = connection.list_projects()
        finally:
            connection.close()
        return [{name: project.get(name) for name in ("id", "name", "enabled")} for project in found]

    def _wanted(self, projects: list[dict[str, Any]]) -> list[dict[str, Any]]:
        regions = self.get_option("regions")
        wanted: dict[str, dict[str, Any]] = {}
        for project in projects:
            name = project["name"]
            if not isinstance(name, str) or not name:
                raise AnsibleParserError(f"{self.NAME}: project {printable(project['id'])} has no name")
            if project["enabled"] is False or (regions and _region(name) not in regions):
                continue
            if not self._matches(name, "include") or self._matches(name, "exclude"):
                continue
            if not _ONLY_MARKED_TEXT_IS_A_TEMPLATE and "{" in name + project["id"]:
                raise AnsibleParserError(
                    f"{self.NAME}: {printable(name)} (ID {printable(project['id'])}): ansible-core before 2.19 "
                    "evaluates templates in names and IDs, so none may hold {; leave the project out with exclude"
                )
            if name in wanted:
                ids = f"{printable(wanted[name]['id'])} and {printable(project['id'])}"
                raise AnsibleParserError(f"{self.NAME}: {printable(name)} is the name of two projects, {ids}")
            wanted[name] = project
        return list(wanted.values())

    def _matches(self, name: str, option: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.get_option(option))

    def _add(self, project: dict[str, Any]) -> None:
        """Add a host with plain text as its name and variables: AWX reads the exported JSON, and no marks in it."""
        variables = {
            "decommission_project": project["name"],
            "decommission_region": _region(project["name"]),
            "hwcloud_project_id": project["id"],
        }
        host = self.inventory.add_host(project["name"], group=GROUP)
        for name, value in variables.items():
            self.inventory.set_variable(host, name, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)


def _region(name: str) -> str:
    return name.partition("_")[0]
