# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is said to a server whose certificate does not verify, unless that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator, small
from emulator.certificates import Certificates, issue
from helpers.emulator_calls import Caller, left

pytestmark = pytest.mark.emulator

KEY = {"username": None, "password": None, "domain_name": None, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}


def issued(directory: Path, address: str = "127.0.0.1") -> Certificates:
    directory.mkdir()
    return issue(directory, address)


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return issued(tmp_path / "right")


@pytest.fixture
def secure(certificates: Certificates) -> Iterator[CloudEmulator]:
    with CloudEmulator(small(), tls=(certificates.certificate, certificates.key)) as running:
        yield running


def refused(cloud: CloudEmulator, **options: Any) -> bool:
    """Whether both kinds of login fail over the certificate, and the cloud has heard nothing at all."""
    for credentials in ({}, KEY):
        result = Caller(cloud)("gaussdb_job", job_ids=["a-gauss-1"], **credentials, **options)
        (failure,) = result["failures"]
        assert failure["error_code"] == "NoReply", failure
        assert "TLS failed" in failure["error_msg"], failure
        assert "certificate verify failed" in failure["error_msg"], failure
        assert result["summary"]["requests"] == 1
    assert cloud.log == []
    return left(cloud, "gaussdb") == ["a-gauss-1", "a-gauss-2", "a-gauss-3"]


def test_an_unknown_authority_is_refused(secure: CloudEmulator) -> None:
    assert refused(secure)


def test_another_authority_is_refused(secure: CloudEmulator, tmp_path: Path) -> None:
    assert refused(secure, ca_cert=str(issued(tmp_path / "wrong").authority))


def test_a_certificate_for_another_address_is_refused(tmp_path: Path) -> None:
    others = issued(tmp_path / "others", "127.0.0.2")
    with CloudEmulator(small(), tls=(others.certificate, others.key)) as cloud:
        assert refused(cloud, ca_cert=str(others.authority))


@pytest.mark.parametrize("credentials", [{}, KEY], ids=["password", "access_key"])
def test_the_right_authority_is_accepted(
    secure: CloudEmulator, certificates: Certificates, credentials: dict[str, Any]
) -> None:
    call = Caller(secure)
    result = call("gaussdb_job", job_ids=["a-gauss-1"], ca_cert=str(certificates.authority), **credentials)
    assert (result["deleted"], left(secure, "gaussdb")) == (["a-gauss-1"], ["a-gauss-2", "a-gauss-3"])


def test_the_right_authority_may_come_from_the_environment(
    secure: CloudEmulator, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_CACERT", str(certificates.authority))
    assert not Caller(secure)("environment_info").failed


def test_verification_can_be_switched_off(secure: CloudEmulator) -> None:
    result = Caller(secure)("gaussdb_job", job_ids=["a-gauss-1"], validate_certs=False)
    assert result["deleted"] == ["a-gauss-1"]
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there_is_an_error_of_the_option(secure: CloudEmulator, tmp_path: Path) -> None:
    result = Caller(secure)("gaussdb_job_info", ca_cert=str(tmp_path / "nowhere.pem"))
    assert result["msg"].startswith("ca_cert: ")


def test_a_file_that_holds_no_certificate_is_an_error(secure: CloudEmulator, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate\n")
    result = Caller(secure)("gaussdb_job_info", ca_cert=str(empty), stall_timeout=0.2)
    assert result.failed
    assert "internal error" not in result["msg"]
    assert secure.log == []


def test_plain_http_is_for_this_machine_only(cloud: CloudEmulator) -> None:
    """An address of documentation, which no request may ever go to."""
    for options in (
        {"endpoints": {**cloud.endpoints, "iam": "http://192.0.2.1"}},
        {"endpoints": {**cloud.endpoints, "gaussdb": "http://gaussdb.example.com"}},
        {"auth_url": "http://192.0.2.1/v3"},
    ):
        result = Caller(cloud)("gaussdb_job_info", **options)
        assert "plain http is accepted for this machine only" in result["msg"]
    assert cloud.log == []
