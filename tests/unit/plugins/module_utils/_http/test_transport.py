# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections and requests: reuse, concurrency, pace, and what is not sent."""

from __future__ import annotations

import socket
import socketserver
import threading
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sundown.hwcloud.plugins.module_utils._errors import TransportError
from ansible_collections.sundown.hwcloud.plugins.module_utils._http.transport import Transport, _cause
from urllib3.exceptions import ConnectTimeoutError

from emulator import CloudEmulator, bulk
from emulator.certificates import issue
from helpers.emulator_calls import NO_LOGIN, Caller
from helpers.http_stub import Answer, Asked, SmallServer
from helpers.proxies import HTTPS_ENDPOINT, OpenProxy, use_proxy
from helpers.raw_server import RawServer


def delete(call: Caller, server: SmallServer, count: int, **options: Any) -> dict[str, Any]:
    """Delete ``count`` jobs at the stub of a service."""
    ids = [f"job-{number}" for number in range(count)]
    result = call("gaussdb_job", job_ids=ids, **{**NO_LOGIN, "endpoints": {"gaussdb": server.url}, **options})
    assert result["deleted"] == ids
    return result


@pytest.mark.parametrize("width", [1, 8])
def test_connections_many_requests_are_kept_alive(call: Caller, width: int) -> None:
    with SmallServer(lambda _unused: Answer()) as server:
        delete(call, server, 120, concurrency=width)
    assert len(server.asked) == 120 and server.connections <= width


@pytest.mark.parametrize("width", [1, 3, 16, 64])
def test_concurrency_is_reached_and_not_exceeded(call: Caller, width: int) -> None:
    """After slow start, each request waits until ``width`` are under way; one more would be counted."""
    meeting = threading.Barrier(width, timeout=20)

    def answer(asked: Asked) -> Answer:
        if asked.number >= width:
            meeting.wait()
        return Answer()

    with SmallServer(answer) as server:
        delete(call, server, 3 * width, concurrency=width)
    assert server.most_under_way == width


def test_connections_fewer_ids_than_workers_not_opened(call: Caller) -> None:
    with SmallServer(lambda _unused: Answer()) as server:
        delete(call, server, 2, concurrency=64)
    assert server.connections <= 2


def test_max_rps_of_deletes_is_kept(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("gaussdb", 41))
    ids = [record["id"] for record in cloud.records("eu-de_retired", "gaussdb")]
    result = call("gaussdb_job", job_ids=ids, max_rps=50, concurrency=16)
    assert result["deleted"] == ids
    sent = sorted(entry["at"] for entry in cloud.writes())
    assert sent[-1] - sent[0] >= 40 / 50 * 0.95
    assert result["summary"]["throttled"] == 0


def test_max_rps_of_listing_is_kept(cloud: CloudEmulator, call: Caller) -> None:
    cloud.load(bulk("dms", 20, instances=20))
    assert len(call("dms_task_info", max_rps=50)["records"]) == 20
    sent = sorted(entry["at"] for entry in cloud.log if entry["service"] == "dms")
    assert sent[-1] - sent[0] >= 20 / 50 * 0.95


def test_connection_closed_by_service_is_reopened(call: Caller) -> None:
    with SmallServer(lambda _unused: Answer(headers={"Connection": "close"})) as server:
        delete(call, server, 20, concurrency=2)
    assert server.connections == len(server.asked) == 20


def test_connection_dropped_by_service_is_reopened(call: Caller) -> None:
    with SmallServer(lambda _unused: Answer(hang_up=True)) as server:
        delete(call, server, 20, concurrency=1)
    assert len(server.asked) == 20


def test_cookies_are_not_kept(call: Caller) -> None:
    with SmallServer(lambda _unused: Answer(headers={"Set-Cookie": "session=1; Path=/"})) as server:
        delete(call, server, 3, concurrency=1)
    assert not any("cookie" in asked.headers for asked in server.asked)


def test_proxy_not_used_for_loopback(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with SmallServer(lambda _unused: Answer()) as server:
        delete(call, server, 1)


def test_netrc_password_is_not_sent(call: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password something\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with SmallServer(lambda _unused: Answer()) as server:
        delete(call, server, 1)
    assert "authorization" not in server.asked[0].headers


def test_response_missing_times_out_and_is_retried(call: Caller) -> None:
    over = threading.Event()

    def answer(asked: Asked) -> Answer:
        if asked.number == 0:
            over.wait(20)
        return Answer()

    with SmallServer(answer) as server:
        delete(call, server, 1, timeout=0.3)
        over.set()
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\x01\x02", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"],
    ids=["nothing", "no HTTP", "no status", "less than promised"],
)
def test_response_not_http_fails(call: Caller, raw: bytes) -> None:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(raw)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        endpoints = {"gaussdb": f"http://127.0.0.1:{server.server_address[1]}"}
        result = call("gaussdb_job", job_ids=["one"], **{**NO_LOGIN, "endpoints": endpoints})
        server.shutdown()
    assert [(one["http_status"], one["error_code"]) for one in result["failures"]] == [(None, "NoReply")]


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ConnectTimeoutError("too slow"), "connecting took too long"),
        (ValueError("hunter2"), "the connection failed (ValueError)"),
    ],
    ids=str,
)
def test_connection_error_is_described_by_kind(error: Exception, cause: str) -> None:
    assert _cause(error) == cause


def test_user_agent_is_name_of_collection(cloud: CloudEmulator, call: Caller) -> None:
    call("gaussdb_job_info")
    assert {entry["headers"]["user-agent"] for entry in cloud.log} == {"sundown.hwcloud"}


@pytest.mark.parametrize("through_proxy", [False, True], ids=["direct", "proxy"])
@pytest.mark.parametrize("sent", [False, True], ids=["in the handshake", "after the request"])
def test_connection_broken_says_whether_request_was_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sent: bool, through_proxy: bool
) -> None:
    made = issue(tmp_path)
    tls = (made.certificate, made.key)

    def hang_up(_head: str) -> list[bytes]:
        raise ConnectionResetError

    class ClosingServer(RawServer):
        def _serve(self, connection: socket.socket) -> None:
            connection.close()

    with RawServer(hang_up, tls=tls) if sent else ClosingServer(hang_up) as service, OpenProxy(service) as proxy:
        origin = service.url.replace("http:", "https:")
        if through_proxy:
            use_proxy(monkeypatch, proxy.url)
            origin = HTTPS_ENDPOINT
        transport = Transport(verify=False, timeout=5.0)
        transport.open(origin)
        with pytest.raises(TransportError) as caught:
            transport.send("DELETE", origin, "/one", {})
        transport.close()
    assert caught.value.maybe_applied == sent and not caught.value.final
