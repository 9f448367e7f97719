# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and texts use the field's words, and a test's name says what it tests."""

from __future__ import annotations

import ast
import re

import pytest
import yaml

from checkout import ROOT, source_files

WORDS = yaml.safe_load((ROOT / "tests" / "lint" / "words.yml").read_text(encoding="utf-8"))
BANNED = re.compile("|".join(rf"\b(?:{word})\b" for word in WORDS["words"]), re.IGNORECASE)
FILES = [path for path in source_files() if not re.fullmatch("|".join(WORDS["exempt"]), path)]
TESTS = [path for path in FILES if re.fullmatch(r"tests/(.*/)?test_\w+\.py", path)]
LEAST_WORDS = 3
EXAMPLE = next(iter(WORDS["words"]))


def plain(text: str) -> str:
    """Return a text in which the words of names are apart."""
    return re.sub(r"[_-]|(?<=[a-z])(?=[A-Z])", " ", text)


def lines_of(path: str) -> list[str]:
    """Return the lines of a file without the texts that are allowed in it."""
    text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
    for allowed, files in WORDS["allowed"].items():
        if re.fullmatch(files, path):
            text = re.sub(allowed, "", text)
    return text.splitlines()


@pytest.mark.parametrize("path", FILES)
def test_file_has_no_banned_word(path: str) -> None:
    found = [
        f"{path}:{number}: {match[0]!r} in {line.strip()!r}"
        for number, line in enumerate(lines_of(path), 1)
        if (match := BANNED.search(plain(line)))
    ]
    assert not found, "\n".join(["see tests/lint/words.yml", *found])


@pytest.mark.parametrize("path", TESTS)
def test_names_of_tests_have_unit_condition_and_result(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    names = [name.removeprefix("test_").split("_") for name in functions if name.startswith("test_")]
    assert names
    assert not [name for name in names if len(name) < LEAST_WORDS]
    assert not [name for name in names if set(name) & set(WORDS["words_in_test_names"])]


@pytest.mark.parametrize("spelling", ["{}", "no {}", "no_{}", "no-{}", "no{}", "{}Page"])
def test_banned_word_in_any_spelling_is_found(spelling: str) -> None:
    assert BANNED.search(plain(spelling.format(EXAMPLE.title())))
