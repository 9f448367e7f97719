# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide to fleets, followed literally in a cloud emulator with four environments to retire and two others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emulator import PASSWORD, CloudEmulator
from helpers.doc_examples import DOMAIN, Shell, assert_shown, blocks_of

GUIDE = "docs/docsite/rst/guide_fleets.rst"
FIRST_RUN = "docs/docsite/rst/guide_first_run.rst"
FAILED = 2
REFUSAL = {"status": 403, "error_code": "DBS.200044", "error_msg": "No permission."}


def project(name: str, **services: Any) -> dict[str, Any]:
    """Return an environment of the scenario."""
    return {"name": name, "services": services}


SCENARIO = {
    "domains": [DOMAIN],
    "users": [{"name": "operator", "password": PASSWORD, "domain": DOMAIN, "projects": "all"}],
    "projects": [
        project("eu-de_retired_shop", gaussdb=[{"count": 20}, {"status": "Running"}], cce=[{"count": 6}]),
        project("eu-de_retired_blog", gaussdb=[{"count": 40}], cce=[{"count": 20}, {"status": "Running"}]),
        project("eu-de_retired_crm", cce=[{"count": 18}]),
        project("eu-de_retired_lab", cce=[{"status": "Running"}]),
        project("eu-de_shop", cce=[{"count": 5}]),
        project("MOS"),
    ],
}


def test_fleets_guide_commands_delete_approved_records(tmp_path: Path) -> None:
    blocks = blocks_of(GUIDE)
    commands = [number for number, block in enumerate(blocks) if block.language == "shell"]
    steps = [blocks[begin:end] for begin, end in zip(commands, [*commands[1:], len(blocks)], strict=True)]
    graph, plan, approve, apply, again, batches = steps
    with CloudEmulator(SCENARIO) as cloud:
        shell = Shell(tmp_path, cloud.endpoints)
        shell.files([*blocks, *blocks_of(FIRST_RUN)])
        login = {"OS_USERNAME": "operator", "OS_PASSWORD": PASSWORD, "OS_USER_DOMAIN_NAME": DOMAIN}

        def follow(step: list[Any], status: int = 0) -> None:
            printed = shell.run(step, status=status, OS_AUTH_URL=cloud.endpoints["iam"], **login)
            assert_shown(step, printed, tmp_path)

        follow(graph)
        follow(plan, FAILED)
        follow(approve)
        draft = (tmp_path / "approved.yml").read_text(encoding="utf-8")
        (tmp_path / "approved.yml").write_text(draft.replace("#  ", "  "), encoding="utf-8")
        cloud.faults.add("status", service="gaussdb", method="DELETE", project="eu-de_retired_shop", times=3, **REFUSAL)
        follow(apply, FAILED)
        follow(again)
        follow(batches, FAILED)
        left = {item["name"]: len(cloud.records(item["name"], "cce")) for item in SCENARIO["projects"]}
    expected = {"shop": 0, "blog": 1, "crm": 18, "lab": 1}
    assert left == {**{f"eu-de_retired_{name}": count for name, count in expected.items()}, "eu-de_shop": 5, "MOS": 0}
