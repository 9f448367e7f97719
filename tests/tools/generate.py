# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the files, and parts of files, that follow from the code; a test fails where one of them is out of date."""

from __future__ import annotations

import sys

from checkout import ROOT, link_collection


def main() -> None:
    """Write all files and name those that changed."""
    sys.path[:0] = [str(link_collection()), str(ROOT / "tests")]
    from generator.files import outputs

    for path, make in outputs():
        file = ROOT / path
        text = make()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            print(f"{path}: written")


if __name__ == "__main__":
    main()
