# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random requests get a response that the service could give, never an internal error."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator import ACCESS_KEY, CloudEmulator, small
from emulator.app import service_app
from emulator.services import SERVICES

# Huawei Cloud offers every kind.
REGION = "cn-north-4"
CLOUD = CloudEmulator(small(region=REGION))
CLOUD._emulation.endpoints = dict.fromkeys(SERVICES, "http://127.0.0.1:1")
APPS = {name: service_app(service, CLOUD._emulation) for name, service in SERVICES.items()}
IDENTITY, PROJECT_ID = CLOUD.loaded.identity, CLOUD.loaded.state.project(f"{REGION}_retired").id
PLACES = {"project_id": PROJECT_ID, "job_id": "a-drs-2", "task_id": "a-bigkey-1", "cluster_id": "a-cluster-1"}
INSTANCES = {"dms": "a-kafka-1", "dcs": "a-redis-1", "gaussdb": "a-gaussdb-1"}
TOKEN = IDENTITY.issue(next(iter(IDENTITY.users.values())), time.time(), project_id=PROJECT_ID)
LOGIN_FIELDS = ["auth", "identity", "methods", "password", "user", "name", "id", "domain", "scope", "project", "token"]
JOB_FIELDS = ["jobs", "job", "job_id", "delete_type", "action_name", "is_force_stop", "db_use_type", "engine_type"]
FIELDS = [*LOGIN_FIELDS, *JOB_FIELDS, "status", "page_req", "cur_page", "per_page", "duration_seconds"]
PARAMETERS = ["limit", "offset", "start", "page", "per_page", "status", "name", "id", "job_type", "engine", "sort_dir"]
FILTERS = ["tags", "type", "include_failure", "include_delete", "instance_id", "enterprise_project_id", "delete_evs"]
TIMES = ["start_time", "begin_time", "end_time"]
WORDS = st.sampled_from(
    [
        "password",
        "token",
        "delete",
        "terminate",
        "migration",
        "sync",
        "a-drs-1",
        "a-drs-2",
        "mysql",
        "",
        "operator",
        "kafka",
        "true",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=12,
)
BODIES = VALUES.map(json.dumps).map(str.encode) | st.binary(max_size=20)
NUMBERS = st.integers().map(str) | st.text(alphabet="0123456789-\u00b2\u0663 .e", max_size=30)
QUERIES = st.dictionaries(st.sampled_from(PARAMETERS + FILTERS + TIMES), NUMBERS | WORDS, max_size=4).map(urlencode)
AUTHORIZATIONS = st.text(max_size=60) | st.builds(
    "SDK-HMAC-SHA256 Access={}, SignedHeaders={}, Signature={}".format,
    st.just(ACCESS_KEY) | st.text(max_size=10),
    st.just("host;x-sdk-date") | st.text(max_size=10),
    st.text(max_size=10),
)
OPERATIONS = st.sampled_from(
    [(service.name, one.method, one.path) for service in SERVICES.values() for one in service.routes]
)


def status_of(
    service: str, method: str, path: str, query: str = "", body: bytes = b"", headers: dict[str, str] | None = None
) -> int:
    """Send a request to the application itself; its response's status."""
    for name, value in {**PLACES, "instance_id": INSTANCES.get(service, "")}.items():
        path = path.replace(f"{{{name}}}", value)
    document = {"content-type": "application/json", "content-length": str(len(body))}
    sent = {"x-auth-token": TOKEN.id, **document} if headers is None else headers
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode("utf-8", "replace")) for name, value in sent.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
    }
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 0))

    asyncio.run(APPS[service](scope, receive, send))
    return statuses[0]


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(OPERATIONS, QUERIES, BODIES)
def test_operation_with_random_query_and_body_answered(
    operation: tuple[str, str, str], query: str, body: bytes
) -> None:
    assert 200 <= status_of(*operation, query, body) < 500


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(list(SERVICES)),
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    st.text(max_size=40),
)
def test_service_with_random_path_answered(service: str, method: str, path: str) -> None:
    assert 200 <= status_of(service, method, "/" + path) < 500


@settings(max_examples=200, deadline=None)
@given(AUTHORIZATIONS, st.text(max_size=20) | st.just("20261121T120000Z"))
def test_service_with_random_authorization_refused(authorization: str, date: str) -> None:
    headers = {"authorization": authorization, "x-sdk-date": date}
    assert status_of("gaussdb", "GET", "/v3/{project_id}/tasks", headers=headers) == 401
