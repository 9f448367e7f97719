# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-lint with the production profile, antsibull-docs with every reference, and antsibull-changelog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from checkout import ROOT
from commands import clean_environment, run, tool

MODULES = ROOT / "plugins" / "modules"


@pytest.fixture
def environment(collection: Path) -> dict[str, str]:
    """An environment in which Ansible finds the copy of the collection."""
    return clean_environment(ANSIBLE_COLLECTIONS_PATH=str(collection.parents[2]))


def test_ansible_lint_of_collection_passes(collection: Path, environment: dict[str, str]) -> None:
    printed = run(
        [tool("ansible-lint"), "--nocolor", "--profile", "production", "--strict", "--offline"], collection, environment
    )
    assert "Passed: 0 failure(s), 0 warning(s)" in printed


def test_antsibull_docs_lint_passes(collection: Path, environment: dict[str, str]) -> None:
    options = ["--plugin-docs", "--check-extra-docs-refs", "--disallow-unknown-collection-refs"]
    references = ["--validate-collection-refs", "dependent"]
    run([tool("antsibull-docs"), "lint-collection-docs", *options, *references, "."], collection, environment)


def test_antsibull_changelog_lint_passes(collection: Path, environment: dict[str, str]) -> None:
    run([tool("antsibull-changelog"), "lint"], collection, environment)
    run([tool("antsibull-changelog"), "lint-changelog-yaml", "changelogs/changelog.yaml"], collection, environment)


def test_changelog_generated_again_is_unchanged(collection: Path, environment: dict[str, str]) -> None:
    written = (collection / "CHANGELOG.md").read_text(encoding="utf-8")
    run([tool("antsibull-changelog"), "generate"], collection, environment)
    assert (collection / "CHANGELOG.md").read_text(encoding="utf-8") == written


def test_changelog_of_release_lists_every_module(collection: Path, environment: dict[str, str]) -> None:
    version = yaml.safe_load((collection / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    listed = release_of(collection, version)
    update = ["--update-existing", "--reload-plugins", "--date", listed["release_date"]]
    run([tool("antsibull-changelog"), "release", "--version", version, *update], collection, environment)
    assert release_of(collection, version) == listed
    assert {module["name"] for module in listed["modules"]} == {path.stem for path in MODULES.glob("*.py")}


def release_of(collection: Path, version: str) -> dict[str, Any]:
    """Return the entry of a version in the changelog."""
    changelog = yaml.safe_load((collection / "changelogs" / "changelog.yaml").read_text(encoding="utf-8"))
    return changelog["releases"][version]
