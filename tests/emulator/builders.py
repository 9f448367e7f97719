# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios for tests, as dicts that a test may change before it loads them."""

from __future__ import annotations

from typing import Any

from .declarations import KindMock
from .options import OTC_REGIONS
from .services import SERVICES, kind_named

REGION = "eu-de"
PROJECT = "eu-de_retired"
DOMAIN = "OTC-EU-DE-REHEARSAL"
USER = "operator"
PASSWORD = "rehearsal-password-4711"
ACCESS_KEY, SECRET_KEY = "REHEARSALACCESSKEY00", "rehearsalSecretKeyNotARealSecretAtAllHere"
TEMPORARY_KEY = {
    "access": "REHEARSALTEMPORARY00",
    "secret": "rehearsalTemporarySecretNotARealOneAtAll",
    "security_token": "rehearsal-security-token-0815",
}


def _base(projects: list[dict[str, Any]], options: dict[str, Any] | None, region: str) -> dict[str, Any]:
    return {
        "region": region,
        "domains": [DOMAIN],
        "users": [{"name": USER, "password": PASSWORD, "domain": DOMAIN, "projects": "all"}],
        "access_keys": [
            {"access": ACCESS_KEY, "secret": SECRET_KEY, "user": USER},
            {**TEMPORARY_KEY, "user": USER},
        ],
        "projects": projects,
        "options": dict(options or {}),
    }


def _services(tag: str, region: str) -> dict[str, Any]:
    """The samples of every kind that the region's cloud offers, ``<tag>-<prefix>-1`` and so on, a day apart."""
    content: dict[str, Any] = {}
    for service in SERVICES.values():
        instances = _sample_instances(service.instances, tag) if service.instances else []
        nested = any(kind.instance_key for kind in service.kinds)
        for kind in service.kinds:
            if region in OTC_REGIONS and not kind.otc:
                continue
            if kind is service.instances:
                content.update({service.name: {"instances": instances}} if nested else {kind.key: instances})
                continue
            for number, sample in enumerate(kind.samples, 1):
                given = {"id": f"{tag}-{kind.sample_prefix}-{number}", "created_at": f"2026-11-{number:02}T10:00:00Z"}
                holder = instances[sample.get("instance", 0)] if kind.instance_key else content
                key = kind.instance_key or (kind.name if nested else kind.key)
                holder.setdefault(key, []).append(
                    {**given, **{name: value for name, value in sample.items() if name != "instance"}}
                )
    return content


def _sample_instances(kind: KindMock, tag: str) -> list[dict[str, Any]]:
    """Instances that are older than the records, the first one newest."""
    names = sample_names(kind)
    return [
        {"id": f"{tag}-{name}", "name": name, "created_at": f"2026-10-{31 - number}T10:00:00Z", **sample}
        for number, (name, sample) in enumerate(zip(names, kind.samples), 1)
    ]


def sample_names(kind: KindMock) -> list[str]:
    """The ids of the samples of a kind without their tag, which are the names of instances."""
    return [one.get("name", f"{kind.sample_prefix}-{number}") for number, one in enumerate(kind.samples, 1)]


def small(options: dict[str, Any] | None = None, region: str = REGION) -> dict[str, Any]:
    """One project, the samples of each kind that the region's cloud offers (one of the records running), ids such as
    ``a-gauss-1``."""
    return _base([{"name": f"{region}_retired", "services": _services("a", region)}], options, region)


def neighbours(count: int = 4, options: dict[str, Any] | None = None, region: str = REGION) -> dict[str, Any]:
    """``small`` in several projects: the first is the one to retire, ids start with a, b, c …."""
    names = [f"{region}_retired", *(f"{region}_neighbour{number}" for number in range(1, count))]
    projects = [
        {"name": name, "services": _services(chr(ord("a") + number), region)} for number, name in enumerate(names)
    ]
    return _base(projects, options, region)


def bulk(
    service: str,
    count: int,
    *,
    instances: int = 1,
    status: str | dict[str, float] | None = None,
    options: dict[str, Any] | None = None,
    region: str = REGION,
    log: bool | int = True,
) -> dict[str, Any]:
    """One project with ``count`` records of one kind (or of a service's first), spread evenly over ``instances``.

    The kind may be one of instances.
    """
    kind = kind_named(service)
    service = kind.service.name
    spec: dict[str, Any] = {} if status is None else {"status": status}
    if kind.instance_key:
        assert kind.service.instances is not None
        holder = kind.service.instances.samples[kind.samples[0].get("instance", 0)]
        share, rest = divmod(count, instances)
        content: Any = {
            "instances": [
                {
                    **holder,
                    "name": f"{service}-{number}",
                    kind.instance_key: [{**spec, "count": share + (number < rest)}],
                }
                for number in range(instances)
            ]
        }
    else:
        service, content = kind.key, [{**spec, "count": count}]
    return {**_base([{"name": f"{region}_retired", "services": {service: content}}], options, region), "log": log}
