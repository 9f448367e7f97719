# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files for contributors, each checked by its own schema or tool, without network access."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from checkout import ROOT, source_files
from commands import clean_environment, run, tool
from supported import SUPPORTED

WORKFLOWS = [path for path in source_files() if path.startswith(".github/workflows/")]
FORMS = ".github/ISSUE_TEMPLATE"
SCHEMAS = {
    "vendor.github-workflows": WORKFLOWS,
    "custom.github-workflows-require-timeout": WORKFLOWS,
    "vendor.dependabot": [".github/dependabot.yml"],
    "vendor.github-issue-config": [f"{FORMS}/config.yml"],
    "vendor.github-issue-forms": [f"{FORMS}/bug_report.yml", f"{FORMS}/feature_request.yml"],
}
DEVCONTAINER = {
    "type": "object",
    "required": ["name", "image", "postCreateCommand"],
    "additionalProperties": False,
    "properties": {
        "name": {"const": "sundown.hwcloud"},
        "image": {"type": "string", "pattern": r"^python:3\.\d+$"},
        "postCreateCommand": {"type": "string", "pattern": "^make "},
        "customizations": {"type": "object", "required": ["vscode"]},
    },
}
# Those that make no virtual environment; the others install packages.
OFFLINE_SESSIONS = ("antsibull-nox-config", "extra-checks", "license-check")
FIELD_SESSIONS = {
    *("lint", "formatters", "codeqa", "typing", "yamllint", *OFFLINE_SESSIONS),
    *("docs-check", "build-import-check", "ansible-lint", "ansible-test-sanity", "ansible-test-units", "ee-check"),
}
NAME_TARGETS = [
    *WORKFLOWS,
    ".devcontainer/devcontainer.json",
    ".github/PULL_REQUEST_TEMPLATE.md",
    "CONTRIBUTING.md",
    "antsibull-nox.toml",
]
COMMAND = r"(?:`|: |\$ |\")make ([a-z]+)"
WRITES = {"docs.yml": {"pages", "id-token"}, "release.yml": {"contents"}}


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def workflow(path: str) -> dict[str, Any]:
    return yaml.safe_load(read(path))


def nox(*arguments: str) -> str:
    environment = clean_environment(CI="true", ANSIBULL_NOX_IGNORE_INSTALLED_COLLECTIONS="true")
    return run([tool("nox"), *arguments], env=environment, timeout=120)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_schema_accepts_files(schema: str) -> None:
    run([tool("check-jsonschema"), "--builtin-schema", schema, *SCHEMAS[schema]])


def test_devcontainer_is_valid(tmp_path: Path) -> None:
    schema = tmp_path / "devcontainer.schema.json"
    schema.write_text(json.dumps(DEVCONTAINER), encoding="utf-8")
    run([tool("check-jsonschema"), "--schemafile", schema, ".devcontainer/devcontainer.json"])


def test_pre_commit_config_is_valid_and_pinned() -> None:
    run([tool("pre-commit"), "validate-config", ".pre-commit-config.yaml"])
    config = yaml.safe_load(read(".pre-commit-config.yaml"))
    assert all(re.fullmatch(r"v?\d+\.\d+\.\d+", repository["rev"]) for repository in config["repos"])
    assert {hook["id"] for repository in config["repos"] for hook in repository["hooks"]} == {
        "ruff-check",
        "ruff-format",
        "yamllint",
        "antsibull-changelog-lint",
        "antsibull-changelog-lint-changelog-yaml",
    }


def test_code_owners_have_names() -> None:
    rules = re.findall(r"^[^#\n].*$", read(".github/CODEOWNERS"), re.MULTILINE)
    assert rules
    assert not [rule for rule in rules if not re.fullmatch(r"\S+( @[\w/-]+)+", rule)]


def test_license_text_is_same_in_both_places() -> None:
    assert read("LICENSES/GPL-3.0-or-later.txt") == read("LICENSE")


def test_nox_configuration_is_valid() -> None:
    run([tool("antsibull-nox"), "lint-config"])
    listed = set(re.findall(r"^[*-] (\S+) ->", nox("--list"), re.MULTILINE))
    assert not FIELD_SESSIONS - listed


@pytest.mark.parametrize("session", OFFLINE_SESSIONS)
def test_nox_session_passes(session: str) -> None:
    assert f"Session {session} was successful" in nox("--no-venv", "--no-install", "--session", session)


@pytest.mark.parametrize("path", WORKFLOWS)
def test_workflow_has_least_permissions(path: str) -> None:
    described = workflow(path)
    assert described["permissions"] == {"contents": "read"}
    assert described["concurrency"]["group"]
    assert "pull_request_target" not in described["on"]
    if "pull_request" in described["on"]:
        assert "secrets." not in read(path)
    written = {
        scope
        for job in described["jobs"].values()
        for scope, access in job.get("permissions", {}).items()
        if access == "write"
    }
    assert written == WRITES.get(path.rsplit("/", 1)[1], set())


@pytest.mark.parametrize("path", WORKFLOWS)
def test_workflow_pins_actions(path: str) -> None:
    used = re.findall(r"uses: (\S+)", read(path))
    assert used
    assert not [name for name in used if not re.search(r"@v\d+$|@stable-\d+$|:\d+\.\d+\.\d+$|^\./", name)]


def test_matrix_workflow_runs_every_supported_ansible_and_http_libraries() -> None:
    (job,) = workflow(".github/workflows/matrix.yml")["jobs"].values()
    assert job["strategy"]["matrix"]["sessions"] == [*(ansible.version for ansible in SUPPORTED), "http"]


def test_make_targets_in_files_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    named = {target: path for path in NAME_TARGETS for target in re.findall(COMMAND, read(path))}
    assert not {target: path for target, path in named.items() if target not in targets}


def test_contributing_describes_every_make_target() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE))
    described = set(re.findall(r"^\| `make ([a-z]+)` \|", read("CONTRIBUTING.md"), re.MULTILINE))
    assert described == targets - {"help"}


def test_contributing_describes_every_folder() -> None:
    layout = read("CONTRIBUTING.md").split("## How the code is laid out\n")[1].split("\n## ")[0]
    described = set(re.findall(r"`(\S+)`", " ".join(re.findall(r"^- (.*?):", layout, re.MULTILINE))))
    folders = {tuple(Path(path).parts[:-1]) for path in source_files() if not path.startswith(".")}
    divided = ("plugins", "tests")
    wanted = {"/".join(parts[: 1 + (parts[0] in divided)]) for parts in folders if parts} - {*divided}
    assert described == wanted
