# Copyright (c) 2026, the sundown.hwcloud authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that is unknown or accepts no connection: the error names it, and what to check."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from helpers.emulator_calls import Caller

OPTIONS: dict[str, Any] = {"endpoints": {}, "stall_timeout": 1}
ADVICE = "eu-xx is no region of T Cloud Public (eu-ch2, eu-de, eu-nl), so Huawei Cloud was meant: is the region right?"


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no name have an address."""

    def refuse(*_arguments: Any, **_options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_names")
@pytest.mark.parametrize(
    ("region", "host", "advice"),
    [("eu-xx", "iam.eu-xx.myhuaweicloud.com", f"; {ADVICE}"), ("eu-de", "iam.eu-de.otc.t-systems.com", "")],
)
def test_unknown_host_error_names_host_and_region(call: Caller, region: str, host: str, advice: str) -> None:
    result = call("identity_info", region=region, **OPTIONS)
    assert result.failed and result["error_code"] == "NoReply"
    begin, tries, end = result["msg"].partition(" tries)")
    assert begin.rpartition(" (")[0] == f"iam: no connection to https://{host}: the host is unknown"
    assert (tries, end) == (" tries)", f"{advice} (NoReply)")


@pytest.mark.usefixtures("no_names")
def test_unknown_host_of_endpoint_has_no_advice_about_region(call: Caller) -> None:
    endpoints = {"iam": "https://iam.example.test:8443/v3"}
    result = call("identity_info", region="eu-xx", **{**OPTIONS, "endpoints": endpoints})
    assert "no connection to https://iam.example.test:8443: the host is unknown" in result["msg"]
    assert "is the region right" not in result["msg"]


def test_refused_connection_error_names_host(call: Caller) -> None:
    result = call("identity_info", **{**OPTIONS, "endpoints": {"iam": "http://127.0.0.1:9"}})
    assert "iam: no connection to http://127.0.0.1:9: the connection was refused (" in result["msg"]
