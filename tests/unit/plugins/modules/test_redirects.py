# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No redirect is followed: it would send credentials to the host that it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import KINDS

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator
from helpers.emulator_calls import Caller, left
from helpers.http_stub import Answer, SmallServer
from helpers.kind_cases import INSTANCE_KINDS, SERVICES, KindCase

KEY = {"username": None, "password": None, "domain_name": None, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
BODY = b'{"tasks": [], "jobs": [], "total_count": 0}'
each_kind = pytest.mark.parametrize("case", [*SERVICES, *INSTANCE_KINDS], ids=str)
each_status = pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
each_login = pytest.mark.parametrize("credentials", [{}, KEY], ids=["password", "access_key"])


@pytest.fixture
def other() -> Iterator[SmallServer]:
    """Another server, which accepts everything and to which no connection may be made."""
    with SmallServer(lambda _request: Answer(200, BODY, {"X-Subject-Token": "stolen"})) as server:
        yield server
        assert server.connections == 0


@each_status
@each_login
@each_kind
def test_delete_redirected_fails(
    cloud: CloudEmulator, call: Caller, other: SmallServer, case: KindCase, credentials: dict[str, Any], status: int
) -> None:
    cloud.faults.add("redirect", service=case.service, method="DELETE", status=status, location=other.url)
    result = call.delete(case, case.deletable, **credentials)
    assert result["deleted"] == [] and result["absent"] == []
    failures = [(one["id"], one["http_status"], one["error_code"]) for one in result["failures"]]
    assert failures == [(record_id, status, "Redirect") for record_id in case.deletable]
    assert len(cloud.writes()) == len(case.deletable)
    assert left(cloud, case.kind) == sorted(case.ids)


@each_status
@each_login
@pytest.mark.parametrize(("module", "options"), [("identity_info", {}), ("gaussdb_job", {"job_ids": ["a-gauss-1"]})])
def test_login_redirected_fails(
    cloud: CloudEmulator,
    call: Caller,
    other: SmallServer,
    module: str,
    options: dict[str, Any],
    credentials: dict[str, Any],
    status: int,
) -> None:
    cloud.faults.add("redirect", service="iam", status=status, location=f"{other.url}/v3/auth/tokens")
    result = call(module, **options, **credentials)
    assert result.failed and other.url not in result.output
    (error,) = result.get("failures", [result])
    assert (error["http_status"], error["error_code"]) == (status, "Redirect")
    assert cloud.writes() == []


@each_login
@each_kind
def test_list_redirected_fails(call: Caller, other: SmallServer, case: KindCase, credentials: dict[str, Any]) -> None:
    call.cloud.faults.add("redirect", service=case.service, status=302, location=other.url)
    result = call(case.info_module, **credentials)
    assert result.failed and result["error_code"] == "Redirect" and "records" not in result


def test_list_all_redirected_fails(cloud: CloudEmulator, call: Caller, other: SmallServer) -> None:
    for kind in KINDS.values():
        cloud.faults.add("redirect", service=kind.service, status=307, location=other.url)
    result = call("environment_info")
    assert result.failed and result["records"] == []
    assert {listing["error_code"] for listing in result["listings"].values()} == {"Redirect"}


@pytest.mark.parametrize("status", [300, 304])
def test_delete_other_3xx_fails(cloud: CloudEmulator, call: Caller, status: int) -> None:
    cloud.faults.add("status", service="gaussdb", method="DELETE", status=status, body=b"")
    assert call("gaussdb_job", job_ids=["a-gauss-1"])["failures"][0]["http_status"] == status
