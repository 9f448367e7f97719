# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that `make generate` writes: whole, in marked parts, or where the version is."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping

import yaml

from checkout import ROOT
from emulator.describe import tables as emulator_tables

from . import decisions, environment, errors, modules, permissions, selection, variables

Part = Callable[[], str]
GUIDES = "docs/docsite/rst"
# Written whole.
FILES: dict[str, Part] = {"plugins/plugin_utils/_report/errors.json": errors.advice}
# In this order, as a later part may read what an earlier one is in.
PARTS: dict[str, Mapping[str, Part]] = {
    "plugins/module_utils/_regions.py": {"services": modules.services},
    "plugins/doc_fragments/auth.py": {
        "endpoints": modules.endpoints,
        "environment variables": modules.environment_variables,
    },
    "meta/runtime.yml": {"action group": modules.action_group},
    "roles/decommission/meta/argument_specs.yml": {"kinds": modules.names, "kind options": modules.kind_options},
    "roles/decommission/README.md": {"variables": variables.table},
    "README.md": {"permissions": permissions.readme, "modules": modules.table},
    f"{GUIDES}/guide_access.rst": permissions.PARTS,
    f"{GUIDES}/guide_errors.rst": errors.PARTS,
    f"{GUIDES}/guide_safety.rst": {**decisions.PARTS, "limits": modules.limits},
    f"{GUIDES}/guide_selection.rst": selection.PARTS,
    f"{GUIDES}/guide_whole_environment.rst": environment.PARTS,
    "tests/emulator/README.md": {name: lambda name=name: emulator_tables()[name] for name in emulator_tables()},
}
# Files that contain the version of galaxy.yml, and the text before it.
VERSION_PLACES = {
    "plugins/module_utils/_version.py": 'COLLECTION_VERSION = "',
    f"{GUIDES}/guide_awx.rst": "/sundown-hwcloud:",
    "extensions/awx/workflow.yml": "/sundown-hwcloud:",
}
_COMMENT = r"(?:#|<!--|\.\.)"
_PLACE = re.compile(
    rf"^(?P<begin>(?P<margin> *)(?P<mark>{_COMMENT}) begin generated: (?P<name>.+?)(?: -->)?\n)"
    rf"(?:.*\n)*?(?P<end> *{_COMMENT} end generated\b)",
    re.MULTILINE,
)


def outputs() -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield the path of each file and what makes its text; a later text may depend on earlier files."""
    for path, text in modules.files().items():
        yield path, lambda text=text: text
    yield from FILES.items()
    for path, parts in PARTS.items():
        yield path, lambda path=path, parts=parts: with_parts(path, (ROOT / path).read_text(encoding="utf-8"), parts)
    for path, before in VERSION_PLACES.items():
        yield path, lambda path=path, before=before: with_version((ROOT / path).read_text(encoding="utf-8"), before)


def with_version(text: str, before: str) -> str:
    """Return a file's text with the collection's version after each ``before``; `ValueError` where there is none."""
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    written, count = re.subn(rf'(?<={re.escape(before)})[^\s"]+', version, text)
    if not count:
        raise ValueError(f"there is no {before!r} before a version")
    return written


def with_parts(path: str, text: str, parts: Mapping[str, Part]) -> str:
    """Return a file's text with every part written anew; `ValueError` where its places and its parts differ."""
    names = [place["name"] for place in _PLACE.finditer(text)]
    if set(names) != set(parts) or len(names) != text.count(" begin generated: "):
        raise ValueError(f"{path}: has places for {sorted(names)}, but there are parts {sorted(parts)}")

    def written(place: re.Match[str]) -> str:
        space = "" if place["mark"] == "#" else "\n"
        content = textwrap.indent(parts[place["name"]]().strip("\n"), place["margin"])
        return f"{place['begin']}{space}{content}\n{space}{place['end']}"

    return _PLACE.sub(written, text)
