# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables in reStructuredText and in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from textwrap import indent

# Ansible's markup for values, options and code; a name behind a comma is not shown.
_MARKUP = re.compile(r"\b(?:C|E|M|O|RV|V)\(([^)]*)\)")
_BOLD = re.compile(r"\bB\(([^)]*)\)")


def rst_table(header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> str:
    """Return a list-table; a cell may hold several lines."""
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {' '.join(map(str, widths))}", ""]
    for row in (header, *rows):
        for number, cell in enumerate(row):
            lead = "   * - " if number == 0 else "     - "
            lines.append((lead + indent(cell, " " * 7).lstrip()).rstrip())
    return "\n".join(lines)


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in which a cell is one line."""
    cells = (
        [cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in (header, ["---"] * len(header), *rows)
    )
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def literal(text: str) -> str:
    """Return a text as a literal of reStructuredText."""
    return f"``{text}``"


def literals(texts: Iterable[str]) -> str:
    """Return several literals with commas between."""
    return ", ".join(map(literal, texts))


def plain_markdown(text: str) -> str:
    """Return a text in Ansible's markup as Markdown."""
    return _BOLD.sub(r"**\1**", _MARKUP.sub(r"`\1`", text))


def plain_rst(text: str) -> str:
    """Return a text in Ansible's markup as reStructuredText."""
    return _BOLD.sub(r"**\1**", _MARKUP.sub(r"``\1``", text))
