# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tarball: what it holds, what Galaxy's importer says, and that Ansible finds everything in it once installed."""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path

import pytest
import yaml

from checkout import ROOT, source_files
from commands import clean_environment, run, tool

# All that a user of the collection needs; the rest of the checkout is for those who work on it.
FOR_USERS = (
    "plugins/",
    "roles/",
    "playbooks/",
    "meta/",
    "docs/docsite/",
    "extensions/",
    "changelogs/changelog.yaml",
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
)
REQUIRED = [path for path in FOR_USERS if path != "extensions/"]
MADE_BY_THE_BUILD = {"MANIFEST.json", "FILES.json"}
IMPORTER_SETTINGS = """[galaxy-importer]
check_required_tags = True
require_v1_or_greater = True
run_ansible_test = False
run_flake8 = False
"""


def test_holds_what_users_need_and_nothing_else(tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        members = archive.getmembers()
    files = {member.name for member in members if member.isfile()}
    assert files == {path for path in source_files() if path.startswith(FOR_USERS)} | MADE_BY_THE_BUILD
    directories = {member.name for member in members if member.isdir()}
    assert directories == {str(parent) for file in files for parent in Path(file).parents if parent != Path()}
    assert len(files) + len(directories) == len(members)


@pytest.mark.parametrize("path", REQUIRED)
def test_has_every_part(path: str) -> None:
    assert any(name.startswith(path) for name in source_files())


def test_galaxy_importer(tarball: Path, installed: Path, workdir: Path) -> None:
    settings = workdir / "galaxy-importer.cfg"
    settings.write_text(IMPORTER_SETTINGS, encoding="utf-8")
    # The importer points ansible-lint to a directory too deep for it to find the playbooks that other playbooks import
    # from this collection; it finds them where the collection is installed.
    environment = clean_environment(GALAXY_IMPORTER_CONFIG=str(settings), HOME=str(installed.parents[1]))
    printed = run([tool("python"), "-m", "galaxy_importer.main", tarball], workdir, environment)
    assert "Linting collection via ansible-lint" in printed
    assert "Importer processing completed successfully" in printed
    assert not re.findall(r"^(?:WARNING|ERROR|CRITICAL):? .*", printed, re.MULTILINE)
    result = json.loads((workdir / "importer_result.json").read_text(encoding="utf-8"))
    assert {content["name"] for content in result["contents"] if content["content_type"] == "module"} == modules()


def test_ansible_documents_every_module(installed: Path) -> None:
    environment = clean_environment(ANSIBLE_COLLECTIONS_PATH=str(installed))
    names = [f"sundown.hwcloud.{name}" for name in sorted(modules())]
    documents = json.loads(run([tool("ansible-doc"), "--json", *names], env=environment, merge=False))
    assert sorted(documents) == names
    assert all({"doc", "examples", "return"} <= set(filter(document.get, document)) for document in documents.values())


def test_ansible_finds_the_playbook_and_the_role(installed: Path) -> None:
    environment = clean_environment(ANSIBLE_COLLECTIONS_PATH=str(installed), ANSIBLE_LOCALHOST_WARNING="false")
    run([tool("ansible-playbook"), "--syntax-check", "sundown.hwcloud.decommission"], env=environment)
    show = [tool("ansible-doc"), "--json", "-t", "role", "sundown.hwcloud.decommission"]
    role = json.loads(run(show, env=environment, merge=False))
    assert role["sundown.hwcloud.decommission"]["entry_points"]["main"]["options"]


def test_execution_environment_installs_what_the_modules_import() -> None:
    described = yaml.safe_load((ROOT / "meta" / "execution-environment.yml").read_text(encoding="utf-8"))
    requirements = (ROOT / described["dependencies"]["python"]).read_text(encoding="utf-8").split()
    assert requirements == ["requests"]


def modules() -> set[str]:
    """Return the names of the collection's modules."""
    return {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
