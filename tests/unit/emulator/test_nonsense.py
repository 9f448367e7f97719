# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is sent, the answer is one that the service could give, never an error of the cloud emulator itself."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlencode

from emulator.replies import Reply
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator import ACCESS_KEY, PROJECT, CloudEmulator, small
from emulator.call import Call

CLOUD = CloudEmulator(small())
STATE, IDENTITY, OPTIONS = CLOUD.loaded.state, CLOUD.loaded.identity, CLOUD.loaded.options
PROJECT_ID = STATE.project(PROJECT).id
TOKEN = IDENTITY.issue(next(iter(IDENTITY.users.values())), time.time(), project_id=PROJECT_ID)
FIELDS = [
    "auth",
    "identity",
    "methods",
    "password",
    "user",
    "name",
    "id",
    "domain",
    "scope",
    "project",
    "token",
    "duration_seconds",
    "jobs",
    "job_id",
    "delete_type",
    "page_req",
    "cur_page",
    "per_page",
    "db_use_type",
    "engine_type",
    "status",
    "job",
    "action_name",
    "is_force_stop",
]
WORDS = st.sampled_from(
    ["password", "token", "delete", "terminate", "migration", "sync", "a-drs-1", "a-drs-2", "mysql", "", "operator"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=12,
)
BODIES = VALUES.map(json.dumps).map(str.encode) | st.binary(max_size=20)
NUMBERS = st.integers().map(str) | st.text(alphabet="0123456789-\u00b2\u0663 .e", max_size=30)
QUERIES = st.dictionaries(
    st.sampled_from(
        [
            "limit",
            "offset",
            "start",
            "status",
            "name",
            "id",
            "job_type",
            "start_time",
            "end_time",
            "begin_time",
            "page",
            "per_page",
            "engine",
            "sort_dir",
        ]
    ),
    NUMBERS | WORDS,
    max_size=4,
).map(urlencode)
AUTHORIZATIONS = st.text(max_size=60) | st.builds(
    "SDK-HMAC-SHA256 Access={}, SignedHeaders={}, Signature={}".format,
    st.just(ACCESS_KEY) | st.text(max_size=10),
    st.just("host;x-sdk-date") | st.text(max_size=10),
    st.text(max_size=10),
)
SENT = st.sampled_from(
    [
        ("iam", "POST", "/v3/auth/tokens"),
        ("iam", "POST", "/v3.0/OS-CREDENTIAL/securitytokens"),
        ("iam", "GET", "/v3/projects"),
        ("gaussdb", "GET", "/v3/{p}/tasks"),
        ("gaussdb", "GET", "/v3/{p}/jobs"),
        ("drs", "POST", "/v3/{p}/jobs"),
        ("drs", "POST", "/v3/{p}/jobs/batch-status"),
        ("drs", "POST", "/v3/{p}/jobs/batch-detail"),
        ("drs", "DELETE", "/v3/{p}/jobs/batch-jobs"),
        ("drs", "GET", "/v5/{p}/jobs"),
        ("drs", "DELETE", "/v5/{p}/jobs"),
        ("drs", "POST", "/v5/{p}/jobs/batch-stop"),
        ("drs", "POST", "/v5/{p}/jobs/a-drs-2/stop"),
        ("drs", "POST", "/v5/{p}/jobs/a-drs-2/action"),
        ("dms", "GET", "/v2/{p}/instances"),
        ("dms", "GET", "/v2/{p}/instances/a-kafka-1/tasks"),
        ("dcs", "GET", "/v2/{p}/instances"),
        ("dcs", "GET", "/v2/{p}/tasks"),
    ]
)


def answer(
    service: str, method: str, path: str, query: str = "", body: bytes = b"", headers: dict[str, str] | None = None
) -> Reply:
    path = path.replace("{p}", PROJECT_ID)
    endpoints = {service: "http://127.0.0.1:1"}
    sent = {"x-auth-token": TOKEN.id} if headers is None else headers
    facts: tuple[Any, ...] = (service, method, path, path, query, sent, body, time.time(), "request")
    return CLOUD._app.answer(Call(*facts, STATE, IDENTITY, OPTIONS, endpoints))


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SENT, QUERIES, BODIES)
def test_any_query_and_any_body(sent: tuple[str, str, str], query: str, body: bytes) -> None:
    assert 200 <= answer(*sent, query, body).status < 500


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["iam", "gaussdb", "drs", "dms", "cce", "dcs"]),
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    st.text(max_size=40),
)
def test_any_path(service: str, method: str, path: str) -> None:
    assert 200 <= answer(service, method, "/" + path).status < 500


@settings(max_examples=200, deadline=None)
@given(AUTHORIZATIONS, st.text(max_size=20) | st.just("20261121T120000Z"))
def test_any_authorization(authorization: str, date: str) -> None:
    headers = {"authorization": authorization, "x-sdk-date": date}
    assert answer("gaussdb", "GET", "/v3/{p}/tasks", headers=headers).status == 401
