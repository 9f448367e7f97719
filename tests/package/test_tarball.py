# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tarball: its files, Galaxy's importer, and that Ansible finds everything in it once installed."""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path

import yaml

from checkout import ROOT, source_files
from commands import clean_environment, run, tool

# Files for users; the rest of the checkout is for contributors.
DIRECTORIES = ("plugins/", "roles/", "playbooks/", "meta/", "docs/docsite/", "extensions/")
FILES = (
    "changelogs/changelog.yaml",
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
)
WRITTEN_BY_BUILD = {"MANIFEST.json", "FILES.json"}
IMPORTER_SETTINGS = """[galaxy-importer]
check_required_tags = True
require_v1_or_greater = True
run_ansible_lint = False
run_ansible_test = False
run_flake8 = False
"""


def test_tarball_holds_only_files_for_users(tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        members = archive.getmembers()
    files = {member.name for member in members if member.isfile()}
    assert files == {*(path for path in source_files() if path.startswith(DIRECTORIES)), *FILES, *WRITTEN_BY_BUILD}
    directories = {member.name for member in members if member.isdir()}
    assert directories == {str(parent) for file in files for parent in Path(file).parents if parent != Path()}
    assert len(files) + len(directories) == len(members)


def test_galaxy_importer_accepts_tarball(tarball: Path, tmp_path: Path) -> None:
    settings = tmp_path / "galaxy-importer.cfg"
    settings.write_text(IMPORTER_SETTINGS, encoding="utf-8")
    environment = clean_environment(GALAXY_IMPORTER_CONFIG=str(settings))
    printed = run([tool("python"), "-m", "galaxy_importer.main", tarball], tmp_path, environment)
    assert "Importer processing completed successfully" in printed
    assert not re.findall(r"^(?:WARNING|ERROR|CRITICAL):? .*", printed, re.MULTILINE)
    result = json.loads((tmp_path / "importer_result.json").read_text(encoding="utf-8"))
    assert {content["name"] for content in result["contents"] if content["content_type"] == "module"} == modules()


def test_ansible_doc_shows_every_module(installed: Path) -> None:
    environment = clean_environment(ANSIBLE_COLLECTIONS_PATH=str(installed))
    names = [f"sundown.hwcloud.{name}" for name in sorted(modules())]
    documents = json.loads(run([tool("ansible-doc"), "--json", *names], env=environment, merge=False))
    assert sorted(documents) == names
    assert all({"doc", "examples", "return"} <= set(filter(document.get, document)) for document in documents.values())


def test_ansible_finds_playbook_and_role(installed: Path) -> None:
    environment = clean_environment(ANSIBLE_COLLECTIONS_PATH=str(installed), ANSIBLE_LOCALHOST_WARNING="false")
    run([tool("ansible-playbook"), "--syntax-check", "sundown.hwcloud.decommission"], env=environment)
    show = [tool("ansible-doc"), "--json", "-t", "role", "sundown.hwcloud.decommission"]
    role = json.loads(run(show, env=environment, merge=False))
    assert role["sundown.hwcloud.decommission"]["entry_points"]["main"]["options"]


def test_execution_environment_requires_requests_only() -> None:
    described = yaml.safe_load((ROOT / "meta" / "execution-environment.yml").read_text(encoding="utf-8"))
    requirements = (ROOT / described["dependencies"]["python"]).read_text(encoding="utf-8").split()
    assert requirements == ["requests"]


def modules() -> set[str]:
    """Return the names of the collection's modules."""
    return {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
