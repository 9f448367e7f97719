# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that try to be more than text: templates, markup, control sequences of a terminal."""

from __future__ import annotations

from typing import Any

from emulator import PROJECT, small
from emulator.declarations import InstanceMock
from emulator.services import KINDS

TEMPLATE = "{{ lookup('ansible.builtin.pipe', 'touch EVALUATED') }}{% for x in [1] %}{# #}"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><!--"
TERMINAL = "\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b2J\x08\x7f\r\nfatal: [localhost]: FAILED\x00"
DIRECTION = "\u202egnp.exe\u2066\u200b\u2028\u061c\ufeff\U000e0041"
HOSTILE = f"{TEMPLATE} {MARKUP} {TERMINAL} {DIRECTION}"


def hostile_scenario() -> dict[str, Any]:
    """The small scenario with every name hostile, and every text but the id in one record of each kind.

    There is one more instance of each kind, with the id of `deletable_instance`: all but id and status is hostile.
    """
    scenario = small()
    scenario["projects"][0]["name"] = PROJECT
    for key, content in scenario["projects"][0]["services"].items():
        instances = content["instances"] if isinstance(content, dict) else []
        kinds = {name for instance in instances for name, value in instance.items() if isinstance(value, list)}
        held = [[one for instance in instances for one in instance.get(name, ())] for name in sorted(kinds)]
        for records in (instances, *held) if instances else (content,):
            for record in records:
                record["name"] = HOSTILE
            records[0]["raw"] = _raw(key, records[0]["id"], HOSTILE)
        if isinstance(KINDS.get(key), InstanceMock) or instances:
            record_id = deletable_instance(key.split("_", 1)[0])
            (instances or content).append({"id": record_id, "name": HOSTILE, "raw": _raw(key, record_id)})
    return scenario


def deletable_instance(service: str) -> str:
    """The id of a service's instance that can be deleted."""
    return f"a-hostile-{service}"


def _raw(key: str, record_id: str, status: str | None = None) -> dict[str, Any]:
    """Fields that replace those of an item; without a ``status`` the item keeps its own, and a cluster is available."""
    tags = [{"key": HOSTILE, "value": HOSTILE}]
    if key.startswith("cce"):
        times = {"creationTimestamp": HOSTILE, "updateTimestamp": HOSTILE}
        return {
            "metadata": {"uid": record_id, "name": HOSTILE, **times},
            "spec": {"type": HOSTILE, "clusterUID": HOSTILE, "version": HOSTILE, "clusterTags": tags},
            "status": {"status": status, "phase": status or "Available"},
        }
    names = ("name", "created", "updated", "created_at", "updated_at", "create_time")
    names += ("started_at", "finished_at", "ended_at")
    instance = {
        "instance_info": {"instance_id": HOSTILE, "instance_name": HOSTILE},
        "datastore": {"type": HOSTILE, "version": HOSTILE},
        "tags": tags,
    }
    others = ("engine_version", "enterprise_project_id")
    return {**dict.fromkeys((*names, *others), HOSTILE), **instance, **({"status": status} if status else {})}
