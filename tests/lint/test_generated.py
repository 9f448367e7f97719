# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that `make generate` writes is up to date, and the generator rejects what is incomplete."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from typing import Any

import pytest
import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._engine.records import to_record
from ansible_collections.sundown.hwcloud.plugins.module_utils._module import delete
from ansible_collections.sundown.hwcloud.plugins.module_utils._module.options import auth_options
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from ansible_collections.sundown.hwcloud.plugins.module_utils._services.model import Fields

from checkout import ROOT
from generator import declarations, errors, modules, tables
from generator.files import VERSION_PLACES, outputs, with_parts, with_version

# Codes of this collection are in camel case, and nothing else in quotes is.
CAMEL_CASE = re.compile(r"\"([A-Z][a-z]+(?:[A-Z][a-z]+)+)\"")
MAKE = dict(outputs())
INSTANCES = [name for name, kind in KINDS.items() if kind.is_instance]


def read(module: str, part: str) -> dict[str, Any]:
    """Return the DOCUMENTATION or the RETURN of a module."""
    constants = vars(importlib.import_module(f"ansible_collections.sundown.hwcloud.plugins.modules.{module}"))
    found: dict[str, Any] = yaml.safe_load(constants[part])
    return found


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


def test_codes_of_refusals_are_found() -> None:
    assert {"Prepaid", "Protected", "Hibernated", "Locked"} <= errors.own_codes()


def test_code_of_some_kinds_names_them() -> None:
    kinds = [KINDS["cce_cluster"], KINDS["cce_job"]]
    codes = errors.service_codes(kinds)
    assert codes[errors.BUSY] == {"CCE.01429002": ["cce_cluster"]}
    assert set(codes[errors.THROTTLED]) >= {"CCE.01429002", "CCE.02429001"}
    assert not any(codes[errors.THROTTLED].values())


def test_older_spellings_of_repeated_codes_are_left_out() -> None:
    lifecycle = KINDS["dcs_instance"].lifecycle
    assert lifecycle and {"DCS.4017", "111400017"} <= lifecycle.busy_codes
    codes = errors.kind_codes(KINDS["dcs_instance"])[errors.BUSY]
    assert "DCS.4017" in codes and "111400017" not in codes


@pytest.mark.parametrize("name", KINDS)
def test_documented_options_are_those_of_module(name: str) -> None:
    spec = delete._options(KINDS[name])[0]
    documented = read(name, "DOCUMENTATION")["options"]
    assert set(documented) == set(spec) - set(auth_options())
    for option, described in documented.items():
        assert described.get("required", False) is spec[option].get("required", False)
        for key in ("type", "elements", "choices", "default", "aliases"):
            assert described.get(key) == spec[option].get(key), (option, key)


def keys_of_record(name: str) -> list[str]:
    """Return the keys of a kind's records."""
    record = to_record(KINDS[name], Fields(("id",), (), ()), {"id": "a1"}, region="eu-de", project_id="p1")
    return list(record or {})


@pytest.mark.parametrize("name", KINDS)
def test_documented_record_has_keys_of_record(name: str) -> None:
    records = read(f"{name}_info", "RETURN")["records"]
    assert list(records["contains"]) == list(records["sample"][0]) == keys_of_record(name)


def test_documented_record_of_several_kinds_has_keys_of_all() -> None:
    records = read("environment_info", "RETURN")["records"]
    assert list(records["contains"]) == keys_of_record(INSTANCES[0])
    assert list(records["sample"][0]) == keys_of_record(records["sample"][0]["kind"])


@pytest.mark.parametrize("name", INSTANCES)
def test_documentation_of_instances_does_not_take_them_for_records(name: str) -> None:
    noun = KINDS[name].noun
    description = " ".join(read(name, "DOCUMENTATION")["description"])
    assert f"B(This deletes the {noun} itself), not a record of it." in description
    assert description.count("record") == 1
    returned = read(name, "RETURN")
    assert set(returned["summary"]["contains"]) >= {"requested", "deleted", "absent", "deleting", "failed"}
    assert "RV(summary.deleting)" in returned["summary"]["description"] and "deleting" in returned


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("gaussdb_instance", ["Prepaid", "NotDeletable"]),
        ("dcs_instance", ["Prepaid", "NotDeletable"]),
        ("cce_cluster", ["Prepaid", "Protected", "Locked", "Hibernated", "NotDeletable"]),
    ],
)
def test_refusals_are_documented_with_their_codes(name: str, codes: list[str]) -> None:
    lines = modules.refusals(KINDS[name])
    found = [code for line in lines for code in re.findall(r"^V\((\w+)\), if ", line)]
    assert len(found) == len(lines) and list(dict.fromkeys(found)) == codes
    described = read(name, "DOCUMENTATION")["description"]
    assert set(lines) <= set(described)


@pytest.mark.parametrize("name", KINDS)
def test_prepaid_is_documented_where_api_tells(name: str) -> None:
    described = read(name, "DOCUMENTATION")["description"]
    assert any("V(Prepaid)" in line for line in described) is modules.returns(KINDS[name], "prepaid")


def test_records_deleted_with_instance() -> None:
    assert modules.held_records(KINDS["dms_instance"]) == ["dms_task", "dms_scheduled_task"]
    assert modules.held_records(KINDS["gaussdb_instance"]) == []


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


@pytest.mark.parametrize("path", VERSION_PLACES)
def test_version_is_written_after_each_prefix(path: str) -> None:
    before = VERSION_PLACES[path]
    text = f"one {before}9.8.7\ntwo {before}9.8.7 and 9.8.7\n"
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    assert with_version(text, before) == f"one {before}{version}\ntwo {before}{version} and 9.8.7\n"
    with pytest.raises(ValueError, match="before a version"):
        with_version("9.8.7", before)
