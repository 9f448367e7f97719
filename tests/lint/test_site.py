# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site: built without a warning, in the order of a reader, and searchable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from checkout import ROOT, export_collection
from commands import CommandFailed, run, tool
from generator.declarations import SERVICES

CAPTION = re.compile(r'<p class="caption" role="heading"><span class="caption-text">(.+?)</span></p>')
LINK = re.compile(r'<li class="toctree-l1"><a class="reference internal" href="(.+?)">')


def copy_checkout(directory: Path) -> Path:
    """Return a copy of the checkout; ansible-doc finds no role below two directories ansible_collections."""
    return export_collection(directory).rename(directory / "checkout")


def build(checkout: Path) -> Path:
    """Build the site in a checkout; return its directory."""
    assert "The site is in docs/build/html: " in run([tool("python"), "tests/tools/build_docs.py"], checkout)
    return checkout / "docs" / "build" / "html"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built from a copy of the sources."""
    return build(copy_checkout(tmp_path_factory.mktemp("site")))


@pytest.fixture(scope="session")
def groups(site: Path) -> dict[str, list[str]]:
    """The groups of the navigation, each with its pages."""
    _before, *parts = CAPTION.split((site / "index.html").read_text(encoding="utf-8"))
    return {title: LINK.findall(text) for title, text in zip(parts[::2], parts[1::2], strict=True)}


def test_site_has_role_and_guides_before_modules(groups: dict[str, list[str]]) -> None:
    products = [service["product"] for service in SERVICES.values()]
    guides = ["Getting started", "Running", "Reference"]
    assert [*groups] == [*guides, "Modules for several services", *products, "Inventory", "For contributors"]
    assert groups["Getting started"][:2] == ["decommission_role.html", "docsite/guide_first_run.html"]


def test_site_has_modules_in_group_of_their_service(groups: dict[str, list[str]]) -> None:
    for name, kind in KINDS.items():
        assert {f"{name}_module.html", f"{name}_info_module.html"} <= {*groups[SERVICES[kind.service]["product"]]}


def test_site_hides_filters_of_role(site: Path) -> None:
    assert not [*site.rglob("*filter*")]
    assert "decommission_still_listed" not in (site / "searchindex.js").read_text(encoding="utf-8")


def test_site_shows_pictures_of_repository(site: Path) -> None:
    page = (site / "docsite" / "guide_whole_environment.html").read_text(encoding="utf-8")
    (address,) = re.findall(r'<img [^>]*src="([^"]+/report\.png)"', page)
    assert (site / "docsite" / address).read_bytes() == (ROOT / "docs" / "images" / "report.png").read_bytes()


@pytest.mark.parametrize("words", ["decommission_keep_last", "keep_last"])
@pytest.mark.browser
def test_search_for_variable_finds_role(site: Path, tmp_path: Path, words: str) -> None:
    from helpers.browsers import Browser

    with Browser(tmp_path / "profile") as browser:
        browser.open(site / "search.html", query=words)
        browser.wait_for("#search-results", "decommission role")


def test_site_with_unknown_reference_is_rejected(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    guide = checkout / "docs" / "docsite" / "rst" / "guide_fleets.rst"
    guide.write_text(guide.read_text(encoding="utf-8") + "\nSee :ref:`unknown`.\n", encoding="utf-8")
    with pytest.raises(CommandFailed, match=r"guide_fleets\.rst:\d+: WARNING: .*unknown"):
        build(checkout)
