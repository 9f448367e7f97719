# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-lint with the production profile, antsibull-docs with every reference, and antsibull-changelog."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._version import COLLECTION, COLLECTION_VERSION

from checkout import ROOT
from commands import clean_environment, run, tool


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


def test_changelog_of_release_lists_documented_plugins(environment: dict[str, str]) -> None:
    dump = json.loads(run([tool("ansible-doc"), "--metadata-dump", COLLECTION], env=environment, merge=False))["all"]
    documented = {
        (kind, name.removeprefix(f"{COLLECTION}."))
        for kind, plugins in dump.items()
        for name, plugin in plugins.items()
        if version_added(plugin) == COLLECTION_VERSION
    }
    changelog = yaml.safe_load((ROOT / "changelogs" / "changelog.yaml").read_text(encoding="utf-8"))
    release = changelog["releases"][COLLECTION_VERSION]
    new = {"module": release.get("modules", []), **release.get("plugins", {}), **release.get("objects", {})}
    assert {(kind, entry["name"]) for kind, entries in new.items() for entry in entries} == documented


def version_added(plugin: dict[str, Any]) -> str | None:
    """Return the version in the documentation of a plugin or role; keywords of Ansible have none."""
    documentation = plugin.get("doc") or plugin.get("entry_points", {}).get("main", {})
    return documentation.get("version_added")
