# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the files, and parts of files, that follow from the code; a test fails where one of them is out of date."""

from __future__ import annotations

import os
import sys

from checkout import BUILD, ROOT

TREE = BUILD / "dev"


def link_collection() -> None:
    """Make the checkout importable as a collection, and the tests' helpers with it."""
    link = TREE / "ansible_collections" / "sundown" / "hwcloud"
    if not link.is_symlink():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)
    sys.path[:0] = [str(TREE), str(ROOT / "tests")]


def main() -> None:
    """Write all files and name those that changed."""
    link_collection()
    from generator.files import outputs

    for path, make in outputs():
        file = ROOT / path
        text = make()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            print(f"{path}: written")


if __name__ == "__main__":
    main()
