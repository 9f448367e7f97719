# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arranges the pages that antsibull-docs writes: the role and the guides first, then the modules by service."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from checkout import NAME, NAMESPACE, ROOT, link_collection

sys.path[:0] = [str(link_collection()), str(ROOT / "tests")]

from generator.declarations import SERVICES, collect

COLLECTION = f"{NAMESPACE}.{NAME}"
# antsibull-docs copies no pictures, so the guides show them by this address; the site has its own.
PICTURES = "https://raw.githubusercontent.com/sundown-hwcloud/sundown.hwcloud/main/docs/images"
# Filters that only the role's tasks use.
INTERNAL = "decommission_*_filter.rst"
VARIABLES = "Environment variables"
MANY_SERVICES = ("environment", "environment_info", "identity_info")
_PLUGIN = re.compile(r"^\* :ansplugin:`(?P<name>\w+) (?P<type>\w+) <.*$", re.MULTILINE)


def arrange(pages: Path) -> None:
    """Remove the pages of internal filters, add the pictures, and replace the first page of the site."""
    for path in pages.glob(INTERNAL):
        path.unlink()
    shutil.copytree(ROOT / "docs" / "images", pages / "images")
    for guide in pages.glob("docsite/*.rst"):
        guide.write_text(guide.read_text(encoding="utf-8").replace(PICTURES, "/images"), encoding="utf-8")
    index = pages / "index.rst"
    index.write_text(arranged(index.read_text(encoding="utf-8")), encoding="utf-8")


def arranged(index: str) -> str:
    """Return the first page, made of the lines about plugins of the one that antsibull-docs writes.

    Each group of links is a group of the navigation, too.
    """
    plugins = {f"{found['name']}_{found['type']}": found[0] for found in _PLUGIN.finditer(index)}
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    parts = [
        f".. _plugins_in_{COLLECTION}:",
        f"{COLLECTION}\n{'=' * len(COLLECTION)}",
        galaxy["description"],
        f"Version {galaxy['version']}. `Source code <{galaxy['repository']}>`__. `Issues <{galaxy['issues']}>`__.",
        *(group(title, lines) for title, lines in groups(plugins).items()),
    ]
    return "\n\n".join(parts) + "\n"


def groups(plugins: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the groups in order, each with its pages and the line about each page."""
    extra = yaml.safe_load((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))
    guides = {
        section["title"]: {f"docsite/{name}": f"* :doc:`docsite/{name}`" for name in section["toctree"]}
        for section in extra["sections"]
    }
    contributors = dict([guides.popitem()])
    started, *_others, reference = guides
    guides[started] = {"decommission_role": plugins["decommission_role"], **guides[started]}
    guides[reference]["environment_variables"] = f"* :doc:`{VARIABLES} <environment_variables>`"
    modules = {
        service["product"]: [
            f"{kind.name}{twin}" for kind in collect() if kind.service == name for twin in ("", "_info")
        ]
        for name, service in SERVICES.items()
    }
    by_service = {
        title: {page: plugins[page] for page in (f"{name}_module" for name in names)}
        for title, names in {"Modules for several services": MANY_SERVICES, **modules}.items()
    }
    inventory = {"Inventory": {"projects_inventory": plugins["projects_inventory"]}}
    return {**guides, **by_service, **inventory, **contributors}


def group(title: str, lines: Mapping[str, str]) -> str:
    """Return a heading with links, and the same links for the navigation."""
    tree = [".. toctree::", "   :hidden:", f"   :caption: {title}", "", *(f"   {entry(page)}" for page in lines)]
    return "\n\n".join([f"{title}\n{'-' * len(title)}", "\n".join(lines.values()), "\n".join(tree)])


def entry(page: str) -> str:
    """Return a page of the navigation, with a title where its own is too long there."""
    name, _underscore, kind = page.rpartition("_")
    titles = {"module": name, "role": f"{name} role", "inventory": f"{name} inventory", "variables": VARIABLES}
    return f"{titles[kind]} <{page}>" if kind in titles else page
