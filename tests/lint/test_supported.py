# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs on every supported ansible-core: every test that imports Ansible or runs its commands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from checkout import NAME, NAMESPACE, ROOT
from supported import WITHOUT_ANSIBLE

COLLECTION = f"ansible_collections.{NAMESPACE}.{NAME}."
SHARED = [ROOT / "tests" / name for name in ("helpers", "tools", "emulator")]
COMMAND = re.compile(r"ansible(-[a-z]+)?|ansible_runner")
# Exceptions are the same in every version.
HARMLESS = "ansible.errors"


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def source_of(name: str, roots: list[Path]) -> Path | None:
    """The file of a module that is ours."""
    if name.startswith(COLLECTION):
        name, roots = name.removeprefix(COLLECTION), [ROOT]
    for root in roots:
        place = root.joinpath(*name.split("."))
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path.is_file():
                return path
    return None


def imported(path: Path) -> Iterator[tuple[str, Path | None]]:
    """The modules and names that a file imports, with the files of those that are ours."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, source_of(alias.name, SHARED)
        elif isinstance(node, ast.ImportFrom):
            roots = [path.parents[node.level - 1]] if node.level else SHARED
            module = node.module or ""
            for name in [module, *(f"{module}.{alias.name}".strip(".") for alias in node.names)]:
                if name:
                    yield name, source_of(name, roots)


def arguments(function: ast.FunctionDef) -> set[str]:
    return {argument.arg for argument in function.args.args}


def fixtures_used(path: Path) -> Iterator[tuple[Path, ast.FunctionDef]]:
    """The fixtures that the functions of a file ask for, from the conftest.py files that it can see."""
    seen = [parent / "conftest.py" for parent in path.parents if parent.is_relative_to(ROOT / "tests")]
    defined = {
        node.name: (conftest, node)
        for conftest in reversed([file for file in seen if file.is_file()])
        for node in tree_of(conftest).body
        if isinstance(node, ast.FunctionDef)
    }
    functions = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)]
    wanted = {name for function in functions for name in arguments(function)}
    done: set[str] = set()
    while left := (wanted - done) & set(defined):
        for name in left:
            yield defined[name]
            wanted |= arguments(defined[name][1])
        done |= left


def why_ansible(test: Path) -> str:
    """Return what makes a test one that depends on the version of ansible-core, or nothing."""
    waiting = [test, *(conftest for conftest, _unused in fixtures_used(test))]
    done: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in done:
            continue
        done.add(path)
        where = path.relative_to(ROOT)
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and COMMAND.fullmatch(node.value):
                return f"{where} runs {node.value}"
        for name, source in imported(path):
            if name.split(".")[0] == "ansible" and not name.startswith(HARMLESS):
                return f"{where} imports {name}"
            if source:
                waiting.append(source)
    return ""


def files_in(path: str) -> list[Path]:
    """The test files of a directory, or the one that is named."""
    place = ROOT / path
    return [place] if place.is_file() else sorted(place.rglob("test_*.py"))


@pytest.mark.parametrize("path", WITHOUT_ANSIBLE)
def test_what_is_left_out_does_without_ansible(path: str) -> None:
    tests = files_in(path)
    assert tests
    assert {str(test.relative_to(ROOT)): why for test in tests if (why := why_ansible(test))} == {}


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("tests/integration/docs/test_examples.py", "runs ansible"),
        ("tests/integration/docs/test_new_kind.py", "runs ansible"),
        ("tests/integration/report/test_role_writes_page.py", "runs ansible"),
        ("tests/unit/plugins/modules/test_random_input.py", "imports ansible.module_utils"),
        ("tests/unit/plugins/inventory/test_projects.py", "runs ansible-inventory"),
    ],
)
def test_ansible_is_found_where_it_is_used(path: str, why: str) -> None:
    assert why in why_ansible(ROOT / path)
