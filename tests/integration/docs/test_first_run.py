# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the documentation run as a user would run them, and print what the documentation shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checkout import ROOT
from emulator import ACCESS_KEY, PASSWORD, SECRET_KEY, CloudEmulator, small
from helpers.doc_examples import Shell, assert_shown, blocks_of, demo_scenario, section

GUIDE = "docs/docsite/rst/guide_first_run.rst"
EMULATOR_GUIDE = "docs/docsite/rst/guide_rehearsal.rst"
HUAWEI, OWN = "On Huawei Cloud", "A playbook of your own"
HUAWEI_REGION = "eu-west-101"
TYPED_KEYS = f"{ACCESS_KEY}\n{SECRET_KEY}\n"


@pytest.fixture
def otc() -> Iterator[CloudEmulator]:
    """T Cloud Public, with the demo's environment."""
    with CloudEmulator(demo_scenario()) as cloud:
        yield cloud


@pytest.fixture
def huawei() -> Iterator[CloudEmulator]:
    """Huawei Cloud, with a small environment."""
    with CloudEmulator(small(region=HUAWEI_REGION)) as cloud:
        yield cloud


def deletes(cloud: CloudEmulator) -> int:
    """Return how many deletes a cloud has received."""
    return sum(entry["method"] == "DELETE" for entry in cloud.log)


def settings_of(page: str) -> str:
    """Return the settings of ansible.cfg on a page."""
    return next(block.text for block in blocks_of(page) if block.language == "ini")


def test_settings_of_documentation_are_those_of_awx_project() -> None:
    settings = (ROOT / "extensions" / "awx" / "project" / "ansible.cfg").read_text(encoding="utf-8")
    assert settings.endswith("\n" + settings_of(GUIDE))


def test_first_run_guide_on_otc_deletes_records(otc: CloudEmulator, tmp_path: Path) -> None:
    blocks = section(GUIDE, "Installation", HUAWEI)
    shell = Shell(tmp_path, otc.endpoints)
    shell.files(blocks)
    printed = shell.run(blocks, f"{PASSWORD}\n")
    assert_shown(blocks, printed, tmp_path)
    assert deletes(otc) == 45
    assert (tmp_path / "reports" / "eu-de_retired" / "latest" / "report.json").exists()
    assert PASSWORD not in printed


def test_first_run_guide_on_huawei_cloud_deletes_records(huawei: CloudEmulator, tmp_path: Path) -> None:
    blocks = section(GUIDE, HUAWEI, OWN)
    printed = Shell(tmp_path, huawei.endpoints).run(blocks, TYPED_KEYS)
    assert deletes(huawei) == 10
    assert SECRET_KEY not in printed


def test_readme_commands_delete_records(otc: CloudEmulator, tmp_path: Path) -> None:
    blocks = blocks_of("README.md")
    shell = Shell(tmp_path, otc.endpoints)
    (tmp_path / "ansible.cfg").write_text(settings_of(GUIDE), encoding="utf-8")
    assert_shown(blocks, shell.run(blocks, f"{PASSWORD}\n"), tmp_path)
    assert deletes(otc) == 54


def test_emulator_guide_commands_print_shown_output(tmp_path: Path) -> None:
    blocks = section(EMULATOR_GUIDE, "Your own scenario")
    shell = Shell(tmp_path)
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    shell.files(blocks)
    assert_shown(blocks, shell.run(blocks), tmp_path)
