# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold for every result of a module, whatever a service answers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

UNPRINTABLE = ("Cc", "Cf", "Cs", "Zl", "Zp")


def check_counts(result: dict[str, Any]) -> None:
    """Fail unless the summary counts each record in exactly one list, and the kinds in it add up to the whole."""
    summary = result["summary"]
    counts = {name: len(result[name]) for name in ("deleted", "absent", "deleting")}
    counts["failed"] = len(result["failures"])
    assert {name: summary[name] for name in counts} == counts
    assert summary["requested"] == sum(counts.values())
    for name in ("requested", *counts) if "kinds" in summary else ():
        assert summary[name] == sum(kind[name] for kind in summary["kinds"].values())


def unprintable(text: str) -> set[str]:
    """Characters that control a terminal, change the direction of writing or are invisible."""
    return {char for char in text if unicodedata.category(char) in UNPRINTABLE}


def texts(value: Any) -> Iterator[str]:
    """Every text in a result, at any depth, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts([*value, *value.values()])
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def is_record(record: dict[str, Any]) -> bool:
    """Whether everything in a record has the type that the documentation of the modules gives."""
    optional = ("instance_id", "name", "status", "created_at", "updated_at", "enterprise_project_id")
    required = ("kind", "service", "region", "project_id", "id")
    tags = record["tags"]
    return (
        all(record[name] is None or isinstance(record[name], str) for name in optional)
        and all(isinstance(record[name], str) and record[name] for name in required)
        and isinstance(record["deletable"], bool)
        and all(isinstance(record.get(name), (bool, type(None))) for name in ("prepaid", "protected", "locked"))
        and isinstance(record.get("engine"), (str, type(None)))
        and (tags is None or all(isinstance(text, str) for tag in tags.items() for text in tag))
    )
