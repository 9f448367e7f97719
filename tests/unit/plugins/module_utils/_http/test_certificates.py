# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verification of certificates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import TransportError
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.transport import Transport

from emulator import ACCESS_KEY, SECRET_KEY, CloudEmulator, small
from emulator.certificates import Certificates, issue
from helpers.emulator_calls import Caller, left

KEY = {"username": None, "password": None, "domain_name": None, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
each_login = pytest.mark.parametrize("login", [{}, KEY], ids=["password", "access_key"])


@pytest.fixture(scope="module")
def https_cloud(certificates: Certificates) -> Iterator[CloudEmulator]:
    """An emulator with https and a certificate of its own authority."""
    with CloudEmulator(small(), tls=(certificates.certificate, certificates.key)) as cloud:
        yield cloud


@pytest.fixture
def call(https_cloud: CloudEmulator) -> Caller:
    https_cloud.load(small())
    return Caller(https_cloud)


@each_login
@pytest.mark.parametrize("authority", ["own", None, "other"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_certificate_other_than_of_trusted_authority_and_host_fails(
    call: Caller, certificates: Certificates, tmp_path: Path, login: Any, authority: str | None, host: str
) -> None:
    trusted = {"own": certificates.authority, None: None, "other": issue(tmp_path).authority}[authority]
    endpoints = {name: url.replace("127.0.0.1", host) for name, url in call.cloud.endpoints.items()}
    result = call("gaussdb_job", job_ids=["a-gauss-1"], ca_cert=trusted and str(trusted), endpoints=endpoints, **login)
    if (authority, host) == ("own", "127.0.0.1"):
        assert (result["deleted"], left(call.cloud, "gaussdb")) == (["a-gauss-1"], ["a-gauss-2", "a-gauss-3"])
        return
    (failure,) = result["failures"]
    assert failure["error_code"] == "NoReply"
    # The second text is that of urllib3 1.26, which compares the host names itself.
    assert re.search("TLS failed: .*(certificate verify failed|doesn't match)", failure["error_msg"])
    assert result["summary"]["requests"] == 1
    assert call.cloud.log == [] and left(call.cloud, "gaussdb") == ["a-gauss-1", "a-gauss-2", "a-gauss-3"]


def test_certificate_of_another_address_fails_info_module(tmp_path: Path) -> None:
    made = issue(tmp_path, "127.0.0.2")
    with CloudEmulator(small(), tls=(made.certificate, made.key)) as cloud:
        result = Caller(cloud)("identity_info", ca_cert=str(made.authority))
        assert result.failed and result["error_code"] == "NoReply" and "TLS failed" in result["msg"]
        assert cloud.log == []


def test_certificate_authority_from_environment_is_used(
    call: Caller, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_CACERT", str(certificates.authority))
    assert not call("identity_info").failed


@pytest.mark.filterwarnings("error")
def test_validate_certs_false_sends_without_warning(call: Caller) -> None:
    result = call("gaussdb_job", job_ids=["a-gauss-1"], validate_certs=False)
    assert result["deleted"] == ["a-gauss-1"] and "Warning" not in result.output


def test_validate_certs_false_overrides_ca_cert(call: Caller, certificates: Certificates) -> None:
    assert not call("identity_info", validate_certs=False, ca_cert=str(certificates.authority)).failed


@pytest.mark.parametrize("content", [None, b"", b"no certificate"], ids=["missing", "empty", "text"])
def test_ca_cert_unusable_fails_before_any_request(call: Caller, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_bytes(content)
    result = call("identity_info", ca_cert=str(path))
    assert result.failed and "internal error" not in result["msg"] and call.cloud.log == []
    assert content is not None or result["msg"].startswith("ca_cert: ")


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
