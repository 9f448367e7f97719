# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of the report in the documentation shows the plan of the demo's whole environment."""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import zlib
from pathlib import Path

import pytest

from checkout import ROOT
from emulator import PASSWORD, CloudEmulator
from helpers.browsers import Browser
from helpers.doc_examples import DOMAIN, Block, Shell, demo_scenario

PICTURE = ROOT / "docs" / "images" / "report.png"
TEMPLATES = ROOT / "plugins" / "plugin_utils" / "_report"
COMMAND = """\
ansible-playbook sundown.hwcloud.decommission \\
    -e decommission_project=eu-de_retired -e decommission_report_dir=reports -e decommission_kinds=all
"""
WIDTH = 1000
# What the picture ends with.
END = "table.instances"
MAX_BYTES = 200_000
KEYWORD = b"Templates"


def hash_of_templates() -> bytes:
    """Return the hash of the templates and styles that a picture shows."""
    sources = sorted([*TEMPLATES.glob("*.j2"), *TEMPLATES.glob("*.css")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest().encode()


def with_hash(picture: bytes, value: bytes) -> bytes:
    """Return a PNG file with a hash as metadata before its last chunk."""
    data = b"tEXt" + KEYWORD + b"\0" + value
    end = picture.rindex(b"IEND") - 4
    return picture[:end] + struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data)) + picture[end:]


def hash_in(picture: bytes) -> bytes | None:
    """Return the hash in the metadata of a PNG file."""
    found = re.search(rb"tEXt" + KEYWORD + rb"\0([0-9a-f]{64})", picture)
    return found[1] if found else None


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The page of a plan of the demo's whole environment."""
    with CloudEmulator(demo_scenario()) as cloud:
        host = {"ansible_connection": "local", "decommission_endpoints": cloud.endpoints}
        inventory = tmp_path / "hosts.yml"
        inventory.write_text(json.dumps({"all": {"hosts": {"localhost": host}}}), encoding="utf-8")
        login = {"OS_USERNAME": "operator", "OS_PASSWORD": PASSWORD, "OS_USER_DOMAIN_NAME": DOMAIN}
        variables = {"OS_REGION_NAME": "eu-de", "ANSIBLE_INVENTORY": str(inventory), **login}
        Shell(tmp_path).run([Block("", 0, "shell", "", COMMAND)], **variables)
    return tmp_path / "reports" / "eu-de_retired" / "latest" / "report.html"


def test_picture_of_report_is_up_to_date(browser: Browser, plan: Path) -> None:
    browser.open(plan, width=WIDTH)
    assert "6 to be deleted, 1 kept" in browser.text("h2#instances")
    taken = browser.screenshot("documentation", WIDTH, END)
    if "UPDATE_SCREENSHOTS" in os.environ:
        PICTURE.write_bytes(with_hash(taken, hash_of_templates()))
    assert hash_in(PICTURE.read_bytes()) == hash_of_templates(), "run: make screenshot"
    assert len(PICTURE.read_bytes()) < MAX_BYTES
