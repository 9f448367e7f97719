# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A redirect would carry credentials to whoever it names: none is followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._services import SERVICES

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator
from helpers.emulator_calls import Caller, left
from helpers.http_stub import Answer, SmallServer

KEY = {"username": None, "password": None, "domain_name": None, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}


@pytest.fixture
def elsewhere() -> Iterator[SmallServer]:
    """Another server, which would take everything for granted."""
    with SmallServer(lambda _asked: Answer(200, b"{}", {"X-Subject-Token": "stolen"})) as server:
        yield server


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("service", ["iam", "gaussdb"])
@pytest.mark.parametrize("credentials", [{}, KEY], ids=["password", "access_key"])
def test_no_redirect_is_followed(
    cloud: CloudEmulator, elsewhere: SmallServer, status: int, service: str, credentials: dict[str, Any]
) -> None:
    cloud.faults.add("redirect", service=service, status=status, location=f"{elsewhere.url}/v3/auth/tokens")
    result = Caller(cloud)("gaussdb_job", job_ids=["a-gauss-1", "a-gauss-2"], **credentials)
    assert result["deleted"] == []
    assert [failure["error_code"] for failure in result["failures"]] == ["Redirect", "Redirect"]
    assert [failure["http_status"] for failure in result["failures"]] == [status, status]
    assert left(cloud, "gaussdb") == ["a-gauss-1", "a-gauss-2", "a-gauss-3"]
    assert elsewhere.asked == []
    assert elsewhere.connections == 0


def test_a_redirected_listing_is_an_error(cloud: CloudEmulator, elsewhere: SmallServer) -> None:
    for service in SERVICES:
        cloud.faults.add("redirect", service=service, status=307, location=elsewhere.url)
    result = Caller(cloud)("environment_info")
    assert result.failed
    assert {listing["error_code"] for listing in result["listings"].values()} == {"Redirect"}
    assert (result["records"], elsewhere.connections) == ([], 0)
