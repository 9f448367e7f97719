# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is sent to a server if its certificate cannot be verified, with any credentials."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator, small
from emulator.certificates import issue
from helpers.emulator_calls import Caller, left

KEY = {"username": None, "password": None, "domain_name": None, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
each_login = pytest.mark.parametrize("credentials", [{}, KEY], ids=["password", "access_key"])


@each_login
@pytest.mark.parametrize(("address", "authority"), [("127.0.0.1", None), ("127.0.0.1", "other"), ("127.0.0.2", "own")])
def test_delete_certificate_not_verified_fails(
    tmp_path: Path, credentials: dict[str, Any], address: str, authority: str | None
) -> None:
    """The certificate's authority is unknown, or another one is trusted, or it is for another address."""
    for name in ("own", "other"):
        (tmp_path / name).mkdir()
    issued = {"own": issue(tmp_path / "own", address), "other": issue(tmp_path / "other", address)}
    trusted = {"ca_cert": str(issued[authority].authority)} if authority else {}
    with CloudEmulator(small(), tls=(issued["own"].certificate, issued["own"].key)) as cloud:
        result = Caller(cloud)("gaussdb_job", job_ids=["a-gauss-1"], **credentials, **trusted)
        assert cloud.log == []
        assert left(cloud, "gaussdb") == ["a-gauss-1", "a-gauss-2", "a-gauss-3"]
    (failure,) = result["failures"]
    assert failure["error_code"] == "NoReply"
    assert "TLS failed" in failure["error_msg"] and "certificate verify failed" in failure["error_msg"]
    assert result["summary"]["requests"] == 1


@each_login
def test_delete_certificate_verified_succeeds(tmp_path: Path, credentials: dict[str, Any]) -> None:
    own = issue(tmp_path, "127.0.0.1")
    with CloudEmulator(small(), tls=(own.certificate, own.key)) as cloud:
        result = Caller(cloud)("gaussdb_job", job_ids=["a-gauss-1"], ca_cert=str(own.authority), **credentials)
        assert (result["deleted"], left(cloud, "gaussdb")) == (["a-gauss-1"], ["a-gauss-2", "a-gauss-3"])


@pytest.mark.parametrize("content", [None, "no certificate\n"], ids=["missing", "no certificate"])
def test_ca_cert_unusable_fails_before_any_request(
    cloud: CloudEmulator, call: Caller, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "authority.pem"
    if content:
        path.write_text(content)
    endpoints = {name: url.replace("http://", "https://") for name, url in cloud.endpoints.items()}
    result = call("gaussdb_job_info", ca_cert=str(path), endpoints=endpoints, stall_timeout=0.2)
    assert result.failed and "internal error" not in result["msg"]
    assert content or result["msg"].startswith("ca_cert: ")
    assert cloud.log == []


@pytest.mark.parametrize(
    "options",
    [
        {"endpoints": {"iam": "http://192.0.2.1"}},
        {"endpoints": {"gaussdb": "http://gaussdb.example.com"}},
        {"auth_url": "http://192.0.2.1/v3"},
    ],
    ids=str,
)
def test_plain_http_to_another_host_is_rejected(cloud: CloudEmulator, call: Caller, options: dict[str, Any]) -> None:
    """These addresses are reserved for documentation."""
    endpoints = {**cloud.endpoints, **options.get("endpoints", {})}
    result = call("gaussdb_job_info", **{**options, "endpoints": endpoints})
    assert "plain http is accepted for this machine only" in result["msg"]
    assert cloud.log == []
