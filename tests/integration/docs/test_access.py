# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the guide to access log in, each in its own way."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator import ACCESS_KEY, DOMAIN, PASSWORD, PROJECT, SECRET_KEY, TEMPORARY_KEY, CloudEmulator, small
from helpers.agencies import OWN_DOMAIN, with_agency
from helpers.doc_examples import Block, Shell, assert_shown, blocks_of, section

GUIDE = "docs/docsite/rst/guide_access.rst"
SHOWN_DOMAIN, SHOWN_OWN_DOMAIN = "OTC-EU-DE-00000000001000000000", "OTC-EU-DE-00000000001000000001"
USER_ID, DOMAIN_ID = "7f0e4a1b2c3d4e5f8a9b0c1d2e3f4a5b", "5d0e4a1b2c3d4e5f8a9b0c1d2e3f4a5c"
PASSCODE = "384215"
KEY = f"{ACCESS_KEY}\n{SECRET_KEY}\n"
TEMPORARY = "".join(f"{TEMPORARY_KEY[name]}\n" for name in ("access", "secret", "security_token"))
PLACEHOLDERS = {"<password>": PASSWORD, "<access key>": ACCESS_KEY, "<secret key>": SECRET_KEY}
# Heading -> what is typed.
WAYS = {
    "Password": f"{PASSWORD}\n",
    "IDs of user and domain": f"{PASSWORD}\n",
    "Passcode": f"{PASSWORD}\n{PASSCODE}\n",
    "Token": "",
    "Access key": KEY,
    "Temporary access key": TEMPORARY,
    "Agency": f"{PASSWORD}\n{KEY}",
    "clouds.yaml": "",
    "Credentials file": "",
}
HEADINGS = [*list(WAYS)[:-2], "Agency of a server", *list(WAYS)[-2:], "Refused credentials"]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def cloud(way: str) -> Iterator[CloudEmulator]:
    """T Cloud Public with the users that the section is about."""
    scenario = with_agency(small()) if way == "Agency" else small()
    text = json.dumps(scenario).replace(OWN_DOMAIN, SHOWN_OWN_DOMAIN).replace(DOMAIN, SHOWN_DOMAIN)
    scenario = json.loads(text)
    scenario["domains"][0] = {"name": SHOWN_DOMAIN, "id": DOMAIN_ID}
    scenario["users"][0] |= {"id": USER_ID, **({"passcodes": [PASSCODE]} if way == "Passcode" else {})}
    with CloudEmulator(scenario) as running:
        yield running


def blocks(way: str) -> list[Block]:
    """The blocks of a way, with values in place of placeholders."""
    found = section(GUIDE, way, HEADINGS[HEADINGS.index(way) + 1])
    for placeholder, value in PLACEHOLDERS.items():
        found = [replace(block, text=block.text.replace(placeholder, value)) for block in found]
    return found


def token(cloud: CloudEmulator) -> str:
    loaded = cloud.loaded
    user = loaded.identity.users[USER_ID]
    return loaded.identity.issue(user, time.time(), project_id=loaded.state.project(PROJECT).id).id


def test_commands_of_access_guide_log_in(way: str, cloud: CloudEmulator, tmp_path: Path) -> None:
    shell = Shell(tmp_path, cloud.endpoints)
    shell.files(blocks(way))
    typed = WAYS[way] or f"{token(cloud)}\n"
    printed = shell.run(blocks(way), typed, ANSIBLE_CALLBACK_RESULT_FORMAT="yaml")
    commands = sum(block.text.count("identity_info") for block in blocks(way))
    assert printed.count("SUCCESS") == printed.count(f"project_name: {PROJECT}") == commands > 0
    assert not [entry for entry in cloud.log if entry["status"] >= 400]
    for secret in (PASSWORD, SECRET_KEY, TEMPORARY_KEY["secret"], TEMPORARY_KEY["security_token"]):
        assert str(secret) not in printed
    if way == "Password":
        assert_shown(blocks(way), printed, tmp_path)


def test_commands_of_access_guide_all_run() -> None:
    every: list[Any] = [block for block in blocks_of(GUIDE) if block.language == "shell"]
    assert len(every) == sum(block.language == "shell" for way in WAYS for block in blocks(way))
