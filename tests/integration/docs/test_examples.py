# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every YAML example of the documentation works: playbooks run, variables are valid."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sundown.hwcloud.plugins.module_utils._regions import Cloud
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS
from ansible_collections.sundown.hwcloud.plugins.plugin_utils._plan.role_settings import validate

from checkout import ROOT
from commands import clean_environment, run, tool
from emulator import DOMAIN, PASSWORD, PROJECT, REGION, USER, CloudEmulator, small
from helpers.doc_examples import Block, Shell, blocks_of, pages
from helpers.plan_factory import defaults

# Playbooks that need more than an environment; the test of their guide runs them.
RUN_ELSEWHERE = ("rehearse.yml",)
# Modules of kinds that T Cloud Public does not offer.
HUAWEI_ONLY = {name for name, kind in KINDS.items() if Cloud.OTC not in kind.clouds}
LOGIN = {
    "OS_REGION_NAME": REGION,
    "OS_USERNAME": USER,
    "OS_PASSWORD": PASSWORD,
    "OS_USER_DOMAIN_NAME": DOMAIN,
    "OS_PROJECT_NAME": PROJECT,
}
GROUP = "group/sundown.hwcloud.hwcloud"


def kind_of(block: Block) -> str:
    """Return the kind of a YAML block, by its keys."""
    data = block.data
    if isinstance(data, list):
        return (
            "playbook"
            if all(isinstance(one, dict) and {"hosts", "import_playbook"} & one.keys() for one in data)
            else "?"
        )
    keys = set(data) if isinstance(data, dict) else set()
    if keys and all(key.startswith("decommission_") for key in keys):
        return "variables"
    shapes = {
        "scenario": "projects",
        "requirements": "collections",
        "inventory": "plugin",
        "groups": "keyed_groups",
        "clouds.yaml": "clouds",
        "fragment": "minor_changes",
        "notification": "notification_type",
    }
    return next((kind for kind, key in shapes.items() if key in keys), "?")


YAML_BLOCKS = [block for page in pages() for block in blocks_of(page) if block.language.lower().startswith("yaml")]
OURS = ("README.md", "roles/", "docs/docsite/rst/guide_")


def of_kind(kind: str) -> list[Block]:
    """Return the blocks of a kind."""
    return [block for block in YAML_BLOCKS if kind_of(block) == kind]


def test_yaml_examples_have_known_kind() -> None:
    assert not [str(block) for block in YAML_BLOCKS if block.page.startswith(OURS) and kind_of(block) == "?"]
    assert len(of_kind("playbook")) >= 5


@pytest.mark.parametrize("block", of_kind("variables"), ids=str)
def test_variables_of_example_are_valid(block: Block) -> None:
    given = {name: value for name, value in block.data.items() if name in defaults()}
    validate({**defaults(), **given}, block.data)


@pytest.mark.parametrize("block", of_kind("scenario"), ids=str)
def test_scenario_of_example_loads(block: Block) -> None:
    CloudEmulator(block.data)


@pytest.fixture
def cloud() -> Iterator[CloudEmulator]:
    """The environments of the examples."""
    scenario = small()
    scenario["projects"].append({**scenario["projects"][0], "name": "eu-de_shop"})
    with CloudEmulator(scenario) as running:
        yield running


def test_playbooks_of_examples_pass_syntax_check(tmp_path: Path) -> None:
    blocks = of_kind("playbook")
    paths = [tmp_path / f"playbook-{number}.yml" for number in range(len(blocks))]
    for path, block in zip(paths, blocks, strict=True):
        path.write_text(f"# {block}\n{block.text}", encoding="utf-8")
    environment = clean_environment(
        ANSIBLE_COLLECTIONS_PATH=str(ROOT / ".build" / "dev"), ANSIBLE_LOCALHOST_WARNING="false"
    )
    printed = run([tool("ansible-playbook"), "--syntax-check", *paths], env=environment)
    assert printed.count("playbook: ") == len(blocks)


def runs_here(block: Block) -> bool:
    """Return whether a playbook is from a guide of this collection and needs only an environment."""
    ours = block.page.startswith(OURS) and all(play.get("hosts") == "localhost" for play in block.data)
    return ours and block.caption not in RUN_ELSEWHERE


@pytest.mark.slow
def test_playbooks_of_guides_run_without_warning(cloud: CloudEmulator, tmp_path: Path) -> None:
    blocks = [block for block in of_kind("playbook") if runs_here(block)]
    plays = [play for block in blocks for play in block.data]
    printed = play_all(with_endpoints(plays, cloud.endpoints), cloud, tmp_path)
    assert printed.count("PLAY [") == len(plays)
    assert [block.caption for block in of_kind("playbook") if block.caption in RUN_ELSEWHERE] == [*RUN_ELSEWHERE]


def with_endpoints(plays: list[dict[str, Any]], endpoints: dict[str, str]) -> list[dict[str, Any]]:
    """Return plays with these endpoints as a default of the modules."""
    for one in plays:
        group = one.setdefault("module_defaults", {}).setdefault(GROUP, {})
        group["endpoints"] = endpoints
    return plays


def play_all(plays: list[dict[str, Any]], cloud: CloudEmulator, directory: Path, **environment: str) -> str:
    """Run plays against a cloud; return the output."""
    (directory / "playbook.yml").write_text(json.dumps(plays), encoding="utf-8")
    command = Block("", 0, "shell", "", "ansible-playbook playbook.yml\n")
    printed = Shell(directory, cloud.endpoints).run([command], **{**LOGIN, **environment})
    assert "[WARNING]" not in printed and "[DEPRECATION WARNING]" not in printed, printed
    return printed


def examples(path: Path) -> list[dict[str, Any]]:
    """Return the tasks of a module's EXAMPLES."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="EXAMPLES")], value=ast.Constant(value=str() as text)):
                tasks: list[dict[str, Any]] = yaml.safe_load(text)
                return tasks
    raise ValueError(f"{path} has no EXAMPLES")


def play_examples(cloud: CloudEmulator, directory: Path, *, huawei_only: bool, **environment: str) -> None:
    """Run the examples of the modules of kinds that only Huawei Cloud offers, or of all others."""
    every = sorted((ROOT / "plugins" / "modules").glob("*.py"))
    paths = [path for path in every if (path.stem.removesuffix("_info") in HUAWEI_ONLY) is huawei_only]
    plays = [
        {"hosts": "localhost", "connection": "local", "gather_facts": False, "name": path.stem, "tasks": examples(path)}
        for path in paths
    ]
    printed = play_all(with_endpoints(plays, cloud.endpoints), cloud, directory, **environment)
    assert paths and printed.count("PLAY [") == len(paths)


@pytest.mark.slow
def test_examples_of_modules_run_without_warning(cloud: CloudEmulator, tmp_path: Path) -> None:
    play_examples(cloud, tmp_path, huawei_only=False)
    assert not [record for record in cloud.records(PROJECT, "cce") if record["status"] == "Success"]


@pytest.mark.slow
def test_examples_of_modules_for_huawei_cloud_run_without_warning(tmp_path: Path) -> None:
    with CloudEmulator(small(region="cn-north-4")) as cloud:
        play_examples(cloud, tmp_path, huawei_only=True, OS_PROJECT_NAME="cn-north-4_retired")
