# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts lines of Python code: without blank lines, comments, docstrings and Ansible's documentation strings."""

from __future__ import annotations

import ast
import io
import tokenize

DOCUMENTATION = {"DOCUMENTATION", "EXAMPLES", "RETURN"}
LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def code_lines(source: str) -> int:
    """Return how many lines of a Python source carry code."""
    documented = {
        line
        for node in ast.walk(ast.parse(source))
        if is_docstring(node) or is_documentation(node)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    carrying = {
        line
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in LAYOUT
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(carrying - documented)


def is_docstring(node: ast.AST) -> bool:
    """Return whether a node is a string on its own."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def is_documentation(node: ast.AST) -> bool:
    """Return whether a node assigns one of the strings that Ansible reads as documentation."""
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id in DOCUMENTATION for target in node.targets
    )
