# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scenario can choose about the behaviour of the services, with the defaults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

OTC_REGIONS = frozenset({"eu-de", "eu-nl", "eu-ch2"})
SERVICE_NAMES = frozenset({"iam", "gaussdb", "drs", "dms", "cce", "dcs"})
CHOICES: dict[str, tuple[str, ...]] = {
    "token_errors": ("gateway", "native"),
    "task_count": ("string", "int"),
    "gaussdb_offset": ("record", "page"),
    "gaussdb_delete_body": ("region", "empty", "object"),
    "drs_missing": ("item", "400"),
    "drs_v5_time": ("iso", "plain", "epoch"),
    "dms_start": ("index", "offset"),
    "dcs_delete_body": ("empty", "message"),
}


@dataclass(slots=True)
class Options:
    """Each attribute is a key of the scenario's ``options``; the sandbox README describes them."""

    token_seconds: float = 86400.0
    token_errors: str = "gateway"
    latency: dict[str, float] = field(default_factory=dict)
    lenient_states: bool = False
    release_seconds: float = 0.3
    unpublished: list[str] = field(default_factory=list)
    clamp_limit: dict[str, int] = field(default_factory=dict)
    task_count: str = "string"
    gaussdb_offset: str = "record"
    gaussdb_delete_body: str = "region"
    gaussdb_window_days: float | None = None
    drs_versions: list[str] = field(default_factory=lambda: ["v3", "v5"])
    drs_missing: str = "item"
    drs_v5_time: str = "iso"
    dms_start: str = "index"
    dms_unknown_task_code: str = "DMS.00404041"
    cce_unknown_job_code: str = "CCE.01404001"
    dcs_unknown_task_code: str = "DCS.4404"
    dcs_project_list: bool = True
    dcs_delete_body: str = "empty"

    @classmethod
    def parse(cls, given: dict[str, Any]) -> Options:
        """Options from a scenario; ValueError names an unknown option or value."""
        _known("option", given, {option.name for option in fields(cls)})
        for name, allowed in CHOICES.items():
            _known(f"value of option {name}", [given.get(name, allowed[0])], allowed)
        options = cls(**given)
        if isinstance(options.latency, int | float):
            options.latency = {"*": float(options.latency)}
        _known("service in option latency", options.latency, SERVICE_NAMES | {"*"})
        _known("service in option clamp_limit", options.clamp_limit, SERVICE_NAMES)
        _known("service in option unpublished", options.unpublished, SERVICE_NAMES)
        _known("version in option drs_versions", options.drs_versions, {"v3", "v5"})
        return options


def _known(what: str, given: Iterable[str], allowed: Iterable[str]) -> None:
    unknown = [name for name in given if name not in allowed]
    if unknown:
        raise ValueError(f"unknown {what} {unknown[0]!r}; known are {', '.join(sorted(allowed))}")
