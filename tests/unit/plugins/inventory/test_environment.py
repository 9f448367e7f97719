# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin has the options of the modules for authentication, and prefers variables in the same order."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml
from ansible_collections.sundown.hwcloud.plugins.doc_fragments.auth import ModuleDocFragment
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.environment import ENVIRONMENT
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.options import AUTH_OPTIONS

from checkout import BUILD
from commands import clean_environment, run, tool

PLUGIN = "sundown.hwcloud.projects"
# Reads each option with all its variables set, then removes the preferred ones one by one.
PROBE = """
import json, os, sys
from ansible.plugins.loader import init_plugin_loader, inventory_loader
init_plugin_loader()
names = json.loads(sys.argv[2])
plugin = inventory_loader.get(sys.argv[1])
def read(option):
    plugin.set_options(direct={"plugin": sys.argv[1]})
    return plugin.get_option(option)
found = {}
for option, variables in names.items():
    os.environ.update({name: f"/from/{name}" for name in variables})
    found[option] = []
    for name in variables:
        found[option].append(read(option))
        del os.environ[name]
    found[option].append(read(option))
print(json.dumps(found))
"""


def test_environment_variables_are_read_in_order_of_preference(tmp_path: Path) -> None:
    environment = clean_environment(ANSIBLE_COLLECTIONS_PATH=str(BUILD / "dev"), ANSIBLE_HOME=str(tmp_path))
    printed = run([sys.executable, "-c", PROBE, PLUGIN, json.dumps(ENVIRONMENT)], env=environment)
    found = json.loads(printed.splitlines()[-1])
    assert found == {
        option: [*(f"/from/{name}" for name in variables), None] for option, variables in ENVIRONMENT.items()
    }


def test_options_of_fragment_are_those_of_plugin(tmp_path: Path) -> None:
    environment = clean_environment(ANSIBLE_COLLECTIONS_PATH=str(BUILD / "dev"), ANSIBLE_HOME=str(tmp_path))
    printed = run([tool("ansible-doc"), "-t", "inventory", "--json", PLUGIN], env=environment, merge=False)
    options = json.loads(printed)[PLUGIN]["doc"]["options"]
    fragment = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    assert set(options) & set(AUTH_OPTIONS) == set(fragment)
    for name in fragment:
        for key in ("type", "default", "aliases"):
            assert options[name].get(key) == AUTH_OPTIONS[name].get(key), (name, key)
