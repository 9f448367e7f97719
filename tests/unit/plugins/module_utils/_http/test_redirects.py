# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redirects are not followed, as they would take the token elsewhere."""

from __future__ import annotations

import pytest

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator
from helpers.emulator_calls import Caller
from helpers.http_stub import Answer, SmallServer
from helpers.service_cases import SERVICES, Case

STATUSES = [301, 302, 303, 307, 308]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_redirect_of_delete_is_not_followed(cloud: CloudEmulator, call: Caller, case: Case, status: int) -> None:
    with SmallServer(lambda _unused: Answer()) as elsewhere:
        cloud.faults.add("redirect", service=case.service, method="DELETE", status=status, location=elsewhere.url)
        result = call.delete(case, case.deletable)
        assert elsewhere.connections == 0
    assert result["deleted"] == [] and result["absent"] == []
    assert {(one["http_status"], one["error_code"]) for one in result["failures"]} == {(status, "Redirect")}
    assert len(cloud.writes()) == 2


@pytest.mark.parametrize("status", STATUSES)
def test_redirect_of_login_is_not_followed(cloud: CloudEmulator, call: Caller, status: int) -> None:
    with SmallServer(lambda _unused: Answer()) as elsewhere:
        cloud.faults.add("redirect", service="iam", status=status, location=f"{elsewhere.url}/v3/auth/tokens")
        result = call("identity_info")
        assert elsewhere.connections == 0
    assert result.failed and (result["http_status"], result["error_code"]) == (status, "Redirect")
    assert elsewhere.url not in result.output


@pytest.mark.parametrize("case", SERVICES, ids=str)
def test_redirect_of_listing_is_not_followed(cloud: CloudEmulator, call: Caller, case: Case) -> None:
    with SmallServer(lambda _unused: Answer(body=b'{"tasks": [], "jobs": [], "total_count": 0}')) as elsewhere:
        cloud.faults.add("redirect", service=case.service, status=302, location=elsewhere.url)
        result = call(case.info_module, access_key=ACCESS_KEY, secret_key=SECRET_KEY)
        assert elsewhere.connections == 0
    assert result.failed and result["error_code"] == "Redirect" and "records" not in result


@pytest.mark.parametrize("status", [300, 304])
def test_redirect_status_without_location_fails(cloud: CloudEmulator, call: Caller, status: int) -> None:
    cloud.faults.add("status", service="gaussdb", method="DELETE", status=status, body=b"")
    assert call("gaussdb_job", job_ids=["a-gauss-1"])["failures"][0]["http_status"] == status
