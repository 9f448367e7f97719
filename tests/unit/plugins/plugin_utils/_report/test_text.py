# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text from anywhere, as the page shows it."""

from __future__ import annotations

import json
import unicodedata

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.text import script_data, shown
from hypothesis import given, settings
from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(exclude_categories=()))
# Letters and marks that take no room, which the categories below do not tell.
BLANK = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u034f", "\ufe0f", "\u180b"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, ""),
        ("", ""),
        ("task-1", "task-1"),
        (404, "404"),
        ("Überführung 日本", "Überführung 日本"),
        ("  two\n lines\t", "two lines"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\x00b\x1b[31m", "a\\u0000b\\u001b[31m"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("<b>{{ 7 * 7 }}</b>", "<b>{{ 7 * 7 }}</b>"),
    ],
)
def test_shown(given: object, expected: str) -> None:
    assert shown(given) == expected


def test_long_texts_are_cut() -> None:
    assert shown("x" * 10, 10) == "x" * 10
    assert shown("x" * 11, 10) == "x" * 9 + "…"


@given(ANY_TEXT)
def test_nothing_that_is_shown_is_invisible(text: str) -> None:
    for character in shown(text, 10_000):
        assert character == " " or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}, character
        assert character not in BLANK


@given(ANY_TEXT)
def test_what_is_shown_is_utf8(text: str) -> None:
    shown(text).encode()


@settings(deadline=None, max_examples=40)
@given(st.recursive(ANY_TEXT.map(shown), lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT.map(shown), inner)))
def test_script_data_is_json_that_ends_no_script(value: object) -> None:
    written = script_data(value)
    assert not {"<", ">", "&"} & set(written)
    assert json.loads(written) == value
