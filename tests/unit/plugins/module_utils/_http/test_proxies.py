# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proxies from the environment: refusals are final and reported, passwords are not shown."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection import Connection
from ansible_collections.sundown.hwcloud.plugins.module_utils._auth.connection_settings import ConnectionSettings
from ansible_collections.sundown.hwcloud.plugins.module_utils._http import transport as transport_module

from emulator.certificates import issue
from helpers.emulator_calls import NO_LOGIN, Caller
from helpers.http_stub import Answer, SmallServer
from helpers.proxies import HTTPS_ENDPOINT, OpenProxy, RefusingProxy, use_proxy
from helpers.raw_server import RawServer, http_reply

IDS = [f"job-{number}" for number in range(40)]
OPTIONS = {**NO_LOGIN, "endpoints": {"gaussdb": HTTPS_ENDPOINT}}
USER, PASSWORD = "operator", "Xq-7731-vault"


@pytest.mark.parametrize("status", [403, 407, 302])
@pytest.mark.parametrize("width", [1, 16])
def test_proxy_tunnel_refused_is_not_retried(
    call: Caller, monkeypatch: pytest.MonkeyPatch, status: int, width: int
) -> None:
    with RefusingProxy(status) as proxy:
        use_proxy(monkeypatch, f"http://{USER}:{PASSWORD}@127.0.0.1:{proxy.port}")
        result = call("gaussdb_job", job_ids=IDS, concurrency=width, **OPTIONS)
    assert [head.splitlines()[0].split()[:2] for head in proxy.asked] == [["CONNECT", "gaussdb.example.test:443"]]
    assert [one["id"] for one in result["failures"]] == IDS and result["deleted"] == result["absent"] == []
    assert {one["error_msg"] for one in result["failures"]} == {
        f"the proxy 127.0.0.1:{proxy.port} refused the tunnel to the service (HTTP {status})"
    }
    assert PASSWORD not in result.output and USER not in result.output


@pytest.mark.parametrize("status", [408, 429, 502, 503])
def test_proxy_tunnel_unavailable_is_retried(call: Caller, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    with RefusingProxy(status) as proxy:
        use_proxy(monkeypatch, f"http://127.0.0.1:{proxy.port}")
        result = call("gaussdb_job", job_ids=IDS[:1], **OPTIONS)
    assert len(proxy.asked) == 6
    assert f"127.0.0.1:{proxy.port}" in result["msg"] and str(status) in result["msg"]


def test_proxy_not_reachable_is_named(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    use_proxy(monkeypatch, f"http://{USER}:{PASSWORD}@127.0.0.1:9")
    result = call("gaussdb_job", job_ids=IDS[:1], **OPTIONS)
    assert "the connection was refused (through the proxy 127.0.0.1:9)" in result["msg"]
    assert PASSWORD not in result.output


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("odd", list("#/?\\ \t"))
@pytest.mark.parametrize("password", ["Xq7731{}vaulted", "7731{}vaulted", "{}vaulted", "vaulted{}"])
def test_proxy_password_with_url_characters_is_not_shown(
    call: Caller, monkeypatch: pytest.MonkeyPatch, variable: str, odd: str, password: str
) -> None:
    use_proxy(monkeypatch, f"http://{USER}:{password.format(odd)}@127.0.0.1:9", variable)
    result = call("gaussdb_job", job_ids=IDS[:1], **OPTIONS)
    assert result.failed and result["msg"].startswith(f"{variable}: must be a URL of the form ")
    assert "7731" not in result.output and "vaulted" not in result.output and USER not in result.output


@pytest.mark.parametrize("url", ["http://", "http://127.0.0.1:port", "http://:8080", "http://127.0.0.1:8080/path"])
def test_proxy_url_invalid_names_variable(call: Caller, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    use_proxy(monkeypatch, url)
    assert call("gaussdb_job", job_ids=IDS[:1], **OPTIONS)["msg"].startswith("HTTPS_PROXY: must be a URL")


@pytest.mark.parametrize("url", ["gopher://{}127.0.0.1:9", "http://{}127.0.0.1:99999"])
def test_proxy_url_refused_by_library_is_not_shown(call: Caller, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    use_proxy(monkeypatch, url.format(f"{USER}:{PASSWORD}@"))
    result = call("gaussdb_job", job_ids=IDS[:1], **OPTIONS)
    assert result["msg"].startswith("HTTPS_PROXY: the proxy cannot be used")
    assert PASSWORD not in result.output and USER not in result.output


@pytest.mark.parametrize("url", ["http://127.0.0.1:{}", "http://127.0.0.1:{}/", "127.0.0.1:{}"])
def test_proxy_url_usual_forms_are_accepted(call: Caller, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with RefusingProxy(407) as proxy:
        use_proxy(monkeypatch, url.format(proxy.port))
        call("gaussdb_job", job_ids=IDS[:1], **OPTIONS)
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("password", [PASSWORD, "with#/?\\ and@colon:"])
def test_proxy_credentials_are_sent_to_proxy(call: Caller, monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    with RefusingProxy(407) as proxy:
        use_proxy(monkeypatch, f"http://{USER}:{quote(password, safe='')}@127.0.0.1:{proxy.port}")
        call("gaussdb_job", job_ids=IDS[:1], **OPTIONS)
    (head,) = proxy.asked
    assert base64.b64encode(f"{USER}:{password}".encode()).decode() in head


def test_proxy_credentials_repeated_by_service_are_hidden(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    password = "Xq#7731/vault"
    use_proxy(monkeypatch, f"http://{USER}:{quote(password, safe='')}@127.0.0.1:9")
    spellings = [password, quote(password, safe=""), base64.b64encode(f"{USER}:{password}".encode()).decode()]
    body = json.dumps({"error_code": "X.1", "error_msg": " and ".join(spellings)}).encode()
    with SmallServer(lambda _unused: Answer(400, body)) as server:
        result = call("gaussdb_job", job_ids=IDS[:1], **{**OPTIONS, "endpoints": {"gaussdb": server.url}})
    assert result["failures"][0]["error_msg"] == "******** and ******** and ********"


def test_proxy_credentials_in_internal_error_are_hidden(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    use_proxy(monkeypatch, f"http://{USER}:{PASSWORD}@127.0.0.1:9")

    def fail(*_unused: Any, **_ignored: Any) -> None:
        raise RuntimeError(f"proxy http://{USER}:{PASSWORD}@127.0.0.1:9")

    monkeypatch.setattr(transport_module.Transport, "send", fail)
    result = call("gaussdb_job", job_ids=IDS[:1], **OPTIONS)
    assert "internal error" in result["msg"] and PASSWORD not in result.output


def test_proxy_password_in_invalid_url_is_redacted(monkeypatch: pytest.MonkeyPatch) -> None:
    use_proxy(monkeypatch, f"http://{USER}:Xq#7731/vault@127.0.0.1:9")
    connection = Connection(ConnectionSettings.from_options({"region": "eu-de", "token": "MIIabc"}))
    assert "7731" not in connection.redact("Failed to parse: http://operator:Xq#7731/vault@127.0.0.1:9")
    connection.close()


def test_proxy_tunnel_is_reused_and_has_deadline(call: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Requests share one tunnel until a response drips."""

    def answer(head: str) -> Iterable[bytes | float]:
        yield http_reply(200) if "job-7" not in head else b"HTTP/1.1 200 OK\r\nX-Slow: "
        while "job-7" in head:
            yield 0.05
            yield b"a"

    made = issue(tmp_path)
    with RawServer(answer, tls=(made.certificate, made.key)) as service, OpenProxy(service) as proxy:
        use_proxy(monkeypatch, f"http://{USER}:{PASSWORD}@127.0.0.1:{proxy.port}")
        began = time.monotonic()
        limits = {"timeout": 0.5, "stall_timeout": 0.4, "concurrency": 1, "validate_certs": False}
        result = call("gaussdb_job", job_ids=IDS[:8], **limits, **OPTIONS)
    assert result["deleted"] == IDS[:7] and time.monotonic() - began < 5
    assert [one["error_msg"] for one in result["failures"]] == ["no response within the timeout"]
    assert proxy.connections == 1
