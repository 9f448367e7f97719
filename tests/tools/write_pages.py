# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes those parts of the documentation that follow from the code; a test fails where one of them is out of date."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from checkout import BUILD, ROOT

TREE = BUILD / "dev"


def link_collection() -> None:
    """Make the checkout importable as a collection, and the tests' helpers with it."""
    link = TREE / "ansible_collections" / "sundown" / "hwcloud"
    if not link.is_symlink():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)
    sys.path[:0] = [str(TREE), str(ROOT / "tests")]


def pages() -> dict[str, Mapping[str, Callable[[], str]]]:
    """Return, for each page with generated parts, what writes each part."""
    from pages import decisions, errors, modules, selection, variables

    guides = "docs/docsite/rst"
    return {
        "README.md": {"modules": modules.table},
        "roles/decommission/README.md": {"variables": variables.table},
        f"{guides}/guide_errors.rst": errors.PARTS,
        f"{guides}/guide_safety.rst": {"decisions": decisions.decisions, "drift": decisions.drift},
        f"{guides}/guide_selection.rst": {
            "keys": selection.keys,
            "example": selection.example,
            "refusals": selection.refusals,
            "statuses": selection.statuses,
        },
    }


def written(page: str, text: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """Return the page's text with every part written anew; ValueError where its places and its parts differ."""
    begin, end = (r"<!-- {} -->", r"<!-- end of {} -->") if page.endswith(".md") else (r".. {}", r".. end of {}")
    found = re.findall(rf"^{begin.format('generated: (.+?)')}$", text, re.MULTILINE)
    if sorted(found) != sorted(parts):
        raise ValueError(f"{page}: has places for {sorted(found)}, but there are parts {sorted(parts)}")
    for name, part in parts.items():
        first, last = begin.format(f"generated: {name}"), end.format(name)
        place = re.compile(rf"^{re.escape(first)}$.*?^{re.escape(last)}$", re.MULTILINE | re.DOTALL)
        content = f"{first}\n\n{part().strip()}\n\n{last}"
        text, count = place.subn(lambda _match, content=content: content, text)
        if count != 1:
            raise ValueError(f"{page}: the place of {name} does not end")
    return text


def main() -> None:
    """Write all pages and name those that changed."""
    link_collection()
    for page, parts in pages().items():
        path: Path = ROOT / page
        before = path.read_text(encoding="utf-8")
        after = written(page, before, parts)
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"{page}: written anew")


if __name__ == "__main__":
    main()
