# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements of the documentation that a test can check."""

from __future__ import annotations

import re

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import OptionError
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from ansible_collections.sundown.hwcloud.plugins.module_utils._version import COLLECTION_VERSION
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.role_settings import validate

from checkout import ROOT
from generator import selection, variables
from helpers.doc_examples import blocks_of, pages
from helpers.plan_factory import defaults

GUIDES = ROOT / "docs" / "docsite" / "rst"
LINK = re.compile(
    r"https://(?:github\.com/sundown-hwcloud/sundown\.hwcloud/blob|"
    r"raw\.githubusercontent\.com/sundown-hwcloud/sundown\.hwcloud)/main/([^)>#\s]+)"
)
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


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def test_selection_guide_describes_every_key_of_rule() -> None:
    assert set(selection.KEYS) == set(variables.options()["decommission_select"]["options"])


def test_selection_guide_shows_example_of_table() -> None:
    guide = read("docs/docsite/rst/guide_selection.rst")
    for rule in (*selection.EXAMPLE["select"], *selection.EXAMPLE["protect"]):
        for key, value in rule.items():
            assert re.search(rf"^ {{5,}}(- )?{key}: \"?{re.escape(value)}\"?$", guide, re.MULTILINE)


def test_selection_guide_misspelt_variables_are_rejected() -> None:
    guide = read("docs/docsite/rst/guide_selection.rst")
    assert "``decommission_protekt``, is refused" in guide
    with pytest.raises(
        OptionError, match=r"^decommission_protekt: no variable of this role\. Did you mean decommission_protect\?"
    ):
        validate(defaults(), [*defaults(), "decommission_protekt"])
    assert "``decomission_protect``" in guide and "``decommission_x_``" in guide
    with pytest.raises(OptionError, match=r"^decomission_protect: .* Did you mean decommission_protect\?"):
        validate(defaults(), [*defaults(), "decomission_protect", "decommission_x_mine"])


def test_readme_has_sections_of_certification_template() -> None:
    assert re.findall(r"^## (.+)$", read("README.md"), re.MULTILINE) == SECTIONS


def test_readme_links_to_every_guide() -> None:
    links = re.findall(r"/docs/docsite/rst/(\w+)\.rst\)", read("README.md"))
    assert set(links) == {path.stem for path in GUIDES.glob("*.rst")}


@pytest.mark.parametrize("page", ["README.md", "roles/decommission/README.md"])
def test_links_in_readmes_are_absolute(page: str) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", read(page))
    assert links
    assert not [link for link in links if not link.startswith("https://")]


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", *pages()])
def test_links_into_repository_point_to_files(page: str) -> None:
    missing = [link for link in LINK.findall(read(page)) if not (ROOT / link).is_file()]
    assert not missing


def test_guides_have_label_of_their_file() -> None:
    for path in GUIDES.glob("*.rst"):
        label = f".. _ansible_collections.sundown.hwcloud.docsite.{path.stem}:"
        assert label in path.read_text(encoding="utf-8").splitlines(), path.name


def test_supported_major_version_is_that_of_collection() -> None:
    major = int(COLLECTION_VERSION.split(".", maxsplit=1)[0])
    assert f'version: ">={major}.0.0,<{major + 1}.0.0"' in read("README.md")
    assert f"stay compatible throughout {major}.x" in read("README.md")
    assert f"newest {major}.x release" in read("SECURITY.md")


def policies(page: str) -> list[set[str]]:
    """The actions of each policy that a page shows; T Cloud Public comes first."""
    blocks = [block.data for block in blocks_of(page) if block.language == "json"]
    for block in blocks:
        (statement,) = block.pop("Statement")
        assert block == {"Version": "1.1"} and statement.pop("Effect") == "Allow" and set(statement) == {"Action"}
        block["Action"] = statement["Action"]
        assert len(set(block["Action"])) == len(block["Action"])
    return [set(block["Action"]) for block in blocks]


def test_policies_contain_every_documented_action() -> None:
    found = policies("docs/docsite/rst/guide_access.rst")
    assert len(found) == 2 * len(Cloud)
    for cloud, listing, deleting in zip(Cloud, found[: len(Cloud)], found[len(Cloud) :], strict=True):
        for kind in KINDS.values():
            offered = cloud in kind.clouds
            assert not offered or {kind.list_permission.get(cloud)} <= listing | {None}
            assert not offered or {kind.delete_permission.get(cloud)} <= deleting | {None}
            assert offered or not {cloud} & (kind.list_permission.keys() | kind.delete_permission.keys())
        assert listing < deleting
        assert not [action for action in listing if re.search("delete|modify|stop|create", action)]


def test_readme_shows_policies_of_access_guide() -> None:
    assert policies("README.md") == policies("docs/docsite/rst/guide_access.rst")[len(Cloud) :]
