# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text from anywhere, as a page shows it."""

from __future__ import annotations

import json
import unicodedata

import pytest
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.display import (
    duration_of,
    shown,
    tags_of,
    time_of,
)
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._report.page import script_data
from hypothesis import given, settings
from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(exclude_categories=()))
# Letters and marks without width, which the categories below do not cover.
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
def test_shown_escapes_invisible_characters(given: object, expected: str) -> None:
    assert shown(given) == expected


def test_shown_cuts_long_texts() -> None:
    assert shown("x" * 10, 10) == "x" * 10
    assert shown("x" * 11, 10) == "x" * 9 + "…"


@given(ANY_TEXT)
def test_shown_any_text_has_no_invisible_character(text: str) -> None:
    for character in shown(text, 10_000):
        assert character == " " or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}, character
        assert character not in BLANK


@given(ANY_TEXT)
def test_shown_any_text_is_utf8(text: str) -> None:
    shown(text).encode()


@settings(deadline=None, max_examples=40)
@given(st.recursive(ANY_TEXT.map(shown), lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT.map(shown), inner)))
def test_script_data_any_value_is_json_that_ends_no_script(value: object) -> None:
    written = script_data(value)
    assert not {"<", ">", "&"} & set(written)
    assert json.loads(written) == value


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.04, "0.0 s"), (59.9, "59.9 s"), (61, "1 min 1 s"), (3 * 3600 + 125, "3 h 2 min")]
)
def test_duration_of_seconds_is_legible(seconds: float, expected: str) -> None:
    assert duration_of(seconds) == expected


def test_tags_are_bounded_and_legible() -> None:
    assert tags_of(None) == tags_of({}) == []
    assert tags_of({"a": "1", "b": "", "\u202e": "x" * 200}, 3) == ["a=1", "b", "\\u202e=" + "x" * 77 + "…"]
    assert tags_of({"a": "1", "b": "2", "c": "3"}, 2) == ["a=1", "b=2", "and 1 more"]


def test_time_of_report_is_legible() -> None:
    assert time_of("2026-11-24T23:12:00Z") == "2026-11-24 23:12:00 UTC"
