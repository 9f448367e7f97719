# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios for tests, as dicts that a test may change before it loads them."""

from __future__ import annotations

from typing import Any

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


def _services(tag: str) -> dict[str, Any]:
    return {
        "gaussdb": [
            {"id": f"{tag}-gauss-1", "status": "Completed", "created_at": "2026-11-01T10:00:00Z"},
            {"id": f"{tag}-gauss-2", "status": "Failed", "created_at": "2026-11-02T10:00:00Z"},
            {"id": f"{tag}-gauss-3", "status": "Running", "created_at": "2026-11-03T10:00:00Z"},
        ],
        "drs": [
            {
                "id": f"{tag}-drs-1",
                "status": "RELEASE_RESOURCE_COMPLETE",
                "job_type": "migration",
                "created_at": "2026-11-01T10:00:00Z",
            },
            {
                "id": f"{tag}-drs-2",
                "status": "INCRE_TRANSFER_STARTED",
                "job_type": "sync",
                "created_at": "2026-11-02T10:00:00Z",
            },
            {
                "id": f"{tag}-drs-3",
                "status": "CREATE_FAILED",
                "job_type": "cloudDataGuard",
                "created_at": "2026-11-03T10:00:00Z",
            },
        ],
        "dms": {
            "instances": [
                {
                    "id": f"{tag}-kafka-1",
                    "name": "kafka-1",
                    "tasks": [
                        {"id": f"{tag}-dms-1", "status": "SUCCESS", "created_at": "2026-11-01T10:00:00Z"},
                        {"id": f"{tag}-dms-2", "status": "EXECUTING", "created_at": "2026-11-02T10:00:00Z"},
                    ],
                },
                {
                    "id": f"{tag}-kafka-2",
                    "name": "kafka-2",
                    "tasks": [
                        {"id": f"{tag}-dms-3", "status": "FAILED", "created_at": "2026-11-03T10:00:00Z"},
                    ],
                },
            ]
        },
        "cce": [
            {"id": f"{tag}-cce-1", "status": "Success", "created_at": "2026-11-01T10:00:00Z"},
            {"id": f"{tag}-cce-2", "status": "Running", "created_at": "2026-11-02T10:00:00Z"},
            {"id": f"{tag}-cce-3", "status": "Failed", "created_at": "2026-11-03T10:00:00Z"},
        ],
        "dcs": {
            "instances": [
                {
                    "id": f"{tag}-redis-1",
                    "name": "redis-1",
                    "tasks": [
                        {"id": f"{tag}-dcs-1", "status": "SUCCESS", "created_at": "2026-11-01T10:00:00Z"},
                        {"id": f"{tag}-dcs-2", "status": "RUNNING", "created_at": "2026-11-02T10:00:00Z"},
                        {"id": f"{tag}-dcs-3", "status": "FAILED", "created_at": "2026-11-03T10:00:00Z"},
                    ],
                },
            ]
        },
    }


def small(options: dict[str, Any] | None = None, region: str = REGION) -> dict[str, Any]:
    """One project, three records in each service (one of them running), ids such as ``a-gauss-1``."""
    return _base([{"name": f"{region}_retired", "services": _services("a")}], options, region)


def neighbours(count: int = 4, options: dict[str, Any] | None = None, region: str = REGION) -> dict[str, Any]:
    """``small`` in several projects: the first is the one to retire, ids start with a, b, c …."""
    names = [f"{region}_retired", *(f"{region}_neighbour{number}" for number in range(1, count))]
    projects = [{"name": name, "services": _services(chr(ord("a") + number))} for number, name in enumerate(names)]
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
    """One project with ``count`` records of one service, spread evenly over ``instances`` for DMS and DCS."""
    spec: dict[str, Any] = {} if status is None else {"status": status}
    if service in ("dms", "dcs"):
        share, rest = divmod(count, instances)
        content: Any = {
            "instances": [
                {"name": f"{service}-{number}", "tasks": [{**spec, "count": share + (number < rest)}]}
                for number in range(instances)
            ]
        }
    else:
        content = [{**spec, "count": count}]
    return {**_base([{"name": f"{region}_retired", "services": {service: content}}], options, region), "log": log}
