# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages whose tables follow from the code are up to date, and promises of the documentation that a test can hold."""

from __future__ import annotations

import re

import pytest
import yaml
from ansible_collections.sundown.hwcloud.plugins.filter.decommission import FACTS
from ansible_collections.sundown.hwcloud.plugins.module_utils._version import COLLECTION_VERSION
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.errors import PlanError
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.role_settings import validate
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.rules import KEYS

from checkout import ROOT
from helpers.plan_factory import defaults
from pages import errors, selection, tables, variables
from write_pages import pages, written

GUIDES = ROOT / "docs" / "docsite" / "rst"
# The certification template of partner collections asks for these.
SECTIONS = [
    "Description",
    "Requirements",
    "Installation",
    "Use Cases",
    "Testing",
    "Support",
    "Release Notes and Roadmap",
    "Related Information",
    "License Information",
]
CAMEL_CASE = re.compile(r"\"([A-Z][a-z]+(?:[A-Z][a-z]+)+)\"")


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", pages())
def test_generated_parts_are_up_to_date(page: str) -> None:
    assert written(page, read(page), pages()[page]) == read(page), "run: python tests/tools/write_pages.py"


def test_a_part_without_a_place_is_an_error() -> None:
    text = ".. generated: a\n\nold\n\n.. end of a\n"
    assert written("x.rst", text, {"a": lambda: "new"}) == ".. generated: a\n\nnew\n\n.. end of a\n"
    with pytest.raises(ValueError, match="has places for"):
        written("x.rst", text, {"b": lambda: "new"})
    with pytest.raises(ValueError, match="does not end"):
        written("x.rst", ".. generated: a\n", {"a": lambda: "new"})


def test_every_error_code_of_the_sources_is_found() -> None:
    sources = (path for path in errors.SOURCES.rglob("*.py") if "_plan" not in path.parts)
    spelt = {code for path in sources for code in CAMEL_CASE.findall(path.read_text(encoding="utf-8"))}
    assert spelt <= errors.own_codes()
    assert {"NoReply", "Stalled", "Redirect"} <= errors.own_codes()


@pytest.mark.parametrize("section", ["own", "gateway", *FACTS])
def test_an_error_code_that_nothing_is_said_about_is_an_error(section: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = errors.texts()
    monkeypatch.setattr(errors, "texts", lambda: {**said, section: {"Unheard": "of"}})
    part = {"own": "own codes", "gateway": "gateway codes"}.get(section, f"codes of {section}")
    with pytest.raises(ValueError, match=r"errors\.yml and the code differ"):
        errors.PARTS[part]()


def test_codes_of_this_collection_look_like_the_guide_says() -> None:
    assert not [code for code in errors.own_codes() if re.search(r"[.0-9]", code)]


def test_the_argument_spec_names_every_key_of_a_rule() -> None:
    described = " ".join(variables.options()["decommission_select"]["description"])
    assert {key for key in KEYS if f"C({key})" in described} == set(KEYS)


def test_the_selection_guide_shows_its_own_example() -> None:
    guide = read("docs/docsite/rst/guide_selection.rst")
    for rule in (*selection.EXAMPLE["select"], *selection.EXAMPLE["protect"]):
        for key, value in rule.items():
            assert re.search(rf"^ {{5,}}(- )?{key}: \"?{re.escape(value)}\"?$", guide, re.MULTILINE)


def test_a_misspelt_protection_is_refused() -> None:
    guide = read("docs/docsite/rst/guide_selection.rst")
    assert "``decommission_protekt``, is refused" in guide
    with pytest.raises(
        PlanError, match=r"^decommission_protekt: no variable of this role\. Did you mean decommission_protect\?"
    ):
        validate(defaults(), FACTS, [*defaults(), "decommission_protekt"])
    assert "``decomission_protect``" in guide and "``decommission_x_``" in guide
    with pytest.raises(PlanError, match=r"^decomission_protect: .* Did you mean decommission_protect\?"):
        validate(defaults(), FACTS, [*defaults(), "decomission_protect", "decommission_x_mine"])


def test_readme_follows_the_certification_template() -> None:
    assert re.findall(r"^## (.+)$", read("README.md"), re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("page", ["README.md", "roles/decommission/README.md"])
def test_links_are_absolute(page: str) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", read(page))
    assert links
    assert not [link for link in links if not link.startswith("https://")]


@pytest.mark.parametrize("page", ["README.md", "roles/decommission/README.md", "CONTRIBUTING.md"])
def test_links_to_the_repository_lead_to_files(page: str) -> None:
    links = re.findall(r"https://github\.com/sundown-hwcloud/sundown\.hwcloud/blob/main/([^)#\s]+)", read(page))
    missing = [link for link in links if not (ROOT / link).is_file()]
    assert not missing


def test_guides_begin_with_their_label() -> None:
    for path in GUIDES.glob("*.rst"):
        label = f".. _ansible_collections.sundown.hwcloud.docsite.{path.stem}:"
        assert label in path.read_text(encoding="utf-8").splitlines(), path.name


def test_plans_carry_the_version_of_the_collection() -> None:
    assert yaml.safe_load(read("galaxy.yml"))["version"] == COLLECTION_VERSION


def test_markup_becomes_markdown() -> None:
    said = "V(fail) and O(decommission_select), C(x|y) in B(bold) by E(HOME), RV(a.b)"
    assert tables.plain_markdown(said) == "`fail` and `decommission_select`, `x|y` in **bold** by `HOME`, `a.b`"
    assert tables.markdown_table(["A"], [["x|y"]]) == "| A |\n| --- |\n| x\\|y |"
