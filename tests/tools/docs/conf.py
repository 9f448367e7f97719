# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx settings of the documentation site."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

project = "sundown.hwcloud"
project_copyright = "2026, the sundown.hwcloud authors"
author = "the sundown.hwcloud authors"
title = html_title = html_short_title = "sundown.hwcloud"

extensions = ["sphinx_antsibull_ext"]
html_theme = "sphinx_ansible_theme"
html_theme_options = {"display_version": False}
html_show_sphinx = False
html_copy_source = False
html_use_index = False
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
default_role = "any"

# Every reference must lead somewhere; those to Ansible's own documentation lead to its site.
nitpicky = True
ANSIBLE_SITE = "https://docs.ansible.com/ansible/latest"
ANSIBLE_PAGES = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
}


def ansible_page(kind: str, target: str) -> str | None:
    """Return the path on Ansible's site of what a reference means, None where it is not one of Ansible's."""
    if kind == "envvar" and target.startswith("ANSIBLE_"):
        return f"reference_appendices/config.html#envvar-{target}"
    if target.startswith("ansible_collections.ansible.builtin."):
        name, _underscore, plugin_type = target.removeprefix("ansible_collections.ansible.builtin.").rpartition("_")
        return f"collections/ansible/builtin/{name}_{plugin_type}.html"
    return ANSIBLE_PAGES.get(target)


def link_to_ansible(
    app: Sphinx, environment: BuildEnvironment, wanted: addnodes.pending_xref, shown: nodes.Element
) -> nodes.reference | None:
    """Resolve a reference that leads out of this site; no inventory is downloaded for it."""
    page = ansible_page(wanted["reftype"], wanted["reftarget"])
    return nodes.reference("", "", shown, refuri=f"{ANSIBLE_SITE}/{page}") if page else None


def setup(app: Sphinx) -> None:
    """Have Sphinx ask for what it does not find."""
    app.connect("missing-reference", link_to_ansible)
