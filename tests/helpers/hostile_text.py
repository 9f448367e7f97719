# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and messages with templates, markup and control characters."""

from __future__ import annotations

import unicodedata
from typing import Any

from emulator import PROJECT, small

TEMPLATE = "{{ lookup('ansible.builtin.pipe', 'touch EVALUATED') }}{% for x in [1] %}{# #}"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><!--"
TERMINAL = "\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b2J\x08\x7f\r\nfatal: [localhost]: FAILED\x00"
DIRECTION = "\u202egnp.exe\u2066\u200b\u2028\u061c\ufeff\U000e0041"
HOSTILE = f"{TEMPLATE} {MARKUP} {TERMINAL} {DIRECTION}"
_CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")


def control_characters(text: str) -> set[str]:
    """Return characters that control a terminal, change the direction of writing or are invisible."""
    return {ch for ch in text if unicodedata.category(ch) in _CATEGORIES and ch != "\n"}


def scenario() -> dict[str, Any]:
    """Return the small scenario with every name hostile, and every field of one record of each service."""
    changed = small()
    changed["projects"][0]["name"] = PROJECT
    services = changed["projects"][0]["services"]
    for service, content in services.items():
        by_instance = isinstance(content, dict)
        lists = [instance["tasks"] for instance in content["instances"]] if by_instance else [content]
        for records in lists:
            for record in records:
                record["name"] = HOSTILE
        lists[0][0]["raw"] = _raw(service)
    return changed


def _raw(service: str) -> dict[str, Any]:
    """Return fields of a service's item in which every text but the id is hostile."""
    if service == "cce":
        return {
            "metadata": {"uid": "a-cce-1", "name": HOSTILE, "creationTimestamp": HOSTILE, "updateTimestamp": HOSTILE},
            "spec": {"type": HOSTILE, "clusterUID": HOSTILE},
            "status": {"status": HOSTILE},
        }
    times = dict.fromkeys(("created_at", "updated_at", "create_time", "ended_at"), HOSTILE)
    instance = {"instance_info": {"instance_id": HOSTILE, "instance_name": HOSTILE}}
    return {"name": HOSTILE, "status": HOSTILE, **times, **instance}
