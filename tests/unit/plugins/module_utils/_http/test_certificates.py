# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verification of certificates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import TransportError
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.transport import Transport

from emulator import CloudEmulator, small
from emulator.certificates import Certificates, issue
from helpers.emulator_calls import Caller


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def https_cloud(certificates: Certificates) -> Iterator[CloudEmulator]:
    """An emulator with https and a certificate of its own authority."""
    with CloudEmulator(small(), tls=(certificates.certificate, certificates.key)) as cloud:
        yield cloud


@pytest.fixture
def call(https_cloud: CloudEmulator) -> Caller:
    https_cloud.load(small())
    return Caller(https_cloud)


def test_certificate_named_authority_is_verified(call: Caller, certificates: Certificates) -> None:
    result = call("gaussdb_job", job_ids=["a-gauss-1"], ca_cert=str(certificates.authority))
    assert result["deleted"] == ["a-gauss-1"]


def test_certificate_authority_from_environment_is_used(
    call: Caller, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_CACERT", str(certificates.authority))
    assert not call("identity_info").failed


def test_certificate_unknown_authority_is_refused(https_cloud: CloudEmulator, call: Caller) -> None:
    result = call("identity_info")
    assert result.failed and result["error_code"] == "NoReply" and "TLS failed" in result["msg"]
    assert https_cloud.log == []


def test_certificate_of_another_host_is_refused(
    https_cloud: CloudEmulator, call: Caller, certificates: Certificates
) -> None:
    elsewhere = {name: url.replace("127.0.0.1", "localhost") for name, url in https_cloud.endpoints.items()}
    result = call("identity_info", endpoints=elsewhere, ca_cert=str(certificates.authority))
    assert result.failed and "TLS failed" in result["msg"]


@pytest.mark.filterwarnings("error")
def test_validate_certs_false_sends_without_warning(call: Caller) -> None:
    result = call("gaussdb_job", job_ids=["a-gauss-1"], validate_certs=False)
    assert result["deleted"] == ["a-gauss-1"] and "Warning" not in result.output


def test_validate_certs_false_overrides_ca_cert(call: Caller, certificates: Certificates) -> None:
    assert not call("identity_info", validate_certs=False, ca_cert=str(certificates.authority)).failed


@pytest.mark.parametrize("content", [b"", b"no certificate"], ids=["empty", "text"])
def test_ca_cert_without_certificate_fails(call: Caller, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "authority.pem"
    path.write_bytes(content)
    options: dict[str, Any] = {"ca_cert": str(path)}
    result = call("identity_info", **options)
    assert result.failed and "internal error" not in result["msg"]


BUNDLES = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]


@pytest.fixture
def no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in BUNDLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("no_bundle")
@pytest.mark.parametrize("variable", BUNDLES)
def test_ca_bundle_variable_is_used(
    call: Caller, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(certificates.authority))
    assert call("gaussdb_job", job_ids=["a-gauss-1"])["deleted"] == ["a-gauss-1"]


@pytest.mark.usefixtures("no_bundle")
@pytest.mark.parametrize("variable", BUNDLES)
@pytest.mark.parametrize("module", ["gaussdb_job_info", "identity_info", "environment_info"])
def test_ca_bundle_missing_names_variable(
    https_cloud: CloudEmulator,
    call: Caller,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    variable: str,
    module: str,
) -> None:
    path = tmp_path / "nowhere.pem"
    monkeypatch.setenv(variable, str(path))
    result = call(module)
    assert result.failed and result["msg"].endswith(f"{variable}: {path} does not exist")
    assert https_cloud.log == [] and "TLS" not in result["msg"]


@pytest.mark.usefixtures("no_bundle")
def test_ca_bundle_options_take_precedence(
    call: Caller, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nowhere.pem"))
    assert not call("identity_info", ca_cert=str(certificates.authority)).failed
    assert not call("identity_info", validate_certs=False).failed


def test_ca_bundle_ignored_for_plain_http(
    cloud: CloudEmulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nowhere.pem"))
    assert not Caller(cloud)("identity_info").failed


def test_certificate_host_compared_by_urllib3_is_final(https_cloud: CloudEmulator, certificates: Certificates) -> None:
    """Some versions of urllib3 compare host names themselves and raise an error of their own."""
    transport = Transport(verify=str(certificates.authority), timeout=5.0)
    url = https_cloud.endpoints["gaussdb"]
    transport.open(url)
    transport._routes[url].pool.assert_hostname = "elsewhere.example.test"
    with pytest.raises(TransportError, match="TLS failed") as caught:
        transport.send("GET", url, "/", {})
    transport.close()
    assert caught.value.final and not caught.value.maybe_applied
