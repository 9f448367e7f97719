# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that `make generate` writes is up to date, and the generator rejects what is incomplete."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from checkout import ROOT
from generator import declarations, errors, modules, tables
from generator.files import outputs, with_parts

# Codes of this collection are in camel case, and nothing else in quotes is.
CAMEL_CASE = re.compile(r"\"([A-Z][a-z]+(?:[A-Z][a-z]+)+)\"")
MAKE = dict(outputs())


@pytest.mark.parametrize("path", MAKE)
def test_generated_file_is_up_to_date(path: str) -> None:
    assert MAKE[path]() == (ROOT / path).read_text(encoding="utf-8"), "run: make generate"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".. begin generated: a\n\nold\n\n.. end generated\n", ".. begin generated: a\n\nnew\n\n.. end generated\n"),
        (
            "<!-- begin generated: a -->\n<!-- end generated -->",
            "<!-- begin generated: a -->\n\nnew\n\n<!-- end generated -->",
        ),
        ("x:\n  # begin generated: a\n  # end generated\n", "x:\n  # begin generated: a\n  new\n  # end generated\n"),
    ],
)
def test_part_replaces_text_between_markers(text: str, expected: str) -> None:
    assert with_parts("x", text, {"a": lambda: "new"}) == expected
    assert with_parts("x", expected, {"a": lambda: "new"}) == expected


@pytest.mark.parametrize(
    "text", ["", ".. begin generated: b\n\n.. end generated\n", ".. begin generated: a\n", "# begin generated: a\n" * 2]
)
def test_part_without_place_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match="has places for"):
        with_parts("x.rst", text, {"a": lambda: "new"})


def test_kinds_follow_services_and_their_predecessors() -> None:
    drs, gaussdb, cce = (replace(KINDS[name], after=()) for name in ("drs_job", "gaussdb_job", "cce_job"))
    assert declarations.in_order([cce, gaussdb, drs]) == [drs, gaussdb, cce]
    late = replace(drs, after=("cce_job",))
    assert declarations.in_order([late, gaussdb, cce]) == [gaussdb, cce, late]
    with pytest.raises(ValueError, match="come after each other"):
        declarations.in_order([late, replace(cce, after=("drs_job",))])


@pytest.mark.parametrize(("name", "missing"), [("unknown_job", "unknown, unknown_job"), ("cce_unknown", "cce_unknown")])
def test_kind_without_special_texts_is_rejected(name: str, missing: str) -> None:
    with pytest.raises(ValueError, match=f"nothing about {missing}$"):
        declarations.in_order([replace(KINDS["cce_job"], name=name)])


def test_long_lines_are_wrapped_below_their_text() -> None:
    assert modules.wrapped("  - " + "word " * 40).splitlines()[1].startswith("    word")
    assert modules.wrapped("a: short") == "a: short\n"


def test_every_error_code_in_sources_is_found() -> None:
    spelt = {code for path in errors.SOURCES.rglob("*.py") for code in CAMEL_CASE.findall(path.read_text("utf-8"))}
    assert spelt <= errors.own_codes()
    assert {"NoReply", "Stalled", "Redirect"} <= errors.own_codes()


def test_error_code_of_collection_has_neither_dot_nor_digit() -> None:
    assert not [code for code in errors.own_codes() if re.search(r"[.0-9]", code)]


@pytest.mark.parametrize("meanings", [{}, {"X.1": "known", "X.2": "unknown"}], ids=["missing", "too many"])
def test_error_codes_without_exact_meanings_are_rejected(meanings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"special\.yml: x and the code differ"):
        errors.checked("special.yml: x", meanings, {"X.1"})


def test_markup_becomes_markdown_and_rst() -> None:
    text = "V(fail) and O(decommission_select), C(x|y) in B(bold) by E(HOME), RV(a.b)"
    assert tables.plain_markdown(text) == "`fail` and `decommission_select`, `x|y` in **bold** by `HOME`, `a.b`"
    assert tables.plain_rst("V(a) B(b)") == "``a`` **b**"
    assert tables.markdown_table(["A"], [["x|y"]]) == "| A |\n| --- |\n| x\\|y |"
